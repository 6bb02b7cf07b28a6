"""What Great Expectations imports and no expectation here uses is not loaded with it, and works once it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

from expectations.gx.lazily import ELSEWHERE, is_left_out

SCRIPT = """
import sys
import expectations.gx.rules
assert not {"scipy.linalg", "altair.vegalite"} & sys.modules.keys()
from scipy import stats
assert stats.norm.cdf(0) == 0.5
"""
LEFT_OUT = """
import sys
sys.modules["psycopg2"] = known = object()  # loaded before, by whoever needs it
import expectations.gx
import great_expectations as gx
assert sys.modules["psycopg2"] is known and None not in sys.modules.values()
assert not {"boto3", "botocore", "google.auth", "google.oauth2"} & sys.modules.keys()
assert gx.expectations.UnexpectedRowsExpectation.__module__.startswith("great_expectations.")
try:
    gx.expectations.ExpectColumnToExist(column="a")
except TypeError as problem:
    assert "left out" in str(problem)
else:
    raise AssertionError("an empty class was made use of")
"""

PANDAS = """
import sys
from decimal import Decimal
import expectations.gx.rules
from great_expectations import util
assert not any(name.split(".")[0] == "pandas" for name in sys.modules)
said = [util.pd.isna(value) for value in (None, float("nan"), Decimal("NaN"), "", "nan", 0, [], {})]
assert said == [True] * 3 + [False] * 5, said
assert util.convert_to_json_serializable({"a": float("nan"), "b": Decimal("1.5")}) == {"a": None, "b": 1.5}
assert not isinstance({}, util.pd.DataFrame)
import pandas
assert util.pd.Timestamp is pandas.Timestamp
"""

REQUESTS = """
import sys
import expectations.gx.rules
import pipelines.run.suites
from great_expectations.core import http
assert not {"requests", "urllib3", "pipelines.parse", "pipelines.read"} & sys.modules.keys()
import requests
assert http.requests.Session is requests.Session
try:
    http.HTTPAdapter()
except TypeError as problem:
    assert "left out" in str(problem)
else:
    raise AssertionError("a class that stands for another was made use of")
"""


def test_the_process_that_judges_loads_nothing_that_reads_and_no_client_of_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", REQUESTS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_something_stands_for_pandas_until_more_of_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", PANDAS], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_nothing_asks_for_is_left_out_and_says_so_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LEFT_OUT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("module", "is_out"),
    [
        ("great_expectations.datasource.fluent.pandas_s3_datasource", True),
        ("great_expectations.expectations.core.expect_column_to_exist", True),
        ("great_expectations.expectations.metrics.column_map_metrics.column_values_unique", True),
        ("great_expectations.expectations.metrics.multicolumn_map_metrics.compound_columns_unique", True),
        ("great_expectations.expectations.metrics.column_map_metrics", False),
        ("great_expectations.expectations.metrics.query_metrics.unexpected_rows_query", False),
        ("great_expectations.datasource.fluent.sql_datasource", False),
        ("great_expectations.expectations.core.unexpected_rows_expectation", False),
        ("great_expectations.expectations.core", False),
        ("great_expectations.datasource.fluent.data_asset.sql_datasource", False),
    ],
)
def test_expectations_on_columns_and_sources_of_other_data_are_left_out(module: str, is_out: bool) -> None:
    assert is_left_out(module) is is_out
    assert module not in ELSEWHERE


def test_libraries_that_no_expectation_uses_are_loaded_when_they_are_used() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")

"""``fascicle query``: read-only SQL on the current release, in three layouts."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.command.support import fascicle

TOTAL = (
    "SELECT funding_source_code, fiscal_year, amount_usd FROM mart_section_total "
    "WHERE measure = 'estimate' AND fiscal_year = 2023 ORDER BY 1"
)


def test_three_layouts_say_the_same(published: Path) -> None:
    table, text, plain = (
        fascicle(published, "query", TOTAL, "--format", name).output for name in ("json", "csv", "table")
    )
    rows = json.loads(table)
    assert [(row["funding_source_code"], int(row["amount_usd"])) for row in rows] == [("RB", 7469900), ("XB", 2376100)]
    read = list(csv.DictReader(io.StringIO(text)))
    assert [(row["funding_source_code"], row["fiscal_year"]) for row in read] == [("RB", "2023"), ("XB", "2023")]
    assert plain.splitlines()[-1] == "(2 rows)"


def test_sql_is_taken_from_standard_input(published: Path) -> None:
    assert fascicle(published, "query", "-", "--format", "csv", typed="SELECT 1 AS one").output == "one\n1\n"


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM mart_cell",
        "DROP TABLE mart_cell",
        "CREATE TABLE mine AS SELECT 1",
        "COPY mart_cell TO 'mine.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM nowhere",
        "SELEC 1",
        "SELECT 1; DELETE FROM mart_cell",
        "",
    ],
)
def test_what_is_no_read_or_no_sql_is_a_usage_error(published: Path, sql: str) -> None:
    answer = fascicle(published, "query", sql)
    assert answer.exit_code == 2, answer.output
    assert answer.output.splitlines()[-1].startswith("Error: ")


def test_an_unknown_layout_is_a_usage_error(published: Path) -> None:
    assert fascicle(published, "query", "SELECT 1", "--format", "xml").exit_code == 2

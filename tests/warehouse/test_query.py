"""Questions of a release: answered exactly, and unable to do anything else."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

from tests.warehouse.made import filled
from tests.warehouse.support import small_rows
from warehouse.query import Answer, QueryError, connect_read_only, run_query, to_csv, to_json, to_table


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    made = tmp_path_factory.mktemp("query") / "w.duckdb"
    filled(made, small_rows())
    return made


def test_columns_types_and_rows(path):
    answer = run_query(path, "SELECT row_number, value FROM mart_cell WHERE value > ?", [1])
    assert answer == Answer(("row_number", "value"), ("INTEGER", "DECIMAL(20,4)"), ((1, Decimal("648.7")),))


@pytest.mark.parametrize(
    "sql",
    [
        "FROM mart_cell",
        "WITH x AS (SELECT 1) FROM x;",
        "DESCRIBE mart_cell",
        "SHOW TABLES",
        "SUMMARIZE mart_cell",
        "EXPLAIN SELECT 1",
        "PIVOT mart_cell ON row_number USING sum(value)",
        "VALUES (1) -- a comment; with a semicolon",
    ],
)
def test_reads_are_answered(path, sql):
    assert run_query(path, sql).columns


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO mart_check VALUES (1)",
        "UPDATE mart_cell SET value = 0",
        "DELETE FROM mart_cell",
        "DROP TABLE mart_finding",
        "ALTER TABLE mart_cell ADD COLUMN x INTEGER",
        "CREATE TABLE t AS SELECT 1",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CREATE TYPE t AS ENUM ('a')",
        "COPY mart_cell TO '{out}'",
        "COPY (SELECT 1) TO '{out}'",
        "EXPORT DATABASE '{out}'",
        "ATTACH '{out}' AS other",
        "ATTACH ':memory:' AS other",
        "DETACH w",
        "USE memory",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD json",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET threads",
        "PRAGMA enable_profiling",
        "CHECKPOINT",
        "BEGIN",
        "CALL enable_logging()",
        "PREPARE q AS SELECT 1",
        "SELECT 1; DROP TABLE mart_cell",
        "SELECT 1; SELECT 2",
        "EXPLAIN ANALYZE DELETE FROM mart_cell",
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('https://localhost/x.parquet')",
        "SELEKT 1",
        "SELECT * FROM nothing_here",
        "SELECT CAST('x' AS INTEGER)",
        "",
        " ; ",
    ],
)
def test_anything_else_is_refused_in_one_line(path, tmp_path, sql):
    secret = tmp_path / "secret.csv"
    secret.write_text("a,b\n1,2\n")
    before = path.read_bytes()
    with pytest.raises(QueryError) as refused:
        run_query(path, sql.format(out=tmp_path / "out", file=secret))
    assert "\n" not in str(refused.value)
    assert str(refused.value)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["secret.csv"]


def test_python_variables_are_out_of_reach(path):
    leaked = run_query(path, "SELECT 1 AS x")
    assert leaked.rows == ((1,),)
    with pytest.raises(QueryError, match="leaked"):
        run_query(path, "SELECT * FROM leaked")


@pytest.mark.parametrize(
    "sql",
    ["SET enable_external_access = true", "COPY mart_cell TO '/tmp/never.csv'", "DELETE FROM mart_cell", "LOAD httpfs"],
)
def test_the_handle_alone_is_enough(path, sql):
    import duckdb

    with connect_read_only(path) as connection, pytest.raises(duckdb.Error):
        connection.execute(sql)


def test_a_missing_or_broken_file_is_an_error(tmp_path):
    with pytest.raises(QueryError, match="no warehouse"):
        run_query(tmp_path / "none.duckdb", "SELECT 1")
    (tmp_path / "bad.duckdb").write_bytes(b"x" * 20000)
    with pytest.raises(QueryError, match="can't open"):
        run_query(tmp_path / "bad.duckdb", "SELECT 1")


def test_json_keeps_every_digit_as_a_number(path):
    text = to_json(
        run_query(
            path,
            "SELECT 1234567890123456.7891::DECIMAL(20,4) AS d, 0.0000::DECIMAL(20,4) AS z, NULL AS n, true AS b, "
            "'一\"' AS t, [1.5, NULL] AS l, DATE '2023-01-02' AS day, 'nan'::DOUBLE AS f, {'a': 1} AS s, 1 AS d",
        )
    )
    assert '"d": 1234567890123456.7891' in text
    assert json.loads(text, parse_float=Decimal) == [
        {
            "d": Decimal("1234567890123456.7891"),
            "z": Decimal("0.0000"),
            "n": None,
            "b": True,
            "t": '一"',
            "l": [Decimal("1.5"), None],
            "day": "2023-01-02",
            "f": None,
            "s": {"a": 1},
            "d_1": 1,
        }
    ]


def test_json_of_no_rows_is_an_empty_array(path):
    assert to_json(run_query(path, "SELECT 1 WHERE false")) == "[]\n"


def test_csv_reads_back():
    answer = Answer(
        ("a", "b", "c"),
        ("VARCHAR", "DECIMAL(20,4)", "DATE"),
        (('x,"y"\nz', Decimal("0.0000"), date(2023, 1, 2)), (None,) * 3),
    )
    assert list(csv.reader(io.StringIO(to_csv(answer)))) == [
        ["a", "b", "c"],
        ['x,"y"\nz', "0.0000", "2023-01-02"],
        ["", "", ""],
    ]


def test_csv_writes_null_as_nothing():
    assert to_csv(Answer(("a",), ("VARCHAR",), ((None,), ("x",)))) == "a\n\nx\n"


def test_tables_align_wide_characters():
    answer = Answer(("标签", "v"), ("VARCHAR", "DECIMAL(20,4)"), (("差旅", Decimal("10.5")), ("a" * 70, None)))
    lines = to_table(answer, widest=10).splitlines()
    assert lines[0] == "标签        v"
    assert lines[2] == "差旅        10.5"
    assert lines[3] == "aaaaaaaaa…"
    assert lines[-1] == "(2 rows)"


def test_asking_is_light(path):
    """The command answers at once because nothing heavy is imported."""
    code = (
        "import sys; from warehouse.query import run_query; "
        f"run_query(__import__('pathlib').Path({str(path)!r}), 'SELECT value FROM mart_cell'); "
        "print(sorted({m.partition('.')[0] for m in sys.modules} & "
        "{'pandas', 'numpy', 'pyarrow', 'dagster', 'great_expectations', 'rich', 'sqlalchemy'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

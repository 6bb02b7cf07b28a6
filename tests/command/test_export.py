"""``fascicle export``: workbooks, Parquet, CSV and JSON hold what the release says, as what it is."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest

from tests.command.support import fascicle
from warehouse.home import Home
from warehouse.outputs.files import ExportError, Sheet, write
from warehouse.query import Answer
from warehouse.release import current_release


def test_a_workbook_has_a_sheet_for_each_table(published: Path, tmp_path: Path) -> None:
    target = tmp_path / "tables.xlsx"
    done = fascicle(published, "export", str(target), "--table", "mart_section_total", "--table", "mart_finding")
    assert done.exit_code == 0, done.output
    release = current_release(Home(published))
    assert release is not None
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["about", "mart_section_total", "mart_finding"]
    assert book["about"]["B1"].value == release.release_id
    sheet = book["mart_section_total"]
    head, *rows = sheet.iter_rows(values_only=True)
    with duckdb.connect(str(release.database), read_only=True) as source:
        asked = source.execute("SELECT * FROM mart_section_total")
        assert list(head) == [column[0] for column in asked.description or []]
        expected = asked.fetchall()
    assert [list(row) for row in rows] == [
        [float(value) if isinstance(value, Decimal) else value for value in row] for row in expected
    ]
    assert sheet["A1"].comment is not None and sheet.freeze_panes == "A2"


def test_every_format_holds_the_same_answer(published: Path, tmp_path: Path) -> None:
    sql = "SELECT fiscal_year, sum(amount_usd) AS amount FROM mart_section_total GROUP BY 1 ORDER BY 1"
    files = {ending: tmp_path / f"answer.{ending}" for ending in ("parquet", "csv", "json", "xlsx")}
    for path in files.values():
        done = fascicle(published, "export", str(path), "--sql", sql)
        assert done.exit_code == 0, done.output
    parquet = [(y, float(a)) for y, a in duckdb.read_parquet(str(files["parquet"])).fetchall()]
    assert parquet and parquet == [(y, float(a)) for y, a in duckdb.read_csv(str(files["csv"])).fetchall()]
    assert parquet == [(row["fiscal_year"], row["amount"]) for row in json.loads(files["json"].read_text("utf-8"))]
    rows = openpyxl.load_workbook(files["xlsx"])["answer"].iter_rows(min_row=2, values_only=True)
    assert parquet == [(row[0], float(str(row[1]))) for row in rows]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(path.name for path in files.values())


def test_a_text_is_never_a_formula_and_a_number_keeps_its_digits(tmp_path: Path) -> None:
    rows = (("=1+1", Decimal("12345678901234567.89")), ("https://example.org", Decimal("0.1")), ("007", None))
    write(tmp_path / "a.xlsx", [Sheet("a/b", Answer(("t", "n"), ("VARCHAR", "DECIMAL(20,2)"), rows), {})], {})
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["a_b"]
    assert [cell.value for cell in sheet["A"]] == ["t", "=1+1", "https://example.org", "007"]
    assert [cell.data_type for cell in sheet["A"]][1:] == ["s", "s", "s"]
    assert [cell.value for cell in sheet["B"]] == ["n", "12345678901234567.89", 0.1, None]


def test_what_a_cell_cannot_hold_is_refused_and_the_old_file_stays(tmp_path: Path) -> None:
    target = tmp_path / "a.xlsx"
    target.write_text("old")
    with pytest.raises(ExportError, match="32768 characters"):
        write(target, [Sheet("a", Answer(("t",), ("VARCHAR",), (("x" * 32768,),)), {})], {})
    assert target.read_text() == "old" and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x.ods", "--table", "mart_finding"], "the ending is none of"),
        (["x.csv", "--table", "mart_finding", "--table", "mart_cell"], "holds one table"),
        (["x.csv"], "give --sql or --table"),
        (["x.csv", "--table", "mart_nothing"], "mart_nothing"),
        (["x.csv", "--sql", "DELETE FROM mart_cell"], "read-only"),
        (["no/x.csv", "--table", "mart_cell"], "no folder"),
    ],
)
def test_wrong_arguments_are_reported(published: Path, tmp_path: Path, arguments: list[str], words: str) -> None:
    refused = fascicle(published, "export", str(tmp_path / arguments[0]), *arguments[1:])
    assert refused.exit_code == 2 and words in refused.output
    assert not list(tmp_path.iterdir())

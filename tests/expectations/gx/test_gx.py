"""Suites rendered from declarations: what fails, fails; what crashes or is empty has not passed by silence."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.gx import validate_file
from expectations.gx.docs import self_contained
from tests.shared import BUNDLED, judged
from tests.warehouse.made import filled
from warehouse.query import run_query
from warehouse.tables import TABLE_BY_NAME, TABLES

OUTSIDE = re.compile(r"<link\b|\bsrc=[\"']?(?:https?:)?//|url\(\s*[\"']?(?:https?:)?//|@import", re.IGNORECASE)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("gx") / "fascicle.duckdb"
    filled(database, judged(BUNDLED))
    return database


@pytest.fixture
def database(bundled: Path, tmp_path: Path) -> Path:
    """A copy to break."""
    return Path(shutil.copy(bundled, tmp_path / "fascicle.duckdb"))


def _statements(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_bundled_edition_passes_and_docs_load_nothing_from_elsewhere(database: Path, tmp_path: Path) -> None:
    results = {result.table: result for result in validate_file(database, tmp_path / "docs")}
    assert set(results) == {table.name for table in TABLES}
    assert all(r.evaluated and not r.failed and not r.crashed for r in results.values())
    for table in TABLES:
        if judged(BUNDLED).get(table.name):
            assert results[table.name].evaluated == 1 + len(results[table.name].rules)
            assert set(results[table.name].rules) >= set(table.rules)
        else:
            assert results[table.name].evaluated == 1 and not results[table.name].rules
    pages = list((tmp_path / "docs").rglob("*.html"))
    assert len(pages) == 3
    assert {path.suffix for path in (tmp_path / "docs").rglob("*") if path.is_file()} == {".html"}
    for page in pages:
        assert not OUTSIDE.search(page.read_text(encoding="utf-8")), page
    assert "Every violated relation has a finding" in "".join(page.read_text(encoding="utf-8") for page in pages)


def test_a_page_keeps_nothing_that_asks_elsewhere() -> None:
    page = (
        '<head><link rel="stylesheet" href="https://a.example/a.css"><script src="https://a.example/a.js"></script>'
        "<style>a{background: url('https://a.example/a.png') 0 0}</style></head>"
        '<body><img src="//a.example/a.gif"><p>kept</p><footer>news</footer></body>'
    )
    mended = self_contained(page)
    assert "a.example" not in mended and "news" not in mended
    assert "<p>kept</p>" in mended


def test_the_file_is_let_go(database: Path) -> None:
    """Others open it with settings of their own right after."""
    validate_file(database, None, [TABLE_BY_NAME["mart_check"]])
    assert run_query(database, "SELECT count(*) > 0 FROM mart_check").rows == ((True,),)
    _statements(database, "DELETE FROM mart_finding")


def test_a_broken_rule_fails_and_says_where(database: Path) -> None:
    _statements(database, "DELETE FROM mart_finding WHERE class = 'sign'")
    result = validate_file(database, None, [TABLE_BY_NAME["mart_relation"]])[0]
    assert not result.crashed
    assert [line.partition(":")[0] for line in result.failed] == ["expect_violated_relations_to_have_a_finding"]
    assert "@percentage_is_change_over_base_within_rounding" in result.failed[0]


def test_a_rule_that_cannot_be_evaluated_has_crashed_not_failed(database: Path) -> None:
    _statements(database, "DROP TABLE mart_finding")
    result = validate_file(database, None, [TABLE_BY_NAME["mart_relation"]])[0]
    assert not result.failed
    assert [line.partition(":")[0] for line in result.crashed] == ["expect_violated_relations_to_have_a_finding"]
    assert "mart_finding" in result.crashed[0] and "\n" not in result.crashed[0]


def test_a_declaration_that_does_not_hold_fails(tmp_path: Path) -> None:
    database = tmp_path / "broken.duckdb"
    tables = [TABLE_BY_NAME[name] for name in ("mart_table", "mart_check", "mart_document")]
    nothing = {t.name: ", ".join(f'NULL::{f.type} AS "{f.name}"' for f in t.fields) for t in tables}
    _statements(
        database,
        f"CREATE TABLE mart_table AS SELECT * REPLACE ('d' AS document_id) FROM (SELECT {nothing['mart_table']})",
        f"CREATE TABLE mart_check AS SELECT {nothing['mart_check']} WHERE false",
        f"CREATE TABLE mart_document AS SELECT * REPLACE ('xx' AS language) FROM (SELECT {nothing['mart_document']})",
    )
    missing, empty, unlisted = (" ".join(result.failed) for result in validate_file(database, None, tables))
    assert "table_id is empty in 1 rows" in missing and "document_id is empty" not in missing
    assert "(no rows)" in empty and "repeated" not in empty
    assert "language is not of its list in 1 rows" in unlisted


def test_a_key_that_two_rows_have_fails(tmp_path: Path) -> None:
    database = tmp_path / "broken.duckdb"
    members = TABLE_BY_NAME["mart_relation_member"]
    others = ", ".join(f'NULL::{f.type} AS "{f.name}"' for f in members.fields if f.name not in members.key)
    numbers = "(VALUES (1), (2), (2)) AS given(n)"
    _statements(
        database,
        f"CREATE TABLE mart_relation_member AS SELECT 'r' AS relation_id, n AS member_number, {others} FROM {numbers}",
    )
    (result,) = validate_file(database, None, [members])
    assert any("repeated key r 2" in line for line in result.failed), result.failed

"""Of a release made from the last one, what changed is judged: a broken rule is found there, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.gx import TableResult, validate_file
from pipelines.assemble.release import FACTS
from pipelines.run.next_release import OWNED
from pipelines.run.part import near_relations, write_part
from tests.shared import BUNDLED, judged
from tests.warehouse.made import filled

DOCUMENT = "A/77/6(Sect.10).zh.txt"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    database = tmp_path_factory.mktemp("part") / "fascicle.duckdb"
    filled(database, judged(BUNDLED))
    return database


def _judged(whole: Path, folder: Path, touched: list[str], broken: str = "") -> dict[str, TableResult]:
    database = Path(shutil.copy(whole, folder / "fascicle.duckdb"))
    with duckdb.connect(str(database)) as connection:
        connection.execute(broken or "SELECT 1")
        connection.execute("CREATE TEMP TABLE touched AS SELECT unnest($1::VARCHAR[]) AS document_id", [touched])
        connection.execute(
            "CREATE TEMP TABLE facts AS SELECT DISTINCT fact_id FROM mart_claim SEMI JOIN touched USING (document_id)"
        )
        write_part(connection, folder / "changed.duckdb", OWNED, FACTS, [])
    results = validate_file(database, folder / "docs", part=folder / "changed.duckdb")
    assert not any(result.crashed for result in results), results
    return {result.table: result for result in results}


BROKEN = "UPDATE mart_cell SET value = 48 WHERE table_number = '10.22' AND printed_text = '84'"


def test_as_much_is_asked_of_a_part_as_of_the_whole(whole: Path, tmp_path: Path) -> None:
    found = _judged(whole, tmp_path, [DOCUMENT])
    for result in validate_file(whole):
        assert found[result.table].evaluated == result.evaluated
        assert sorted(found[result.table].rules) == sorted(result.rules)
        assert not found[result.table].failed
    assert "Every violated relation has a finding" in "".join(
        page.read_text(encoding="utf-8") for page in (tmp_path / "docs").rglob("*.html")
    )


@pytest.mark.parametrize(("touched", "is_found"), [([DOCUMENT], True), ([], False)], ids=["changed", "as it was"])
def test_a_broken_rule_is_found_where_something_changed(
    whole: Path, tmp_path: Path, touched: list[str], is_found: bool
) -> None:
    found = _judged(whole, tmp_path, touched, BROKEN)
    assert any("expect_printed_digits" in line for line in found["mart_cell"].failed) == is_found


def test_what_holds_of_all_documents_is_asked_of_the_whole(whole: Path, tmp_path: Path) -> None:
    found = _judged(whole, tmp_path, [], "UPDATE mart_check SET evaluated = evaluated + 1 WHERE exact > 0")
    assert any("expect_checks_to_add_up" in line for line in found["mart_check"].failed)


def test_a_check_that_evaluated_nothing_is_found_though_its_subject_did_not_change(whole: Path, tmp_path: Path) -> None:
    two_more = "".join(
        "INSERT INTO mart_document BY NAME SELECT * REPLACE "
        f"('{name}' AS document_id, '{name}' AS symbol) FROM mart_document LIMIT 1;"
        for name in ("another", "a third")
    )
    emptied = "UPDATE mart_check SET evaluated = 0, exact = 0 WHERE check_name = 'item_numbers_run_without_gaps'"
    found = _judged(whole, tmp_path, [], two_more + emptied)
    assert any("(item_numbers_run_without_gaps)" in line for line in found["mart_check"].failed)


@pytest.mark.parametrize("most", [0, 8])
def test_relations_of_documents_are_found_by_ranges_or_one_by_one(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr("pipelines.run.part._MOST_RANGES", most)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE mart_relation AS SELECT concat(d, '#', i) AS relation_id, d AS document_id "
            "FROM range(12) AS t(i), (SELECT unnest(['a', 'b', 'b''x', 'c', 'd']) AS d)"
        )
        for documents in ({"a"}, {"b", "b'x"}, {"a", "c", "d"}, {"e"}, set()):
            near = near_relations(connection, documents)
            rows = connection.execute(f"SELECT DISTINCT document_id FROM mart_relation WHERE {near}").fetchall()
            names = {name for (name,) in rows}
            assert names >= documents - {"e"}
            assert names == documents - {"e"} or not most

"""Of a release made from the last one, what changed is judged: a broken rule is found there, and nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from expectations.gx import TableResult, validate_file
from pipelines.assemble.release import FACTS
from pipelines.run.next_release import OWNED
from pipelines.run.part import write_part
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

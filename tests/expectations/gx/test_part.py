"""Of a release made from the last one, what changed is judged: a broken rule is found there, and nowhere else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from benches.next_release import small_pool
from expectations.gx import TableResult, suite_of, validate_file
from expectations.gx.rules.facts import CLAIMED, ExpectClaimsToHaveAPlace
from pipelines.assemble.release import FACTS
from pipelines.report.findings import findings_of
from pipelines.run import next_release
from pipelines.run import part as part_module
from pipelines.run.comparisons import compare_documents
from pipelines.run.last_parts import Changes, changes_since, parts_of
from pipelines.run.next_release import OWNED, next_file
from pipelines.run.part import Staged, write_part
from pipelines.run.release_stages import MEMBERS, RELATIONS, ReleaseStages
from pipelines.run.release_tables import build_file
from tests.shared import BUNDLED, judged
from tests.warehouse.made import filled
from warehouse import update
from warehouse.load import RowSum
from warehouse.schema.declare import Table
from warehouse.tables import TABLE_BY_NAME

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
        for name in ("changed", "whole", "differing", "told"):
            connection.execute(f"CREATE TEMP TABLE {name} AS SELECT unnest($1::VARCHAR[]) AS document_id", [touched])
        connection.execute(
            "CREATE TEMP TABLE facts AS SELECT DISTINCT fact_id FROM mart_claim SEMI JOIN changed USING (document_id);"
            f"CREATE TEMP TABLE {part_module.STATING} AS SELECT DISTINCT document_id FROM mart_claim SEMI JOIN facts USING (fact_id);"
            f"CREATE TEMP VIEW {part_module.HERE} AS FROM mart_relation_member"
        )
        write_part(connection, folder / "changed.duckdb", OWNED, FACTS, [], _as_filed(connection))
    results = validate_file(database, folder / "docs", part=folder / "changed.duckdb")
    assert not any(result.crashed for result in results), results
    return {result.table: result for result in results}


def _as_filed(connection: duckdb.DuckDBPyConnection) -> Staged:
    """Rows of documents as they stand in the release, whatever was done to it."""

    def staged(name: str, documents: Collection[str]) -> list[pa.Table]:
        meant = "document_id IN (SELECT unnest($1::VARCHAR[]))"
        if name == MEMBERS:
            meant = f"relation_id IN (SELECT relation_id FROM {RELATIONS} WHERE {meant})"
        return [connection.execute(f"FROM {name} WHERE {meant}", [sorted(documents)]).to_arrow_table()]

    return staged


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


DAMAGED = {
    "none": "SELECT 1",
    "values of cells": "UPDATE mart_cell SET value = value + 1 WHERE row_number % 3 = 0",
    "texts of cells": "UPDATE mart_cell SET printed_text = '7 777' WHERE row_number % 3 = 0",
    "lost cells": "DELETE FROM mart_cell WHERE row_number % 3 = 0",
    "values of claims": "UPDATE mart_claim SET value = value + 1 WHERE hash(claim_id) % 3 = 0",
    "lost claims": "DELETE FROM mart_claim WHERE hash(claim_id) % 3 = 0",
    "lost amounts in prose": "DELETE FROM mart_stated_amount",
    "lost lines": "DELETE FROM mart_source_line WHERE line_number % 5 = 0",
    "lost tables": "DELETE FROM mart_table WHERE hash(table_id) % 3 = 0",
    "lost findings": "UPDATE mart_relation SET verdict = 'violated' WHERE hash(relation_id) % 3 = 0;"
    "DELETE FROM mart_finding",
    "claims of findings": "UPDATE mart_finding SET claim_id = (SELECT min(cell_id) FROM mart_cell), printed_text = 'x'",
    "residuals": "UPDATE mart_relation SET residual = residual + 5 WHERE hash(relation_id) % 3 = 0",
    "verdicts": "UPDATE mart_relation SET verdict = 'violated' WHERE hash(relation_id) % 3 = 0",
    "lost members": "DELETE FROM mart_relation_member WHERE member_number = 2 AND hash(relation_id) % 3 = 0",
    "quality": "UPDATE mart_financial_resource SET quality = 'violated'; UPDATE mart_post SET quality = 'doubtful'",
    "counts of claims": "UPDATE mart_financial_resource SET claim_count = claim_count + 1 WHERE hash(fact_id) % 2 = 0",
    "doubts": "INSERT INTO mart_doubt BY NAME SELECT table_id AS doubt_id, document_id, 'table_shape' AS kind, table_id, "
    "1 AS claim_count, '-' AS message FROM mart_table WHERE hash(table_id) % 2 = 0",
}


@dataclass(frozen=True)
class Step:
    """A release's file, and what the next one is made of."""

    last: Path
    sums: dict[str, RowSum]
    changes: Changes
    before: ReleaseStages
    now: ReleaseStages
    has_doubts: bool


@pytest.fixture(scope="module", params=[2, 0], ids=["a translation", "one of two formats"])
def step(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Step:
    """A section of two editions in several languages and formats, of which one prints other amounts: of two formats, all
    tables of both are in doubt then."""
    folder = tmp_path_factory.mktemp("step")
    pool = small_pool(folder, ["10"], [1, 3])
    changed = sorted(pool)[request.param]
    stages, parts = [], []
    for variant in (0, -1):
        state = {name: held[variant if name == changed else 0] for name, held in pool.items()}
        compared = compare_documents([(one.row, one.tables) for one in state.values()], folder / f"{variant}")
        stages.append(ReleaseStages({name: one.tables for name, one in state.items()}, compared))
        parts.append(parts_of("code", stages[-1].documents, compared, folder / "register.toml"))
    changes = changes_since(parts[0], 10**9, parts[1], most=1.0)
    assert changes.documents == {changed}
    last = folder / "last.duckdb"
    sums = build_file(last, stages[0].every)
    return Step(last, sums, changes, *stages, any("mart_doubt" in one for one in stages[1].comparisons))


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_of_a_part_rules_say_what_they_say_of_the_same_rows_in_the_whole(
    step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    def write_damaged(connection: duckdb.DuckDBPyConnection, *given: Any) -> None:
        connection.execute(damage)
        held = "SEMI JOIN mart_relation_member USING (relation_id, claim_id)"
        connection.execute(f"CREATE TEMP TABLE kept AS FROM {part_module.HERE} {held}")
        connection.execute(f"DROP TABLE {part_module.HERE}; ALTER TABLE kept RENAME TO {part_module.HERE}")
        write_part(connection, *given[:-1], _as_filed(connection))

    monkeypatch.setattr(next_release, "write_part", write_damaged)
    database, part = tmp_path / "next.duckdb", tmp_path / "changed.duckdb"
    next_file(database, step.last, step.sums, step.changes, step.before, step.now, part=part)
    found = {}
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"ATTACH '{part}' AS part (READ_ONLY)")
        for name in ("changed", "whole", "differing", "touched_relations", "touched_facts"):
            connection.execute(f"CREATE TABLE {name} AS FROM part.{name}")
        judged = dict(connection.execute("SELECT table_name, rows FROM part.judged_rows").fetchall())
        of_facts = {name: f"FROM {name} SEMI JOIN touched_facts USING (fact_id)" for name in FACTS}
        for name, rows in judged.items():
            said = _said(connection, name, of_facts.get(name, rows))
            connection.execute("USE part")
            found[name] = _said(connection, name, rows)
            connection.execute("USE next")
            assert found[name] == said, name
    is_found = any(any(places) for places in found.values())
    # Of figures in doubt nothing is said.
    assert is_found == (damage != DAMAGED["none"]) or (damage == DAMAGED["quality"] and step.has_doubts)


def test_tables_of_which_no_row_differs_are_left_alone(
    step: Step, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: set[str] = set()
    exchange = update.WarehouseUpdate.exchange

    def noted(build: update.WarehouseUpdate, table: Table, *given: Any) -> None:
        replaced.add(table.name)
        exchange(build, table, *given)

    monkeypatch.setattr(update.WarehouseUpdate, "exchange", noted)
    made = next_file(tmp_path / "next.duckdb", step.last, step.sums, step.changes, step.before, step.now)
    differing = {name for name in OWNED if made.sums[name] != step.sums[name]}
    assert replaced == differing - set(FACTS)
    assert "mart_cell" in differing and "mart_table" not in differing


def test_documents_are_told_otherwise_that_are_said_to_be_and_their_equations_stand_in_the_part(
    step: Step, tmp_path: Path
) -> None:
    database, part = tmp_path / "next.duckdb", tmp_path / "changed.duckdb"
    made = next_file(database, step.last, step.sums, step.changes, step.before, step.now, part=part)
    others = sorted(step.now.documents.keys() - set(made.touched))
    assert step.changes.documents <= set(made.touched)
    assert others
    with (
        duckdb.connect(str(database), read_only=True) as connection,
        duckdb.connect(str(step.last), read_only=True) as before,
        duckdb.connect(str(part), read_only=True) as small,
    ):
        assert findings_of(connection, others) == findings_of(before, others)
        told = findings_of(connection, list(made.touched))
        assert told == findings_of(connection, list(made.touched), small)
        assert any(finding["equations"] for finding in told)


def test_all_tables_that_rules_look_figures_up_in_are_looked_up() -> None:
    named = set(re.findall(r"\b(mart_\w+)", CLAIMED + ExpectClaimsToHaveAPlace.query))
    assert named == set(part_module._CLAIMS)
    for table, column in part_module._CLAIMS.items():
        assert TABLE_BY_NAME[table].key == (column,)


def _said(connection: duckdb.DuckDBPyConnection, name: str, rows: str) -> list[list[str]]:
    """Places where the rules of some rows of a table do not hold, in order, by rule."""
    table = TABLE_BY_NAME[name]
    found = []
    for one in suite_of(table, 1, rows):
        if not getattr(one, "is_of_the_whole", False):
            asked = connection.execute(str(one.unexpected_rows_query).format(batch="")).fetchall()
            found.append(sorted(str(place) for place, _ in asked))
    return found

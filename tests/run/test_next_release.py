"""A release made from the last one is the release made from nothing: the same rows in every table.

``benches/next_release.py`` tries more and longer sequences, and real documents.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from benches.next_release import Pool, Staged, follow, sequence, small_fascicle, small_pool
from benches.render.render import render
from benches.render.scale import varied
from pipelines.run import fill, publish
from pipelines.run.comparisons import compare_documents
from pipelines.run.early_steps import Options, land_sources, stage_documents
from pipelines.run.last_parts import CannotCarryOver, Changes, Parts, changes_since, kept_parts, parts_of
from pipelines.run.publish import Built, build, draft_of
from pipelines.run.release_stages import ReleaseStages, stages_before
from pipelines.run.results import Validation
from pipelines.run.staging_files import StagedTables
from tests.shared import BUNDLED
from tests.warehouse.made import filled, prepare_rows
from tests.warehouse.support import small_rows
from warehouse import update
from warehouse.build import piece_of
from warehouse.load import LoadError, RowSum, prepare_table, row_sum
from warehouse.outputs import table_files
from warehouse.query import run_query
from warehouse.tables import TABLE_BY_NAME, TABLES
from warehouse.update import WarehouseUpdate, differing

CELLS = TABLE_BY_NAME["mart_cell"]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    return small_pool(tmp_path_factory.mktemp("pool"), ["10"], [1])


@pytest.mark.parametrize("number", range(2))
def test_the_next_release_is_that_built_from_nothing(
    pool: Pool, tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "GROUP_ROWS", (2048, 2048))
    wrong, carried = follow(sequence(pool, 2, random.Random(number)), pool, tmp_path, is_filed=number == 0)
    assert (wrong, carried) == ([], 2)


def _parts(code: str = "a", count: int = 20, **changed: str) -> Parts:
    return Parts(code, {**{f"d{number}": "1" for number in range(count)}, **changed}, {"c1": ["d1", "d2"]})


def test_documents_that_are_others_changed() -> None:
    now = Parts("a", _parts(d1="2", new="1").documents, {"c2": ["d1", "d2"]})
    del now.documents["d5"]
    assert changes_since(_parts(), 100, now).documents == {"d1", "d5", "new"}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        pytest.param(_parts("b"), _parts("a"), id="other code"),
        pytest.param(_parts(), _parts(**{f"d{number}": "2" for number in range(8)}), id="most is new"),
        pytest.param(Parts("a", _parts().documents, moved=60), _parts(), id="most rows were moved"),
    ],
)
def test_what_is_mostly_new_is_built_from_nothing(before: Parts, now: Parts) -> None:
    with pytest.raises(CannotCarryOver):
        changes_since(before, 100, now)


def test_a_release_of_an_older_version_says_nothing_of_its_parts() -> None:
    with pytest.raises(CannotCarryOver):
        kept_parts({"parts": {"other": 1}})


@pytest.fixture
def last(tmp_path: Path) -> tuple[Path, dict[str, RowSum]]:
    prepared = prepare_rows(small_rows())
    filled(tmp_path / "last.duckdb", prepared)
    return tmp_path / "last.duckdb", {table.name: row_sum(table, prepared[table.name]) for table in TABLES}


def test_the_last_file_is_never_written_to(tmp_path: Path, last: tuple[Path, dict[str, RowSum]]) -> None:
    before = last[0].read_bytes()
    with WarehouseUpdate(tmp_path / "next.duckdb", *last) as update:
        update.replace(CELLS, [], "true")
        update.close_off()
    assert last[0].read_bytes() == before
    assert run_query(tmp_path / "next.duckdb", "SELECT count(*) FROM mart_cell").rows == ((0,),)
    assert update.sums["mart_cell"] == RowSum()


def test_rows_of_no_document_are_taken_out_too(tmp_path: Path, last: tuple[Path, dict[str, RowSum]]) -> None:
    entities = TABLE_BY_NAME["dim_entity"]
    rows = [{"edition_year": 2020, "section_code": "9", "entity_code": code} for code in ("x", "y")]
    with WarehouseUpdate(tmp_path / "first.duckdb", *last) as first:
        first.replace(entities, [piece_of(prepare_table(entities, rows))], "false")
        first.close_off()
    assert first.sums["dim_entity"].rows == last[1]["dim_entity"].rows + 2
    with WarehouseUpdate(tmp_path / "second.duckdb", tmp_path / "first.duckdb", first.sums) as second:
        second.replace(entities, [], "document_id IS NULL")
    assert second.sums["dim_entity"] == last[1]["dim_entity"]


@pytest.mark.parametrize("can_share", [True, False])
def test_a_file_is_copied_whole_whether_or_not_blocks_can_be_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, can_share: bool
) -> None:
    def refused(read: int, made: int, _: int) -> int:
        os.write(made, os.read(read, 10))
        raise OSError(18, "Invalid cross-device link")

    if not can_share:
        monkeypatch.setattr(os, "copy_file_range", refused, raising=False)
    (tmp_path / "source").write_bytes(bytes(range(256)) * 10_000)
    (tmp_path / "target").write_bytes(b"longer" * 1_000_000)
    update.copy_file(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == (tmp_path / "source").read_bytes()


def test_rows_are_exchanged_that_are_not_as_often_in_both() -> None:
    before = "(VALUES (1, NULL, ['x']), (1, NULL, ['x']), (2, 'a', NULL), (3, 'b', [])) AS t (one, two, three)"
    after = (
        "(VALUES (1, NULL, ['x']), (2, 'a', NULL), (3, 'b', [NULL]), (3, 'c', []), (3, 'c', [])) AS t (one, two, three)"
    )
    found = duckdb.sql(differing(("one", "two", "three"), before, after)).fetchall()
    assert sorted(found, key=str) == [
        (1, None, ["x"], -1),
        (3, "b", [None], 1),
        (3, "b", [], -1),
        (3, "c", [], 2),
    ]


def test_a_repeated_key_is_refused_and_leaves_no_file(tmp_path: Path, last: tuple[Path, dict[str, RowSum]]) -> None:
    again = piece_of(prepare_rows(small_rows())["mart_cell"])
    with (
        pytest.raises(LoadError, match="repeat a key"),
        WarehouseUpdate(tmp_path / "next.duckdb", *last) as update,
    ):
        update.replace(CELLS, [again], "false")
    assert not (tmp_path / "next.duckdb").exists()


def test_a_key_that_comes_twice_in_the_place_of_one_row_is_refused(
    tmp_path: Path, last: tuple[Path, dict[str, RowSum]]
) -> None:
    rows = prepare_rows(small_rows())["mart_cell"]
    at = rows.column_names.index("printed_text")
    twice = [
        piece_of(rows.set_column(at, rows.field(at), pa.array([words] * len(rows), pa.string())))
        for words in ("another", "a third")
    ]
    with (
        pytest.raises(LoadError, match="repeat a key"),
        WarehouseUpdate(tmp_path / "next.duckdb", *last) as update,
    ):
        update.replace(CELLS, twice, "true")


def _said(rows: pa.Table, column: str, values: list[str]) -> pa.Table:
    at = rows.column_names.index(column)
    return rows.set_column(at, rows.field(at), pa.array(values, pa.string()))


def test_rows_are_exchanged_for_others(tmp_path: Path, last: tuple[Path, dict[str, RowSum]]) -> None:
    rows = prepare_rows(small_rows())["mart_cell"]
    new, found = _said(rows, "printed_text", ["another"] * len(rows)), tmp_path / "next.duckdb"
    with WarehouseUpdate(found, *last) as update:
        update.exchange(CELLS, [piece_of(rows)], [piece_of(new)])
        update.refuse_lost_references(lambda name: [rows] if name == "mart_cell" else [])
        update.close_off()
    assert update.sums["mart_cell"] == row_sum(CELLS, new)
    assert run_query(found, "SELECT DISTINCT printed_text FROM mart_cell").rows == (("another",),)


def test_rows_that_are_not_there_cannot_be_taken_out(tmp_path: Path, last: tuple[Path, dict[str, RowSum]]) -> None:
    rows, found = prepare_rows(small_rows())["mart_cell"], tmp_path / "next.duckdb"
    unknown = _said(rows, "cell_id", [str(number) for number in range(len(rows))])
    with pytest.raises(LoadError, match="to be taken out"), WarehouseUpdate(found, *last) as update:
        update.exchange(CELLS, [piece_of(unknown)], [])
    assert not found.exists()


@pytest.mark.parametrize("lost", ["document", "comparison", "another document"])
def test_a_stage_of_the_last_release_that_is_gone_is_told(pool: Pool, tmp_path: Path, lost: str) -> None:
    staging = tmp_path / "staging"
    staging.mkdir()
    state = {name: held[0] for name, held in pool.items()}
    stages = {
        name: StagedTables(Path(shutil.copy(one.tables.path, staging / f"{number}.stage")))
        for number, (name, one) in enumerate(state.items())
    }
    compared = compare_documents([(one.row, stages[name]) for name, one in state.items()], staging / "witnesses")
    parts = parts_of("code", stages, compared, tmp_path / "register.toml")
    name = next(iter(state))
    changes = Changes(frozenset({name}))
    now = ReleaseStages({other: stage for other, stage in stages.items() if other != name}, compared[1:])
    found = stages_before(parts, now, changes, staging, staging / "witnesses")
    assert list(found.documents) == [name]
    assert {stage.path for stage in found.comparisons} == {stage.path for stage in compared}
    gone = compared[0].path if lost == "comparison" else stages[name].path
    gone.unlink()
    if lost == "another document":
        shutil.copy(next(stage for stage in now.documents.values()).path, gone)
    with pytest.raises(CannotCarryOver):
        stages_before(parts, now, changes, staging, staging / "witnesses")


def test_comparisons_of_the_last_release_are_kept(pool: Pool, tmp_path: Path) -> None:
    before = {name: held[0] for name, held in pool.items()}
    after = {name: held[-1] for name, held in pool.items()}

    def compare(state: dict[str, Staged], keep: Collection[Path] = ()) -> set[Path]:
        found = compare_documents([(one.row, one.tables) for one in state.values()], tmp_path, keep=keep)
        return {stage.path for stage in found}

    first = compare(before)
    second = compare(after, first)
    assert first and second and not first & second
    assert set(tmp_path.glob("*.stage")) == first | second
    assert compare(after) == second == set(tmp_path.glob("*.stage"))


@pytest.mark.parametrize(
    ("table", "gone"), [("mart_table", "true"), ("mart_document", "true")], ids=["of its own table", "of all tables"]
)
def test_rows_that_others_refer_to_are_not_taken_out(
    tmp_path: Path, last: tuple[Path, dict[str, RowSum]], table: str, gone: str
) -> None:
    with (
        pytest.raises(LoadError, match=f"that {table} does not have"),
        WarehouseUpdate(tmp_path / "next.duckdb", *last) as update,
    ):
        update.replace(TABLE_BY_NAME[table], [], gone)
        update.refuse_lost_references()
    assert not (tmp_path / "next.duckdb").exists()


def test_a_run_exchanges_what_the_stages_of_the_last_release_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "FEWEST_ROWS", 0)
    monkeypatch.setattr(publish, "gate_reasons", lambda *_: ())
    sources, small = tmp_path / "sources", small_fascicle()
    sources.mkdir()

    def write(section: str, language: str, factor: int) -> None:
        data = render(varied(small, 2027, section, factor), language, "docx")
        (sources / f"{section}.{language}.docx").write_bytes(data)

    def built(is_rebuild: bool = False, is_published: bool = False) -> Built:
        options = Options(tmp_path / "home", (str(sources),), is_rebuild=is_rebuild)
        with options.place.ensure().locked():
            staged = stage_documents(options, land_sources(options))
            made = build(options, staged)
            if is_published:
                publish.release(options, staged, made, Validation(()))
            else:
                draft_of(options, made).discard()
        return made

    for section in ("9", "10"):  # comparisons of one section stay as they are
        for language in ("en", "fr"):
            write(section, language, 1)
    first = built(is_published=True)
    write("9", "fr", 3)
    made, again = built(), built(is_rebuild=True)
    assert (made.carried_from, again.carried_from) == (first.release_id, None)
    assert made.table_hashes == again.table_hashes != first.table_hashes
    for old in (tmp_path / "home" / "staging" / "witnesses").glob("*.stage"):
        old.unlink()
    assert built().carried_from is None


@pytest.mark.parametrize(("fewest", "is_carried"), [(0, True), (fill.FEWEST_ROWS, False)])
def test_a_release_of_few_rows_is_built_from_nothing(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fewest: int, is_carried: bool
) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    options = Options(home, (str(BUNDLED),))
    options.register_path.write_text("# nothing is known\n", "utf-8")  # what makes another release of the same document
    monkeypatch.setattr(fill, "FEWEST_ROWS", fewest)
    with options.place.locked():
        built = build(options, stage_documents(options, land_sources(options)))
        draft_of(options, built).discard()
    assert (built.carried_from is not None) is is_carried

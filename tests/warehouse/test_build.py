"""Rows stream into a warehouse file in pieces: in any order, any size, to the same file; what fails leaves none."""

from __future__ import annotations

import itertools
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse.support import document
from warehouse import build
from warehouse.build import Piece, WarehouseBuild, most_open, piece_of, runs
from warehouse.load import LoadError, prepare_table, table_hashes
from warehouse.memory import MEMORY_VARIABLE
from warehouse.query import run_query
from warehouse.tables import TABLE_BY_NAME

LINES = TABLE_BY_NAME["mart_source_line"]
DOCUMENTS = TABLE_BY_NAME["mart_document"]
NUMBERS = st.lists(st.integers(1, 30), unique=True, min_size=1)


def _line(number: int) -> dict[str, object]:
    return {"document_id": "d", "line_number": number, "role": "table", "text": f"line {number}"}


def _piece(numbers: list[int]) -> Piece:
    return piece_of(LINES, prepare_table(LINES, [_line(number) for number in numbers]))


def _parted(numbers: list[int], cuts: list[int]) -> list[Piece]:
    edges = [0, *sorted({cut % len(numbers) for cut in cuts}), len(numbers)]
    return [_piece(numbers[start:end]) for start, end in itertools.pairwise(edges) if start < end]


@given(NUMBERS, st.lists(st.integers(0, 30)))
def test_runs_follow_one_another_and_hold_what_overlaps(numbers: list[int], cuts: list[int]) -> None:
    pieces = _parted(numbers, cuts)
    found = list(runs(pieces))
    assert sum(len(run) for run in found) == len(pieces)
    for before, after in itertools.pairwise(found):
        assert max(piece.last for piece in before) < min(piece.first for piece in after)
    for run in found:
        assert all(max(piece.last for piece in run[:n]) >= run[n].first for n in range(1, len(run)))


@pytest.mark.parametrize("merged", [0, 5, 100_000], ids=["on disk", "as they overlap", "in memory"])
@pytest.mark.parametrize("part", [1, 4, 61_440])
@pytest.mark.parametrize("order", [[1, 2, 3, 4, 5, 6, 7], [7, 1, 5, 3, 2, 6, 4]])
def test_pieces_come_to_the_file_and_hash_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merged: int, part: int, order: list[int]
) -> None:
    monkeypatch.setattr(build, "_MERGED", merged)
    monkeypatch.setattr(build, "PART", part)
    path = tmp_path / "w.duckdb"
    with WarehouseBuild(path) as made:
        made.load(DOCUMENTS, [piece_of(DOCUMENTS, prepare_table(DOCUMENTS, [document("d")]))])
        made.load(LINES, _parted(order, [2, 5]))
        made.finish([])
    whole = table_hashes({"mart_source_line": [_line(number) for number in order]})
    table = TABLE_BY_NAME["mart_source_line"]
    assert made.sums[table.name].digest(table) == whole[table.name]
    assert {name: found.rows for name, found in made.sums.items()} == {"mart_document": 1, "mart_source_line": 7}
    assert run_query(path, "SELECT line_number FROM mart_source_line").rows == tuple((n,) for n in range(1, 8))
    assert [file.name for file in tmp_path.iterdir()] == ["w.duckdb"]


def _apart(drawn: list[list[int]]) -> list[list[int]]:
    """Each number only where it was drawn first."""
    seen: set[int] = set()
    kept = []
    for numbers in drawn:
        kept.append([number for number in numbers if number not in seen])
        seen.update(numbers)
    return [numbers for numbers in kept if numbers]


@given(st.lists(st.lists(st.integers(1, 60), unique=True, min_size=1), min_size=1, max_size=12), st.integers(1, 20))
def test_of_pieces_that_overlap_no_more_is_held_than_is_sorted_at_once_and_overlaps(
    drawn: list[list[int]], at_once: int
) -> None:
    pieces = sorted((_piece(numbers) for numbers in _apart(drawn)), key=lambda piece: piece.first)
    open_at = [
        sum(piece.rows for piece in pieces[: n + 1] if piece.last >= pieces[n].first) for n in range(len(pieces))
    ]
    assert most_open(pieces) == max(open_at)
    read: list[int] = []

    def noted(piece: Piece) -> Piece:
        def reading(rows: pa.Table) -> pa.Table:
            read.append(len(rows))
            return rows

        return piece.mended(reading)

    given_out: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_MERGED", at_once)
        for part in build._swept(LINES, [noted(piece) for piece in pieces]):
            assert sum(read) - len(given_out) < max(open_at) + at_once + max(read)
            given_out += part.column("line_number").to_pylist()
    assert given_out == sorted({number for numbers in drawn for number in numbers})


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(1, 30), st.sampled_from([1, 40, 100, 10_000]))
def test_parts_are_of_one_size_or_smaller_where_rows_are_long(lengths: list[int], size: int, room: int) -> None:
    tables = [pa.table({"text": pa.array(["x" * 20] * length, pa.string())}) for length in lengths]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_PART_BYTES", room)
        parts = list(build.parts(tables, size))
    assert sum(map(len, parts)) == sum(lengths)
    assert all(len(part) <= size and len(part) <= max(1, room // 20) for part in parts)
    if room == 10_000:
        assert all(len(part) == size for part in parts[:-1])


def test_rows_stand_in_the_order_that_is_declared_and_keys_are_told_apart(tmp_path: Path) -> None:
    findings = TABLE_BY_NAME["mart_finding"]
    own = {field.name: None for field in findings.fields} | {"class": "sign", "severity": "error", "message": "m"}
    rows = [
        {
            **own,
            "finding_id": name,
            "document_id": at,
            "explained_relations": 0,
            "is_unique": True,
            "acknowledged": False,
        }
        for name, at in (("3", "a"), ("1", "b"), ("2", "a"))
    ]
    made = prepare_table(findings, rows)
    assert made.select(["document_id", "finding_id"]).to_pydict() == {
        "document_id": ["a", "a", "b"],
        "finding_id": ["2", "3", "1"],
    }
    assert (piece_of(findings, made).first, piece_of(findings, made).last) == (("a", "2"), ("b", "1"))
    with pytest.raises(LoadError, match="1 rows repeat a key, first: finding_id '1'"):
        prepare_table(findings, [*rows, {**rows[0], "finding_id": "1"}])


@pytest.mark.parametrize("merged", [0, 100_000], ids=["on disk", "in memory"])
def test_a_key_that_two_pieces_have_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merged: int) -> None:
    monkeypatch.setattr(build, "_MERGED", merged)
    with pytest.raises(LoadError, match="mart_document"), WarehouseBuild(tmp_path / "w.duckdb") as made:
        piece = piece_of(DOCUMENTS, prepare_table(DOCUMENTS, [document("d")]))
        made.load(DOCUMENTS, [piece, piece])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("merged", [0, 100_000], ids=["on disk", "in memory"])
def test_what_goes_wrong_in_reading_a_piece_is_said_and_no_file_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, merged: int
) -> None:
    def damaged() -> None:
        raise ValueError("x.stage is damaged; run again")

    monkeypatch.setattr(build, "_MERGED", merged)
    broken = Piece(("d",), ("e",), 1, damaged)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="damaged"), WarehouseBuild(tmp_path / "w.duckdb") as made:
        made.load(DOCUMENTS, [broken, broken])
    assert not list(tmp_path.iterdir())


def test_a_size_of_memory_that_is_none_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "much")
    refused = pytest.raises(LoadError, match=r"FASCICLE_MEMORY=much is no size such as 400MB or 2GB$")
    with refused, WarehouseBuild(tmp_path / "w.duckdb"):
        pass
    assert not list(tmp_path.iterdir())

"""Rows stream into a warehouse file in pieces: in any order, any size, to the same file; what fails leaves none."""

from __future__ import annotations

import itertools
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared import ROOT
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
    monkeypatch.setattr(build, "_PART", part)
    path = tmp_path / "w.duckdb"
    with WarehouseBuild(path) as made:
        made.load(DOCUMENTS, [piece_of(DOCUMENTS, prepare_table(DOCUMENTS, [document("d")]))])
        made.load(LINES, _parted(order, [2, 5]))
        made.finish([])
    whole = table_hashes({"mart_source_line": [_line(number) for number in order]})
    assert made.hashes["mart_source_line"] == whole["mart_source_line"]
    assert made.counts == {"mart_document": 1, "mart_source_line": 7}
    assert run_query(path, "SELECT line_number FROM mart_source_line").rows == tuple((n,) for n in range(1, 8))
    assert [file.name for file in tmp_path.iterdir()] == ["w.duckdb"]


@given(st.lists(st.lists(st.integers(1, 60), unique=True, min_size=1), min_size=1, max_size=12), st.integers(1, 20))
def test_no_more_is_held_of_overlapping_pieces_than_is_sorted_at_once_and_overlaps(
    drawn: list[list[int]], at_once: int
) -> None:
    seen: set[int] = set()
    given_rows = [[n for n in numbers if not (n in seen or seen.add(n))] for numbers in drawn]  # type: ignore[func-returns-value]
    ordered = sorted((_piece(numbers) for numbers in given_rows if numbers), key=lambda piece: piece.first)
    overlapping = max(sum(p.rows for p in ordered[: n + 1] if p.last >= ordered[n].first) for n in range(len(ordered)))
    assert most_open(ordered) == overlapping
    out = 0
    read: list[int] = []
    noted = [replace(piece, read=lambda piece=piece: read.append(piece.rows) or piece.read()) for piece in ordered]  # type: ignore[misc,func-returns-value]
    numbers: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "_MERGED", at_once)
        for part in build._swept(LINES, noted):
            assert sum(read) - out < overlapping + at_once + max(read)
            out += len(part)
            numbers += part.column("line_number").to_pylist()
    assert numbers == sorted(seen)


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


def test_memory_is_given_back_and_all_goes_on(tmp_path: Path) -> None:
    """In a process of its own: it is told for good."""
    code = (
        "from warehouse.memory import give_back; give_back()\n"
        "import pyarrow as pa\n"
        "assert pa.default_memory_pool().backend_name == 'system'\n"
        "assert len(pa.array(range(1000))) == 1000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)

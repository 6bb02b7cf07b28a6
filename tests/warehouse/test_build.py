"""Rows stream into a warehouse file in pieces: in any order, any size, to the same file; what fails leaves none."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tests.warehouse.made import table_hashes
from tests.warehouse.support import document
from warehouse import build, marts
from warehouse.build import Piece, WarehouseBuild, piece_of
from warehouse.load import LoadError, prepare_table
from warehouse.memory import MEMORY_VARIABLE
from warehouse.query import run_query
from warehouse.tables import TABLE_BY_NAME

LINES = TABLE_BY_NAME["mart_source_line"]
DOCUMENTS = TABLE_BY_NAME["mart_document"]


def _line(number: int) -> dict[str, object]:
    return {"document_id": "d", "line_number": number, "role": "table", "text": f"line {number}"}


def _piece(numbers: list[int]) -> Piece:
    return piece_of(prepare_table(LINES, [_line(number) for number in numbers]))


def _parted(numbers: list[int], cuts: list[int]) -> list[Piece]:
    edges = [0, *sorted({cut % len(numbers) for cut in cuts}), len(numbers)]
    return [_piece(numbers[start:end]) for start, end in itertools.pairwise(edges) if start < end]


@pytest.mark.parametrize("batch", [1, 4, 8_192])
@pytest.mark.parametrize("order", [[1, 2, 3, 4, 5, 6, 7], [7, 1, 5, 3, 2, 6, 4]])
def test_pieces_come_to_the_file_and_hash_of_the_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int, order: list[int]
) -> None:
    monkeypatch.setattr(build, "BATCH", batch)
    path = tmp_path / "w.duckdb"
    with WarehouseBuild(path) as made:
        made.load(DOCUMENTS, [piece_of(prepare_table(DOCUMENTS, [document("d")]))])
        made.load(LINES, _parted(order, [2, 5]))
        made.finish([])
    whole = table_hashes({"mart_source_line": [_line(number) for number in order]})
    table = TABLE_BY_NAME["mart_source_line"]
    assert made.sums[table.name].digest(table) == whole[table.name]
    assert {name: found.rows for name, found in made.sums.items()} == {"mart_document": 1, "mart_source_line": 7}
    assert run_query(path, "SELECT line_number FROM mart_source_line").rows == tuple((n,) for n in range(1, 8))
    assert [file.name for file in tmp_path.iterdir()] == ["w.duckdb"]


def test_a_file_that_begins_as_an_empty_one_is_as_one_declared_anew(tmp_path: Path) -> None:
    """Columns, comments and views; and it is not the kept one, which stays empty."""
    rows = [piece_of(prepare_table(DOCUMENTS, [document("d")]))]
    kept = tmp_path / "empty"
    told = []
    for number, empty in enumerate((None, kept, kept)):
        path = tmp_path / f"{number}.duckdb"
        with WarehouseBuild(path, empty=empty) as made:
            made.load(DOCUMENTS, rows)
            made.finish(() if empty else marts.views())
        told.append(
            [
                run_query(path, query).rows
                for query in (
                    "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
                    "WHERE NOT internal ORDER BY ALL",
                    "SELECT view_name, comment, sql FROM duckdb_views() WHERE NOT internal ORDER BY ALL",
                    "SELECT table_name, constraint_text FROM duckdb_constraints() ORDER BY ALL",
                    "FROM mart_document",
                    "SELECT count(*) FROM v_counted_document",
                )
            ]
        )
    assert told[0] == told[1] == told[2]
    assert [path.suffix for path in kept.iterdir()] == [".duckdb"]


def test_an_empty_file_of_other_declarations_is_not_begun_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, (first, *_) = tmp_path / "empty", marts.views()
    for number, views in enumerate(((), (first,))):
        monkeypatch.setattr(marts, "views", lambda views=views: views)
        with WarehouseBuild(tmp_path / f"{number}.duckdb", empty=kept) as made:
            made.finish(())
    told = run_query(tmp_path / "1.duckdb", "SELECT view_name FROM duckdb_views() WHERE NOT internal").rows
    assert told == ((first.name,),)
    assert len(list(kept.iterdir())) == 1


@pytest.mark.parametrize("damage", [lambda data: data[:4096], lambda data: b"\0" * len(data)])
def test_an_empty_file_that_is_damaged_is_made_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    kept = tmp_path / "empty"
    for number in range(2):
        with WarehouseBuild(tmp_path / f"{number}.duckdb", empty=kept) as made:
            made.load(DOCUMENTS, [piece_of(prepare_table(DOCUMENTS, [document("d")]))])
            made.finish(())
        (file,) = kept.iterdir()
        file.write_bytes(damage(file.read_bytes()))
    assert run_query(tmp_path / "1.duckdb", "SELECT count(*) FROM v_counted_document").rows == ((1,),)


def test_rows_are_in_declared_order_and_keys_are_distinct(tmp_path: Path) -> None:
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
    with pytest.raises(LoadError, match="1 rows repeat a key, first: finding_id '1'"):
        prepare_table(findings, [*rows, {**rows[0], "finding_id": "1"}])


def test_a_key_that_two_pieces_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="mart_document"), WarehouseBuild(tmp_path / "w.duckdb") as made:
        piece = piece_of(prepare_table(DOCUMENTS, [document("d")]))
        made.load(DOCUMENTS, [piece, piece])
    assert not list(tmp_path.iterdir())


def test_an_error_in_reading_a_piece_is_reported_and_leaves_no_file(tmp_path: Path) -> None:
    def damaged() -> None:
        raise ValueError("x.stage is damaged; run again")

    broken = Piece(damaged)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="damaged"), WarehouseBuild(tmp_path / "w.duckdb") as made:
        made.load(DOCUMENTS, [broken, broken])
    assert not list(tmp_path.iterdir())


def test_no_piece_is_read_before_the_one_at_hand_is_taken() -> None:
    """Else those read ahead add up while DuckDB writes to the disk what it has."""
    read = []

    def pieces() -> Iterator[pa.Table]:
        for number in range(200):
            read.append(number)
            yield prepare_table(LINES, [_line(number)])

    with duckdb.connect(config={"threads": 1}) as connection:
        build.stream(connection, LINES, pieces(), "CREATE TEMP TABLE taken AS FROM {rows} LIMIT 1")
        assert connection.execute("SELECT line_number FROM taken").fetchall() == [(0,)]
    assert read == [0]


def test_a_size_of_memory_that_is_none_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "much")
    refused = pytest.raises(LoadError, match=r"FASCICLE_MEMORY=much is no size such as 400MB or 2GB$")
    with refused, WarehouseBuild(tmp_path / "w.duckdb"):
        pass
    assert not list(tmp_path.iterdir())

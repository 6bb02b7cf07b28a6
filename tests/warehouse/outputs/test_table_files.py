"""Files of the next release against files written from nothing."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.warehouse.made import build_warehouse
from tests.warehouse.support import small_rows
from warehouse.outputs import table_files
from warehouse.outputs.data_package import write_data_package
from warehouse.outputs.parquet_groups import Groups, NotMergeable, group_rows, put_together
from warehouse.outputs.table_files import BLOCK, Last, export_tables, first_keys, groups_of
from warehouse.tables import TABLE_BY_NAME

LINES = TABLE_BY_NAME["mart_source_line"]
TABLES = ["mart_source_line", "mart_cell", "mart_check"]
_MADE = """
INSERT INTO mart_source_line BY NAME
SELECT concat('B/', {document}) AS document_id, line AS line_number, 'blank' AS role, concat('line, ', line, '{words}') AS text
FROM range(1, {lines}) AS t(line)
"""


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_files, "GROUP_ROWS", (2048, 2048))


@pytest.fixture
def last(tmp_path: Path) -> Path:
    """A folder with a file of 30 documents with 700 lines each, and its files."""
    folder = tmp_path / "last"
    folder.mkdir()
    build_warehouse(folder / "fascicle.duckdb", small_rows())
    with duckdb.connect(str(folder / "fascicle.duckdb")) as connection:
        for document in range(100, 130):
            connection.execute(_MADE.format(document=document, lines=701, words=""))
    export_tables(folder / "fascicle.duckdb", folder, TABLES)
    manifest = {
        "documents": [],
        "row_counts": {},
        "content_hash": "",
        "release_id": "last",
        "created_at": "",
        "versions": {},
    }
    write_data_package(folder, [TABLE_BY_NAME[name] for name in TABLES], manifest)
    return folder


def rows_of(folder: Path, table: str) -> list[tuple[object, ...]]:
    return duckdb.sql(f"FROM '{folder}/parquet/{table}.parquet'").fetchall()


def text_of(folder: Path, table: str) -> bytes:
    return gzip.decompress((folder / "csv" / f"{table}.csv.gz").read_bytes())


@pytest.mark.parametrize("seed", range(6))
def test_files_made_from_the_last_are_those_written_from_nothing(tmp_path: Path, last: Path, seed: int) -> None:
    chance = random.Random(seed)
    new, whole = tmp_path / "new", tmp_path / "whole"
    for folder in (new, whole):
        folder.mkdir()
    database = new / "fascicle.duckdb"
    database.write_bytes((last / "fascicle.duckdb").read_bytes())
    changed = chance.sample(range(98, 133), 2)
    with duckdb.connect(str(database)) as connection:
        names = [f"B/{document}" for document in changed]
        gone = "SELECT document_id, line_number FROM mart_source_line WHERE list_contains(?, document_id)"
        keys = connection.execute(gone, [names]).fetchall()
        connection.execute("DELETE FROM mart_source_line WHERE list_contains(?, document_id)", [names])
        for document in changed:
            lines = chance.choice([0, 300, 2_500])
            connection.execute(_MADE.format(document=document, lines=lines, words="; another"))
        keys += connection.execute(gone, [names]).fetchall()
    groups = groups_of(keys, first_keys(last / "parquet" / "mart_source_line.parquet", LINES))
    export_tables(database, new, TABLES, Last(last, frozenset({"mart_check"}), {"mart_source_line": groups}))
    export_tables(database, whole, TABLES, Last(last))
    for table in TABLES:
        assert rows_of(new, table) == rows_of(whole, table)
        assert text_of(new, table) == text_of(whole, table)
        assert duckdb.sql(f"FROM read_csv('{new}/csv/{table}.csv.gz', all_varchar=true)").fetchall() == (
            duckdb.sql(f"FROM read_csv('{whole}/csv/{table}.csv.gz', all_varchar=true)").fetchall()
        )
    assert (new / "parquet" / "mart_check.parquet").samefile(last / "parquet" / "mart_check.parquet")
    assert not (new / "parquet" / "mart_source_line.parquet").samefile(last / "parquet" / "mart_source_line.parquet")
    assert 0 < len(groups) < len(group_rows(last / "parquet" / "mart_source_line.parquet"))


def test_a_file_of_which_no_row_is_left_is_empty(tmp_path: Path, last: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    database = new / "fascicle.duckdb"
    database.write_bytes((last / "fascicle.duckdb").read_bytes())
    with duckdb.connect(str(database)) as connection:
        connection.execute("DELETE FROM mart_source_line")
    every = list(range(len(group_rows(last / "parquet" / "mart_source_line.parquet"))))
    export_tables(database, new, TABLES, Last(last, frozenset(), {"mart_source_line": every}))
    assert rows_of(new, "mart_source_line") == []
    assert text_of(new, "mart_source_line").decode().strip() == ",".join(LINES.column_names)


@pytest.mark.parametrize("cut", [["parquet/{}.parquet"], ["csv/{}.csv.gz"], ["parquet/{}.parquet", "csv/{}.csv.gz"]])
@pytest.mark.parametrize("is_same", [True, False])
def test_csv_that_is_cut_off_and_parquet_that_cannot_be_read_are_written_whole(
    tmp_path: Path, last: Path, cut: list[str], is_same: bool
) -> None:
    expected, told = rows_of(last, "mart_source_line"), text_of(last, "mart_source_line")
    for name in cut:
        file = last / name.format("mart_source_line")
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    new = tmp_path / "new"
    new.mkdir()
    same = frozenset({"mart_source_line"}) if is_same and len(cut) > 1 else frozenset()
    export_tables(last / "fascicle.duckdb", new, TABLES, Last(last, same, {"mart_source_line": [0]}))
    assert rows_of(new, "mart_source_line") == expected
    assert text_of(new, "mart_source_line") == told


def test_half_a_file_has_no_row_groups(tmp_path: Path, last: Path) -> None:
    half = tmp_path / "half.parquet"
    half.write_bytes((last / "parquet" / "mart_source_line.parquet").read_bytes()[:5_000])
    with pytest.raises(NotMergeable):
        group_rows(half)


def test_row_groups_of_several_files_are_one_file(tmp_path: Path) -> None:
    query = (
        "SELECT i, i % 3 = 0 AS flag, CASE WHEN i % 7 > 0 THEN concat('text ', i % {0}) END AS words, "
        "(i / 4)::DECIMAL(20,4) AS amount, DATE '2020-01-01' + i::INTEGER AS day, [concat('a', i), NULL] AS list "
        "FROM range({0}) AS t(i)"
    )
    files = []
    for rows in (5_000, 3, 2_049):
        files.append(tmp_path / f"{rows}.parquet")
        duckdb.sql(f"COPY ({query.format(rows)}) TO '{files[-1]}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    made = tmp_path / "made.parquet"
    put_together(made, [Groups(file, range(len(group_rows(file)))) for file in files])
    expected = [row for file in files for row in duckdb.sql(f"FROM '{file}'").fetchall()]
    assert duckdb.sql(f"FROM '{made}'").fetchall() == expected
    assert pq.read_table(made).num_rows == len(expected) == sum(group_rows(made))
    assert duckdb.sql(f"SELECT count(*) FROM '{made}' WHERE i = 2").fetchone() == (3,)


def test_row_groups_with_indexes_elsewhere_are_taken_without_them(tmp_path: Path) -> None:
    rows = pa.table({"i": range(5_000), "words": [f"text {i % 9}" for i in range(5_000)]})
    file, made = tmp_path / "file.parquet", tmp_path / "made.parquet"
    pq.write_table(rows, file, row_group_size=1_000, write_page_index=True)
    assert pq.read_metadata(file).row_group(0).column(0).has_offset_index
    put_together(made, [Groups(file, [3, 4]), Groups(file, [0])])
    assert pq.read_table(made).equals(pa.concat_tables([rows.slice(3_000, 2_000), rows.slice(0, 1_000)]))
    assert not pq.read_metadata(made).row_group(0).column(0).has_offset_index
    assert duckdb.sql(f"SELECT count(*) FROM '{made}' WHERE words = 'text 3'").fetchone() is not None


def test_a_description_that_is_cut_off_is_told(tmp_path: Path, last: Path) -> None:
    whole = (last / "parquet" / "mart_source_line.parquet").read_bytes()
    length = int.from_bytes(whole[-8:-4], "little")
    for kept in range(0, length - 1, 7):
        cut = tmp_path / "cut.parquet"
        cut.write_bytes(whole[: -8 - length + kept] + kept.to_bytes(4, "little") + b"PAR1")
        with pytest.raises(NotMergeable):
            put_together(tmp_path / "made.parquet", [Groups(cut, [0])])


def test_row_groups_have_as_many_rows_as_their_tables_are_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    names = (*TABLES, "mart_chart_value", "mart_relation_member")
    sizes = {name: table_files.group_size(TABLE_BY_NAME[name], 10**8) for name in names}
    least, most = table_files.GROUP_ROWS
    assert sizes["mart_cell"] == least < sizes["mart_chart_value"] < sizes["mart_relation_member"] == most
    assert all(size % BLOCK == 0 for size in sizes.values())


def test_of_a_small_table_row_groups_are_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    sizes = [table_files.group_size(LINES, rows) for rows in (0, 1_000, 200_000, 600_000, 10**8)]
    assert sizes == [BLOCK, BLOCK, BLOCK, 4 * BLOCK, table_files.GROUP_ROWS[1]]

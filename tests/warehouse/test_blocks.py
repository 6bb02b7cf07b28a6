"""Where rows of a few documents lie in a large table."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from warehouse.blocks import BLOCK, blocks, joined

ROWS = 40 * BLOCK


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A table of forty blocks, each with the rows of two documents."""
    with duckdb.connect() as opened:
        opened.execute(
            f"CREATE TABLE held AS SELECT 'd' || lpad((row * 2 // {BLOCK})::VARCHAR, 3, '0') AS document_id, row "
            f"FROM range({ROWS}) AS rows (row)"
        )
        yield opened


def _rows(connection: duckdb.DuckDBPyConnection, where: str) -> int:
    return len(connection.execute(f"FROM held WHERE {where}").fetchall())


def test_all_wanted_rows_are_within_their_blocks_and_no_other_block_is(connection: duckdb.DuckDBPyConnection) -> None:
    wanted = "document_id IN ('d003', 'd004', 'd011')"
    near = blocks(connection, "held", wanted)
    assert _rows(connection, near) == 3 * BLOCK
    assert _rows(connection, f"{near} AND {wanted}") == _rows(connection, wanted) == 3 * BLOCK // 2


def test_neighbours_are_one_run(connection: duckdb.DuckDBPyConnection) -> None:
    assert blocks(connection, "held", "document_id BETWEEN 'd002' AND 'd007'").count("BETWEEN") == 1


def test_rows_that_stand_behind_the_others_are_found(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("INSERT INTO held VALUES ('d003', 0)")
    near = blocks(connection, "held", "document_id = 'd003'")
    assert _rows(connection, f"{near} AND document_id = 'd003'") == BLOCK // 2 + 1


def test_nothing_wanted_is_nowhere_and_rows_everywhere_are_read_as_a_whole(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert blocks(connection, "held", "document_id = 'none'") == "false"
    assert blocks(connection, "held", "row % (3 * 2048) = 0") != "true"
    connection.execute("INSERT INTO held SELECT 'e', row FROM range(200000) AS rows (row)")
    assert blocks(connection, "held", "row % (2 * 2048) = 0") == "true"


def test_of_many_runs_the_nearest_are_taken_together(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"INSERT INTO held SELECT 'f', 1 FROM range({200 * BLOCK})")
    connection.execute(f"UPDATE held SET row = 0 WHERE rowid % {2 * BLOCK} = 0 AND rowid < {80 * BLOCK}")
    near = blocks(connection, "held", "row = 0")
    assert near.count("BETWEEN") == 32
    assert _rows(connection, f"{near} AND row = 0") == _rows(connection, "row = 0")
    assert _rows(connection, near) < 80 * BLOCK


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (5, [(0, 1), (3, 4), (5, 6), (9, 12)]),
        (3, [(0, 1), (3, 6), (9, 12)]),
        (2, [(0, 6), (9, 12)]),
        (1, [(0, 12)]),
    ],
)
def test_runs_are_joined_over_the_smallest_gaps(most: int, expected: list[tuple[int, int]]) -> None:
    assert joined([(0, 1), (3, 4), (5, 6), (9, 12)], most) == expected
    assert joined([], most) == []

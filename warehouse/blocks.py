"""Where the wanted rows of a large table lie, so that DuckDB reads its columns there and nowhere else.

DuckDB keeps the least and greatest value of each column for some hundred thousand rows, of text the first eight bytes: all
documents begin alike. So a question about one document reads every column of all of them, which takes ten to thirty times
as long as to find the rows in one column first.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from warehouse.schema.declare import quote_identifier

if TYPE_CHECKING:
    import duckdb

BLOCK = 2_048
"""Rows that DuckDB reads at once."""
_MOST_RUNS = 32
"""Runs of blocks up to which comparing numbers of rows takes less than reading all; of more, neighbours are taken together."""


def blocks(connection: duckdb.DuckDBPyConnection, table: str, wanted: str) -> str:
    """A condition on the table's ``rowid`` that holds for all rows of a table that match the condition ``wanted``, and for some that lie
    beside them; of rows that are put in later it says nothing."""
    name = quote_identifier(table)
    # Made distinct here: DuckDB clears a table of megabytes for it, however few the rows are.
    rows = connection.execute(f"SELECT rowid // {BLOCK} AS block FROM {name} WHERE {wanted}").to_arrow_table()
    found: list[tuple[int, int]] = []
    for number in sorted(rows["block"].unique().to_pylist()):
        first = found.pop()[0] if found and found[-1][1] == number else number
        found.append((first, number + 1))
    runs = joined(found, _MOST_RUNS)
    if len(found) > _MOST_RUNS and _is_most(connection, name, sum(end - first for first, end in runs)):
        return "true"
    said = " OR ".join(f"{name}.rowid BETWEEN {first * BLOCK} AND {end * BLOCK - 1}" for first, end in runs)
    return f"({said})" if said else "false"


def _is_most(connection: duckdb.DuckDBPyConnection, name: str, count: int) -> bool:
    """True where so many blocks are more than half of a table's."""
    rows = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
    return rows is not None and 2 * count * BLOCK > rows[0]


def joined(runs: Sequence[tuple[int, int]], most: int) -> list[tuple[int, int]]:
    """At most so many runs, in their order, that have all that these have: those nearest to one another as one."""
    gaps = sorted(range(1, len(runs)), key=lambda at: runs[at - 1][1] - runs[at][0])
    starts = [0, *sorted(gaps[: most - 1]), len(runs)]
    return [(runs[first][0], runs[end - 1][1]) for first, end in pairwise(starts) if first < end]

"""Where the wanted rows of a large table lie, so that DuckDB reads its columns there and nowhere else.

DuckDB keeps the least and greatest value of each column for some hundred thousand rows, of text the first eight bytes: all
documents begin alike. So a question about one document reads every column of all of them, which takes ten to thirty times
as long as to find the rows in one column first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.schema.declare import quote_identifier

if TYPE_CHECKING:
    import duckdb

BLOCK = 2_048
"""Rows that DuckDB reads at once."""
_MOST_RUNS = 32
"""Runs of blocks up to which comparing numbers of rows takes less than reading all."""


def blocks(connection: duckdb.DuckDBPyConnection, table: str, wanted: str) -> str:
    """A condition on the table's ``rowid`` that holds for all rows of a table that match the condition ``wanted``, and for some that lie
    beside them; of rows that are put in later it says nothing."""
    name = quote_identifier(table)
    query = f"SELECT DISTINCT rowid // {BLOCK} AS block FROM {name} WHERE {wanted} ORDER BY block"
    runs: list[list[int]] = []
    for (number,) in connection.execute(query).fetchall():
        if runs and runs[-1][1] == number:
            runs[-1][1] = number + 1
        else:
            runs.append([number, number + 1])
    if len(runs) > _MOST_RUNS:
        return "true"
    said = " OR ".join(f"{name}.rowid BETWEEN {first * BLOCK} AND {end * BLOCK - 1}" for first, end in runs)
    return f"({said})" if said else "false"

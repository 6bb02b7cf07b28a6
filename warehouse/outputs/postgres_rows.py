"""Statements sent to PostgreSQL, and rows copied into it from DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, LiteralString

from warehouse.schema.declare import quote_identifier

if TYPE_CHECKING:
    import duckdb
    import psycopg

_ROWS = 10_000


def run(connection: psycopg.Connection[Any], *statements: str) -> None:
    """Run statements whose names went through quote_identifier, and whose texts through quote_literal.

    Sent together: a schema has hundreds of comments, and each would wait for an answer of its own.
    """
    if statements:
        connection.execute("; ".join(statements))


def one(connection: psycopg.Connection[Any], statement: LiteralString, *values: object) -> Any:
    """The first value of the first row of an answer; None where there is no row."""
    row = connection.execute(statement, values).fetchone()
    return None if row is None else row[0]


def names_of(columns: Sequence[str]) -> str:
    """Columns as SQL lists them."""
    return ", ".join(map(quote_identifier, columns))


def copy_rows(
    connection: psycopg.Connection[Any],
    source: duckdb.DuckDBPyConnection,
    relation: str,
    target: str,
    columns: Sequence[str],
    options: str = "",
) -> int:
    """Copy the rows of a relation of DuckDB into a table, both named as SQL does; returns how many."""
    names = names_of(columns)
    rows = source.execute(f"SELECT {names} FROM {relation}")
    count = 0
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} ({names}) FROM STDIN {options}") as copy:
        while batch := rows.fetchmany(_ROWS):
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    return count

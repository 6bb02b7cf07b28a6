"""The rules asked of a file directly, without Great Expectations: which documents break them.

Used where a release was refused, to find what has to stay out of it; whether a release is published is told by the
suites alone. Stock expectations on columns are written as queries of the same shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.gx.rules import RULE_BY_NAME
from expectations.gx.rules.base import ExpectReferencesToExist
from warehouse.query import connect_read_only
from warehouse.schema.declare import Table, quote_identifier, quote_literal
from warehouse.tables import TABLES

_MOST = 10_000
"""Places of one rule that are looked at."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold in a table, and where: its places, and the documents of those rows."""

    table: str
    sentence: str
    places: tuple[str, ...]
    documents: frozenset[str]


def broken_rules(database: Path, tables: Sequence[Table] = TABLES) -> list[Broken]:
    """Rules that do not hold in a finished file; one that cannot be evaluated has no places and no documents."""
    with connect_read_only(database) as connection:
        known = [name for (name,) in connection.execute("SELECT document_id FROM mart_document").fetchall()]
        found = []
        for table in tables:
            for sentence, query in _queries(table):
                try:
                    rows = connection.execute(f"SELECT DISTINCT place FROM ({query}) LIMIT {_MOST}").fetchall()
                except duckdb.Error as problem:
                    found.append(Broken(table.name, f"{sentence} ({str(problem).splitlines()[0]})", (), frozenset()))
                    continue
                if places := tuple(sorted(str(place) for (place,) in rows)):
                    found.append(Broken(table.name, sentence, places, _documents(connection, table, places, known)))
    return found


def _queries(table: Table) -> Iterator[tuple[str, str]]:
    """Each rule of a table as a sentence and a query of one column, ``place``."""
    name = quote_identifier(table.name)
    key = f"concat_ws(' ', {', '.join(quote_identifier(column) for column in table.key)})"
    columns = ", ".join(quote_identifier(column) for column in table.key)
    yield "No two rows have one key.", f"SELECT {key} AS place FROM {name} GROUP BY {columns} HAVING count(*) > 1"
    for field in table.fields:
        column = quote_identifier(field.name)
        if field.required:
            yield f"{field.name} is never empty.", f"SELECT {key} AS place FROM {name} WHERE {column} IS NULL"
        if field.allowed:
            allowed = ", ".join(quote_literal(value) for value in field.allowed)
            yield (
                f"{field.name} is one of a closed list.",
                f"SELECT {key} AS place FROM {name} WHERE {column} NOT IN ({allowed})",
            )
    ruled = [RULE_BY_NAME[rule].on(table) for rule in table.rules]
    if any(field.references for field in table.fields):
        ruled.append(ExpectReferencesToExist.on(table))
    for rule in ruled:
        yield str(rule.description), str(rule.unexpected_rows_query).format(batch=name)


def _documents(
    connection: duckdb.DuckDBPyConnection, table: Table, places: Sequence[str], known: Sequence[str]
) -> frozenset[str]:
    """Documents of the rows at these places: of the row itself, and every one that the place or the fact names."""
    found: set[str] = set()
    if "document_id" in table.column_names:
        key = f"concat_ws(' ', {', '.join(quote_identifier(column) for column in table.key)})"
        rows = connection.execute(
            f"SELECT DISTINCT document_id FROM {quote_identifier(table.name)} WHERE list_contains(?, {key})",
            [list(places)],
        )
        found |= {str(document) for (document,) in rows.fetchall()}
    if "fact_id" in table.key:
        rows = connection.execute(
            "SELECT DISTINCT document_id FROM mart_claim WHERE list_contains(?, fact_id)", [list(places)]
        )
        found |= {str(document) for (document,) in rows.fetchall()}
    found |= {one for one in known for place in places if place.startswith((f"{one}#", f"{one} ")) or place == one}
    return frozenset(found)

"""The part of a release that is judged anew when it was made from the last one, as a small file of its own.

It has the rows that are judged, those of documents that changed and of what holds between them and others, and every row
that rules look up for them. Rows that did not change were judged with the last release, by the same rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.blocks import blocks
from warehouse.schema.declare import quote_identifier, quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb

PART = "changed.duckdb"
"""What the file is called in a draft, until the draft is judged."""
_MOST_RANGES = 8
"""Ranges of identifiers up to which comparing takes less than looking up."""


def write_part(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    owned: Collection[str],
    facts: Collection[str],
    compared: Iterable[Collection[str]],
) -> None:
    """Write the part of a release to ``path``.

    ``owned`` are the tables whose rows belong to one document each, ``facts`` those of facts, ``compared`` documents that
    were held against one another. The connection has the release and the relations ``touched``, the documents that are
    judged, and ``facts``. Which rows of a table are judged stands in the part's table ``judged_rows``, as a query.
    """
    touched = {name for (name,) in connection.execute("SELECT document_id FROM touched").fetchall()}
    beside = {name for together in compared if touched.intersection(together) for name in together}
    stating = connection.execute(
        " UNION ".join(
            f"SELECT document_id FROM {name} SEMI JOIN facts USING (fact_id)" for name in ("mart_cell", "mart_claim")
        )
    ).fetchall()
    looked_up = {*touched, *beside, *(name for (name,) in stating)}
    rows: dict[str, str] = {}
    # Read once and thrown away: to try which compression suits each column takes longer than all else.
    connection.execute(f"ATTACH {quote_literal(str(path))} AS part; SET force_compression = 'uncompressed'")
    try:
        connection.execute("BEGIN")
        connection.execute("CREATE TABLE part.touched AS FROM touched; CREATE TABLE part.touched_facts AS FROM facts")
        for table in TABLES:
            name = quote_identifier(table.name)
            held = f"FROM {name}"
            if table.name == "mart_relation_member":
                near = near_relations(connection, looked_up)
                near = f"{blocks(connection, table.name, near)} AND {near}"
                held = f"FROM {name} WHERE {near} AND relation_id IN (SELECT relation_id FROM part.mart_relation)"
                judged = "FROM mart_relation SEMI JOIN touched USING (document_id)"
                rows[table.name] = f"FROM {name} SEMI JOIN ({judged}) USING (relation_id)"
            elif table.name in owned:
                held = f"FROM {name} WHERE {within_blocks(connection, table.name, looked_up)}"
                rows[table.name] = f"FROM {name} SEMI JOIN touched USING (document_id)"
            elif table.name in facts:
                held = f"FROM {name} SEMI JOIN part.touched_facts USING (fact_id)"
                rows[table.name] = f"FROM {name}"
            connection.execute(f"CREATE TABLE part.{name} AS {held}")
        connection.execute(
            "CREATE TABLE part.judged_rows AS SELECT unnest($1::VARCHAR[]) AS table_name, unnest($2::VARCHAR[]) AS rows",
            [list(rows), list(rows.values())],
        )
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("DETACH part; RESET force_compression")


def near_relations(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> str:
    """A condition on relation_id that holds for all relations of these documents and for few others: the members of
    relations are more than half of a release, and to look each up takes ten times as long."""
    every = [name for (name,) in connection.execute("SELECT DISTINCT document_id FROM mart_relation").fetchall()]
    of_documents = f"FROM mart_relation WHERE {within_blocks(connection, 'mart_relation', documents)}"
    query = f"SELECT document_id, min(relation_id), max(relation_id) {of_documents} GROUP BY ALL"
    found = {name: (first, last) for name, first, last in connection.execute(query).fetchall()}
    spans = []
    for is_meant, run in groupby(sorted(every), documents.__contains__):  # neighbours stand together
        if is_meant and (known := [found[name] for name in run if name in found]):
            spans.append((min(first for first, _ in known), max(last for _, last in known)))
    if len(spans) > _MOST_RANGES:
        return "true"
    said = (f"relation_id BETWEEN {quote_literal(first)} AND {quote_literal(last)}" for first, last in spans)
    return f"({' OR '.join(said) or 'false'})"


def within_blocks(connection: duckdb.DuckDBPyConnection, table: str, documents: Iterable[str]) -> str:
    """A condition that a row of a table belongs to one of these documents, which lets DuckDB pass over what has none of theirs."""
    named = ", ".join(quote_literal(name) for name in sorted(documents))
    if not named:
        return "false"
    wanted = f"document_id IN ({named})"
    return f"{blocks(connection, table, wanted)} AND {wanted}"

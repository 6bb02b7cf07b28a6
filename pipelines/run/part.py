"""The part of a release that is judged anew when it was made from the last one, as a small file of its own.

It has the rows that are judged, those of documents that changed and of what holds between them and others, and every row
that rules look up for them. Other rows were judged with the last release, by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from expectations.judging.comparisons import WITNESS_CHECKS
from warehouse.blocks import blocks, joined
from warehouse.schema.declare import quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PART = "changed.duckdb"
"""What the file is called in a draft, until the draft is judged."""
RELATIONS, MEMBERS = "mart_relation", "mart_relation_member"
STATING = "stating"
"""Relation that has the documents which state a fact that was exchanged."""
HERE = "members_here"
"""Relation that has the members of the relations that are exchanged."""
_FOUND = ("mart_warning", "mart_finding", "mart_doubt")
BETWEEN = (*_FOUND, RELATIONS, MEMBERS)
"""Tables in which comparisons have rows, besides mart_check; members lead to their document through their relation."""
_HELD_TOGETHER = ", ".join(quote_literal(name) for name, _ in WITNESS_CHECKS)
EXCHANGED = f"check_name IN ({_HELD_TOGETHER}) OR document_id IN (FROM changed)"
"""Of the relations of documents that are touched, those that are exchanged: what holds within a document that did not change
is as it was."""
_MOST_RANGES = 8
"""Ranges of identifiers up to which comparing takes less than looking up; of more, neighbours are taken together."""
Staged = Callable[[Collection[str]], Iterable["pa.Table"]]
"""Gives members of relations of documents, as they are staged."""
_CLAIMS = {
    "mart_cell": "cell_id",
    "mart_stated_amount": "stated_amount_id",
    "mart_chart_value": "chart_value_id",
    "mart_org_unit_post": "org_unit_post_id",
    "mart_reference_value": "reference_value_id",
    "mart_claim": "claim_id",
}
"""Tables of what is printed and may be a member of a relation, and the column that it is known by there."""
_ALSO = {
    "mart_cell": "fact_id IN (FROM part.touched_facts) OR table_id IN (SELECT table_id FROM part.mart_doubt) "
    "OR cell_id IN (SELECT cell_id FROM part.mart_doubt)",
    "mart_claim": "fact_id IN (FROM part.touched_facts)",
}
"""Other rows that are looked up there: what states a fact, and what is in doubt."""


def write_part(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    owned: Collection[str],
    facts: Collection[str],
    compared: Iterable[Collection[str]],
    near: Mapping[str, str] = MappingProxyType({}),
    staged: Staged | None = None,
) -> None:
    """Write the part of a release to ``path``.

    ``owned`` are the tables whose rows belong to one document each, ``facts`` those of facts, ``compared`` documents that
    were held against one another, ``near`` as of ``WarehouseUpdate``. ``staged`` gives the members of relations of documents, and
    with it the connection has the relation ``HERE``; without it they are looked for in the release.

    The connection has the release and these relations: ``changed``, ``touched`` and ``facts``, of which rows were exchanged;
    ``STATING``; ``whole``, documents of which all rows are judged; ``differing``, those of which rows that hold between
    documents are; ``told``, those and others of which findings are told with other equations. Which rows of a table are judged
    stands in the part's table ``judged_rows``, as a query.
    """
    # Read once and thrown away: to try which compression suits each column takes longer than all else.
    connection.execute(f"ATTACH {quote_literal(str(path))} AS part; SET force_compression = 'uncompressed'")
    try:
        connection.execute("BEGIN")
        _Part(connection, owned, facts, near, staged).write(list(compared))
        _commit(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    finally:
        connection.execute("DETACH part; RESET force_compression")


def _commit(connection: duckdb.DuckDBPyConnection) -> None:
    """Write what was made to its file, and not to a log first."""
    most = connection.execute("SELECT current_setting('checkpoint_threshold')").fetchone()
    connection.execute("SET checkpoint_threshold = '0KB'")
    try:
        connection.execute("COMMIT")
    finally:
        connection.execute(f"SET checkpoint_threshold = {quote_literal(str(most[0] if most else '16MB'))}")


class _Part:
    """The part, being filled: rows of documents that changed first, which tell what else is looked up."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        owned: Collection[str],
        facts: Collection[str],
        near: Mapping[str, str],
        staged: Staged | None,
    ) -> None:
        self._connection, self._owned, self._facts, self._near, self._staged = connection, owned, facts, near, staged

    def write(self, compared: Sequence[Collection[str]]) -> None:
        """Fill all tables; ``compared`` as for ``write_part``."""
        for name in ("changed", "whole", "differing"):
            self._connection.execute(f"CREATE TABLE part.{name} AS FROM {name}")
        self._connection.execute("CREATE TABLE part.touched_facts AS FROM facts")
        self._changed, self._whole = self._named("FROM changed"), self._named("FROM whole")
        self._beside = self._whole | self._named(f"FROM {STATING}")
        self._beside |= _with_others(self._named("FROM told"), compared)
        self._around = _with_others(self._beside, compared)
        rows: dict[str, str] = {}
        for table in TABLES:
            name = table.name
            if name in self._facts:
                rows[name] = f"FROM {name}"
                self._create(name, f"FROM {name} SEMI JOIN facts USING (fact_id)")
            elif name not in self._owned:
                self._create(name, f"FROM {name}")
            elif name not in BETWEEN:
                rows[name] = f"FROM {name} SEMI JOIN whole USING (document_id)"
                self._create(name, f"FROM {name} WHERE {self._of_whole(name)}")
        rows.update(self._write_between())
        self._look_up()
        self._connection.execute(
            "CREATE TABLE part.judged_rows AS SELECT unnest($1::VARCHAR[]) AS table_name, unnest($2::VARCHAR[]) AS rows",
            [list(rows), list(rows.values())],
        )

    def _named(self, query: str) -> set[str]:
        return {name for (name,) in self._connection.execute(query).fetchall()}

    def _create(self, name: str, query: str) -> None:
        self._connection.execute(f"CREATE TABLE part.{name} AS {query}")

    def _of_whole(self, name: str) -> str:
        """A condition that a row belongs to a document of which all rows are judged."""
        if name not in self._near:
            return within_blocks(self._connection, name, self._whole)
        others = within_blocks(self._connection, name, self._whole - self._changed)
        return f"{self._near[name]} AND document_id IN (FROM changed) OR {others}"

    def _write_between(self) -> dict[str, str]:
        """Fill the tables of what holds between documents; returns which of their rows are judged."""
        rows = {}
        for name in _FOUND:
            rows[name] = f"FROM {name} SEMI JOIN differing USING (document_id)"
            # A finding may blame a figure of a document that its own is held against.
            documents = self._around if name == "mart_finding" else self._beside
            self._create(name, f"FROM {name} WHERE {within_blocks(self._connection, name, documents)}")
        relations, members = RELATIONS, MEMBERS
        # Relations of others are judged where a figure that they are about belongs to a document that changed.
        claims = " UNION ".join(f"SELECT {column} FROM part.{name}" for name, column in _CLAIMS.items())
        found = (
            f"FROM {members} WHERE {near_relations(self._connection, self._beside)} AND"
            if self._staged is None
            else f"FROM {HERE} WHERE"
        )
        self._connection.execute(
            f"CREATE TABLE part.touched_relations AS SELECT DISTINCT relation_id {found} claim_id IN ({claims})"
        )
        judged = "document_id IN (FROM {0}differing) OR relation_id IN (FROM {0}touched_relations)"
        rows[relations] = f"FROM {relations} WHERE {judged.format('')}"
        rows[members] = f"FROM {members} SEMI JOIN ({rows[relations]}) USING (relation_id)"
        # What is called violated rests on relations within the documents that state a fact; the report tells those of findings.
        self._create(
            relations,
            f"FROM {relations} WHERE {within_blocks(self._connection, relations, self._beside)} "
            f"AND ({judged.format('part.')} OR verdict = 'violated')",
        )
        self._write_members(members, relations)
        return rows

    def _write_members(self, members: str, relations: str) -> None:
        """Fill the table of members with those of the relations that are there."""
        if self._staged is None:
            near = blocks(self._connection, members, near_relations(self._connection, self._beside))
            self._create(
                members, f"FROM {members} WHERE {near} AND relation_id IN (SELECT relation_id FROM part.{relations})"
            )
            return
        is_here = f"document_id IN (FROM touched) AND ({EXCHANGED})"
        self._create(
            members, f"FROM {HERE} WHERE relation_id IN (SELECT relation_id FROM part.{relations} WHERE {is_here})"
        )
        # The others are as they were: their documents have them at hand, and in the table they would have to be looked for.
        others = f"FROM part.{relations} WHERE NOT ({is_here})"
        wanted = self._connection.execute(f"SELECT relation_id {others}").to_arrow_table()
        found = _members_of(wanted["relation_id"], self._staged(self._named(f"SELECT DISTINCT document_id {others}")))
        if found is not None:
            self._connection.register("staged_members", found)
            self._connection.execute(f"INSERT INTO part.{members} BY NAME FROM staged_members")
            self._connection.unregister("staged_members")

    def _look_up(self) -> None:
        """Add what rules look up of other documents: what is printed of the figures that relations and findings are about, and
        the documents themselves."""
        members = (
            "SELECT claim_id FROM part.mart_relation_member "
            "UNION SELECT claim_id FROM part.mart_finding UNION SELECT cell_id FROM part.mart_finding"
        )
        others = self._beside - self._whole
        self._connection.execute(f"CREATE TABLE part.figures AS {members}")
        for name, column in _CLAIMS.items():
            wanted = f"{column} IN (FROM part.figures)"
            if name in _ALSO:
                wanted = f"({wanted} OR {_ALSO[name]})"
            near = within_blocks(self._connection, name, others)
            self._connection.execute(f"INSERT INTO part.{name} FROM {name} WHERE {near} AND {wanted}")
        near = within_blocks(self._connection, "mart_document", others)
        self._connection.execute(f"INSERT INTO part.mart_document FROM mart_document WHERE {near}")


def _members_of(relations: pa.ChunkedArray, tables: Iterable[pa.Table]) -> pa.Table | None:
    """Of these tables the rows of members of some relations."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = [table.filter(pc.is_in(table["relation_id"], relations)) for table in tables] if len(relations) else []
    return pa.concat_tables(found) if found else None


def _with_others(documents: Collection[str], compared: Iterable[Collection[str]]) -> set[str]:
    """These documents, and those that were held against one of them."""
    meant = frozenset(documents)
    return set(meant).union(*(together for together in compared if not meant.isdisjoint(together)))


def near_relations(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> str:
    """A condition on relation_id that holds for all relations of these documents and for few others: the members of
    relations are more than half of a release, and to look each up takes ten times as long."""
    every = [name for (name,) in connection.execute("SELECT DISTINCT document_id FROM mart_relation").fetchall()]
    of_documents = f"FROM mart_relation WHERE {within_blocks(connection, 'mart_relation', documents)}"
    query = f"SELECT document_id, min(relation_id), max(relation_id) {of_documents} GROUP BY ALL"
    found = {name: (first, last) for name, first, last in connection.execute(query).fetchall()}
    every.sort()
    runs: list[tuple[int, int]] = []
    for is_meant, run in groupby(range(len(every)), lambda at: every[at] in found):  # neighbours stand together
        if is_meant:
            numbers = list(run)
            runs.append((numbers[0], numbers[-1] + 1))
    spans = []
    for first, end in joined(runs, _MOST_RANGES):
        known = [found[name] for name in every[first:end] if name in found]
        spans.append((min(low for low, _ in known), max(high for _, high in known)))
    said = (f"relation_id BETWEEN {quote_literal(first)} AND {quote_literal(last)}" for first, last in spans)
    return f"({' OR '.join(said) or 'false'})"


def _listed(documents: Iterable[str]) -> str:
    return ", ".join(quote_literal(name) for name in sorted(documents))


def within_blocks(connection: duckdb.DuckDBPyConnection, table: str, documents: Collection[str]) -> str:
    """A condition that a row of a table belongs to one of these documents, which lets DuckDB pass over what has none of theirs."""
    if not documents:
        return "false"
    wanted = f"document_id IN ({_listed(documents)})"
    return f"{blocks(connection, table, wanted)} AND {wanted}"

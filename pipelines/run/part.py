"""The part of a release that is judged anew when it was made from the last one, as a small file of its own.

It has the rows that are judged, those of documents that changed and of what holds between them and others, and every row
that rules look up for them. Other rows were judged with the last release, by the same rules.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.run.release_stages import MEMBERS, RELATIONS
from warehouse.build import stream
from warehouse.schema.declare import quote_literal
from warehouse.tables import TABLE_BY_NAME, TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

PART = "changed.duckdb"
"""What the file is called in a draft, until the draft is judged."""
STATING = "stating"
"""Relation that has the documents which state a fact that was exchanged."""
HERE = "members_here"
"""Relation that has members of the relations that figures of documents which changed stand in."""
_FOUND = ("mart_warning", "mart_finding", "mart_doubt")
BETWEEN = (*_FOUND, RELATIONS, MEMBERS)
"""Tables in which comparisons have rows, besides mart_check; members lead to their document through their relation."""
Staged = Callable[[str, Collection[str]], Iterable["pa.Table"]]
"""Gives rows of a table that belong to documents, as they are staged; members belong to the document of their relation."""
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
    staged: Staged,
) -> None:
    """Write the part of a release to ``path``.

    ``owned`` are the tables whose rows belong to one document each, ``facts`` those of facts, ``compared`` documents that
    were held against one another. ``staged`` gives the rows of documents, which it takes less to read than to find in the
    release; its sums say that they are the same.

    The connection has the release and these relations: ``changed`` and ``facts``, of which rows were exchanged; ``STATING``
    and ``HERE``; ``whole``, documents of which all rows are judged; ``differing``, those of which rows that hold between
    documents are; ``told``, those and others of which findings are told with other equations. Which rows of a table are judged
    stands in the part's table ``judged_rows``, as a query.
    """
    # Read once and thrown away: to try which compression suits each column takes longer than all else.
    connection.execute(f"ATTACH {quote_literal(str(path))} AS part; SET force_compression = 'uncompressed'")
    try:
        connection.execute("BEGIN")
        _Part(connection, owned, facts, staged).write(list(compared))
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
        staged: Staged,
    ) -> None:
        self._connection, self._owned, self._facts, self._staged = connection, owned, facts, staged

    def write(self, compared: Sequence[Collection[str]]) -> None:
        """Fill all tables; ``compared`` as for ``write_part``."""
        for name in ("changed", "whole", "differing"):
            self._connection.execute(f"CREATE TABLE part.{name} AS FROM {name}")
        self._connection.execute("CREATE TABLE part.touched_facts AS FROM facts")
        self._whole = self._named("FROM whole")
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
                self._fill(name, self._whole)
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

    def _fill(self, name: str, documents: Collection[str], wanted: str = "true") -> None:
        """Fill a table with rows of documents."""
        statement = f"CREATE TABLE part.{name} AS FROM {{rows}} WHERE {wanted}"
        stream(self._connection, TABLE_BY_NAME[name], self._staged(name, documents), statement)

    def _write_between(self) -> dict[str, str]:
        """Fill the tables of what holds between documents; returns which of their rows are judged."""
        rows = {}
        for name in _FOUND:
            rows[name] = f"FROM {name} SEMI JOIN differing USING (document_id)"
            # A finding may blame a figure of a document that its own is held against.
            documents = self._around if name == "mart_finding" else self._beside
            # There are few: to read the stages of these documents takes longer than to look through all of them.
            self._connection.execute(
                f"CREATE TABLE part.{name} AS FROM {name} WHERE document_id IN (SELECT unnest($1::VARCHAR[]))",
                [sorted(documents)],
            )
        # Relations of others are judged where a figure that they are about belongs to a document that changed.
        claims = " UNION ".join(f"SELECT {column} FROM part.{name}" for name, column in _CLAIMS.items())
        self._connection.execute(
            f"CREATE TABLE part.touched_relations AS SELECT DISTINCT relation_id FROM {HERE} WHERE claim_id IN ({claims})"
        )
        judged = "document_id IN (FROM {0}differing) OR relation_id IN (FROM {0}touched_relations)"
        rows[RELATIONS] = f"FROM {RELATIONS} WHERE {judged.format('')}"
        rows[MEMBERS] = f"FROM {MEMBERS} SEMI JOIN ({rows[RELATIONS]}) USING (relation_id)"
        # What is called violated rests on relations within the documents that state a fact; the report tells those of findings.
        self._fill(RELATIONS, self._beside, f"{judged.format('part.')} OR verdict = 'violated'")
        related = self._named(f"SELECT DISTINCT document_id FROM part.{RELATIONS}")
        self._fill(MEMBERS, related, f"relation_id IN (SELECT relation_id FROM part.{RELATIONS})")
        return rows

    def _look_up(self) -> None:
        """Add what rules look up of other documents: what is printed of the figures that relations and findings are about, and
        the documents themselves."""
        members = (
            "SELECT claim_id FROM part.mart_relation_member "
            "UNION SELECT claim_id FROM part.mart_finding UNION SELECT cell_id FROM part.mart_finding"
        )
        others = self._beside - self._whole
        self._connection.execute(f"CREATE TABLE part.figures AS {members}")
        for name, column in (*_CLAIMS.items(), ("mart_document", "document_id")):
            wanted = f"{column} IN (FROM part.figures)"
            if name in _ALSO:
                wanted = f"({wanted} OR {_ALSO[name]})"
            statement = f"INSERT INTO part.{name} BY NAME FROM {{rows}}"
            if name in _CLAIMS:
                statement += f" WHERE {wanted}"
            stream(self._connection, TABLE_BY_NAME[name], self._staged(name, others), statement)


def _with_others(documents: Collection[str], compared: Iterable[Collection[str]]) -> set[str]:
    """These documents, and those that were held against one of them."""
    meant = frozenset(documents)
    return set(meant).union(*(together for together in compared if not meant.isdisjoint(together)))

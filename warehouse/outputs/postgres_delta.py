"""The copy in PostgreSQL brought up to the next release by the rows that changed.

They are deleted, changed and inserted in the published tables themselves, in one transaction. Whoever reads sees the rows of
one moment, before it or after it; PostgreSQL keeps old rows for statements and transactions that began before. No lock is
taken that a reader's would meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.outputs.postgres_rows import copy_rows, names_of, run
from warehouse.outputs.row_changes import (
    Changes,
    came_rows,
    changed_views,
    find_changes,
    find_table_changes,
    gone_rows,
    is_same_table,
)
from warehouse.release import Release
from warehouse.schema.declare import Table, quote_identifier, quote_literal

if TYPE_CHECKING:
    import duckdb
    import psycopg

_CAME, _GONE = "came", "gone"
"""Tables that rows are sent to, in a schema that nobody else sees and that goes again."""


class NotByRows(Exception):
    """The copy can't be brought up to the release by rows that changed; a full copy can be made."""


@dataclass(frozen=True, slots=True)
class Delta:
    """The copy afterwards: rows by table and view, and how many rows were sent, those that went as keys."""

    row_counts: Mapping[str, int]
    rows_sent: int


def bring_up(
    connection: psycopg.Connection[Any],
    source: duckdb.DuckDBPyConnection,
    before: Release,
    release: Release,
    schema: str,
    building: str,
    tables: Sequence[Table],
    views: Mapping[str, Sequence[str]],
) -> Delta:
    """Make the rows in ``schema``, which are those of the release ``before``, those of ``release``, within a transaction.

    ``source`` has both files attached; ``building`` is an empty schema of ours; ``views`` has the columns of each view.
    Raises NotByRows when the rows that are there are not those of ``before``, or more than half of all changed.
    """
    copy = _Copy(connection, source, schema, building)
    if before.release_id != release.release_id:
        changed = [table for table in tables if not is_same_table(before, release, table.name)]
        _exchange_tables(copy, before, release, changed)
        for name in changed_views(source, before, release, list(views)):
            copy.exchange(name, views[name], find_changes(source, name, views[name]))
    counts = copy.count([*(table.name for table in tables), *views])
    for table in tables:
        if counts[table.name] != release.manifest["row_counts"].get(table.name, 0):
            raise NotByRows(f"{table.name} has {counts[table.name]} rows")
    return Delta(counts, copy.rows_sent)


def _exchange_tables(copy: _Copy, before: Release, release: Release, changed: Sequence[Table]) -> None:
    """Take in rows of the tables that others refer to first, and give up rows of these last: references hold throughout."""
    most = sum(release.manifest["row_counts"].values())
    found: dict[str, Changes] = {}
    for table in changed:
        if not table.key:
            raise NotByRows(f"{table.name} has no key")
        found[table.name] = find_table_changes(copy.source, before, release, table)
        if sum(one.gone + one.came for one in found.values()) > most:
            raise NotByRows("more than half of all rows changed")
        copy.take_in(table, found[table.name])
    for table in reversed(changed):
        copy.give_up(table, found[table.name])


class _Copy:
    """The published tables being changed; ``rows_sent`` counts what went over the network."""

    def __init__(
        self, connection: psycopg.Connection[Any], source: duckdb.DuckDBPyConnection, schema: str, building: str
    ) -> None:
        self.source = source
        self.rows_sent = 0
        self._connection = connection
        self._schema, self._building = quote_identifier(schema), quote_identifier(building)

    def take_in(self, table: Table, changes: Changes) -> None:
        """Insert the rows of a table that came; one whose key is there already is changed, so that what refers to it stays."""
        if not changes.came:
            return
        sent = self._send(_CAME, came_rows(table.name), table.name, table.column_names)
        columns = names_of(table.column_names)
        others = [name for name in table.column_names if name not in table.key]
        values = ", ".join(f"{column} = excluded.{column}" for column in map(quote_identifier, others))
        self._run(
            f"INSERT INTO {self._held(table.name)} ({columns}) SELECT {columns} FROM {sent} "
            f"ON CONFLICT ({names_of(table.key)}) DO {f'UPDATE SET {values}' if values else 'NOTHING'}",
            changes.came,
        )
        run(self._connection, f"DROP TABLE {sent}")

    def give_up(self, table: Table, changes: Changes) -> None:
        """Delete the rows of a table whose keys are gone."""
        if not changes.gone:
            return
        key = names_of(table.key)
        gone = f"(FROM {gone_rows(table.name)} ANTI JOIN {came_rows(table.name)} USING ({key}))"
        expected = self._count_of(gone)
        if not expected:
            return
        sent = self._send(_GONE, gone, table.name, table.key)
        alike = " AND ".join(f"held.{column} = gone.{column}" for column in map(quote_identifier, table.key))
        self._run(f"DELETE FROM {self._held(table.name)} AS held USING {sent} AS gone WHERE {alike}", expected)
        run(self._connection, f"DROP TABLE {sent}")

    def exchange(self, name: str, columns: Sequence[str], changes: Changes) -> None:
        """Delete the rows of a view that are gone, and insert those that came; a view has no key."""
        if changes.gone:
            sent = self._send(_GONE, gone_rows(name), name, columns)
            # Rows compared as wholes: NULL is like NULL, and PostgreSQL can hash them.
            alike = f"DELETE FROM {self._held(name)} AS held USING {sent} AS gone WHERE held.* = gone.*"
            self._run(alike, changes.gone)
            run(self._connection, f"DROP TABLE {sent}")
        if changes.came:
            self.rows_sent += copy_rows(self._connection, self.source, came_rows(name), self._held(name), columns)

    def count(self, names: Iterable[str]) -> dict[str, int]:
        """Rows of published tables, counted in one statement."""
        parts = [f"SELECT {quote_literal(name)}, count(*) FROM {self._held(name)}" for name in names]
        return {str(name): int(count) for name, count in self._connection.execute(" UNION ALL ".join(parts)).fetchall()}

    def _held(self, name: str) -> str:
        return f"{self._schema}.{quote_identifier(name)}"

    def _count_of(self, relation: str) -> int:
        return int(self.source.execute(f"SELECT count(*) FROM {relation}").fetchall()[0][0])

    def _send(self, place: str, relation: str, name: str, columns: Sequence[str]) -> str:
        """Copy rows into a table of their own, with columns of a published table; returns its name."""
        target = f"{self._building}.{place}"
        run(
            self._connection,
            f"CREATE UNLOGGED TABLE {target} AS SELECT {names_of(columns)} FROM {self._held(name)} WITH NO DATA",
        )
        self.rows_sent += copy_rows(self._connection, self.source, relation, target, columns)
        # Without it the server takes the table for a large one, and reads all of the other.
        run(self._connection, f"ANALYZE {target}")
        return target

    def _run(self, statement: str, expected: int) -> None:
        """Run a statement that changes rows. Raises NotByRows when it changed more or fewer than expected."""
        changed = self._connection.execute(statement.encode()).rowcount
        if changed != expected:
            raise NotByRows(f"{changed} rows changed, not {expected}")

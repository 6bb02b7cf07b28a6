"""A release published into a DuckLake: Parquet files, a catalogue of snapshots, several writers.

DuckDB's own extension does the work: transactions, snapshots, conflicts, expiry. Here is only what a
release is in a lake: one schema and one snapshot, so that every reader, whatever snapshot it reads,
sees a whole release. Tables of which neither rows nor declaration changed keep their files. Of a large table in which few
rows changed since a release that is kept, those are deleted and inserted; others are written whole. Views are
views; their columns have no comments, which DuckLake keeps for columns of tables only.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from warehouse.marts import View, views
from warehouse.outputs.lake_connection import PREFIX, LakeError, attempt
from warehouse.outputs.row_changes import attach_before, came_rows, find_table_changes, gone_rows, kept_release
from warehouse.release import Release
from warehouse.schema.declare import Table, comments, quote_identifier, quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb

__all__ = ["DEFAULT_SCHEMA", "PREFIX", "RELEASE_TABLE", "LakeError", "Published", "publish"]

DEFAULT_SCHEMA = "fascicle"
RELEASE_TABLE = "lake_release"
"""One row: the release that the schema holds, and the SHA-256 of each table with its declaration."""

_AUTHOR = "fascicle"
# Files of expired releases stay as long for readers that began before.
_GRACE = timedelta(days=1)
# A table of fewer rows is one small file: no larger, and sooner written, than what tells deleted rows and those inserted.
_LARGE = 10_000
# Files of a table, one more with each release that brings rows, up to which reading it takes hardly longer.
_MOST_FILES = 32
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,30}")


@dataclass(frozen=True, slots=True)
class Published:
    """What the lake holds now: the release's snapshot, rows by table, the tables written for it, snapshots expired.

    ``notes`` tell in words what was not done. ``rows_written`` are those that were deleted or inserted.
    """

    schema: str
    snapshot: int
    row_counts: Mapping[str, int]
    written: tuple[str, ...] = ()
    expired: int = 0
    notes: tuple[str, ...] = ()
    rows_written: int = 0


@dataclass(frozen=True, slots=True)
class _Held:
    """The release that a schema holds: its identity, and a mark of each table and view that was made for it."""

    release_id: str
    content_hash: str
    tables: Mapping[str, str]
    views: Mapping[str, str]


def publish(
    release: Release,
    address: str,
    *,
    data_path: str | None = None,
    schema: str = DEFAULT_SCHEMA,
    keep: int | None = None,
    grace: timedelta = _GRACE,
    tables: Sequence[Table] = TABLES,
) -> Published:
    """Publish a release into ``schema`` of the lake at ``address``, as one snapshot; a second time changes nothing.

    ``address`` is ``ducklake:`` and a catalogue as DuckDB names it, or ``ducklake:postgresql://...``;
    ``data_path`` is where a new lake keeps its Parquet files. Of several writers the one that came
    second tries again on what the first left; it leaves a newer release that came meanwhile. With
    ``keep``, all but the newest so many releases of the schema expire, and files that expired longer
    than ``grace`` ago are removed. Raises LakeError when the extension is missing, the lake can't be
    reached or refuses, or the schema is somebody else's; what readers see is then unchanged. Old
    releases that could not be made to expire are a note.
    """
    if not _PLAIN_NAME.fullmatch(schema):
        raise LakeError(f"schema {schema!r}: give a name of lower-case letters, digits and _, at most 31")
    if keep is not None and keep < 1:
        raise LakeError(f"keep at least one release, not {keep}")
    attempted = partial(attempt, release, address, data_path)
    done = attempted(lambda lake, is_again: _attempt(lake, release, schema, tables, is_again))
    if keep is None:
        return done
    try:
        return replace(done, expired=attempted(lambda lake, _: _expire(lake, schema, keep, grace)))
    except LakeError as problem:
        return replace(done, notes=(*done.notes, f"older releases could not be made to expire: {problem}"))


class _UnreadableError(Exception):
    """The release that the schema holds is kept, and can't be read."""


def _attempt(
    connection: duckdb.DuckDBPyConnection, release: Release, schema: str, tables: Sequence[Table], is_again: bool
) -> Published:
    """One attempt: by the rows that changed, or where these can't be told, without."""
    try:
        return _publish(connection, release, schema, tables, is_again)
    except _UnreadableError:
        connection.execute("ROLLBACK")
        return _publish(connection, release, schema, tables, is_again, is_by_rows=False)


def _publish(
    connection: duckdb.DuckDBPyConnection,
    release: Release,
    schema: str,
    tables: Sequence[Table],
    is_again: bool,
    is_by_rows: bool = True,
) -> Published:
    """Publish in one transaction of the lake. Raises _UnreadableError when the last release is needed and damaged."""
    connection.execute("BEGIN")
    held = _held(connection, schema)
    made = _of_release(connection, release, tables)
    expected = {table.name: int(release.manifest["row_counts"].get(table.name, 0)) for table in tables}
    if held is not None and is_again and held.release_id > release.release_id:
        note = f"release {held.release_id}, which is newer, came meanwhile and stays"
        return Published(schema, _snapshot(connection), _counts(connection, schema, held.tables), notes=(note,))
    kept = _unchanged(connection, schema, held, made, expected)
    if held == made and kept == made.tables.keys() and made.views.keys() <= _present(connection, schema):
        return Published(schema, _snapshot(connection), expected)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{quote_identifier(schema)}")
    connection.execute(f"USE lake.{quote_identifier(schema)}")
    written = tuple(table for table in tables if table.name not in kept)
    before = _before(connection, release, held) if is_by_rows else None
    known = _known(connection, schema, held, before, written) if held and before else set()
    rows_written = 0
    for table in written:
        is_known = table.name in known and expected[table.name] >= _LARGE
        exchanged = _exchange_rows(connection, schema, before, release, table) if before and is_known else None
        rows_written += _write_table(connection, table) if exchanged is None else exchanged
    _replace_views(connection, held, made)
    _record(connection, release, made)
    counts = _counts(connection, schema, expected)
    if wrong := [name for name, count in counts.items() if count != expected[name]]:
        raise LakeError(
            f"{wrong[0]} has {counts[wrong[0]]} rows in the lake, {expected[wrong[0]]} in release {release.release_id}"
        )
    message = f"release {release.release_id}, content {release.manifest['content_hash']}"
    connection.execute("CALL lake.set_commit_message(?, ?, extra_info => ?)", [_AUTHOR, message, _kind(schema)])
    connection.execute("COMMIT")
    return Published(
        schema, _snapshot(connection), counts, tuple(table.name for table in written), rows_written=rows_written
    )


def _kind(schema: str) -> str:
    """What the snapshots of a schema's releases are known by."""
    return f"schema {schema}"


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, *values: object) -> list[tuple[Any, ...]]:
    return connection.execute(statement, list(values)).fetchall()


def _snapshot(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest snapshot."""
    return int(_rows(connection, "SELECT max(snapshot_id) FROM lake.snapshots()")[0][0])


def _counts(connection: duckdb.DuckDBPyConnection, schema: str, names: Iterable[str]) -> dict[str, int]:
    """Rows of tables of the schema, counted in one statement."""
    place = f"lake.{quote_identifier(schema)}"
    parts = [f"SELECT {quote_literal(name)}, count(*) FROM {place}.{quote_identifier(name)}" for name in names]
    found = dict(_rows(connection, " UNION ALL ".join(parts))) if parts else {}
    return {name: int(found[name]) for name in names}


def _present(connection: duckdb.DuckDBPyConnection, schema: str) -> set[str]:
    """Names of tables and views in a schema of the lake; none where there is no such schema."""
    named = "database_name = 'lake' AND schema_name = ?"
    statement = f"SELECT table_name FROM duckdb_tables() WHERE {named} UNION ALL SELECT view_name FROM duckdb_views() WHERE {named}"
    return {str(name) for (name,) in _rows(connection, statement, schema, schema)}


def _held(connection: duckdb.DuckDBPyConnection, schema: str) -> _Held | None:
    """The release in a schema, None for one that is empty or missing; LakeError for one that holds something else."""
    present = _present(connection, schema)
    if not present:
        return None
    if RELEASE_TABLE not in present:
        raise LakeError(f"schema {schema} was not made by fascicle; give another name with --schema")
    place = f"lake.{quote_identifier(schema)}.{quote_identifier(RELEASE_TABLE)}"
    ((release_id, content_hash, tables, made_views),) = _rows(
        connection, f"SELECT release_id, content_hash, tables, views FROM {place}"
    )
    return _Held(str(release_id), str(content_hash), tables, made_views)


def _mark(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _definition(table: Table) -> tuple[str, ...]:
    """CREATE TABLE and its comments. DuckLake has NOT NULL, but neither keys nor checks: the release has held those."""
    columns = ", ".join(
        f"{quote_identifier(field.name)} {field.type}{' NOT NULL' if field.required or field.name in table.key else ''}"
        for field in table.fields
    )
    return f"CREATE OR REPLACE TABLE {quote_identifier(table.name)} ({columns})", *comments(table)


def _definition_of_view(view: View) -> tuple[str, ...]:
    """CREATE VIEW and the comment on it; the rest of its comments are on columns, which a lake's views can't have."""
    return view.statements()[:2]


def _of_release(connection: duckdb.DuckDBPyConnection, release: Release, tables: Sequence[Table]) -> _Held:
    """What the lake shall hold. A table's mark is of its rows, by the hash in the manifest, and its declaration."""
    hashes: Mapping[str, str] = release.manifest["table_hashes"]
    present = {
        str(name)
        for (name,) in _rows(connection, "SELECT view_name FROM duckdb_views() WHERE database_name = 'release'")
    }
    return _Held(
        release.release_id,
        str(release.manifest["content_hash"]),
        {table.name: _mark(*_definition(table), hashes.get(table.name, "")) for table in tables},
        {view.name: _mark(*_definition_of_view(view)) for view in views() if view.name in present},
    )


def _unchanged(
    connection: duckdb.DuckDBPyConnection, schema: str, held: _Held | None, made: _Held, expected: Mapping[str, int]
) -> set[str]:
    """Tables that need not be written: the same mark, and as many rows as the release has."""
    if held is None:
        return set()
    same = [name for name, mark in made.tables.items() if held.tables.get(name) == mark]
    present = _present(connection, schema)
    counts = _counts(connection, schema, [name for name in same if name in present])
    return {name for name, count in counts.items() if count == expected[name]}


def _before(connection: duckdb.DuckDBPyConnection, release: Release, held: _Held | None) -> Release | None:
    """Attach the release that the schema holds; None where it is not kept, or is this one."""
    import duckdb

    before = kept_release(release, held.release_id, held.content_hash) if held is not None else None
    if before is None or before.release_id == release.release_id:
        return None
    try:
        attach_before(connection, before)
    except duckdb.Error as problem:
        raise _UnreadableError from problem
    return before


def _known(
    connection: duckdb.DuckDBPyConnection, schema: str, held: _Held, before: Release, tables: Sequence[Table]
) -> set[str]:
    """Tables of the lake, with a key, that are declared as today and have the rows of the release ``before``, by their marks
    and counts."""
    hashes, counts = before.manifest["table_hashes"], before.manifest["row_counts"]
    marks = {table.name: _mark(*_definition(table), hashes.get(table.name, "")) for table in tables if table.key}
    present = _present(connection, schema)
    same = [name for name, mark in marks.items() if held.tables.get(name) == mark and name in present]
    return {name for name, count in _counts(connection, schema, same).items() if count == counts.get(name, 0)}


def _exchange_rows(
    connection: duckdb.DuckDBPyConnection, schema: str, before: Release, release: Release, table: Table
) -> int | None:
    """Delete and insert the rows of a table that changed since the release ``before``; returns how many.

    None where it has to be written whole: it lies in many files, half of it changed, or a row that went is not there.
    """
    import duckdb

    files = _rows(connection, "FROM ducklake_list_files('lake', ?, schema => ?)", table.name, schema)
    if len(files) > _MOST_FILES:
        return None
    try:
        changes = find_table_changes(connection, before, release, table)
    except duckdb.Error as problem:
        raise _UnreadableError from problem
    if changes.gone + changes.came > release.manifest["row_counts"][table.name]:
        return None
    name, names = quote_identifier(table.name), ", ".join(map(quote_identifier, table.column_names))
    alike = " AND ".join(f"{name}.{column} = gone.{column}" for column in map(quote_identifier, table.key))
    ((deleted,),) = _rows(connection, f"DELETE FROM {name} USING {gone_rows(table.name)} AS gone WHERE {alike}")
    if deleted != changes.gone:
        return None
    if changes.came:
        connection.execute(f"INSERT INTO {name} ({names}) SELECT {names} FROM {came_rows(table.name)}")
    return changes.gone + changes.came


def _write_table(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """Write a table whole; returns its rows."""
    for statement in _definition(table):
        connection.execute(statement)
    names = ", ".join(map(quote_identifier, table.column_names))
    name = quote_identifier(table.name)
    ((rows,),) = _rows(connection, f"INSERT INTO {name} ({names}) SELECT {names} FROM release.main.{name}")
    return int(rows)


def _replace_views(connection: duckdb.DuckDBPyConnection, held: _Held | None, made: _Held) -> None:
    """Create every view again, and drop the views and tables that only the previous release had."""
    if held is not None:
        for name in held.views:
            connection.execute(f"DROP VIEW IF EXISTS {quote_identifier(name)}")
        for name in held.tables.keys() - made.tables.keys():
            connection.execute(f"DROP TABLE IF EXISTS {quote_identifier(name)}")
    for view in views():
        if view.name in made.views:
            for statement in _definition_of_view(view):
                connection.execute(statement)


def _record(connection: duckdb.DuckDBPyConnection, release: Release, made: _Held) -> None:
    """Write which release this is. The table is replaced each time, so that two writers always conflict here."""
    name = quote_identifier(RELEASE_TABLE)
    connection.execute(
        f"CREATE OR REPLACE TABLE {name} (release_id VARCHAR NOT NULL, created_at VARCHAR, "
        "content_hash VARCHAR NOT NULL, tables MAP(VARCHAR, VARCHAR), views MAP(VARCHAR, VARCHAR))"
    )
    connection.execute(f"COMMENT ON TABLE {name} IS 'The release that the schema holds.'")
    connection.execute(
        f"INSERT INTO {name} VALUES (?, ?, ?, MAP(?, ?), MAP(?, ?))",
        [
            made.release_id,
            str(release.manifest["created_at"]),
            made.content_hash,
            *(list(part) for held in (made.tables, made.views) for part in (held.keys(), held.values())),
        ],
    )


def _expire(connection: duckdb.DuckDBPyConnection, schema: str, keep: int, grace: timedelta) -> int:
    """Expire the schema's own snapshots but the newest ``keep``, and remove files that expired before ``grace``."""
    ours = _rows(
        connection,
        "SELECT snapshot_id FROM lake.snapshots() WHERE author = ? AND commit_extra_info = ? ORDER BY 1 DESC",
        _AUTHOR,
        _kind(schema),
    )
    old = [int(number) for (number,) in ours[keep:]]
    if old:
        connection.execute(f"CALL ducklake_expire_snapshots('lake', versions => {old})")
    seconds = int(grace.total_seconds())
    connection.execute(f"CALL ducklake_cleanup_old_files('lake', older_than => now() - INTERVAL {seconds} SECONDS)")
    return len(old)

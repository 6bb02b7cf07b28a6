"""A release copied into PostgreSQL: tables, keys, indexes, comments, and a role that may only read.

Where the schema holds a release that is kept, rows that changed are exchanged (``warehouse/outputs/postgres_delta.py``). Else
the copy is made in a schema of its own and takes the published name within the same transaction,
so readers see the old release or the new one. Renaming a schema locks no table: nobody waits and
nothing deadlocks. The schema that was replaced is kept, under a retired name, for statements still
reading it, and dropped by the next copy. Rows are frozen as they are written, so a transaction with
an older snapshot that looks up a new table finds its rows, not an empty table.

The types of the declarations (``warehouse/schema/declare.py``) are PostgreSQL's as well. Views are copied
as tables of their rows: they are written in DuckDB's SQL.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.marts import views
from warehouse.memory import spilling
from warehouse.outputs.postgres_delta import Delta, NotByRows, bring_up
from warehouse.outputs.postgres_mark import BEGINNING, Mark, form_of, read_mark
from warehouse.outputs.postgres_rows import copy_rows, one, run
from warehouse.outputs.postgres_statements import (
    READER_MARK,
    closing_statements,
    grant_statements,
    reference_statements,
    role_statements,
    table_statements,
    view_statements,
)
from warehouse.outputs.row_changes import AFTER, attach_before, kept_release
from warehouse.query import READ_ONLY_CONFIG
from warehouse.release import Release
from warehouse.schema.declare import Table, quote_identifier, quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import psycopg

DEFAULT_SCHEMA, DEFAULT_ROLE = "fascicle", "fascicle_reader"
# Shorter than PostgreSQL's deadlock_timeout (1 s): it is we who give up, never a reader who is cancelled.
_WAIT = "500ms"
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,30}")
# Given once the files are attached.
_LOCKED = ("enable_external_access", "lock_configuration")


class PostgresError(RuntimeError):
    """A copy that could not be made; the message is one line, without address or password."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy made: rows by table, what it was not allowed to do, in words, and how many rows were sent for it."""

    schema: str
    row_counts: Mapping[str, int]
    notes: tuple[str, ...]
    rows_sent: int


@dataclass(frozen=True, slots=True)
class _Shape:
    """Statements of a copy: before its rows, after them, and of rights; with the tables, and the columns of each view."""

    tables: Sequence[Table]
    views: Mapping[str, Sequence[str]]
    empty: Sequence[str]
    references: Sequence[str]
    rights: Sequence[str]

    def statements(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.empty, *self.references, *self.rights)


def publish(
    release: Release,
    address: str,
    *,
    schema: str = DEFAULT_SCHEMA,
    role: str = DEFAULT_ROLE,
    password: str | None = None,
    close: bool = False,
    tables: Sequence[Table] = TABLES,
) -> Copied:
    """Copy a release into ``schema`` of the database at ``address``, and let ``role`` read it.

    A role that is missing is created where that is allowed, with ``password`` if given (hashed
    here, SCRAM); else a note says what an administrator has to type. ``close`` takes from every user
    of the database what lets them write outside of schemas. Raises PostgresError when the
    server can't be reached or refuses, the schema is somebody else's, or the role could do more
    than read; what readers see is then unchanged.
    """
    import duckdb
    import psycopg

    for word, name in (("schema", schema), ("role", role)):
        if not _PLAIN_NAME.fullmatch(name):
            raise PostgresError(f"{word} {name!r}: give a name of lower-case letters, digits and _, at most 31")
    try:
        connection = psycopg.connect(address, autocommit=True, connect_timeout=10, application_name="fascicle")
    except psycopg.OperationalError as problem:
        raise PostgresError(f"can't connect to PostgreSQL: {_one_line(problem, address)}") from None
    except psycopg.Error:
        # What libpq says of an address it can't read quotes parts of it, the password among them.
        raise PostgresError("the address isn't one of PostgreSQL's: postgresql://user@host:port/database") from None
    with connection:
        try:
            if close:
                run(connection, *closing_statements(connection.info.dbname))
            return _publish(connection, release, schema, role, password, tables)
        except psycopg.Error as problem:
            raise PostgresError(f"PostgreSQL refused the copy: {_one_line(problem, address)}") from None
        except duckdb.Error:
            raise PostgresError(
                f"release {release.release_id} lacks tables or columns of today: publish a new one with fascicle run"
            ) from None


def _one_line(problem: Exception, address: str) -> str:
    """The message as one line, the password struck out wherever a server should repeat it."""
    from psycopg.conninfo import conninfo_to_dict

    text = " ".join(str(problem).split())
    secret = str(conninfo_to_dict(address).get("password") or "")
    return text.replace(address, "***").replace(secret, "***") if secret else text


def _publish(
    connection: psycopg.Connection[Any],
    release: Release,
    schema: str,
    role: str,
    password: str | None,
    tables: Sequence[Table],
) -> Copied:
    notes = _drop_retired(connection, schema)
    with connection.transaction():
        # The name is the lock: a second copy waits here for the first. An advisory lock any reader could hold.
        building = f"{schema}_building"
        run(connection, f"CREATE SCHEMA {quote_identifier(building)}")
        comment = _comment_of(connection, schema)
        notes += _ensure_role(connection, role, schema, password)
        is_reader_there = bool(one(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role))
        mark = read_mark(comment) if comment else None
        before = kept_release(release, mark.release_id, mark.content_hash) if mark else None
        with _opened(release, before) as source:
            shape = _shape(source, tables, schema, role if is_reader_there else None)
            form = mark.form if mark else ""
            done = _by_rows(connection, source, before, release, schema, shape, form) if before else None
            if done is None:
                done = _whole(connection, source, schema, shape, comment is not None)
                form = form_of(connection, schema, shape.statements())
        # A full copy leaves no building schema: it has the published name now.
        run(connection, f"DROP SCHEMA IF EXISTS {quote_identifier(building)}")
        said = Mark(release.release_id, str(release.manifest["content_hash"]), form).text()
        run(connection, f"COMMENT ON SCHEMA {quote_identifier(schema)} IS {quote_literal(said)}")
    return Copied(schema, done.row_counts, tuple(notes), done.rows_sent)


@contextmanager
def _opened(release: Release, before: Release | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A locked connection of DuckDB to the release, and to the one that was copied last, where that can be read."""
    import duckdb

    # One connection for both: a file opened twice in a process loses its lock when the first is closed. One thread: of many
    # small queries a second costs more than it does.
    config = {name: value for name, value in READ_ONLY_CONFIG.items() if name not in _LOCKED}
    with (
        tempfile.TemporaryDirectory(prefix="fascicle-") as spilled,
        duckdb.connect(config={**config, **spilling(Path(spilled), most_threads=1)}) as connection,
    ):
        connection.execute(f"ATTACH {quote_literal(str(release.database))} AS {AFTER} (READ_ONLY)")
        if before is not None and before.release_id != release.release_id:
            # One that can't be read any more is missed by the comparison, and a full copy is made.
            with suppress(duckdb.Error):
                attach_before(connection, before)
        connection.execute(f"USE {AFTER}")
        for name in _LOCKED:
            connection.execute(f"SET {name} = {READ_ONLY_CONFIG[name]}")
        yield connection


def _shape(source: duckdb.DuckDBPyConnection, tables: Sequence[Table], schema: str, role: str | None) -> _Shape:
    """What today's program makes of a release in a schema that a role may read."""
    query = "SELECT view_name FROM duckdb_views() WHERE database_name = ?"
    present = {str(name) for (name,) in source.execute(query, [AFTER]).fetchall()}
    columns: dict[str, Sequence[str]] = {}
    empty = [*table_statements(tables)]
    for view in views():
        if view.name in present:
            described = source.execute(f"DESCRIBE {quote_identifier(view.name)}").fetchall()
            types = {str(row[0]): str(row[1]) for row in described}
            columns[view.name] = tuple(types)
            empty += view_statements(view, types)
    rights = grant_statements(schema, role) if role else ()
    return _Shape(tables, columns, empty, tuple(reference_statements(tables)), tuple(rights))


def _by_rows(
    connection: psycopg.Connection[Any],
    source: duckdb.DuckDBPyConnection,
    before: Release,
    release: Release,
    schema: str,
    shape: _Shape,
    form: str,
) -> Delta | None:
    """Exchange the rows that changed since the release ``before``; None, and nothing changed, where a full copy is needed."""
    import duckdb
    import psycopg

    run(connection, f"SET LOCAL search_path TO {quote_identifier(schema)}")
    if form_of(connection, schema, shape.statements()) != form:
        return None
    try:
        with connection.transaction():
            run(connection, f"SET LOCAL lock_timeout = '{_WAIT}'")
            return bring_up(
                connection, source, before, release, schema, f"{schema}_building", shape.tables, shape.views
            )
    except (NotByRows, duckdb.Error, psycopg.IntegrityError, psycopg.errors.LockNotAvailable):
        return None


def _whole(
    connection: psycopg.Connection[Any],
    source: duckdb.DuckDBPyConnection,
    schema: str,
    shape: _Shape,
    is_there: bool,
) -> Delta:
    """Copy every row into a fresh schema, which takes the name of the published one."""
    building = quote_identifier(f"{schema}_building")
    run(connection, f"SET LOCAL search_path TO {building}")
    counts = _fill(connection, source, shape)
    if is_there:
        number = one(connection, "SELECT pg_current_xact_id()::text")
        retired = quote_identifier(f"{schema}_retired_{number}")
        run(connection, f"ALTER SCHEMA {quote_identifier(schema)} RENAME TO {retired}")
    run(connection, f"ALTER SCHEMA {building} RENAME TO {quote_identifier(schema)}")
    run(connection, *shape.rights, f"SET LOCAL search_path TO {quote_identifier(schema)}")
    return Delta(counts, sum(counts.values()))


def _fill(connection: psycopg.Connection[Any], source: duckdb.DuckDBPyConnection, shape: _Shape) -> dict[str, int]:
    """Make and load every table and view in the schema of the search path; returns rows by name."""
    run(connection, *shape.empty)
    columns = {table.name: table.column_names for table in shape.tables}
    counts = {}
    for name, names in {**columns, **shape.views}.items():
        place = quote_identifier(name)
        counts[name] = copy_rows(connection, source, place, place, names, "(FREEZE)")
    run(connection, *shape.references)
    return counts


def _comment_of(connection: psycopg.Connection[Any], schema: str) -> str | None:
    """The comment of a schema we made, None when there is no such schema; PostgresError when it isn't ours."""
    if one(connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", schema) is None:
        return None
    mark = one(connection, "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", schema)
    if mark is None or not str(mark).startswith(BEGINNING):
        raise PostgresError(f"schema {schema} was not made by fascicle; give another name with --schema")
    return str(mark)


def _drop_retired(connection: psycopg.Connection[Any], schema: str) -> list[str]:
    """Drop what earlier copies replaced; what is still being read stays for the next time."""
    import psycopg

    found = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) "
        "AND starts_with(obj_description(oid, 'pg_namespace'), %s) ORDER BY 1",
        [f"{schema}_retired_", BEGINNING],
    ).fetchall()
    notes = []
    for (name,) in found:
        try:
            with connection.transaction():
                run(connection, f"SET LOCAL lock_timeout = '{_WAIT}'")
                run(connection, f"DROP SCHEMA {quote_identifier(name)} CASCADE")
        except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedObject, psycopg.errors.InvalidSchemaName):
            notes.append(f"schema {name} is still being read; the next copy drops it")
    return notes


def _ensure_role(connection: psycopg.Connection[Any], role: str, schema: str, password: str | None) -> list[str]:
    """Create the reader role where it is missing, or reset it where it is ours; returns what is left to do by hand."""
    row = connection.execute(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR rolname = current_user "
        "OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid), "
        "shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s",
        [role],
    ).fetchone()
    if row is not None and row[0]:
        raise PostgresError(f"role {role} may do more than read; give another with --role")
    is_super = bool(one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    may = is_super or bool(one(connection, "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user"))
    if row is not None and (row[1] != READER_MARK or not may):
        return []
    if row is None and not may:
        return [f"role {role} is missing and this user may not create it: CREATE ROLE {role} LOGIN, then copy again"]
    if row is None:
        run(connection, f"CREATE ROLE {quote_identifier(role)}")
    run(connection, *role_statements(role, schema, connection.info.dbname, is_super))
    if password is None:
        return [] if row else [f"role {role} has no password yet: psql, then \\password {role}"]
    # Hashed here: the server's log never sees the password itself.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    run(connection, f"ALTER ROLE {quote_identifier(role)} PASSWORD {quote_literal(verifier)}")
    return []

"""A release copied into PostgreSQL: tables, keys, indexes, comments, and a role that may only read.

The copy is made in a schema of its own and takes the published name within the same transaction,
so readers see the old release or the new one. Renaming a schema locks no table: nobody waits and
nothing deadlocks. The schema that was replaced is kept, under a retired name, for statements still
reading it, and dropped by the next copy. Rows are frozen as they are written, so a transaction with
an older snapshot that looks up a new table finds its rows, not an empty table.

The types of the declarations (``warehouse/schema/declare.py``) are PostgreSQL's as well. Views are copied
as tables of their rows: they are written in DuckDB's SQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, LiteralString

from warehouse.marts import View, views
from warehouse.query import connect_read_only
from warehouse.release import Release
from warehouse.schema.declare import Table, comments, create_table, enforced_reference, quote_identifier, quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import psycopg

DEFAULT_SCHEMA, DEFAULT_ROLE = "fascicle", "fascicle_reader"
_MARK = "Fascicle release "
_ROWS = 10_000
# Shorter than PostgreSQL's deadlock_timeout (1 s): it is we who give up, never a reader who is cancelled.
_DROP_WAIT = "500ms"
# The reader's limits; the first three are its defaults, which a session may change, the last is not.
_CONNECTIONS, _STATEMENT, _IDLE, _TEMPORARY_FILES = 200, "5min", "10min", "4GB"
_READER_MARK = "Reader of Fascicle releases"
# Large objects belong to no schema, and anybody may make them.
_WRITING_FUNCTIONS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lowrite(integer, bytea)")
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]{0,30}")
_TYPES = {"DOUBLE": "DOUBLE PRECISION", "FLOAT": "REAL", "HUGEINT": "NUMERIC(38)", "UBIGINT": "NUMERIC(20)"}
_SAME = re.compile(r"VARCHAR|SMALLINT|INTEGER|BIGINT|BOOLEAN|DATE|TIMESTAMP|DECIMAL\(\d+,\d+\)")


class PostgresError(RuntimeError):
    """A copy that could not be made; the message is one line, without address or password."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy made: rows by table, and what it was not allowed to do, in words."""

    schema: str
    row_counts: Mapping[str, int]
    notes: tuple[str, ...]


def postgres_type(duck_type: str) -> str:
    """The PostgreSQL type of a DuckDB type; raises ValueError for one that has none here."""
    if duck_type.endswith("[]"):
        return postgres_type(duck_type[:-2]) + "[]"
    if duck_type in _TYPES:
        return _TYPES[duck_type]
    if _SAME.fullmatch(duck_type):
        return duck_type
    raise ValueError(f"no PostgreSQL type is known for DuckDB's {duck_type}")


def table_statements(tables: Sequence[Table]) -> Iterator[str]:
    """Empty tables with primary keys, NOT NULL, CHECK and comments, for the schema in the search path."""
    for table in tables:
        yield create_table(table, is_keyed=True)
        yield from comments(table)


def reference_statements(tables: Sequence[Table]) -> Iterator[str]:
    """Foreign keys and an index on every column that refers to another table; for loaded tables."""
    loaded: dict[str, Table] = {}
    for table in tables:
        name = quote_identifier(table.name)
        for field in table.fields:
            column = quote_identifier(field.name)
            reference = enforced_reference(table, field, loaded)
            if reference is not None:
                parent, target = (quote_identifier(part) for part in reference)
                yield f"ALTER TABLE {name} ADD FOREIGN KEY ({column}) REFERENCES {parent} ({target})"
            if field.references is not None and table.key[:1] != (field.name,):
                yield f"CREATE INDEX ON {name} ({column})"
        loaded[table.name] = table


def view_statements(view: View, types: Mapping[str, str]) -> Iterator[str]:
    """An empty table for the rows of a view, and its comments; ``types`` are DuckDB's, by column."""
    name = quote_identifier(view.name)
    columns = ", ".join(f"{quote_identifier(column)} {postgres_type(kind)}" for column, kind in types.items())
    yield f"CREATE TABLE {name} ({columns})"
    yield f"COMMENT ON TABLE {name} IS {quote_literal(view.doc)}"
    for column, doc in view.columns:
        yield f"COMMENT ON COLUMN {name}.{quote_identifier(column)} IS {quote_literal(doc)}"


def grant_statements(schema: str, role: str) -> Iterator[str]:
    """What the reader may do: see the schema and select from its tables."""
    yield f"GRANT USAGE ON SCHEMA {quote_identifier(schema)} TO {quote_identifier(role)}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {quote_identifier(schema)} TO {quote_identifier(role)}"


def role_statements(role: str, schema: str, database: str, is_superuser: bool = False) -> Iterator[str]:
    """What a role that logs in, owns nothing and starts every transaction read-only is set to.

    A role may change its own settings and password; so a copy sets them anew. Only a superuser may
    limit the disk that a role's statements take, and only a superuser may lift that.
    """
    name = quote_identifier(role)
    yield f"ALTER ROLE {name} LOGIN CONNECTION LIMIT {_CONNECTIONS}"
    yield f"ALTER ROLE {name} RESET ALL"
    yield f"ALTER ROLE {name} SET default_transaction_read_only = on"
    yield f"ALTER ROLE {name} SET statement_timeout = '{_STATEMENT}'"
    yield f"ALTER ROLE {name} SET idle_in_transaction_session_timeout = '{_IDLE}'"
    if is_superuser:
        yield f"ALTER ROLE {name} SET temp_file_limit = '{_TEMPORARY_FILES}'"
    yield f"ALTER ROLE {name} IN DATABASE {quote_identifier(database)} SET search_path = {quote_identifier(schema)}"
    yield f"COMMENT ON ROLE {name} IS {quote_literal(_READER_MARK)}"


def closing_statements(database: str) -> Iterator[str]:
    """What every user of a database may do by default though it writes: taken from PUBLIC. For a superuser."""
    yield f"REVOKE TEMPORARY ON DATABASE {quote_identifier(database)} FROM PUBLIC"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for function in _WRITING_FUNCTIONS:
        yield f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC"


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
                _run(connection, *closing_statements(connection.info.dbname))
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


def _run(connection: psycopg.Connection[Any], *statements: str) -> None:
    # Every name here went through quote_identifier, every text through quote_literal.
    # Sent together: a schema has hundreds of comments, and each would wait for an answer of its own.
    if statements:
        connection.execute("; ".join(statements))


def _one(connection: psycopg.Connection[Any], statement: LiteralString, *values: object) -> Any:
    row = connection.execute(statement, values).fetchone()
    return None if row is None else row[0]


def _publish(
    connection: psycopg.Connection[Any],
    release: Release,
    schema: str,
    role: str,
    password: str | None,
    tables: Sequence[Table],
) -> Copied:
    notes = _drop_retired(connection, schema)
    with connection.transaction(), connect_read_only(release.database) as source:
        # The name is the lock: a second copy waits here for the first. An advisory lock any reader could hold.
        building = f"{schema}_building"
        _run(connection, f"CREATE SCHEMA {quote_identifier(building)}")
        old_mark = _mark_of(connection, schema)
        notes += _ensure_role(connection, role, schema, password)
        _run(connection, f"SET LOCAL search_path TO {quote_identifier(building)}")
        counts = _fill(connection, source, tables)
        mark = f"{_MARK}{release.release_id}, content {release.manifest['content_hash']}"
        _run(connection, f"COMMENT ON SCHEMA {quote_identifier(building)} IS {quote_literal(mark)}")
        if _one(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", role):
            _run(connection, *grant_statements(building, role))
        if old_mark is not None:
            number = _one(connection, "SELECT pg_current_xact_id()::text")
            retired = quote_identifier(f"{schema}_retired_{number}")
            _run(connection, f"ALTER SCHEMA {quote_identifier(schema)} RENAME TO {retired}")
        _run(connection, f"ALTER SCHEMA {quote_identifier(building)} RENAME TO {quote_identifier(schema)}")
    return Copied(schema, counts, tuple(notes))


def _mark_of(connection: psycopg.Connection[Any], schema: str) -> str | None:
    """The comment of a schema we made, None when there is no such schema; PostgresError when it isn't ours."""
    if _one(connection, "SELECT 1 FROM pg_namespace WHERE nspname = %s", schema) is None:
        return None
    mark = _one(connection, "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", schema)
    if mark is None or not str(mark).startswith(_MARK):
        raise PostgresError(f"schema {schema} was not made by fascicle; give another name with --schema")
    return str(mark)


def _drop_retired(connection: psycopg.Connection[Any], schema: str) -> list[str]:
    """Drop what earlier copies replaced; what is still being read stays for the next time."""
    import psycopg

    found = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) "
        "AND starts_with(obj_description(oid, 'pg_namespace'), %s) ORDER BY 1",
        [f"{schema}_retired_", _MARK],
    ).fetchall()
    notes = []
    for (name,) in found:
        try:
            with connection.transaction():
                _run(connection, f"SET LOCAL lock_timeout = '{_DROP_WAIT}'")
                _run(connection, f"DROP SCHEMA {quote_identifier(name)} CASCADE")
        except (psycopg.errors.LockNotAvailable, psycopg.errors.UndefinedObject, psycopg.errors.InvalidSchemaName):
            notes.append(f"schema {name} is still being read; the next copy drops it")
    return notes


def _fill(
    connection: psycopg.Connection[Any], source: duckdb.DuckDBPyConnection, tables: Sequence[Table]
) -> dict[str, int]:
    """Make and load every table and view in the schema of the search path; returns rows by name."""
    _run(connection, *table_statements(tables))
    counts = {table.name: _copy(connection, source, table.name, table.column_names) for table in tables}
    _run(connection, *reference_statements(tables))
    present = {str(name) for (name,) in source.execute("SELECT view_name FROM duckdb_views()").fetchall()}
    for view in views():
        if view.name in present:
            described = source.execute(f"DESCRIBE {quote_identifier(view.name)}").fetchall()
            types = {str(row[0]): str(row[1]) for row in described}
            _run(connection, *view_statements(view, types))
            counts[view.name] = _copy(connection, source, view.name, tuple(types))
    return counts


def _copy(
    connection: psycopg.Connection[Any], source: duckdb.DuckDBPyConnection, name: str, columns: Sequence[str]
) -> int:
    """Copy the rows of one table or view; returns how many."""
    names = ", ".join(quote_identifier(column) for column in columns)
    rows = source.execute(f"SELECT {names} FROM {quote_identifier(name)}")
    count = 0
    into = f"COPY {quote_identifier(name)} ({names}) FROM STDIN (FREEZE)"
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        while batch := rows.fetchmany(_ROWS):
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    return count


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
    is_super = bool(_one(connection, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    may = is_super or bool(_one(connection, "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user"))
    if row is not None and (row[1] != _READER_MARK or not may):
        return []
    if row is None and not may:
        return [f"role {role} is missing and this user may not create it: CREATE ROLE {role} LOGIN, then copy again"]
    if row is None:
        _run(connection, f"CREATE ROLE {quote_identifier(role)}")
    _run(connection, *role_statements(role, schema, connection.info.dbname, is_super))
    if password is None:
        return [] if row else [f"role {role} has no password yet: psql, then \\password {role}"]
    # Hashed here: the server's log never sees the password itself.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    _run(connection, f"ALTER ROLE {quote_identifier(role)} PASSWORD {quote_literal(verifier)}")
    return []

"""SQL of the copy in PostgreSQL: tables with keys, indexes and comments, tables for the rows of views, rights, a role that reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from warehouse.marts import View
from warehouse.schema.declare import Table, comments, create_table, enforced_reference, quote_identifier, quote_literal

# The reader's limits; the first three are its defaults, which a session may change, the last is not.
_CONNECTIONS, _STATEMENT, _IDLE, _TEMPORARY_FILES = 200, "5min", "10min", "4GB"
READER_MARK = "Reader of Fascicle releases"
"""The comment on a reader role that was made here."""
# Large objects belong to no schema, and anybody may make them.
_WRITING_FUNCTIONS = ("lo_creat(integer)", "lo_create(oid)", "lo_from_bytea(oid, bytea)", "lowrite(integer, bytea)")
_TYPES = {"DOUBLE": "DOUBLE PRECISION", "FLOAT": "REAL", "HUGEINT": "NUMERIC(38)", "UBIGINT": "NUMERIC(20)"}
_SAME = re.compile(r"VARCHAR|SMALLINT|INTEGER|BIGINT|BOOLEAN|DATE|TIMESTAMP|DECIMAL\(\d+,\d+\)")


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
    yield f"COMMENT ON ROLE {name} IS {quote_literal(READER_MARK)}"


def closing_statements(database: str) -> Iterator[str]:
    """What every user of a database may do by default though it writes: taken from PUBLIC. For a superuser."""
    yield f"REVOKE TEMPORARY ON DATABASE {quote_identifier(database)} FROM PUBLIC"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    for function in _WRITING_FUNCTIONS:
        yield f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC"

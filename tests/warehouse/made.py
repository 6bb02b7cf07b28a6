"""Warehouse files and hashes of whole sets of rows, as the tests make them: all tables at once, from rows in memory."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.assemble.release import FACTS, ONCE, STATED, one_per_fact, section_totals_within
from warehouse.build import WarehouseBuild, piece_of, typed
from warehouse.load import LoadError, arrow_schema, combine_hashes, prepare_table, row_sum
from warehouse.marts import View, views
from warehouse.schema.declare import Rows, Table
from warehouse.tables import TABLE_BY_NAME, TABLES

Prepared = dict[str, pa.Table]
"""Arrow tables by table name, all declared tables present, each sorted as declared."""


def prepare_rows(rows: Rows, tables: Sequence[Table] = TABLES) -> Prepared:
    """Typed, sorted Arrow tables of all ``tables``, empty where ``rows`` has none.

    Raises LoadError as ``prepare_table`` does, and for a table that isn't declared.
    """
    unknown = rows.keys() - {table.name for table in tables}
    if unknown:
        raise LoadError(f"no table is called {', '.join(sorted(unknown))}")
    return {table.name: prepare_table(table, rows.get(table.name, ())) for table in tables}


def as_prepared(rows: Rows | Prepared, tables: Sequence[Table]) -> Prepared:
    """Rows as Arrow tables in the order of their keys; what is prepared already is passed on. Raises LoadError."""
    if rows and all(hasattr(value, "num_rows") for value in rows.values()):
        return {name: value for name, value in rows.items() if not isinstance(value, list)}
    return prepare_rows({name: value for name, value in rows.items() if isinstance(value, list)}, tables)


def table_hashes(rows: Rows | Prepared, tables: Sequence[Table] = TABLES) -> dict[str, str]:
    """SHA-256 by table name of the published rows, whatever order they came in."""
    prepared = as_prepared(rows, tables)
    return {table.name: row_sum(table, prepared[table.name]).digest(table) for table in tables}


def content_hash(rows: Rows | Prepared, tables: Sequence[Table] = TABLES) -> str:
    """SHA-256 of all published rows: equal for equal rows, whatever the time, order or executor.

    Two decimals that are stored alike (``1.0`` and ``1.00``) count as equal. Raises LoadError as
    ``prepare_rows`` does.
    """
    return combine_hashes(table_hashes(rows, tables))


def build_warehouse(
    path: Path,
    given: Rows | Prepared,
    tables: Sequence[Table] = TABLES,
    marts: Sequence[View] | None = None,
) -> dict[str, int]:
    """Build a fresh DuckDB file of all tables and views; returns row counts by table name.

    The file is checkpointed and closed: no ``.wal`` stays beside it. Raises FileExistsError when
    something is at ``path``; LoadError when rows don't fit the declarations, refer to no row or
    have a value that isn't allowed, in which case no file is left.
    """
    prepared = as_prepared(given, tables)
    with WarehouseBuild(path, tables) as build:
        for table in tables:
            rows = prepared[table.name]
            build.load(table, [piece_of(rows)] if rows.num_rows else [])
        build.finish(views() if marts is None else marts)
    return {name: found.rows for name, found in build.sums.items()}


def filled(path: Path, rows: Rows | Prepared) -> dict[str, int]:
    """As ``build_warehouse``, for tests that only need the file: a copy of an empty one, with the rows put in."""
    prepared = as_prepared(rows, TABLES)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty(), path)
    with duckdb.connect(str(path)) as connection:
        for table in TABLES:
            if prepared[table.name].num_rows:
                connection.register("incoming", prepared[table.name])
                connection.execute(f"INSERT INTO {table.name} BY NAME FROM incoming")
                connection.unregister("incoming")
        connection.execute("CHECKPOINT")
    return {name: len(made) for name, made in prepared.items()}


@cache
def _empty() -> Path:
    """A warehouse file without rows, made once: most of the time of a small file goes into its tables and views."""
    path = Path(tempfile.mkdtemp(prefix="fascicle-empty-")) / "empty.duckdb"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    build_warehouse(path, {})
    return path


def facts_of_release(tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """What ``one_per_fact`` asks of tables in memory, and mart_section_total."""
    with duckdb.connect() as connection:
        related = {
            "documents": "mart_document",
            "claims": "mart_claim",
            "entities": "dim_entity",
            "doubts": "mart_doubt",
        }
        for name, table in related.items():
            empty = arrow_schema(TABLE_BY_NAME[table]).empty_table()
            connection.register(name, tables.get(table, empty))
        connection.execute(f"CREATE TEMP VIEW stated AS {STATED.format(rows='claims')}")
        for name in FACTS:
            connection.register("printed", tables[name])
            connection.execute(f"CREATE TEMP TABLE {ONCE.format(name)} AS {one_per_fact(name, 'printed')}")
        made = {name: connection.sql(f"FROM {ONCE.format(name)} ORDER BY fact_id").to_arrow_table() for name in FACTS}
        facts = {name: typed(TABLE_BY_NAME[name], rows) for name, rows in made.items()}
        return {**facts, "mart_section_total": section_totals_within(connection)}

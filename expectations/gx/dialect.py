"""A SQLAlchemy dialect of DuckDB whose results are fetched at once: ``duckdb+buffered://``.

Great Expectations fetches a result after it has given its connection back, and DuckDB then has nothing left
to fetch: on plain ``duckdb://`` every expectation fails. Files are opened read-only and without settings,
because one process cannot open one file with two sets of settings; and every connection is known here, because
Great Expectations keeps some open, which would hold the file.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from duckdb_engine import ConnectionWrapper, Dialect
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from warehouse.query import connect_read_only

_NAME = "duckdb+buffered"
_OPEN: list[duckdb.DuckDBPyConnection] = []


class _FetchedAtOnce(PGExecutionContext_psycopg2):
    def post_exec(self) -> None:
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor is not None and self.cursor.description:
            rows = self.cursor.fetchall()
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)


class BufferedDialect(Dialect):
    """DuckDB, read-only, with results fetched at once."""

    driver = "buffered"
    supports_statement_cache = False
    execution_ctx_cls = _FetchedAtOnce

    def connect(self, *_arguments: Any, **settings: Any) -> Any:
        """A read-only connection to the file that ``database`` names."""
        connection = connect_read_only(Path(settings["database"]), Path(settings["spill"]), settings["most_threads"])
        _OPEN.append(connection)
        return ConnectionWrapper(connection)


@contextmanager
def reading(database: Path, spill: Path, most_threads: int | None = None) -> Iterator[dict[str, Any]]:
    """Arguments for a SQL data source on a DuckDB file; all its connections are closed at the end.

    The path goes beside the address, not into it, so that no character in it has a meaning. What does not fit in
    memory goes to a folder ``spill``, which is gone at the end.
    """
    registry.register(_NAME.replace("+", "."), __name__, BufferedDialect.__name__)
    first = len(_OPEN)
    try:
        yield {
            "connection_string": f"{_NAME}://",
            "create_temp_table": False,
            "kwargs": {"connect_args": {"database": str(database), "spill": str(spill), "most_threads": most_threads}},
        }
    finally:
        for connection in _OPEN[first:]:
            connection.close()
        del _OPEN[first:]
        shutil.rmtree(spill, ignore_errors=True)

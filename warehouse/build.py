"""Building a warehouse file table by table: rows stream through DuckDB, so memory does not grow with the release.

Rows of a table may come in pieces and in any order; DuckDB sorts them by the table's key, on disk where they are
many, and they are hashed as they then stand in the file. So neither the file's row order nor the hash depends on the
order in which rows came.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from warehouse.ddl import quote_identifier, script
from warehouse.declare import Table
from warehouse.load import LoadError, TableDigest, arrow_schema
from warehouse.marts import View
from warehouse.memory import MEMORY_VARIABLE, memory_limit, spilling
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 65536


class WarehouseBuild:
    """A fresh DuckDB file being filled: a context that leaves no file behind when it ends in an error.

    ``counts`` and ``hashes`` are rows and SHA-256 by name of the tables loaded so far. Raises FileExistsError when
    something is at ``path``.
    """

    def __init__(self, path: Path, tables: Sequence[Table] = TABLES) -> None:
        for existing in (path, _wal(path)):
            if existing.exists():
                raise FileExistsError(f"{existing} exists; a release is built in a file of its own")
        self.path = path
        self.tables = tables
        self.counts: dict[str, int] = {}
        self.hashes: dict[str, str] = {}
        self._spilled = path.with_name(f"{path.name}.tmp")

    def __enter__(self) -> Self:
        import duckdb

        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.connection = duckdb.connect(str(self.path), config=spilling(self._spilled))
        except duckdb.Error as problem:
            self._remove()
            if "memory" in str(problem):
                raise LoadError(f"{MEMORY_VARIABLE}={memory_limit()} is no size such as 400MB or 2GB") from problem
            raise
        # One transaction for hundreds of small statements; the loads commit by themselves.
        self.connection.execute(f"BEGIN;\n{script(self.tables)}COMMIT")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self._spilled, ignore_errors=True)
        if kind is not None:
            self._remove()

    def load(self, table: Table, pieces: Iterable[pa.Table]) -> None:
        """Load a table's typed rows, given in pieces of any size and order.

        Raises LoadError when rows repeat a key, refer to no row or have a value that isn't allowed.
        """
        name = quote_identifier(table.name)
        order = ", ".join(quote_identifier(column) for column in table.key or table.column_names)
        self.stream(table, pieces, f"INSERT INTO {name} BY NAME FROM {{rows}} ORDER BY {order}")
        self._take_stock(table)

    def stream(self, table: Table, pieces: Iterable[pa.Table], statement: str) -> None:
        """Run a statement that reads typed rows of a table, given in pieces, as the relation called ``{rows}``.

        Raises LoadError when a constraint refuses them; what goes wrong in making the pieces is raised as it is.
        """
        import duckdb

        failures: list[Exception] = []
        self.connection.register("incoming", _reader(table, pieces, failures))
        try:
            self.connection.execute(statement.format(rows="incoming"))
        except duckdb.Error as problem:
            if failures:  # what DuckDB was reading from, not what it did with it
                raise failures[0] from problem
            if isinstance(problem, duckdb.ConstraintException):
                raise LoadError(f"{table.name}: {problem}") from problem
            raise
        finally:
            self.connection.unregister("incoming")

    def finish(self, marts: Sequence[View]) -> None:
        """Make the views and close off the file: no ``.wal`` stays beside it."""
        made = [statement for view in marts for statement in view.statements()]
        self.connection.execute(";\n".join(("BEGIN", *made, "COMMIT")))
        self.connection.execute("CHECKPOINT")

    def _take_stock(self, table: Table) -> None:
        """Count and hash the rows as they stand in the file, which is in the order of the key."""
        digest = TableDigest(table)
        reader = self.connection.execute(f"SELECT * FROM {quote_identifier(table.name)}").to_arrow_reader(_BATCH)
        for batch in reader:
            digest.update(batch)
        self.counts[table.name], self.hashes[table.name] = digest.rows, digest.hexdigest()

    def _remove(self) -> None:
        self.path.unlink(missing_ok=True)
        _wal(self.path).unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _reader(table: Table, pieces: Iterable[pa.Table], failures: list[Exception]) -> pa.RecordBatchReader:
    """The pieces as a stream in the declared types; what goes wrong in making them is kept, as DuckDB tells little."""
    import pyarrow as pa

    schema = arrow_schema(table)

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for piece in pieces:
                yield from piece.select(schema.names).cast(schema).to_batches(_BATCH)
        except Exception as problem:
            failures.append(problem)
            raise

    return pa.RecordBatchReader.from_batches(schema, batches())

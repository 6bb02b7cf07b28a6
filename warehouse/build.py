"""Building a warehouse file table by table: rows stream into it, so memory does not grow with the release.

Rows of a table come in pieces, in any order. DuckDB sorts them as the table is declared, on disk where they are many, so
neither the file's row order nor the hash depends on the order in which rows came.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from warehouse import marts
from warehouse.load import LoadError, RowSum, arrow_schema, row_sum
from warehouse.marts import View
from warehouse.memory import MEMORY_VARIABLE, memory_limit, spilling
from warehouse.schema.declare import STORAGE, Table, quote_identifier, script
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

BATCH = 8_192
"""Rows that DuckDB is given at once."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table, read when they are needed; ``sum`` is that of the rows, where it is known already."""

    read: Callable[[], pa.Table]
    sum: RowSum | None = None

    def mended(self, mend: Callable[[pa.Table], pa.Table]) -> Piece:
        """The piece with its rows changed on their way."""
        return Piece(lambda: mend(self.read()))


def piece_of(rows: pa.Table) -> Piece:
    """A table's rows in memory as one piece."""
    return Piece(lambda: rows)


def sum_of(pieces: Sequence[Piece]) -> RowSum | None:
    """The sum of the rows of several pieces, None where that of one is not known."""
    known = [piece.sum for piece in pieces if piece.sum is not None]
    return sum(known, RowSum()) if len(known) == len(pieces) else None


class WarehouseBuild:
    """A fresh DuckDB file being filled: a context that leaves no file behind when it ends in an error.

    ``sums`` are those of the rows of the tables loaded so far, by name. With a folder ``empty`` the file begins as a copy of one
    without rows that is kept there, tables and views: to declare them anew takes as long as to load a hundred thousand rows. ``most_threads`` as for ``spilling``.
    Raises FileExistsError when something is at ``path``.
    """

    def __init__(
        self, path: Path, tables: Sequence[Table] = TABLES, empty: Path | None = None, most_threads: int | None = None
    ) -> None:
        for existing in (path, _wal(path)):
            if existing.exists():
                raise FileExistsError(f"{existing} exists; a release is built in a file of its own")
        self.path = path
        self.tables = tables
        self.sums: dict[str, RowSum] = {}
        self._empty, self._most_threads = empty, most_threads
        self._spilled = path.with_name(f"{path.name}.tmp")

    def __enter__(self) -> Self:
        import duckdb

        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._begin()
        try:
            self.connection = self._connected()
        except duckdb.Error as problem:
            self._remove()
            if "memory" in str(problem).lower():
                raise LoadError(f"{MEMORY_VARIABLE}={memory_limit()} is no size such as 400MB or 2GB") from problem
            if self._empty is None:
                raise
            shutil.rmtree(self._empty)  # damaged, or left by another version of DuckDB
            self._begin()
            self.connection = self._connected()
        self._declare()
        return self

    def _connected(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        config = {**spilling(self._spilled, self._most_threads), "storage_compatibility_version": STORAGE}
        return duckdb.connect(str(self.path), config=config)

    def _begin(self) -> None:
        """Put at the path what the file begins as, if anything."""
        if self._empty is not None:
            shutil.copyfile(_empty_file(self._empty, self.tables), self.path)

    def _declare(self) -> None:
        if self._empty is None:
            # One transaction for hundreds of small statements; the loads commit by themselves.
            self.connection.execute(f"BEGIN;\n{script(self.tables)}COMMIT")

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        shutil.rmtree(self._spilled, ignore_errors=True)
        if kind is not None:
            self._remove()

    def load(self, table: Table, pieces: Iterable[Piece]) -> None:
        """Load a table's typed rows, given in pieces in any order.

        The file has no keys (``warehouse/schema/declare.py``), so they are checked here. Raises LoadError when rows repeat a
        key, refer to no row or have a value that isn't allowed.
        """
        given = list(pieces)
        if not given:
            self.sums[table.name] = RowSum()
            return
        known = sum_of(given)
        found = RowSum()

        def counted() -> Iterator[pa.Table]:
            nonlocal found
            for piece in given:
                rows = typed(table, piece.read())
                found += RowSum(len(rows)) if known else row_sum(table, rows)
                yield rows

        order = ", ".join(map(quote_identifier, table.order))
        insert = f"INSERT INTO {quote_identifier(table.name)} BY NAME FROM {{rows}} ORDER BY {order}"
        self.stream(table, counted(), insert)
        if known and known.rows != found.rows:
            raise LoadError(f"{table.name}: {found.rows} rows came where {known.rows} were announced")
        self._keep(table, known or found)

    def load_query(self, table: Table, query: str) -> None:
        """Load the rows of a query on the file, in the table's order. Raises LoadError as ``load`` does."""
        with _telling(table, []):
            self.connection.execute(f"INSERT INTO {quote_identifier(table.name)} BY NAME {query}")
        self._keep(table, self.sum_of_rows(table, table.name))

    def _keep(self, table: Table, found: RowSum) -> None:
        """Note a table as loaded. Raises LoadError for rows that repeat a key or refer to no row."""
        if found.rows:
            for words, query in key_queries(table, {*self.sums, table.name}):
                count, first = self.connection.execute(f"SELECT count(*), min(place) FROM ({query})").fetchall()[0]
                if count:
                    raise LoadError(f"{table.name}: {count} rows {words}, first: {first}")
        self.sums[table.name] = found

    def sum_of_rows(self, table: Table, name: str) -> RowSum:
        """The sum of the rows of a table, or of a relation with its columns, in the file."""
        columns = ", ".join(map(quote_identifier, table.column_names))
        found = self.connection.execute(f"SELECT {columns} FROM {quote_identifier(name)}").to_arrow_reader(BATCH)
        return sum((row_sum(table, part) for part in found), RowSum())

    def stream(self, table: Table, pieces: Iterable[pa.Table], statement: str) -> None:
        """As the function ``stream``, on the file."""
        stream(self.connection, table, pieces, statement)

    def finish(self, views: Sequence[View]) -> None:
        """Make views and close off the file: no ``.wal`` stays beside it."""
        self.connection.execute(_views_script(views))
        self.connection.execute("CHECKPOINT")

    def _remove(self) -> None:
        self.path.unlink(missing_ok=True)
        _wal(self.path).unlink(missing_ok=True)


def _views_script(views: Sequence[View]) -> str:
    return ";\n".join(("BEGIN", *(statement for view in views for statement in view.statements()), "COMMIT"))


def _empty_file(folder: Path, tables: Sequence[Table]) -> Path:
    """The file of these tables and all views without rows, made if it is not there; those of other declarations are
    removed."""
    import duckdb

    views = marts.views()
    text = "\n".join((duckdb.__version__, STORAGE, script(tables), _views_script(views)))
    path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.duckdb"
    if not path.is_file():
        shutil.rmtree(folder, ignore_errors=True)
        made = path.with_suffix(".made")
        with WarehouseBuild(made, tables) as build:
            build.finish(views)
        made.replace(path)
    return path


def key_queries(table: Table, loaded: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What breaks the key of a table and its references to loaded tables: words, and a query of one column, ``place``."""
    name = quote_identifier(table.name)
    columns = ", ".join(quote_identifier(column) for column in table.key)
    if table.key:
        place = f"concat_ws(' ', {columns}) AS place"
        yield "repeat a key", f"SELECT {place} FROM {name} GROUP BY {columns} HAVING count(*) > 1"
    known = set(loaded)
    for field in table.fields:
        parent, _, column = (field.references or "").partition(".")
        if parent in known:
            child = f"child.{quote_identifier(field.name)}"
            yield (
                f"have a {field.name} that {parent} does not have",
                f"SELECT {child} AS place FROM {name} AS child ANTI JOIN {quote_identifier(parent)} AS parent "
                f"ON {child} = parent.{quote_identifier(column)} WHERE {child} IS NOT NULL",
            )


@contextmanager
def _telling(table: Table, failures: list[Exception]) -> Iterator[None]:
    """Raise an error met while rows were read as it was, and a broken constraint as LoadError."""
    import duckdb

    try:
        yield
    except duckdb.Error as problem:
        if failures:  # what DuckDB was reading from, not what it did with it
            raise failures[0] from problem
        if isinstance(problem, duckdb.ConstraintException):
            raise LoadError(f"{table.name}: {problem}") from problem
        raise


def stream(connection: duckdb.DuckDBPyConnection, table: Table, pieces: Iterable[pa.Table], statement: str) -> None:
    """Run a statement that reads typed rows of a table, given in pieces, as the relation called ``{rows}``."""
    failures: list[Exception] = []
    # As a C stream of Arrow: of PyArrow's own reader, DuckDB has dozens of batches read ahead, and takes half as long again.
    connection.register("incoming", _reader(table, pieces, failures).__arrow_c_stream__())
    try:
        with _telling(table, failures):
            connection.execute(statement.format(rows="incoming"))
    finally:
        connection.unregister("incoming")


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def typed(table: Table, rows: pa.Table) -> pa.Table:
    """In the declared order and types."""
    schema = _schema(table)
    return rows if rows.schema == schema else rows.select(schema.names).cast(schema)


@cache
def _schema(table: Table) -> pa.Schema:
    """As ``arrow_schema``; kept, for it is asked for with each piece."""
    return arrow_schema(table)


def _reader(table: Table, pieces: Iterable[pa.Table], failures: list[Exception]) -> pa.RecordBatchReader:
    """The pieces as a stream; what goes wrong in making them is kept, as DuckDB tells little."""
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for piece in pieces:
                yield from typed(table, piece).to_batches(BATCH)
        except Exception as problem:
            failures.append(problem)
            raise

    return pa.RecordBatchReader.from_batches(_schema(table), batches())

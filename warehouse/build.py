"""Building a warehouse file table by table: rows stream into it, so memory does not grow with the release.

Rows of a table come in pieces, each sorted by the table's key, and stand in the file in that order, in which they are
also hashed. Pieces that follow one another are read one by one; those that overlap are merged, by DuckDB on disk where
they are many. So neither the file's row order nor the hash depends on the order in which rows came.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from warehouse.ddl import quote_identifier, script
from warehouse.declare import Table
from warehouse.load import LoadError, TableDigest, arrow_schema
from warehouse.marts import View
from warehouse.memory import MEMORY_VARIABLE, memory_limit, spilling
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_PART = 61_440
"""Rows that go into the file at once: half of one of DuckDB's row groups."""
_SORTED_AT_ONCE = 8_192
"""Rows that are given to a sort at once: Arrow reads dozens of such batches ahead."""
_MERGED = 100_000
"""Rows up to which pieces that overlap are sorted in memory."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table, sorted by its key: the first and the last key, how many rows, and how to read them."""

    first: tuple[Any, ...]
    last: tuple[Any, ...]
    rows: int
    read: Callable[[], pa.Table]

    def mended(self, mend: Callable[[pa.Table], pa.Table]) -> Piece:
        """The piece with its rows changed on their way, their keys and number kept."""
        return replace(self, read=lambda: mend(self.read()))


def piece_of(table: Table, rows: pa.Table) -> Piece:
    """A table's rows in memory, sorted by its key, as one piece."""
    keys = rows.select(list(table.key or table.column_names))
    first, last = ((keys.slice(at, 1).to_pylist() or [{}])[0] for at in (0, max(0, len(rows) - 1)))
    return Piece(tuple(first.values()), tuple(last.values()), len(rows), lambda: rows)


def runs(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces in the order of their keys, those that overlap together: all rows of a run come before those of the next."""
    run: list[Piece] = []
    last: tuple[Any, ...] = ()
    for piece in sorted((piece for piece in pieces if piece.rows), key=lambda piece: (piece.first, piece.last)):
        if run and piece.first > last:
            yield run
            run = []
        last = max(last, piece.last) if run else piece.last
        run.append(piece)
    if run:
        yield run


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
            if "memory" in str(problem).lower():
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

    def load(self, table: Table, pieces: Iterable[Piece]) -> None:
        """Load a table's typed rows, given in pieces in any order.

        They go into the file part by part: within one statement DuckDB would hold the keys of all its rows in memory.
        Raises LoadError when rows repeat a key, refer to no row or have a value that isn't allowed.
        """
        digest = TableDigest(table)
        failures: list[Exception] = []
        with _telling(table, failures):
            for part in _parts(self._ordered(table, pieces, failures), _PART):
                digest.update(part)
                self._insert(table, part)
        self.counts[table.name], self.hashes[table.name] = digest.rows, digest.hexdigest()

    def _ordered(self, table: Table, pieces: Iterable[Piece], failures: list[Exception]) -> Iterator[pa.Table]:
        """The rows in the order of the key, some at a time."""
        import pyarrow as pa

        for run in runs(pieces):
            if len(run) == 1:
                yield _typed(table, run[0].read())
            elif sum(piece.rows for piece in run) <= _MERGED:
                whole = pa.concat_tables([_typed(table, piece.read()) for piece in run])
                yield whole.sort_by([(column, "ascending") for column in table.key])
            else:
                yield from self._merged(table, run, failures)

    def _merged(self, table: Table, run: Sequence[Piece], failures: list[Exception]) -> Iterator[pa.Table]:
        """Many rows in the order of the key, sorted on disk in a database of their own."""
        import duckdb
        import pyarrow as pa

        order = ", ".join(quote_identifier(column) for column in table.key)
        with duckdb.connect(config=spilling(self._spilled)) as sorter:
            sorter.register("incoming", _reader(table, (piece.read() for piece in run), failures, _SORTED_AT_ONCE))
            for part in sorter.execute(f"FROM incoming ORDER BY {order}").to_arrow_reader(_PART):
                yield pa.Table.from_batches([part])

    def _insert(self, table: Table, part: pa.Table) -> None:
        self.connection.register("part", part)
        try:
            self.connection.execute(f"INSERT INTO {quote_identifier(table.name)} BY NAME FROM part")
        finally:
            self.connection.unregister("part")

    def stream(self, table: Table, pieces: Iterable[pa.Table], statement: str) -> None:
        """Run a statement that reads typed rows of a table, given in pieces, as the relation called ``{rows}``."""
        failures: list[Exception] = []
        self.connection.register("incoming", _reader(table, pieces, failures, _PART))
        try:
            with _telling(table, failures):
                self.connection.execute(statement.format(rows="incoming"))
        finally:
            self.connection.unregister("incoming")

    def finish(self, marts: Sequence[View]) -> None:
        """Make the views and close off the file: no ``.wal`` stays beside it."""
        made = [statement for view in marts for statement in view.statements()]
        self.connection.execute(";\n".join(("BEGIN", *made, "COMMIT")))
        self.connection.execute("CHECKPOINT")

    def _remove(self) -> None:
        self.path.unlink(missing_ok=True)
        _wal(self.path).unlink(missing_ok=True)


@contextmanager
def _telling(table: Table, failures: list[Exception]) -> Iterator[None]:
    """Raise what went wrong in making the rows as it was, and a constraint they break as LoadError."""
    import duckdb

    try:
        yield
    except duckdb.Error as problem:
        if failures:  # what DuckDB was reading from, not what it did with it
            raise failures[0] from problem
        if isinstance(problem, duckdb.ConstraintException):
            raise LoadError(f"{table.name}: {problem}") from problem
        raise


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _typed(table: Table, rows: pa.Table) -> pa.Table:
    """In the declared order and types."""
    schema = arrow_schema(table)
    return rows.select(schema.names).cast(schema)


def _parts(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Tables of any size as tables of one: DuckDB reserves whole blocks for each batch and column it is given."""
    import pyarrow as pa

    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        while (rows := sum(map(len, waiting))) >= size:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, size).combine_chunks()
            waiting = [whole.slice(size)] if rows > size else []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _reader(table: Table, pieces: Iterable[pa.Table], failures: list[Exception], size: int) -> pa.RecordBatchReader:
    """The pieces as a stream; what goes wrong in making them is kept, as DuckDB tells little."""
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for part in _parts((_typed(table, piece) for piece in pieces), size):
                yield from part.to_batches()
        except Exception as problem:
            failures.append(problem)
            raise

    return pa.RecordBatchReader.from_batches(arrow_schema(table), batches())

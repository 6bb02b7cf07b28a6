"""Building a warehouse file table by table: rows stream into it, so memory does not grow with the release.

Rows of a table come in pieces, each sorted as the table is, and stand in the file in that order. Pieces that follow one
another are read one by one; those that overlap are merged, only as many held at a time as overlap, and by DuckDB on
disk where those are many. So neither the file's row order nor the hash depends on the order in which rows came.
"""

from __future__ import annotations

import heapq
import shutil
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from warehouse.load import LoadError, Prepared, RowSum, arrow_schema, as_prepared, refuse_repeated_keys, row_sum
from warehouse.marts import View, views
from warehouse.memory import MEMORY_VARIABLE, memory_limit, spilling, trim
from warehouse.schema.ddl import quote_identifier, script
from warehouse.schema.declare import Rows, Table
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

PART = 61_440
"""Rows that go into the file at once, at most: half of one of DuckDB's row groups."""
_PART_BYTES = 8_000_000
"""What they may take up in memory: they are copied and turned into text on their way."""
_WRITTEN_AFTER = "4MB"
"""What is changed of rows and indexes stays in memory until the file is written to: a quarter of DuckDB's own measure."""
_WRITTEN_ROWS = 100_000
"""Rows after which the file is written to in any case, at the end of a table: to do so takes longer than to load few."""
_SORTED_AT_ONCE = 8_192
"""Rows that are given to a sort at once: Arrow reads dozens of such batches ahead."""
_MERGED = 50_000
"""Rows up to which pieces that overlap are sorted in memory."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some rows of a table, sorted as it is: the first and the last key, how many rows, and how to read them.

    ``sum`` is that of its rows, where it is known already.
    """

    first: tuple[Any, ...]
    last: tuple[Any, ...]
    rows: int
    read: Callable[[], pa.Table]
    sum: RowSum | None = None

    def mended(self, mend: Callable[[pa.Table], pa.Table]) -> Piece:
        """The piece with its rows changed on their way, their keys and number kept."""
        return replace(self, read=lambda: mend(self.read()), sum=None)


def piece_of(table: Table, rows: pa.Table) -> Piece:
    """A table's rows in memory, sorted as it is, as one piece."""
    keys = rows.select(list(table.order))
    first, last = ((keys.slice(at, 1).to_pylist() or [{}])[0] for at in (0, max(0, len(rows) - 1)))
    return Piece(tuple(first.values()), tuple(last.values()), len(rows), lambda: rows)


def sum_of(pieces: Sequence[Piece]) -> RowSum | None:
    """The sum of the rows of several pieces, None where that of one is not known."""
    known = [piece.sum for piece in pieces if piece.sum is not None]
    return sum(known, RowSum()) if len(known) == len(pieces) else None


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


def most_open(run: Iterable[Piece]) -> int:
    """Rows of the pieces that must be held at once, at most, to merge pieces given in the order of their first keys."""
    open_pieces: list[tuple[tuple[Any, ...], int]] = []
    held = most = 0
    for piece in run:
        while open_pieces and open_pieces[0][0] < piece.first:
            held -= heapq.heappop(open_pieces)[1]
        heapq.heappush(open_pieces, (piece.last, piece.rows))
        held += piece.rows
        most = max(most, held)
    return most


class WarehouseBuild:
    """A fresh DuckDB file being filled: a context that leaves no file behind when it ends in an error.

    ``sums`` are those of the rows of the tables loaded so far, by name. Raises FileExistsError when something is at ``path``.
    """

    def __init__(self, path: Path, tables: Sequence[Table] = TABLES) -> None:
        for existing in (path, _wal(path)):
            if existing.exists():
                raise FileExistsError(f"{existing} exists; a release is built in a file of its own")
        self.path = path
        self.tables = tables
        self.sums: dict[str, RowSum] = {}
        self._unwritten = 0
        self._spilled = path.with_name(f"{path.name}.tmp")

    def __enter__(self) -> Self:
        import duckdb

        self.path.parent.mkdir(parents=True, exist_ok=True)
        config = {**spilling(self._spilled), "wal_autocheckpoint": _WRITTEN_AFTER}
        self._begin()
        try:
            self.connection = duckdb.connect(str(self.path), config=config)
        except duckdb.Error as problem:
            self._remove()
            if "memory" in str(problem).lower():
                raise LoadError(f"{MEMORY_VARIABLE}={memory_limit()} is no size such as 400MB or 2GB") from problem
            raise
        self._declare()
        return self

    def _begin(self) -> None:
        """Put at the path what the file begins as, if anything."""

    def _declare(self) -> None:
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

        The file has no keys (``warehouse/schema/ddl.py``), so that they hold is seen to here. Raises LoadError when rows repeat a
        key, refer to no row or have a value that isn't allowed.
        """
        given = list(pieces)
        known = sum_of(given)
        found = RowSum()
        keys = _Keys(table)
        failures: list[Exception] = []
        with _telling(table, failures):
            for part in parts(self._ordered(table, given, failures), PART):
                keys.update(part)
                found += RowSum(len(part)) if known else row_sum(table, part)
                self.insert(table.name, part)
        if known and known.rows != found.rows:
            raise LoadError(f"{table.name}: {found.rows} rows came where {known.rows} were announced")
        if found.rows:
            self._refuse_broken_keys(table)
        self._unwritten += found.rows
        if self._unwritten > _WRITTEN_ROWS:
            self.connection.execute("CHECKPOINT")
            self._unwritten = 0
        self.sums[table.name] = known or found
        trim()

    def _refuse_broken_keys(self, table: Table) -> None:
        """Raise LoadError for rows that refer to no row, or repeat a key that the table is not sorted by."""
        for words, query in key_queries(table, {*self.sums, table.name}, is_sorted=table.order == table.key):
            count, first = self.connection.execute(f"SELECT count(*), min(place) FROM ({query})").fetchall()[0]
            if count:
                raise LoadError(f"{table.name}: {count} rows {words}, first: {first}")

    def _ordered(self, table: Table, pieces: Iterable[Piece], failures: list[Exception]) -> Iterator[pa.Table]:
        """The rows in the order of the table, some at a time."""
        for run in runs(pieces):
            if len(run) == 1:
                yield typed(table, run[0].read())
            elif most_open(run) <= _MERGED:
                yield from _swept(table, run)
            else:
                yield from self._merged(table, run, failures)

    def _merged(self, table: Table, run: Sequence[Piece], failures: list[Exception]) -> Iterator[pa.Table]:
        """Many rows in the order of the table, sorted on disk in a database of their own."""
        import duckdb
        import pyarrow as pa

        order = ", ".join(quote_identifier(column) for column in table.order)
        with duckdb.connect(config=spilling(self._spilled)) as sorter:
            sorter.register("incoming", _reader(table, (piece.read() for piece in run), failures, _SORTED_AT_ONCE))
            for part in sorter.execute(f"FROM incoming ORDER BY {order}").to_arrow_reader(PART):
                yield pa.Table.from_batches([part])

    def pieces_of(self, table: Table, name: str) -> list[Piece]:
        """The rows of a temporary table that were put into it in the order of the table, as pieces read when needed."""
        counted = self.connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        rows = counted[0] if counted else 0
        starts = range(0, rows, _SORTED_AT_ONCE)
        return [self._rows_of(table, name, start, min(_SORTED_AT_ONCE, rows - start)) for start in starts]

    def _rows_of(self, table: Table, name: str, start: int, rows: int) -> Piece:
        def read(columns: Sequence[str], first: int, count: int) -> pa.Table:
            wanted = ", ".join(map(quote_identifier, columns))
            within = f"rowid BETWEEN {first} AND {first + count - 1}"
            # DuckDB keeps the order that rows were put in; to sort them again would take room.
            found = self.connection.execute(f"SELECT {wanted} FROM {name} WHERE {within}")
            return found.to_arrow_table(_SORTED_AT_ONCE)

        first, last = (read(table.order, at, 1).to_pylist()[0] for at in (start, start + rows - 1))
        whole = partial(read, table.column_names, start, rows)
        return Piece(tuple(first.values()), tuple(last.values()), rows, whole)

    def insert(self, name: str, part: pa.Table) -> None:
        """Put rows into a table of that name."""
        self.connection.register("part", part)
        try:
            self.connection.execute(f"INSERT INTO {quote_identifier(name)} BY NAME FROM part")
        finally:
            self.connection.unregister("part")

    def stream(self, table: Table, pieces: Iterable[pa.Table], statement: str) -> None:
        """Run a statement that reads typed rows of a table, given in pieces, as the relation called ``{rows}``."""
        failures: list[Exception] = []
        self.connection.register("incoming", _reader(table, pieces, failures, PART))
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


class _Keys:
    """Sees to it that rows sorted by their key, given part by part, each have one of their own; others are not its matter."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._last: pa.Table | None = None

    def update(self, part: pa.Table) -> None:
        """Look at rows and what came before them. Raises LoadError when two have one key."""
        import pyarrow as pa

        if not self._table.key or self._table.order != self._table.key:
            return
        keys = part.select(list(self._table.key))
        if self._last is not None:
            keys = pa.concat_tables([self._last, keys])
        refuse_repeated_keys(self._table, keys)
        self._last = keys.slice(max(0, len(keys) - 1))


def key_queries(table: Table, loaded: Iterable[str], is_sorted: bool = False) -> Iterator[tuple[str, str]]:
    """What breaks the key of a table and its references to loaded tables: words, and a query of one column, ``place``.

    The key is left out where the rows ``is_sorted`` by it, and were compared on their way.
    """
    name = quote_identifier(table.name)
    columns = ", ".join(quote_identifier(column) for column in table.key)
    if table.key and not is_sorted:
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


def _swept(table: Table, run: Sequence[Piece]) -> Iterator[pa.Table]:
    """Overlapping pieces, given in the order of their first keys, in the order of the table.

    Rows are read until they are many, sorted together with those held back, and go as far as the next piece's first
    key: so no more than those many and what overlaps is held.
    """
    import pyarrow as pa

    held: list[pa.Table] = []
    order = [(column, "ascending") for column in table.order]
    fresh = 0
    for piece, after in zip(run, (*run[1:], None), strict=True):
        held.append(typed(table, piece.read()))
        fresh += piece.rows
        if after is not None and fresh < _MERGED:
            continue
        whole = pa.concat_tables(held).sort_by(order)
        ready = len(whole) if after is None else _rows_before(table, whole, after.first)
        yield whole.slice(0, ready)
        held, fresh = [whole.slice(ready)], 0


def _rows_before(table: Table, rows: pa.Table, key: tuple[Any, ...]) -> int:
    """How many of the rows, sorted as the table is, come before one with this key."""
    columns = [rows.column(name) for name in table.order]
    return bisect_left(range(len(rows)), key, key=lambda at: tuple(column[at].as_py() for column in columns))


def typed(table: Table, rows: pa.Table) -> pa.Table:
    """In the declared order and types."""
    schema = arrow_schema(table)
    return rows.select(schema.names).cast(schema)


def parts(tables: Iterable[pa.Table], size: int) -> Iterator[pa.Table]:
    """Tables of any size as tables of one, in rows, or of fewer where rows are long.

    DuckDB reserves whole blocks for each batch and column it is given.
    """
    import pyarrow as pa

    waiting: list[pa.Table] = []
    rows = room = 0
    for table in tables:
        waiting.append(table)
        rows, room = rows + len(table), room + table.nbytes
        if rows < size and room < _PART_BYTES:
            continue
        at_once = max(1, min(size, rows * _PART_BYTES // max(1, room)))
        whole = pa.concat_tables(waiting)
        start = rows - rows % at_once
        for first in range(0, start, at_once):
            yield whole.slice(first, at_once).combine_chunks()
        rest = whole.slice(start)
        waiting, rows, room = [rest], len(rest), rest.nbytes
    if rows:
        yield pa.concat_tables(waiting).combine_chunks()


def _reader(table: Table, pieces: Iterable[pa.Table], failures: list[Exception], size: int) -> pa.RecordBatchReader:
    """The pieces as a stream; what goes wrong in making them is kept, as DuckDB tells little."""
    import pyarrow as pa

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            for part in parts((typed(table, piece) for piece in pieces), size):
                yield from part.to_batches()
        except Exception as problem:
            failures.append(problem)
            raise

    return pa.RecordBatchReader.from_batches(arrow_schema(table), batches())


def build_warehouse(
    path: Path,
    rows: Rows | Prepared,
    tables: Sequence[Table] = TABLES,
    marts: Sequence[View] | None = None,
) -> dict[str, int]:
    """Build a fresh DuckDB file of all tables and views; returns row counts by table name.

    The file is checkpointed and closed: no ``.wal`` stays beside it. Raises FileExistsError when
    something is at ``path``; LoadError when rows don't fit the declarations, refer to no row or
    have a value that isn't allowed, in which case no file is left.
    """
    prepared = as_prepared(rows, tables)
    with WarehouseBuild(path, tables) as build:
        for table in tables:
            build.load(table, [piece_of(table, prepared[table.name])])
        build.finish(views() if marts is None else marts)
    return {name: found.rows for name, found in build.sums.items()}

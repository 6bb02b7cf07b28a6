"""A warehouse file made of another: rows of some tables are exchanged, the others stay where they are.

The file begins as a copy, never a link, of one that is finished, so that what is published is not written to. Rows that are
put in stand behind the others.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.build import Piece, WarehouseBuild
from warehouse.load import LoadError, RowSum
from warehouse.schema.declare import Table, quote_identifier, quote_literal
from warehouse.tables import TABLES

if TYPE_CHECKING:
    import pyarrow as pa

_AT_ONCE = 1 << 30  # bytes


class WarehouseUpdate(WarehouseBuild):
    """A copy of a finished DuckDB file, being changed: a context as ``WarehouseBuild``.

    ``sums`` are at first those of the file ``start``; ``replaced`` counts rows that were put in; ``exchanged`` has the tables
    of which rows were exchanged: for each of these there are the relations ``left_`` and ``came_`` with its name.
    """

    def __init__(self, path: Path, start: Path, sums: Mapping[str, RowSum], tables: Sequence[Table] = TABLES) -> None:
        # Hundreds of statements look at few rows each: a second thread costs more than it does.
        super().__init__(path, tables, most_threads=1)
        self.sums.update(sums)
        self.replaced = 0
        self._start = start
        self.exchanged: set[str] = set()
        self._here: set[str] = set()

    def _begin(self) -> None:
        copy_file(self._start, self.path)

    def _declare(self) -> None:
        """All is declared in what it begins as; it is written out once, at the end."""
        self.connection.execute("SET checkpoint_threshold = '1TB'")

    def replace(self, table: Table, pieces: Iterable[Piece], gone: str) -> None:
        """Have the rows of the pieces in the place of those that match the condition ``gone``; what is in both stays.

        ``sums`` has to have the table's before. Raises LoadError when a row that is put in repeats a key.
        """
        given = list(pieces)
        if not given and not self.sums[table.name].rows:
            return
        name = quote_identifier(table.name)
        self.connection.execute(
            f"CREATE TEMP TABLE were AS SELECT {_listed(table.column_names)} FROM {name} WHERE {gone}"
        )
        if not given and self.connection.execute("FROM were LIMIT 1").fetchone() is None:
            self.connection.execute("DROP TABLE were")
            return
        self._exchange(table, given)

    def exchange(self, table: Table, gone: Iterable[Piece], came: Iterable[Piece]) -> None:
        """Have rows in the place of others, both given in pieces; what is in both stays.

        Raises LoadError when a row that is put in repeats a key, or one that is taken out is not there.
        """
        columns = _listed(table.column_names)
        read = (piece.read() for piece in gone)
        self.stream(table, read, f"CREATE TEMP TABLE were AS SELECT {columns} FROM {{rows}}")
        self._exchange(table, list(came))

    def _exchange(self, table: Table, given: Sequence[Piece]) -> None:
        """Have the rows of the pieces in the place of those of the relation ``were``, which is dropped."""
        name, order = quote_identifier(table.name), _listed(table.order)
        left, came = f"left_{table.name}", f"came_{table.name}"
        read = (piece.read() for piece in given)
        self.stream(table, read, f"CREATE TEMP TABLE are AS SELECT {_listed(table.column_names)} FROM {{rows}}")
        self.connection.execute(
            f"CREATE TEMP TABLE differing AS {differing(table.column_names, 'were', 'are')};"
            f"CREATE TEMP TABLE {left} AS SELECT * EXCLUDE (more, time) FROM differing, range(-more) AS times (time);"
            f"CREATE TEMP TABLE {came} AS SELECT * EXCLUDE (more, time) FROM differing, range(more) AS times (time) "
            f"ORDER BY {order};"
            "DROP TABLE were; DROP TABLE are; DROP TABLE differing"
        )
        taken, put = (self.sum_of_rows(table, one) for one in (left, came))
        if not taken.rows and not put.rows:
            return
        if taken.rows:
            self._take_out(table, left, taken.rows)
        self.connection.execute(f"INSERT INTO {name} BY NAME FROM {came}")
        if put.rows and table.key:
            self._refuse_repeated_keys(table, left, came)
        self.sums[table.name] = self.sums[table.name] - taken + put
        self.replaced += put.rows
        self.exchanged.add(table.name)

    def _of_their_documents(self, table: Table) -> str:
        """A condition that a row belongs to one of the documents of the rows that are taken out of a table, where its rows tell:
        a join alone takes half as long again. To look first for the blocks that they lie in takes longer than it saves, for
        DuckDB does not pass over the others where it joins."""
        if not any(field.name == "document_id" and field.required for field in table.fields):
            return "true"
        asked = f"SELECT DISTINCT document_id FROM left_{table.name} ORDER BY document_id"
        found = self.connection.execute(asked).fetchall()
        return f"{quote_identifier(table.name)}.document_id IN ({', '.join(quote_literal(name) for (name,) in found)})"

    def _take_out(self, table: Table, left: str, count: int) -> None:
        """Take the rows of a relation out of a table, so many. Raises LoadError where there are not as many."""
        name = quote_identifier(table.name)
        # A key has no gaps; with plain equality DuckDB passes over what cannot match.
        known, sign = (table.key, "=") if table.key else (table.column_names, "IS NOT DISTINCT FROM")
        alike = " AND ".join(f"{name}.{one} {sign} {left}.{one}" for one in map(quote_identifier, known))
        near = self._of_their_documents(table)
        gone = self.connection.execute(f"DELETE FROM {name} USING {left} WHERE {near} AND {alike}").fetchone()
        if gone is None or gone[0] != count:
            raise LoadError(f"{table.name}: {gone and gone[0]} rows were found of {count} to be taken out")

    def _refuse_repeated_keys(self, table: Table, left: str, came: str) -> None:
        """Raise LoadError where rows that were put in have a key twice, or one that another row has. Only a key that no row
        which was taken out had can be another's: to look for one the table is read."""
        name, key = quote_identifier(table.name), _listed(table.key)
        asked = f"SELECT count(*) - count(DISTINCT ({key})) FROM {came}"
        repeated = self.connection.execute(asked).fetchone() != (0,)
        new = f"{came} ANTI JOIN {left} USING ({key})"
        if not repeated and self.connection.execute(f"FROM {new} LIMIT 1").fetchone() is not None:
            held = f"SELECT count(*) - (SELECT count(*) FROM {new}) FROM {name} SEMI JOIN (FROM {new}) USING ({key})"
            repeated = self.connection.execute(held).fetchone() != (0,)
        if repeated:
            raise LoadError(f"{table.name}: rows that were put in repeat a key")

    def _end(self, name: str) -> int:
        """A number that those of rows which are put in do not lie below."""
        found = self.connection.execute(f"SELECT coalesce(max(rowid), -1) + 1 FROM {name}").fetchone()
        return int(found[0]) if found else 0

    def is_exchanged_in(self, table: Table, columns: Sequence[str]) -> bool:
        """True where the rows of a table that were put in are others, in these columns, than those that were taken out."""
        if table.name not in self.exchanged:
            return False
        query = differing(columns, f"left_{table.name}", f"came_{table.name}")
        return self.connection.execute(f"FROM ({query}) LIMIT 1").fetchone() is not None

    def keys_exchanged(self, table: Table) -> list[tuple[Any, ...]]:
        """What the rows of a table that were taken out or put in are ordered by."""
        return self.connection.execute(self.rows_exchanged(table.name, table.order)).fetchall()

    @staticmethod
    def rows_exchanged(table: str, columns: Iterable[str]) -> str:
        """A query for what rows of an exchanged table that were taken out or put in have in these columns."""
        return " UNION ".join(f"SELECT {_listed(columns)} FROM {name}" for name in (f"left_{table}", f"came_{table}"))

    def refuse_lost_references(self, at_hand: Callable[[str], Iterable[pa.Table]] | None = None) -> None:
        """Raise LoadError where rows that were put in refer to no row, or others to rows that were taken out.

        ``at_hand`` gives rows of a table, by its name, that most of those which were put in refer to.
        """
        gone: dict[tuple[str, str], str | None] = {}
        for table in self.tables:
            for field in table.fields:
                if field.references is None:
                    continue
                parent, _, column = field.references.partition(".")
                if (parent, column) not in gone:
                    gone[parent, column] = self._gone(parent, quote_identifier(column))
                child, key = quote_identifier(field.name), quote_identifier(column)
                here = f"here_{parent}_{column}"
                if at_hand is not None and table.name in self.exchanged and here not in self._here:
                    statement = f"CREATE TEMP TABLE {here} AS SELECT {key} FROM {{rows}}"
                    self.stream(self._table(parent), at_hand(parent), statement)
                    self._here.add(here)
                for query in self._lost(table.name, parent, child, key, gone[parent, column], here):
                    asked = self.connection.execute(f"SELECT count(*), min({child}) FROM ({query})")
                    count, first = asked.fetchall()[0]
                    if count:
                        raise LoadError(
                            f"{table.name}: {count} rows have a {field.name} that {parent} does not have, first: {first}"
                        )

    def _table(self, name: str) -> Table:
        return next(table for table in self.tables if table.name == name)

    def _gone(self, parent: str, key: str) -> str | None:
        """A query for the keys of a table that it has no more; None where it has all that it had."""
        if parent not in self.exchanged:
            return None
        query = f"SELECT {key} FROM left_{parent} ANTI JOIN came_{parent} USING ({key})"  # a key is that of one row
        return query if self.connection.execute(f"{query} LIMIT 1").fetchone() else None

    def _lost(self, table: str, parent: str, child: str, key: str, gone: str | None, here: str) -> Iterator[str]:
        """Queries for references that lead nowhere since rows were exchanged."""
        if table in self.exchanged:
            came = f"(SELECT DISTINCT {child} FROM came_{table} WHERE {child} IS NOT NULL)"
            if here in self._here:
                # Nearly all of them lead to rows of the same documents: these are at hand, the table has to be read.
                came = f"(FROM {came} AS child ANTI JOIN {here} AS parent ON child.{child} = parent.{key})"
            if self.connection.execute(f"FROM {came} LIMIT 1").fetchone() is not None:
                yield f"FROM {came} AS child ANTI JOIN {quote_identifier(parent)} AS parent ON child.{child} = parent.{key}"
        if gone is not None:
            yield f"FROM {quote_identifier(table)} AS child SEMI JOIN ({gone}) AS gone ON child.{child} = gone.{key}"

    def close_off(self) -> None:
        """Close off a file that has its views from the start."""
        self.connection.execute("CHECKPOINT")


def copy_file(source: Path, target: Path) -> None:
    """Copy a file. Where the file system can, the two share their blocks until one is changed (XFS, Btrfs), which takes no
    time; ``shutil`` does not ask for that."""
    with source.open("rb") as read, target.open("wb") as made:
        try:
            while os.copy_file_range(read.fileno(), made.fileno(), _AT_ONCE):
                pass
            return
        except (AttributeError, OSError):  # not on this system, or not between these two
            pass
    shutil.copyfile(source, target)


def differing(columns: Sequence[str], before: str, after: str) -> str:
    """A query for rows, as these columns have them, of which two relations have not the same number, and how many ``more``
    the second has. EXCEPT ALL says the same and takes several times as long."""
    said = _listed(columns)
    either = f"SELECT {said}, false AS is_new FROM {before} UNION ALL SELECT {said}, true AS is_new FROM {after}"
    more = "count(*) FILTER (is_new) - count(*) FILTER (NOT is_new)"
    return f"SELECT {said}, {more} AS more FROM ({either}) GROUP BY {said} HAVING more <> 0"


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(quote_identifier, columns))

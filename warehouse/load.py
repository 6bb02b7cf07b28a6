"""Loading: rows become typed Arrow tables, sorted as declared, and a hash of their content.

``prepare_table`` checks the rows of one table against its declaration; ``row_sum`` adds up the hashes of its rows, so that
the hash does not depend on the order in which they came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warehouse.schema.declare import Field, Table

if TYPE_CHECKING:
    import pyarrow as pa

_UNIT, _RECORD = "\x1f", "\n"
_BATCH = 8192
# What Arrow raises for a value of the wrong kind, too many digits, lone surrogates.
_REFUSALS = (ValueError, TypeError, OverflowError)


class LoadError(ValueError):
    """Rows that don't fit the declarations; the message names table, column and row."""


def arrow_type(field: Field) -> pa.DataType:
    """The Arrow type of a declared column; decimals are exact."""
    import pyarrow as pa

    return {
        "VARCHAR": pa.string(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "BOOLEAN": pa.bool_(),
        "DECIMAL(20,4)": pa.decimal128(20, 4),
        "DATE": pa.date32(),
        "TIMESTAMP": pa.timestamp("us"),
        "VARCHAR[]": pa.list_(pa.string()),
    }[field.type]


def arrow_schema(table: Table) -> pa.Schema:
    """The Arrow schema of a declared table, its fields in order."""
    import pyarrow as pa

    return pa.schema([pa.field(field.name, arrow_type(field)) for field in table.fields])


def _row_name(table: Table, row: Mapping[str, Any]) -> str:
    return ", ".join(f"{column} {row.get(column)!r}" for column in table.key)


def _misfit(table: Table, rows: Sequence[Mapping[str, Any]], problem: Exception) -> LoadError:
    """Names the first value that doesn't fit its column, once Arrow has refused the rows."""
    import pyarrow as pa

    for field in table.fields:
        kind = arrow_type(field)
        for row in rows:
            value = row.get(field.name)
            try:
                pa.array([value], kind)
            except _REFUSALS as reason:
                return LoadError(
                    f"{table.name}.{field.name} is {field.type}; {value!r} doesn't fit: {reason} "
                    f"({_row_name(table, row)})"
                )
    return LoadError(f"{table.name}: {problem}")


def _refuse_missing(table: Table, made: pa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise LoadError when a required column or a column of the key has a NULL."""
    for field in table.fields:
        missing = made.column(field.name).null_count
        if missing and (field.required or field.name in table.key):
            first = next(row for row in rows if row.get(field.name) is None)
            raise LoadError(
                f"{table.name}.{field.name} is required and missing in {missing} rows, first: {_row_name(table, first)}"
            )


def prepare_table(table: Table, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """The rows of one table, typed and sorted as it is declared.

    Raises LoadError for a column that isn't declared, a value that doesn't fit its column's type,
    a required value that is missing, and rows with one key.
    """
    import pyarrow as pa

    declared = set(table.column_names)
    if not declared.issuperset(set().union(*rows)):
        for row in rows:
            unknown = row.keys() - declared
            if unknown:
                raise LoadError(f"{table.name} has no column {', '.join(sorted(unknown))} ({_row_name(table, row)})")
    # One pass row by row: a column at a time is slower, for it visits every dict anew.
    try:
        made = pa.Table.from_struct_array(pa.array(rows, pa.struct(list(arrow_schema(table)))))
    except _REFUSALS as problem:
        raise _misfit(table, rows, problem) from problem
    _refuse_missing(table, made, rows)
    made = _sorted(made, table.key or table.order)
    refuse_repeated_keys(table, made)
    return _sorted(made, table.sort) if table.sort else made


def _sorted(made: pa.Table, columns: Sequence[str]) -> pa.Table:
    return made.sort_by([(column, "ascending") for column in columns])


def refuse_repeated_keys(table: Table, made: pa.Table) -> None:
    """Raise LoadError when two rows of the sorted table have one key."""
    import pyarrow.compute as pc

    if made.num_rows < 2 or not table.key:
        return
    same = None
    for name in table.key:
        column = made.column(name).combine_chunks()
        equal = pc.equal(column.slice(1), column.slice(0, len(column) - 1))
        same = equal if same is None else pc.and_(same, equal)
    repeated = pc.sum(same).as_py()
    if repeated:
        row = made.slice(pc.index(same, True).as_py(), 1).to_pylist()[0]
        raise LoadError(f"{table.name}: {repeated} rows repeat a key, first: {_row_name(table, row)}")


def _canonical_column(column: pa.ChunkedArray) -> pa.ChunkedArray:
    r"""The column's values as text: ``\N`` for NULL, backslash and separators escaped."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_list(column.type):
        joined = [None if value is None else json.dumps(value) for value in column.to_pylist()]
        column = pa.chunked_array([pa.array(joined, pa.string())])
    elif not pa.types.is_string(column.type):
        column = column.cast(pa.string())  # neither digits nor dates have a character to escape
        return pc.fill_null(column, "\\N") if column.null_count else column
    if any(_has_escaped(chunk) for chunk in column.chunks):
        for plain, escaped in _ESCAPED.items():
            column = pc.replace_substring(column, plain, escaped)
    return pc.fill_null(column, "\\N") if column.null_count else column


_ESCAPED = {"\\": "\\\\", _UNIT: "\\u", _RECORD: "\\n"}


def _has_escaped(words: pa.StringArray) -> bool:
    """True where a character to be escaped is in some words: to look for one in the bytes of all takes less than a call of Arrow's."""
    _, ends, text = words.buffers()
    if text is None or not len(words):
        return False
    first, last = words.offset, words.offset + len(words)
    places = memoryview(ends)[: 4 * (last + 1)].cast("i")
    said = bytes(memoryview(text)[places[first] : places[last]])
    return any(sign.encode() in said for sign in _ESCAPED)


_SUM_BYTES = 32


@dataclass(frozen=True, slots=True)
class RowSum:
    """The hashes of some rows of a table, added up: whatever parts rows come in, the sum of the parts is that of all.

    So what is known of rows that did not change is added to what was found of those that did. It tells rows apart that
    differ by chance, not by intent.
    """

    rows: int = 0
    total: int = 0

    def __add__(self, other: RowSum) -> RowSum:
        return RowSum(self.rows + other.rows, (self.total + other.total) % 2 ** (8 * _SUM_BYTES))

    def __sub__(self, other: RowSum) -> RowSum:
        return RowSum(self.rows - other.rows, (self.total - other.total) % 2 ** (8 * _SUM_BYTES))

    def digest(self, table: Table) -> str:
        """SHA-256 of the table's name and columns, and of this."""
        head = _UNIT.join((table.name, *table.column_names)).encode()
        return hashlib.sha256(head + _RECORD.encode() + self.total.to_bytes(_SUM_BYTES, "little")).hexdigest()


def row_sum(table: Table, rows: pa.RecordBatch | pa.Table) -> RowSum:
    """The SHA-256 of each row, added up."""
    import pyarrow as pa

    schema = arrow_schema(table)
    made = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
    made = made.select(schema.names).cast(schema)
    # A few rows at a time: as text they take several times the room.
    parts = (_sum_of_few(made.slice(start, _BATCH)) for start in range(0, made.num_rows, _BATCH))
    return sum(parts, RowSum())


def _sum_of_few(made: pa.Table) -> RowSum:
    import pyarrow as pa
    import pyarrow.compute as pc

    # No value has the separator within it, so that joined values can be told apart again.
    lines = pc.binary_join_element_wise(*(_canonical_column(column) for column in made.columns), _UNIT)
    lines = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    digests = (hashlib.sha256(line).digest() for line in lines.cast(pa.binary()).to_pylist())
    total = sum(int.from_bytes(digest, "little") for digest in digests)
    return RowSum(len(lines), total % 2 ** (8 * _SUM_BYTES))


def combine_hashes(hashes: Mapping[str, str]) -> str:
    """One SHA-256 over hashes by table name."""
    lines = (f"{name} {hashes[name]}\n" for name in sorted(hashes))
    return hashlib.sha256("".join(lines).encode()).hexdigest()

"""Row groups of Parquet files copied into another file byte by byte, so that unchanged rows are not encoded again.

No library does this: each decodes the rows and encodes them again. A Parquet file ends with a description of its row groups
in Thrift's compact protocol; it is read and written here without knowing more of it than where a group lies.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"PAR1"
_TAIL = 8  # length of the description, and the magic again
_AT_ONCE = 1 << 20  # bytes
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)

Struct = dict[int, tuple[int, Any]]
"""Fields of a Thrift struct: type and value by number."""

# Numbers of fields, from parquet.thrift: of the file, of a row group, of a column chunk, of what describes it.
_ROWS, _GROUPS = 3, 4
_CHUNKS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK_ABOUT, _CHUNK_INDEXES = 2, 3, (4, 5, 6, 7)
_PACKED_SIZE, _DATA_PAGE, _INDEX_PAGE, _WORDS_PAGE, _FILTERS = 7, 9, 10, 11, (14, 15)


class NotMergeable(ValueError):
    """A file whose row groups cannot be taken as they are."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Row groups of a file, by their numbers."""

    path: Path
    numbers: Sequence[int]


def group_rows(path: Path) -> list[int]:
    """How many rows each row group of a file has. Raises NotMergeable when it is no Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        described = pq.read_metadata(path)
    except pa.ArrowInvalid as problem:
        raise NotMergeable(f"{path.name} is no whole Parquet file") from problem
    return [described.row_group(number).num_rows for number in range(described.num_row_groups)]


def group_digests(path: Path) -> list[bytes]:
    """What tells the row groups of a file apart: where two files have the same columns, groups with one digest have the same
    rows, in the same order. Raises NotMergeable when a group is cut off."""
    import pyarrow.parquet as pq

    described = pq.read_metadata(path)
    found = []
    with path.open("rb") as file:
        for number in range(described.num_row_groups):
            group = described.row_group(number)
            found.append(_digest([group.column(column) for column in range(group.num_columns)], file))
    return found


def _digest(chunks: Sequence[Any], file: BinaryIO) -> bytes:
    """Of the bytes of the column chunks of a group, and of what they have to be read with."""
    made = hashlib.blake2b(digest_size=32)
    for chunk in chunks:
        pages = [chunk.data_page_offset, *([chunk.dictionary_page_offset] if chunk.has_dictionary_page else [])]
        start, size = min(pages), chunk.total_compressed_size
        told = (chunk.compression, sorted(chunk.encodings), chunk.num_values, [page - start for page in pages], size)
        made.update(repr(told).encode())
        file.seek(start)
        data = file.read(size)
        if len(data) != size:
            raise NotMergeable("a row group is cut off")
        made.update(data)
    return made.digest()


def put_together(target: Path, parts: Iterable[Groups]) -> None:
    """Write a file of row groups of other files, which have the same columns, in the order given.

    Raises NotMergeable where a group has no rows to take or is not in one piece.
    """
    whole: Struct | None = None
    found: list[Struct] = []
    known: dict[Path, Struct] = {}
    with target.open("wb") as made:
        made.write(_MAGIC)
        for part in parts:
            with part.path.open("rb") as file:
                described = known[part.path] = known.get(part.path) or _described(file, part.path)
                whole = whole or described
                groups = _groups(described)
                for number in part.numbers:
                    found.append(_moved(groups[number], file, made, len(found)))
        if whole is None:
            raise NotMergeable(f"{target.name} has no part")
        rows = sum(group[_GROUP_ROWS][1] for group in found)
        head = {**whole, _ROWS: (_I64, rows), _GROUPS: (_LIST, (_STRUCT, found))}
        text = bytearray()
        _write_struct(text, head)
        made.write(bytes(text) + len(text).to_bytes(4, "little") + _MAGIC)


def _described(file: BinaryIO, path: Path) -> Struct:
    """The description at the end of a file."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if size < _TAIL or tail[4:] != _MAGIC or length > size - _TAIL:
        raise NotMergeable(f"{path.name} is no whole Parquet file")
    file.seek(size - _TAIL - length)
    return _Reader(file.read(length)).struct()


def _groups(described: Struct) -> list[Struct]:
    groups: list[Struct] = described[_GROUPS][1][1]
    return groups


def _moved(group: Struct, file: BinaryIO, made: BinaryIO, ordinal: int) -> Struct:
    """Copy the bytes of a group; returns its description with the places where they are now."""
    chunks = group[_CHUNKS][1][1]
    starts, ends = zip(*(_span(chunk[_CHUNK_ABOUT][1]) for chunk in chunks), strict=True)
    start, end = min(starts), max(ends)
    if sum(ends) - sum(starts) != end - start:
        raise NotMergeable("a row group lies in several pieces")
    by = made.tell() - start
    file.seek(start)
    left = end - start
    while left and (some := file.read(min(left, _AT_ONCE))):
        left -= made.write(some)
    if left:
        raise NotMergeable("a row group is cut off")
    moved = {**group, _CHUNKS: (_LIST, (_STRUCT, [_chunk(chunk, by) for chunk in chunks]))}
    if _GROUP_OFFSET in group:
        moved[_GROUP_OFFSET] = (_I64, group[_GROUP_OFFSET][1] + by)
    if _ORDINAL in group:
        moved[_ORDINAL] = (_I16, ordinal)
    return moved


def _span(about: Struct) -> tuple[int, int]:
    """Where the bytes of a column chunk start and end."""
    start = min(about[name][1] for name in (_DATA_PAGE, _WORDS_PAGE) if name in about)
    return start, start + about[_PACKED_SIZE][1]


def _chunk(chunk: Struct, by: int) -> Struct:
    """A column chunk that was moved; indexes and filters, which lie elsewhere in the file, are left behind."""
    about = {name: field for name, field in chunk[_CHUNK_ABOUT][1].items() if name not in _FILTERS}
    for name in (_DATA_PAGE, _INDEX_PAGE, _WORDS_PAGE):
        if name in about:
            about[name] = (_I64, about[name][1] + by)
    kept = {name: field for name, field in chunk.items() if name not in _CHUNK_INDEXES}
    offset = kept[_CHUNK_OFFSET][1]
    return {**kept, _CHUNK_OFFSET: (_I64, offset + by if offset else 0), _CHUNK_ABOUT: (_STRUCT, about)}


class _Reader:
    """Values of Thrift's compact protocol in the order of their bytes."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        """The fields of a struct."""
        found: Struct = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._signed()
            found[number] = (kind, self._value(kind))
        return found

    def _value(self, kind: int) -> Any:
        if kind in (_TRUE, _FALSE):
            return kind == _TRUE
        if kind in (_I16, _I32, _I64):
            return self._signed()
        if kind == _BINARY:
            return self._bytes(self._unsigned())
        if kind == _STRUCT:
            return self.struct()
        if kind in (_LIST, _SET):
            head = self._byte()
            count = head >> 4 if head >> 4 < 15 else self._unsigned()
            inner = head & 15
            flat = inner in (_TRUE, _FALSE)
            return inner, [self._byte() if flat else self._value(inner) for _ in range(count)]
        if kind == _DOUBLE:
            return struct.unpack("<d", self._bytes(8))[0]
        if kind == _BYTE:
            return self._byte()
        raise NotMergeable(f"a description has a value of kind {kind}")

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def _unsigned(self) -> int:
        value = shift = 0
        while True:
            one = self._byte()
            value |= (one & 127) << shift
            if one < 128:
                return value
            shift += 7

    def _signed(self) -> int:
        value = self._unsigned()
        return (value >> 1) ^ -(value & 1)


def _write(text: bytearray, kind: int, value: Any) -> None:
    """Add a value to the bytes of a description."""
    if kind == _STRUCT:
        _write_struct(text, value)
    elif kind in (_I16, _I32, _I64):
        _write_number(text, _zigzag(value))
    elif kind == _BINARY:
        _write_number(text, len(value))
        text += value
    elif kind in (_LIST, _SET):
        inner, values = value
        if len(values) < 15:
            text.append(len(values) << 4 | inner)
        else:
            text.append(0xF0 | inner)
            _write_number(text, len(values))
        for one in values:
            _write(text, _BYTE if inner in (_TRUE, _FALSE) else inner, one)
    elif kind == _DOUBLE:
        text += struct.pack("<d", value)
    else:
        text.append(value)


def _write_struct(text: bytearray, fields: Struct) -> None:
    before = 0
    for number, (kind, value) in sorted(fields.items()):
        is_flag = kind in (_TRUE, _FALSE)
        told = (_TRUE if value else _FALSE) if is_flag else kind
        if 0 < number - before < 16:
            text.append((number - before) << 4 | told)
        else:
            text.append(told)
            _write_number(text, _zigzag(number))
        before = number
        if not is_flag:
            _write(text, kind, value)
    text.append(0)


def _zigzag(value: int) -> int:
    return value << 1 if value >= 0 else (-value << 1) - 1


def _write_number(text: bytearray, value: int) -> None:
    while value > 127:
        text.append(value & 127 | 128)
        value >>= 7
    text.append(value)

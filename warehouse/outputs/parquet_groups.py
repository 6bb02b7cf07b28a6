"""Row groups of Parquet files copied into another file byte by byte, so that unchanged rows are not encoded again.

No library does this: each decodes the rows and encodes them again. A Parquet file ends with a description of its row groups
in Thrift's compact protocol. Its bytes are passed on as they are, but for the numbers that say where a group lies: of files
with thousands of groups, reading all that is said of each takes longer than copying their rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

_MAGIC = b"PAR1"
_TAIL = 8  # length of the description, and the magic again
_AT_ONCE = 1 << 20  # bytes
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_NUMBERS = frozenset({_I16, _I32, _I64})

# Numbers of fields, from parquet.thrift: of the file, of a row group, of a column chunk, of what describes it.
_ROWS, _GROUPS = 3, 4
_CHUNKS, _GROUP_ROWS, _GROUP_OFFSET, _ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSET, _CHUNK_ABOUT, _CHUNK_INDEXES = 2, 3, frozenset({4, 5, 6, 7})
_PACKED_SIZE, _DATA_PAGE, _INDEX_PAGE, _WORDS_PAGE, _FILTERS = 7, 9, 10, 11, frozenset({14, 15})
_OFFSETS, _PAGES = frozenset({_CHUNK_OFFSET}), frozenset({_DATA_PAGE, _INDEX_PAGE, _WORDS_PAGE})


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


def put_together(target: Path, parts: Iterable[Groups]) -> int:
    """Write a file of row groups of other files, which have the same columns, in the order given; returns how many rows.

    Raises NotMergeable where a group has no rows to take or is not in one piece.
    """
    whole: _Described | None = None
    rows = count = 0
    text = bytearray()
    known: dict[Path, _Described] = {}
    with target.open("wb") as made:
        made.write(_MAGIC)
        for part in parts:
            with part.path.open("rb") as file:
                if part.path not in known:
                    known[part.path] = _described(file, part.path)
                described = known[part.path]
                whole = whole or described
                for number in part.numbers:
                    group = described.groups[number]
                    text += group.moved(_copied(group, file, made), count)
                    rows += group.rows
                    count += 1
        if whole is None:
            raise NotMergeable(f"{target.name} has no part")
        told = whole.of(rows, count, text)
        made.write(told + len(told).to_bytes(4, "little") + _MAGIC)
    return rows


@dataclass(slots=True)
class _Group:
    """A row group as it is described: bytes, and between them where something lies in the file, or None for how many groups
    stand before; how many ``rows`` it has, and where the bytes of its columns start and end."""

    pieces: list[bytes | int | None] = field(default_factory=list)
    rows: int = 0
    spans: list[tuple[int, int]] = field(default_factory=list)

    def moved(self, by: int, ordinal: int) -> bytes:
        """Its description where its bytes lie so much further on, and so many groups before it."""
        return b"".join(
            piece if isinstance(piece, bytes) else _number(ordinal if piece is None else piece + by)
            for piece in self.pieces
        )


@dataclass(frozen=True, slots=True)
class _Described:
    """What a file says of itself: of its groups, and in bytes what stands before the number of its rows, between that and
    its groups, and behind them."""

    before: bytes
    between: bytes
    behind: bytes
    groups: list[_Group]

    def of(self, rows: int, count: int, groups: bytes | bytearray) -> bytes:
        """The same of a file with so many rows, and so many groups, described in these bytes."""
        head = bytes([count << 4 | _STRUCT]) if count < 15 else b"\xfc" + _varint(count)
        return b"".join((self.before, _number(rows), self.between, head, groups, self.behind))


def _described(file: BinaryIO, path: Path) -> _Described:
    """The description at the end of a file."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    length = int.from_bytes(tail[:4], "little")
    if size < _TAIL or tail[4:] != _MAGIC or length > size - _TAIL:
        raise NotMergeable(f"{path.name} is no whole Parquet file")
    file.seek(size - _TAIL - length)
    try:
        return _parted(file.read(length))
    except IndexError as problem:
        raise NotMergeable(f"{path.name} has a description that is cut off") from problem


def _parted(data: bytes) -> _Described:
    """A description by its parts. Raises IndexError where it ends too early, NotMergeable where it does not tell its rows."""
    ends: dict[int, tuple[int, int]] = {}
    groups: list[_Group] = []
    at = number = 0
    while head := data[at]:
        number, start = _field(data, at, number)
        at = start
        if number == _GROUPS:
            count, at = _length(data, at)
            for _ in range(count):
                group = _Group()
                at = _group(data, at, group)
                groups.append(group)
        else:
            at = _skipped(data, at, head & 15)
        ends[number] = (start, at)
    if _ROWS not in ends or _GROUPS not in ends:
        raise NotMergeable("a description does not tell its rows")
    (rows, after_rows), (first, last) = ends[_ROWS], ends[_GROUPS]
    return _Described(data[:rows], data[after_rows:first], data[last:], groups)


def _copied(group: _Group, file: BinaryIO, made: BinaryIO) -> int:
    """Copy the bytes of a group; returns by how much they lie further on than they did."""
    start, end = min(start for start, _ in group.spans), max(end for _, end in group.spans)
    if sum(end - start for start, end in group.spans) != end - start:
        raise NotMergeable("a row group lies in several pieces")
    by = made.tell() - start
    file.seek(start)
    left = end - start
    while left and (some := file.read(min(left, _AT_ONCE))):
        left -= made.write(some)
    if left:
        raise NotMergeable("a row group is cut off")
    return by


def _group(data: bytes, at: int, group: _Group) -> int:
    """Take in a row group that begins there; returns where it ends. So do the others."""
    kept, number = at, 0
    while head := data[at]:
        number, at = _field(data, at, number)
        if number == _CHUNKS:
            count, at = _length(data, at)
            group.pieces.append(data[kept:at])
            for _ in range(count):
                at = _chunk(data, at, group)
            kept = at
        elif number in (_GROUP_OFFSET, _ORDINAL):
            group.pieces.append(data[kept:at])
            value, kept = _signed(data, at)
            group.pieces.append(None if number == _ORDINAL else value)
            at = kept
        else:
            if number == _GROUP_ROWS:
                group.rows = _signed(data, at)[0]
            at = _skipped(data, at, head & 15)
    group.pieces.append(data[kept : at + 1])
    return at + 1


def _chunk(data: bytes, at: int, group: _Group) -> int:
    """A column chunk; indexes, which lie elsewhere in the file, are left behind."""
    return _struct(data, at, group, _CHUNK_INDEXES, _OFFSETS, _CHUNK_ABOUT)[0]


def _about(data: bytes, at: int, group: _Group) -> int:
    """What describes a column chunk; filters, which lie elsewhere in the file, are left behind."""
    at, found = _struct(data, at, group, _FILTERS, _PAGES)
    start = min(found[name] for name in (_DATA_PAGE, _WORDS_PAGE) if name in found)
    group.spans.append((start, start + found[_PACKED_SIZE]))
    return at


def _struct(
    data: bytes, at: int, group: _Group, left_out: frozenset[int], places: frozenset[int], inner: int = 0
) -> tuple[int, dict[int, int]]:
    """A struct without some of its fields, of which others tell ``places`` (nil is none), and ``inner`` is what describes the
    chunk; returns where it ends, and of its long numbers the places and the packed size, by the numbers of their fields."""
    kept, number, told = at, 0, 0
    found: dict[int, int] = {}
    pieces = group.pieces
    while head := data[at]:
        start, kind = at, head & 15
        if head > 15:
            number, at = number + (head >> 4), at + 1
        else:
            number, at = _field(data, at, number)
        if number in left_out:
            pieces.append(data[kept:start])
            kept = at = _skipped(data, at, kind)
            continue
        if kept == start and told != number - (head >> 4):  # a field before it was left out
            pieces.append(_head(number - told, number, kind))
            kept = at
        told = number
        if kind == _I64:
            after = at
            while data[after] > 127:
                after += 1
            after += 1
            if number in places or number == _PACKED_SIZE:
                found[number] = value = _signed(data, at)[0]
                if value and number in places:
                    pieces += (data[kept:at], value)
                    kept = after
            at = after
        elif number == inner:
            pieces.append(data[kept:at])
            kept = at = _about(data, at, group)
        else:
            at = _skipped(data, at, kind)
    pieces.append(data[kept : at + 1])
    return at + 1, found


def _field(data: bytes, at: int, number: int) -> tuple[int, int]:
    """The number of the field whose head is there, after one with this ``number``, and where its value begins."""
    step = data[at] >> 4
    return (number + step, at + 1) if step else _signed(data, at + 1)


def _head(step: int, number: int, kind: int) -> bytes:
    """The head of a field with this number, so many after the one before it."""
    return bytes([step << 4 | kind]) if step < 16 else bytes([kind]) + _number(number)


def _length(data: bytes, at: int) -> tuple[int, int]:
    """How many values a list has whose head is there, and where the first begins."""
    count = data[at] >> 4
    return (count, at + 1) if count < 15 else _unsigned(data, at + 1)


def _skipped(data: bytes, at: int, kind: int) -> int:
    """Where a value of a kind ends. Numbers and words, of which most of a description is made, are passed over where they
    stand: to call this for each takes longer than to pass over it."""
    if kind in _NUMBERS:
        while data[at] > 127:
            at += 1
        return at + 1
    if kind == _BINARY:
        length = data[at]
        if length < 128:
            return at + 1 + length
        length, at = _unsigned(data, at)
        return at + length
    if kind == _STRUCT:
        while head := data[at]:
            at += 1
            if head < 16:
                _, at = _unsigned(data, at)
            inner = head & 15
            if inner == _BINARY and data[at] < 128:
                at += 1 + data[at]
            elif inner in _NUMBERS:
                while data[at] > 127:
                    at += 1
                at += 1
            else:
                at = _skipped(data, at, inner)
        return at + 1
    if kind in (_TRUE, _FALSE):
        return at
    if kind in (_LIST, _SET):
        inner = data[at] & 15
        count, at = _length(data, at)
        if inner in (_TRUE, _FALSE):
            return at + count
        if inner in _NUMBERS:
            for _ in range(count):
                while data[at] > 127:
                    at += 1
                at += 1
            return at
        for _ in range(count):
            at = _skipped(data, at, inner)
        return at
    if kind in (_DOUBLE, _BYTE):
        return at + (8 if kind == _DOUBLE else 1)
    raise NotMergeable(f"a description has a value of kind {kind}")


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """A number, and where it ends."""
    value = shift = 0
    while True:
        one = data[at]
        at += 1
        value |= (one & 127) << shift
        if one < 128:
            return value, at
        shift += 7


def _signed(data: bytes, at: int) -> tuple[int, int]:
    value, at = _unsigned(data, at)
    return (value >> 1) ^ -(value & 1), at


def _number(value: int) -> bytes:
    """A number that may be below nil, as it is written."""
    return _varint(value << 1 if value >= 0 else (-value << 1) - 1)


def _varint(value: int) -> bytes:
    text = bytearray()
    while value > 127:
        text.append(value & 127 | 128)
        value >>= 7
    text.append(value)
    return bytes(text)

"""Heads of a table in a text that keeps the look of its pages: which words stand over which columns."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from typing import NamedTuple

from pipelines.model.blocks import GridCell, Place
from pipelines.model.heads import read_head
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.vocabulary import Vocabulary

Piece = tuple[int, int, str]
"""Words that gaps set apart: where they begin and end in the line, and the words."""

_PIECE = re.compile(r"\S+(?: \S+)*")
_NEAR = 2
_MARK = re.compile(r"[a-z]|[*†‡]+")
_CHANGES = frozenset({"technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change"})


class Column(NamedTuple):
    """A column of figures: where they begin, and where they end."""

    start: int
    end: int


class Heads(NamedTuple):
    """Rows of heads, and the numbers of lines with words that stand over no column."""

    rows: list[tuple[GridCell | None, ...]]
    lost: set[int]


def pieces_of(line: Line) -> list[Piece]:
    """The pieces of a line, separated by gaps of two spaces or more."""
    return [(found.start(), found.end(), found.group()) for found in _PIECE.finditer(line.raw.replace("\u00a0", " "))]


def widest(lines: Sequence[Line]) -> list[Piece]:
    """The pieces of the line that has most of them; of equals the lowest."""
    return max((pieces_of(line) for line in reversed(lines)), key=len, default=[])


def head_rows(lines: Sequence[Line], columns: Sequence[Column], left: int, begin: int, vocabulary: Vocabulary) -> Heads:
    """Heads by column, the words of each one below the other; words over several columns are a row of their own.

    Labels stand between ``begin`` and ``left``, and so do the words over them.
    """
    stub: list[str] = []
    stacks: list[list[str]] = [[] for _ in columns]
    groups: list[tuple[Piece, int, list[int]]] = []
    lost: set[int] = set()
    for number, line in enumerate(lines):
        pieces = pieces_of(line)
        words = [piece for piece in pieces if piece[0] <= begin + _NEAR or piece[1] <= left]
        stub += [piece[2] for piece in words]
        ends = {piece[1] for other in lines if other is not line for piece in pieces_of(other)}
        over = [part for piece in pieces[len(words) :] for part in split(piece, columns, ends)]
        if len(over) == len(columns):
            for stack, (_, _, text) in zip(stacks, over, strict=True):
                stack.append(text)
            continue
        taken = [(piece, _nearest(piece, columns)) for piece in over]
        is_over_several = number < len(lines) - 1 and _stand_over_several(taken, columns, vocabulary)
        if is_over_several:
            groups += [(piece, number, []) for piece, _ in taken]
            continue
        if len({column for _, column in taken}) < len(taken):
            lost.add(line.number)
        for (_, _, text), column in taken:
            stacks[column].append(text)
    return _arranged(lines, stub, stacks, groups, columns, vocabulary, lost)


def split(piece: Piece, columns: Sequence[Column], ends: Set[int] = frozenset()) -> list[Piece]:
    """A piece over several columns, parted after the words that end where a column ends.

    ``ends`` is where words of the other lines of heads end: what ends there may be further from its column.
    """
    start, end, words = piece
    parts: list[Piece] = []
    begun = start
    for column in columns:
        if not start < column.end < end - 1:
            continue
        spaces = [start + found.start() for found in re.finditer(" ", words)]
        cut = min((at for at in spaces if at > begun), key=lambda at: abs(at - column.end), default=None)
        if cut is not None and abs(cut - column.end) <= (2 * _NEAR if cut in ends else _NEAR):
            parts.append((begun, cut, words[begun - start : cut - start]))
            begun = cut + 1
    parts.append((begun, end, words[begun - start :]))
    return parts


def _nearest(piece: Piece, columns: Sequence[Column]) -> int:
    """The column whose figures stand below a piece: by where they end, else by what lies between."""
    start, end, _ = piece
    edges = [0, *(column.end for column in columns)]

    def distance(i: int) -> float:
        return min(abs(columns[i].end - end), abs((edges[i] + columns[i].end) / 2 - (start + end) / 2))

    return min(range(len(columns)), key=distance)


def _stand_over_several(taken: Sequence[tuple[Piece, int]], columns: Sequence[Column], vocabulary: Vocabulary) -> bool:
    """Whether the words of a line of heads are each over several columns: fewer, and none ends where a column does."""
    if not taken or len(columns) < 2 * len(taken):
        return False
    if len(taken) == 1 and vocabulary.meaning("column_heads", taken[0][0][2]) == "change":
        return True
    return all(min(abs(column.end - piece[1]) for column in columns) > _NEAR for piece, _ in taken)


def _arranged(
    lines: Sequence[Line],
    stub: Sequence[str],
    stacks: Sequence[Sequence[str]],
    groups: Sequence[tuple[Piece, int, list[int]]],
    columns: Sequence[Column],
    vocabulary: Vocabulary,
    lost: set[int],
) -> Heads:
    place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
    marked = [_unmarked(join_wrapped(stack), vocabulary) for stack in stacks]
    texts = [text for text, _ in marked]
    bottom = (GridCell(join_wrapped(stub), place), *(GridCell(text, place, notes=notes) for text, notes in marked))
    if not groups:
        return Heads([bottom], lost)
    rows: list[tuple[GridCell | None, ...]] = []
    for number in sorted({number for _, number, _ in groups}):
        own = [piece for piece, line, _ in groups if line == number]
        rows.append(_group_row(own, texts, columns, vocabulary, place))
    return Heads([*rows, bottom], lost)


def _unmarked(text: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """A head and its footnote marks: single letters without which the vocabulary knows it."""
    words = text.split(" ")
    bare = [word for word in words if not _MARK.fullmatch(word)]
    if (
        not bare
        or len(bare) == len(words)
        or is_known_head(text, vocabulary)
        or not is_known_head(" ".join(bare), vocabulary)
    ):
        return text, ()
    return " ".join(bare), tuple(word for word in words if _MARK.fullmatch(word))


def _group_row(
    pieces: Sequence[Piece], texts: Sequence[str], columns: Sequence[Column], vocabulary: Vocabulary, place: Place
) -> tuple[GridCell | None, ...]:
    spans = [_span(piece, pieces, texts, columns, vocabulary) for piece in pieces]
    row: list[GridCell | None] = [GridCell("", place)]
    for index in range(len(columns)):
        own = next((i for i, span in enumerate(spans) if index in span), None)
        if own is None:
            row.append(GridCell("", place))
        elif index == spans[own].start:
            row.append(GridCell(pieces[own][2], place, column_span=len(spans[own])))
        else:
            row.append(None)
    return tuple(row)


def _span(
    piece: Piece, pieces: Sequence[Piece], texts: Sequence[str], columns: Sequence[Column], vocabulary: Vocabulary
) -> range:
    """The columns that words stand over: those that go by the name, else those around whose middle they stand."""
    meanings = [_meaning(text, vocabulary) for text in texts]
    if vocabulary.meaning("column_heads", piece[2]) == "change":
        known = [i for i, meaning in enumerate(meanings) if meaning in _CHANGES or meaning == "change"]
        if known and known == list(range(known[0], known[-1] + 1)):
            return range(known[0], known[-1] + 1)
    middle = (piece[0] + piece[1]) / 2
    centres = [(other[0] + other[1]) / 2 for other in pieces]
    mine = [
        i for i, column in enumerate(columns)
        if min(centres, key=lambda centre: abs(centre - (column.start + column.end) / 2)) == middle
    ]  # fmt: skip
    options = [
        range(i, j + 1)
        for i in mine
        for j in mine
        if i <= j and abs((columns[i].start + columns[j].end) / 2 - middle) <= 2 * _NEAR
    ]
    fallback = _nearest(piece, columns)
    return max(options, key=len, default=range(fallback, fallback + 1))


def _meaning(text: str, vocabulary: Vocabulary) -> str | None:
    return read_head(text, vocabulary)[0]


def is_known_head(text: str, vocabulary: Vocabulary) -> bool:
    """Whether the vocabulary knows words as the head of a column or of the labels."""
    return _meaning(text, vocabulary) is not None or vocabulary.meaning("stub_heads", text) is not None

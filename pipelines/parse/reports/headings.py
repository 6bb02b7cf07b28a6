"""Headings above each paragraph and table of a report, outermost first; and heads that a table prints again further down: each
part is read as a table of its own.

Reports number their headings I., A., 1. and (a); headings of fascicles have fixed places by their words, which reports
do not follow. What stands before the first numbered heading is the title page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.model.numbers import is_nil_mark, looks_like_number
from pipelines.parse.grid.columns import header_rows, is_known_head
from pipelines.parse.scope.entities import numeral_of, roman_value
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows

Path = tuple[str, ...]
_Key = tuple[int | None, int | None, int | None]
_DEEPEST = 9
_KINDS = ("roman", "letter", "digit")
"""Kinds of numerals of headings, outermost first."""


def headings_of(document: Document) -> dict[_Key, Path]:
    """The headings above each block that is none itself, by its place; empty above the first numbered heading."""
    found: dict[_Key, Path] = {}
    open_headings: list[tuple[int, str]] = []
    levels = _Levels()
    has_begun = not any(block.kind == "heading" and numeral_of(block)[0] for block in document.blocks)
    for block in document.blocks:
        if block.kind != "heading":
            found[key_of(block.place)] = tuple(words for _, words in open_headings)
            continue
        numeral, words = numeral_of(block)
        has_begun = has_begun or bool(numeral)
        if not has_begun:
            continue
        level = levels.of(numeral, block.level) if numeral else block.level or _DEEPEST
        open_headings = [(known, text) for known, text in open_headings if known < level]
        open_headings.append((level, _words(block, numeral, words)))
    return found


class _Levels:
    """Levels of numbered headings: that of the first of their kind, for styles of some headings are set wrongly.

    I., A. and 1. are of one kind each; a letter that is a Roman number too goes on with what it follows.
    """

    def __init__(self) -> None:
        self._roman = self._letter = 0
        self._known: dict[str, int] = {}

    def of(self, numeral: str, printed: int | None) -> int:
        """The level of a heading with a numeral, in order; deeper than the kinds above it."""
        kind = self._kind(numeral)
        above = [self._known[one] for one in _KINDS[: _KINDS.index(kind)] if one in self._known]
        return self._known.setdefault(kind, max([printed or _DEEPEST, *(level + 1 for level in above)]))

    def _kind(self, numeral: str) -> str:
        if numeral.isdigit():
            return "digit"
        letter = ord(numeral) - ord("A") + 1 if len(numeral) == 1 else 0
        roman = roman_value(numeral)
        goes_on = letter > 0 and letter == self._letter + 1
        if roman and not goes_on and (roman in (1, self._roman + 1) or not letter):
            self._roman, self._letter = roman, 0
            return "roman"
        self._letter = letter
        return "letter"


def key_of(place: Place) -> _Key:
    """A key for the place of a block: equal keys are the same place."""
    return place.page, place.line_first, place.table_ordinal


def key_of_row(row: Mapping[str, Any]) -> _Key:
    """The place of a row of mart_paragraph or mart_table, as ``key_of`` has it."""
    return row.get("page_number"), row.get("line_first"), row.get("table_ordinal")


def _words(block: Block, numeral: str, words: str) -> str:
    return " ".join((f"{block.number} {words}" if block.number else block.text).split())


def tell_paths(rows: Rows, headings: Mapping[_Key, Path]) -> None:
    """Give paragraphs the headings above them, in place; those of the title page and of boxes keep what they have."""
    for row in rows.get("mart_paragraph", ()):
        path = headings.get(key_of_row(row))
        if path:
            row["heading_path"] = " > ".join(path)


_GridRow = tuple[GridCell | None, ...]
_FEWEST = 3
"""Known heads in a row that make it one of heads."""


def split_at_heads(block: Block, vocabulary: Vocabulary) -> list[Block]:
    """The parts of a table, each below heads of its own; the block itself where it has one part.

    Heads further down are a row of known heads without figures, with rows of groups of columns above it. Heads that
    only repeat the first ones, as on a further page, begin no part.
    """
    if block.grid is None:
        return [block]
    rows = block.grid.rows
    first = header_rows(block.grid, vocabulary)
    if block.grid.header_rows is None and _is_row_of_words(rows) and first < _heads(rows):
        first = _heads(rows)
        block = replace(block, grid=replace(block.grid, header_rows=first))
    heads = [row for row in range(first + 1, len(rows)) if _is_head(rows, row, vocabulary)]
    starts = sorted({_start(rows, row, first) for row in heads})
    known = _words_of(rows[:first])
    starts = [start for start in starts if not _words_of(rows[start : start + 2]) <= known]
    if not starts:
        return [block]
    return list(_parts(block, [0, *starts], first, vocabulary))


def _parts(block: Block, starts: Sequence[int], first: int, vocabulary: Vocabulary) -> Iterator[Block]:
    assert block.grid is not None
    rows = block.grid.rows
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        own = list(rows[start:end])
        if start and len(own) > 1 and not _texts(own[0][:1]):
            own[0] = _over_their_subtotals(own[0], own[1], vocabulary)
        yield replace(block, grid=Grid(tuple(own), _heads(own) if start else first))


def _over_their_subtotals(groups: _GridRow, heads: _GridRow, vocabulary: Vocabulary) -> _GridRow:
    """Heads of groups drawn over all columns of their group, which ends with its subtotal: a PDF shows only where
    their words stand."""
    sums = {normalised(word) for word in vocabulary.words("totals", "subtotal")}
    ends = [n for n, cell in enumerate(heads) if cell is not None and normalised(cell.text) in sums]
    named = [(n, cell) for n, cell in enumerate(groups) if cell is not None and cell.text.strip()]
    if len(ends) != len(named):
        return groups
    found: list[GridCell | None] = list(groups)
    begin = 1
    for end, (place, cell) in zip(ends, named, strict=True):
        if not begin <= place <= end:
            return groups
        found[begin : end + 1] = [replace(cell, column_span=end - begin + 1), *([None] * (end - begin))]
        begin = end + 1
    return tuple(found)


def _is_row_of_words(rows: Sequence[_GridRow]) -> bool:
    """True where the first row has several words and no figure, and a row below it has figures: it is one of heads."""
    is_told = bool(rows) and len(_texts(rows[0])) > 1 and not _figures(rows[0])
    return is_told and any(sum(map(looks_like_number, _texts(row[1:]))) > 1 for row in rows[1:])


def _heads(rows: Sequence[_GridRow]) -> int:
    """Rows before the first one with a figure or with words in its first cell only."""
    for number, row in enumerate(rows):
        if number and (_figures(row) or len(_texts(row)) == 1):
            return number
    return 1


def _is_head(rows: Sequence[_GridRow], row: int, vocabulary: Vocabulary) -> bool:
    texts = _texts(rows[row][1:])
    known = sum(1 for text in texts if is_known_head(text, vocabulary))
    return known >= _FEWEST and 2 * known >= len(texts) and not _figures(rows[row])


def _start(rows: Sequence[_GridRow], row: int, first: int) -> int:
    """The first row of heads that ends with this one: groups of columns stand above it."""
    while row - 1 > first:
        above = rows[row - 1]
        is_group = not _figures(above) and not _texts(above[:1]) and len(_texts(above)) > 1
        if not is_group:
            break
        row -= 1
    return row


def _figures(row: Sequence[GridCell | None]) -> bool:
    return any(looks_like_number(text) or is_nil_mark(text) for text in _texts(row))


def _texts(row: Sequence[GridCell | None]) -> list[str]:
    return [" ".join(cell.text.split()) for cell in row if cell is not None and cell.text.strip()]


def _words_of(rows: Sequence[Sequence[GridCell | None]]) -> set[str]:
    return {text for row in rows for text in _texts(row)}

"""Numbers of an Arabic document put in the order of reading: its Word files and texts have their groups typed from right
to left, its PDFs have them as they are drawn. What nothing tells keeps a sign between its groups, and no value.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipelines.model.blocks import Document, Grid, Series
from pipelines.model.digit_groups import (
    Evidence,
    Order,
    evidence_of,
    in_reading_order,
    marked,
    rounded_amount,
    types_from_the_right,
    unmarked,
)
from pipelines.vocabulary import Vocabulary

_ALONE = re.compile(r"\(?(?:\d{3}[.,٫]\d+(?: \d{3})* \d{1,3}\)? ?|\d{3}(?: \d{3})* \d{1,3}\)?)")
Reading = Callable[[str], str]
_AS_DRAWN = Evidence(reading=1_000_000)
"""A PDF was read from where its figures stand, from left to right: that is their order."""


def with_marks(text: str, vocabulary: Vocabulary) -> str:
    """A text whose lines have a mark at each group of digits, where the text types groups from right to left.

    Rows of values need it: only the number of columns tells how many numbers the groups make.
    """
    if not types_from_the_right(vocabulary):
        return text
    lines = text.split("\n")
    evidence = evidence_of(lines)
    if evidence.order is not Order.TURNED:
        return text
    # a value alone on its line is one number; whole ones that end in a space may be cells of a row
    return "\n".join(in_reading_order(line, evidence) if _ALONE.fullmatch(line) else marked(line) for line in lines)


def in_order(document: Document, vocabulary: Vocabulary) -> Document:
    """The document with its numbers in the order of reading; of another language than Arabic as it is."""
    if not types_from_the_right(vocabulary):
        return document
    evidence = _AS_DRAWN if document.format == "pdf" else evidence_of(map(unmarked, _texts(document)))
    rounded = rounded_amount(vocabulary)

    def read(text: str) -> str:
        return in_reading_order(unmarked(text), evidence, rounded)

    turn = _turned_places if document.format == "pdf" and _turns_places(document) else str
    blocks = [
        replace(
            block,
            text=turn(read(block.text)),
            grid=_grid(block.grid, read) if block.grid else None,
            series=tuple(_series(series, read) for series in block.series),
        )
        for block in document.blocks
    ]
    lines = [replace(line, text=unmarked(line.text)) for line in document.lines]
    return replace(document, blocks=blocks, lines=lines, furniture=[unmarked(text) for text in document.furniture])


_PLACE = re.compile(r"(?<=[\u0621-\u064a] )(\d{1,3})-(\d{1,3})(?!\d|-\d)")
"""The number of a table or paragraph after a word: 10-26, which a line from right to left may show as 26-10."""
_OWN = re.compile(r"(\d{1,3})-\d{1,3}")


def _turns_places(document: Document) -> bool:
    """Whether such numbers stand with the section last: its paragraphs' own numbers tell which it is, else the
    captions, whose tables have one section and many numbers."""
    own = Counter(match[1] for block in document.blocks if (match := _OWN.fullmatch(block.number)))
    cited = [match for block in document.blocks for match in _PLACE.finditer(block.text)]
    first, last = Counter(match[1] for match in cited), Counter(match[2] for match in cited)
    if own:
        section = own.most_common(1)[0][0]
        return last[section] > first[section]
    return len(last) < len(first)


def _turned_places(text: str) -> str:
    return _PLACE.sub(r"\2-\1", text)


def _texts(document: Document) -> Iterator[str]:
    for block in document.blocks:
        yield block.text
        for row in block.grid.rows if block.grid else ():
            yield from (cell.text for cell in row if cell is not None)
        for series in block.series:
            yield from (printed for _, printed in series.points)


def _grid(grid: Grid, read: Reading) -> Grid:
    rows = tuple(
        tuple(cell if cell is None else replace(cell, text=read(cell.text)) for cell in row) for row in grid.rows
    )
    return replace(grid, rows=rows)


def _series(series: Series, read: Reading) -> Series:
    return replace(series, points=tuple((label, read(printed)) for label, printed in series.points))

"""Where in the XML of a Word file its blocks and cells stand: the reader's own walk, with the elements kept.

A comment is anchored to whole runs: those of a cell, those of an amount in prose, or the run that holds a chart or a
text box, for Word lets no comment stand within one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lxml import etree

from pipelines.model.blocks import Document
from pipelines.read.word import xml as x
from pipelines.read.word.document import DocumentReader
from pipelines.read.word.package import Package
from pipelines.read.word.styles import PLAIN, Style
from pipelines.read.word.tables import Row, Table, TableReader
from pipelines.read.word.text import Content, ParagraphScanner
from pipelines.review.places import Spot

Element = etree._Element
_RANGES = frozenset(
    x.PREFIX + name for name in ("commentRangeStart", "commentRangeEnd", "bookmarkStart", "bookmarkEnd")
)
_SIGNS = {x.TAB: " ", x.BR: " ", x.CR: " ", x.NO_BREAK_HYPHEN: "-"}
_UNSEEN = frozenset({x.DEL, x.MOVE_FROM, x.INSTRUCTION, x.TEXT_BOX, x.FALLBACK})


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a comment is anchored to: from child ``first`` of one paragraph to child ``last`` of one, both within.

    A child is None in a paragraph that holds nothing.
    """

    first_paragraph: Element
    first: Element | None
    last_paragraph: Element
    last: Element | None


class WordPlaces:
    """Anchors of one Word file, and what it was read into. Raises UnreadableDocument where the reader does."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._reader = _PlacingReader(package)
        self.document: Document = self._reader.read()
        self.root: Element = self._reader.story_root

    def start(self) -> Anchor | None:
        """The first paragraph of the body."""
        paragraph = next(
            (one for one in self.root.iter(x.P) if next(one.iterancestors(x.TEXT_BOX), None) is None), None
        )
        return None if paragraph is None else _whole([paragraph])

    def anchor(self, spot: Spot) -> Anchor | None:
        """What stands at a spot; None where the file has no such place."""
        if spot.is_cell and (cell := self._cell(spot)) is not None:
            return _whole(_own_paragraphs(cell))
        source = self._reader.sources.get(spot.line or 0)
        if source is None:
            return None
        if isinstance(source, list):
            return (spot.printed and _of_words(source, spot.printed, spot.times_before)) or _whole(source)
        if source.tag == x.TBL:
            cells = list(source.iter(x.TC))
            wanted = _squashed(spot.printed or "")
            cell = next((one for one in cells if wanted in _squashed(_words(one))), None)
            return None if cell is None else _whole(_own_paragraphs(cell))
        return _run_that_holds(source)

    def _cell(self, spot: Spot) -> Element | None:
        """The cell, or the nearest before it in its row where the row is shorter."""
        for column in range(spot.cell_column or 0, 0, -1):
            cell = self._reader.cells.get((spot.table_ordinal or 0, spot.cell_row or 0, column))
            if cell is not None:
                return cell
        return None


class _Scanner(ParagraphScanner):
    """Keeps the paragraphs of what was scanned last: one, or several whose marks between were deleted."""

    paragraphs: list[Element]

    def scan(self, paragraph: Element, style: Style = PLAIN, into: Content | None = None) -> Content:
        """As words are scanned."""
        self.paragraphs = [paragraph] if into is None else [*self.paragraphs, paragraph]
        return super().scan(paragraph, style, into)


class _Tables(TableReader):
    """Keeps the element of each cell by table, row and column."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.cells: dict[tuple[int, int, int], Element] = {}

    def _fill_cell(self, element: Element, table: Table, out: Row, begun: int, raw: Any) -> int:
        place = (table.place.table_ordinal or 0, len(table.rows) + 1, len(out) + 1)
        breaks = super()._fill_cell(element, table, out, begun, raw)
        if place[0] and len(out) >= place[2]:
            self.cells[place] = element
        return breaks


class _PlacingReader(DocumentReader):
    """Keeps what each block was read from: its paragraphs, its table, the drawing that holds it, or the mark of its note."""

    def __init__(self, package: Package) -> None:
        super().__init__(package, is_folded=False)
        self._scanner = self._scans = _Scanner(self._story, package.addresses(package.main), self._note_marks)
        self._tables = self._placed = _Tables(self._story, self._scanner, self._numbering)
        self.sources: dict[int, list[Element] | Element] = {}
        self._drawn: Element | None = None

    @property
    def story_root(self) -> Element:
        """The root of the main part."""
        return self._story.root

    @property
    def cells(self) -> dict[tuple[int, int, int], Element]:
        """Cells by table, row and column, from 1."""
        return self._placed.cells

    def _keep(self, begun: int, source: list[Element] | Element | None) -> None:
        if source is not None:
            for number in range(begun + 1, len(self._blocks) + 1):
                self.sources.setdefault(number, source)

    def _paragraph(self, content: Content, look: Any) -> None:
        begun, paragraphs = len(self._blocks), self._scans.paragraphs
        super()._paragraph(content, look)
        self._keep(begun, paragraphs)

    def _table(self, element: Element, depth: int) -> None:
        begun = len(self._blocks)
        super()._table(element, depth)
        self._keep(begun, element)

    def _drawing(self, drawing: Element, page: int | None, depth: int) -> Any:
        begun, self._drawn = len(self._blocks), drawing
        boxes = super()._drawing(drawing, page, depth)
        self._keep(begun, drawing)
        return boxes

    def _notes(self, references: list[tuple[str, str]], page: int | None) -> None:
        for key in references:  # Word lets no comment stand in a note: its mark in the body stands for it
            begun = len(self._blocks)
            super()._notes([key], page)
            if len(self._blocks) > begun:
                self._keep(begun, self._marks_of_notes.get(key))

    @cached_property
    def _marks_of_notes(self) -> dict[tuple[str, str], Element]:
        """Elements of the body that refer to notes, by their kind and the note's number."""
        marks = self.story_root.iter(x.FOOTNOTE_REFERENCE, x.ENDNOTE_REFERENCE)
        return {(mark.tag, mark.get(x.ID, "")): mark for mark in marks}

    def _text_box(self, box: Any, page: int | None, depth: int) -> None:
        begun, drawn = len(self._blocks), self._drawn
        super()._text_box(box, page, depth)
        self._drawn = drawn
        self._keep(begun, drawn)


# -- what a comment is anchored to -----------------------------------------------------------------------------------


def _own_paragraphs(cell: Element) -> list[Element]:
    """Paragraphs of a cell, without those of tables and text boxes in it."""
    return [
        paragraph
        for paragraph in cell.iter(x.P)
        if next(paragraph.iterancestors(x.TC, x.TEXT_BOX)) is cell and not x.is_passed_over(paragraph)
    ]


def _children(paragraph: Element) -> list[Element]:
    return [child for child in paragraph.iterchildren("*") if child.tag != x.PPR and child.tag not in _RANGES]


def _whole(paragraphs: Sequence[Element]) -> Anchor | None:
    """All that stands in paragraphs, empty ones at the ends left out."""
    if not paragraphs:
        return None
    filled = [one for one in paragraphs if any(_words(child).strip() for child in _children(one))] or paragraphs[:1]
    first, last = _children(filled[0]), _children(filled[-1])
    return Anchor(filled[0], first[0] if first else None, filled[-1], last[-1] if last else None)


def _words(element: Element) -> str:
    """Words that show in an element, nothing of deleted ones, instructions of fields and text boxes."""
    if element.tag in _UNSEEN or element.tag == x.PPR:
        return ""
    if element.tag == x.T:
        return element.text or ""
    if element.tag in _SIGNS:
        return _SIGNS[element.tag]
    return "".join(map(_words, element.iterchildren("*")))


def _squashed(text: str) -> str:
    """Text as it is searched: without spaces, dashes and signs of other forms made alike."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join("-" if unicodedata.category(sign) == "Pd" else sign for sign in plain if sign.strip())


def _of_words(paragraphs: Sequence[Element], printed: str, times_before: int) -> Anchor | None:
    """The runs that words stand in; of words that stand there several times, those told."""
    wanted = _squashed(printed)
    text, owners = "", []
    for paragraph in paragraphs:
        for child in _children(paragraph):
            words = _squashed(_words(child))
            text += words
            owners += [(paragraph, child)] * len(words)
    at = -1
    for _ in range(times_before + 1):
        found = text.find(wanted, at + 1)
        if found < 0:
            break
        at = found
    if at < 0 or not wanted:
        return None
    (first_paragraph, first), (last_paragraph, last) = owners[at], owners[at + len(wanted) - 1]
    return Anchor(
        first_paragraph,
        _out_of_fields(first, first_paragraph)[0],
        last_paragraph,
        _out_of_fields(last, last_paragraph)[1],
    )


def _out_of_fields(child: Element, paragraph: Element) -> tuple[Element, Element]:
    """The first and last child of the field that a child is within; the child itself outside fields."""
    first, depth = child, 0
    inside = False
    for one in _children(paragraph):
        before = depth
        depth += sum(_steps(one))
        if before <= 0:
            first = one
        inside = inside or one is child
        if inside and depth <= 0:
            return first, one
    return child, child


def _steps(element: Element) -> Iterator[int]:
    for mark in element.iter(x.FIELD_CHAR):
        kind = mark.get(x.FIELD_TYPE)
        yield 1 if kind == "begin" else -1 if kind == "end" else 0


def _run_that_holds(element: Element) -> Anchor | None:
    """The run of the body that holds a drawing or the mark of a note, whatever boxes it lies in."""
    boxes = list(element.iterancestors(x.TEXT_BOX))
    inner = boxes[-1] if boxes else element
    paragraph = next(inner.iterancestors(x.P), None)
    if paragraph is None:
        return None
    child = inner
    while (above := child.getparent()) is not None and above is not paragraph:
        child = above
    return Anchor(paragraph, child, paragraph, child)

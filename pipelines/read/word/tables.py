"""Word tables as grids: merged cells resolved, deleted rows left out, every place accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.model.blocks import Grid, GridCell, Place, Remark, UnreadableDocument
from pipelines.read.shared.marks import flat_text, leading_tabs, tidy
from pipelines.read.word import xml as x
from pipelines.read.word.layout_tables import flattened
from pipelines.read.word.numbering import Numbering
from pipelines.read.word.property_groups import FOLD, PLAIN, PlainCell
from pipelines.read.word.story import Story, cell_element
from pipelines.read.word.text import Content, ParagraphScanner, joined

_MAX_COLUMNS = 512
_WIDE_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")

Row = list[GridCell | None]


@dataclass(slots=True)
class Table:
    """A table as read; ``floats``, ``nested`` and ``references`` hold what is anchored in its cells, in order.

    ``links`` are (address, text, row, column), rows and columns from 1. ``page_breaks`` counts the pages
    ended in it. ``raw`` has the paragraphs of each cell, with marks, as (0-based column, paragraphs). ``clipped``
    is what stands in rows too low to show it, as (row, words), rows from 1.
    """

    place: Place
    rows: list[Row] = field(default_factory=list)
    header_rows: int = 0
    links: list[tuple[str, str, int, int]] = field(default_factory=list)
    floats: list[etree._Element] = field(default_factory=list)
    nested: list[etree._Element] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    page_breaks: int = 0
    raw: list[list[tuple[int, list[str]]]] = field(default_factory=list)
    merges: set[tuple[int, int]] = field(default_factory=set)
    clipped: list[tuple[int, str]] = field(default_factory=list)

    @property
    def grid(self) -> Grid:
        """The table as a rectangular grid."""
        return Grid(tuple(tuple(row) for row in self.rows), self.header_rows or None)


class _Cell:
    """A cell being read: its paragraphs with marks, and what they look like."""

    __slots__ = ("bold", "breaks", "breaks_before", "indent", "light", "paragraphs")

    def __init__(self) -> None:
        self.paragraphs: list[str] = []
        self.indent: int | None = None
        self.bold = self.light = False
        self.breaks = self.breaks_before = 0


class TableReader:
    """Reads ``w:tbl`` elements of one story with the scanner and numbering of that story."""

    def __init__(self, story: Story, scanner: ParagraphScanner, numbering: Numbering) -> None:
        self._story = story
        self._scanner = scanner
        self._numbering = numbering

    def read(self, element: etree._Element, place: Place) -> Table:
        """The table that begins at ``place``, deleted rows and cells left out; places of merged cells are None.

        Raises UnreadableDocument when a row is wider than any table can be.
        """
        table = Table(place)
        looks = self._story.rows
        for row in flattened(element, x.TR):
            look = looks.of(row)
            if look.is_deleted:
                continue
            if table.header_rows == len(table.rows) and look.is_header:
                table.header_rows += 1
            out = self._blanks(table, look.before)
            self._fill_row(row, table, out)
            if look.is_clipped:
                _clip(table, out)
            table.rows.append(out)
        _complete(table)
        return table

    def _blanks(self, table: Table, count: int) -> Row:
        out: Row = []
        for _ in range(min(count, _MAX_COLUMNS)):
            out.append(GridCell("", _at(table, len(out))))
        return out

    def _fill_row(self, row: etree._Element, table: Table, out: Row) -> None:
        """Add the cells of a row, deleted ones left out."""
        breaks, begun = 0, len(out)
        raw: list[tuple[int, list[str]]] = []
        for element in flattened(row, x.TC):
            number = element.get(PLAIN)
            if number is None:
                breaks = max(breaks, self._fill_cell(element, table, out, begun, raw))
            else:
                self._fill_plain(self._story.plain_cells(number), table, out, begun, raw)
        table.raw.append(raw)
        table.page_breaks += breaks  # a row that crosses a page says so in each of its cells

    def _fill_plain(
        self, cells: list[PlainCell], table: Table, out: Row, begun: int, raw: list[tuple[int, list[str]]]
    ) -> None:
        """Add cells that were folded to their words; those whose properties ask for more are read in full."""
        cell_looks, paragraph_looks, run_looks = self._story.cells, self._story.paragraphs, self._story.runs
        at = table.place
        page = None if at.page is None else at.page + table.page_breaks
        line, ordinal, row_number = at.line_first, at.table_ordinal, len(table.rows) + 1
        for cell in cells:
            look, paragraph, run = cell_looks[cell[0]], paragraph_looks[cell[1]], run_looks[cell[2]]
            if look.is_deleted or run.is_special or not paragraph.is_plain:
                self._fill_cell(cell_element(cell), table, out, begun, raw)
                continue
            column = len(out)
            if look.goes_on and _go_on(out, look.span, cell[3].strip()):
                continue
            place = Place(page, line, line, ordinal, row_number, column + 1)
            text = cell[3]
            if text and not text.isspace():
                raw.append((column, [text]))
                bold = paragraph.style.is_bold if run.bold is None else run.bold
                indent = 0 if column > begun else paragraph.indent
                text, notes = (tidy(text), ()) if text.isascii() else flat_text(text)
                out.append(GridCell(text, place, 1, look.span, indent, notes, bold))
            else:
                out.append(GridCell("", place, 1, look.span))
            if look.continues:
                table.merges.add((row_number - 1, column))
            if look.span > 1:
                _widen(out, look.span)

    def _fill_cell(
        self, element: etree._Element, table: Table, out: Row, begun: int, raw: list[tuple[int, list[str]]]
    ) -> int:
        """Add a cell unless it was deleted; the pages ended in it."""
        number = element.get(FOLD)
        look = self._story.cells.of(element) if number is None else self._story.cells[number]
        if look.is_deleted:
            return 0
        column = len(out)
        cell = _Cell()
        self._fill(element, cell, table, column, is_first=column == begun)
        place = _at(table, column)
        if place.page is not None:
            place.page += cell.breaks_before
        made = _grid_cell(cell, place, look.span)
        if look.goes_on and _go_on(out, look.span, made.text):
            return cell.breaks
        out.append(made)
        raw.append((column, cell.paragraphs))
        if look.continues:
            table.merges.add((len(table.rows), column))
        if look.span > 1:
            _widen(out, look.span)
        return cell.breaks

    def _fill(self, parent: etree._Element, cell: _Cell, table: Table, column: int, is_first: bool) -> None:
        """Fill a cell with what stands in ``parent``: the cell itself, or a wrapper in it."""
        looks = self._story.paragraphs
        pending: Content | None = None
        for child in parent:
            tag = child.tag
            if tag == x.P:
                number = child.get(FOLD)
                look = looks.of(child) if number is None else looks[number]
                simple = self._scanner.simple_text(child, look.style) if look.is_plain and pending is None else None
                if simple is not None:
                    text, is_bold = simple
                    if text and not text.isspace():
                        if cell.indent is None:
                            cell.indent = look.indent if is_first else 0
                            cell.breaks_before = cell.breaks
                        cell.paragraphs.append(text)
                        if is_bold:
                            cell.bold = True
                        else:
                            cell.light = True
                    continue
                content = self._scanner.scan(child, look.style, pending)
                pending = content if look.is_joined else None
                if pending is not None:
                    continue
                if look.num_id:
                    mark = self._numbering.mark(look.num_id, look.num_level, look.style.num_style)
                    if mark:
                        content.parts.insert(0, f"{mark}\t")
                _add(content, cell, table, column, look.indent if is_first else 0)
            elif tag == x.TBL:
                table.nested.append(child)
            elif tag in x.TRANSPARENT:
                self._fill(x.inner(child), cell, table, column, is_first)
        if pending is not None:
            _add(pending, cell, table, column, 0)


def _clip(table: Table, row: Row) -> None:
    """Leave out what stands in a row that is too low to show it, such as the spacer below heads."""
    shown = [cell for cell in row if cell is not None and (cell.text or cell.notes)]
    for cell in shown:
        words = " ".join((cell.text, *cell.notes)).strip()
        table.clipped.append((len(table.rows) + 1, words))
        cell.text, cell.notes = "", ()
    if shown:
        table.raw[-1] = []


def _at(table: Table, column: int) -> Place:
    """The place of a cell in the row that is being read."""
    at = table.place
    page = None if at.page is None else at.page + table.page_breaks
    return Place(page, at.line_first, at.line_last, at.table_ordinal, len(table.rows) + 1, column + 1)


def _widen(out: Row, span: int) -> None:
    """Cover the places of a merged cell; raises UnreadableDocument beyond the width of any table."""
    if len(out) + span > _MAX_COLUMNS:
        raise UnreadableDocument(f"a table of {len(out) + span} columns; if it is genuine, split it and save anew")
    out.extend([None] * (span - 1))


def _go_on(out: Row, span: int, text: str) -> bool:
    """Merge a cell into the one before it in the row; False where there is none."""
    before = next((cell for cell in reversed(out) if cell is not None), None)
    if before is None:
        return False
    before.column_span += span
    before.text = joined((before.text, tidy(text)))
    _widen(out, span + 1)
    return True


def _add(content: Content, cell: _Cell, table: Table, column: int, indent: int) -> None:
    """Add a scanned paragraph to its cell, and what is anchored in it to the table."""
    table.floats += content.floats
    table.references += content.references
    table.links += [(address, text, len(table.rows) + 1, column + 1) for address, text in content.links]
    raw = content.raw
    if raw and not raw.isspace():
        if cell.indent is None:
            cell.indent = leading_tabs(raw) or indent
            cell.breaks_before = cell.breaks + (content.breaks_before_text or 0)
        cell.paragraphs.append(raw)
        cell.bold, cell.light = cell.bold or content.bold, cell.light or content.light
    cell.breaks += content.breaks


def _grid_cell(cell: _Cell, place: Place, span: int) -> GridCell:
    paragraphs = cell.paragraphs
    if not paragraphs:
        return GridCell("", place, 1, span)
    if len(paragraphs) == 1:
        text, notes = flat_text(paragraphs[0])
    else:
        flat = [flat_text(paragraph) for paragraph in paragraphs]
        text = joined(one for one, _ in flat)
        notes = tuple(mark for _, marks in flat for mark in marks)
    return GridCell(text, place, 1, span, cell.indent or 0, notes, cell.bold and not cell.light)


def _complete(table: Table) -> None:
    """Fill up short rows, and join vertically merged cells to the cell they continue.

    What continues nothing of the same width stays a cell of its own.
    """
    width = max(map(len, table.rows), default=0)
    if width > _MAX_COLUMNS:
        raise UnreadableDocument(f"a table of {width} columns; if it is genuine, split it and save anew")
    above: dict[int, GridCell] = {}
    continued: dict[int, tuple[GridCell, list[GridCell]]] = {}
    for number, row in enumerate(table.rows):
        if len(row) < width:
            first = next((cell for cell in row if cell is not None), None)
            at, page = table.place, table.place.page if first is None else first.place.page
            for column in range(len(row), width):
                place = Place(page, at.line_first, at.line_last, at.table_ordinal, number + 1, column + 1)
                row.append(GridCell("", place))
        if not table.merges:
            continue
        here: dict[int, GridCell] = {}
        for column, cell in enumerate(row):
            if cell is None:
                continue
            anchor = above.get(column) if (number, column) in table.merges else None
            if anchor is not None and anchor.column_span == cell.column_span:
                anchor.row_span += 1
                continued.setdefault(id(anchor), (anchor, []))[1].append(cell)
                row[column] = None
                cell = anchor
            here[column] = cell
        above = here
    for anchor, parts in continued.values():
        anchor.text = joined((anchor.text, *(part.text for part in parts)))
        anchor.notes += tuple(mark for part in parts for mark in part.notes)


def clipped_words(table: Table) -> Iterator[Remark]:
    """A remark on each cell whose words are left out because its row is too low to show them."""
    for row, words in table.clipped:
        place = Place(table.place.page, table.place.line_first, table.place.line_last, table.place.table_ordinal, row)
        where = f"in row {row} of table {place.table_ordinal}" if place.table_ordinal else "in a text box"
        yield Remark("hidden_text", f'"{words}" {where} is left out: the row is too low to show it', place)


def parted(line: str) -> list[str]:
    """The columns of a line in a text box: parted by tabs, or by gaps of three spaces and more."""
    return (_WIDE_GAP.sub("\t", line) if "   " in line else line).split("\t")


def box_lines(table: Table) -> list[str]:
    """The lines a table in a text box shows, columns parted by tabs, with marks.

    Paragraphs of neighbouring cells stand side by side; a column in which words are set apart by gaps is
    as many columns, so that heads and figures stay above each other.
    """
    pieces = [
        [(column, [parted(one.strip()) for one in paragraphs]) for column, paragraphs in row] for row in table.raw
    ]
    widths: dict[int, int] = {}
    for column, lines in (cell for row in pieces for cell in row):
        widths[column] = max(widths.get(column, 1), *map(len, lines), 1)
    starts = {column: sum(widths.get(left, 1) for left in range(column)) for column in widths}
    shown: list[str] = []
    for row in pieces:
        for index in range(max((len(lines) for _, lines in row), default=0)):
            line: list[str] = []
            for column, lines in row:
                if index < len(lines):
                    line += [""] * (starts[column] - len(line)) + lines[index]
            shown.append("\t".join(line))
    return shown

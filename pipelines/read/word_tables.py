"""Word tables as grids: merged cells resolved, deleted rows left out, every place accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipelines.blocks import Grid, GridCell, Place, UnreadableDocument
from pipelines.read import word_xml as x
from pipelines.read.word_styles import Numbering, StyleSheet
from pipelines.read.word_text import Content, ParagraphScanner, flat_text, joined, leading_tabs

_INDENT_STEP = 288  # twips, a fifth of an inch: one outline depth in the template's tables
_INDENT_MARGIN = 72
_MAX_INDENT = 9
_MAX_COLUMNS = 512
_MAX_NESTING = 16
_LEFT, _START, _HANGING, _FIRST_LINE = (x.PREFIX + name for name in ("left", "start", "hanging", "firstLine"))


@dataclass(slots=True)
class RawCell:
    """A cell as found: where it begins (0-based column), how wide it is, and its paragraphs with marks."""

    column: int
    width: int
    paragraphs: list[str]
    indent: int
    is_bold: bool
    page: int | None
    continues: bool = False
    row_span: int = 1


@dataclass(slots=True)
class RawTable:
    """A table as found; ``floats``, ``nested`` and ``references`` hold what is anchored in its cells, in order.

    ``links`` are (address, text, row, column), rows and columns from 1.
    """

    rows: list[list[RawCell]]
    header_rows: int | None
    links: list[tuple[str, str, int, int]]
    floats: list[etree._Element]
    nested: list[etree._Element]
    references: list[tuple[str, str]]
    page_breaks: int = 0


class TableReader:
    """Reads ``w:tbl`` elements of one story with the scanner, styles and numbering of that story."""

    def __init__(
        self,
        properties: dict[etree._Element, x.Properties],
        scanner: ParagraphScanner,
        styles: StyleSheet,
        numbering: Numbering,
    ) -> None:
        self._properties = properties
        self._scanner = scanner
        self._styles = styles
        self._numbering = numbering
        self._light_styles: dict[str, bool] = {}

    def read(self, table: etree._Element, page: int | None) -> RawTable:
        """The rows of a table, deleted ones left out; ``page`` is where it begins.

        Raises UnreadableDocument when a row is wider than any table can be.
        """
        found = RawTable([], None, [], [], [], [])
        heads = 0
        for row in _flattened(table, x.TR):
            own = self._row_properties(row)
            if x.DEL in own:
                continue
            cells: list[RawCell] = []
            column = min(_integer(own.get(x.GRID_BEFORE)), _MAX_COLUMNS)
            breaks = 0
            here = None if page is None else page + found.page_breaks
            for cell in _flattened(row, x.TC):
                read, ended = self._cell(cell, column, here, found, is_first=not cells)
                if read is None:
                    continue
                cells.append(read)
                column += read.width
                breaks = max(breaks, ended)
            if column > _MAX_COLUMNS:
                raise UnreadableDocument(f"a table of {column} columns; if it is genuine, split it and save anew")
            found.page_breaks += breaks  # a row that crosses a page says so in each of its cells
            if heads == len(found.rows) and x.HEADER_ROW in own and x.is_on(own[x.HEADER_ROW]):
                heads += 1
            found.rows.append(cells)
        found.header_rows = heads or None
        _merge_down(found.rows)
        return found

    def _row_properties(self, row: etree._Element) -> x.Properties:
        for child in row.iterchildren(x.TRPR):
            return self._properties.get(child, {})
        return {}

    def _cell(
        self, cell: etree._Element, column: int, page: int | None, table: RawTable, is_first: bool
    ) -> tuple[RawCell | None, int]:
        """One cell and the pages ended in it; None for a deleted cell."""
        width, continues = 1, False
        paragraphs: list[str] = []
        indent: int | None = None
        bold, light, breaks, breaks_before = False, False, 0, 0
        pending: Content | None = None
        for child in cell:
            tag = child.tag
            if tag == x.P:
                plain = self._plain_text(child) if pending is None else None
                if plain is not None:
                    if plain and not plain.isspace():
                        if indent is None:
                            indent = _indent_of(child) if is_first else 0
                            breaks_before = breaks
                        paragraphs.append(plain)
                        light = True
                    continue
                content, is_open = self._paragraph(child, pending)
                if is_open:
                    pending = content
                    continue
                pending = None
                _anchor(content, table, column)
                raw = content.raw
                if raw and not raw.isspace():
                    if indent is None:
                        indent = leading_tabs(raw) or (_indent_of(child) if is_first else 0)
                        breaks_before = breaks + (content.breaks_before_text or 0)
                    paragraphs.append(raw)
                    bold, light = bold or content.bold, light or content.light
                breaks += content.breaks
            elif tag == x.TCPR:
                own = self._properties.get(child)
                if own is not None:
                    if x.CELL_DEL in own:
                        return None, 0
                    width = max(1, min(_integer(own.get(x.GRID_SPAN)), _MAX_COLUMNS))
                    continues = x.V_MERGE in own and own[x.V_MERGE] != "restart"
            elif tag == x.TBL:
                table.nested.append(child)
            elif tag in x.TRANSPARENT:
                within, ended = self._cell(x.inner(child), column, page, table, is_first)
                if within is not None and within.paragraphs:
                    indent = within.indent if indent is None else indent
                    paragraphs.extend(within.paragraphs)
                    bold, light = bold or within.is_bold, light or not within.is_bold
                breaks += ended
        if page is not None:
            page += breaks_before
        return RawCell(column, width, paragraphs, indent or 0, bold and not light, page, continues), breaks

    def _plain_text(self, paragraph: etree._Element) -> str | None:
        """The text of a paragraph that is one light run of words or nothing, as most are; None for any other."""
        run: etree._Element | None = None
        style_id = ""
        for child in paragraph:
            tag = child.tag
            if tag == x.PPR:
                own = self._properties.get(child)
                if own is not None:
                    if len(own) > 1 or x.PARAGRAPH_STYLE not in own:
                        return None
                    style_id = own[x.PARAGRAPH_STYLE]
            elif tag == x.R and run is None:
                run = child
            else:
                return None
        is_light = self._light_styles.get(style_id)
        if is_light is None:
            style = self._styles[style_id]
            is_light = not (style.is_bold or style.is_hidden or style.num_id)
            self._light_styles[style_id] = is_light
        if not is_light:
            return None
        if run is None:
            return ""
        if len(run) != 1:
            return None
        text = run[0]
        return (text.text or "") if text.tag == x.T else None

    def _paragraph(self, paragraph: etree._Element, pending: Content | None) -> tuple[Content, bool]:
        """A cell's paragraph, its list mark put before its words; True when its mark was deleted."""
        own: x.Properties = {}
        if len(paragraph) and paragraph[0].tag == x.PPR:
            own = self._properties.get(paragraph[0], own)
        if not own:
            return self._scanner.scan(paragraph, self._styles[""], pending), False
        style = self._styles[own.get(x.PARAGRAPH_STYLE, "")]
        content = self._scanner.scan(paragraph, style, pending)
        num_id = own.get(x.NUM_ID, style.num_id)
        if num_id and num_id != "0" and x.DEL not in own:
            mark = self._numbering.mark(num_id, own.get(x.LEVEL, style.num_level))
            if mark:
                content.parts.insert(0, f"{mark}\t")
        return content, x.DEL in own


def _flattened(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Children with a tag, also those inside transparent wrappers."""
    for child in parent:
        tag = child.tag
        if tag == wanted:
            yield child
        elif tag in x.TRANSPARENT:
            yield from _flattened(x.inner(child), wanted)


def _anchor(content: Content, table: RawTable, column: int) -> None:
    """Keep what is anchored in a cell's paragraph with its table."""
    if content.floats:
        table.floats.extend(content.floats)
    if content.references:
        table.references.extend(content.references)
    for address, text in content.links:
        table.links.append((address, text, len(table.rows) + 1, column + 1))


def _indent_of(paragraph: etree._Element) -> int:
    """Outline depth of a paragraph that shows it by its left indentation instead of tabs."""
    holder = next(paragraph.iterchildren(x.PPR), None)
    found = None if holder is None else holder.find(x.INDENT)
    if found is None:
        return 0
    start = found.get(_LEFT) or found.get(_START)
    twips = _integer(start) - _integer(found.get(_HANGING)) + _integer(found.get(_FIRST_LINE))
    return max(0, min((twips + _INDENT_MARGIN) // _INDENT_STEP, _MAX_INDENT))


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 8 else 0


def _merge_down(rows: list[list[RawCell]]) -> None:
    """Join vertically merged cells to the cell they continue; what has nothing above stays a cell of its own."""
    above: dict[int, RawCell] = {}
    for row in rows:
        here: dict[int, RawCell] = {}
        for cell in row:
            anchor = above.get(cell.column) if cell.continues else None
            if anchor is not None and anchor.width == cell.width:
                anchor.row_span += 1
                anchor.paragraphs.extend(cell.paragraphs)
                here[cell.column] = anchor
            else:
                cell.continues = False
                here[cell.column] = cell
        above = here


def grid_of(table: RawTable, ordinal: int | None, line: int | None) -> Grid:
    """The table as a rectangular grid; places beyond a short row are empty cells, covered ones None."""
    width = max((cell.column + cell.width for row in table.rows for cell in row), default=0)
    rows: list[tuple[GridCell | None, ...]] = []
    for number, row in enumerate(table.rows, start=1):
        out: list[GridCell | None] = []
        page = row[0].page if row else None
        for cell in row:
            while len(out) < cell.column:
                out.append(GridCell("", Place(page, line, line, ordinal, number, len(out) + 1)))
            if cell.continues:
                out.append(None)
            else:
                out.append(_grid_cell(cell, Place(cell.page, line, line, ordinal, number, cell.column + 1)))
            out.extend([None] * (cell.width - 1))
        while len(out) < width:
            out.append(GridCell("", Place(page, line, line, ordinal, number, len(out) + 1)))
        rows.append(tuple(out))
    return Grid(tuple(rows), table.header_rows)


def _grid_cell(cell: RawCell, place: Place) -> GridCell:
    if not cell.paragraphs:
        return GridCell("", place, cell.row_span, cell.width)
    if len(cell.paragraphs) == 1:
        text, notes = flat_text(cell.paragraphs[0])
    else:
        flat = [flat_text(paragraph) for paragraph in cell.paragraphs]
        text = joined(one for one, _ in flat)
        notes = tuple(mark for _, marks in flat for mark in marks)
    return GridCell(text, place, cell.row_span, cell.width, cell.indent, notes, cell.is_bold)


def box_lines(table: RawTable) -> list[str]:
    """The lines a table in a text box shows: paragraphs side by side in a row, cells parted by tabs; with marks."""
    lines: list[str] = []
    for row in table.rows:
        height = max((len(cell.paragraphs) for cell in row), default=0)
        for index in range(height):
            lines.append("\t".join(cell.paragraphs[index] if index < len(cell.paragraphs) else "" for cell in row))
    return lines

"""Reads a Word document (.docx) into blocks, from its XML, without rendering it.

What is read is the accepted document: insertions kept, deletions and hidden text left out, of each
alternative one. Office Open XML is ECMA-376; page numbers are those Word left in the file when it last
laid the document out, and are given only where that record is whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.blocks import Block, BlockKind, Document, Link, Place, UnreadableDocument
from pipelines.read import word_drawings, word_lines
from pipelines.read import word_xml as x
from pipelines.read.word_package import Package
from pipelines.read.word_styles import Numbering, Style, StyleSheet
from pipelines.read.word_tables import TableReader, box_lines, grid_of
from pipelines.read.word_text import MARK_CLOSE, MARK_OPEN, Content, NoteMarks, ParagraphScanner, flat_text, tidy

_MAX_DEPTH = 32
_PAGE_TOLERANCE = 50  # the record of page breaks is whole when it is off by less than 1 page in this many
_NOTE_PARTS = ((x.FOOTNOTE_REFERENCE, x.FOOTNOTE, "footnotes"), (x.ENDNOTE_REFERENCE, x.ENDNOTE, "endnotes"))


def read_word(data: bytes) -> Document:
    """The blocks of a Word document, in reading order, with furniture, links and one line per block.

    A table's place is its ordinal in the document; its cells add row and column, from 1, in grid
    coordinates. ``line_first`` and ``line_last`` of a place are the number of the block in
    ``Document.lines``. Paragraphs of one cell are parted by a newline; tabs and breaks are spaces. Text
    boxes and diagram boxes are ``org_unit`` blocks: a line of the box is a line of ``text`` and a row of
    ``grid``, whose cells keep the footnote marks. Foot- and endnotes follow the block that refers to them.

    Raises UnreadableDocument (one line: reason and remedy) for bytes that are no Word document, for a
    document without body or words, and for one beyond the limits of ``pipelines.read.limits``.
    """
    return _DocumentReader(Package(data)).read()


@dataclass(slots=True)
class _Box:
    """What a text box holds: lines with marks, and what is anchored in it."""

    lines: list[str] = field(default_factory=list)
    floats: list[etree._Element] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


class _DocumentReader:
    """Reads one package; holds the running state of a document: page, ordinals, list counters, notes."""

    def __init__(self, package: Package) -> None:
        self._package = package
        root = package.part(package.main)
        body = root.find(x.BODY)
        if root.tag != x.DOCUMENT:
            raise UnreadableDocument("the archive's main part is no Word document; check that it is a .docx file")
        if body is None:
            raise UnreadableDocument("the Word document has no body; fetch it again or save it anew")
        self._body = body
        sparse = x.gather(root)
        self._properties = sparse.properties
        self._page_ends = _page_ends(sparse.page_breaks)
        self._furniture = sparse.furniture
        self._styles = StyleSheet(package.related(package.main, "styles"))
        self._numbering = Numbering(package.related(package.main, "numbering"))
        self._note_marks = NoteMarks()
        self._scanner = ParagraphScanner(
            self._properties, self._styles, package.addresses(package.main), self._note_marks
        )
        self._tables = TableReader(self._properties, self._scanner, self._styles, self._numbering)
        self._note_bodies: dict[tuple[str, str], _Box] | None = None
        self._blocks: list[Block] = []
        self._links: list[Link] = []
        self._page: int | None = None
        self._table_count = 0
        self._pictures = 0
        self._unread_charts = 0

    def read(self) -> Document:
        """Read everything; raises UnreadableDocument when no word is found."""
        pages = self._package.stated_pages()
        ends = self._page_ends
        is_laid_out = ends > 0 and (pages <= 1 or abs(ends + 1 - pages) * _PAGE_TOLERANCE <= pages)
        self._page = 1 if is_laid_out else None
        self._story(self._body, 0)
        if not self._blocks:
            raise UnreadableDocument("the Word document holds no words; if it is a scan, have its text recognised")
        return Document(
            format="docx",
            blocks=self._blocks,
            lines=[word_lines.source_line(number, block) for number, block in enumerate(self._blocks, start=1)],
            furniture=read_furniture(self._package, self._furniture, self._styles),
            links=self._links,
            page_count=pages if pages > 1 else self._page,
            warnings=self._warnings(),
        )

    def _warnings(self) -> list[str]:
        counts = (
            (self._pictures, "picture(s) hold no text that can be read: look at them in the document"),
            (self._unread_charts, "chart(s) or diagram(s) keep no cached values: look at them in the document"),
            (self._scanner.unknown_signs, "sign(s) of a symbol font are unknown and stand as \ufffd"),
        )
        return [f"{count} {words}" for count, words in counts if count]

    def _next_place(self, page: int | None, ordinal: int | None = None) -> Place:
        number = len(self._blocks) + 1
        return Place(page, number, number, ordinal)

    def _placed_links(self, links: Iterable[tuple[str, str]], place: Place) -> tuple[Link, ...]:
        placed = tuple(Link(address, words, place) for address, words in links)
        self._links.extend(placed)
        return placed

    def _story(self, parent: etree._Element, depth: int) -> None:
        """Blocks of the body, or of a wrapper in it, in order."""
        _check_depth(depth)
        pending: Content | None = None
        for child in parent:
            tag = child.tag
            if tag == x.P:
                pending = self._paragraph(child, pending)
            elif tag == x.TBL:
                self._table(child, depth)
            elif tag in x.TRANSPARENT:
                self._story(x.inner(child), depth + 1)

    def _own_properties(self, paragraph: etree._Element) -> x.Properties:
        if len(paragraph) and paragraph[0].tag == x.PPR:
            return self._properties.get(paragraph[0], {})
        return {}

    def _paragraph(self, paragraph: etree._Element, pending: Content | None) -> Content | None:
        """Add the block of a paragraph and what is anchored in it; its content, when its mark was deleted."""
        own = self._own_properties(paragraph)
        style = self._styles[own.get(x.PARAGRAPH_STYLE, "")]
        content = self._scanner.scan(paragraph, style, pending)
        if x.DEL in own:
            return content
        raw = content.raw
        is_blank = not raw or raw.isspace()
        mark = ""
        num_id = own.get(x.NUM_ID, style.num_id)
        if num_id and num_id != "0" and not (is_blank and x.NUM_ID not in own):
            mark = self._numbering.mark(num_id, own.get(x.LEVEL, style.num_level))
        page = self._page
        if page is not None:
            self._page = page + content.breaks
            page += content.breaks if content.breaks_before_text is None else content.breaks_before_text
        if not is_blank or mark:
            self._add_paragraph(paragraph, raw, mark, content, style, own, page)
        for drawing in content.floats:
            self._drawing(drawing, page, 0)
        self._notes(content.references, page)
        return None

    def _add_paragraph(
        self,
        paragraph: etree._Element,
        raw: str,
        mark: str,
        content: Content,
        style: Style,
        own: x.Properties,
        page: int | None,
    ) -> None:
        number, indent, rest, is_raised = word_lines.split_number(raw, mark, own.get(x.LEVEL, style.num_level))
        level = self._styles.level_of_outline(own[x.OUTLINE]) if x.OUTLINE in own else style.level
        text, notes = flat_text(rest)
        whole = tidy(f"{number} {text}")
        kind: BlockKind = "paragraph"
        if word_lines.is_caption(whole):
            kind, text, number = "caption", whole, ""
        elif style.is_note or word_lines.is_note_mark(number, is_raised):
            kind, level = "note", None
            number, rest = word_lines.split_note_mark(number, rest)
            text, notes = flat_text(rest)
        elif level is not None:
            kind = "heading"
        elif content.is_bold and word_lines.may_be_heading(number, text):
            kind, level = "heading", word_lines.level_by_size(paragraph)
        place = self._next_place(page)
        links = self._placed_links(content.links, place)
        block = Block(kind, text, place, style.name, level, number, notes=notes, links=links, indent=indent)
        self._blocks.append(block)

    def _table(self, element: etree._Element, depth: int) -> None:
        """Add a table, then what is anchored in its cells: nested tables, drawings, notes."""
        _check_depth(depth)
        raw = self._tables.read(element, self._page)
        page = self._page
        if page is not None:
            self._page = page + raw.page_breaks
            page = next((row[0].page for row in raw.rows if row), page)
        if raw.rows:
            self._table_count += 1
            place = self._next_place(page, self._table_count)
            grid = grid_of(raw, self._table_count, place.line_first)
            line = place.line_first
            links = tuple(
                Link(address, words, Place(page, line, line, self._table_count, row, column))
                for address, words, row, column in raw.links
            )
            self._links.extend(links)
            self._blocks.append(Block("table", place=place, grid=grid, links=links))
        for nested in raw.nested:
            self._table(nested, depth + 1)
        for drawing in raw.floats:
            self._drawing(drawing, page, depth + 1)
        self._notes(raw.references, page)

    def _drawing(self, drawing: etree._Element, page: int | None, depth: int) -> None:
        """Add the text boxes, charts and diagrams of a drawing, in the order of the file."""
        _check_depth(depth)
        for element in _outermost(drawing):
            if element.tag == x.TEXT_BOX:
                self._text_box(element, page, depth)
            elif element.tag == word_drawings.PICTURE:
                self._pictures += 1
            else:
                self._chart_or_diagram(element, page)

    def _text_box(self, element: etree._Element, page: int | None, depth: int) -> None:
        box = _Box()
        self._fill_box(element, box, depth)
        if box.lines:
            place = self._next_place(page)
            self._blocks.append(word_lines.org_unit(box.lines, place, self._placed_links(box.links, place)))
        for drawing in box.floats:
            self._drawing(drawing, page, depth + 1)
        self._notes(box.references, page)

    def _fill_box(self, parent: Iterable[etree._Element], box: _Box, depth: int) -> None:
        """Gather the lines of a text box: paragraphs, and rows of tables with their cells parted by tabs."""
        _check_depth(depth)
        pending: Content | None = None
        for child in parent:
            if child.tag == x.P:
                own = self._own_properties(child)
                style = self._styles[own.get(x.PARAGRAPH_STYLE, "")]
                content = self._scanner.scan(child, style, pending)
                pending = content if x.DEL in own else None
                if pending is not None:
                    continue
                mark = self._numbering.mark(own[x.NUM_ID], own.get(x.LEVEL, "")) if x.NUM_ID in own else ""
                _add_lines(box, f"{mark}\t{content.raw}" if mark else content.raw)
                box.floats.extend(content.floats)
                box.references.extend(content.references)
                box.links.extend(content.links)
            elif child.tag == x.TBL:
                table = self._tables.read(child, None)
                for row in box_lines(table):
                    _add_lines(box, row)
                box.floats.extend(table.floats)
                box.references.extend(table.references)
                box.links.extend((address, words) for address, words, _, _ in table.links)
                self._fill_box(table.nested, box, depth + 1)
            elif child.tag in x.TRANSPARENT:
                self._fill_box(x.inner(child), box, depth + 1)

    def _chart_or_diagram(self, element: etree._Element, page: int | None) -> None:
        is_chart = element.tag == word_drawings.CHART
        key = element.get(x.R_ID if is_chart else word_drawings.DIAGRAM_DATA, "")
        root = self._package.linked(self._package.main, key)
        if root is None:
            self._unread_charts += 1
        elif is_chart:
            title, series, notes = word_drawings.read_chart(root)
            self._unread_charts += not any(value for one in series for _, value in one.points)
            self._blocks.append(Block("chart", title, self._next_place(page), series=series, notes=notes))
        else:
            for lines, marks in word_drawings.read_diagram(root):
                marked = [line + _marked(own) for line, own in zip(lines, marks, strict=True)]
                self._blocks.append(word_lines.org_unit(marked, self._next_place(page), ()))

    def _notes(self, references: list[tuple[str, str]], page: int | None) -> None:
        """Add the foot- and endnotes that a block refers to, each once."""
        if not references:
            return
        if self._note_bodies is None:
            self._note_bodies = self._read_note_parts()
        for key in references:
            box = self._note_bodies.pop(key, None)
            if box is None:
                continue
            number, rest, is_raised = self._note_marks.mark(key), "\n".join(box.lines), False
            own, _, words, is_raised = word_lines.split_number(rest, "", "")
            if is_raised:  # a mark of the author's own, printed before the words
                number, rest = own, words
            text, marks = flat_text(rest)
            place = self._next_place(page)
            links = self._placed_links(box.links, place)
            self._blocks.append(Block("note", text, place, number=number, notes=marks, links=links))

    def _read_note_parts(self) -> dict[tuple[str, str], _Box]:
        """The lines of all foot- and endnotes, by (kind of reference, id)."""
        found: dict[tuple[str, str], _Box] = {}
        for reference, tag, kind in _NOTE_PARTS:
            name = self._package.name_of(self._package.main, kind)
            if not name:
                continue
            root = self._package.part(name)
            properties = x.gather(root).properties
            scanner = ParagraphScanner(properties, self._styles, self._package.addresses(name), self._note_marks)
            for note in root.iterchildren(tag):
                box = found[reference, note.get(x.ID, "")] = _Box()
                for paragraph in note.iter(x.P):
                    if x.is_passed_over(paragraph):
                        continue
                    content = scanner.scan(paragraph)
                    _add_lines(box, content.raw)
                    box.links.extend(content.links)
        return found


def _check_depth(depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnreadableDocument("the document is nested too deeply; save it anew in a word processor")


def _add_lines(box: _Box, raw: str) -> None:
    box.lines.extend(line.rstrip() for line in raw.split("\n") if line.strip())


def _marked(marks: tuple[str, ...]) -> str:
    return "".join(f"{MARK_OPEN}{mark}{MARK_CLOSE}" for mark in marks)


def _outermost(drawing: etree._Element) -> Iterator[etree._Element]:
    """Text boxes, charts, diagrams and pictures of a drawing, those inside a text box left to it."""
    boxes: set[etree._Element] = set()
    for element in drawing.iter(x.TEXT_BOX, word_drawings.CHART, word_drawings.DIAGRAM, word_drawings.PICTURE):
        if x.is_passed_over(element):
            continue
        if boxes and any(ancestor in boxes for ancestor in element.iterancestors(x.TEXT_BOX)):
            continue
        if element.tag == x.TEXT_BOX:
            boxes.add(element)
        yield element


def _page_ends(page_breaks: Iterable[etree._Element]) -> int:
    """Pages ended by the record of the last layout; a table row says so once per cell, counted once."""
    total = 0
    by_row: dict[etree._Element, dict[etree._Element, int]] = {}
    for element in page_breaks:
        if next(element.iterancestors(x.TEXT_BOX, x.FALLBACK), None) is not None:
            continue
        cell = next(element.iterancestors(x.TC), None)
        row = None if cell is None else cell.getparent()
        if cell is None or row is None:
            total += 1
        else:
            cells = by_row.setdefault(row, {})
            cells[cell] = cells.get(cell, 0) + 1
    return total + sum(max(cells.values()) for cells in by_row.values())


def read_furniture(package: Package, references: list[etree._Element], styles: StyleSheet) -> list[str]:
    """Words of header and footer parts, a line per paragraph: first-page parts first, each text once."""
    names: dict[str, None] = {}
    relationships = package.relationships(package.main)
    for element in sorted(references, key=lambda element: element.get(x.TYPE) != "first"):
        one = relationships.get(element.get(x.R_ID, ""))
        if one is not None and not one.is_external:
            names.setdefault(one.target)
    lines: dict[str, None] = {}
    seen: set[bytes] = set()
    for name in names:
        data = package.raw(name)
        if not data or data in seen:
            continue
        seen.add(data)
        root = package.part(name)
        scanner = ParagraphScanner(x.gather(root).properties, styles, package.addresses(name))
        for paragraph in root.iter(x.P):
            if x.is_passed_over(paragraph):
                continue
            text = flat_text(scanner.scan(paragraph).raw)[0]
            if text:
                lines.setdefault(text)
    return list(lines)

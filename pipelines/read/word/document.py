"""Reads a Word document (.docx) into blocks, from its XML, without rendering it.

What is read is the accepted document: insertions kept, deletions and hidden text left out, of each
alternative one. Office Open XML is ECMA-376; page numbers are those Word left in the file when it last
laid the document out, and are given only where that record is whole.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from lxml import etree

from pipelines.model.blocks import Block, BlockKind, Document, Link, Place, Remark, UnreadableDocument
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import flat_text, take_marks, tidy
from pipelines.read.word import drawings
from pipelines.read.word import xml as x
from pipelines.read.word.boxes import Box, composed, frames, org_unit
from pipelines.read.word.drawings import fill_caches, uncached
from pipelines.read.word.furniture import first_page, read_furniture
from pipelines.read.word.layout_tables import Above, layout_cells, widths
from pipelines.read.word.numbering import Numbering
from pipelines.read.word.package import Package
from pipelines.read.word.story import ParagraphLook, Story
from pipelines.read.word.styles import StyleSheet
from pipelines.read.word.tables import TableReader, box_lines, clipped_words
from pipelines.read.word.text import Content, NoteMarks, ParagraphScanner

_MAX_DEPTH = 32
_PLACE = 80  # signs of a paragraph that tells where something stands
_TABLE_TAG = re.compile(rb"<(?:w:tbl|table)[\s>]")
_NEAR = 16  # blocks to look back for the caption of a picture, and captions named in a warning
_COLUMN_INDENT = 2  # outline depths: farther in, a line of a text box stands in its second column
_NOTE_PARTS = ((x.FOOTNOTE_REFERENCE, x.FOOTNOTE, "footnotes"), (x.ENDNOTE_REFERENCE, x.ENDNOTE, "endnotes"))


def read_word(data: bytes) -> Document:
    """The blocks of a Word document, in reading order, with furniture, links and one line per block.

    A table's place is its ordinal in the document; its cells add row and column, from 1, in grid
    coordinates. ``line_first`` and ``line_last`` of a place are the number of the block in
    ``Document.lines``. Paragraphs of one cell are parted by a newline; tabs and breaks are spaces. Text
    boxes and diagram boxes are ``org_unit`` blocks: a line of the box is a line of ``text`` and a row of
    ``grid``, whose cells keep the footnote marks; ``Place.box`` says where the box lies in its drawing.
    Foot- and endnotes follow the block that refers to them.

    Raises UnreadableDocument (one line: reason and remedy) for bytes that are no Word document, for a
    document without body or words, and for one beyond the limits of ``pipelines.read.shared.zip_archive``.
    """
    return DocumentReader(Package(data)).read()


class DocumentReader:
    """Reads one package; holds the running state of a document: page, ordinals, list counters, notes.

    ``is_folded`` is False for a tree with every element of the file in it, which takes longer to read.
    """

    def __init__(self, package: Package, *, is_folded: bool = True) -> None:
        self._package = package
        self._styles = StyleSheet(package.related(package.main, "styles"))
        story = self._story = Story(package.story(package.main), package.main, self._styles, is_folded=is_folded)
        body = story.root.find(x.BODY)
        if story.root.tag != x.DOCUMENT:
            raise UnreadableDocument("the archive's main part is no Word document; check that it is a .docx file")
        if body is None:
            raise UnreadableDocument("the Word document has no body; fetch it again or save it anew")
        self._body = body
        self._numbering = Numbering(package.related(package.main, "numbering"))
        self._note_marks = NoteMarks()
        self._scanner = ParagraphScanner(story, package.addresses(package.main), self._note_marks)
        self._tables = TableReader(story, self._scanner, self._numbering)
        self._note_bodies: dict[tuple[str, str], Box] | None = None
        self._blocks: list[Block] = []
        self._links: list[Link] = []
        self._warnings: list[str | Remark] = []
        self._pictures: list[str] = []
        self._pages = package.stated_pages()
        self._page = first_page(story.root, self._pages)
        self._table_count = 0
        self._above: Above | None = None
        self._embedded: list[str] = []
        self._unread = 0

    def read(self) -> Document:
        """Read everything; raises UnreadableDocument when no word is found."""
        self._read_story(self._body, 0)
        if not self._blocks:
            raise UnreadableDocument("the Word document holds no words; if it is a scan, have its text recognised")
        return Document(
            format="docx",
            blocks=self._blocks,
            lines=[line_kinds.source_line(number, block) for number, block in enumerate(self._blocks, start=1)],
            furniture=read_furniture(self._package, self._story, self._styles),
            links=self._links,
            page_count=self._pages if self._pages > 1 else self._page,
            warnings=self._all_warnings(),
        )

    def _all_warnings(self) -> list[str | Remark]:
        counts = (
            (self._unread, "chart(s), diagram(s) or embedded documents keep no words or values: look at them"),
            (self._scanner.unknown_signs, "sign(s) of a symbol font are unknown and stand as \ufffd"),
        )
        found = [f"{count} {words}" for count, words in counts if count]
        if self._pictures:
            places = list(dict.fromkeys(filter(None, self._pictures)))
            where = ", ".join(places[:_NEAR]) + (f" and {len(places) - _NEAR} more" if len(places) > _NEAR else "")
            found.append(
                f"{len(self._pictures)} picture(s) hold no text that can be read: look at the document, {where}"
            )
        return [*self._warnings, *self._embedded, *found]

    def _described(self, key: str) -> str:
        """An embedded document that is left out, and where."""
        name = self._package.linked(self._package.main, key)
        data = self._package.raw(name).lower() if name else b""
        kind = posixpath.splitext(name)[1].lstrip(".").upper() or "content"
        if data.startswith(b"PK"):
            kind = "Word document"
        tables = len(_TABLE_TAG.findall(data))
        what = f" with {tables} table{'s' * (tables > 1)}" if tables else ""
        where = next((block for block in reversed(self._blocks) if block.text or block.number), None)
        place = f'after "{f"{where.number} {where.text}".strip()[:_PLACE]}"' if where else "at the beginning"
        return f"embedded {kind}{what} is left out {place}: open the document in a word processor and save it anew"

    def _next_place(self, page: int | None, ordinal: int | None = None) -> Place:
        number = len(self._blocks) + 1
        return Place(page, number, number, ordinal)

    def _placed_links(self, links: Iterable[tuple[str, str]], place: Place) -> tuple[Link, ...]:
        placed = tuple(Link(address, words, place) for address, words in links)
        self._links.extend(placed)
        return placed

    def _read_story(self, parent: etree._Element, depth: int) -> None:
        """Blocks of the body, or of a wrapper in it, in order."""
        _check_depth(depth)
        pending: Content | None = None
        looks = self._story.paragraphs
        for child in parent:
            tag = child.tag
            if tag == x.P:
                look = looks.of(child)
                content = self._scanner.scan(child, look.style, pending)
                pending = content if look.is_joined else None
                if pending is None:
                    self._paragraph(content, look)
            elif tag == x.TBL:
                self._table(child, depth)
            elif tag == x.ALT_CHUNK:
                self._embedded.append(self._described(child.get(x.R_ID, "")))
            elif tag in x.TRANSPARENT:
                self._read_story(x.inner(child), depth + 1)
        if pending is not None:
            self._paragraph(pending, looks.of(parent))

    def _paragraph(self, content: Content, look: ParagraphLook) -> None:
        """Add the block of a paragraph and what is anchored in it."""
        raw = content.raw
        is_blank = not raw or raw.isspace()
        mark = ""
        if look.num_id and (look.is_numbered or not is_blank):
            mark = self._numbering.mark(look.num_id, look.num_level, look.style.num_style)
        page = self._page
        if page is not None:
            self._page = page + content.breaks
            page += content.breaks if content.breaks_before_text is None else content.breaks_before_text
        if self._above is not None:
            self._above.is_apart = True
        if not is_blank or mark:
            self._add_paragraph(raw, mark, content, look, page)
        if content.floats:
            self._floats(content.floats, page, 0)
        self._notes(content.references, page)

    def _add_paragraph(self, raw: str, mark: str, content: Content, look: ParagraphLook, page: int | None) -> None:
        number, indent, rest, is_raised = line_kinds.split_number(raw, mark, x.integer(look.num_level))
        text, notes = flat_text(rest)
        whole = tidy(f"{number} {text}")
        kind: BlockKind = "paragraph"
        level = look.level or None
        if line_kinds.is_caption(whole, level is not None):
            kind, text, number = "caption", whole, ""
        elif mark and line_kinds.is_caption(mark, False):
            self._warnings.append(f'a caption prints two numbers, "{mark}" and "{text}": the first is taken')
            kind, text, number = "caption", mark, ""
        elif look.style.is_note or line_kinds.is_note_mark(number, is_raised):
            kind, level = "note", None
            number, rest = line_kinds.split_note_mark(number, rest)
            text, notes = flat_text(rest)
        elif level is not None:
            kind = "heading"
        elif look.level is None and content.is_bold and line_kinds.may_be_heading(number, text):
            kind, level = "heading", line_kinds.level_by_size(content.size)
        place = self._next_place(page)
        links = self._placed_links(content.links, place)
        block = Block(kind, text, place, look.style.name, level, number, notes=notes, links=links, indent=indent)
        self._blocks.append(block)

    def _table(self, element: etree._Element, depth: int) -> None:
        """Add a table, then what is anchored in its cells: nested tables, drawings, notes.

        A table that only lays out others is read as what stands in it; one that goes on with the table right before
        it is added to that, its cells keeping their own places.
        """
        _check_depth(depth)
        if laid_out := layout_cells(element, self._story):
            for cell in laid_out:
                self._read_story(cell, depth + 1)
            return
        above, grid_widths = self._above, widths(element)
        place = self._next_place(self._page, self._table_count + 1)
        table = self._tables.read(element, place)
        self._warnings += clipped_words(table)
        page = self._page
        if page is not None:
            self._page = page + table.page_breaks
        if table.rows:
            self._table_count += 1
            first = table.rows[0][0] if table.rows[0] else None
            place.page = page = place.page if first is None else first.place.page
            links = tuple(
                Link(address, words, Place(page, place.line_first, place.line_last, place.table_ordinal, row, column))
                for address, words, row, column in table.links
            )
            self._links.extend(links)
            block = Block("table", place=place, grid=table.grid, links=links)
            if above is not None and above.block is self._blocks[-1] and above.goes_on(block, grid_widths):
                above.add(block)
            else:
                self._blocks.append(block)
        for nested in table.nested:
            self._table(nested, depth + 1)
        if table.floats:
            self._floats(table.floats, page, depth + 1)
        self._notes(table.references, page)
        last = self._blocks[-1] if self._blocks else None
        self._above = None if last is None or last.kind != "table" else Above(last, grid_widths)

    def _floats(self, floats: list[etree._Element], page: int | None, depth: int) -> None:
        """Add what is anchored in one place: charts, diagrams and text boxes, drawing by drawing.

        Text boxes anchored beside a chart are written over it: their words are the chart's.
        """
        _check_depth(depth)
        begun = len(self._blocks)
        over_chart: list[Box] = []
        has_chart = any(next(one.iter(drawings.CHART), None) is not None for one in floats)
        for drawing in floats:
            boxes = self._drawing(drawing, page, depth)
            if has_chart:
                over_chart += boxes
            else:
                for box in boxes:
                    self._text_box(box, page, depth)
        chart = next((block for block in self._blocks[begun:] if block.kind == "chart"), None)
        if chart is not None:
            lines = [flat_text(line) for box in over_chart for line in box.lines]
            chart.text = "\n".join(one for one in (chart.text, *(text for text, _ in lines)) if one)
            chart.notes += tuple(mark for _, marks in lines for mark in marks)
        for box in over_chart:
            if chart is None:
                self._text_box(box, page, depth)
            else:
                self._floats(box.floats, page, depth + 1)
                self._notes(box.references, page)

    def _drawing(self, drawing: etree._Element, page: int | None, depth: int) -> list[Box]:
        """Add the charts and diagrams of a drawing; its text boxes, as they show on the page."""
        known = frames(drawing)
        boxes: list[Box] = []
        for element in drawings.outermost(drawing):
            if element.tag == x.TEXT_BOX:
                box = Box(frame=known.get(element))
                self._fill_box(element, box, depth)
                box.align()
                boxes.append(box)
            elif element.tag in (drawings.CHART, drawings.DIAGRAM):
                self._chart_or_diagram(element, page)
            elif drawings.is_worth_a_look(element):
                self._picture()
        shown = composed(boxes)
        return shown + [box for box in boxes if not box.lines and (box.floats or box.references)]

    def _picture(self) -> None:
        """Note a picture by the caption it stands under, else by the heading."""
        heading = ""
        for block in reversed(self._blocks[-_NEAR:]):
            if block.kind == "caption":
                heading = block.text
                break
            if block.kind == "heading":
                heading = heading or f'"{block.text}"'
            elif block.kind != "paragraph" or block.number:
                break
        self._pictures.append(heading)

    def _text_box(self, box: Box, page: int | None, depth: int) -> None:
        place = self._next_place(page)
        if box.lines and all(box.is_note):
            for line in box.lines:
                self._note_line(line, page)
            self._placed_links(box.links, place)
        elif box.lines:
            self._blocks.append(org_unit(box, place, self._placed_links(box.links, place)))
        if box.floats:
            self._floats(box.floats, page, depth + 1)
        self._notes(box.references, page)

    def _note_line(self, line: str, page: int | None) -> None:
        """Add a note that stands in a text box."""
        number, _, rest, _ = line_kinds.split_number(line, "", 0)
        number, rest = line_kinds.split_note_mark(number, rest)
        text, marks = flat_text(rest)
        self._blocks.append(Block("note", text, self._next_place(page), number=number, notes=marks))

    def _fill_box(self, parent: Iterable[etree._Element], box: Box, depth: int) -> None:
        """Gather the lines of a text box: paragraphs, and rows of tables with their cells parted by tabs."""
        _check_depth(depth)
        pending: Content | None = None
        looks = self._story.paragraphs
        for child in parent:
            if child.tag == x.P:
                look = looks.of(child)
                content = self._scanner.scan(child, look.style, pending)
                pending = content if look.is_joined else None
                if pending is None:
                    self._add_to_box(content, look, box)
            elif child.tag == x.TBL:
                table = self._tables.read(child, Place())
                self._warnings += clipped_words(table)
                for row in box_lines(table):
                    box.add_aligned(row)
                box.floats += table.floats
                box.references += table.references
                box.links += [(address, words) for address, words, _, _ in table.links]
                self._fill_box(table.nested, box, depth + 1)
            elif child.tag in x.TRANSPARENT:
                self._fill_box(x.inner(child), box, depth + 1)
        if pending is not None:
            self._add_to_box(pending, looks[""], box)

    def _add_to_box(self, content: Content, look: ParagraphLook, box: Box) -> None:
        mark, raw = "", content.raw
        if look.num_id and (look.is_numbered or raw.strip()):
            mark = self._numbering.mark(look.num_id, look.num_level, look.style.num_style)
        number, _, _, is_raised = line_kinds.split_number(raw, "", 0)
        words = bool(take_marks(raw)[0].strip())
        is_note = look.style.is_note or (words and line_kinds.is_note_mark(number, is_raised))
        lead = f"{mark}\t" if mark else "\t" if look.indent >= _COLUMN_INDENT and not is_note else ""
        box.add(lead + raw, is_note)
        box.floats += content.floats
        box.references += content.references
        box.links += content.links

    def _chart_or_diagram(self, element: etree._Element, page: int | None) -> None:
        is_chart = element.tag == drawings.CHART
        key = element.get(x.R_ID if is_chart else drawings.DIAGRAM_DATA, "")
        name = self._package.linked(self._package.main, key)
        if not name:
            self._unread += 1
        elif is_chart:
            root = self._package.part(name)
            self._complete_chart(root, name)
            lines, series, notes = drawings.read_chart(root)
            self._unread += not any(value for one in series for _, value in one.points)
            for shapes in root.iter(drawings.USER_SHAPES):
                drawn = self._package.linked(name, shapes.get(x.R_ID, ""))
                lines += drawings.read_shapes(self._package.part(drawn)) if drawn else []
            self._blocks.append(Block("chart", "\n".join(lines), self._next_place(page), series=series, notes=notes))
        else:
            for lines in drawings.read_diagram(self._package.part(name)):
                box = Box()
                for line in lines:
                    box.add(line)
                self._blocks.append(org_unit(box, self._next_place(page), ()))

    def _complete_chart(self, root: etree._Element, name: str) -> None:
        """Take from the chart's workbook what the chart itself does not keep."""
        missing = uncached(root)
        workbook = self._package.name_of(name, "package") if missing else ""
        if workbook:
            try:
                fill_caches(missing, self._package.raw(workbook))
            except UnreadableDocument as reason:
                self._warnings.append(f"the workbook of a chart is left out: {reason}")

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
            number, rest = self._note_marks.mark(key), "\n".join(box.lines)
            own, _, words, is_raised = line_kinds.split_number(rest, "", 0)
            if is_raised:  # a mark of the author's own, printed before the words
                number, rest = own, words
            text, marks = flat_text(rest)
            place = self._next_place(page)
            links = self._placed_links(box.links, place)
            self._blocks.append(Block("note", text, place, number=number, notes=marks, links=links))

    def _read_note_parts(self) -> dict[tuple[str, str], Box]:
        """The lines of all foot- and endnotes, by (kind of reference, id)."""
        found: dict[tuple[str, str], Box] = {}
        for reference, tag, kind in _NOTE_PARTS:
            name = self._package.name_of(self._package.main, kind)
            if not name:
                continue
            story = Story(self._package.story(name), name, self._styles)
            scanner = ParagraphScanner(story, self._package.addresses(name), self._note_marks)
            for note in story.root.iterchildren(tag):
                box = found[reference, note.get(x.ID, "")] = Box()
                for paragraph in note.iter(x.P):
                    if x.is_passed_over(paragraph):
                        continue
                    content = scanner.scan(paragraph)
                    box.add(content.raw)
                    box.links += content.links
        return found


def _check_depth(depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise UnreadableDocument("the document is nested too deeply; save it anew in a word processor")

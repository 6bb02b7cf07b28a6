"""Reads a PDF into the same blocks as its Word twin: words by place and font, tables by rules and alignment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.model.blocks import Block, Document, Link, Place, SourceLine
from pipelines.read.pdf.charts import Chart, DrawnBox, box_block, boxes_of, chart_below, chart_block, charts_in
from pipelines.read.pdf.columns import Columns, lines_of
from pipelines.read.pdf.flow import Habits, Line, Paragraph, block_of, goes_on, habits_of, is_note, is_small
from pipelines.read.pdf.furniture import Marks, split_furniture, take_marks_out
from pipelines.read.pdf.grids import assemble, table_block
from pipelines.read.pdf.hidden import LAYERS, PORTFOLIO, names_in_catalogue
from pipelines.read.pdf.lists import split_lists
from pipelines.read.pdf.page import PdfPage, attached_files, open_pdf, read_pages
from pipelines.read.pdf.pieces import Piece, Rule, pieces_of, rules_of
from pipelines.read.pdf.right_to_left import mirrored
from pipelines.read.pdf.scale import scaled
from pipelines.read.pdf.tables import SHORTEST_RULE, Part, parts_of_page, stand_in_rows, table_rules
from pipelines.read.pdf.warnings import refuse_unread, warnings_of, without_codes
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import MARK_CLOSE, MARK_OPEN, flat_text, tidy

_LONGEST_NIL = 3.0  # of the font size
_LEADER = re.compile(r"[.․…·\s]{4,}$")

Element = Line | Part | Chart | DrawnBox


def read_pdf(data: bytes) -> Document:
    """The blocks of a PDF document, in reading order, with furniture, links and one line per block.

    Pages are read as they are shown: set upright, measured in their type, without what is hidden, set twice or laid
    across them; what was left out is told in ``Document.warnings``, each thing once with its pages.

    A place is a page, from 1, and a box in points; cells add row and column, from 1, in grid
    coordinates. ``line_first`` and ``line_last`` are the number of the block in ``Document.lines``,
    which after the blocks has the lines of page furniture, heads of tables printed again, leaders of tables of
    contents, separators of notes and axes of charts, each with its role.

    Raises UnreadableDocument (one line: reason and remedy) for bytes that are no PDF, for one with a
    password, without text that can be read, or beyond the limits of ``pipelines.read.pdf.page``.
    """
    document = open_pdf(data)
    try:
        names = names_in_catalogue(data, LAYERS, PORTFOLIO)
        pages = list(read_pages(document, has_layers=LAYERS in names))
        files = attached_files(document)
    finally:
        document.close()
    refuse_unread(pages, files if PORTFOLIO in names else [])
    coded = without_codes(pages)
    marks = take_marks_out(pages)
    return _Reader(mirrored(scaled(pages))).read(marks, coded, files)


@dataclass(slots=True)
class _Rest:
    """What is no block: pieces by role."""

    pieces: list[tuple[str, Piece]] = field(default_factory=list)

    def add(self, role: str, pieces: Sequence[Piece]) -> None:
        self.pieces += [(role, piece) for piece in pieces]


class _Reader:
    """Puts the pages of one document together."""

    def __init__(self, pages: list[PdfPage]) -> None:
        self._pages = pages
        self._rest = _Rest()
        self._blocks: list[Block] = []
        self._tables = 0
        self._words: set[str] | None = None  # gathered when first asked for

    def read(self, marks: Marks, coded: Sequence[int], files: Sequence[str]) -> Document:
        """Read everything, with warnings of what was left out of the pages and of attached files."""
        pieces, order = [], 0
        for page in self._pages:
            found = pieces_of(page, order)
            order += len(found)
            pieces.append(found)
        rules = [rules_of(page) for page in self._pages]
        split = split_furniture(self._pages, pieces, rules)
        bodies = [one.body for one in split]
        furniture = [one.furniture for one in split]
        for found in furniture:
            self._rest.add("furniture", found)
        habits = habits_of(bodies)
        self._blocks_of(list(self._elements(bodies, [one.rules for one in split], habits)), habits)
        lines = [line_kinds.source_line(number, block) for number, block in enumerate(self._blocks, start=1)]
        lines += [
            SourceLine(number, _printed(piece), role, piece.page)
            for number, (role, piece) in enumerate(self._rest.pieces, start=len(lines) + 1)
        ]
        return Document(
            format="pdf",
            blocks=self._blocks,
            lines=lines,
            furniture=_furniture_lines(furniture),
            links=self._links(),
            page_count=len(self._pages),
            warnings=warnings_of(self._pages, bodies, furniture, marks, coded, files),
        )

    # -- elements in reading order ----------------------------------------------------------------

    def _elements(self, bodies: list[list[Piece]], rules: list[list[Rule]], habits: Habits) -> Iterator[Element]:
        before: Part | None = None
        last: Line | None = None
        open_list: list[Part] = []
        waiting: list[Piece] = []
        for index, page in enumerate(self._pages):
            separators = [piece.baseline for piece in bodies[index] if _is_separator(piece)]
            body, levels = self._without_leaders(bodies[index])
            follower = _first_rule(rules[index + 1], bodies[index + 1]) if index + 1 < len(bodies) else None
            contents = list(_contents(body, levels))
            taken = {id(piece) for part in contents for piece in part.pieces}
            body = [piece for piece in body if id(piece) not in taken]
            boxes, body = boxes_of(page.areas, body)
            foot = max([_note_height(body, rules[index], habits), *separators])
            above = [piece for piece in body if piece.baseline > foot]
            parts = parts_of_page(page.number, above, rules[index], before, follower)
            taken = {id(piece) for part in parts for piece in part.pieces}
            running = [piece for piece in body if id(piece) not in taken]
            drawn = [chart for part in parts for chart in charts_in(part)]
            parts = [part for part in parts if part.pieces]
            charts, running, waiting = _charts(running, parts, habits, waiting)
            continued, open_list = open_list, []
            for element in _merged(running, [*contents, *parts, *boxes, *drawn], charts, habits, last, continued):
                last = element if isinstance(element, Line) else None
                is_list = isinstance(element, Part) and element.columns is not None
                open_list = [*open_list, element] if isinstance(element, Part) and is_list else []
                yield element
            before = parts[-1] if parts and parts[-1].is_last_on_page else None

    def _without_leaders(self, body: list[Piece]) -> tuple[list[Piece], list[float]]:
        """The pieces of a page without the dots that lead to page numbers, and the baselines of such dots."""
        kept: list[Piece] = []
        levels: list[float] = []
        for piece in body:
            if _is_separator(piece):
                self._rest.add("separator", [piece])
                continue
            found = _LEADER.search(piece.text)
            if found is None or not found.group().strip():
                kept.append(piece)
                continue
            levels.append(piece.baseline)
            self._rest.add("leader", [replace(piece, text=found.group().strip())])
            if found.start():
                piece.text = piece.text[: found.start()].rstrip()
                kept.append(piece)
        return kept, levels

    # -- elements to blocks -------------------------------------------------------------------------

    def _blocks_of(self, elements: list[Element], habits: Habits) -> None:
        parts: list[Part] = []
        made: list[Paragraph | list[Part] | Chart | DrawnBox] = []
        current: Paragraph | None = None
        opened: Paragraph | None = None
        for element in elements:
            if isinstance(element, Line):
                if parts:
                    parts = []
                if current is not None and goes_on(current.lines[-1], element, habits):
                    current.lines.append(element)
                elif (
                    opened is not None
                    and opened.lines[-1].first.page == element.first.page - 1
                    and goes_on(opened.lines[-1], element, habits)
                ):
                    opened.lines.append(element)
                    current = opened
                else:
                    current = Paragraph([element])
                    made.append(current)
                    if not is_small(current, habits):
                        opened = current  # running text goes on overleaf over notes and small remarks
                continue
            current = None
            if isinstance(element, Chart | DrawnBox):
                opened = None
                if not (isinstance(element, Chart) and element.is_in_table):
                    parts = []
                made.append(element)
                continue
            opened = None
            if not parts:
                parts = []
                made.append(parts)
            parts.append(element)
        for one in _tables_over_notes(made, habits):
            if isinstance(one, Paragraph):
                self._blocks.append(block_of(one, habits, len(self._blocks) + 1))
            elif isinstance(one, Chart):
                block, ticks = chart_block(one, len(self._blocks) + 1)
                self._blocks.append(block)
                self._rest.add("axis", ticks)
            elif isinstance(one, DrawnBox):
                self._blocks.append(box_block(one, len(self._blocks) + 1))
            else:
                for table in assemble(one):
                    self._tables += 1
                    self._blocks.append(table_block(table, len(self._blocks) + 1, self._tables, self._is_word))
                    self._rest.add("repeated_head", table.repeated)

    def _is_word(self, word: str) -> bool:
        """Whether a word stands anywhere in the document."""
        if self._words is None:
            self._words = {one.text.strip("().,;:") for page in self._pages for one in page.words}
        return word in self._words

    def _links(self) -> list[Link]:
        links: list[Link] = []
        for page in self._pages:
            for link in page.links:
                left, bottom, right, top = link.box
                words = [
                    word.text
                    for word in page.words
                    if bottom - 1 <= word.baseline <= top and left - 1 <= (word.x0 + word.x1) / 2 <= right + 1
                ]
                box = page.frame.on_paper((left, bottom, right, top))
                links.append(Link(link.address, " ".join(words), Place(page.number, box=box)))
        return links


def _contents(body: list[Piece], levels: list[float]) -> Iterator[Part]:
    """The table of contents on a page: the lines that leaders stand on, and lines that go on to such a line."""
    if len(levels) < 2:
        return
    upper, lower = max(levels) + 1, min(levels) - 1
    pieces = [piece for piece in body if lower <= piece.baseline <= upper]
    ends = [line[-1] for line in lines_of(pieces) if len(line) > 1 and line[-1].text.strip().isdigit()]
    if not ends:
        return
    edge = min(piece.x0 for piece in ends) - 4
    x0, x1 = min(piece.x0 for piece in pieces), max(piece.x1 for piece in pieces)
    yield Part(pieces[0].page, x0, x1, [edge], pieces, columns=Columns(x0, x1, (edge,)))


def _tables_over_notes(
    made: list[Paragraph | list[Part] | Chart | DrawnBox], habits: Habits
) -> list[Paragraph | list[Part] | Chart | DrawnBox]:
    """Elements with the parts of a table that goes on overleaf put before what parts them: notes, and what floats."""
    result: list[Paragraph | list[Part] | Chart | DrawnBox] = []
    for one in made:
        above = _broken_off(result, one[0], habits) if isinstance(one, list) and one else None
        if above is not None and isinstance(one, list):
            above += one
        else:
            result.append(one)
    return result


def _broken_off(made: list[Paragraph | list[Part] | Chart | DrawnBox], part: Part, habits: Habits) -> list[Part] | None:
    """The parts at the foot of the page before that a part at the head of a page may go on with.

    Notes may stand between them, and what is drawn last on its page though it stands above them, such as charts.
    """
    if not part.is_first_on_page:
        return None
    floating: list[Piece] = []
    for one in reversed(made):
        if isinstance(one, Paragraph) and is_note(one, habits):
            continue
        for each in reversed(one) if isinstance(one, list) else [one]:
            is_alike = isinstance(each, Part) and (each.columns is None) == (part.columns is None)
            if is_alike and isinstance(each, Part) and each.is_last_on_page:
                top = max(piece.baseline for piece in each.pieces)
                is_below = all(piece.baseline > top for piece in floating)
                return one if isinstance(one, list) and each.page + 1 == part.page and is_below else None
            if each.pieces[0].page + 1 != part.page:
                return None
            floating += each.pieces
    return None


def _is_separator(piece: Piece) -> bool:
    """Whether a piece is a line of underscores that sets notes apart; a short one is a nil in a table."""
    return not piece.text.strip("_ ") and piece.x1 - piece.x0 > _LONGEST_NIL * piece.size


def _note_height(body: list[Piece], rules: Sequence[Rule], habits: Habits) -> float:
    """The height of the short rule that sets footnotes apart, below which all is small; -1 without one."""
    for rule in sorted(rules, key=lambda rule: rule.y):
        below = [piece for piece in body if piece.baseline < rule.y]
        if rule.x1 - rule.x0 >= SHORTEST_RULE or rule.edges or not below:
            continue
        first = Paragraph([Line([max(below, key=lambda piece: piece.baseline)])])
        if all(piece.size < 0.92 * habits.body_size for piece in below) and is_note(first, habits):
            return rule.y
    return -1.0


def _first_rule(rules: list[Rule], body: list[Piece]) -> Rule | None:
    """The first rule of a page, when nothing of the body stands above it but rows of its table."""
    drawn = table_rules(rules, body)
    above = [piece for piece in body if drawn and piece.baseline > drawn[0].y]
    if not drawn or (above and not stand_in_rows(above, drawn[0])):
        return None
    return drawn[0]


def _charts(
    running: list[Piece], parts: Sequence[Part], habits: Habits, waiting: Sequence[Piece]
) -> tuple[list[tuple[float, Chart]], list[Piece], list[Piece]]:
    """The charts of a page, each with its place in drawing order, the pieces that are left, and a title that still
    waits for its chart at the foot of the page; ``waiting`` is that of the page before.
    """
    charts: list[tuple[float, Chart]] = []
    left = running
    tops = [max(p.top for p in part.pieces) for part in parts]
    if waiting and running:
        found = chart_below(None, left, max(tops, default=0.0), habits.body_size)
        if found is not None:
            charts.append((min(piece.order for piece in running) - 0.5, found))
            left = _without(left, found.pieces)
    missed: list[Piece] = []
    for index, piece in enumerate(running):
        if not line_kinds.is_figure_caption(flat_text(piece.text)[0]):
            continue
        title = [piece]
        for following in running[index + 1 :]:
            step = (title[-1].baseline - following.baseline) / following.size
            is_aside = following.x0 > piece.x0 + 30 and not following.is_bold_throughout
            if not 0.5 < step < 1.5 or is_aside or following.size < 0.93 * habits.body_size:
                break
            title.append(following)
        floor = max((top for top in tops if top < title[-1].baseline), default=0.0)
        found = chart_below(title, left, floor, habits.body_size)
        if found is not None:
            charts.append((title[-1].order + 0.5, found))
            left = _without(left, found.pieces)
        elif not any(one.baseline < title[-1].baseline for one in running):
            missed = title
    return charts, left, missed


def _without(pieces: Sequence[Piece], taken: Sequence[Piece]) -> list[Piece]:
    known = set(map(id, taken))
    return [piece for piece in pieces if id(piece) not in known]


def _merged(
    running: list[Piece],
    parts: Sequence[Part | DrawnBox | Chart],
    charts: Sequence[tuple[float, Chart]],
    habits: Habits,
    before: Line | None,
    open_list: Sequence[Part],
) -> Iterator[Element]:
    """Lines, parts of tables, boxes and charts of a page in reading order."""
    breaks: list[tuple[float, Part | Chart | DrawnBox]] = [(part.pieces[0].order, part) for part in parts]
    breaks += charts
    breaks.sort(key=lambda pair: pair[0])
    start = 0
    for order, element in breaks:
        end = start
        while end < len(running) and running[end].order < order:
            end += 1
        yield from split_lists(running[start:end], habits, None if start else before, () if start else open_list)
        yield element
        start = end
    yield from split_lists(running[start:], habits, None if breaks else before, () if breaks else open_list)


def _printed(piece: Piece) -> str:
    """The words of a piece with its footnote marks."""
    return tidy(piece.text.replace(MARK_OPEN, "").replace(MARK_CLOSE, ""))


def _furniture_lines(furniture: Sequence[Sequence[Piece]]) -> list[str]:
    """Words of page furniture, a line per line of print, each text once; those of the first page come first."""
    lines: dict[str, None] = {}
    for found in furniture:
        for line in lines_of(found):
            for piece in line:
                lines.setdefault(flat_text(piece.text)[0])
            if len(line) > 1:
                lines.setdefault(" ".join(flat_text(piece.text)[0] for piece in line))
    return list(lines)

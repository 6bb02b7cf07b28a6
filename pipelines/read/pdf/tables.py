"""Tables of a PDF: where rules show one on a page, its columns and heads, and how it goes on over pages."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.model.blocks import Block, Grid, GridCell, Place
from pipelines.read.pdf.pieces import Piece, Rule, split_at
from pipelines.read.pdf.rows import Cell, Columns, Row, columns_by_gutters, is_figure, lines_of, rows_of
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import MARK_OPEN, flat_text, take_marks, tidy

SHORTEST_RULE = 110.0  # points: a shorter rule without edges sets notes apart or ends a document
_SAME_END = 6.0  # points
_INDENT_STEP = 5.0  # points: deeper by less is no further outline level
_UNDERLINE = 0.4  # of the font size: how far below a baseline an underline may be drawn
_TALLEST_HEAD = 130.0  # points
_TALLEST_HEADING = 2  # lines
_GLUED_NUMBER = re.compile(r"^\d{1,3}\.(?=[^\W\d_]{2})")  # a list's number, which a narrow tab parts from the words


@dataclass(slots=True)
class Part:
    """The part of a table that stands on one page.

    ``head_height`` is the height of the rule below the column heads, None where there are no heads;
    ``head_rules`` are the rules under heads that stand over several columns;
    ``is_open`` tells that no rule closes it, so that it may go on overleaf.
    """

    page: int
    x0: float
    x1: float
    edges: list[float]
    pieces: list[Piece]
    head_height: float | None = None
    rule_heights: list[float] = field(default_factory=list)
    is_open: bool = False
    is_first_on_page: bool = False
    is_last_on_page: bool = False
    columns: Columns | None = None
    head_rules: list[Rule] = field(default_factory=list)


def table_rules(rules: Sequence[Rule], pieces: Sequence[Piece]) -> list[Rule]:
    """The rules of a page that may belong to tables: neither underlines nor short separators."""
    if not pieces:
        return []
    return [
        rule
        for rule in rules
        if (rule.x1 - rule.x0 >= SHORTEST_RULE or rule.edges) and not any(_underlines(rule, piece) for piece in pieces)
    ]


def _underlines(rule: Rule, piece: Piece) -> bool:
    below = piece.baseline - rule.y
    inside = rule.x0 >= piece.x0 - 2 and rule.x1 <= piece.x1 + 2
    return inside and -1 <= below <= _UNDERLINE * piece.size


def parts_of_page(
    page: int, pieces: list[Piece], rules: Sequence[Rule], before: Part | None, follower: Rule | None
) -> list[Part]:
    """The parts of tables on a page, from top to bottom.

    ``before`` is the last part of the page before when it may go on here; ``follower`` the first
    rule of the next page when nothing stands above it.
    """
    drawn = table_rules(rules, pieces)
    parts: list[Part] = []
    start = 0
    if before is not None and drawn:
        continued = _continuation(page, pieces, drawn, before)
        if continued is not None:
            part, start = continued
            parts.append(part)
    while start < len(drawn):
        found = _part_from(page, pieces, drawn, start, follower)
        if found is None:
            start += 1
            continue
        part, start = found
        parts.append(part)
    for part in parts:
        part.head_rules = [
            rule
            for rule in drawn
            if part.head_height is not None
            and part.head_height + 1 < rule.y < part.rule_heights[0] - 1
            and not _same_extent(rule, part.x0, part.x1)
        ]
        own = set(map(id, part.pieces))
        others = [piece for piece in pieces if id(piece) not in own]
        top, bottom = max(p.baseline for p in part.pieces), min(p.baseline for p in part.pieces)
        part.is_first_on_page = not any(piece.baseline > top for piece in others)
        part.is_last_on_page = not any(piece.baseline < bottom and not _is_note(piece) for piece in others)
    return parts


def _is_note(piece: Piece) -> bool:
    return piece.text.startswith(MARK_OPEN)


def _same_extent(one: Rule, x0: float, x1: float) -> bool:
    return abs(one.x0 - x0) <= _SAME_END and abs(one.x1 - x1) <= _SAME_END


def _between(pieces: Sequence[Piece], upper: float, lower: float, x0: float, x1: float) -> list[Piece]:
    return [p for p in pieces if lower - 1 <= p.baseline < upper and p.x1 > x0 - 2 and p.x0 < x1 + 2]


def _part_from(
    page: int, pieces: list[Piece], rules: Sequence[Rule], start: int, follower: Rule | None
) -> tuple[Part, int] | None:
    """The part that a rule opens, and the index of the first rule after it; None when it opens none."""
    first = rules[start]
    chain = [first]
    taken: list[Piece] = []
    edges = list(first.edges)
    index = start + 1
    following = start + 1
    while index < len(rules):
        rule = rules[index]
        index += 1
        if not _same_extent(rule, first.x0, first.x1):
            continue  # a rule under some heads only
        zone = _between(pieces, chain[-1].y, rule.y, first.x0, first.x1)
        known = edges if len(edges) >= len(rule.edges) else rule.edges
        is_headed = len(chain) == 2 and chain[1].thickness > 1.5 * chain[0].thickness
        if not _is_inside(zone, len(chain) - 1, known, first, chain[-1].y - rule.y, is_headed=is_headed):
            break
        edges = list(known)
        chain.append(rule)
        taken += zone
        following = index
    tail = _between(pieces, chain[-1].y, -1.0, first.x0, first.x1)
    goes_on = follower is not None and _same_extent(follower, first.x0, first.x1)
    is_open = False
    if len(chain) >= 2 and tail and following >= len([r for r in rules if r.y >= chain[-1].y]):
        has_rows = len(chain) == 2 or goes_on
        others = [r for r in rules[following:] if _same_extent(r, first.x0, first.x1)]
        is_tail = _is_inside(tail, 1 if len(chain) == 2 else 2, edges, first, 0.0) or (
            goes_on and _is_heading_row(tail, taken, edges)
        )
        if has_rows and not others and is_tail:
            taken += tail
            is_open = True
    if len(chain) < 2 or not taken:
        return None
    head = chain[1].y if len(chain) > 2 or is_open else None
    part = Part(page, first.x0, first.x1, edges, _in_order(taken), head, [rule.y for rule in chain], is_open)
    if head is None and len(chain) == 2 and goes_on and not tail:
        part.head_height, part.is_open = chain[1].y, True  # heads alone at the foot of a page
    return part, following


def _is_heading_row(tail: Sequence[Piece], above: Sequence[Piece], edges: Sequence[float]) -> bool:
    """Whether what is left below a table at the foot of a page is the heading of the rows that follow overleaf."""
    if not above or not edges or len(lines_of(tail)) > _TALLEST_HEADING:
        return False
    below = above[-1].baseline - max(piece.baseline for piece in tail)
    size = above[-1].size
    return below <= 3 * size and all(abs(piece.size - size) < 0.6 and piece.x0 < edges[0] for piece in tail)


def _continuation(page: int, pieces: list[Piece], rules: Sequence[Rule], before: Part) -> tuple[Part, int] | None:
    """The part with which a table goes on without its heads: rows above the first rule of the page."""
    first = rules[0]
    if not before.is_open or not _same_extent(first, before.x0, before.x1):
        return None
    zone = _between(pieces, 1e6, first.y, first.x0, first.x1)
    if not zone or not _is_inside(zone, 1, before.edges or first.edges, first, 0.0):
        return None
    if len(zone) != len([p for p in pieces if p.baseline >= first.y - 1]):
        return None
    part = Part(page, first.x0, first.x1, before.edges or list(first.edges), _in_order(zone), None, [first.y], False)
    return part, 1


def _in_order(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.order)


def _is_inside(
    zone: Sequence[Piece], index: int, edges: Sequence[float], rule: Rule, height: float, *, is_headed: bool = False
) -> bool:
    """Whether what stands between two rules belongs to the table: heads (0), first rows (1), rows between totals."""
    if not zone:
        return True
    lines = lines_of(zone)
    for line in lines:
        words = flat_text(" ".join(piece.text for piece in line))[0]
        if line_kinds.is_caption(words, False):
            return False
    if _is_note(lines[0][0]) and len(lines[0]) == 1:
        return False
    columns = Columns(rule.x0, rule.x1, tuple(edges)) if edges else columns_by_gutters(zone, rule.x0, rule.x1)
    wide = 0
    apart = 0
    for line in lines:
        places = [columns.of(piece) for piece in line]
        wide += any(
            last > first and piece.x1 - piece.x0 > 0.6 * (rule.x1 - rule.x0)
            for piece, (first, last) in zip(line, places, strict=True)
        )
        apart += len({first for first, last in places if first == last}) >= 2
    if index == 0:
        return height <= _TALLEST_HEAD and 2 * wide <= len(lines)
    if index == 1:
        is_closed = height > 0
        return apart > 0 or (not wide and len(columns) > 1) or (is_closed and (bool(edges) or is_headed))
    return apart > 0 and 3 * wide <= len(lines)


# -- parts to grids ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Table:
    """A table put together from its parts: heads, rows, and heads that were printed again."""

    parts: list[Part]
    columns: Columns
    heads: list[Row]
    rows: list[Row]
    repeated: list[Piece]


def assemble(parts: list[Part]) -> list[Table]:
    """Tables from parts in reading order: a part overleaf with the same heads, or with none, goes on with a table."""
    tables: list[Table] = []
    for part in parts:
        columns = _columns(part)
        heads, rows = _split_heads(part, columns)
        table = tables[-1] if tables else None
        if table is not None and _goes_on(table, part, columns, heads):
            table.repeated += [piece for row in heads for piece in row.pieces()]
            _add_rows(table, rows, columns)
            table.parts.append(part)
        else:
            tables.append(Table([part], columns, heads, rows, []))
    return tables


def _columns(part: Part) -> Columns:
    if part.columns is not None:
        return part.columns
    if part.edges:
        return Columns(part.x0, part.x1, tuple(part.edges))
    return columns_by_gutters(part.pieces, part.x0, part.x1)


def _split_heads(part: Part, columns: Columns) -> tuple[list[Row], list[Row]]:
    if part.columns is not None:
        return [], rows_of(part.pieces, columns, has_paragraphs=False)
    pieces = [one for piece in part.pieces for one in split_at(piece, columns.edges)]
    if part.head_height is None:
        return [], rows_of(pieces, columns, part.rule_heights)
    above = [piece for piece in pieces if piece.baseline >= part.head_height]
    below = [piece for piece in pieces if piece.baseline < part.head_height]
    heads = rows_of(above, columns)
    for row in heads:
        printed = [(cell.first, cell.last) for cell in row.cells]
        for cell in row.cells:
            _widen(cell, columns, part.head_rules)
        _part_again(row.cells, printed)
    return heads, rows_of(below, columns, part.rule_heights)


def _part_again(cells: Sequence[Cell], printed: Sequence[tuple[int, int]]) -> None:
    """Let heads that came to span the same columns, for one rule is drawn under them all, stand where they are printed."""
    spans = [(cell.first, cell.last) for cell in cells]
    for cell, span, (first, last) in zip(cells, spans, printed, strict=True):
        if spans.count(span) > 1:
            cell.first, cell.last = first, last


def _widen(cell: Cell, columns: Columns, rules: Sequence[Rule]) -> None:
    """Let a head that stands over a rule span the columns that the rule spans."""
    piece = cell.pieces[-1]
    for rule in rules:
        if rule.x0 <= piece.middle <= rule.x1 and 0 <= piece.baseline - rule.y <= 3 * piece.size:
            ends = [*columns.edges, columns.x1]
            spanned = [
                index
                for index, end in enumerate(ends)
                if min(end, rule.x1) - max(columns.left(index), rule.x0) > 0.5 * (end - columns.left(index))
            ]
            cell.first, cell.last = min([cell.first, *spanned]), max([cell.last, *spanned])
            return


def _goes_on(table: Table, part: Part, columns: Columns, heads: list[Row]) -> bool:
    last = table.parts[-1]
    if part.columns is not None and last.columns is not None:
        return _same_widths(part.columns, last.columns)
    if part.page != last.page + 1 or not part.is_first_on_page or len(columns) != len(table.columns):
        return False
    if not heads:
        return last.is_open
    return last.is_last_on_page and _words(heads) == _words(table.heads)


def _same_widths(one: Columns, other: Columns) -> bool:
    """Whether two lists have the same columns, wherever on the page they stand."""
    if len(one) != len(other):
        return False
    if one.edges and abs(one.x1 - other.x1) <= _SAME_END and abs(one.edges[-1] - other.edges[-1]) <= 2 * _SAME_END:
        return True  # a table of contents goes on overleaf
    return all(abs(a - one.x0 - b + other.x0) <= _SAME_END for a, b in zip(one.edges, other.edges, strict=True))


def _words(rows: list[Row]) -> list[str]:
    return sorted(word for row in rows for piece in row.pieces() for word in flat_text(piece.text)[0].split())


def _add_rows(table: Table, rows: list[Row], columns: Columns) -> None:
    """Add the rows of a further page; a row whose words were broken off is put together again."""
    if rows and table.rows and _is_broken_off(table.rows[-1], rows[0]):
        broken, rest = table.rows[-1], rows[0]
        known = {cell.first: cell for cell in broken.cells}
        for cell in rest.cells:
            if cell.first in known:
                known[cell.first].pieces += cell.pieces
            else:
                broken.cells.append(cell)
        broken.cells.sort(key=lambda cell: cell.first)
        rows = rows[1:]
    table.rows += rows


def _is_broken_off(row: Row, rest: Row) -> bool:
    """Whether a row goes on overleaf: words of a cell that goes on there end as in the middle of a line."""
    known = {cell.first: cell for cell in row.cells}
    if any(is_figure(p) for p in row.pieces()) and any(is_figure(p) for p in rest.pieces()):
        return False
    if rest.cells[0].first == row.cells[0].first and not row.cells[0].pieces[-1].is_wrapped:
        return False
    pairs = [(known[cell.first].pieces[-1], cell.pieces[0]) for cell in rest.cells if cell.first in known]
    for above, below in pairs:
        is_same = above.is_bold == below.is_bold and abs(above.size - below.size) < 0.6
        if not is_same or (above.is_wrapped and abs(above.x0 - below.x0) > _INDENT_STEP and not is_figure(below)):
            return False
    return any(above.is_wrapped for above, _ in pairs) and all(
        cell.first in known or cell.first > row.cells[-1].first for cell in rest.cells
    )


def table_block(table: Table, number: int, ordinal: int) -> Block:
    """The block of a table; ``number`` is that of the block in ``Document.lines``."""
    indents = _indents(table)
    rows = [*table.heads, *table.rows]
    width = len(table.columns)
    grid_rows: list[tuple[GridCell | None, ...]] = []
    for row_number, row in enumerate(rows, start=1):
        cells: list[GridCell | None] = []
        page = row.cells[0].pieces[0].page
        by_column = {cell.first: cell for cell in row.cells}
        column = 0
        while column < width:
            cell = by_column.get(column)
            if cell is None:
                cells.append(GridCell("", Place(page, number, number, ordinal, row_number, column + 1)))
                column += 1
                continue
            last = min(cell.last, width - 1, *(other - 1 for other in by_column if other > column))
            place = Place(cell.pieces[0].page, number, number, ordinal, row_number, column + 1, box_of(cell.pieces))
            indent = indents.get(id(cell), 0)
            cells.append(_grid_cell(cell, place, last - column + 1, indent))
            cells += [None] * (last - column)
            column = last + 1
        grid_rows.append(tuple(cells))
    first = table.parts[0]
    place = Place(first.page, number, number, ordinal, box=box_of(first.pieces))
    return Block("table", place=place, grid=Grid(tuple(grid_rows), len(table.heads) or None))


def _grid_cell(cell: Cell, place: Place, span: int, indent: int) -> GridCell:
    raw = joined_text(cell.pieces)
    bare, notes = take_marks(raw)
    text = _GLUED_NUMBER.sub(r"\g<0> ", "\n".join(tidy(line) for line in bare.split("\n")))
    is_bold = all(piece.is_bold for piece in cell.pieces)
    return GridCell(text, place, 1, span, indent, notes, is_bold)


def joined_text(pieces: Sequence[Piece]) -> str:
    """The lines of a cell as one text; paragraphs, which are set apart by wider steps, are parted by a newline."""
    parts = [pieces[0].text]
    for above, piece in itertools.pairwise(pieces):
        step = (above.baseline - piece.baseline) / max(above.size, piece.size)
        if piece.page != above.page or step < 0.5:
            gap = " "
        elif step > 1.42:
            gap = "\n"
        else:
            gap = line_gap(above, piece)
        parts += [gap, piece.text]
    return "".join(parts)


def line_gap(above: Piece, below: Piece) -> str:
    """What parts a line from the one it goes on with: nothing after a hyphen, or between Chinese signs."""
    if above.is_wrapped:
        return " "
    last = above.text[-1:]
    if last in "-‐" and line_kinds.is_suspended(below.text):
        return " "
    if last in "-‐‑–/" and len(above.text) > 1 and above.text[-2] != " ":
        return ""
    return "" if "\u2e80" <= last <= "\u9fff" or "\uff00" <= last <= "\uffef" or "\u3000" <= last <= "\u303f" else " "


def box_of(pieces: Sequence[Piece]) -> tuple[float, float, float, float]:
    """The box around pieces of the first piece's page: left, bottom, right, top."""
    boxes = [piece.box for piece in pieces if piece.page == pieces[0].page]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _indents(table: Table) -> dict[int, int]:
    """The outline depth of the cells of the first column: their distinct distances from its left end, counted."""
    starts: dict[int, float] = {}
    for row in table.rows:
        for cell in row.cells:
            if cell.first == 0:
                starts[id(cell)] = cell.pieces[0].x0
    levels: list[float] = []
    for start in sorted(set(starts.values())):
        if not levels or start - levels[-1] > _INDENT_STEP:
            levels.append(start)
    return {key: max(0, sum(1 for level in levels if level <= start + 0.1) - 1) for key, start in starts.items()}

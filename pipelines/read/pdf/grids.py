"""Grids of PDF tables: parts on pages put together into tables, their columns, heads and rows, cells with their text."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.model.blocks import Block, Grid, GridCell, Place
from pipelines.read.pdf.columns import Columns, columns_by_gutters, is_figure, lines_of, stands_over, with_close_heads
from pipelines.read.pdf.pieces import Piece, Rule, split_at, split_heads
from pipelines.read.pdf.rows import Cell, Row, rows_of
from pipelines.read.pdf.tables import SAME_END, Part, same_extent
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import MARK_OPEN, flat_text, take_marks, tidy

_INDENT_STEP = 5.0  # points: deeper by less is no further outline level
_WRAP_STEP, _LEAST_STEP, _WIDER_STEP = 1.42, 0.7, 0.15  # of the font size: between lines; between paragraphs by more
_LEAST_LINES = 3
_LEAST_HEADS = 2
_GLUED_NUMBER = re.compile(r"^\d{1,3}\.(?=[^\W\d_]{2})")  # a list's number, which a narrow tab parts from the words


@dataclass(slots=True)
class Table:
    """A table put together from its parts: heads, rows, and heads that were printed again."""

    parts: list[Part]
    columns: Columns
    heads: list[Row]
    rows: list[Row]
    repeated: list[Piece]

    @property
    def is_list(self) -> bool:
        """Whether no rules show its columns."""
        return self.parts[0].columns is not None


def assemble(parts: list[Part]) -> list[Table]:
    """Tables from parts in reading order: a part overleaf with the same heads, or with none, goes on with a table."""
    tables: list[Table] = []
    for part, columns in zip(parts, _columns_of(parts), strict=True):
        heads, rows = _split_heads(part, columns)
        table = next(
            (one for one in reversed(tables) if _goes_on(one, part, columns, heads, is_next=one is tables[-1])), None
        )
        if table is not None:
            table.repeated += [piece for row in heads for piece in row.pieces()]
            _add_rows(table, rows, columns.x0 - (table.parts[-1].columns or table.columns).x0)
            table.parts.append(part)
        else:
            tables.append(Table([part], columns, heads, rows, []))
    return tables


def _columns_of(parts: Sequence[Part]) -> list[Columns]:
    """The columns of each part; what goes on over pages without drawn edges shows its gutters in all of them."""
    known: dict[int, Columns] = {}
    open_ended = [part for part in parts if part.columns is None and not part.edges]
    for alike in _alike(open_ended):
        first = alike[0]
        pieces = [piece for part in alike for piece in part.pieces]
        shared = columns_by_gutters(pieces, first.x0, first.x1, [rule for part in alike for rule in part.head_rules])
        known.update((id(part), with_close_heads(shared, pieces)) for part in alike)
    return [part.columns or known.get(id(part)) or Columns(part.x0, part.x1, tuple(part.edges)) for part in parts]


def _alike(parts: Sequence[Part]) -> list[list[Part]]:
    """Parts that follow one another with one width, under the same heads or none."""
    found: list[list[Part]] = []
    for part in parts:
        first = found[-1][0] if found else None
        if first is not None and same_extent(part, first.x0, first.x1) and _same_heads(part, first):
            found[-1].append(part)
        else:
            found.append([part])
    return found


def _same_heads(part: Part, first: Part) -> bool:
    return part.head_height is None or _head_words(part) == _head_words(first)


def _head_words(part: Part) -> list[str]:
    height = part.head_height
    if height is None:
        return []
    return sorted(word for p in part.pieces if p.baseline >= height for word in flat_text(p.text)[0].split())


def _split_heads(part: Part, columns: Columns) -> tuple[list[Row], list[Row]]:
    pieces = [one for piece in part.pieces for one in split_at(piece, columns.edges)]
    if part.columns is not None:
        return [], rows_of(pieces, columns, has_paragraphs=False)
    if part.head_height is None:
        return [], rows_of(pieces, columns, part.rule_heights)
    above = _own_heads([piece for piece in pieces if piece.baseline >= part.head_height], columns, part.head_rules)
    below = [piece for piece in pieces if piece.baseline < part.head_height]
    heads = rows_of(above, columns)
    _widen([cell for row in heads for cell in row.cells], columns, part.head_rules)
    return heads, rows_of(below, columns, part.rule_heights)


def _own_heads(pieces: Sequence[Piece], columns: Columns, rules: Sequence[Rule]) -> list[Piece]:
    """Heads, those parted that stand so close that they read as one, in a line of heads of one column each."""
    found: list[Piece] = []
    for line in lines_of(pieces):
        spans = [first != last for first, last in map(columns.of, line)]
        is_of_single = spans.count(False) >= max(_LEAST_HEADS, 2 * spans.count(True))
        for piece, is_wide in zip(line, spans, strict=True):
            if is_wide and is_of_single and not any(stands_over(piece, rule) for rule in rules):
                found += split_heads(piece, columns.edges)
            else:
                found.append(piece)
    return sorted(found, key=lambda piece: piece.order)


def _widen(cells: Sequence[Cell], columns: Columns, rules: Sequence[Rule]) -> None:
    """Let a head that stands alone over a rule span the columns that the rule spans."""
    over: dict[int, list[Cell]] = {}
    for cell in cells:
        nearest = next((number for number, rule in enumerate(rules) if stands_over(cell.pieces[-1], rule)), None)
        if nearest is not None:
            over.setdefault(nearest, []).append(cell)
    for number, found in over.items():
        if len(found) > 1:
            continue  # a rule under all heads of a row
        rule, cell = rules[number], found[0]
        spanned = [
            index
            for index, end in enumerate([*columns.edges, columns.x1])
            if min(end, rule.x1) - max(columns.left(index), rule.x0) > 0.5 * (end - columns.left(index))
        ]
        cell.first, cell.last = min([cell.first, *spanned]), max([cell.last, *spanned])


def _goes_on(table: Table, part: Part, columns: Columns, heads: list[Row], *, is_next: bool) -> bool:
    """Whether a part goes on with a table; ``is_next`` tells that no other table is drawn between them."""
    last = table.parts[-1]
    if part.columns is not None and last.columns is not None:
        return is_next and _same_widths(part.columns, last.columns)
    if part.page != last.page + 1 or not part.is_first_on_page or len(columns) != len(table.columns):
        return False
    if not heads:
        return last.is_open and is_next
    return last.is_last_on_page and _words(heads) == _words(table.heads)


def _same_widths(one: Columns, other: Columns) -> bool:
    """Whether two lists have the same columns, wherever on the page they stand."""
    if len(one) != len(other):
        return False
    if one.edges and abs(one.x1 - other.x1) <= SAME_END and abs(one.edges[-1] - other.edges[-1]) <= 2 * SAME_END:
        return True  # a table of contents goes on overleaf
    return all(abs(a - one.x0 - b + other.x0) <= SAME_END for a, b in zip(one.edges, other.edges, strict=True))


def _words(rows: list[Row]) -> list[str]:
    return sorted(word for row in rows for piece in row.pieces() for word in flat_text(piece.text)[0].split())


def _add_rows(table: Table, rows: list[Row], shift: float) -> None:
    """Add the rows of a further page, or of a further column of the page, which stands ``shift`` points to the right;
    a row whose words were broken off is put together again."""
    if rows and table.rows and _is_broken_off(table.rows[-1], rows[0], shift, table.is_list):
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


def _is_broken_off(row: Row, rest: Row, shift: float, is_list: bool) -> bool:
    """Whether a row goes on overleaf: words of a cell that goes on there end as in the middle of a line."""
    known = {cell.first: cell for cell in row.cells}
    is_same_first = rest.cells[0].first == row.cells[0].first
    is_word = is_same_first and _goes_on_below(row.cells[0].pieces[-1], rest.cells[0].pieces[0], is_list)
    if is_word and len(rest.cells) == 1:
        return True
    if any(is_figure(p) for p in row.pieces()) and any(is_figure(p) for p in rest.pieces()):
        return False
    if is_same_first and not is_word and not row.cells[0].pieces[-1].is_wrapped:
        return False
    pairs = [(known[cell.first].pieces[-1], cell.pieces[0]) for cell in rest.cells if cell.first in known]
    for above, below in pairs:
        is_same = above.is_bold == below.is_bold and abs(above.size - below.size) < 0.6
        if not is_same or (
            above.is_wrapped and abs(above.x0 + shift - below.x0) > _INDENT_STEP and not is_figure(below)
        ):
            return False
    return any(above.is_wrapped for above, _ in pairs) and all(
        cell.first in known or cell.first > row.cells[-1].first for cell in rest.cells
    )


def _goes_on_below(above: Piece, below: Piece, is_list: bool) -> bool:
    """Whether two pieces are parts of one word that stands one sign a line, in a column too narrow for it.

    Figures below one another in a table with rules are figures; lists have none.
    """
    return is_list and not above.is_wrapped and all(piece.depth or len(piece.text) == 1 for piece in (above, below))


def table_block(table: Table, number: int, ordinal: int, is_word: Callable[[str], bool]) -> Block:
    """The block of a table; ``number`` is that of the block in ``Document.lines``.

    ``is_word`` tells whether a word stands anywhere in the document: a word wider than its cell is broken anywhere.
    """
    indents = _indents(table)
    joining = _Joining(_leading(table), is_word, table.is_list)
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
            cells.append(_grid_cell(cell, place, last - column + 1, indent, joining))
            cells += [None] * (last - column)
            column = last + 1
        grid_rows.append(tuple(cells))
    first = table.parts[0]
    place = Place(first.page, number, number, ordinal, box=box_of(first.pieces))
    return Block("table", place=place, grid=Grid(tuple(grid_rows), len(table.heads) or None))


@dataclass(frozen=True, slots=True)
class _Joining:
    """How lines of cells go on: their step down, of the font size, None where unknown; what is a word; and whether the
    table is a list without rules."""

    leading: float | None
    is_word: Callable[[str], bool]
    is_list: bool


def _leading(table: Table) -> float | None:
    """The step down to the next line that most lines show which end as a line does that goes on below."""
    steps: Counter[float] = Counter()
    for row in table.rows:
        for cell in row.cells:
            for above, piece in itertools.pairwise(cell.pieces):
                step = (above.baseline - piece.baseline) / max(above.size, piece.size)
                if above.is_wrapped and above.page == piece.page and _LEAST_STEP < step <= _WRAP_STEP:
                    steps[round(step, 2)] += 1
    return steps.most_common(1)[0][0] if steps.total() >= _LEAST_LINES else None


def _grid_cell(cell: Cell, place: Place, span: int, indent: int, joining: _Joining) -> GridCell:
    raw = _joined_text(cell.pieces, joining)
    bare, notes = take_marks(raw)
    text = _GLUED_NUMBER.sub(r"\g<0> ", "\n".join(tidy(line) for line in bare.split("\n")))
    is_bold = all(piece.is_bold for piece in cell.pieces)
    return GridCell(text, place, 1, span, indent, notes, is_bold)


def _joined_text(pieces: Sequence[Piece], joining: _Joining) -> str:
    """The lines of a cell as one text; paragraphs, which are set apart by wider steps, are parted by a newline."""
    parts = [pieces[0].text]
    for above, piece in itertools.pairwise(pieces):
        step = (above.baseline - piece.baseline) / max(above.size, piece.size)
        is_wider = joining.leading is not None and not above.is_wrapped and step > joining.leading + _WIDER_STEP
        if _goes_on_below(above, piece, joining.is_list):
            gap = ""
        elif piece.page != above.page or step < 0.5:
            gap = " "
        elif step > _WRAP_STEP or is_wider:
            gap = "\n"
        elif _is_broken_word(above, piece, joining.is_word):
            gap = ""
        else:
            gap = line_gap(above, piece)
        parts += [gap, piece.text]
    return "".join(parts)


def _is_broken_word(above: Piece, below: Piece, is_word: Callable[[str], bool]) -> bool:
    """Whether a line is the beginning of a word that goes on below without a hyphen."""
    first, second = above.text, below.text.split(MARK_OPEN)[0].split(" ")[0]
    is_open = first.isalpha() and first[-1].islower() and second[:1].islower() and not above.is_wrapped
    return is_open and is_word(first + second.rstrip(",.;:"))


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

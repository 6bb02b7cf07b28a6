"""Pieces of a PDF table put into columns, rows and cells.

Columns come from the edges that drawn rules show, else from gutters: strips that hardly any line crosses.
Rows come from the order of drawing, which goes cell by cell, held against baselines: a step back to the left
opens a row, a step within a cell is a wrapped line unless the step down is that of rows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.model.numbers import read_number
from pipelines.read.pdf.pieces import Piece
from pipelines.read.shared.line_kinds import is_number
from pipelines.read.shared.marks import flat_text

_OVERHANG = 3.0  # points a word may stand over the edge of its column
_WRAP_STEP, _PARAGRAPH_STEP = 1.42, 3.2  # of the font size: steps down between lines, and between a cell's paragraphs
_SAME_LINE = 0.35  # of the font size
_LEAST_STEP = 0.7  # of the font size: lines of one cell do not stand closer
_GUTTER = 4.0  # points: the narrowest strip that parts columns
_CROSSED = 0.12  # share of lines that may cross a gutter: heads and labels over several columns


@dataclass(slots=True)
class Cell:
    """The pieces of one cell, and its first and last column."""

    first: int
    last: int
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Row:
    """The cells of one row from left to right, and whether only a wide step down opened it."""

    cells: list[Cell] = field(default_factory=list)
    is_loose: bool = False

    def pieces(self) -> list[Piece]:
        """All pieces of the row."""
        return [piece for cell in self.cells for piece in cell.pieces]

    @property
    def top(self) -> float:
        """Highest baseline."""
        return max(piece.baseline for piece in self.pieces())

    @property
    def bottom(self) -> float:
        """Lowest baseline."""
        return min(piece.baseline for piece in self.pieces())


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: left end, inner edges, right end, in points."""

    x0: float
    x1: float
    edges: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.edges) + 1

    def of(self, piece: Piece) -> tuple[int, int]:
        """First and last column that a piece stands in."""
        first = bisect_right(self.edges, piece.x0 + _OVERHANG)
        last = bisect_right(self.edges, piece.x1 - _OVERHANG)
        if last < first or piece.x1 - piece.x0 < 2 * _OVERHANG:
            first = last = bisect_right(self.edges, piece.middle)
        return first, last

    def left(self, column: int) -> float:
        """Left end of a column."""
        return self.edges[column - 1] if column else self.x0


def columns_by_gutters(pieces: Sequence[Piece], x0: float, x1: float) -> Columns:
    """Columns parted by the strips that hardly any line crosses."""
    lines = [line for line in lines_of(pieces) if len(line) > 1]  # a label over all columns shows none
    width = max(1, round(x1 - x0) + 1)
    cover = [0] * width
    for line in lines:
        for piece in line:
            for at in range(max(0, round(piece.x0 - x0)), min(width, round(piece.x1 - x0) + 1)):
                cover[at] += 1
    allowed = _CROSSED * len(lines)
    edges: list[float] = []
    start: int | None = None
    seen = False
    for at, count in enumerate([*cover, len(lines) + 1]):
        if count <= allowed:
            start = at if start is None else start
            continue
        if start is not None and seen and at - start >= _GUTTER and at < width:
            edges.append(x0 + _emptiest(cover, start, at))
        start, seen = None, True
    while edges and _holds_marks_only(pieces, edges[0]):
        del edges[0]
    return Columns(x0, x1, tuple(edges))


def _emptiest(cover: Sequence[int], start: int, end: int) -> float:
    """The middle of the widest stretch of a gutter that the fewest lines cross: heads may reach into it."""
    least = min(cover[start:end])
    widest, first = (start, start), start
    for at in range(start, end + 1):
        if at < end and cover[at] == least:
            continue
        if at - first > widest[1] - widest[0]:
            widest = (first, at)
        first = at + 1
    return sum(widest) / 2


def _holds_marks_only(pieces: Sequence[Piece], edge: float) -> bool:
    """Whether nothing but list marks stands left of an edge: they are no column of their own."""
    return all(is_number(piece.text.strip()) for piece in pieces if piece.x1 <= edge)


def lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by baseline from top to bottom, each line from left to right."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.baseline):
        if lines and abs(lines[-1][0].baseline - piece.baseline) <= _SAME_LINE * min(piece.size, lines[-1][0].size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for line in lines:
        line.sort(key=lambda piece: piece.x0)
    return lines


def is_figure(piece: Piece) -> bool:
    """Whether a piece is a printed number or a dash."""
    text = flat_text(piece.text)[0]
    return len(text) <= 24 and read_number(text) is not None


def rows_of(
    pieces: Sequence[Piece], columns: Columns, rule_heights: Sequence[float] = (), *, has_paragraphs: bool = True
) -> list[Row]:
    """Rows of a table's pieces, taken in drawing order; ``has_paragraphs`` tells that cells may hold several."""
    rows: list[Row] = []
    for piece in pieces:
        first, last = columns.of(piece)
        if rows and first <= rows[-1].cells[-1].last < last and _is_beside(piece, rows[-1].cells[-1]):
            first = rows[-1].cells[-1].last + 1  # it only stands over the edge of its column
        if not rows or not _joins(piece, first, rows, rule_heights, has_paragraphs):
            is_loose = bool(rows) and rows[-1].cells[-1].first == first
            rows.append(Row([Cell(first, last, [piece])], is_loose))
            continue
        cell = rows[-1].cells[-1]
        if first > cell.last or (first > cell.first and _is_beside(piece, cell)):
            cell.last = min(cell.last, first - 1)
            rows[-1].cells.append(Cell(first, last, [piece]))
            _rejoin(rows, piece)
        else:
            cell.pieces.append(piece)
            cell.last = max(cell.last, last)
    return rows


def _is_beside(piece: Piece, cell: Cell) -> bool:
    above = cell.pieces[-1]
    if abs(above.baseline - piece.baseline) <= _SAME_LINE * piece.size:
        return piece.x0 > above.x1
    return piece.baseline > above.baseline and piece.x0 >= max(one.x1 for one in cell.pieces) - 1


def _joins(piece: Piece, first: int, rows: Sequence[Row], rule_heights: Sequence[float], has_paragraphs: bool) -> bool:
    """Whether a piece belongs to the row that is being gathered."""
    row = rows[-1]
    cell = row.cells[-1]
    above = cell.pieces[-1]
    step = (above.baseline - piece.baseline) / max(piece.size, above.size)
    is_ruled_off = any(piece.baseline < height < above.baseline for height in rule_heights)
    if first > cell.last or (first > cell.first and _is_beside(piece, cell)):
        below = (row.bottom - piece.baseline) / piece.size
        return below <= 0.6 and not any(piece.baseline < height < row.bottom for height in rule_heights)
    if first < cell.first or is_ruled_off or step < -_SAME_LINE:
        return False
    if _SAME_LINE < step < _LEAST_STEP and piece.x0 < above.x1 and above.x0 < piece.x1 and piece.size >= above.size:
        return False  # printed over the line above, from a row too low for its words
    if step <= _WRAP_STEP:
        return True
    # another paragraph of a cell further to the right; a figure there is a row of its own
    return has_paragraphs and cell is not row.cells[0] and step <= _PARAGRAPH_STEP and not is_figure(piece)


def _rejoin(rows: list[Row], piece: Piece) -> None:
    """Put a row together with the rows above it when a later cell begins above them: they are its paragraphs."""
    while (
        len(rows) > 1
        and rows[-1].is_loose
        and len(rows[-2].cells) == 1
        and rows[-2].cells[0].first == rows[-1].cells[0].first
        and piece.baseline > max(one.baseline for one in rows[-1].cells[0].pieces) + 0.5 * piece.size
    ):
        row = rows.pop()
        head, *others = row.cells
        rows[-1].cells[0].pieces += head.pieces
        rows[-1].cells[0].last = max(rows[-1].cells[0].last, head.last)
        rows[-1].cells += others

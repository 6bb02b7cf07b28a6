"""Pieces of a PDF table put into rows and cells.

Rows come from the order of drawing, which goes cell by cell, held against baselines: a step back to the left
opens a row, a step within a cell is a wrapped line unless the step down is that of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.read.pdf.columns import Columns, is_figure
from pipelines.read.pdf.pieces import Piece

_WRAP_STEP, _PARAGRAPH_STEP = 1.42, 3.2  # of the font size: steps down between lines, and between a cell's paragraphs
_SAME_LINE = 0.35  # of the font size
_LEAST_STEP = 0.7  # of the font size: lines of one cell do not stand closer


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
        return max([piece.baseline for cell in self.cells for piece in cell.pieces])

    @property
    def bottom(self) -> float:
        """Lowest baseline."""
        return min([piece.baseline for cell in self.cells for piece in cell.pieces])


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

"""Footnote marks that are set beside a figure in the line, not above it: separated from the figure by its surroundings."""

from __future__ import annotations

from pipelines.model.blocks import Grid, GridCell
from pipelines.model.numbers import is_nil_mark, read_number, split_marks

_LONGEST = 40  # signs of a figure with its marks


def part_marks(grid: Grid) -> None:
    """Take footnote marks out of cells that hold a figure with marks, into ``notes``; the grid is changed in place.

    "705.6a" is a figure where its row or column holds other figures; the first column names the rows.
    """
    found: list[tuple[int, int, GridCell, tuple[str, tuple[str, ...]]]] = []
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if column and cell is not None and _may_have_marks(cell.text):
                parted = split_marks(cell.text)
                if parted is not None:
                    found.append((number, column, cell, parted))
    for number, column, cell, (figure, marks) in found:
        beside = (one for other, one in enumerate(grid.rows[number]) if other not in (0, column))
        above = (row[column] for other, row in enumerate(grid.rows) if other != number and column < len(row))
        if any(_is_figure(one) for one in (*beside, *above)):
            cell.text, cell.notes = figure, (*cell.notes, *marks)


def _may_have_marks(text: str) -> bool:
    if not text or len(text) > _LONGEST:
        return False
    return not text[-1].isdecimal() or not (text[0].isdecimal() or text[0] in "(-")


def _is_figure(cell: GridCell | None) -> bool:
    return cell is not None and not is_nil_mark(cell.text) and read_number(cell.text) is not None

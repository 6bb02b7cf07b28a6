"""Tables that are not what they seem: one that only lays out others, and one written as two that follow one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree

from pipelines.model.blocks import Block, Grid, GridCell
from pipelines.model.numbers import is_nil_mark, read_number
from pipelines.read.word import xml as x
from pipelines.read.word.property_groups import PLAIN
from pipelines.read.word.story import Story, cell_element

_EVEN = 0.02  # part of a column's width by which two grids may differ
_YEARS = range(1900, 2100)
_SAYS_SOMETHING = (x.T, x.TAB, x.SYM, x.DRAWING, x.PICT, x.OBJECT, x.MATH, x.FOOTNOTE_REFERENCE, x.ENDNOTE_REFERENCE)


def flattened(parent: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Children with a tag, also those inside transparent wrappers."""
    for child in parent:
        tag = child.tag
        if tag == wanted:
            yield child
        elif tag in x.TRANSPARENT:
            yield from flattened(x.inner(child), wanted)


def layout_cells(table: etree._Element, story: Story) -> list[etree._Element]:
    """The cells of a table that only sets others in their place, in reading order; none of a table proper.

    Such a table has one cell in each row, or no words of its own, and holds a table. Cells that ``story`` folded to
    their words are elements again.
    """
    if next(islice(table.iter(x.TBL), 1, None), None) is None:
        return []
    cells: list[etree._Element] = []
    holds = is_wide = False
    for row in flattened(table, x.TR):
        for count, cell in enumerate(_unfolded(row, story), start=1):
            nested = next(flattened(cell, x.TBL), None) is not None
            is_wide = is_wide or count > 1
            if is_wide and not nested and _says_something(cell):
                return []
            holds = holds or nested
            cells.append(cell)
    if not holds or (is_wide and any(map(_says_something_of_its_own, cells))):
        return []
    return cells


def _unfolded(row: etree._Element, story: Story) -> Iterator[etree._Element]:
    """The cells of a row, each as an element."""
    for cell in flattened(row, x.TC):
        number = cell.get(PLAIN)
        if number is None:
            yield cell
        else:
            yield from map(cell_element, story.plain_cells(number))


def _says_something(element: etree._Element) -> bool:
    return any(one.tag != x.T or (one.text or "").strip() for one in element.iter(*_SAYS_SOMETHING))


def _says_something_of_its_own(cell: etree._Element) -> bool:
    return any(map(_says_something, flattened(cell, x.P)))


def widths(table: etree._Element) -> list[int]:
    """Widths of the columns of a table's grid, in twentieths of a point; none where it has no grid."""
    grid = next(table.iterchildren(x.TABLE_GRID), None)
    return [] if grid is None else [x.integer(column.get(x.WIDTH)) for column in grid.iterchildren(x.GRID_COLUMN)]


@dataclass(slots=True)
class Above:
    """The table that was read last: its block, the widths of its columns, and whether an empty line follows it."""

    block: Block
    widths: list[int]
    is_apart: bool = False

    def goes_on(self, below: Block, grid_widths: list[int]) -> bool:
        """Whether the table right below is the rest of this one: in the same columns, and without heads of its own."""
        above, grid = self.block.grid, below.grid
        if above is None or grid is None or grid.header_rows or not _is_same_grid(self.widths, grid_widths):
            return False
        if not above.rows or len(above.rows[0]) != len(grid.rows[0]):
            return False
        if _has_figures(grid.rows[0]):
            return bool(above.header_rows) or not self.is_apart
        return not self.is_apart and (bool(above.header_rows) or not any(map(_has_figures, grid.rows)))

    def add(self, below: Block) -> None:
        """Add the rows of the table below; their cells keep table, row and column, and take this table's line."""
        above, grid = self.block.grid, below.grid
        assert above is not None and grid is not None
        for cell in (cell for row in grid.rows for cell in row if cell is not None):
            cell.place.line_first, cell.place.line_last = self.block.place.line_first, self.block.place.line_last
        self.block.grid = Grid(above.rows + grid.rows, above.header_rows)
        self.block.links += below.links


def _is_same_grid(one: list[int], other: list[int]) -> bool:
    """Whether two tables have the same columns, as far as their grids tell."""
    if not one or not other:
        return not one and not other
    return len(one) == len(other) and all(abs(a - b) <= max(a, b) * _EVEN for a, b in zip(one, other, strict=True))


def _has_figures(row: tuple[GridCell | None, ...]) -> bool:
    return any(cell is not None and _is_figure(cell.text) for cell in row[1:])


def _is_figure(text: str) -> bool:
    number = read_number(text)
    return is_nil_mark(text) or (number is not None and number.value not in _YEARS)

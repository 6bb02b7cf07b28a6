"""Heads typed once more below the others, such as "2027 planned" alone under a row of heads.

A head that stands alone belongs to the one column that has none, wherever in its row it was typed. Heads that say
again what the row above says, each over a column with a head of its own, say nothing of the columns they stand in.
"""

from __future__ import annotations

from dataclasses import replace

from pipelines.blocks import Grid, GridCell
from pipelines.parse.heads import read_head
from pipelines.parse.numbers import read_number
from pipelines.vocabulary import Vocabulary


def without_stray_heads(grid: Grid, headers: int, vocabulary: Vocabulary) -> Grid:
    """The grid with each head that stands alone below a row of heads where it belongs, or left out."""
    rows = list(grid.rows)
    for index in range(1, headers):
        printed = [(place, cell) for place, cell in enumerate(rows[index]) if cell is not None and cell.text.strip()]
        heads = _heads(rows[:index])
        dated = {column for column, text in heads.items() if None not in read_head(text, vocabulary)}
        if not printed or len(dated) < 2 or any(None in read_head(cell.text, vocabulary) for _, cell in printed):
            continue
        if len(printed) > 1:
            said = set(heads.values())
            is_said = all(place in dated and " ".join(cell.text.split()) in said for place, cell in printed)
            rows[index] = _blank(rows[index]) if is_said else rows[index]
            continue
        place, cell = printed[0]
        bare = [column for column in _figured(grid, headers) if column not in heads]
        if bare == [place] and cell.column_span == 1:
            continue
        rows[index] = _moved(rows[index], place, cell, bare[0] if len(bare) == 1 else None)
    return Grid(tuple(rows), grid.header_rows)


def _blank(row: tuple[GridCell | None, ...]) -> tuple[GridCell | None, ...]:
    return tuple(replace(cell, text="") if cell is not None else None for cell in row)


def _heads(rows: list[tuple[GridCell | None, ...]]) -> dict[int, str]:
    """Words of the lowest head over each column."""
    found: dict[int, str] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None and cell.text.strip():
                found.update(dict.fromkeys(range(place, place + cell.column_span), " ".join(cell.text.split())))
    return found


def _figured(grid: Grid, headers: int) -> list[int]:
    """Columns with figures below their heads."""
    return sorted(
        {
            place
            for row in grid.rows[headers:]
            for place, cell in enumerate(row)
            if place and cell is not None and read_number(cell.text) is not None
        }
    )


def _moved(row: tuple[GridCell | None, ...], place: int, cell: GridCell, to: int | None) -> tuple[GridCell | None, ...]:
    """A row with its one head over another column, or over none."""
    cells: list[GridCell | None] = [
        replace(cell, text="", column_span=1) if place <= n < place + cell.column_span else one
        for n, one in enumerate(row)
    ]
    if to is not None and to < len(cells):
        cells[to] = replace(cell, column_span=1)
    return tuple(cells)

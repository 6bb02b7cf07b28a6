"""Captions that are printed inside their table: rows over its whole width above the heads, or a unit over the labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.model.blocks import Block, Grid, GridCell
from pipelines.parse.grid.captions import Caption, begins_caption, extend_caption, start_caption
from pipelines.parse.grid.columns import header_rows, read_head
from pipelines.vocabulary import Vocabulary

_LONGEST_CAPTION = 5
"""Rows of the longest caption: number, title, unit, part and its source of funding."""


def caption_inside(block: Block, caption: Caption | None, vocabulary: Vocabulary) -> tuple[Caption | None, Block]:
    """The caption of a table with what its own rows say of it, and the table without those rows.

    Only what is missing outside is taken from inside: a number opens a caption, and a unit is known by its words.
    """
    if block.grid is None or not block.grid.rows:
        return caption, block
    found, rows = _from_rows(block, caption, vocabulary)
    if rows:
        grid = block.grid
        heads = None if grid.header_rows is None else max(0, grid.header_rows - rows)
        block = replace(block, grid=Grid(grid.rows[rows:], heads))
    return (found, block) if found is not None and found.unit else _unit_over_labels(block, found, vocabulary)


def _from_rows(block: Block, caption: Caption | None, vocabulary: Vocabulary) -> tuple[Caption | None, int]:
    """The caption with what the leading rows over the whole width say, and how many these are."""
    assert block.grid is not None
    rows = block.grid.rows
    width = max(map(len, rows))
    found, count = caption, 0
    for row in rows[: min(_LONGEST_CAPTION, len(rows) - 1)]:
        text = _whole_row(row, width)
        if not text:
            break
        line = Block("paragraph", text, block.place)
        if not count and (found is None or not found.number) and begins_caption(line, vocabulary):
            extended: Caption | None = start_caption(line, vocabulary)
        elif not count and not _is_missing_unit(text, found, vocabulary):
            break
        else:
            extended = extend_caption(found or Caption(place=block.place), line, vocabulary)
        if extended is None:
            break
        found, count = extended, count + 1
    return found, count


def _whole_row(row: Sequence[GridCell | None], width: int) -> str:
    """Words of a row of one cell that spans it; empty for any other row."""
    cell = row[0] if row else None
    if cell is None or width < 2 or cell.column_span < width:
        return ""
    return " ".join(cell.text.split())


def _unit_in(text: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Words and meaning of a unit that a text in brackets is."""
    match = vocabulary.pattern("caption", "unit").match(text)
    meaning = vocabulary.meaning("units", match["unit"]) if match else None
    return (match["unit"], meaning) if match and meaning else None


def _is_missing_unit(text: str, caption: Caption | None, vocabulary: Vocabulary) -> bool:
    return (caption is None or caption.unit is None) and _unit_in(text, vocabulary) is not None


def _unit_over_labels(block: Block, caption: Caption | None, vocabulary: Vocabulary) -> tuple[Caption | None, Block]:
    """A unit in brackets as the head of the labels, or at its end."""
    assert block.grid is not None
    grid = block.grid
    for number, row in enumerate(grid.rows[: header_rows(grid, vocabulary)]):
        cell = row[0] if row else None
        if cell is None or cell.column_span > 1 or "(" not in cell.text or any(read_head(cell.text, vocabulary)):
            continue  # a head such as "2024 (actual)" is of a column of figures, whatever else its words may mean
        words, bracket, rest = " ".join(cell.text.split()).rpartition("(")
        unit = _unit_in(f"{bracket}{rest}", vocabulary)
        if unit is not None:
            heads = (replace(cell, text=words.strip()), *row[1:])
            rows = (*grid.rows[:number], heads, *grid.rows[number + 1 :])
            told = replace(caption or Caption(place=block.place), printed_unit=unit[0], unit=unit[1])
            return told, replace(block, grid=replace(grid, rows=rows))
    return caption, block

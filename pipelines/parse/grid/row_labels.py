"""Labels that go over two rows of a table, or of which two stand in one row: pages cut text where they like.

The figures stand beside one half of a label, and the other half has a row of its own; or a heading without figures
runs together with the row below it. Only known names tell: the whole label is one, or each half is. A number alone goes
before the words below it, and a numbered label before figures that have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipelines.model.blocks import Block, GridCell
from pipelines.parse.grid.columns import Layout

_Row = tuple[GridCell | None, ...]
_MARK = re.compile(r"^(?:[IVXLC]+|[A-Z]|\d{1,2}[a-z]?)\.$|^\([a-z0-9]{1,2}\)$")
_NUMBERED = re.compile(r"^(?:[IVXLC]{2,}|\d{1,2}[a-z]?)\.\s+\S")
_PART = re.compile(r"^[A-Z]\.\s+\S")
_ITEM = re.compile(r"^\d{1,2}[a-z]?\.\s+\S")


def with_whole_labels(block: Block, layout: Layout, is_known: Callable[[str], bool]) -> Block:
    """A table with one label to a row."""
    assert block.grid is not None
    stub, heads = layout.stub_columns, layout.header_rows
    if not stub:
        return block
    made: list[_Row] = []
    for row in block.grid.rows[heads:]:
        apart = _taken_apart(row, stub, is_known)
        for one in apart:
            before = made[-1] if made else None
            whole = _whole(before, one, stub, is_known) if before is not None and len(apart) == 1 else ""
            if before is not None and whole:
                holder = before if _has_more(before, stub) or not _has_more(one, stub) else one
                made[-1] = _labelled(holder, stub, whole)
            else:
                made.append(one)
    rows = (*block.grid.rows[:heads], *made)
    return block if rows == block.grid.rows else replace(block, grid=replace(block.grid, rows=rows))


def _label(row: _Row, stub: Sequence[int]) -> str:
    words = [cell.text for c in stub if c < len(row) and (cell := row[c]) is not None]
    return " ".join(" ".join(words).split())


def _has_more(row: _Row, stub: Sequence[int]) -> bool:
    """True for a row with more than its label."""
    return any(cell is not None and cell.text.strip() and c not in stub for c, cell in enumerate(row))


def _whole(before: _Row, row: _Row, stub: Sequence[int], is_known: Callable[[str], bool]) -> str:
    """The label that two rows make together; empty where each has its own."""
    first, second = _label(before, stub), _label(row, stub)
    if not _has_more(before, stub) and _has_more(row, stub):
        if not second and _NUMBERED.match(first):
            return first  # a label above its figures
        if _MARK.match(first) and second and not _MARK.match(second.split()[0]):
            return f"{first} {second}"  # a number above its words
    if not first or not second or (_has_more(before, stub) and _has_more(row, stub)):
        return ""
    whole = f"{first} {second}"
    return whole if is_known(whole) and not is_known(first) and not is_known(second) else ""


def _labelled(row: _Row, stub: Sequence[int], label: str) -> _Row:
    """A row with another label in the first of its columns of labels that has a cell."""
    cells = list(row)
    at = next((c for c in stub if c < len(cells) and cells[c] is not None), None)
    for c in stub:
        cell = cells[c] if c < len(cells) else None
        if cell is not None:
            cells[c] = replace(cell, text=label if c == at else "")
    return tuple(cells)


def _taken_apart(row: _Row, stub: Sequence[int], is_known: Callable[[str], bool]) -> tuple[_Row, ...]:
    """A row as one, or as a heading and the row below it where its label is both, one below the other."""
    cell = row[stub[0]] if stub[0] < len(row) else None
    lines = [" ".join(line.split()) for line in cell.text.split("\n")] if cell is not None else []
    if len(lines) < 2 or not _has_more(row, stub) or is_known(" ".join(lines)):
        return (row,)
    for cut in range(1, len(lines)):
        first, second = " ".join(lines[:cut]), " ".join(lines[cut:])
        if (is_known(first) and is_known(second)) or (_PART.match(first) and _ITEM.match(second)):
            heading = tuple(one and replace(one, text="", notes=()) for one in row)
            return (_labelled(heading, stub, first), _labelled(row, stub, second))
    return (row,)

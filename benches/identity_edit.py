"""Tools of the bench of identity: where the parts of a fascicle stand, and changes of its blocks, words and figures.

All of them leave what they are given as it is, and make new blocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from benches.identity_model import COPY
from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.model.numbers import read_number

Rows = list[list[GridCell | None]]
_AMOUNT = re.compile(r"\$(?P<figure>[\d,]+(?:\.\d+)?)")
_CAPTION = re.compile(r"^(?P<word>Table|Figure)\s+(?P<number>\S+)$")
_SUBPROGRAMME = re.compile(r"^Subprogramme (?P<number>\d+)$")


def with_blocks(document: Document, blocks: Iterable[Block]) -> Document:
    """The document with other blocks."""
    return replace(document, blocks=list(blocks))


def find(blocks: Sequence[Block], test: Callable[[Block], bool], start: int = 0, end: int | None = None) -> int | None:
    """Place of the first block of which something is true."""
    return next((i for i in range(start, len(blocks) if end is None else end) if test(blocks[i])), None)


def heading_is(words: str) -> Callable[[Block], bool]:
    """Is it a heading that begins with these words?"""
    return lambda block: block.kind == "heading" and block.text.strip().startswith(words)


@dataclass(frozen=True, slots=True)
class Parts:
    """Where the parts of a section of one stand: its plan, its resources, its annexes (all to the end)."""

    plan: int
    resources: int
    annex: int


def parts_of(blocks: Sequence[Block]) -> Parts | None:
    """Parts of a section of one; None for any other document."""
    plan = find(
        blocks, lambda b: b.kind == "heading" and b.number == "A." and b.text.startswith("Proposed programme plan")
    )
    resources = find(blocks, lambda b: b.kind == "heading" and b.number == "B." and b.text.startswith("Proposed post"))
    if plan is None or resources is None:
        return None
    annex = find(
        blocks, lambda b: b.kind == "heading" and bool(re.match(r"^Annex( [IVX]+)?$", b.text.strip())), resources
    )
    again = find(blocks, lambda b: b.kind == "heading" and b.number in {"I.", "II."} and b.level == blocks[plan].level)
    return (
        None if again is not None and again < (annex or len(blocks)) else Parts(plan, resources, annex or len(blocks))
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """A table with its caption: blocks from ``first`` (the number line) to ``table``; ``title`` and ``unit`` where
    they stand in lines of their own. The parts of one table share what stands above the first."""

    first: int
    title: int | None
    unit: int | None
    table: int


def printed_tables(blocks: Sequence[Block]) -> Iterator[Printed]:
    """Numbered tables whose caption is a number line, a title and maybe a unit, in blocks that follow one another."""
    for index, block in enumerate(blocks):
        if block.kind != "caption" or not re.match(r"^Table\s+\S+$", block.text.strip()):
            continue
        title = unit = None
        for below in range(index + 1, min(index + 6, len(blocks))):
            other = blocks[below]
            if other.kind == "table":
                yield Printed(index, title, unit, below)
                break
            if other.kind == "heading" and title is None:
                title = below
            elif other.kind == "paragraph" and other.text.strip().startswith("(") and title is not None:
                unit = below
            elif other.kind != "heading" and other.kind != "note" and other.kind != "furniture":
                break


def moved(place: Place, copy: int) -> Place:
    """A place of a copy: its table numbered a thousand higher."""
    return replace(place, table_ordinal=place.table_ordinal + COPY * copy if place.table_ordinal else None)


def map_cells(block: Block, change: Callable[[GridCell], GridCell]) -> Block:
    """A table with each of its cells changed."""
    if block.grid is None:
        return block
    rows = tuple(tuple(cell and change(cell) for cell in row) for row in block.grid.rows)
    return replace(block, grid=replace(block.grid, rows=rows))


def map_words(block: Block, change: Callable[[str], str]) -> Block:
    """A block with its words changed wherever they stand: in its text, its cells, its series."""
    made = map_cells(block, lambda cell: replace(cell, text=change(cell.text)))
    series = tuple(
        replace(one, name=change(one.name), points=tuple((change(label), value) for label, value in one.points))
        for one in block.series
    )
    return replace(made, text=change(made.text), series=series)


def rows_of(block: Block) -> Rows:
    """Rows of a table, to be changed."""
    assert block.grid is not None
    return [list(row) for row in block.grid.rows]


def with_rows(block: Block, rows: Rows, header_rows: int | None = None) -> Block:
    """A table with other rows."""
    assert block.grid is not None
    heads = block.grid.header_rows if header_rows is None else header_rows
    return replace(block, grid=Grid(tuple(tuple(row) for row in rows), heads))


def head_rows(block: Block) -> int:
    """Leading rows of heads, as the format marks them."""
    assert block.grid is not None
    return block.grid.header_rows or 0


# -- figures ---------------------------------------------------------------------------------------


def times(text: str, factor: int) -> str:
    """A printed figure multiplied, printed the same way; words, dashes and years stay."""
    number = read_number(text)
    if number is None or number.is_nil or number.value is None or number.former is not None:
        return text
    return like(number.value * factor, number.precision_digits or 0)


def like(value: Decimal, digits: int) -> str:
    """A figure as the fascicles print it: groups apart by a blank, below nothing in brackets, a dash for nothing."""
    rounded = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    if not rounded:
        return "–"
    words = f"{abs(rounded):,}".replace(",", " ")
    return f"({words})" if rounded < 0 else words


def is_percent_column(block: Block, column: int) -> bool:
    """True under a head that says percentage."""
    return any(
        (cell := row[column]) is not None and cell.text.strip().casefold().startswith("percent")
        for row in rows_of(block)[: head_rows(block)]
        if column < len(row)
    )


_POSTS = re.compile(r"(?<![\w-])\d{1,3}(?= (?:USG|ASG|D-\d|P-\d|GS|LL|NPO|NO|FS|TC|SS)\b)")


def scaled(block: Block, factor: int) -> Block:
    """A block with its figures multiplied: those of a table but percentages, amounts in prose, points of a chart."""
    if block.kind == "table" and block.grid is not None:
        heads, rows = head_rows(block), rows_of(block)
        percents = {c for c in range(max(map(len, rows), default=0)) if is_percent_column(block, c)}
        for row in rows[heads:]:
            for index, cell in enumerate(row):
                if cell is not None and index and index not in percents:
                    text = _POSTS.sub(lambda m: str(int(m[0]) * factor), cell.text)
                    row[index] = replace(cell, text=times(text, factor))
        return with_rows(block, rows)
    if block.kind == "paragraph":
        return replace(
            block,
            text=_AMOUNT.sub(
                lambda m: f"${int(m['figure'].replace(',', '')) * factor:,}" if "." not in m["figure"] else m[0],
                block.text,
            ),
        )
    if block.kind == "chart":
        series = tuple(
            replace(s, points=tuple((label, times(v, factor)) for label, v in s.points)) for s in block.series
        )
        return replace(block, series=series)
    return block


def copied(blocks: Iterable[Block], copy: int, factor: int) -> list[Block]:
    """Blocks again, with other figures and places of their own; tables that print no measure of money or posts stay."""
    made = []
    for block in blocks:
        other = scaled(block, factor) if not _is_compliance(block) else block
        other = map_cells(other, lambda cell: replace(cell, place=moved(cell.place, copy)))
        made.append(replace(other, place=moved(other.place, copy)))
    return made


def _is_compliance(block: Block) -> bool:
    return (
        block.kind == "table"
        and block.grid is not None
        and any(
            (cell is not None and "(actual)" in cell.text)
            or (cell is not None and cell.text.strip().endswith(" actual"))
            for row in block.grid.rows[:2]
            for cell in row
        )
    )


# -- numbers of captions and paragraphs -----------------------------------------------------------


def renumbered(blocks: Sequence[Block]) -> list[Block]:
    """Captions of tables and figures, and numbered paragraphs, counted again from the first, as an editor would."""
    counts = {"Table": 0, "Figure": 0}
    made: list[Block] = []
    for block in blocks:
        match = _CAPTION.match(block.text.strip()) if block.kind == "caption" else None
        head, stop, last = match["number"].rpartition(".") if match else ("", "", "")
        if match and stop and (last.isdigit() if match["word"] == "Table" else True):
            counts[match["word"]] += 1
            count = counts[match["word"]]
            number = str(count) if match["word"] == "Table" else roman(count)
            made.append(replace(block, text=f"{match['word']} {head}.{number}"))
        else:
            made.append(block)
    return made


def roman(value: int) -> str:
    """A numeral."""
    words = ""
    for number, sign in (
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ):
        while value >= number:
            words, value = words + sign, value - number
    return words

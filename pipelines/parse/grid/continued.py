"""Tables that a page or the producer cut in two: pieces that go on with the table before are put back to it.

A piece goes on with the table before where its caption says so, or where nothing but page furniture stands between
them, the heads are the same or left out, and the table before has not come to its total.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.model.blocks import Block, Grid, GridCell
from pipelines.model.numbers import looks_like_number
from pipelines.parse.grid.captions import begins_caption, caption_words, start_caption
from pipelines.parse.grid.columns import header_rows
from pipelines.parse.grid.outline import closes_table
from pipelines.vocabulary import Vocabulary, normalised

_LONGEST_CAPTION = 6
"""Blocks of the longest caption: number, title, unit, part, and what a page puts between them."""

_LONGEST_HEADING = 15
"""Words of the longest heading over rows."""


def whole_tables(blocks: Sequence[Block], vocabulary: Vocabulary) -> list[Block]:
    """The blocks with each table in one piece, its heads printed once."""
    made: list[Block] = []
    last: int | None = None
    for given in blocks:
        block = without_heads_again(given, vocabulary) if given.kind == "table" else given
        before = made[last] if last is not None else None
        if block.kind == "table" and before is not None and last is not None:
            between = made[last + 1 :]
            rows = _rows_going_on(before, block, made[:last], between, vocabulary)
            rows = rows or _rows_below_a_heading(before, block, between, vocabulary)
            if rows is not None:
                assert before.grid is not None
                made[last] = replace(before, grid=replace(before.grid, rows=before.grid.rows + rows))
                made[last + 1 :] = [b for b in between if b.kind == "furniture"]
                continue
        made.append(block)
        if block.kind == "table":
            last = len(made) - 1
    return made


def _rows_going_on(
    before: Block, block: Block, above: Sequence[Block], between: Sequence[Block], vocabulary: Vocabulary
) -> tuple[tuple[GridCell | None, ...], ...] | None:
    """Rows of a table that go on with those of the one before; None where it is a table of its own."""
    words = [b for b in between if b.kind != "furniture"]
    if len(words) > _LONGEST_CAPTION or before.grid is None or block.grid is None:
        return None
    is_told = bool(words)
    if is_told and not _says_continued(words, above, vocabulary):
        return None
    heads, own = header_rows(before.grid, vocabulary), header_rows(block.grid, vocabulary)
    if not heads or _width(before.grid) != _width(block.grid) or own == len(block.grid.rows):
        return None
    if own and _head_texts(before.grid, heads) != _head_texts(block.grid, own):
        return None
    if not is_told and not any(sum(map(bool, row)) > 1 for row in _head_texts(before.grid, heads)):
        return None  # "Page" over a list of contents
    if not own and not _has_figures(block.grid):
        return None
    if not is_told and _is_closed(before.grid, heads, vocabulary) and (own or not _opens_group(block.grid, vocabulary)):
        return None
    return block.grid.rows[own:]


def _rows_below_a_heading(
    before: Block, block: Block, between: Sequence[Block], vocabulary: Vocabulary
) -> tuple[tuple[GridCell | None, ...], ...] | None:
    """Rows of the next page that go on with a table, below a heading over them that the last page ends with.

    The heads are printed again, and the table comes to its total only there.
    """
    words = [b for b in between if b.kind != "furniture"]
    if len(words) != 1 or before.grid is None or block.grid is None or not _is_heading_over_rows(words[0], vocabulary):
        return None
    at, page = words[0].place.page, block.place.page
    if at is None or page is None or not at < page or before.place.page is None or before.place.page > at:
        return None
    heads, own = header_rows(before.grid, vocabulary), header_rows(block.grid, vocabulary)
    texts = _head_texts(block.grid, own)
    if _width(before.grid) != _width(block.grid) or _head_texts(before.grid, heads) != texts:
        return None
    if not any(sum(map(bool, row)) > 1 for row in texts) or _is_closed(before.grid, heads, vocabulary):
        return None
    if not _is_closed(block.grid, own, vocabulary):
        return None
    width = _width(block.grid)
    heading = (GridCell(words[0].text, words[0].place), *(GridCell("", words[0].place) for _ in range(width - 1)))
    return (heading, *block.grid.rows[own:])


def _is_heading_over_rows(block: Block, vocabulary: Vocabulary) -> bool:
    text = " ".join(block.text.split())
    is_short = 0 < len(text.split()) <= _LONGEST_HEADING and not text.endswith((".", ";", ":", "。"))
    return block.kind in ("paragraph", "heading") and not block.number and is_short and not _begins(block, vocabulary)


def _says_continued(words: Sequence[Block], above: Sequence[Block], vocabulary: Vocabulary) -> bool:
    """True where the blocks between two tables are the caption of the first once more, the word for "continued" apart."""
    start = next(
        (
            i
            for i in range(len(above) - 1, max(-1, len(above) - 1 - _LONGEST_CAPTION), -1)
            if _begins(above[i], vocabulary)
        ),
        None,
    )
    if start is None:
        return False
    said = {_without_continued(block, vocabulary)[0] for block in above[start:]}
    found = [_without_continued(block, vocabulary) for block in words]
    first = words[0]
    is_same = _begins(first, vocabulary) and _number(first, vocabulary) == _number(above[start], vocabulary)
    return is_same and any(is_continued for _, is_continued in found) and all(text in said for text, _ in found)


def _begins(block: Block, vocabulary: Vocabulary) -> bool:
    return begins_caption(_bare(block, vocabulary), vocabulary)


def _number(block: Block, vocabulary: Vocabulary) -> str | None:
    return start_caption(_bare(block, vocabulary), vocabulary).number


def _bare(block: Block, vocabulary: Vocabulary) -> Block:
    return replace(block, text=_continued(vocabulary).sub("", block.text).strip())


def _without_continued(block: Block, vocabulary: Vocabulary) -> tuple[str, bool]:
    """Normalised words of a line of a caption without the word for "continued", and whether they had it."""
    text = caption_words(block)
    bare = _continued(vocabulary).sub("", text)
    return normalised(bare), bare != text


def _continued(vocabulary: Vocabulary) -> re.Pattern[str]:
    return vocabulary.pattern("caption", "continued")


def _width(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0)


def _head_texts(grid: Grid, heads: int) -> list[tuple[str, ...]]:
    """Words of the rows of heads, empty rows left out."""
    rows = [tuple(normalised(cell.text) if cell is not None else "" for cell in row) for row in grid.rows[:heads]]
    return [row for row in rows if any(row)]


def _has_figures(grid: Grid) -> bool:
    return any(cell is not None and looks_like_number(cell.text) for row in grid.rows for cell in row[1:])


def _is_closed(grid: Grid, heads: int, vocabulary: Vocabulary) -> bool:
    """True where the last row with words is a total: what comes below is another table."""
    labels = [" ".join(row[0].text.split()) for row in grid.rows[heads:] if row and row[0] is not None]
    filled = [label for label in labels if label]
    return bool(filled) and closes_table(filled[-1], vocabulary)


def without_heads_again(block: Block, vocabulary: Vocabulary) -> Block:
    """A table without rows in its body that are its heads once more, as where pieces of a page were put together."""
    grid = block.grid
    if grid is None:
        return block
    texts = [_texts(row) for row in grid.rows]
    full = [row for row in texts if sum(map(bool, row)) > 1]
    if len(set(full)) == len(full):
        return block
    heads = header_rows(grid, vocabulary)
    said = {row for row in texts[:heads] if any(row)}
    full_heads = said.intersection(full)
    below = [*texts[1:], ()]
    is_again = [
        row in full_heads or (row in said and next_row in full_heads)
        for row, next_row in zip(texts, below, strict=True)
    ]
    kept = tuple(row for n, row in enumerate(grid.rows) if n < heads or not is_again[n])
    return block if len(kept) == len(grid.rows) else replace(block, grid=replace(grid, rows=kept))


def _opens_group(grid: Grid, vocabulary: Vocabulary) -> bool:
    """True where the first row heads the money or the posts of a table of both."""
    first = grid.rows[0][0] if grid.rows[0] else None
    return first is not None and vocabulary.meaning("row_groups", " ".join(first.text.split())) is not None


def _texts(row: Sequence[GridCell | None]) -> tuple[str, ...]:
    return tuple(cell.text if cell is not None else "" for cell in row)

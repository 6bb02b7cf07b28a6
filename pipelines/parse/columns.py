"""Column heads of a grid, whatever its format: what each column measures, and of which year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.blocks import Grid, GridCell
from pipelines.parse.numbers import is_nil_mark, looks_like_number
from pipelines.vocabulary import Vocabulary, normalised

CHANGES = frozenset({"technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values: grid column (from 0), words of its head, measure, year; None when unknown."""

    index: int
    label: str
    measure: str | None
    year: int | None
    meaning: str | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a grid: rows of heads, column of labels, meaning of its head, value columns."""

    header_rows: int
    stub_index: int
    stub: str
    stub_meaning: str | None
    columns: tuple[Column, ...]

    @property
    def measures(self) -> frozenset[str]:
        """Measures of the columns that are known."""
        return frozenset(c.measure for c in self.columns if c.measure)

    @property
    def meanings(self) -> frozenset[str]:
        """Meanings of the heads that are known."""
        return frozenset(c.meaning for c in self.columns if c.meaning)


@lru_cache(maxsize=8)
def _year_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    return re.compile(vocabulary.terms["year"]["pattern"])


@lru_cache(maxsize=4096)
def read_head(text: str, vocabulary: Vocabulary) -> tuple[str | None, int | None]:
    """Meaning and year of one head, (None, None) when the vocabulary does not know it."""
    flat = normalised(text)
    if not flat:
        return None, None
    plain = vocabulary.meaning("column_heads", flat)
    if plain:
        return plain, None
    match = _year_pattern(vocabulary).search(flat)
    if match is None:
        return None, None
    words = flat[: match.start()] + flat[match.end() :]
    meaning = vocabulary.meaning("column_heads", words) or vocabulary.meaning("column_heads", f"({words.strip('()')})")
    return meaning, int(match["year"])


def _header_rows(grid: Grid, vocabulary: Vocabulary) -> int:
    """Leading rows that are heads: words known as heads, or nothing; ends at the first row of another kind."""
    if grid.header_rows is not None:
        return grid.header_rows
    count = 0
    for row in grid.rows[:6]:
        cells = [c for c in row if c is not None and c.text.strip()]
        if not cells:
            if count:
                count += 1
                break
            count += 1
            continue
        known = sum(
            1
            for c in cells
            if read_head(c.text, vocabulary)[0]
            or vocabulary.meaning("stub_heads", c.text)
            or _year_pattern(vocabulary).fullmatch(normalised(c.text))
        )
        values = sum(
            1 for c in cells if is_nil_mark(c.text) or (looks_like_number(c.text) and not _is_year(c.text, vocabulary))
        )
        if known == 0 or values > known or known < (len(cells) + 1) // 2:
            break
        count += 1
    # rows of empty cells between heads and body
    while count < len(grid.rows) and all(c is None or not c.text.strip() for c in grid.rows[count]):
        count += 1
    return count


def _is_year(text: str, vocabulary: Vocabulary) -> bool:
    return bool(_year_pattern(vocabulary).fullmatch(normalised(text)))


def _cell_over(grid: Grid, row: int, column: int) -> GridCell | None:
    """The cell whose span covers a place in the grid."""
    for r in range(row, -1, -1):
        cells = grid.rows[r]
        for c in range(min(column, len(cells) - 1), -1, -1):
            cell = cells[c]
            if cell is not None:
                if r + cell.row_span > row and c + cell.column_span > column:
                    return cell
                if r == row:
                    break
    return None


def layout_of(grid: Grid, vocabulary: Vocabulary) -> Layout:
    """The layout of a grid: heads read column by column, group heads above taken into the label."""
    headers = _header_rows(grid, vocabulary)
    width = max((len(row) for row in grid.rows), default=0)
    labels: list[tuple[str, ...]] = []
    for column in range(width):
        texts: list[str] = []
        for row in range(headers):
            cell = _cell_over(grid, row, column)
            text = cell.text.strip() if cell else ""
            if text and (not texts or texts[-1] != text):
                texts.append(text)
        labels.append(tuple(texts))
    stub_index, stub_meaning = _stub_of(labels, vocabulary)
    columns: list[Column] = []
    for index in range(width):
        if index <= stub_index:
            continue
        texts = list(labels[index])
        if not texts:
            continue
        meaning, year = _meaning_of(texts, vocabulary)
        measure = meaning if meaning in _MEASURES else ("total_change" if meaning == "change" else None)
        columns.append(Column(index, " ".join(texts), measure, year, meaning))
    stub = labels[stub_index][-1] if labels and labels[stub_index] else ""
    return Layout(headers, stub_index, stub, stub_meaning, tuple(columns))


_MEASURES = frozenset(
    {"expenditure", "appropriation", "approved", "estimate", "proposed", "planned", "actual"} | CHANGES
)


def _stub_of(labels: Sequence[tuple[str, ...]], vocabulary: Vocabulary) -> tuple[int, str | None]:
    for index, texts in enumerate(labels):
        for text in reversed(texts):
            meaning = vocabulary.meaning("stub_heads", text)
            if meaning:
                return index, meaning
    return 0, None


def _meaning_of(texts: Sequence[str], vocabulary: Vocabulary) -> tuple[str | None, int | None]:
    """Meaning of a column from the lowest head up; a year above a measure is joined with it."""
    joined = "".join(texts)
    meaning, year = read_head(texts[-1], vocabulary)
    if meaning and (year or meaning in CHANGES or meaning in {"number", "details", "reply"} or len(texts) == 1):
        return meaning, year
    whole, whole_year = read_head(joined, vocabulary)
    if whole:
        return whole, whole_year
    for text in reversed(texts):
        other, other_year = read_head(text, vocabulary)
        match = _year_pattern(vocabulary).search(normalised(text))
        found = other_year or (int(match["year"]) if match else None)
        if found and not year:
            year = found
        meaning = meaning or other
    return meaning, year

"""Tables of a text extracted from a PDF, put back into grids.

A table is a caption, heads (whose merged cells come in another order than the columns stand), a spacer
row, and rows: words of the label, wrapped at will, then one value per column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.model.digit_groups import KEPT, MARK, unmarked
from pipelines.model.heads import read_head
from pipelines.model.numbers import is_nil_mark, read_number
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.vocabulary import Vocabulary, normalised

_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Head:
    """One column head found in the stream of heads: words as printed, whether it names the rows."""

    text: str
    is_stub: bool
    is_group: bool
    year: int | None
    meaning: str


@dataclass(frozen=True, slots=True)
class Heads:
    """Heads of a table: stub (words over the labels), value columns left to right, group head."""

    stub: str
    columns: tuple[Head, ...]
    group: str
    grouped: tuple[int, ...]
    unknown: tuple[str, ...] = ()

    @property
    def signature(self) -> tuple[str, ...]:
        """What must be equal when the heads are repeated on the next page."""
        return tuple(f"{c.year or ''}{c.meaning}" for c in self.columns)


@lru_cache(maxsize=8)
def _head_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    heads = sorted({*vocabulary.table("column_heads")}, key=len, reverse=True)
    stubs = sorted({*vocabulary.table("stub_heads")}, key=len, reverse=True)
    year = normalised_year(vocabulary)
    alternatives = "|".join(re.escape(h) for h in heads)
    dated = rf"{year}\(?(?:{alternatives})\)?"
    if vocabulary.year_follows_head:
        dated = rf"{year}\((?:{alternatives})\)|(?:{alternatives}){year}"
    named = "|".join(re.escape(s) for s in stubs)
    # a head with its year is longer than a name of rows that begins like it
    return re.compile(rf"(?P<long>{dated})|(?P<stub>{named})|(?P<plain>{alternatives})")


def normalised_year(vocabulary: Vocabulary) -> str:
    """The vocabulary's pattern of a year, without its group name."""
    return re.sub(r"\(\?P<\w+>", "(?:", vocabulary.terms["year"]["pattern"])


def parse_heads(stream: str, vocabulary: Vocabulary) -> Heads | None:
    """Column heads from their words run together; None when fewer than one value column is found.

    A dated head that stands before the head of an earlier year belongs to the last column: it is
    merged over the rows of heads and was extracted first.
    """
    flat = normalised(stream)
    pattern = _head_pattern(vocabulary)
    found: list[Head] = []
    unknown: list[str] = []
    position = 0
    while position < len(flat):
        match = pattern.match(flat, position)
        if match is None:
            following = pattern.search(flat, position)
            unknown.append(flat[position : following.start() if following else len(flat)])
            position = following.start() if following else len(flat)
            continue
        text = match.group()
        # a stub and a value head may share their first letters: the longer one is meant
        meaning, year = (vocabulary.meaning("stub_heads", text), None) if match["stub"] else read_head(text, vocabulary)
        found.append(Head(text, bool(match["stub"]), False, year, meaning or ""))
        position = match.end()
    return _arrange(found, tuple(u for u in unknown if u.strip("()")))


def _arrange(found: list[Head], unknown: tuple[str, ...]) -> Heads | None:
    stub = next((h.text for h in found if h.is_stub), "")
    values = [h for h in found if not h.is_stub]
    meanings = [h.meaning for h in values]
    group = ""
    if "change" in meanings and "total_change" in meanings:
        group = values[meanings.index("change")].text
        values = [h for h in values if h.meaning != "change"]
    values = [
        Head(h.text, False, False, h.year, "total_change" if h.meaning == "change" else h.meaning) for h in values
    ]
    late = [
        h
        for i, h in enumerate(values)
        if h.year is not None and any(v.year is not None and v.year < h.year for v in values[i + 1 :])
    ]
    # only heads that come before every earlier year's are merged ones
    columns = [h for h in values if h not in late] + late
    if not columns:
        return None
    changes = {"technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change"}
    grouped = tuple(i for i, h in enumerate(columns) if group and h.meaning in changes)
    return Heads(stub, tuple(columns), group, grouped, unknown)


@dataclass(slots=True)
class Row:
    """One row being read: words of the label, values or None where nothing is printed."""

    label_lines: list[Line] = field(default_factory=list)
    label_parts: list[str] = field(default_factory=list)
    values: list[str] | None = None
    value_line: Line | None = None
    is_heading: bool = False

    @property
    def lines(self) -> list[Line]:
        """All lines of the row."""
        return [
            *self.label_lines,
            *([self.value_line] if self.value_line and self.value_line not in self.label_lines else []),
        ]


def split_tokens(raw: str) -> list[str]:
    """A line's tokens; one trailing space ends the last cell, every further space is an empty cell."""
    text = raw.lstrip(" ")
    if text.endswith(" "):
        text = text[:-1]
    return text.split(" ")


def tail_values(tokens: Sequence[str], count: int) -> tuple[list[str], list[str]] | None:
    """Split tokens into label tokens and exactly ``count`` values read from the right, None when they don't fit.

    Thousands are set apart by a space, so neighbours may be one number: of the ways to read the tokens
    that give ``count`` values, the one that leaves no number at the label's end and mixes whole
    numbers with decimals least is taken.
    """
    best: tuple[tuple[int, int, int], list[str], list[str]] | None = None
    for start, values in _readings(tuple(tokens), count):
        label = list(tokens[:start])
        printed = [v for v in values if v and not is_nil_mark(v)]
        decimals = sum(any(sign in v for sign in ".,٫") for v in printed)
        mixed = min(decimals, len(printed) - decimals)
        trailing = 0
        for token in reversed(label):
            if token and read_number(token) is None:
                # "Subtotal, 2": the number after a comma is the label's own
                trailing = int(trailing != 1) if token.endswith(",") else trailing
                break
            trailing += 1
        # a label never starts with nothing when there are words before
        score = (trailing if any(label) else 0, mixed, sum(" " in v for v in values))
        if best is None or score < best[0]:
            best = (score, label, values)
    return (best[1], best[2]) if best else None


def _readings(tokens: tuple[str, ...], count: int) -> Iterator[tuple[int, list[str]]]:
    """All ways to read ``count`` values from the right end: (index where they start, values)."""

    def walk(end: int, needed: int) -> Iterator[tuple[int, list[str]]]:
        if needed == 0:
            yield end, []
            return
        if end == 0:
            return
        token = tokens[end - 1]
        if token == "":
            for start, rest in walk(end - 1, needed - 1):
                yield start, [*rest, ""]
            return
        for size in range(1, min(4, end) + 1):
            piece = tokens[end - size : end]
            if any(MARK in part for part in piece[:-1]):
                piece = _turned(piece)
            if size > 1 and not _is_grouped(piece):
                break
            text = " ".join(piece) if MARK not in token else KEPT.join(piece)
            if read_number(text) is None:
                continue
            for start, rest in walk(end - size, needed - 1):
                yield start, [*rest, text]

    yield from walk(len(tokens), count)


def _turned(piece: Sequence[str]) -> tuple[str, ...]:
    """Groups of a number typed from right to left as they are read; brackets stay where they stand."""
    flat = [unmarked(part) for part in piece]
    opening = "(" if flat[0].startswith("(") else ""
    closing = flat[-1][len(flat[-1].rstrip("%٪)")) :]
    flat[0], flat[-1] = flat[0].removeprefix("("), flat[-1].rstrip("%٪)")
    flat.reverse()
    return (opening + flat[0], *flat[1:-1], flat[-1] + closing)


def _is_grouped(piece: Sequence[str]) -> bool:
    """True when tokens can be one number with its thousands set apart."""
    first, rest = piece[0], piece[1:]
    if not re.fullmatch(r"[()]?-?\d{1,3}", first):
        return bool(first == "(" and len(piece) == 2)
    middle = all(re.fullmatch(r"\d{3}", t) for t in rest[:-1])
    return middle and bool(re.fullmatch(r"\d{3}(?:[.,٫]\d+)?[%٪]?[)(]?", rest[-1]))


def grid_of(heads: Heads, rows: Sequence[Row]) -> Grid:
    """The grid of a table whose heads and rows were read: two rows of heads when some are grouped."""
    grid_rows: list[tuple[GridCell | None, ...]] = []
    blank = Place()
    if heads.group:
        top: list[GridCell | None] = [GridCell("", blank)]
        for i in range(len(heads.columns)):
            if heads.grouped and i == heads.grouped[0]:
                top.append(GridCell(heads.group, blank, column_span=len(heads.grouped)))
            elif i in heads.grouped:
                top.append(None)
            else:
                top.append(GridCell("", blank))
        grid_rows.append(tuple(top))
    grid_rows.append((GridCell(heads.stub, blank), *(GridCell(h.text, blank) for h in heads.columns)))
    for row in rows:
        grid_rows.append(_grid_row(row, len(heads.columns)))
    return Grid(tuple(grid_rows), header_rows=2 if heads.group else 1)


def _grid_row(row: Row, count: int) -> tuple[GridCell | None, ...]:
    lines = sorted(row.lines, key=lambda line: line.number)
    place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
    indent = 1 if lines[0].leading_spaces else 0
    label = GridCell(join_wrapped(row.label_parts), place, indent=indent)
    if row.values is None:
        return (GridCell(label.text, place, column_span=count + 1, indent=indent), *([None] * count))
    value_line = row.value_line or lines[-1]
    value_place = Place(page=value_line.page, line_first=lines[0].number, line_last=value_line.number)
    return (label, *(GridCell(value, value_place) for value in row.values))


class RowReader:
    """Reads the rows of a table with ``count`` value columns, line by line."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.rows: list[Row] = []
        self._row = Row()

    @property
    def is_between_rows(self) -> bool:
        """True when the last row is complete."""
        return not self._row.label_lines

    def feed(self, line: Line, following: Line | None) -> None:
        """Take the next line; ``following`` tells whether its values stand on the line after."""
        row = self._row
        tokens = split_tokens(line.raw)
        trailing_empty = 0
        for token in reversed(tokens):
            if token != "":
                break
            trailing_empty += 1
        if trailing_empty >= 1 and trailing_empty < len(tokens) and not self._has_values(tokens):
            row.label_lines.append(line)
            row.label_parts.append(line.text)
            row.is_heading = True
            self._finish()
            return
        split = tail_values(tokens, self.count)
        if split is not None and any(v for v in split[1]):
            label_tokens, values = split
            label = " ".join(label_tokens).strip()
            if label or row.label_lines:
                if label:
                    row.label_lines.append(line)
                    row.label_parts.append(label)
                row.values, row.value_line = values, line
                self._finish()
                return
        row.label_lines.append(line)
        row.label_parts.append(line.text)
        if line.ends_cell and not self._values_follow(following) and not _may_wrap_after(line):
            self._finish()

    def _has_values(self, tokens: Sequence[str]) -> bool:
        split = tail_values(tokens, self.count)
        return split is not None and any(split[1])

    def _values_follow(self, following: Line | None) -> bool:
        if following is None:
            return False
        split = tail_values(split_tokens(following.raw), self.count)
        return split is not None and not any(split[0]) and any(split[1])

    def _finish(self) -> None:
        self.rows.append(self._row)
        self._row = Row()

    def close(self) -> list[Row]:
        """The rows read; a row cut off in the middle is kept as words without values."""
        if self._row.label_lines:
            self._finish()
        return self.rows

    @property
    def cut_lines(self) -> Sequence[Line]:
        """Lines of a row that is not finished yet."""
        return self._row.label_lines


def _may_wrap_after(line: Line) -> bool:
    """True when a line ends in a mark after which a line may be wrapped although a space follows."""
    return line.text.endswith((";", ",", "/", "；", "、"))


def read_detail_row(lines: Sequence[Line]) -> tuple[str, str, str]:
    """A row of label, number and details in words: the number is the first one after a word.

    A year right before another number belongs to the label ("Approved for 2022 33 1 USG").
    """
    text = unmarked(join_wrapped(line.raw for line in lines))
    tokens = text.split(" ")
    for index in range(1, len(tokens)):
        # the word for "year" may stand between
        if _YEAR.fullmatch(tokens[index]) and any(read_number(token) for token in tokens[index + 1 : index + 3]):
            continue
        if read_number(tokens[index]) is not None:
            return " ".join(tokens[:index]), tokens[index], " ".join(tokens[index + 1 :])
    return text, "", ""


def read_word_cells(lines: Sequence[Line]) -> list[tuple[str, Line, Line]]:
    """Cells of a table of words: a trailing space ends a cell, a dash alone is a cell of its own."""
    cells: list[tuple[str, Line, Line]] = []
    pending: list[Line] = []
    parts: list[str] = []
    for line in lines:
        text = line.text
        if not pending:
            tokens = text.split(" ")
            while tokens and is_nil_mark(tokens[0]):
                cells.append((tokens.pop(0), line, line))
            text = " ".join(tokens)
            if not text:
                continue
        pending.append(line)
        parts.append(text)
        if line.ends_cell:
            cells.append((join_wrapped(parts), pending[0], line))
            pending, parts = [], []
    if pending:
        cells.append((join_wrapped(parts), pending[0], pending[-1]))
    return cells


def fit_to_columns(
    cells: Sequence[tuple[str, Line, Line]], body: Sequence[Line], count: int
) -> list[tuple[str, Line, Line]]:
    """Join paragraphs of one cell when there are more of them than columns.

    Of all ways to give consecutive paragraphs to the columns, the one whose columns are most evenly
    high is taken (least sum of squared line counts); ties join later paragraphs.
    """
    heights = [sum(first.number <= line.number <= last.number for line in body) for _, first, last in cells]
    best: tuple[tuple[int, tuple[int, ...]], tuple[int, ...]] | None = None
    for cuts in combinations(range(1, len(cells)), count - 1):
        edges = (0, *cuts, len(cells))
        groups = list(pairwise(edges))
        score = (sum(sum(heights[a:b]) ** 2 for a, b in groups), tuple(b - a for a, b in groups))
        if best is None or score < best[0]:
            best = (score, edges)
    assert best is not None
    return [(" ".join(text for text, *_ in cells[a:b]), cells[a][1], cells[b - 1][2]) for a, b in pairwise(best[1])]

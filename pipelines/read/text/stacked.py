"""Tables of a text with one cell in each line, as pdftotext gives it without the look of the page.

Such a text goes through a page piece by piece, not always row by row, and headings between rows come where they like.
A table is read where it has no headings and every label is followed by a figure for each head; of others no figure is
taken for any row or column.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.model.blocks import Grid
from pipelines.model.numbers import read_number
from pipelines.read.text.lines import Line
from pipelines.read.text.page_lines import flat, is_figure, is_year, names_funding, starts_block
from pipelines.read.text.tables import Row, grid_of, parse_heads
from pipelines.vocabulary import Vocabulary

SCRAMBLED = "scrambled"
"""Role of the lines of a table whose cells stand in no order that tells their columns."""
_NUMBER = re.compile(r"(?P<section>\d+[A-Z]?(?:\.[IVXLC]+)?)\.(?P<number>\d+)(?=\s|$)")
_FOOT = re.compile(r"\d{1,4}/\d{1,4}|\d{2}-\d{5}")
_BEGINS = re.compile(r"(?:\([^\W\d_]{1,4}\)|\(\d{1,2}\)|[A-Z]\.|\d{1,3}\.|[•–—-])(?:\s|$)")
_LETTER = re.compile(r"[A-Z]\.\s")
_WITH_HEADINGS = frozenset({"deliverable"})
"""What labels are of in tables that never are without headings between their rows."""
_ROW = re.compile(r"[^\W\d_].*\s[(]?[\d–—-][\d.,]*[)]?\s[(]?[\d–—-][\d.,]*[)]?$")
"""A line with words and two figures at its end."""
_FEWEST, _TIMES = 20, 3
_PAGES, _EDGE, _LEAST = 3, 3, 4
_AHEAD = 3


def is_stacked(lines: Sequence[Line]) -> bool:
    """Whether figures stand in lines of their own."""
    alone = sum(read_number(line.text) is not None for line in lines)
    in_rows = sum(_ROW.search(line.text) is not None for line in lines)
    return alone > _FEWEST and alone > _TIMES * in_rows


def claim_edges(lines: Sequence[Line]) -> None:
    """Give heads and feet of pages the role of furniture: numbers of pages and jobs, words that several pages have there."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges = [
        line for page in pages.values() for line in {id(one): one for one in (*page[:_EDGE], *page[-_EDGE:])}.values()
    ]
    common = Counter(flat(line) for line in edges)
    for line in edges:
        words = flat(line)
        is_repeated = common[words] >= _PAGES and len(words) >= _LEAST and not is_figure(words)
        if line.role == "unclaimed" and (is_repeated or _FOOT.fullmatch(words)):
            line.role = "furniture"


def paragraph_of(line: Line) -> tuple[str, int] | None:
    """Section and number where a line begins with the number of a paragraph."""
    found = _NUMBER.match(flat(line))
    return (found["section"], int(found["number"])) if found else None


@dataclass(frozen=True, slots=True)
class Stacked:
    """A table of a stacked text: its lines, and its grid, None where the order of its cells is lost."""

    lines: list[Line]
    grid: Grid | None


def take(lines: Sequence[Line], at: int, last: tuple[str, int] | None, vocabulary: Vocabulary) -> Stacked:
    """The table whose heads begin at an index; it ends where the next paragraph of the section, or another block, begins.

    ``last`` is the number of the last paragraph above.
    """
    own: list[Line] = []
    for line in lines[at:]:
        text = flat(line)
        if starts_block(text, vocabulary) or names_funding(text, vocabulary):
            break
        if (number := paragraph_of(line)) and last and number[0] == last[0] and 0 < number[1] - last[1] <= _AHEAD:
            break
        if line.role == "unclaimed":
            own.append(line)
    end = max((index for index, line in enumerate(own) if is_figure(line.text)), default=-1) + 1
    left_over = any(_is_heading(line, vocabulary) for line in own[end:])
    return Stacked(own[:end], None if left_over else _grid(own[:end], vocabulary))


def _is_heading(line: Line, vocabulary: Vocabulary) -> bool:
    """Whether words below the last figure are a heading that stands between rows of the table on the page."""
    text = flat(line)
    known = any(vocabulary.meaning(name, text) for name in ("row_groups", "post_categories", "components"))
    return known or _LETTER.match(text) is not None


def _grid(lines: Sequence[Line], vocabulary: Vocabulary) -> Grid | None:
    first = next((index for index, line in enumerate(lines) if is_figure(line.text) and not is_year(line.text)), 0)
    for end in range(first, 0, -1):
        heads = parse_heads("".join(line.text for line in lines[:end]), vocabulary)
        if heads is not None and not heads.unknown:
            if vocabulary.meaning("stub_heads", heads.stub) in _WITH_HEADINGS:
                return None
            if rows := _rows(lines[end:], len(heads.columns)):
                return grid_of(heads, rows)
    return None


def _rows(lines: Sequence[Line], count: int) -> list[Row] | None:
    """Rows of a label and as many figures as there are heads; None where one does not fit."""
    rows: list[Row] = []
    at = 0
    while at < len(lines):
        words: list[Line] = []
        while at < len(lines) and not is_figure(lines[at].text):
            words.append(lines[at])
            at += 1
        figures: list[Line] = []
        while at < len(lines) and is_figure(lines[at].text):
            figures.append(lines[at])
            at += 1
        if len(figures) != count or len(labels := _labels(words)) != 1:
            return None
        (label,) = labels
        rows.append(
            Row(
                label_lines=[*label, *figures[:-1]],
                label_parts=[one.text for one in label],
                values=[one.text for one in figures],
                value_line=figures[-1],
            )
        )
    return rows


def _labels(lines: Sequence[Line]) -> list[list[Line]]:
    """Labels one below the other: a line that begins small goes on with the one above."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line.text[:1].islower() and not _BEGINS.match(line.text):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs

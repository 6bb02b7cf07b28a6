"""Lines of tables in a text that keeps the look of its pages: which are heads, rows of figures, notes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.model.numbers import read_number, split_marks
from pipelines.read.text.lines import Line
from pipelines.read.text.page_heads import Piece, is_known_head, pieces_of
from pipelines.vocabulary import Vocabulary

Part = tuple[Sequence[Line], Sequence[Line]]
"""The lines of a table on one page: heads, and what stands below them."""

MARKS = re.compile(r"(?:[a-z]|[*†‡]+)(?:[,/ ]+(?:[a-z]|[*†‡]+))*/?")
"""Footnote marks and nothing else."""
BEGINS = re.compile(r"(?:\([^\W\d_]{1,4}\)|\(\d{1,2}\)|[A-Za-z]\.|\d{1,3}\.|[•–—-])(?:\s|$)")
"""The number or mark that a label begins with."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_HEAD_LINES = 4


def is_figure(words: str) -> bool:
    """Whether words are one figure, a dash for nil, or one with footnote marks."""
    return read_number(words) is not None or split_marks(words) is not None


def figures_at_end(line: Line) -> list[Piece]:
    """The pieces at the right end of a line that are figures, each as one."""
    found: list[Piece] = []
    for piece in reversed(pieces_of(line)):
        if not is_figure(piece[2]):
            break
        found.append(piece)
    return found[::-1]


def has_figures(line: Line) -> bool:
    """Whether a line has words and figures to the right of them that are not all years, as rows of tables have."""
    figures = figures_at_end(line)
    return 0 < len(figures) < len(pieces_of(line)) and not are_years(figures)


def begins_note(line: Line) -> bool:
    """Whether a line begins a note to the table above: a mark alone, or one separated from words by a gap."""
    pieces = pieces_of(line)
    is_marked = bool(pieces) and MARKS.fullmatch(pieces[0][2]) is not None and len(pieces) <= 2
    return is_marked and not any(is_figure(words) for _, _, words in pieces[1:])


def head_end(lines: Sequence[Line], vocabulary: Vocabulary) -> int:
    """How many lines are heads: up to the last one, above the first row of figures, with words over several columns.

    In a table of words it is those the vocabulary knows, else those above a blank line; 0 where nothing stands over
    columns.
    """
    first = next((i for i, line in enumerate(lines) if has_figures(line)), None)
    if first is not None:
        return _last_head(lines, first) + 1
    known = next((i for i, line in enumerate(lines) if not _is_known(line, vocabulary)), len(lines))
    gap = next((i for i in range(1, len(lines)) if lines[i].number - lines[i - 1].number > 1), 1)
    end = known or (gap if gap <= _HEAD_LINES else 1)
    return end if any(len(pieces_of(line)) > 1 for line in lines[:end]) else 0


def _is_known(line: Line, vocabulary: Vocabulary) -> bool:
    return all(is_known_head(words, vocabulary) for _, _, words in pieces_of(line))


def _last_head(lines: Sequence[Line], first: int) -> int:
    def is_head(line: Line) -> bool:
        figures = figures_at_end(line)
        pieces = pieces_of(line)
        is_label = len(pieces) == 2 and BEGINS.fullmatch(pieces[0][2]) is not None  # a number and its words
        return (len(pieces) > 1 and not figures and not is_label) or (bool(figures) and are_years(figures))

    return next((i for i in range(first - 1, -1, -1) if is_head(lines[i])), -1)


def is_year(words: str) -> bool:
    """Whether words are a year and nothing else."""
    return _YEAR.fullmatch(words) is not None


def are_years(pieces: Sequence[Piece]) -> bool:
    """Whether all pieces are years."""
    return bool(pieces) and all(is_year(words) for _, _, words in pieces)


def flat(line: Line) -> str:
    """A line with single spaces."""
    return " ".join(line.raw.split())


def repeats(line: Line, heads: Sequence[Line]) -> bool:
    """Whether a line is printed like one of the heads."""
    return flat(line) in {flat(head) for head in heads}


def repeated(part: Sequence[Line], heads: Sequence[Line]) -> Part:
    """Heads that are printed again at the top of a page, and the lines below them."""
    end = 0
    while end < len(part) and repeats(part[end], heads):
        end += 1
    return part[:end], part[end:]

"""Lines of tables in a text that keeps the look of its pages: which are heads, rows of figures, notes; and cells of words
below the beginnings of their heads.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.model.numbers import is_nil_mark, read_number, split_marks
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.read.text.page_heads import Piece, is_known_head, pieces_of, widest
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


_NEAR = 2  # signs by which what stands in line may differ
_WIDE_LABEL = 4


def word_grid(parts: Sequence[Part]) -> tuple[Grid, set[int]] | None:
    """The grid of a table whose cells are words, below the beginnings of their heads."""
    top: list[tuple[GridCell | None, ...]] = []
    lost, rows = set[int](), list[tuple[GridCell | None, ...]]()
    starts: list[int] = []
    for head, body in parts:
        starts = _starts(head, body) or starts
        if len(starts) < 2:
            return None
        if not top:
            top = [_word_row([(line, _in_columns(line, starts) or []) for line in head], len(starts))]
        rows += _word_rows(body, starts, lost)
    return Grid((*top, *rows), header_rows=1), lost


def _starts(head: Sequence[Line], body: Sequence[Line]) -> list[int]:
    """Where the columns of words begin: below each head, where most lines have a piece; and labels that have no head."""
    begun = Counter(start for line in body for start, _, _ in pieces_of(line))
    found: list[int] = []
    for start, end, _ in widest(head):
        near = [at for at in begun if abs(at - start) <= _NEAR] or [at for at in begun if start <= at < end]
        found.append(min(max(near, key=lambda at: begun[at], default=start), start))
    least = min(begun, default=0)
    if (
        found
        and least < found[0] - _WIDE_LABEL
        and sum(pieces_of(line)[0][0] < found[0] - _NEAR for line in body) * 2 > len(body)
    ):
        found.insert(0, least)
    return found


def _in_columns(line: Line, starts: Sequence[int]) -> list[str] | None:
    """The words of a line by column; None where some reach over the beginning of another."""
    cells = [""] * len(starts)
    for start, end, words in pieces_of(line):
        begun = start
        for at in [at for at in starts if start < at < end] + [end]:
            inner = words[begun - start : at - start]
            if at < end and words[at - start - 1] != " ":
                return None
            column = max((i for i, edge in enumerate(starts) if edge <= begun + _NEAR), default=0)
            cells[column] = f"{cells[column]} {inner.strip()}".strip()
            begun = at
    return cells


def _word_rows(lines: Sequence[Line], starts: Sequence[int], lost: set[int]) -> list[tuple[GridCell | None, ...]]:
    """Rows of words: one, or one for each figure where a column has nothing else, or for each group with a label."""
    placed: list[tuple[Line, list[str]]] = []
    for line in lines:
        cells = _in_columns(line, starts)
        if cells is None:
            lost.add(line.number)
        else:
            placed.append((line, cells))
    if not placed:
        return []
    key = next(
        (c for c in range(1, len(starts)) if (own := [cells[c] for _, cells in placed if cells[c]]) and all(map(_is_count, own))),
        None,
    )  # fmt: skip
    begins: Callable[[int], bool] = (
        (lambda i: bool(placed[i][1][key]))
        if key is not None
        else (lambda i: bool(placed[i][1][0]) and placed[i][0].number - placed[i - 1][0].number > 1)
    )
    groups: list[list[tuple[Line, list[str]]]] = []
    for index, one in enumerate(placed):
        if not groups or begins(index):
            groups.append([])
        groups[-1].append(one)
    rows = []
    for group in groups:
        own = {line.number for line, _ in group}
        if lost & set(range(min(own), max(own) + 2)) or min(own) - 1 in lost:
            lost |= own  # half a sentence is no cell
        else:
            rows.append(_word_row(group, len(starts)))
    return rows


def _is_count(words: str) -> bool:
    return is_figure(words) and not is_nil_mark(words) and not is_year(words)


def _word_row(group: Sequence[tuple[Line, list[str]]], count: int) -> tuple[GridCell | None, ...]:
    cells: list[GridCell | None] = []
    for column in range(count):
        own = [(line, words[column]) for line, words in group if words and words[column]]
        first, last = (own[0][0], own[-1][0]) if own else (group[0][0], group[-1][0])
        place = Place(page=first.page, line_first=first.number, line_last=last.number)
        cells.append(GridCell(join_wrapped(words for _, words in own), place))
    return tuple(cells)

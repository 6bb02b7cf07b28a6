"""Lines of tables in a text that keeps the look of its pages: which are heads, rows of figures, notes; cells of words below the
beginnings of their heads; and where tables and charts end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.model.numbers import is_nil_mark, read_number, split_marks
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.read.text.page_heads import Piece, is_known_head, pieces_of, widest
from pipelines.vocabulary import Vocabulary, normalised

Part = tuple[Sequence[Line], Sequence[Line]]
"""The lines of a table on one page: heads, and what stands below them."""

MARKS = re.compile(r"(?:[a-z]|[*†‡]+)(?:[,/ ]+(?:[a-z]|[*†‡]+))*/?")
"""Footnote marks and nothing else."""
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
    return 0 < len(figures) < len(pieces_of(line)) and not _are_years(figures)


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
        return (len(pieces_of(line)) > 1 and not figures) or (bool(figures) and _are_years(figures))

    return next((i for i in range(first - 1, -1, -1) if is_head(lines[i])), -1)


def is_year(words: str) -> bool:
    """Whether words are a year and nothing else."""
    return _YEAR.fullmatch(words) is not None


def _are_years(pieces: Sequence[Piece]) -> bool:
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


_PARAGRAPH = re.compile(r"\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+\s+[^\W\d]")
_SET_IN = 8
"""Signs by which what no longer belongs to a table is set in from it."""
_APART = 2
"""Blank lines below a table."""


def starts_block(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line is the caption of a table, figure or annex, or begins a note."""
    return any(vocabulary.pattern("caption", kind).match(text) for kind in ("table", "figure", "annex", "note"))


def names_funding(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a line is the caption of a part of a table, as one for each source of funding."""
    part = vocabulary.pattern("caption", "part").match(text)
    return bool(part and vocabulary.meaning("funding_sources", part["words"]))


def chart_lines(lines: Sequence[Line], at: int, vocabulary: Vocabulary) -> list[Line]:
    """The lines of a chart from one on: figures, labels with a figure, and what the vocabulary knows of charts.

    Those of a label and its figure keep the gap between them.
    """
    found: list[Line] = []
    for line in lines[at:]:
        text, pieces = flat(line), pieces_of(line)
        if starts_block(text, vocabulary) or not (_is_of_chart(text, vocabulary) or is_figure(pieces[-1][2])):
            break
        if len(pieces) > 2 and not all(is_figure(words) for _, _, words in pieces):
            break
        found.append(Line(line.number, line.raw if len(pieces) == 2 else text + " ", line.page, line.role))
    return found


def _is_of_chart(text: str, vocabulary: Vocabulary) -> bool:
    is_total = vocabulary.pattern("chart", "posts_total").match(text) is not None
    return is_total or vocabulary.meaning("chart", text) is not None


def extent(lines: Sequence[Line], at: int, vocabulary: Vocabulary) -> tuple[int, list[list[Line]]]:
    """Where a table ends, and its lines by page: it goes on over a page where its heads are printed again."""
    parts: list[list[Line]] = [[]]
    end = at
    for index in range(at, len(lines)):
        line = lines[index]
        if line.role != "unclaimed":
            continue
        text = flat(line)
        own = parts[-1]
        if starts_block(text, vocabulary) or _PARAGRAPH.match(text) or names_funding(text, vocabulary):
            break
        if own and line.page != own[-1].page:
            heads = parts[0][: head_end(parts[0], vocabulary)]
            if not repeats(line, heads) and not has_figures(line):
                break
            parts.append([])
        elif own and (_is_left(line, own, vocabulary) or (begins_note(line) and _is_at_left(line, own))):
            break
        parts[-1].append(line)
        end = index + 1
    return end, [part for part in parts if part]


def _is_at_left(line: Line, own: Sequence[Line]) -> bool:
    return line.leading_spaces <= min(above.leading_spaces for above in own) + _SET_IN


def _is_left(line: Line, own: Sequence[Line], vocabulary: Vocabulary) -> bool:
    """Whether a line after a blank one is no longer of the table above: it stands apart and has one piece."""
    gap = line.number - own[-1].number - 1
    if not gap or len(pieces_of(line)) > 1:
        return False
    is_first = all(b.number - a.number == 1 for a, b in pairwise(own))  # what is apart from its heads is their table
    set_in = line.leading_spaces > min(above.leading_spaces for above in own) + _SET_IN
    is_heading = any(pattern.search(normalised(line.raw)) for pattern, _ in vocabulary.heading_levels)
    return set_in or is_heading or (gap >= _APART and not is_first)

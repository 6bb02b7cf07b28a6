"""The columns of a PDF table: from the edges that drawn rules show, else from gutters, which hardly any line crosses."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.model.numbers import read_number
from pipelines.read.pdf.pieces import Piece, Rule, split_words
from pipelines.read.shared.line_kinds import is_number
from pipelines.read.shared.marks import flat_text

_OVERHANG = 3.0  # points a word may stand over the edge of its column
_SAME_LINE = 0.35  # of the font size
_GUTTER, _FIGURE_GUTTER = (
    4.5,
    1.5,
)  # points: the narrowest strip that parts columns, and that parts figures side by side
_CROSSED = 0.12  # share of lines that may cross a gutter: heads and labels over several columns
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_LEAST_FIGURES = 2
_HEAD_STEP = 3.0  # of the font size: how far below a head the rule under it may be drawn


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table: left end, inner edges, right end, in points."""

    x0: float
    x1: float
    edges: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.edges) + 1

    def of(self, piece: Piece) -> tuple[int, int]:
        """First and last column that a piece stands in."""
        first = bisect_right(self.edges, piece.x0 + _OVERHANG)
        last = bisect_right(self.edges, piece.x1 - _OVERHANG)
        if last < first or piece.x1 - piece.x0 < 2 * _OVERHANG:
            first = last = bisect_right(self.edges, piece.middle)
        return first, last

    def left(self, column: int) -> float:
        """Left end of a column."""
        return self.edges[column - 1] if column else self.x0


def lines_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Pieces by baseline from top to bottom, each line from left to right."""
    lines: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.page, -piece.baseline)):
        if (
            lines
            and lines[-1][0].page == piece.page
            and abs(lines[-1][0].baseline - piece.baseline) <= _SAME_LINE * min(piece.size, lines[-1][0].size)
        ):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    for line in lines:
        line.sort(key=lambda piece: piece.x0)
    return lines


def is_figure(piece: Piece) -> bool:
    """Whether a piece is a printed number or a dash."""
    text = flat_text(piece.text)[0]
    return len(text) <= 24 and read_number(text) is not None


def stands_over(piece: Piece, rule: Rule) -> bool:
    """Whether a rule is drawn under a head."""
    return rule.x0 <= piece.middle <= rule.x1 and 0 <= piece.baseline - rule.y <= _HEAD_STEP * piece.size


def columns_by_gutters(pieces: Sequence[Piece], x0: float, x1: float, head_rules: Sequence[Rule] = ()) -> Columns:
    """Columns parted by the strips that hardly any line crosses.

    ``head_rules`` are drawn under heads of several columns: such heads show no gutter, and where the rules end columns
    end too.
    """
    apart = [piece for piece in pieces if not any(stands_over(piece, rule) for rule in head_rules)]
    lines = [line for line in lines_of(apart) if len(line) > 1]  # a label over all columns shows none
    allowed = _CROSSED * len(lines)
    inside = [piece for line in lines for piece in line]
    edges = [
        _emptiest(inside, start, end)
        for start, end in _strips(inside, allowed)
        if end - start >= _GUTTER or (end - start >= _FIGURE_GUTTER and _parts_figures(lines, start, end))
    ]
    while edges and _holds_marks_only(pieces, edges[0]):
        del edges[0]
    for end in sorted({end for rule in head_rules for end in (rule.x0, rule.x1)}):
        crossed = sum(piece.x0 < end - 1 and piece.x1 > end + 1 for piece in inside)
        if x0 + 4 < end < x1 - 4 and crossed <= allowed and not _is_known(inside, edges, end):
            edges.append(end)
    return Columns(x0, x1, tuple(sorted(edges)))


def with_close_heads(columns: Columns, pieces: Sequence[Piece]) -> Columns:
    """Columns, those parted whose figures stand side by side in two lines or more, below heads so close that they read
    as one."""
    lines = [line for line in lines_of(pieces) if len(line) > 1]
    first = next((number for number, line in enumerate(lines) if sum(map(is_figure, line)) >= _LEAST_FIGURES), 0)
    heads = [word for line in lines[:first] for piece in line for word in split_words(piece)]
    body = [piece for line in lines[first:] for piece in line]
    found = [
        _emptiest([*heads, *body], start, end)
        for start, end in _strips([*heads, *body], _CROSSED * len(lines))
        if end - start >= _FIGURE_GUTTER
        and sum(_parts_figures([line], start, end) for line in lines[first:]) >= _LEAST_FIGURES
    ]
    new = [edge for edge in found if not _is_known(body, columns.edges, edge)]
    return Columns(columns.x0, columns.x1, tuple(sorted([*columns.edges, *new])))


def _strips(pieces: Sequence[Piece], allowed: float) -> list[tuple[float, float]]:
    """Where no more pieces than are allowed stand above one another, between places where more do."""
    ends = sorted([(piece.x0, 1) for piece in pieces] + [(piece.x1, -1) for piece in pieces])
    strips: list[tuple[float, float]] = []
    count, start = 0, None
    for place, step in ends:
        before, count = count, count + step
        if before > allowed >= count:
            start = place
        elif before <= allowed < count:
            if start is not None:
                strips.append((start, place))
            start = None
    return strips


def _parts_figures(lines: Sequence[Sequence[Piece]], start: float, end: float) -> bool:
    """Whether two figures stand side by side about a strip."""
    return any(
        left.x1 <= start + 1 and right.x0 >= end - 1 and is_figure(left) and is_figure(right)
        for line in lines
        for left, right in itertools.pairwise(line)
        if right.x0 >= end - 1 >= left.x0
    )


def _emptiest(pieces: Sequence[Piece], start: float, end: float) -> float:
    """The middle of the widest stretch of a gutter that the fewest lines cross: heads may reach into it."""
    crossing = [piece for piece in pieces if piece.x0 < end and piece.x1 > start]
    places = sorted({start, end, *(p.x0 for p in crossing if p.x0 > start), *(p.x1 for p in crossing if p.x1 < end)})
    stretches: list[tuple[int, float, float]] = []
    for left, right in itertools.pairwise(places):
        count = sum(piece.x0 < right and piece.x1 > left for piece in crossing)
        stretches.append((count, left - right, (left + right) / 2))
    return min(stretches)[2]


def _holds_marks_only(pieces: Sequence[Piece], edge: float) -> bool:
    """Whether nothing but list marks stands left of an edge: they are no column of their own. Years head columns."""
    texts = [piece.text.strip() for piece in pieces if piece.x1 <= edge]
    return all(map(is_number, texts)) and not any(_YEAR.match(text) for text in texts)


def _is_known(pieces: Sequence[Piece], edges: Sequence[float], end: float) -> bool:
    """Whether an edge lies in the gutter in which a rule ends."""
    return any(
        not any(piece.x0 < max(edge, end) - 1 and piece.x1 > min(edge, end) + 1 for piece in pieces) for edge in edges
    )

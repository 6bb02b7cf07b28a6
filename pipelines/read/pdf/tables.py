"""Tables of a PDF: where rules show one on a page, its columns and heads, and how it goes on over pages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.read.pdf.columns import Columns, columns_by_gutters, is_figure, lines_of, stands_over
from pipelines.read.pdf.pieces import Piece, Rule
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import MARK_OPEN, flat_text

SHORTEST_RULE = 110.0  # points: a shorter rule without edges sets notes apart or ends a document
SAME_END, _SAME_EDGE = 6.0, 3.0  # points
_STUB, _LOW, _NARROWEST = 30.0, 40.0, 7.0  # points: a column of labels, the height of a line or two, a column
_LEAST_GRID = 4  # rules
_WRAPPED = 1.3  # of the font size: how far apart the lines of one cell stand
_FEWEST_ROWS = 2  # lines in several columns that show that a table without rules goes on
_UNDERLINE = 0.4  # of the font size: how far below a baseline an underline may be drawn
_TALLEST_HEAD = 130.0  # points
_TALLEST_HEADING = 2  # lines


@dataclass(slots=True)
class Part:
    """The part of a table that stands on one page.

    ``head_height`` is the height of the rule below the column heads, None where there are no heads;
    ``head_rules`` are the rules under heads that stand over several columns;
    ``is_open`` tells that no rule closes it, so that it may go on overleaf.
    """

    page: int
    x0: float
    x1: float
    edges: list[float]
    pieces: list[Piece]
    head_height: float | None = None
    rule_heights: list[float] = field(default_factory=list)
    is_open: bool = False
    is_first_on_page: bool = False
    is_last_on_page: bool = False
    columns: Columns | None = None
    head_rules: list[Rule] = field(default_factory=list)


def table_rules(rules: Sequence[Rule], pieces: Sequence[Piece]) -> list[Rule]:
    """The rules of a page that may belong to tables: neither underlines, short separators nor the grid of a chart."""
    if not pieces:
        return []
    drawn = [
        rule for rule in rules if (rule.x1 - rule.x0 >= SHORTEST_RULE or rule.edges) and not _is_underline(rule, pieces)
    ]
    grids = _chart_grids(drawn, pieces) if len(drawn) >= _LEAST_GRID else []
    return [rule for rule in drawn if not any(rule is one for one in grids)]


def _chart_grids(rules: Sequence[Rule], pieces: Sequence[Piece]) -> list[Rule]:
    """Rules of one width at even distances, most of which have the figure of an axis beside them: grids of charts."""
    found: list[Rule] = []
    left = list(rules)
    while left:
        first = left[0]
        alike = [rule for rule in left if abs(rule.x0 - first.x0) < 1 and abs(rule.x1 - first.x1) < 1]
        left = [rule for rule in left if not any(rule is one for one in alike)]
        steps = [above.y - below.y for above, below in itertools.pairwise(alike)]
        if len(alike) < _LEAST_GRID or max(steps) - min(steps) > 1:
            continue
        labelled = sum(any(_labels(piece, rule) for piece in pieces) for rule in alike)
        if 2 * labelled > len(alike):
            found += alike
    return found


def _labels(piece: Piece, rule: Rule) -> bool:
    """Whether a piece is the figure of an axis at the end of a rule."""
    is_aside = piece.x1 <= rule.x0 + 2 or piece.x0 >= rule.x1 - 2
    return is_aside and abs(piece.baseline + 0.35 * piece.size - rule.y) < 0.4 * piece.size and is_figure(piece)


def _is_underline(rule: Rule, pieces: Sequence[Piece]) -> bool:
    """Whether a rule is drawn right below a piece and is no longer than it."""
    y, x0, x1 = rule.y - 1, rule.x0 + 2, rule.x1 - 2
    near = [p for p in pieces if y <= p.baseline and x0 >= p.x0 and x1 <= p.x1]
    return any(piece.baseline - rule.y <= _UNDERLINE * piece.size for piece in near)


def parts_of_page(
    page: int, pieces: list[Piece], rules: Sequence[Rule], before: Part | None, follower: Rule | None
) -> list[Part]:
    """The parts of tables on a page, from top to bottom.

    ``before`` is the last part of the page before when it may go on here; ``follower`` the first
    rule of the next page when nothing stands above it.
    """
    drawn = table_rules(rules, pieces)
    parts: list[Part] = []
    start = 0
    if before is not None:
        continued = _continuation(page, pieces, drawn, before) if drawn else None
        continued = continued or _unruled_continuation(page, pieces, drawn, before)
        if continued is not None:
            part, start = continued
            parts.append(part)
    while start < len(drawn):
        found = _under_heads(page, pieces, drawn, start) or _part_from(page, pieces, drawn, start, follower)
        if found is None:
            start += 1
            continue
        part, start = found
        parts.append(part)
    for part in parts:
        part.head_rules = [
            one
            for rule in drawn
            for one in _split_at_gaps(rule)
            if part.head_height is not None
            and part.head_height + 1 < rule.y < part.rule_heights[0] - 1
            and not same_extent(rule, part.x0, part.x1)
        ]
        own = set(map(id, part.pieces))
        others = [piece for piece in pieces if id(piece) not in own]
        top, bottom = max(p.baseline for p in part.pieces), min(p.baseline for p in part.pieces)
        part.is_first_on_page = not any(piece.baseline > top for piece in others)
        part.is_last_on_page = not any(piece.baseline < bottom and not _is_note(piece) for piece in others)
    return parts


def _split_at_gaps(rule: Rule) -> list[Rule]:
    """The rules under the heads of a row, which stand close together."""
    starts, ends = [rule.x0, *(gap[1] for gap in rule.gaps)], [*(gap[0] for gap in rule.gaps), rule.x1]
    return [Rule(left, right, rule.y, [], rule.thickness) for left, right in zip(starts, ends, strict=True)]


def _is_note(piece: Piece) -> bool:
    return piece.text.startswith(MARK_OPEN)


def same_extent(one: Rule | Part, x0: float, x1: float) -> bool:
    """Whether a rule or part reaches from one end to the other, in points."""
    return abs(one.x0 - x0) <= SAME_END and abs(one.x1 - x1) <= SAME_END


def _between(pieces: Sequence[Piece], upper: float, lower: float, x0: float, x1: float) -> list[Piece]:
    return [p for p in pieces if lower - 1 <= p.baseline < upper and p.x1 > x0 - 2 and p.x0 < x1 + 2]


def _width(edges: Sequence[float]) -> int:
    """How many columns edges tell apart: between two that stand close together there is only white space."""
    return sum(right - left > _NARROWEST for left, right in itertools.pairwise([float("-inf"), *edges]))


def _under_heads(page: int, pieces: list[Piece], rules: Sequence[Rule], start: int) -> tuple[Part, int] | None:
    """A small table whose first rule is drawn under the heads of its figures only, and whose last ends its rows."""
    beside = [rule for rule in rules[start:] if rules[start].y - rule.y < 1]
    if start + len(beside) >= len(rules):
        return None
    head, foot = rules[start], rules[start + len(beside)]
    if any(rule.x1 > foot.x1 + SAME_END for rule in beside) or head.x0 - foot.x0 < _STUB or head.y - foot.y > _LOW:
        return None
    if start and same_extent(rules[start - 1], foot.x0, foot.x1) and rules[start - 1].y - head.y < _LOW:
        return None  # heads that stand between two rules
    over = [piece for piece in pieces if any(stands_over(piece, rule) for rule in beside)]
    heads = [piece for piece in over if piece.x0 >= head.x0 - 2]
    zone = _between(pieces, head.y, foot.y, foot.x0, foot.x1)
    if not heads or len(heads) < len(over) or len(lines_of(zone)) > _TALLEST_HEADING:
        return None
    if not any(piece.x1 < head.x0 for piece in zone) or not any(is_figure(p) for p in zone if p.x0 >= head.x0 - 2):
        return None
    edges = foot.edges or [head.x0, *head.edges]
    return Part(page, foot.x0, foot.x1, edges, _in_order([*heads, *zone]), head.y, [head.y, foot.y]), start + len(
        beside
    ) + 1


def _part_from(
    page: int, pieces: list[Piece], rules: Sequence[Rule], start: int, follower: Rule | None
) -> tuple[Part, int] | None:
    """The part that a rule opens, and the index of the first rule after it; None when it opens none."""
    first = rules[start]
    chain = [first]
    taken: list[Piece] = []
    edges = list(first.edges)
    index = start + 1
    following = start + 1
    while index < len(rules):
        rule = rules[index]
        index += 1
        if not same_extent(rule, first.x0, first.x1):
            continue  # a rule under some heads only
        zone = _between(pieces, chain[-1].y, rule.y, first.x0, first.x1)
        known = edges if _width(edges) >= _width(rule.edges) else rule.edges
        is_headed = len(chain) == 2 and chain[1].thickness > 1.5 * chain[0].thickness
        if not _is_inside(zone, len(chain) - 1, known, first, chain[-1].y - rule.y, is_headed=is_headed):
            break
        edges = list(known)
        chain.append(rule)
        taken += zone
        following = index
    tail = _between(pieces, chain[-1].y, -1.0, first.x0, first.x1)
    goes_on = follower is not None and same_extent(follower, first.x0, first.x1)
    is_open = False
    if len(chain) >= 2 and tail and following >= len([r for r in rules if r.y >= chain[-1].y]):
        has_rows = len(chain) == 2 or goes_on
        others = [r for r in rules[following:] if same_extent(r, first.x0, first.x1)]
        is_tail = _is_inside(tail, 1 if len(chain) == 2 else 2, edges, first, 0.0) or (
            goes_on and _is_heading_row(tail, taken, edges)
        )
        if has_rows and not others and is_tail:
            taken += tail
            is_open = True
    if len(chain) < 2 or not taken:
        return None
    head = chain[1].y if len(chain) > 2 or is_open else None
    part = Part(page, first.x0, first.x1, edges, _in_order(taken), head, [rule.y for rule in chain], is_open)
    if head is None and len(chain) == 2 and goes_on and not tail:
        part.head_height, part.is_open = chain[1].y, True  # heads alone at the foot of a page
    return part, following


def _is_heading_row(tail: Sequence[Piece], above: Sequence[Piece], edges: Sequence[float]) -> bool:
    """Whether what is left below a table at the foot of a page is the heading of the rows that follow overleaf."""
    if not above or not edges or len(lines_of(tail)) > _TALLEST_HEADING:
        return False
    below = above[-1].baseline - max(piece.baseline for piece in tail)
    size = above[-1].size
    return below <= 3 * size and all(abs(piece.size - size) < 0.6 and piece.x0 < edges[0] for piece in tail)


def _continuation(page: int, pieces: list[Piece], rules: Sequence[Rule], before: Part) -> tuple[Part, int] | None:
    """The part with which a table goes on without its heads: rows above the first rule of the page, and those below."""
    first = rules[0]
    if not same_extent(first, before.x0, before.x1):
        return None
    zone = _between(pieces, 1e6, first.y, first.x0, first.x1)
    # a table that ends a page with a rule goes on where rows stand above a rule with the same columns
    is_parted = _same_edges(before.edges, first.edges) and stand_in_rows(zone, first)
    edges = before.edges or list(first.edges)
    if not zone or not (before.is_open or is_parted) or not _is_inside(zone, 1, edges, first, 0.0):
        return None
    if len(zone) != len([p for p in pieces if p.baseline >= first.y - 1]):
        return None
    heights, following = [first.y], 1
    for index, rule in enumerate(rules[1:], start=1):
        if not same_extent(rule, first.x0, first.x1):
            continue
        more = _between(pieces, heights[-1], rule.y, first.x0, first.x1)
        if not more or not _is_inside(more, 2, edges, first, heights[-1] - rule.y):
            break
        zone += more
        heights.append(rule.y)
        following = index + 1
    before.is_open = True
    return Part(page, first.x0, first.x1, edges, _in_order(zone), None, heights, False), following


def _unruled_continuation(
    page: int, pieces: list[Piece], rules: Sequence[Rule], before: Part
) -> tuple[Part, int] | None:
    """The part with which an open table goes on where no rule is drawn: the lines at the top of the page that keep
    within its columns, down to the last that stands in several."""
    if not before.is_open or not before.edges or any(same_extent(rule, before.x0, before.x1) for rule in rules):
        return None
    columns = Columns(before.x0, before.x1, tuple(before.edges))
    zone: list[Piece] = []
    in_rows = in_several = 0
    for count, line in enumerate(lines := lines_of(pieces), start=1):
        places = [columns.of(piece) for piece in line]
        is_within = all(piece.x0 >= before.x0 - 2 and piece.x1 <= before.x1 + SAME_END for piece in line)
        if not is_within or any(first != last for first, last in places):
            break
        if len({first for first, _ in places}) > 1:
            in_rows, in_several = count, in_several + 1
    for last, line in itertools.pairwise(lines[max(in_rows - 1, 0) :]):
        is_wrapped = last[0].baseline - line[0].baseline <= _WRAPPED * line[0].size
        if not in_rows or not is_wrapped or any(columns.of(piece)[0] != columns.of(piece)[1] for piece in line):
            break
        in_rows += 1
    zone = [piece for line in lines[:in_rows] for piece in line]
    if in_several < _FEWEST_ROWS or any(rule.y > zone[-1].baseline for rule in rules):
        return None
    return Part(page, before.x0, before.x1, list(before.edges), _in_order(zone), None, [], is_open=True), 0


def _same_edges(some: Sequence[float], others: Sequence[float]) -> bool:
    return len(some) == len(others) and all(abs(a - b) <= _SAME_EDGE for a, b in zip(some, others, strict=True))


def stand_in_rows(pieces: list[Piece], rule: Rule) -> bool:
    """Whether what stands above a rule on a page are rows with figures under the columns that the rule shows."""
    if not pieces or not rule.edges or len(_between(pieces, 1e6, rule.y, rule.x0, rule.x1)) < len(pieces):
        return False
    lines = lines_of(pieces)
    with_figures = sum(any(is_figure(piece) and piece.x0 > rule.edges[0] for piece in line) for line in lines)
    return 2 * with_figures >= len(lines) and _is_inside(pieces, 1, rule.edges, rule, 0.0)


def _in_order(pieces: list[Piece]) -> list[Piece]:
    return sorted(pieces, key=lambda piece: piece.order)


def _is_inside(
    zone: Sequence[Piece], index: int, edges: Sequence[float], rule: Rule, height: float, *, is_headed: bool = False
) -> bool:
    """Whether what stands between two rules belongs to the table: heads (0), first rows (1), rows between totals."""
    if not zone:
        return True
    lines = lines_of(zone)
    if any(piece.x0 < rule.x0 - _STUB and piece.x1 > rule.x0 + SAME_END for piece in zone):
        return False  # it stands across the end of the rule
    for line in lines:
        words = flat_text(" ".join(piece.text for piece in line))[0]
        if line_kinds.is_caption(words, False):
            return False
    if _is_note(lines[0][0]) and len(lines[0]) == 1:
        return False
    columns = Columns(rule.x0, rule.x1, tuple(edges)) if edges else columns_by_gutters(zone, rule.x0, rule.x1)
    wide = 0
    apart = beside = 0
    for line in lines:
        places = [columns.of(piece) for piece in line]
        wide += any(
            last > first and piece.x1 - piece.x0 > 0.6 * (rule.x1 - rule.x0)
            for piece, (first, last) in zip(line, places, strict=True)
        )
        apart += len({first for first, last in places if first == last}) >= 2
        beside += any(one[1] < other[0] for one, other in itertools.pairwise(places)) and is_figure(line[-1])
    if index == 0:
        return height <= _TALLEST_HEAD and 2 * wide <= len(lines)
    if index == 1:
        is_closed = height > 0
        return apart > 0 or (not wide and len(columns) > 1) or (is_closed and (bool(edges) or is_headed))
    return (apart > 0 or beside > 0) and 3 * wide <= len(lines)

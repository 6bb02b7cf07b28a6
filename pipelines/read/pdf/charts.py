"""Charts and boxes of organization charts drawn on PDF pages."""

from __future__ import annotations

import itertools
import math
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.model.blocks import Block, Place, Series
from pipelines.model.numbers import read_number
from pipelines.read.pdf.columns import is_figure, lines_of
from pipelines.read.pdf.grids import box_of
from pipelines.read.pdf.page import Stroke
from pipelines.read.pdf.pieces import Piece
from pipelines.read.pdf.tables import Part
from pipelines.read.shared.marks import MARK_OPEN, flat_text

_GRADED = re.compile(r"^\d{1,3}\s+(?:\w{1,4}[-‑–]\d(?:/\d)?(?:\s|,|$)|[A-ZА-Я]{2,4}(?:\s?\([^()]*\))?$)")
_COUNTED = re.compile(r"^\d{1,3}\s+[^\W\d]")
_LEAST_LINES, _LEAST_COUNTED = 3, 2
_LEAST_WIDTH, _LEAST_HEIGHT = 40.0, 24.0  # points
_OUTSIDE = 2.0  # points


@dataclass(slots=True)
class DrawnBox:
    """The pieces within one box of an organization chart."""

    pieces: list[Piece]


def boxes_of(areas: Sequence[Stroke], body: Sequence[Piece]) -> tuple[list[DrawnBox], list[Piece]]:
    """The boxes of a page, each with its pieces, and the pieces that are in none.

    A piece belongs to the smallest rectangle around it. Shaded cells and bars of charts are rectangles too: a box
    counts posts by grade, line by line.
    """
    wide = [a for a in areas if a.x1 - a.x0 >= _LEAST_WIDTH and a.y1 - a.y0 >= _LEAST_HEIGHT]
    held: dict[int, list[Piece]] = {}
    if not wide:
        return [], list(body)
    wide.sort(key=lambda area: (area.x1 - area.x0) * (area.y1 - area.y0))
    for piece in body:
        index = next((n for n, area in enumerate(wide) if _is_within(piece, area)), None)
        if index is not None:
            held.setdefault(index, []).append(piece)
    boxes = [DrawnBox(pieces) for pieces in held.values() if _counts_posts(pieces)]
    taken = {id(piece) for box in boxes for piece in box.pieces}
    return boxes, [piece for piece in body if id(piece) not in taken]


def _is_within(piece: Piece, area: Stroke) -> bool:
    return (
        area.x0 - _OUTSIDE <= piece.x0
        and piece.x1 <= area.x1 + _OUTSIDE
        and area.y0 - _OUTSIDE <= piece.baseline <= area.y1 + _OUTSIDE
    )


def _counts_posts(pieces: Sequence[Piece]) -> bool:
    lines = [" ".join(flat_text(piece.text)[0] for piece in line) for line in lines_of(pieces)]
    if len(lines) < _LEAST_LINES:
        return False
    counted = sum(_COUNTED.match(line) is not None for line in lines)
    return any(_GRADED.match(line) for line in lines) or (counted >= _LEAST_COUNTED and 2 * counted >= len(lines))


def box_block(box: DrawnBox, number: int) -> Block:
    """The block of a box: its lines joined by newlines, columns of a line by tabs; ``number`` is its line's."""
    lines = ["\t".join(flat_text(piece.text)[0] for piece in line) for line in lines_of(box.pieces)]
    place = Place(box.pieces[0].page, number, number, box=box_of(box.pieces))
    return Block("org_unit", "\n".join(lines), place)


_SAME_END = 2.5  # points
_SMALLER = 0.93  # of the size of the words of a table
_LEAST_TICKS = 3
_LABEL_LINES = 4
_WRAP_STEP = 1.6  # of the font size


@dataclass(slots=True)
class Chart:
    """The pieces of one chart; ``is_in_table`` tells that it stands in a cell of a table, which goes on below it."""

    pieces: list[Piece]
    is_in_table: bool = False


def charts_in(part: Part) -> list[Chart]:
    """The charts that stand in cells of the part of a table on one page: signs smaller than the words of the cells,
    between such words, some of which are the figures of an axis. They are taken out of the part.
    """
    floor = part.head_height
    rows = [piece for piece in part.pieces if floor is None or piece.baseline < floor]
    sizes: Counter[float] = Counter()
    for piece in rows:
        sizes[piece.size] += len(piece.text)
    if len(sizes) < 2:
        return []
    words = _SMALLER * sizes.most_common(1)[0][0]
    charts: list[Chart] = []
    for column in range(len(part.edges) + 1):
        inside = [piece for piece in rows if bisect_right(part.edges, piece.middle) == column]
        inside.sort(key=lambda piece: -piece.baseline)
        for is_small, run in itertools.groupby(inside, key=lambda piece: piece.size < words):
            pieces = sorted(run, key=lambda piece: piece.order)
            if is_small and _ticks(pieces):
                charts.append(Chart(pieces, is_in_table=True))
    taken = {id(piece) for chart in charts for piece in chart.pieces}
    part.pieces = [piece for piece in part.pieces if id(piece) not in taken]
    return charts


def chart_below(title: Sequence[Piece] | None, pieces: Sequence[Piece], floor: float, body_size: float) -> Chart | None:
    """The chart that stands below a figure's title, or at the head of a page where its title stands on the page before:
    all small text down to the next running text or ``floor``.

    None when nothing stands there.
    """
    top, left = (title[-1].baseline - 1, title[-1].x0) if title else (math.inf, 0.0)
    below = [piece for piece in pieces if piece.baseline < top]
    running = [piece.top for piece in below if piece.size > 0.93 * body_size]
    stop = max([floor, *running])
    inside = [piece for piece in below if piece.baseline > stop and piece.size <= 0.93 * body_size]
    notes = [piece.top for piece in inside if piece.text.startswith(MARK_OPEN) and piece.x0 < left + 60]
    if notes:
        inside = [piece for piece in inside if piece.baseline > max(notes)]
    if not any(is_figure(piece) for piece in inside):
        return None
    return Chart(inside)


def chart_block(chart: Chart, number: int) -> tuple[Block, list[Piece]]:
    """The block of a chart, and the pieces of its axis, which are no values; ``number`` is that of the block's line."""
    level = _level_series(chart.pieces, number)
    if level is not None:
        place = Place(chart.pieces[0].page, number, number, box=box_of(chart.pieces))
        return Block("chart", "", place, series=level), []
    ticks = _ticks(chart.pieces)
    rest = [piece for piece in chart.pieces if piece not in ticks]
    groups = _labels(rest, min((p.baseline for p in ticks), default=None))
    labelled = {id(piece) for group in groups for piece in group}
    values = [p for p in rest if id(p) not in labelled and is_figure(p)]
    words = [p for p in rest if id(p) not in labelled and not is_figure(p)]
    centres = [_middle(group) for group in groups]
    by_label: dict[int, list[Piece]] = defaultdict(list)
    for piece in values:
        if centres:
            by_label[min(range(len(centres)), key=lambda k: abs(centres[k] - piece.middle))].append(piece)
        else:
            by_label[len(by_label)].append(piece)
    place = Place(chart.pieces[0].page, number, number, box=box_of(chart.pieces))
    labels = [" ".join(flat_text(p.text)[0] for p in group) for group in groups]
    series = _series(by_label, labels, number)
    lines = [" ".join(flat_text(piece.text)[0] for piece in line) for line in lines_of(words)]
    lines += [label for index, label in enumerate(labels) if index not in by_label]
    text = "\n".join(lines)
    notes = tuple(mark for piece in chart.pieces for mark in flat_text(piece.text)[1])
    return Block("chart", text, place, series=series, notes=notes), ticks


def _level_series(pieces: Sequence[Piece], number: int) -> tuple[Series, ...] | None:
    """Series of charts with level bars, one below the other: a label and its value on each line.

    Lines of words over such lines name a series; a line that begins or ends with a figure, right below the name, is
    its total. None where the lines are not of this kind.
    """
    series: list[Series] = []
    points: list[tuple[str, str]] = []
    places: list[Place] = []
    name, pairs, total = "", 0, ""
    lines = lines_of(pieces)
    for line in lines:
        texts = [flat_text(piece.text)[0] for piece in line]
        place = Place(line[0].page, number, number, box=box_of(line))
        if len(line) == 2 and not is_figure(line[0]) and is_figure(line[1]):
            points.append((texts[0], texts[1]))
            places.append(place)
            pairs += 1
        elif len(line) == 1 and (found := _TOTAL.match(texts[0])):
            total = found["before"] or found["after"]
            points.append(("", total))
            places.append(place)
        elif len(line) == 1:
            if points:
                series.append(Series(name, tuple(points), tuple(places)))
                points, places = [], []
            name = texts[0]
        else:
            return None
    if points:
        series.append(Series(name, tuple(points), tuple(places)))
    return tuple(series) if total and pairs >= _LEAST_PAIRS and 2 * pairs >= len(lines) - 2 * len(series) else None


_TOTAL = re.compile(r"^(?:(?P<before>[\d.,\s\u00a0\u202f]*\d)(?:\s*[^\W\d]+)?|[^\W\d]+\s+(?P<after>\d[\d.,\s]*))$")
_LEAST_PAIRS = 2


def _ticks(pieces: Sequence[Piece]) -> list[Piece]:
    """The labels of value axes: rising figures that end, or begin, on one line upright, at even distances."""
    found: list[Piece] = []
    figures = [piece for piece in pieces if is_figure(piece)]
    for is_right in (True, False):
        columns: dict[int, list[Piece]] = defaultdict(list)
        for piece in figures:
            if piece not in found:
                columns[round((piece.x1 if is_right else piece.x0) / _SAME_END)].append(piece)
        for key in sorted(columns):
            both = sorted([*columns[key], *columns.get(key + 1, [])], key=lambda piece: piece.baseline)
            level = both[0].baseline - 2  # what stands lower are labels
            others = [p.middle for p in figures if p.baseline > level and p not in both and p not in found]
            is_aside = not others or both[0].middle <= min(others) or both[0].middle >= max(others)
            if is_aside and _is_axis(both) and not any(piece in found for piece in both):
                found += both
    return found


def _is_axis(column: Sequence[Piece]) -> bool:
    if len(column) < _LEAST_TICKS:
        return False
    steps = [above.baseline - below.baseline for below, above in itertools.pairwise(column)]
    values = [read_number(flat_text(piece.text)[0]) for piece in column]
    numbers = [value.value for value in values if value is not None and not value.is_nil]
    rises = all(below < above for below, above in itertools.pairwise(numbers))
    return len(numbers) == len(column) and rises and max(steps) - min(steps) <= 0.25 * max(steps)


def _labels(pieces: Sequence[Piece], floor: float | None) -> list[list[Piece]]:
    """Pieces of each label below the drawing, from left to right, lines of one label together."""
    lines = lines_of(pieces)
    lines = [line for line in lines if line[0].baseline < floor - 1] if floor is not None else lines[-_LABEL_LINES:]
    if not lines:
        return []
    main = max(range(len(lines)), key=lambda index: (len(lines[index]), -index))
    groups = [[piece] for piece in lines[main]]
    if len(groups) < 2:
        return []
    width = min(b[0].middle - a[0].middle for a, b in itertools.pairwise(groups))
    above = lines[main][0]
    for line in lines[main + 1 :]:
        if above.baseline - line[0].baseline > _WRAP_STEP * line[0].size:
            break
        nearest = [min(groups, key=lambda group: abs(group[0].middle - piece.middle)) for piece in line]
        is_off = any(abs(g[0].middle - piece.middle) > 0.3 * width for g, piece in zip(nearest, line, strict=True))
        if is_off or len({id(group) for group in nearest}) < len(line):
            break  # a legend
        for group, piece in zip(nearest, line, strict=True):
            group.append(piece)
        above = line[0]
    return groups


def _middle(group: Sequence[Piece]) -> float:
    return (min(piece.x0 for piece in group) + max(piece.x1 for piece in group)) / 2


def _series(by_label: dict[int, list[Piece]], labels: Sequence[str], number: int) -> tuple[Series, ...]:
    """Values by series: beside one another from left to right, or one above another."""
    count = max((len(found) for found in by_label.values()), default=0)
    series: list[Series] = []
    for position in range(count):
        points: list[tuple[str, str]] = []
        places: list[Place] = []
        for index in sorted(by_label):
            found = sorted(by_label[index], key=lambda piece: (round(piece.x0 / 4), piece.baseline))
            if position < len(found):
                piece = found[position]
                label = labels[index] if index < len(labels) else ""
                points.append((label, flat_text(piece.text)[0]))
                places.append(Place(piece.page, number, number, box=piece.box))
        series.append(Series("", tuple(points), tuple(places)))
    return tuple(series)

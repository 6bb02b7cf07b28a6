"""Sub-points of paragraphs, nested: 3 (a) (ii) stands under 3 (a), which stands under paragraph 3.

Depth is not printed; it is told by the kind of mark. A mark that goes on with the run of an open level is its
next point; a mark that begins a run, such as (a), (i), 1 or a bullet, opens a level below; any other mark belongs
to the nearest open level of its kind. So (i) after (h) is a letter, and (i) after (a) a numeral.
A © printed for (c) is the point that its run comes to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_MARK = re.compile(
    r"^(?P<mark>\((?P<inner>[a-z]{1,4}|\d{1,2})\)|(?P<sign>[©®])|(?P<bullet>[•–—-]))\s+(?P<text>\S.*)$", re.S
)
_SIGNS = {"©": "c", "®": "r"}
"""Signs that a word processor puts for a letter in brackets while it is typed."""
_ROMAN = re.compile(r"^[ivxl]+$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50}


@dataclass(frozen=True, slots=True)
class Point:
    """One sub-point: its marks from the outermost, its words, and which line of the paragraph's text it is."""

    path: tuple[str, ...]
    text: str
    position: int

    @property
    def label(self) -> str:
        """The marks joined: (a) (ii)."""
        return " ".join(self.path)


@dataclass(slots=True)
class _Level:
    """An open run of marks: letters, numerals, figures or bullets, and where it has come to."""

    style: str
    value: int
    label: str


def points_of(text: str) -> list[Point]:
    """The sub-points of a paragraph's text, in order; its lines are the paragraph's own pieces."""
    points: list[Point] = []
    levels: list[_Level] = []
    for position, line in enumerate(text.split("\n")):
        match = _MARK.match(line)
        if match is None:
            continue
        inner = _letter_meant(levels, match["sign"]) if match["sign"] else match["inner"] or ""
        _enter(levels, inner, f"({inner})" if match["sign"] else match["mark"])
        points.append(Point(tuple(level.label for level in levels), match["text"], position))
    return points


def is_mark(number: str) -> bool:
    """True for the mark of a sub-point that is separate from its words: (a), (ii), or © printed for (c)."""
    return number.startswith("(") or number in _SIGNS


def _letter_meant(levels: Sequence[_Level], sign: str) -> str:
    """The letter that a sign stands for: its own where a run comes to it, else the next of the innermost run of letters.

    The sign is put for (c) as it is typed, and stays when points before it change: after (d), © is (e).
    """
    own = _SIGNS[sign]
    following = [level.value + 1 for level in reversed(levels) if level.style == "letter" and level.value < 26]
    if not following or ord(own) - ord("a") + 1 in following:
        return own
    return chr(ord("a") + following[0] - 1)


def _enter(levels: list[_Level], inner: str, mark: str) -> None:
    readings = dict(_readings(inner)) if inner else {"bullet": 0}
    if "bullet" in readings:
        depth = next((n for n, level in enumerate(levels) if level.style == "bullet"), None)
        count = levels[depth].value + 1 if depth is not None else 1
        del levels[len(levels) if depth is None else depth :]
        levels.append(_Level("bullet", count, f"{mark}{count}"))
        return
    for depth in range(len(levels) - 1, -1, -1):
        level = levels[depth]
        if readings.get(level.style) == level.value + 1:
            del levels[depth + 1 :]
            level.value, level.label = level.value + 1, mark
            return
    style = next((style for style, value in readings.items() if value == 1), None)
    if style is None:
        # Its run has a gap: it goes on at the nearest level of its kind.
        style = next(iter(readings))
        depth = next((n for n in range(len(levels) - 1, -1, -1) if levels[n].style == style), None)
        if depth is not None:
            del levels[depth:]
    levels.append(_Level(style, readings[style], mark))


def _readings(inner: str) -> Iterator[tuple[str, int]]:
    """What a mark may be: a numeral, a letter, or a figure, and its place in a run of such marks."""
    if inner.isdigit():
        yield "figure", int(inner)
        return
    if len(set(inner)) == 1:
        # After (z) comes (aa).
        yield "letter", ord(inner[0]) - ord("a") + 1 + 26 * (len(inner) - 1)
    if _ROMAN.match(inner):
        digits = [_VALUES[character] for character in inner]
        pairs = zip(digits, [*digits[1:], 0], strict=True)
        yield "numeral", sum(-one if one < following else one for one, following in pairs)
    if len(set(inner)) > 1 and not _ROMAN.match(inner):
        yield "letter", 0


def point_rows(paragraph: dict[str, Any], lines: Sequence[int | None] = ()) -> list[dict[str, Any]]:
    """Rows of mart_paragraph_point of one row of mart_paragraph; ``lines`` has the first line of each of its pieces."""
    rows: list[dict[str, Any]] = []
    for number, point in enumerate(points_of(paragraph["text"] or ""), start=1):
        above = " ".join(point.path[:-1])
        rows.append(
            {
                "point_id": f"{paragraph['paragraph_id']}/{number}",
                "paragraph_id": paragraph["paragraph_id"],
                "document_id": paragraph["document_id"],
                "point_number": number,
                "point_label": point.label,
                "parent_label": above or None,
                "depth": len(point.path),
                "text": point.text,
                "line_first": lines[point.position] if point.position < len(lines) else None,
            }
        )
    return rows

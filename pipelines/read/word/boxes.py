"""Text boxes of drawings: where they lie, and which of them make up one box on the page.

An organization chart is a drawing with a shape per unit, in groups within groups, each with coordinates
of its own. The order in the file is that of painting; a reader goes from top to bottom and from left to
right, and takes a box that lies within another for a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipelines.model.blocks import Block, Grid, GridCell, Link, Place
from pipelines.read.shared.marks import flat_text, take_marks, tidy
from pipelines.read.word import xml as x
from pipelines.read.word.tables import parted

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_WPG = "{http://schemas.microsoft.com/office/word/2010/wordprocessingGroup}"
_GROUPS = frozenset({_WPG + "wgp", _WPG + "grpSp"})
_SHAPE, _SHAPE_BOX, _SHAPE_FRAME = _WPS + "wsp", f"{_WPS}txbx/{x.TEXT_BOX}", f"{_WPS}spPr/{_A}xfrm"
_GROUP_FRAME = f"{_WPG}grpSpPr/{_A}xfrm"
_FAR_IN = re.compile("^[\t ]* {6}[\t ]*(?=\\S)")
_COUNT = re.compile(r"^(\s*\d+)\t+(?=[^\W\d])")  # "3	P-5": one thing, however it is set
_TABS = re.compile("\t+")
_EMU = 12700  # English Metric Units of a point
_BAND = 18.0  # points: boxes whose tops differ by less stand in one row
_LARGER = 1.2  # by how much the area of a box must exceed that of a box it holds
_MAX_DEPTH = 32
_MAX_BOXES = 400  # beyond, boxes are left apart and in the order of the file
_NUMBER = re.compile(r"-?\d{1,12}")

Rectangle = tuple[float, float, float, float]
"""Left, top, right, bottom in points from the upper left corner of the drawing, downwards."""

_Scale = tuple[float, float, float, float]  # x = offset + factor * own x; the same for y


@dataclass(slots=True)
class Box:
    """What a text box holds: paragraphs with marks, and what is anchored in it.

    ``is_note`` says of each line whether it reads like a footnote; ``typed`` are the numbers of the lines
    that are no rows of a table.
    """

    lines: list[str] = field(default_factory=list)
    is_note: list[bool] = field(default_factory=list)
    typed: list[int] = field(default_factory=list)
    floats: list[etree._Element] = field(default_factory=list)
    references: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    frame: Rectangle | None = None

    def add(self, raw: str, is_note: bool = False) -> None:
        """Add the lines of a paragraph, empty ones left out."""
        for line in raw.split("\n"):
            if line.strip():
                self.typed.append(len(self.lines))
                self.lines.append("\t".join(parted(_FAR_IN.sub("\t", line).strip(" ").rstrip())))
                self.is_note.append(is_note)

    def align(self) -> None:
        """Bring the columns of typed lines under each other, once all lines are there.

        Where there are two columns, any number of tabs leads to the second; where there is one, tabs only indent.
        """
        lines = {number: _COUNT.sub(r"\1 ", self.lines[number]) for number in self.typed}
        parts = [line for line in lines.values() if "\t" in line.strip()]
        if not parts:
            self.lines = [lines[number].strip() if number in lines else line for number, line in enumerate(self.lines)]
            return
        margin = min(len(line) - len(line.lstrip("\t")) for line in parts)
        for number, line in lines.items():
            lead = min(margin, len(line) - len(line.lstrip("\t")))
            lines[number] = _TABS.sub("\t", line[lead:])
        if max(line.count("\t") for line in lines.values()) <= 1:
            for number, line in lines.items():
                self.lines[number] = line

    def add_aligned(self, line: str) -> None:
        """Add a line whose columns are parted by tabs, those before the first word too."""
        if line.strip():
            self.lines.append(_COUNT.sub(r"\1 ", line.rstrip()) if line.count("\t") == 1 else line.rstrip())
            self.is_note.append(False)


def frames(drawing: etree._Element) -> dict[etree._Element, Rectangle]:
    """Where the text boxes of a DrawingML drawing lie; those whose shape does not say are left out."""
    found: dict[etree._Element, Rectangle] = {}
    _walk(drawing, (0.0, 1 / _EMU, 0.0, 1 / _EMU), found, 0)
    if found:
        left, top = min(one[0] for one in found.values()), min(one[1] for one in found.values())
        found = {key: (one[0] - left, one[1] - top, one[2] - left, one[3] - top) for key, one in found.items()}
    return found


def _walk(parent: etree._Element, scale: _Scale, found: dict[etree._Element, Rectangle], depth: int) -> None:
    if depth > _MAX_DEPTH:
        return
    for child in parent:
        tag = child.tag
        if tag == _SHAPE:
            box, frame = child.find(_SHAPE_BOX), _frame(child.find(_SHAPE_FRAME))
            if box is not None and frame is not None:
                left, top, width, height = frame
                across, down = (scale[0] + scale[1] * left, scale[2] + scale[3] * top)
                found[box] = (across, down, across + scale[1] * width, down + scale[3] * height)
        elif tag in _GROUPS:
            _walk(child, _within(scale, child.find(_GROUP_FRAME)), found, depth + 1)
        elif tag == x.ALTERNATE:
            _walk(x.inner(child), scale, found, depth + 1)
        elif tag != x.TEXT_BOX and len(child):
            _walk(child, scale, found, depth + 1)


def _frame(xfrm: etree._Element | None, offset: str = "off", extent: str = "ext") -> tuple[int, int, int, int] | None:
    """Offset and extent of a transform, in its own units."""
    if xfrm is None:
        return None
    at, size = xfrm.find(_A + offset), xfrm.find(_A + extent)
    if at is None or size is None:
        return None
    values = (at.get("x", ""), at.get("y", ""), size.get("cx", ""), size.get("cy", ""))
    if not all(map(_NUMBER.fullmatch, values)):
        return None
    left, top, width, height = map(int, values)
    return left, top, width, height


def _within(scale: _Scale, xfrm: etree._Element | None) -> _Scale:
    """The scale inside a group: its children are drawn in coordinates of their own."""
    outer, inner = _frame(xfrm), _frame(xfrm, "chOff", "chExt")
    if outer is None or inner is None or not inner[2] or not inner[3]:
        return scale
    across, down = outer[2] / inner[2], outer[3] / inner[3]
    return (
        scale[0] + scale[1] * (outer[0] - across * inner[0]),
        scale[1] * across,
        scale[2] + scale[3] * (outer[1] - down * inner[1]),
        scale[3] * down,
    )


def composed(boxes: list[Box]) -> list[Box]:
    """The boxes of one drawing as they show on the page: parts joined to the box that holds them, in reading order.

    Boxes without a known place keep their order, at the end.
    """
    boxes = [box for box in boxes if box.lines]
    if len(boxes) > _MAX_BOXES:
        return boxes
    parts: dict[int, list[Box]] = {}
    whole: list[Box] = []
    for box in boxes:
        holder = _holder(box, boxes)
        if holder is None:
            whole.append(box)
        else:
            parts.setdefault(id(holder), []).append(box)
    for box in whole:
        _join(box, parts)
    return [box for row in _rows(whole) for box in row]


def _holder(box: Box, boxes: list[Box]) -> Box | None:
    """The smallest box that holds the middle of this one and is larger; None when there is none."""
    if box.frame is None:
        return None
    across, down = (box.frame[0] + box.frame[2]) / 2, (box.frame[1] + box.frame[3]) / 2
    holders = [
        one
        for one in boxes
        if one.frame is not None
        and one.frame[0] < across < one.frame[2]
        and one.frame[1] < down < one.frame[3]
        and _area(one.frame) > _LARGER * _area(box.frame)
    ]
    return min(holders, key=lambda one: _area(one.frame or (0, 0, 0, 0)), default=None)


def _area(frame: Rectangle) -> float:
    return (frame[2] - frame[0]) * (frame[3] - frame[1])


def _rows(boxes: list[Box]) -> Iterator[list[Box]]:
    """Boxes in rows from top to bottom, each from left to right."""
    row: list[Box] = []
    top = 0.0
    for box in sorted((one for one in boxes if one.frame), key=lambda one: one.frame[1] if one.frame else 0):
        if box.frame is None:
            continue
        if row and box.frame[1] - top > _BAND:
            yield sorted(row, key=lambda one: one.frame[0] if one.frame else 0)
            row = []
        if not row:
            top = box.frame[1]
        row.append(box)
    if row:
        yield sorted(row, key=lambda one: one.frame[0] if one.frame else 0)
    yield [one for one in boxes if one.frame is None]


def _join(box: Box, parts: dict[int, list[Box]]) -> None:
    """Add to a box the lines of those it holds: what stands side by side there is parted by tabs."""
    for row in _rows(parts.pop(id(box), [])):
        for part in row:
            _join(part, parts)
            box.floats += part.floats
            box.references += part.references
            box.links += part.links
        if len(row) > 1 and box.lines:
            box.lines[-1] = _spread(box.lines[-1], len(row))
        columns = [[_one_column(line) for line in part.lines] for part in row]
        for index in range(max(map(len, columns), default=0)):
            line = "\t".join(column[index] if index < len(column) else "" for column in columns)
            box.lines.append(line.rstrip("\t"))
            box.is_note.append(False)


def _one_column(line: str) -> str:
    return " ".join(parted(line)) if "\t" in line or "   " in line else line


def _spread(line: str, columns: int) -> str:
    """Heads above columns: the first above the first, the last above the last, the others between."""
    heads = parted(line)
    if not 1 < len(heads) < columns:
        return line
    places = [""] * columns
    for number, head in enumerate(heads):
        places[round(number * (columns - 1) / (len(heads) - 1))] = head
    return "\t".join(places)


def org_unit(box: Box, place: Place, links: tuple[Link, ...]) -> Block:
    """The block of a text box: its lines as text, and as a grid whose cells keep the footnote marks."""
    if box.frame is not None:
        left, top, right, bottom = (round(one, 1) for one in box.frame)
        place = Place(place.page, place.line_first, place.line_last, box=(left, -bottom, right, -top))
    texts: list[str] = []
    rows: list[list[GridCell]] = []
    notes: list[str] = []
    for line in box.lines:
        if not take_marks(line)[0].strip():
            marks = flat_text(line)[1]
            notes.extend(marks)
            if rows:  # a mark that stands alone belongs to the line above
                last = rows[-1][-1]
                rows[-1][-1] = GridCell(last.text, last.place, notes=last.notes + marks)
            continue
        pieces = [flat_text(piece) for piece in parted(line)]
        number = len(texts) + 1
        texts.append("\t".join(tidy(text) for text, _ in pieces).rstrip())
        row: list[GridCell] = []
        for column, (text, marks) in enumerate(pieces, start=1):
            at = Place(place.page, place.line_first, place.line_last, None, number, column)
            row.append(GridCell(text, at, notes=marks))
            notes.extend(marks)
        rows.append(row)
    width = max((len(row) for row in rows), default=0)
    for number, row in enumerate(rows, start=1):
        while len(row) < width:
            at = Place(place.page, place.line_first, place.line_last, None, number, len(row) + 1)
            row.append(GridCell("", at))
    grid = Grid(tuple(tuple(row) for row in rows)) if rows else None
    return Block("org_unit", "\n".join(texts), place, grid=grid, notes=tuple(notes), links=links)

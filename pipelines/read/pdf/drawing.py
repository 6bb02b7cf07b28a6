"""What is drawn on a PDF page beside its words: strokes and areas, pictures, and what may cover words.

Drawing may lie within forms, and forms within forms, each with a matrix of its own; a path may hold many strokes, as
where a whole grid is drawn at once. All of it comes out as strokes on the page as it is shown.
"""

from __future__ import annotations

import ctypes
import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.pdf import objects

_LEAST_ANGLE = 0.03  # degrees: a line of 500 points rises by less than a quarter of a point
_MOST_AGREE = 0.6  # share of the signs that must run in one direction to tell how a page lies
_SAME_ANGLE = 0.5  # degrees


class Turn:
    """From a page's own coordinates to those of the page as it is shown: its origin and quarter turns."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.quarter = page.get_rotation() // 90 % 4
        self.is_plain = self.quarter == 0 and left == 0 and bottom == 0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as it is shown."""
        if self.quarter == 1:
            return y - self.bottom, self.right - x
        if self.quarter == 2:
            return self.right - x, self.top - y
        if self.quarter == 3:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box as it is shown: left, bottom, right, top."""
        if self.is_plain:
            return x0, y0, x1, y1
        a, b = self.point(x0, y0), self.point(x1, y1)
        return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


def direction(angles: Mapping[float, int], shown: int) -> float:
    """The angle in degrees by which most signs of a page lie askew as it is shown, counter-clockwise; 0 for none.

    ``angles`` has angles of baselines on the paper with numbers of signs; ``shown`` is the turn of the page in degrees
    clockwise. Where no direction has a clear majority nothing is told.
    """
    found = [(angle, signs) for angle, signs in angles.items() if signs]
    total = sum(signs for _, signs in found)
    if not total:
        return 0.0
    main = max(
        found, key=lambda one: sum(n for angle, n in found if _apart(angle, one[0]) < _SAME_ANGLE) * 1000 + one[1]
    )
    near = [(_off(angle, main[0]), signs) for angle, signs in found if _apart(angle, main[0]) < _SAME_ANGLE]
    agreed = sum(signs for _, signs in near)
    if agreed < _MOST_AGREE * total:
        return 0.0
    mean = main[0] + sum(off * signs for off, signs in near) / agreed
    askew = _off(mean - shown, 0.0)
    return askew if abs(askew) >= _LEAST_ANGLE else 0.0


def _off(angle: float, other: float) -> float:
    """How far an angle is from another, from -180 to 180 degrees."""
    return (angle - other + 180.0) % 360.0 - 180.0


def _apart(angle: float, other: float) -> float:
    return abs(_off(angle, other))


def set_upright(page: pypdfium2.PdfPage, askew: float) -> pdfium.FS_MATRIX:
    """Turn what is drawn on a page back by an angle; what changed is seen when the page is loaded again.

    A page that lies on its side gets the size of one that stands. Returns the matrix from places as they were.
    """
    left, bottom, right, top = page.get_cropbox()
    angle = math.radians(-askew)
    a, b = math.cos(angle), math.sin(angle)
    x, y = (left + right) / 2, (bottom + top) / 2
    matrix = pdfium.FS_MATRIX(a, b, -b, a, x - a * x + b * y, y - b * x - a * y)
    pdfium.FPDFPage_TransFormWithClip(page, matrix, None)
    if abs(math.sin(angle)) > math.sin(math.radians(45)):
        half = (right - left) / 2, (top - bottom) / 2
        box = x - half[1], y - half[0], x + half[1], y + half[0]
        page.set_mediabox(*box)
        page.set_cropbox(*box)
    return matrix


def moved(matrix: pdfium.FS_MATRIX | None, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A box where the matrix takes it; the box itself without one."""
    if matrix is None:
        return box
    corners = [
        (matrix.a * x + matrix.c * y + matrix.e, matrix.b * x + matrix.d * y + matrix.f)
        for x in (box[0], box[2])
        for y in (box[1], box[3])
    ]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


MAX_DEPTH = 8
_MOST_SEGMENTS = 4_000
_RECTANGLE = 5  # segments
_OPAQUE = 200  # of 255
_RULE_SHARE = 1 / 40  # of the width of a picture: one so low is a rule
_SAME_END = 0.01  # points

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line, bar or area, by its bounds in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Drawing:
    """What is drawn on one page, in the order of painting.

    ``strokes`` are the bounds of paths; ``pictures`` those of pictures; ``covers`` the bounds of what is filled, each
    with its number in the order of painting; ``texts`` when each text object is painted, by its address; ``in_forms``
    tells that text stands in forms; ``outlines`` counts filled paths.
    """

    strokes: list[Stroke] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    covers: list[tuple[int, Box]] = field(default_factory=list)
    texts: dict[int, int] = field(default_factory=dict)
    in_forms: bool = False
    outlines: int = 0


def drawing_of(page: pypdfium2.PdfPage, turn: Turn, number: int, most: int) -> Drawing:
    """What is drawn on a page. Raises UnreadableDocument when it holds more than ``most`` objects."""
    return _Walk(turn, number, most).read(page)


class _Walk:
    """Goes through the objects of one page."""

    def __init__(self, turn: Turn, number: int, most: int) -> None:
        self._turn, self._number, self._most = turn, number, most
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._fill, self._stroked = ctypes.c_int(), ctypes.c_int()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._seen = 0
        self._found = Drawing()

    def read(self, page: pypdfium2.PdfPage) -> Drawing:
        count = self._counted(pdfium.FPDFPage_CountObjects(page))
        for index in range(count):
            self._object(objects.object_of_page(page.raw, index), None, 0)
        return self._found

    def _counted(self, count: int) -> int:
        self._seen += count
        if self._seen > self._most:
            raise UnreadableDocument(
                f"page {self._number} holds {self._seen} objects, {self._most} are allowed; do not trust its source"
            )
        return count

    def _object(self, address: int, matrix: pdfium.FS_MATRIX | None, depth: int) -> None:
        kind = objects.kind_of(address)
        found = self._found
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            found.texts[address] = self._next()
            found.in_forms = found.in_forms or depth > 0
            return
        item = objects.as_object(address)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            self._form(item, matrix, depth)
        elif pdfium.FPDFPageObj_GetBounds(item, *self._edges):
            order = self._next()
            bounds = self._edges[0].value, self._edges[1].value, self._edges[2].value, self._edges[3].value
            box = self._turn.box(*moved(matrix, bounds))
            if kind == pdfium.FPDF_PAGEOBJ_PATH:
                self._path(item, matrix, box, order)
            elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                found.pictures.append(box)
                if box[3] - box[1] < _RULE_SHARE * (box[2] - box[0]):
                    found.strokes.append(Stroke(*box))  # a rule may be a picture of one dot, stretched
                found.covers.append((order, box))
            else:
                found.covers.append((order, box))

    def _next(self) -> int:
        found = self._found
        return len(found.texts) + len(found.strokes) + len(found.covers)

    def _form(self, form: Any, matrix: pdfium.FS_MATRIX | None, depth: int) -> None:
        if depth > MAX_DEPTH:
            return
        own = pdfium.FS_MATRIX()
        if not pdfium.FPDFPageObj_GetMatrix(form, own):
            own = pdfium.FS_MATRIX(1, 0, 0, 1, 0, 0)
        whole = own if matrix is None else _product(own, matrix)
        for index in range(self._counted(max(pdfium.FPDFFormObj_CountObjects(form), 0))):
            self._object(objects.object_of_form(form, index), whole, depth + 1)

    def _path(self, item: Any, matrix: pdfium.FS_MATRIX | None, box: Box, order: int) -> None:
        found = self._found
        is_thin = min(box[3] - box[1], box[2] - box[0]) < 1.0
        if is_thin:
            found.strokes.append(Stroke(*box))
            return
        if pdfium.FPDFPath_GetDrawMode(item, self._fill, self._stroked) and not (
            self._fill.value or self._stroked.value
        ):
            return  # only a bound for what is painted
        count = pdfium.FPDFPath_CountSegments(item)
        if self._fill.value:
            found.outlines += 1
            if pdfium.FPDFPageObj_GetFillColor(item, *self._colour) and self._colour[3].value >= _OPAQUE:
                found.covers.append((order, box))
        if not _RECTANGLE < count <= _MOST_SEGMENTS:
            found.strokes.append(Stroke(*box))
            return
        parts = list(self._parts(item, matrix))
        found.strokes += parts or [Stroke(*box)]

    def _parts(self, item: Any, matrix: pdfium.FS_MATRIX | None) -> Iterator[Stroke]:
        """The lines and rectangles of a path that holds several; none where it holds anything else."""
        own = pdfium.FS_MATRIX()
        if not pdfium.FPDFPageObj_GetMatrix(item, own):
            return
        whole = own if matrix is None else _product(own, matrix)
        width = ctypes.c_float()
        pdfium.FPDFPageObj_GetStrokeWidth(item, width)
        half = width.value / 2 * abs(whole.d or whole.b) if self._stroked.value else 0.0
        runs = _runs(item)
        if runs is None:
            return
        for run in runs:
            xs, ys = [x for x, _ in run], [y for _, y in run]
            box = self._turn.box(*moved(whole, (min(xs), min(ys), max(xs), max(ys))))
            yield Stroke(box[0] - half, box[1] - half, box[2] + half, box[3] + half)


def _runs(item: Any) -> list[list[tuple[float, float]]] | None:
    """The places of each line or rectangle of a path; None where a part of it is neither, or there is but one."""
    runs: list[list[tuple[float, float]]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(pdfium.FPDFPath_CountSegments(item)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind not in (pdfium.FPDF_SEGMENT_MOVETO, pdfium.FPDF_SEGMENT_LINETO):
            return None
        if not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            return None
        if kind == pdfium.FPDF_SEGMENT_MOVETO or not runs:
            runs.append([])
        runs[-1].append((x.value, y.value))
    runs = [run for run in runs if len(run) > 1]
    if len(runs) < 2 or not all(_is_line_or_rectangle(run) for run in runs):
        return None
    return runs


def _is_line_or_rectangle(run: list[tuple[float, float]]) -> bool:
    """Whether places one after another go along the axes only, as a line or once round a rectangle."""
    steps = itertools.pairwise(run)
    if any(abs(a[0] - b[0]) > _SAME_END and abs(a[1] - b[1]) > _SAME_END for a, b in steps):
        return False
    return len(run) == 2 or len(run) in (4, 5)


def _product(first: pdfium.FS_MATRIX, then: pdfium.FS_MATRIX) -> pdfium.FS_MATRIX:
    """The matrix that moves a place by one matrix, then by another."""
    return pdfium.FS_MATRIX(
        first.a * then.a + first.b * then.c,
        first.a * then.b + first.b * then.d,
        first.c * then.a + first.d * then.c,
        first.c * then.b + first.d * then.d,
        first.e * then.a + first.f * then.c + then.e,
        first.e * then.b + first.f * then.d + then.f,
    )

"""A page as it is shown: its origin, its quarter turns, and what is drawn askew or lying set upright."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pypdfium2
import pypdfium2.raw as pdfium

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

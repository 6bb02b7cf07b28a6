"""Pictures of pages with the figure marked."""

from __future__ import annotations

import struct
import zlib

import numpy
import pytest

from pipelines.review.evidence import NoPicture, picture
from pipelines.review.places import Spot
from tests.review.drafts import draft, draft_notes


def _pixels(data: bytes) -> numpy.ndarray:
    """Rows of a PNG that was written without filters."""
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    size = struct.unpack(">I", data[33:37])[0]
    rows = numpy.frombuffer(zlib.decompress(data[41 : 41 + size]), numpy.uint8).reshape(height, 1 + 3 * width)
    return rows[:, 1:].reshape(height, width, 3)


def test_the_figure_is_framed_within_the_lines_around_it() -> None:
    spot = next(note.spot for note in draft_notes("en", "pdf") if note.spot and note.spot.printed == "0.9")
    pixels = _pixels(picture(draft("en", "pdf"), spot))
    red = (pixels == (200, 0, 0)).all(axis=2)
    assert spot.box is not None
    rows, columns = numpy.flatnonzero(red.any(axis=1)), numpy.flatnonzero(red.any(axis=0))
    assert columns[0] < 2 * spot.box[0] < 2 * spot.box[2] < columns[-1]
    assert rows[-1] - rows[0] < 60 and columns[-1] - columns[0] < 60
    inside = pixels[rows[0] + 3 : rows[-1] - 2, columns[0] + 3 : columns[-1] - 2]
    assert inside.min() < 100  # the figure is drawn within


def test_what_is_not_there_has_no_picture() -> None:
    with pytest.raises(NoPicture):
        picture(draft("en", "pdf"), Spot(line=1, page=1, printed="999 999.9", words="nowhere"))

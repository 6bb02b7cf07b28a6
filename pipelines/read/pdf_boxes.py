"""Boxes of organization charts in a PDF: text within a drawn rectangle that counts posts by grade."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.blocks import Block, Place
from pipelines.read.pdf_page import Stroke
from pipelines.read.pdf_pieces import Piece
from pipelines.read.pdf_rows import lines_of
from pipelines.read.pdf_tables import box_of
from pipelines.read.word_signs import flat_text

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

"""A printed fascicle without a format yet: its words, numbers and grids, as each format then sets them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words: heading (``level`` from 1), annex (the heading that numbers one), paragraph, point, caption or
    note; ``number`` stands apart."""

    kind: str
    text: str
    number: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One column head: its lines, and how many rows and columns it spans."""

    lines: tuple[str, ...]
    columns: int = 1
    rows: int = 1

    @property
    def text(self) -> str:
        """The head on one line."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a table: cells as printed, empty where nothing is; ``role`` heading, item, subtotal, total, or merged
    (words over the whole width)."""

    cells: tuple[str, ...]
    indent: int = 0
    role: str = "item"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``kind`` figures, words, details or pairs; rows of heads (a spacer row follows them), rows."""

    kind: str
    heads: tuple[tuple[HeadCell | None, ...], ...]
    rows: tuple[GridRow, ...]
    width: int


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a chart: its name, its total as a number and in words, labels with values."""

    name: str
    total: str
    total_words: str
    points: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart in parts."""

    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """A box of the organization chart, line by line."""

    lines: tuple[str, ...]


Block = Words | Grid | Plot | Lines


@dataclass(frozen=True, slots=True)
class Printed:
    """A fascicle in one language: cover lines, furniture of its pages, and its blocks in order."""

    language: str
    symbol: str
    cover: tuple[str, ...]
    masthead: tuple[str, ...]
    section_line: str
    part_line: str
    job: str
    blocks: tuple[Block, ...]
    is_right_to_left: bool = False

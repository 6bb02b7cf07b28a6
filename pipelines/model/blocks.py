"""What every format is read into: blocks in reading order, each with its place.

From here on the code knows no format. A reader never judges what a figure means; it says what
stands where. ``Document.lines`` carries every source line (text) or block (Word, PDF) with the role
it was taken for, so that nothing is lost without being counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from warehouse.tables.common import FileFormat

BlockKind = Literal["heading", "paragraph", "caption", "table", "note", "chart", "org_unit", "furniture"]


# Places and cells are made by the hundred thousand: frozen, they would take five times as long to make.
@dataclass(slots=True, unsafe_hash=True)
class Place:
    """Where something was printed; what a format cannot tell is None. Not to be changed once read.

    Lines count from 1 in the source text; table, row and column from 1 in a Word document;
    ``box`` is left, bottom, right, top in points on a PDF page, or from the upper left corner of a drawing.
    """

    page: int | None = None
    line_first: int | None = None
    line_last: int | None = None
    table_ordinal: int | None = None
    row: int | None = None
    column: int | None = None
    box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the printed words it stands on (empty where the format lists addresses separately)."""

    address: str
    text: str
    place: Place


@dataclass(slots=True, unsafe_hash=True)
class GridCell:
    """One cell of a table; ``text`` without footnote marks, which are in ``notes``. Not to be changed once read.

    ``indent`` is the outline depth the format shows (leading tabs or left indentation), from 0.
    """

    text: str
    place: Place
    row_span: int = 1
    column_span: int = 1
    indent: int = 0
    notes: tuple[str, ...] = ()
    is_bold: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a grid: ``rows[r][c]`` is a cell, or None where a merged neighbour covers the place.

    ``header_rows`` counts the leading rows that are column heads where the reader knows it, else None.
    """

    rows: tuple[tuple[GridCell | None, ...], ...]
    header_rows: int | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart: name, and (label, printed value) pairs in plotting order.

    ``places`` has one place per point where the format tells, else it is empty.
    """

    name: str
    points: tuple[tuple[str, str], ...]
    places: tuple[Place, ...] = ()


@dataclass(slots=True)
class Block:
    """One block of a document in reading order.

    ``text``: words of a heading, paragraph, caption line or note; for an ``org_unit`` the lines of the
    box joined by newlines. ``style``: the format's own style name (Word), else empty. ``level``: outline
    level of a heading, 1 outermost, where the format tells. ``grid`` for tables, ``series`` for charts.
    ``number``: paragraph number or list mark, where it stands apart from the words ("10.61", "(a)").
    ``notes``: footnote marks that stand on the text. ``indent``: leading tabs or indentation. ``printed``: the text
    with spaces of another width than the ordinary one, where it has some.
    """

    kind: BlockKind
    text: str = ""
    place: Place = field(default_factory=Place)
    style: str = ""
    level: int | None = None
    number: str = ""
    grid: Grid | None = None
    series: tuple[Series, ...] = ()
    notes: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    indent: int = 0
    printed: str = ""

    @property
    def as_printed(self) -> str:
        """``text`` with its spaces as printed, sign for sign."""
        return self.printed or self.text


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of a text, or one block of a Word or PDF document, and what it was taken for."""

    number: int
    text: str
    role: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reader left out or changed, in one line: ``kind`` as in mart_warning, and where."""

    kind: str
    message: str
    place: Place = field(default_factory=Place)


@dataclass(slots=True)
class Document:
    """A document as read: its blocks, its lines, and what the format itself says about it.

    ``furniture`` holds the words of headers, footers and first-page header parts (symbol,
    distribution, date); ``links`` all addresses; ``page_count`` None where the format does not tell.
    ``warnings`` are remarks for the user (place and remedy), of a kind where the reader tells, else of one line whose
    words tell (``pipelines.assemble.warnings``).
    """

    format: FileFormat
    blocks: list[Block]
    lines: list[SourceLine] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    page_count: int | None = None
    warnings: list[str | Remark] = field(default_factory=list)


class UnreadableDocument(Exception):
    """A document that cannot be read: message is one line with the reason and the remedy."""

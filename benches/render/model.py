"""A fascicle as facts: what it prints, by dimensions, without a word of any language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

HeadingKey = tuple[str, str]
"""What a heading says and its argument: ("overview", ""), ("subprogramme", "1"), ("result", "2")."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: value in the printed unit, decimals printed, whether it is a printed nil."""

    value: Decimal
    digits: int = 0
    is_nil: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """What the label of a row says: ``kind`` (object, component, subprogramme, grade, category, total, ...),
    a code, and the letter or number printed before it."""

    kind: str
    code: str = ""
    ordinal: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: label, indentation, one figure or None (nothing printed) per column; posts in words."""

    label: Label
    indent: int = 0
    figures: tuple[Figure | None, ...] = ()
    details: tuple[tuple[int, str], ...] = ()

    @property
    def has_figures(self) -> bool:
        """True when any figure is printed."""
        return any(figure is not None for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Table:
    """One printed table, or the numbered part of one: kind and unit as in ``mart_table``; columns are measure and year."""

    number: str
    kind: str
    unit: str
    columns: tuple[tuple[str, int | None], ...]
    rows: tuple[Row, ...]
    part: str = ""
    funding: str = ""
    component: str = ""
    subprogramme: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A table of a performance measure: per year and measure the symbols its words cite, None where nil is printed."""

    number: str
    columns: tuple[tuple[str, int], ...]
    cells: tuple[tuple[str, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class Mandates:
    """A list of mandates: organ and kind of its symbols (A/RES), the subprogramme, lists of symbols in one cell each."""

    organ: str
    subprogramme: str
    lists: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Stated:
    """An amount that a paragraph states: value and decimals in ``unit`` (usd, percent, posts), and what it is about."""

    value: Decimal
    precision: int
    unit: str
    measure: str = ""
    funding: str = ""
    direction: str = ""
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph, or a sub-point of one (``mark``): amounts, tables and figures announced, symbols cited."""

    number: str
    mark: str = ""
    stated: tuple[Stated, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    figures: tuple[str, ...] = ()
    symbols: tuple[str, ...] = ()
    component: str = ""
    subprogramme: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, at its depth from 1."""

    key: HeadingKey
    level: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure: its number, scope, and shares: key (posts_share, ...), total, and label with figure per bar."""

    number: str
    shares: tuple[tuple[str, Figure | None, tuple[tuple[Label, Figure], ...]], ...]
    component: str = ""
    subprogramme: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the organization chart: its number among all, scope, funding, posts by grade, total."""

    ordinal: int
    funding: str
    posts: tuple[tuple[Figure, str], ...]
    total: Figure | None
    component: str = ""
    subprogramme: str = ""


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A recommendation and its reply, with the body's report."""

    symbol: str


Element = Heading | Paragraph | Mandates | Table | Result | Chart | Box | Recommendation


@dataclass(frozen=True)
class Fascicle:
    """All a fascicle states: edition, section, part, and its elements in printed order."""

    edition_year: int
    section_code: str
    part_code: str
    symbol: str
    elements: tuple[Element, ...] = field(repr=False)

    def with_(self, **changes: object) -> Fascicle:
        """The same fascicle with some of it changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


Format = Literal["docx", "pdf", "txt", "layout"]
"""``txt`` is text as extracted from a PDF with its layout lost, ``layout`` the same with columns kept apart by spaces."""

"""Intermediate forms of a printed table on its way to rows: its surroundings, its parts, their printed lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.model.blocks import GridCell, Place
from pipelines.model.facts import Scope
from pipelines.parse.grid.captions import Caption
from pipelines.parse.grid.columns import Column
from pipelines.parse.scope.names import Headings, Names
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class TableContext:
    """What the surroundings tell of a table: document, caption, scope of the headings, order, vocabulary.

    ``place`` is "mandates" or "contents" where the headings say that such a list is printed there;
    ``entities`` maps normalised names of the section's entities to their codes, ``named`` holds those of components and
    subprogrammes printed so far in the entity, ``headings`` the words of all headings; ``sibling_kind`` is the kind of the part printed
    before this one under the same caption; ``headings_basis`` is the budget
    basis that headings name, ``siblings`` has the brackets that tell titles apart which are alike otherwise; ``totals``
    keeps the words for totals that figures told.
    """

    identity: Identity
    caption: Caption
    scope: Scope
    order: int
    vocabulary: Vocabulary
    place: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)
    named: Names = field(default_factory=Names)
    headings: Headings = field(default_factory=Headings)
    headings_basis: str = ""
    sibling_kind: str = ""
    siblings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    totals: dict[str, str] = field(default_factory=dict)

    @property
    def names_known(self) -> frozenset[str]:
        """Names that the document gives to entities, components and subprogrammes, normalised."""
        subprogrammes = (name for _, name in self.headings.subprogrammes)
        return frozenset((*self.entities, *self.named.entries, *self.headings.words, *subprogrammes))


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a printed table: its rows in the grid, what they are (financial, posts, ...), the part's name."""

    part: str | None
    unit: str | None
    indices: tuple[int, ...]
    is_posts: bool


@dataclass(slots=True)
class Line:
    """One printed row: its label, its values by column, and the words that stand for values."""

    label: str
    indent: int
    values: list[tuple[Column, GridCell]]
    words: list[str]
    cells: list[GridCell]


def place_columns(place: Place) -> dict[str, Any]:
    """Where a cell is printed, as mart_cell has it."""
    return {
        "page_number": place.page,
        "line_first": place.line_first,
        "line_last": place.line_last,
        "table_ordinal": place.table_ordinal,
        "cell_row": place.row,
        "cell_column": place.column,
        "box_text": " ".join(f"{v:.1f}" for v in place.box) if place.box else None,
    }

"""What a table of each kind says beyond its cells: the registry of parsers by kind of table.

Every table gives rows of ``mart_table``, ``mart_row`` and ``mart_cell``. A kind that says more (mandates, deliverables,
changes of posts) has a parser here; to add one, write the parser, enter it in ``PARSERS``, and teach
``pipelines.parse.grid.kinds`` to tell the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipelines.model.blocks import Block
from pipelines.parse.grid.columns import Layout
from pipelines.parse.prose.claims import detail_claims
from pipelines.parse.scope.context import Context
from pipelines.parse.tables.lists import deliverable_rows, mandate_rows, performance_rows, recommendation_rows
from pipelines.parse.tables.post_changes import post_change_rows
from pipelines.symbols.identity import Identity
from warehouse.schema.declare import Rows

CITING = frozenset({"performance_measure", "recommendations"})
"""Kinds whose cells are prose: the documents that they cite are citations."""


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table whose rows and cells are read, with where it stands. ``order`` is its number in the document."""

    block: Block
    layout: Layout
    rows: Rows
    context: Context
    identity: Identity
    order: int

    @property
    def row(self) -> dict[str, Any]:
        """Its row of mart_table."""
        return self.rows["mart_table"][0]


def _mandates(table: ParsedTable) -> Rows:
    return {"mart_mandate": mandate_rows(table.block, table.row, table.context, table.identity)}


def _performance_measures(table: ParsedTable) -> Rows:
    found = performance_rows(table.block, table.layout, table.row, table.context, table.identity)
    return {"mart_performance_measure": found}


def _recommendations(table: ParsedTable) -> Rows:
    return {"mart_recommendation": recommendation_rows(table.block, table.layout, table.identity, table.order)}


def _post_changes(table: ParsedTable) -> Rows:
    context = table.context
    found = post_change_rows(table.block, table.layout, table.row, context.entities, table.identity, context.vocabulary)
    return {"mart_post_change": found}


def _posts_and_changes(table: ParsedTable) -> Rows:
    context = table.context
    return {"mart_claim": detail_claims(table.rows, context.entity, table.identity, context.vocabulary)}


def _deliverables(table: ParsedTable) -> Rows:
    return {"mart_deliverable": deliverable_rows(table.rows, table.identity, table.context.vocabulary)}


PARSERS: dict[str, Callable[[ParsedTable], Rows]] = {
    "deliverables": _deliverables,
    "mandates": _mandates,
    "performance_measure": _performance_measures,
    "post_changes": _post_changes,
    "posts_and_changes": _posts_and_changes,
    "recommendations": _recommendations,
}


def rows_of_kind(kind: str, table: ParsedTable) -> Rows:
    """Rows by table name that a table of this kind gives beside its cells; none where the kind has no parser."""
    parser = PARSERS.get(kind)
    return parser(table) if parser is not None and table.rows["mart_table"] else {}

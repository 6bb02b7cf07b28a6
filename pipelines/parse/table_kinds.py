"""What a table of each kind says beyond its cells: the registry of parsers by kind of table, and the parser of changes of posts.

Every table gives rows of ``mart_table``, ``mart_row`` and ``mart_cell``. A kind that says more (mandates, deliverables,
changes of posts) has a parser here; to add one, write the parser, enter it in ``PARSERS``, and teach
``pipelines.parse.grid.kinds`` to tell the kind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from pipelines.model.blocks import Block, Grid
from pipelines.model.grades import grade_code
from pipelines.model.numbers import read_number
from pipelines.parse.grid.columns import Column, Layout, cell_over
from pipelines.parse.prose.claims import detail_claims
from pipelines.parse.reports.words import meaning as meaning_in_reports
from pipelines.parse.scope.context import Context
from pipelines.parse.scope.subjects import entity_of
from pipelines.parse.scope.titles import subprogramme_code
from pipelines.parse.tables.lists import deliverable_rows, mandate_rows, performance_rows, recommendation_rows
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows


def post_change_rows(
    block: Block,
    layout: Layout,
    table: dict[str, Any],
    entities: dict[str, str],
    identity: Identity,
    vocabulary: Vocabulary,
) -> list[dict[str, Any]]:
    """One row per change: a printed row, or each of its lines where several grades stand in one cell.

    Words that span several rows are given to each of them.
    """
    assert block.grid is not None
    rows: list[dict[str, Any]] = []
    heading, kind = "", None
    counted = "posts_change" if "posts_change" in layout.meanings else "number"
    for index in range(layout.header_rows, len(block.grid.rows)):
        said = {meaning: _words(block.grid, index, layout, meaning) for meaning in ("grade", "description", "reason")}
        label = _label(block.grid, index, layout)
        counts = _words(block.grid, index, layout, counted).split("\n")
        told = meaning_in_reports(identity.language, "personnel", label) if label else kind
        if said["grade"] == label or (not any(counts) and not said["grade"] and not told):
            heading, kind = label or heading, None
            continue
        if not said["grade"] and (_is_total(label, vocabulary) or not (said["description"] or said["reason"])):
            continue  # sums changes above it
        kind = told
        unit = "" if kind else label
        for count, grade in zip_longest(counts, said["grade"].split("\n"), fillvalue=""):
            number = read_number(count)
            if number is None and not grade:
                continue
            rows.append(
                {
                    "post_change_id": f"{table['table_id']}/{len(rows) + 1}",
                    "document_id": identity.document_id,
                    "edition_year": identity.edition_year,
                    "section_code": identity.section_code,
                    "entity_code": entity_of(unit, entities, vocabulary)
                    or entity_of(heading, entities, vocabulary)
                    or table["entity_code"],
                    "subprogramme_code": subprogramme_code(unit, "", vocabulary) or None,
                    "unit_label": unit or heading or None,
                    "personnel_kind": kind,
                    "staff_group": _below(block.grid, index, layout, "staff_group", identity.language),
                    "from_to": _below(block.grid, index, layout, "from_to", identity.language),
                    "grade": grade or None,
                    "grade_code": grade_code(grade, vocabulary) if grade else None,
                    "post_count": number.value if number else None,
                    "description": " ".join(said["description"].split()) or None,
                    "reason": " ".join(said["reason"].split()) or None,
                    "printed_text": count or None,
                    "table_ordinal": table["table_ordinal"],
                    "page_number": table["page_number"],
                }
            )
    return rows


def _below(grid: Grid, row: int, layout: Layout, head: str, language: str) -> str | None:
    """Words of a row below a head that reports on missions print; None where it or they are not there."""
    column = next((c for c in layout.columns if meaning_in_reports(language, "staffing_head", c.label) == head), None)
    return " ".join(_text(grid, row, column).split()) or None if column is not None else None


def _is_total(label: str, vocabulary: Vocabulary) -> bool:
    words = [word for key in ("total", "subtotal", "either") for word in vocabulary.words("totals", key)]
    return any(normalised(label).startswith(normalised(word)) for word in words)


def _words(grid: Grid, row: int, layout: Layout, meaning: str) -> str:
    column = next((c for c in layout.columns if c.meaning == meaning), None)
    if column is None:
        return ""
    return _text(grid, row, column)


def _text(grid: Grid, row: int, column: Column) -> str:
    cell = next((cell for index in column.covers if (cell := cell_over(grid, row, index)) is not None), None)
    return "\n".join(line.strip() for line in cell.text.split("\n") if line.strip()) if cell else ""


def _label(grid: Grid, row: int, layout: Layout) -> str:
    cells = [cell_over(grid, row, index) for index in layout.stub_columns]
    return " ".join(" ".join(cell.text.split()) for cell in cells if cell is not None).strip()


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

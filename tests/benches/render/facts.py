"""What two readings of one fascicle must have in common, whatever the language and format: facts by their dimensions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

from benches.render.facts import fascicle_of
from benches.render.model import Fascicle, Format
from benches.render.render import render
from pipelines.run.document import read_and_judge
from tests.kept import kept, rows_kept

SEED = Path("pipelines/bundled/A_77_6_Sect.10.zh.txt")

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "mart_table": (
        "table_number",
        "table_part",
        "kind",
        "unit",
        "row_count",
        "cell_count",
        "component_code",
        "subprogramme_code",
        "funding_source_code",
    ),
    "mart_cell": (
        "table_number",
        "table_part",
        "row_number",
        "row_role",
        "parent_row_number",
        "total_row_number",
        "measure",
        "fiscal_year",
        "value",
        "precision_digits",
        "is_nil",
        "unit",
        "funding_source_code",
        "component_code",
        "subprogramme_code",
        "item_kind",
        "item_code",
        "fact_id",
    ),
    "mart_financial_resource": (
        "funding_source_code",
        "component_code",
        "subprogramme_code",
        "item_kind",
        "item_code",
        "measure",
        "fiscal_year",
        "amount",
        "currency",
        "quality",
    ),
    "mart_post": (
        "funding_source_code",
        "component_code",
        "subprogramme_code",
        "item_kind",
        "item_code",
        "measure",
        "fiscal_year",
        "post_count",
        "quality",
    ),
    "mart_deliverable": (
        "table_number",
        "subprogramme_code",
        "category_code",
        "item_number",
        "quantity",
        "fiscal_year",
        "measure",
        "is_subtotal",
        "quality",
    ),
    "mart_performance_measure": ("table_number", "subprogramme_code", "fiscal_year", "measure", "is_nil"),
    "mart_mandate": ("subprogramme_code", "symbol", "is_pending"),
    "mart_stated_amount": (
        "paragraph_number",
        "value",
        "unit",
        "direction",
        "measure",
        "fiscal_year",
        "funding_source_code",
        "component_code",
        "subprogramme_code",
        "fact_id",
    ),
    "mart_chart_value": ("value", "unit", "subprogramme_code", "component_code", "fact_id"),
    "mart_org_unit_post": ("grade_code", "post_count", "is_total", "component_code", "subprogramme_code"),
    "mart_paragraph": ("paragraph_number", "subprogramme_code"),
    "mart_finding": (
        "class",
        "severity",
        "table_number",
        "measure",
        "fiscal_year",
        "printed_value",
        "paragraph_number",
    ),
}

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def facts_in(rows: Rows, table: str) -> Counter[tuple[Any, ...]]:
    """Rows of a table by their dimensions, counted."""
    return Counter(tuple(_plain(row.get(name)) for name in DIMENSIONS[table]) for row in rows.get(table, ()))


def _plain(value: Any) -> Any:
    return value.normalize() if isinstance(value, Decimal) else value


def differences(one: Rows, other: Rows) -> dict[str, tuple[list[Any], list[Any]]]:
    """Per table what only the one has and what only the other has; tables that agree are left out."""
    found: dict[str, tuple[list[Any], list[Any]]] = {}
    for table in DIMENSIONS:
        left, right = facts_in(one, table), facts_in(other, table)
        if left != right:
            found[table] = (list((left - right).elements()), list((right - left).elements()))
    return found


@cache
def seed_rows() -> Rows:
    """The bundled edition, parsed and judged."""
    return rows_kept(SEED)


@cache
def seed_facts() -> Fascicle:
    """Its facts."""
    return fascicle_of(seed_rows())


@cache
def read_back(language: str, form: Format) -> Rows:
    """The facts of the bundled edition printed in a language and format, and read again."""
    return kept(f"printed in {language} as {form}", SEED.read_bytes(), partial(_read_back, language, form))


def _read_back(language: str, form: Format) -> Rows:
    data = render(seed_facts(), language, form)
    return read_and_judge(data, "txt" if form == "layout" else form, {}, "0" * 64)

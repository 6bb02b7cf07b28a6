"""For each check the mutation that breaks it and nothing else, and the clean rows it is applied to.

A check without a mutation here fails a test: what cannot be broken on purpose may be unable to fail.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

from tests.shared import BUNDLED, judged
from warehouse.schema.declare import Rows

Row = dict[str, Any]
Mutation = Callable[[Rows], None]

# Where a claim's value stands, by table: identifier, value.
_CLAIMING = {
    "mart_cell": ("cell_id", "value"),
    "mart_stated_amount": ("stated_amount_id", "value"),
    "mart_chart_value": ("chart_value_id", "value"),
    "mart_org_unit_post": ("org_unit_post_id", "post_count"),
}
_SINGLE_UNITS = ("usd", "chf")


def clean_rows() -> Rows:
    """Parsed rows of the bundled edition with each misprint set to what the rest implies: nothing is violated."""
    full = judged(BUNDLED)
    judgement = ("mart_relation", "mart_relation_member", "mart_finding", "mart_check")
    rows = {name: deepcopy(table) for name, table in full.items() if name not in judgement}
    for finding in full["mart_finding"]:
        if finding.get("claim_id") and finding["implied_value"] is not None:
            for table, (key, _) in _CLAIMING.items():
                for row in rows[table]:
                    if row[key] == finding["claim_id"]:
                        set_value(rows, table, row, finding["implied_value"])
    return rows


def pick(rows: Rows, table: str, **wanted: object) -> Row:
    """The first row of a table that has these values."""
    return next(row for row in rows[table] if all(row[name] == value for name, value in wanted.items()))


def set_value(rows: Rows, table: str, row: Row, value: Decimal) -> None:
    """Print another value in a place, and let its claim say so."""
    key, column = _CLAIMING[table]
    row[column] = value
    if table == "mart_cell":
        row["is_nil"] = False
    for claim in rows["mart_claim"]:
        if claim["claim_id"] == row[key]:
            claim["value"] = value / 1000 if row.get("unit") in _SINGLE_UNITS else value


def _add(amount: str, table: str, **wanted: object) -> Mutation:
    def mutate(rows: Rows) -> None:
        row = pick(rows, table, **wanted)
        set_value(rows, table, row, row[_CLAIMING[table][1]] + Decimal(amount))

    return mutate


def _set(column: str, value: object, table: str, **wanted: object) -> Mutation:
    def mutate(rows: Rows) -> None:
        pick(rows, table, **wanted)[column] = value

    return mutate


def _all(*mutations: Mutation) -> Mutation:
    def mutate(rows: Rows) -> None:
        for mutation in mutations:
            mutation(rows)

    return mutate


_APPROPRIATION = {"table": "mart_cell", "table_number": "10.16", "measure": "appropriation"}
_BOX = {"table": "mart_org_unit_post"}

RELATION_MUTATIONS: dict[str, Mutation] = {
    # The base of two objects changes and their sum does not.
    "base_plus_changes_equals_estimate_within_rounding": _all(
        _add("3", **_APPROPRIATION, row_label="咨询人"), _add("-3", **_APPROPRIATION, row_label="专家")
    ),
    "parts_of_change_add_up_within_rounding": _add(
        "3", "mart_cell", table_number="10.16", row_label="咨询人", measure="other_change"
    ),
    "percentage_is_change_over_base_within_rounding": _add(
        "3", "mart_cell", table_number="10.16", row_label="咨询人", measure="percent_change"
    ),
    "total_equals_members_within_rounding": _add(
        "3", "mart_cell", table_number="10.16", row_label="咨询人", measure="expenditure"
    ),
    "deliverable_items_add_up_to_subcategory": _add(
        "1", "mart_cell", table_number="10.6", row_label="4. 大会会议", fiscal_year=2023
    ),
    "same_fact_same_value_within_rounding": _add("1", "mart_cell", table_number="10.17", fiscal_year=2022),
    # A post of one component changes its grade.
    "components_add_up_to_section": _all(
        _add("1", "mart_chart_value", figure_number="10.三", label="P-5"),
        _add("-1", "mart_chart_value", figure_number="10.三", label="GS (OL)"),
    ),
    "funding_sources_add_up_to_all_sources": _add(
        "3", "mart_cell", table_number="10.19", table_part="2", row_label="共计", measure="expenditure"
    ),
    "prose_states_the_table_value": _add("100000", "mart_stated_amount", paragraph_number="10.61", measure="estimate"),
    "plotted_values_add_up_to_total_within_rounding": _add(
        "1", "mart_chart_value", figure_number="10.三", label="GS (OL)"
    ),
    # A post moves between two boxes whose totals stay.
    "unit_total_equals_its_grades": _all(
        _add("1", **_BOX, subprogramme_code="2", grade="P-5"), _add("-1", **_BOX, subprogramme_code="3", grade="P-5")
    ),
    # A post moves between two boxes, and their totals with it.
    "units_add_up_to_posts_of_component": _all(
        _add("1", **_BOX, subprogramme_code="2", grade="P-5"),
        _add("1", **_BOX, subprogramme_code="2", is_total=True),
        _add("-1", **_BOX, subprogramme_code="3", grade="P-5"),
        _add("-1", **_BOX, subprogramme_code="3", is_total=True),
    ),
    # A post changes its grade within its box.
    "grades_over_units_add_up_to_posts_by_grade": _all(
        _add("1", **_BOX, subprogramme_code="2", grade="P-5"), _add("-1", **_BOX, subprogramme_code="2", grade="P-4")
    ),
}


def _without_paragraph(rows: Rows) -> None:
    rows["mart_paragraph"].remove(pick(rows, "mart_paragraph", paragraph_number="10.2"))


def _renumbered_figure(rows: Rows) -> None:
    for row in rows["mart_chart_value"]:
        if row["figure_number"] == "10.六":
            row["figure_number"] = "10.八"


def _renumbered_item(rows: Rows) -> None:
    for row in rows["mart_deliverable"]:
        if row["table_number"] == "10.6" and row.get("item_number") == 4:
            row["item_number"] = 40


def _moved_year(rows: Rows) -> None:
    for cell in rows["mart_cell"]:
        if cell["table_number"] == "10.22" and cell["fiscal_year"] == 2019:
            cell["fiscal_year"] = 2024


def _same_head(rows: Rows) -> None:
    """Two columns of one table get the same head."""
    for cell in rows["mart_cell"]:
        if cell["table_number"] == "10.22" and cell["fiscal_year"] == 2019:
            cell["column_label"] = next(
                c["column_label"]
                for c in rows["mart_cell"]
                if c["table_number"] == "10.22" and c["fiscal_year"] == 2020
            )


def _announced(old: str, new: str) -> Mutation:
    def mutate(rows: Rows) -> None:
        paragraph = pick(rows, "mart_paragraph", paragraph_number="10.68")
        assert old in paragraph["text"]
        paragraph["text"] = paragraph["text"].replace(old, new)

    return mutate


def _mandate_twice(rows: Rows) -> None:
    rows["mart_mandate"].append({**rows["mart_mandate"][0], "mandate_id": "again"})


def _cites_what_is_no_mandate(rows: Rows) -> None:
    symbols = {mandate["symbol"] for mandate in rows["mart_mandate"]}
    next(row for row in rows["mart_citation"] if row["symbol"] in symbols)["symbol"] = "A/RES/1/1"


def _misleading_link(rows: Rows) -> None:
    rows["mart_link"][0] |= {"printed_symbol": "A/RES/1/1", "target_symbol": "A/RES/1/2"}


def _total_without_members(rows: Rows) -> None:
    table = pick(rows, "mart_table", table_number="10.18")["table_id"]
    total = pick(rows, "mart_row", table_id=table, row_label="GS (OL)")["total_row_number"]
    for row in rows["mart_row"]:
        if row["table_id"] == table and row["total_row_number"] == total:
            row["total_row_number"] = None


def _without_category(rows: Rows) -> None:
    """One of two tables that sum posts by category prints one category alone."""
    cells = [
        cell
        for cell in rows["mart_cell"]
        if cell["table_number"] == "10.21" and cell["table_part"] == "posts" and cell["row_label"].startswith("一般")
    ]
    place = (cells[0]["table_id"], cells[0]["row_number"])
    names = {cell["cell_id"] for cell in cells}
    rows["mart_cell"] = [cell for cell in rows["mart_cell"] if cell["cell_id"] not in names]
    rows["mart_claim"] = [claim for claim in rows["mart_claim"] if claim["claim_id"] not in names]
    rows["mart_row"] = [row for row in rows["mart_row"] if (row["table_id"], row["row_number"]) != place]


STRUCTURE_MUTATIONS: dict[str, Mutation] = {
    "paragraph_numbers_run_without_gaps": _without_paragraph,
    "table_numbers_run_without_gaps": _set("order_number", 1, "mart_table", table_number="10.22"),
    "figure_numbers_run_without_gaps": _renumbered_figure,
    "item_numbers_run_without_gaps": _renumbered_item,
    "years_of_columns_run_forward": _moved_year,
    "heads_tell_columns_apart": _same_head,
    "announced_tables_are_present": _announced("表 10.22", "表 10.22 和 10.99"),
    "printed_tables_are_announced": _announced("表 10.22", "下表"),
    "links_lead_to_the_symbol_they_stand_on": _misleading_link,
    "mandates_are_listed_once": _mandate_twice,
    "cited_resolutions_are_in_a_mandate_list": _cites_what_is_no_mandate,
    "mandates_have_numbers": _set("is_pending", True, "mart_mandate", is_pending=False),
    "lines_inside_tables_are_claimed": _set("unclaimed_table_line_count", 1, "mart_document", language="zh"),
    "printed_values_are_readable": _set("value", None, "mart_cell", table_number="10.22", fiscal_year=2019),
    "total_rows_have_members": _total_without_members,
    "totals_leave_out_no_row": _without_category,
}

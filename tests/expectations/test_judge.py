"""Each relation check with the mutation that breaks it; verdicts by printed precision."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judge import judge_rows
from expectations.printed import Interval, half_unit
from expectations.relations import RELATION_CHECKS
from tests.shared import BUNDLED, judged
from warehouse.declare import Rows

_INPUTS = (
    "mart_document",
    "mart_table",
    "mart_row",
    "mart_cell",
    "mart_claim",
    "mart_stated_amount",
    "mart_chart_value",
    "mart_org_unit_post",
)

# check -> (table, what picks the row, column, new value)
MUTATIONS: dict[str, tuple[str, dict[str, object], str, Decimal]] = {
    "base_plus_changes_equals_estimate_within_rounding": (
        "mart_cell",
        {"table_number": "10.19", "table_part": "1", "row_label": "A. 行政领导和管理", "measure": "total_change"},
        "value",
        Decimal("99.9"),
    ),
    "parts_of_change_add_up_within_rounding": (
        "mart_cell",
        {
            "table_number": "10.19",
            "table_part": "1",
            "row_label": "A. 行政领导和管理",
            "measure": "technical_adjustment",
        },
        "value",
        Decimal("26.6"),
    ),
    "percentage_is_change_over_base_within_rounding": (
        "mart_cell",
        {"table_number": "10.19", "table_part": "1", "row_label": "A. 行政领导和管理", "measure": "percent_change"},
        "value",
        Decimal("-4.4"),
    ),
    "total_equals_members_within_rounding": (
        "mart_cell",
        {"table_number": "10.16", "row_label": "咨询人", "measure": "expenditure"},
        "value",
        Decimal("131.6"),
    ),
    "deliverable_items_add_up_to_subcategory": (
        "mart_cell",
        {"table_number": "10.6", "row_label": "4. 大会会议", "fiscal_year": 2023},
        "value",
        Decimal("31"),
    ),
    "same_fact_same_value_within_rounding": (
        "mart_cell",
        {"table_number": "10.21", "table_part": "financial", "row_label": "员额", "measure": "estimate"},
        "value",
        Decimal("6372.5"),
    ),
    "components_add_up_to_section": (
        "mart_cell",
        {"table_number": "10.24", "table_part": "financial", "row_label": "员额", "measure": "estimate"},
        "value",
        Decimal("3822.3"),
    ),
    "funding_sources_add_up_to_all_sources": (
        "mart_cell",
        {"table_number": "10.19", "table_part": "2", "row_label": "共计", "measure": "estimate", "fiscal_year": 2023},
        "value",
        Decimal("9864.0"),
    ),
    "prose_states_the_table_value": (
        "mart_stated_amount",
        {"paragraph_number": "10.71", "measure": "estimate"},
        "value",
        Decimal("3965900"),
    ),
    "plotted_values_add_up_to_total_within_rounding": (
        "mart_chart_value",
        {"figure_number": "10.四", "label": "专家"},
        "value",
        Decimal("75.1"),
    ),
    "unit_total_equals_its_grades": ("mart_org_unit_post", {"grade": "D-1"}, "post_count", Decimal(3)),
    "units_add_up_to_posts_of_component": (
        "mart_org_unit_post",
        {"is_total": True, "subprogramme_code": "3"},
        "post_count",
        Decimal(9),
    ),
    "grades_over_units_add_up_to_posts_by_grade": ("mart_org_unit_post", {"grade": "D-1"}, "post_count", Decimal(3)),
}


def _inputs() -> Rows:
    rows = judged(BUNDLED)
    return {name: deepcopy(rows[name]) for name in _INPUTS}


def _mutated(table: str, picks: dict[str, object], column: str, value: Decimal) -> Rows:
    rows = _inputs()
    row = next(r for r in rows[table] if all(r[name] == wanted for name, wanted in picks.items()))
    row[column] = value
    identifiers = {row.get("cell_id"), row.get("chart_value_id"), row.get("stated_amount_id")} - {None}
    for claim in rows["mart_claim"]:
        if claim["claim_id"] in identifiers:
            claim["value"] = value / 1000 if table == "mart_stated_amount" else value
    return rows


def _violated(rows: Rows, check: str) -> int:
    return next(c["violated"] for c in judge_rows(rows)["mart_check"] if c["check_name"] == check)


@pytest.mark.parametrize("check", sorted(MUTATIONS))
def test_a_mutation_breaks_the_check(check: str) -> None:
    assert _violated(_mutated(*MUTATIONS[check]), check) > _violated(_inputs(), check)


def test_every_relation_check_has_its_mutation() -> None:
    assert {check.name for check in RELATION_CHECKS} == set(MUTATIONS)


def test_every_relation_check_was_evaluated() -> None:
    counts = {c["check_name"]: c["evaluated"] for c in judge_rows(_inputs())["mart_check"]}
    assert all(counts[check.name] > 0 for check in RELATION_CHECKS)


@settings(max_examples=200)
@given(st.lists(st.decimals(-9999, 9999, places=4), min_size=1, max_size=12))
def test_rounded_truth_never_leaves_its_interval(values: list[Decimal]) -> None:
    """Printing true values to one decimal leaves their sum within the sum of the printed intervals."""
    printed = [value.quantize(Decimal("0.1")) for value in values]
    intervals = [Interval.around(p, half_unit(1)) for p in printed]
    whole = intervals[0]
    for interval in intervals[1:]:
        whole = whole + interval
    assert whole.low <= sum(values) <= whole.high
    assert whole.width == len(values) * Decimal("0.1")

"""Checks on what resolutions state: each with the mutation that breaks it, on an invented budget resolution."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from expectations.judging.judge import judge_rows
from pipelines.parse.resolutions.rows import parse_resolution
from tests.expectations.mutations import set_value
from tests.parse.resolutions.blocks import budget_resolution
from warehouse.schema.declare import Rows


@cache
def _parsed() -> Rows:
    return parse_resolution(budget_resolution())


def clean_rows() -> Rows:
    return deepcopy(_parsed())


def _add(amount: str, table: str, **wanted: Any) -> Callable[[Rows], None]:
    def mutate(rows: Rows) -> None:
        row = next(row for row in rows[table] if all(row[name] == value for name, value in wanted.items()))
        set_value(rows, table, row, row["value"] + Decimal(amount))

    return mutate


RESOLUTION_MUTATIONS: dict[str, Callable[[Rows], None]] = {
    "stated_parts_add_up_to_stated_total": _add("700", "mart_stated_amount", printed_text="2,000 dollars"),
    "total_column_equals_its_columns": _add("1", "mart_cell", row_label="Abroad", column_label="Total"),
    "headings_of_resolutions_are_whole": lambda rows: rows["mart_resolution"][0].update(header_gaps="opening"),
    "scale_of_assessments_makes_up_the_whole": _add("0.001", "mart_cell", row_label="Utopia"),
}


def _violated(rows: Rows) -> set[str]:
    return {check["check_name"] for check in judge_rows(rows)["mart_check"] if check["violated"]}


def test_what_adds_up_is_no_finding() -> None:
    judged = judge_rows(clean_rows())
    assert judged["mart_finding"] == []
    assert {row["verdict"] for row in judged["mart_relation"]} == {"exact"}
    evaluated = {row["check_name"]: row["evaluated"] for row in judged["mart_check"]}
    assert evaluated["total_equals_members_within_rounding"] == 22
    assert evaluated["total_column_equals_its_columns"] == 13
    assert evaluated["stated_parts_add_up_to_stated_total"] == 3


@pytest.mark.parametrize("check", sorted(RESOLUTION_MUTATIONS))
def test_a_mutation_breaks_its_check_and_no_other(check: str) -> None:
    rows = clean_rows()
    RESOLUTION_MUTATIONS[check](rows)
    assert _violated(rows) == {check}


@pytest.mark.parametrize(
    ("row", "column"), [("Total, part I", "Amount"), ("Local level", "Number of posts (missions)")]
)
def test_an_amount_in_two_sums_is_found_at_its_place(row: str, column: str) -> None:
    rows = clean_rows()
    _add("100", "mart_cell", row_label=row, column_label=column)(rows)
    (finding,) = judge_rows(rows)["mart_finding"]
    assert (finding["class"], finding["row_label"], finding["is_unique"]) == ("material", row, True)


def test_an_amount_in_one_sum_may_be_its_neighbour() -> None:
    rows = clean_rows()
    _add("100", "mart_cell", row_label="29A. Management", column_label="Amount")(rows)
    (finding,) = judge_rows(rows)["mart_finding"]
    assert finding["is_unique"] is False and "10. Least developed countries" in finding["message"]


def test_dollars_are_shown_as_printed() -> None:
    """Amounts are judged in thousands and reported in the unit they are printed in."""
    rows = clean_rows()
    _add("100", "mart_cell", row_label="Total, part II", column_label="Amount")(rows)
    (finding,) = judge_rows(rows)["mart_finding"]
    assert (finding["printed_value"], finding["implied_value"]) == (Decimal(7500100), Decimal(7500000))

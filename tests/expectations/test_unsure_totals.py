"""Totals of reports that are no sums of the rows above them, on invented tables: doubts, and what stays a finding."""

from __future__ import annotations

import pytest

from expectations.judging.judge import judge_rows
from tests.expectations.test_formulas import parsed
from warehouse.schema.declare import Rows

HEAD = ("Category", "Apportionment (2024/25)", "Expenditure (2024/25)", "Cost estimates (2026/27)")
TENTS, BOATS = ("Tents", "10.0", "20.0", "30.0"), ("Boats", "1.0", "2.0", "3.0")


def _judged(*lines: tuple[str, ...]) -> tuple[Rows, list[str], int]:
    rows = judge_rows(parsed((HEAD, *lines)))
    check = next(row for row in rows["mart_check"] if row["check_name"] == "total_equals_members_within_rounding")
    return rows, [row["kind"] for row in rows["mart_doubt"]], check["violated"]


def test_a_total_that_most_columns_contradict_is_one_doubt() -> None:
    rows, doubts, violated = _judged(TENTS, BOATS, ("Total", "77.0", "88.0", "33.0"))
    assert (doubts, violated, rows["mart_finding"]) == (["table_shape"], 0, [])


def test_the_doubt_is_added_where_parsing_had_none() -> None:
    parsed_rows = parsed((HEAD, TENTS, BOATS, ("Total", "77.0", "88.0", "33.0")))
    parsed_rows["mart_doubt"] = []
    (doubt,) = judge_rows(parsed_rows)["mart_doubt"]
    assert (doubt["kind"], doubt["row_label"], doubt["evidence"]) == ("table_shape", "Total", "2 of 3 columns fail")


def test_a_total_over_a_total_in_doubt_is_no_finding_where_it_fails() -> None:
    """A subtotal that sums more rows than was told is counted twice above."""
    rows = parsed((HEAD, TENTS, BOATS, ("Subtotal", "99.0", "98.0", "97.0"), ("Total", "110.0", "120.0", "130.0")))
    for row in (*rows["mart_row"], *rows["mart_cell"]):
        label = row["row_label"]
        row["total_row_number"] = {"Tents": 3, "Boats": 4, "Subtotal": 4}.get(label)
    rows["mart_doubt"] = []
    judged = judge_rows(rows)
    assert judged["mart_finding"] == []
    assert {row["row_label"] for row in judged["mart_doubt"]} == {"Subtotal", "Total"}


def test_a_total_that_most_columns_confirm_is_a_finding_where_it_fails() -> None:
    rows, doubts, violated = _judged(TENTS, BOATS, ("Total", "11.0", "22.0", "38.0"))
    assert (doubts, violated) == ([], 1)
    assert rows["mart_finding"]


@pytest.mark.parametrize("kind", ["budget_fascicle", None])
def test_totals_of_fascicles_are_judged_as_before(kind: str | None) -> None:
    rows = parsed((HEAD, TENTS, BOATS, ("Total", "77.0", "88.0", "33.0")))
    rows["mart_document"][0]["kind"] = kind
    check = next(c for c in judge_rows(rows)["mart_check"] if c["check_name"] == "total_equals_members_within_rounding")
    assert check["violated"] == 2


@pytest.mark.parametrize(("kind", "found"), [("peacekeeping_budget", 0), ("budget_fascicle", 1)])
def test_annexes_of_reports_begin_again_at_one(kind: str, found: int) -> None:
    rows = parsed((HEAD, TENTS, BOATS))
    rows["mart_document"][0]["kind"] = kind
    document_id = rows["mart_document"][0]["document_id"]
    rows["mart_paragraph"] = [
        {"document_id": document_id, "paragraph_number": number, "kind": "numbered", "text": "", "line_first": line}
        for line, number in enumerate(("1", "2", "3", "1", "2"), 1)
    ]
    names = [row["check_name"] for row in judge_rows(rows)["mart_finding"]]
    assert names.count("paragraph_numbers_run_without_gaps") == found

"""Columns that were not understood, on small fascicles: doubts, no misprints; and what stays a finding."""

from __future__ import annotations

from typing import Any

import pytest

from expectations.judging.judge import judge_rows
from tests.parse.fascicle_blocks import UNIT, doubts, errors, fascicle, heading, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TECHNICAL, MANDATES, OTHER, TOTAL = "Technical adjustments", "New/expanded mandates", "Other", "Total"
READ = ("mart_document", "mart_table", "mart_row", "mart_cell", "mart_claim")
POSTS = ["Posts", "9.0", "1.0", "0.5", "2.0", "3.5", "12.5"]
TRAVEL = ["Travel of staff", "4.0", "0.3", "0.2", "–", "0.5", "4.5"]
SUPPLIES = ["Supplies and materials", "2.0", "0.1", "0.4", "0.2", "0.7", "2.7"]
SUM = ["Total", "15.0", "1.4", "1.1", "2.2", "4.7", "19.7"]


def _read(heads: list[str], *rows: list[str]) -> Rows:
    lines = table(
        "99.1", "Overall: evolution of financial resources by object of expenditure", UNIT, heads, list(rows), ""
    )
    return read(fascicle(RESOURCES, lines))


def _changed(*names: str) -> list[str]:
    return ["2025 approved", *names, "2026 estimate"]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_parts_of_a_change_are_not_judged_without_the_one_that_was_not_understood(place: int) -> None:
    names = [TECHNICAL, MANDATES, OTHER, TOTAL]
    names[place] = "Zzyzx"
    rows = _read(_changed(*names), POSTS, TRAVEL, SUPPLIES, SUM)
    assert errors(rows) == []
    assert all(row["table_number"] == "99.1" for row in rows["mart_doubt"])


def test_a_part_that_was_understood_is_judged() -> None:
    wrong = [*TRAVEL[:4], "7.0", *TRAVEL[5:]]
    rows = _read(_changed(TECHNICAL, MANDATES, OTHER, TOTAL), POSTS, wrong, SUPPLIES, SUM)
    assert len(errors(rows)) == 1 and "7.0 is printed" in errors(rows)[0]
    assert doubts(rows) == []


def test_a_change_printed_in_parts_may_lack_one() -> None:
    heads = ["2025 approved", TECHNICAL, MANDATES, "2026 estimate"]
    rows = _read(heads, *([*row[:4], row[6]] for row in (POSTS, SUPPLIES, TRAVEL, SUM)))
    assert errors(rows) == []
    assert doubts(rows) == ["head"]


@pytest.mark.parametrize("head", ["Appropriation", ""], ids=["a year was lost", "a column was left out"])
def test_a_change_is_not_counted_from_an_earlier_year_than_the_one_before(head: str) -> None:
    """The column of the year before has lost its year, or is not there: the change cannot be from the one before it."""
    heads = ["2024 appropriation", *([head] if head else []), "Variance", "2026 estimate"]
    earlier = zip((POSTS, TRAVEL, SUPPLIES, SUM), ("8.0", "3.0", "1.0", "12.0"), strict=True)
    rows = _read(heads, *([row[0], amount, *(row[1:2] if head else []), *row[5:]] for row, amount in earlier))
    assert errors(rows) == []
    assert "head" in doubts(rows)


@pytest.mark.parametrize(("head", "found"), [("Zzyzx", False), ("2024 expenditure", True)])
def test_a_column_with_an_unknown_head_is_doubted_where_one_of_its_sums_fails(head: str, found: bool) -> None:
    lines = [
        ["A. Executive direction and management", "5.0", "5.0", "1.0", "6.0"],
        ["B. Programme of work", "", "", "", ""],
        ["1. Trade", "1.0", "1.0", "1.0", "2.0"],
        ["2. Finance", "2.0", "2.0", "1.0", "3.0"],
        ["Subtotal, B", "3.0", "3.0", "2.0", "5.0"],
        ["Total", "9.9", "8.0", "3.0", "11.0"],
    ]
    title = "Overall: evolution of financial resources by component and subprogramme"
    heads = [head, "2025 approved", "Variance", "2026 estimate"]
    rows = read(fascicle(RESOURCES, table("99.1", title, UNIT, heads, lines, "Component/subprogramme")))
    assert any("9.9" in message for message in errors(rows)) is found
    assert ("head" in doubts(rows)) is not found


@pytest.mark.parametrize(("head", "found"), [("", 0), ("Percentage", 0), ("2024 expenditure", 1)])
def test_a_column_without_a_head_need_not_add_up(head: str, found: int) -> None:
    lines = (
        ["Posts", "9.0", "50.0", "10.0"],
        ["Travel of staff", "4.0", "20.0", "5.0"],
        ["Total", "13.0", "34.0", "15.0"],
    )
    rows = _read(["2025 approved", head, "2026 estimate"], *lines)
    assert len([one for one in errors(rows) if "34.0" in one]) == found


def test_a_table_that_lost_a_third_of_its_heads_states_nothing() -> None:
    rows = _read(["2025 approved", "", "", OTHER, TOTAL, "2026 estimate"], POSTS, TRAVEL, SUPPLIES, [*SUM[:-1], "99.9"])
    assert errors(rows) == []
    assert doubts(rows) == ["head"]
    assert not any(cell["fact_id"] for cell in rows["mart_cell"])


def test_a_head_that_is_missing_over_few_figures_is_no_matter() -> None:
    rows = _read(
        ["2025 approved", "", "", "2026 estimate"],
        ["Posts", "4.0", "", "", "4.5"],
        ["Travel of staff", "5.0", "", "", "5.0"],
        ["Total", "9.0", "7", "8", "9.5"],
    )
    assert any(cell["fact_id"] for cell in rows["mart_cell"])


SLIP = [*TRAVEL[:4], "7.0", *TRAVEL[5:]]
OTHER_SUM = ["Total", "99.0", *SUM[2:-1], "103.7"]


@pytest.mark.parametrize(
    ("kind", "lines", "found"),
    [
        (None, (SLIP, SUM), True),
        ("completeness", (SLIP, SUM), True),
        ("head", (SLIP, SUM), False),
        (None, (TRAVEL, OTHER_SUM), True),
        ("completeness", (TRAVEL, OTHER_SUM), False),
    ],
)
def test_rows_that_may_be_missing_put_sums_in_doubt_alone(kind: str | None, lines: Any, found: bool) -> None:
    rows = _read(_changed(TECHNICAL, MANDATES, OTHER, TOTAL), POSTS, SUPPLIES, *lines)
    given = {name: own for name, own in rows.items() if name in READ}
    table = rows["mart_table"][0]
    told = {"kind": kind, "document_id": table["document_id"], "table_id": table["table_id"]}
    given["mart_doubt"] = [told] if kind else []
    assert bool(judge_rows(given)["mart_finding"]) is found


def test_columns_that_ran_together_state_nothing() -> None:
    merged = ([*POSTS[:2], "1.0 0.5", *POSTS[4:], ""], [*TRAVEL[:2], "0.3 0.2", *TRAVEL[4:], ""])
    third = [*SUPPLIES[:2], "0.1 0.4", *SUPPLIES[4:], ""]
    rows = _read(_changed(TECHNICAL, MANDATES, OTHER, TOTAL), *merged, third, [*SUM[:-1], "99.9"])
    assert doubts(rows) == ["table_shape"]
    assert rows["mart_finding"] == []
    assert not any(cell["fact_id"] for cell in rows["mart_cell"])


def test_one_cell_of_two_figures_is_a_finding() -> None:
    rows = _read(_changed(TECHNICAL, MANDATES, OTHER, TOTAL), [*POSTS[:2], "1 0", *POSTS[3:]], TRAVEL, SUPPLIES, SUM)
    assert [row["class"] for row in rows["mart_finding"]] == ["unreadable"]
    assert doubts(rows) == []
    assert any(cell["fact_id"] for cell in rows["mart_cell"])


@pytest.mark.parametrize(("amount", "kind"), [("7 498 676", "statistics"), ("12.5", "statistics"), ("12", "posts")])
def test_amounts_of_money_are_no_posts(amount: str, kind: str) -> None:
    heads = ["P-3", "P-4", "P-5", "D-1", "Total"]
    lines = table("99.1", "Staff by category", "", heads, [["Regular budget", *[amount] * 4, amount]], "")
    rows = read(fascicle(RESOURCES, lines))
    assert rows["mart_table"][0]["kind"].startswith(kind)


def test_posts_below_a_caption_of_money_may_have_that_of_another_table() -> None:
    heads = ["P-3", "P-4", "P-5", "Total"]
    lines = [["Approved 2025", "1", "2", "3", "6"], ["Proposed 2026", "1", "2", "3", "6"]]
    with_money = read(fascicle(RESOURCES, table("99.1", "Financial resources", UNIT, heads, lines, "")))
    without = read(fascicle(RESOURCES, table("99.1", "Positions", "", heads, lines, "")))
    assert "scope" in doubts(with_money) and "scope" not in doubts(without)

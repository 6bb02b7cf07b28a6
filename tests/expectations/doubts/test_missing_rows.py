"""Totals above which a row is missing: a doubt about the table, no misprint of figures that are right."""

from __future__ import annotations

from tests.parse.fascicle_blocks import UNIT, errors, fascicle, heading, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
HEADS = ["2025 approved", "Technical adjustments", "Other", "Total", "2026 estimate"]
POSTS = ["Posts", "90.0", "1.0", "0.5", "1.5", "91.5"]
TRAVEL = ["Travel of staff", "4.0", "–", "0.2", "0.2", "4.2"]
SUPPLIES = ["Supplies and materials", "2.0", "0.1", "–", "0.1", "2.1"]
SUM = ["Total", "96.0", "1.1", "0.7", "1.8", "97.8"]


def _read(*rows: list[str]) -> Rows:
    title = "Overall: evolution of financial resources by object of expenditure"
    return read(fascicle(RESOURCES, table("99.1", title, UNIT, HEADS, list(rows), "Object of expenditure")))


def _missing(rows: Rows) -> list[str]:
    return [row["row_label"] for row in rows["mart_doubt"] if row["kind"] == "completeness"]


def test_a_row_left_out_is_a_doubt_about_its_total() -> None:
    rows = _read(POSTS, SUPPLIES, SUM)
    assert errors(rows) == [] and _missing(rows) == ["Total"]
    assert "4 in “2025 approved”" in rows["mart_doubt"][0]["evidence"]


def test_a_total_of_all_rows_is_none() -> None:
    assert _missing(_read(POSTS, TRAVEL, SUPPLIES, SUM)) == []


def test_a_misprint_in_one_column_is_a_finding() -> None:
    rows = _read(POSTS, TRAVEL, SUPPLIES, ["Total", "69.0", *SUM[2:]])
    assert len(errors(rows)) == 1 and _missing(rows) == []


def test_figures_that_do_not_hold_together_are_no_row() -> None:
    rows = _read(POSTS, TRAVEL, SUPPLIES, ["Total", "96.0", "7.1", "0.7", "1.8", "79.8"])
    assert errors(rows) and _missing(rows) == []


def test_a_row_without_changes_is_a_doubt_where_it_is_no_larger_than_the_others() -> None:
    experts = ["Experts", "9.0", "–", "–", "–", "9.0"]
    total = ["Total", "105.0", "1.1", "0.7", "1.8", "106.8"]
    assert _missing(_read(POSTS, TRAVEL, SUPPLIES, experts, total)) == []
    assert _missing(_read(POSTS, TRAVEL, SUPPLIES, total)) == ["Total"]
    large = _read(TRAVEL, SUPPLIES, ["Total", "105.0", "0.1", "0.2", "0.3", "105.3"])
    assert _missing(large) == [] and errors(large)

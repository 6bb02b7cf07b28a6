"""Posts, staffing changes, vacancy rates and results of missions: what real reports print, from Word and PDF alike, and
invented tables that differ as other missions' do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from expectations.judging.judge import judge_rows
from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.parse.reports.document import parse_budget_report
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of
from tests.kept import rows_kept
from tests.shared import SHARED
from warehouse.schema.declare import Rows

REPORTS = SHARED / "more" / "A_80_pkm"
needs_reports = pytest.mark.skipif(not REPORTS.exists(), reason=f"no documents at {REPORTS}")
both = pytest.mark.parametrize("suffix", ["docx", "pdf"])


def _rows(symbol: int, suffix: str) -> Rows:
    return rows_kept(REPORTS / f"A_80_{symbol}.en.{suffix}", "hash")


def _found(rows: Rows, table: str, **wanted: Any) -> list[dict[str, Any]]:
    return [row for row in rows[table] if all(row[name] == value for name, value in wanted.items())]


# -- real reports ------------------------------------------------------------------------------------

POSTS = (
    (614, "Executive direction and management", "posts", "international_staff", "P-5–P-4", "approved", 2024, 9),
    (614, "Executive direction and management", "posts", "international_staff", None, "approved", 2024, 22),
    (614, "Component 2: support", "posts_and_temporary_positions", None, None, "proposed", 2026, 236),
    (614, None, None, "military_contingents", None, "proposed", 2026, 3115),
    (596, "Component 2: support", "posts", "national_staff", "NGS", "variance", 2026, -4),
    (605, "Supply Chain Service", "posts", None, None, "proposed", 2026, 128),
    (634, "Executive direction and management", "posts", "international_staff", "D-2–D-1", "approved", 2024, 2),
)


@needs_reports
@both
@pytest.mark.parametrize("fact", POSTS, ids=lambda fact: f"{fact[0]}-{fact[3]}-{fact[4]}-{fact[5]}")
def test_posts_are_those_printed(fact: tuple[Any, ...], suffix: str) -> None:
    names = ("unit_label", "personnel_kind", "category_code", "grade_label", "measure", "fiscal_year")
    found = _found(_rows(fact[0], suffix), "mart_peacekeeping_post", **dict(zip(names, fact[1:-1], strict=True)))
    assert {row["post_count"] for row in found} == {Decimal(fact[-1])}


@needs_reports
@both
def test_a_performance_report_has_deployment_by_date(suffix: str) -> None:
    wanted = {"category_code": "united_nations_police", "row_label": "1 July 2024", "measure": "actual"}
    (row,) = _found(_rows(590, suffix), "mart_peacekeeping_post", **wanted)
    assert (row["post_count"], row["fiscal_year"]) == (7, 2024)


@needs_reports
@both
@pytest.mark.parametrize(("symbol", "count"), [(596, 35), (605, 42), (614, 72), (621, 91), (634, 0)])
def test_vacancy_rates_are_of_their_topic(symbol: int, count: int, suffix: str) -> None:
    rates = _found(_rows(symbol, suffix), "mart_peacekeeping_resource", topic="vacancy_rates")
    assert len(rates) == count
    assert {row["unit"] for row in rates} <= {"percent"}


@needs_reports
@both
def test_a_vacancy_rate_is_the_one_printed(suffix: str) -> None:
    wanted = {"topic": "vacancy_rates", "row_label": "United Nations police", "measure": "proposed"}
    (row,) = _found(_rows(614, suffix), "mart_peacekeeping_resource", **wanted)
    assert (row["printed_value"], row["fiscal_year"]) == (Decimal("61.5"), 2026)


@needs_reports
@both
@pytest.mark.parametrize(("symbol", "count"), [(596, 7), (605, 32), (614, 127), (621, 177)])
def test_staffing_changes_have_office_count_and_action(symbol: int, count: int, suffix: str) -> None:
    changes = _rows(symbol, suffix)["mart_post_change"]
    assert len(changes) == count
    assert all(row["post_count"] is not None or row["printed_text"] == "(1" for row in changes)
    assert not [row for row in changes if row["unit_label"] in (None, "Post", "Posts", "Temporary position")]


@needs_reports
@both
def test_a_staffing_change_is_the_one_printed(suffix: str) -> None:
    (row,) = _found(_rows(614, suffix), "mart_post_change", description="Deputy Police Commissioner")
    told = (row["unit_label"], row["personnel_kind"], row["grade_code"], row["post_count"], row["reason"])
    assert told == ("Office of the Police Commissioner", "posts", "P-5", -1, "Abolishment")


@needs_reports
@both
@pytest.mark.parametrize(
    ("symbol", "accomplishments", "indicators"), [(596, 5, 10), (614, 3, 14), (621, 15, 41)], ids=str
)
def test_frameworks_have_accomplishments_and_indicators(
    symbol: int, accomplishments: int, indicators: int, suffix: str
) -> None:
    rows = _rows(symbol, suffix)
    assert len(_found(rows, "mart_result", kind="expected_accomplishment")) == accomplishments
    assert len(_found(rows, "mart_result", kind="indicator")) == indicators
    numbers = {row["result_number"] for row in _found(rows, "mart_result", kind="expected_accomplishment")}
    assert {row["parent_number"] for row in _found(rows, "mart_result", kind="indicator")} <= numbers


@needs_reports
@both
def test_an_indicator_has_its_values_by_period(suffix: str) -> None:
    rows = _rows(614, suffix)
    (indicator,) = _found(rows, "mart_result", result_number="2.1.4")
    values = _found(rows, "mart_result_value", result_id=indicator["result_id"])
    assert [(row["fiscal_year"], row["printed_text"]) for row in values] == [
        (2022, "1,981"),
        (2023, "1,973"),
        (2024, "1,916"),
        (2025, "≥ 1,800"),
        (2026, "≥ 1,800"),
    ]


@needs_reports
@pytest.mark.parametrize(("suffix", "outputs_printed"), [("docx", 63), ("pdf", 61)])
def test_planned_outputs_have_what_was_completed(suffix: str, outputs_printed: int) -> None:
    """In the PDF the table goes on over three pages without a rule, and two remarks stand close below others."""
    rows = _rows(590, suffix)
    outputs = _found(rows, "mart_result", kind="output", group_label="Aviation services")
    assert [(row["completed_text"], row["remarks"]) for row in outputs[:3]] == [
        ("2", "Fixed-wing aircraft"),
        ("1", "Rotary-wing aircraft"),
        ("1", "Standby fixed-wing aircraft"),
    ]
    assert outputs[3]["completed_text"] == "81.46"
    assert len(_found(rows, "mart_result", kind="output")) == outputs_printed


@needs_reports
@both
def test_paragraphs_are_below_the_numbered_headings(suffix: str) -> None:
    rows = _rows(596, suffix)
    (row,) = _found(rows, "mart_paragraph", paragraph_number="34")
    assert row["heading_path"] == "II. Financial resources > G. Vacancy factors"


# -- invented tables ---------------------------------------------------------------------------------


def _block(*rows: tuple[str, ...], headers: int | None = 1) -> Block:
    width = max(map(len, rows))
    grid = tuple(
        tuple(
            GridCell(text, Place(line_first=r, line_last=r, table_ordinal=1, row=r, column=c))
            for c, text in enumerate((*row, *[""] * (width - len(row))), 1)
        )
        for r, row in enumerate(rows, 1)
    )
    return Block("table", grid=Grid(grid, headers), place=Place(line_first=1, table_ordinal=1))


def _parsed(*blocks: Block) -> Rows:
    title = Block(
        "heading", "Budget for the United Nations Mission in Utopia for the period from 1 July 2030 to 30 June 2031"
    )
    identity = Identity("A/84/999", "en", "docx", 2030, None, "peacekeeping_budget")
    return parse_budget_report(Document("docx", [title, *blocks], []), identity, vocabulary_of("en"))


def test_rows_of_categories_and_columns_of_states_are_posts() -> None:
    table = _block(
        ("Category", "Approved", "Actual (average)", "Vacancy rate (percentage)"),
        ("Military contingents", "1 000", "900", "10.0"),
        ("International staff", "50", "40", "20.0"),
        ("National Professional Officers", "5", "5", "–"),
    )
    found = _parsed(table)["mart_peacekeeping_post"]
    assert [(row["category_code"], row["measure"], row["post_count"]) for row in found] == [
        ("military_contingents", "approved", 1000),
        ("military_contingents", "actual", 900),
        ("international_staff", "approved", 50),
        ("international_staff", "actual", 40),
        ("national_professional_officers", "approved", 5),
        ("national_professional_officers", "actual", 5),
    ]


def test_money_without_a_printed_unit_is_no_count_of_posts() -> None:
    table = _block(
        ("Category", "Approved 2030/31", "Actual 2030/31"),
        ("Military contingents", "100.5", "90.5"),
        ("International staff", "50.0", "40.0"),
        ("Gross requirements", "150.5", "130.5"),
    )
    assert _parsed(table)["mart_peacekeeping_post"] == []


def test_rows_of_requirements_have_the_code_of_their_words() -> None:
    table = _block(
        ("Category", "Apportionment (2030/31)", "Expenditure (2030/31)"),
        ("Military contingents", "100.5", "90.5"),
        ("Gross requirements", "100.5", "90.5"),
        ("Net requirements", "98.5", "88.5"),
    )
    unit = Block("paragraph", "(Thousands of United States dollars)")
    found = _parsed(unit, table)["mart_peacekeeping_resource"]
    assert {(row["row_label"], row["row_code"]) for row in found} == {
        ("Military contingents", None),
        ("Gross requirements", "gross"),
        ("Net requirements", "net"),
    }
    assert {row["topic"] for row in found} == {"requirements"}


def test_heads_further_down_begin_a_part_of_their_own() -> None:
    table = _block(
        ("Category", "", "", "", "Total"),
        ("I. Military observers", "", "", "", ""),
        ("Approved 2030/31", "", "", "", "12"),
        ("Proposed 2031/32", "", "", "", "10"),
        ("II. Civilian staff", "P-5", "P-4", "FS", "Subtotal"),
        ("Approved posts 2030/31", "1", "2", "3", "6"),
        ("Proposed posts 2031/32", "1", "1", "3", "5"),
    )
    found = _parsed(table)["mart_peacekeeping_post"]
    assert {(row["category_code"], row["post_count"]) for row in found if row["measure"] == "approved"} >= {
        ("military_observers", Decimal(12))
    }
    by_grade = {row["grade_label"]: row["post_count"] for row in found if row["measure"] == "proposed"}
    assert (by_grade["P-5"], by_grade["P-4"], by_grade["FS"]) == (1, 1, 3)


def test_parts_of_a_year_take_the_state_of_the_heading_above() -> None:
    table = _block(
        ("", "P-5", "P-4", "Subtotal"),
        ("Approved posts 2030/31", "4", "6", "10"),
        ("Proposed posts 2031/32", "", "", ""),
        ("Operational period (1 July–31 December 2031)", "4", "5", "9"),
        ("Drawdown period (as at 30 June 2032)", "1", "2", "3"),
    )
    found = _found(_parsed(table), "mart_peacekeeping_post", grade_label="P-4", measure="proposed")
    assert [(row["fiscal_year"], row["post_count"]) for row in found] == [(2031, 5), (2031, 2)]


def test_outputs_below_the_table_are_a_list_until_the_next_numbered_paragraph() -> None:
    table = _block(
        ("Expected accomplishments", "Indicators of achievement"),
        ("1.1 Peace in Utopia", "1.1.1 No incidents (2029/30: 3; 2030/31: none)"),
    )
    lines = [
        Block("paragraph", "Outputs"),
        Block("paragraph", "• 12 patrols per day"),
        Block("paragraph", "• 3 meetings with the parties"),
        Block("paragraph", "External factors"),
        Block("paragraph", "The parties will cooperate"),
        Block("paragraph", "The Mission will go on.", number="10."),
        Block("paragraph", "No output"),
    ]
    rows = _parsed(table, *lines)
    assert [(row["kind"], row["result_number"], row["text"]) for row in rows["mart_result"]] == [
        ("expected_accomplishment", "1.1", "Peace in Utopia"),
        ("indicator", "1.1.1", "No incidents (2029/30: 3; 2030/31: none)"),
        ("output", None, "12 patrols per day"),
        ("output", None, "3 meetings with the parties"),
        ("external_factors", None, "The parties will cooperate"),
    ]
    assert [(row["printed_text"], row["value"]) for row in rows["mart_result_value"]] == [("3", 3), ("none", None)]


def test_a_total_over_parts_with_other_columns_is_no_sum_of_its_row() -> None:
    table = _block(
        ("Category", "", "", "", "Total"),
        ("I. Military observers", "", "", "", ""),
        ("Approved 2030/31", "", "", "", "12"),
        ("Proposed 2031/32", "", "", "", "10"),
        ("II. Civilian staff", "P-5", "P-4", "FS", "Total"),
        ("Approved posts 2030/31", "1", "2", "3", "6"),
        ("Proposed posts 2031/32", "1", "1", "3", "5"),
        ("Total (I–II)", "", "", "", ""),
        ("Approved 2030/31", "1", "2", "3", "18"),
        ("Proposed 2031/32", "1", "1", "3", "15"),
    )
    assert judge_rows(_parsed(table))["mart_finding"] == []


def test_heads_that_the_format_does_not_mark_are_found_above_the_first_figures() -> None:
    table = _block(
        ("", "2029/30 apportionment", "", "2029/30 expenditure", "Variance"),
        ("Category", "East", "West", "Total", "Percentage"),
        ("Tents", "10.0", "20.0", "30.0", "5.0"),
        ("Boats", "1.0", "2.0", "3.0", "7.0"),
        ("Total", "11.0", "22.0", "33.0", "5.2"),
        headers=None,
    )
    rows = _parsed(table)
    assert judge_rows(rows)["mart_finding"] == []
    assert {cell["unit"] for cell in rows["mart_cell"] if "Percentage" in cell["column_label"]} == {"percent"}

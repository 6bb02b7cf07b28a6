"""Reports that print no unit, and budget periods other than from 1 July to 30 June."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expectations.judging.judge import judge_rows
from pipelines.model.blocks import Block, Document
from pipelines.parse.reports.document import parse_budget_report
from pipelines.parse.reports.words import days_in
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of
from tests.parse.reports.test_missions import _block
from warehouse.schema.declare import Rows

_HEADS = ("Category", "Apportionment (2030/31)", "Expenditure (2030/31)")
_ROWS = (
    ("Military personnel", "", ""),
    ("Military contingents", "1 204.5", "1 101.2"),
    ("Subtotal", "1 204.5", "1 101.2"),
    ("Gross requirements", "1 204.5", "1 101.2"),
)
_TITLE = "Budget performance of the United Nations Mission in Utopia for the period from 1 July 2030 to 30 June 2031"


def _parsed(*blocks: Block, title: str = _TITLE) -> Rows:
    identity = Identity("A/86/999", "en", "docx", 2032, None, "peacekeeping_budget")
    numbered = [
        replace(block, place=replace(block.place, table_ordinal=i), grid=_moved(block, i)) if block.grid else block
        for i, block in enumerate(blocks, 1)
    ]
    document = Document("docx", [Block("heading", title), *numbered], [])
    return parse_budget_report(document, identity, vocabulary_of("en"))


def _moved(block: Block, ordinal: int) -> Any:
    assert block.grid is not None
    rows = tuple(
        tuple(cell and replace(cell, place=replace(cell.place, table_ordinal=ordinal)) for cell in row)
        for row in block.grid.rows
    )
    return replace(block.grid, rows=rows)


def _amounts(rows: Rows, label: str, measure: str = "apportionment") -> list[Decimal | None]:
    return [
        row["amount_usd"]
        for row in rows["mart_peacekeeping_resource"]
        if (row["row_label"], row["measure"]) == (label, measure)
    ]


def _units(rows: Rows) -> list[tuple[Any, ...]]:
    return [
        (row["table_id"], row.get("taken_for"), row["claim_count"])
        for row in rows["mart_doubt"]
        if row["kind"] == "unit"
    ]


# -- the unit ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prose", "scale"),
    [
        ("An amount of $1,204,500 was apportioned and $1,101,200 was spent.", 1000),
        ("An amount of $1,204.50 was apportioned.", None),
        ("An amount of $1,204,500,000 was apportioned and $1,101,200,000 was spent.", 1_000_000),
        ("The amount is to be apportioned among Member States.", None),
    ],
)
def test_prose_gives_the_unit_of_a_table_that_prints_none(prose: str, scale: int | None) -> None:
    rows = _parsed(_block(_HEADS, *_ROWS), Block("paragraph", prose, number="12."))
    assert _amounts(rows, "Military contingents") == ([Decimal("1204.5") * scale] if scale else [])
    ((_, taken_for, count),) = _units(rows)
    assert (taken_for is None, count) == (scale is None, 6)
    assert judge_rows(rows)["mart_finding"] == []


def test_one_amount_of_few_digits_gives_no_unit() -> None:
    rows = _parsed(_block(_HEADS, *_ROWS), Block("paragraph", "An amount of $1,204,500 was apportioned.", number="12."))
    assert _amounts(rows, "Military contingents") == []
    assert [taken_for for _, taken_for, _ in _units(rows)] == [None]


def test_a_table_that_restates_figures_has_their_unit() -> None:
    unit = Block("paragraph", "(Thousands of United States dollars)")
    caption = Block("heading", "Financial resources")
    again = _block(("Category", "Expenditure (2030/31)"), ("Gross requirements", "110 120.4"), ("Other", "12.0"))
    first = [(label, *(cell and cell.replace("1 101.2", "110 120.4") for cell in cells)) for label, *cells in _ROWS]
    rows = _parsed(caption, unit, _block(_HEADS, *first), Block("heading", "Once more"), again)
    assert _amounts(rows, "Gross requirements", "expenditure") == [Decimal(110_120_400), Decimal(110_120_400)]
    (told,) = (row for row in rows["mart_doubt"] if row["kind"] == "unit")
    assert told["taken_for"] == "thousands_usd"
    assert "110 120.4 here is 110 120.4 in" in told["evidence"]


def test_a_printed_unit_is_no_doubt() -> None:
    rows = _parsed(Block("paragraph", "(United States dollars)"), _block(_HEADS, *_ROWS))
    assert _amounts(rows, "Military contingents") == [Decimal("1204.5")]
    assert _units(rows) == []


def test_a_variance_in_dollars_has_no_unit_of_another_table() -> None:
    millions = _block(("Item", "Efficiency"), ("Fuel", "1.5"), ("Total", "1.5"))
    variance = _block(("", "Variance", ""), ("Military contingents", "$103.3", "8.6%"))
    blocks = [Block("heading", "Gains"), Block("paragraph", "(Millions of United States dollars)"), millions]
    rows = _parsed(_block(_HEADS, *_ROWS), *blocks, Block("heading", "Analysis of variances"), variance)
    cells = {cell["printed_text"]: cell["unit"] for cell in rows["mart_cell"]}
    assert (cells["$103.3"], cells["8.6%"], cells["1.5"]) == (None, "percent", "millions_usd")


def test_counts_of_projects_by_state_are_no_posts() -> None:
    table = _block(
        ("Period", "Amount", "Number of projects"),
        ("1 July 2030 to 30 June 2031 (actual)", "250.0", "24"),
        ("1 July 2031 to 30 June 2032 (approved)", "250.0", "25"),
    )
    assert _parsed(table)["mart_peacekeeping_post"] == []


# -- periods -----------------------------------------------------------------------------------------

_PERIODS = (
    ("2030", "1 January 2030 to 31 December 2030", date(2030, 1, 1), date(2030, 12, 31)),
    ("2030/31", "1 July 2030 to 30 June 2031", date(2030, 7, 1), date(2031, 6, 30)),
    ("July–December 2030", "1 July to 31 December 2030", date(2030, 7, 1), date(2030, 12, 31)),
    ("1 July 2030–31 December 2031", "1 July 2030 to 31 December 2031", date(2030, 7, 1), date(2031, 12, 31)),
    ("2030/31", "1 July 2030 to 31 December 2031", date(2030, 7, 1), date(2031, 12, 31)),
    ("2030/31", "1 July 2031 to 31 December 2032", None, None),
)


@pytest.mark.parametrize(("printed", "title", "start", "end"), _PERIODS, ids=lambda value: str(value))
def test_a_period_has_the_days_printed_for_it(printed: str, title: str, start: date | None, end: date | None) -> None:
    heads = ("Category", f"Apportionment ({printed})", f"Expenditure ({printed})")
    words = f"Budget performance of the United Nations Mission in Utopia for the period from {title}"
    rows = _parsed(Block("paragraph", "(Thousands of United States dollars)"), _block(heads, *_ROWS), title=words)
    told = Counter((r["fiscal_year"], r["period_start"], r["period_end"]) for r in rows["mart_peacekeeping_resource"])
    assert set(told) == {(2030, start, end)}
    assert {row["measure"] for row in rows["mart_peacekeeping_resource"]} == {"apportionment", "expenditure"}


@pytest.mark.parametrize("printed", ["2031/32", "2031", "July–December 2031", "1 July 2031 to 31 December 2032"])
def test_parts_of_a_period_take_the_state_of_a_heading_however_dated(printed: str) -> None:
    table = _block(
        ("", "P-5", "P-4", "Subtotal"),
        ("Approved posts 2030/31", "4", "6", "10"),
        (f"Proposed posts {printed}", "", "", ""),
        ("Operational period (1 July–31 December 2031)", "4", "5", "9"),
        ("Drawdown period", "1", "2", "3"),
    )
    posts = _parsed(table)["mart_peacekeeping_post"]
    found = [row for row in posts if (row["grade_label"], row["measure"]) == ("P-4", "proposed")]
    assert [(row["fiscal_year"], row["post_count"]) for row in found] == [(2031, 5), (2031, 2)]
    assert (found[0]["period_start"], found[0]["period_end"]) == (date(2031, 7, 1), date(2031, 12, 31))


def test_months_without_days_are_whole_months() -> None:
    told = days_in("January to February 2028", "en", None)
    assert told is not None
    assert (told.start, told.end) == (date(2028, 1, 1), date(2028, 2, 29))
    assert days_in("Operations to Lebanon 2028", "en", None) is None

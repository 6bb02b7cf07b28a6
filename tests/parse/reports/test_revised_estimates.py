"""Revised estimates: whose figures tables print, in a real report and in an invented one that is laid out otherwise."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache

import pytest

from expectations.judging.judge import judge_rows
from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.parse.reports.document import parse_budget_report
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of
from tests.kept import rows_kept
from tests.shared import SHARED
from warehouse.fact import parse_fact
from warehouse.schema.declare import Rows

REPORT = SHARED / "more" / "A_80_400.en.docx"
HEADS = ("", "2030 approved", "2031 proposed programme budget", "Changes", "2031 revised estimate", "Spare capacity")
SUMMARY = (
    HEADS,
    ("Part I", "", "", "", "", ""),
    ("Oceans and rivers", "60.0", "66.0", "(6.0)", "60.0", ""),
    ("4. Oceans", "50.0", "55.0", "(5.0)", "50.0", ""),
    ("– Office of Tides", "20.0", "22.0", "(2.0)", "20.0", "–"),
    ("– Office of Reefs", "30.0", "33.0", "(3.0)", "30.0", "–"),
    ("5A. Rivers", "10.0", "11.0", "(1.0)", "10.0", "1.5"),
    ("Part II", "", "", "", "", ""),
    ("Mountains", "5.0", "5.0", "–", "5.0", ""),
    ("6. Mountains", "5.0", "5.0", "–", "5.0", "–"),
    ("Total", "65.0", "71.0", "(6.0)", "65.0", "1.5"),
    ("6. Mountains", "99.0", "99.0", "–", "99.0", "–"),
)
TIDES = (
    HEADS[:-1],
    ("Posts", "15.0", "16.0", "(1.0)", "15.0"),
    ("Consultants", "5.0", "6.0", "(1.0)", "5.0"),
    ("Total", "20.0", "22.0", "(2.0)", "20.0"),
    ("Variance compared with 2030 approved (percentage)", "", "", "", "–"),
)


def _table(ordinal: int, table: tuple[tuple[str, ...], ...]) -> Block:
    place = Place(line_first=ordinal, line_last=ordinal, table_ordinal=ordinal)
    rows = tuple(
        tuple(
            GridCell(text, Place(line_first=ordinal, line_last=ordinal, table_ordinal=ordinal, row=r, column=c))
            for c, text in enumerate(row, 1)
        )
        for r, row in enumerate(table, 1)
    )
    return Block("table", grid=Grid(rows, 1), place=place)


def _titled(number: int, title: str, table: tuple[tuple[str, ...], ...]) -> list[Block]:
    return [
        Block("caption", f"Table {number}"),
        Block("heading", title, level=3),
        Block("paragraph", "(Thousands of United States dollars)"),
        _table(number, table),
    ]


def _parsed() -> Rows:
    blocks = [
        Block("heading", "Revised estimates for 2031", level=1),
        *_titled(1, "Regular budget: financial resources by section and entity", SUMMARY),
        Block("heading", "Section 4, Office of Tides", number="1.", level=2),
        *_titled(2, "Regular budget: proposed resource changes by object of expenditure", TIDES),
        Block("heading", "Resources of no section", number="2.", level=2),
        *_titled(3, "Regular budget: proposed resource changes by object of expenditure", TIDES),
    ]
    identity = Identity("A/85/999", "en", "docx", 2031, None, "revised_estimate")
    return parse_budget_report(Document("docx", blocks, []), identity, vocabulary_of("en"))


def _facts(rows: Rows) -> dict[tuple[str, ...], Decimal]:
    found = {}
    for claim in rows["mart_claim"]:
        fact = parse_fact(claim["fact_id"])
        assert fact is not None
        found[fact.section, fact.entity, fact.item_kind, fact.item_code, fact.measure, fact.fiscal_year] = claim[
            "value"
        ]
    return found


def test_sections_and_entities_of_a_table_over_the_budget() -> None:
    facts = _facts(_parsed())
    assert facts["4", "", "total", "", "approved", "2030"] == 50
    assert facts["4", "", "total", "", "estimate", "2031"] == 55
    assert facts["4", "office_of_reefs", "total", "", "revised", "2031"] == 30
    assert facts["5A", "", "total", "", "estimate", "2031"] == 11
    assert facts["", "", "total", "", "estimate", "2031"] == 71
    assert facts["6", "", "total", "", "revised", "2031"] == 5  # not what is printed after the total


def test_entities_sections_and_parts_are_summed_by_what_is_above_them() -> None:
    rows = _parsed()
    first = rows["mart_table"][0]["table_id"]
    named = {row["row_number"]: row["row_label"] for row in rows["mart_row"] if row["table_id"] == first}
    summed = {
        row["row_label"]: named.get(row["total_row_number"])
        for row in rows["mart_row"]
        if row["table_id"] == first and row["row_number"] < 11
    }
    assert {summed[label] for label in summed if "Office" in label} == {"4. Oceans"}
    assert summed["4. Oceans"] == summed["5A. Rivers"] == "Oceans and rivers"
    assert summed["Oceans and rivers"] == summed["Mountains"] == "Total"
    assert judge_rows(rows)["mart_finding"] == []


def test_what_is_printed_beside_a_revised_figure_is_no_part_of_it() -> None:
    assert _facts(_parsed())["5A", "", "total", "", "revised", "2031"] == 10


def test_a_total_with_more_than_the_revised_subtotal_states_no_fact() -> None:
    """What is proposed instead is the subtotal; transitional capacities are asked for beside it."""
    first, *items, total, _ = TIDES
    before = total[:-1]
    table = (
        first,
        *items,
        ("Subtotal, excluding capacities", *before[1:], total[-1]),
        ("Capacities", "", "", "", "7.0"),
        ("Total", *before[1:], "99.0"),
    )
    blocks = [
        Block("heading", "Revised estimates for 2031", level=1),
        Block("heading", "Section 4, Office of Tides", number="1.", level=2),
        *_titled(2, "Regular budget: proposed resource changes by object of expenditure", table),
    ]
    identity = Identity("A/85/999", "en", "docx", 2031, None, "revised_estimate")
    rows = parse_budget_report(Document("docx", blocks, []), identity, vocabulary_of("en"))
    assert ("4", "", "total", "", "revised", "2031") not in _facts(rows)
    assert ("4", "", "total", "", "estimate", "2031") in _facts(rows)


def test_tables_below_the_heading_of_a_section_are_its_entitys() -> None:
    rows = _parsed()
    facts = _facts(rows)
    assert facts["4", "office_of_tides", "object", "posts", "estimate", "2031"] == 16
    assert facts["4", "office_of_tides", "object", "consultants", "revised", "2031"] == 5
    by_table = Counter(claim["claim_id"].split("/r")[0].rpartition("#")[2] for claim in rows["mart_claim"])
    assert len(by_table) == 2  # the third table is of no section
    percentage = next(cell for cell in rows["mart_cell"] if (cell["row_label"] or "").startswith("Variance"))
    assert (percentage["unit"], percentage["fact_id"]) == ("percent", None)


@cache
def _real() -> Rows:
    return rows_kept(REPORT, "hash")


@pytest.mark.skipif(not REPORT.exists(), reason=f"no document at {REPORT}")
def test_a_real_report_restates_itself() -> None:
    """A/80/400 prints totals of 41 sections, and tables below headings bear out those of its summaries."""
    rows = _real()
    facts = _facts(rows)
    sections = {key[0] for key in facts if key[0] and not key[1] and key[4] == "estimate"}
    assert len(sections) == 41
    check = next(c for c in rows["mart_check"] if c["check_name"] == "same_fact_same_value_within_rounding")
    assert check["evaluated"] > 300 and check["violated"] < 10
    assert all(row["entity_code"] is None for row in rows["mart_financial_resource"])

"""Tables and amounts of resolutions: what they are, what they state, what they are parts of."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from pipelines.parse.resolutions.amounts import AmountContext, amount_rows
from pipelines.parse.resolutions.rows import parse_resolution
from pipelines.parse.resolutions.text import Paragraph, Piece, budget_words
from pipelines.vocabulary import vocabulary_of
from tests.parse.resolutions.blocks import budget_resolution
from warehouse.schema.declare import Rows
from warehouse.tables import TABLE_BY_NAME


@cache
def parsed(header_rows: int | None = 1) -> Rows:
    return parse_resolution(budget_resolution(header_rows), source_sha256="0" * 64)


@pytest.mark.parametrize("header_rows", [1, None])
def test_tables_are_recognised_by_heads_and_columns(header_rows: int | None) -> None:
    tables = parsed(header_rows)["mart_table"]
    assert [(t["kind"], t["unit"], t["title"], t["row_count"], t["cell_count"]) for t in tables] == [
        ("adopted_appropriation", "usd", "Second matter", 9, 7),
        ("adopted_post_changes", "posts", "A. Changes", 4, 4),
        ("adopted_posts", "posts", "A. Changes", 3, 9),
        ("adopted_posts", "posts", "A. Changes", 1, 3),
        ("adopted_staffing", "posts", "Staffing table for 2024", 13, 27),
        ("scale_of_assessments", "percent", "Staffing table for 2024", 3, 3),
    ]
    assert tables[0]["printed_unit"] == "United States dollars"


def test_totals_know_what_they_sum() -> None:
    rows = {row["row_number"]: row for row in parsed()["mart_row"] if row["table_id"].endswith("#t005")}
    summed: dict[str, list[str]] = {}
    for row in rows.values():
        if row["total_row_number"]:
            total = rows[row["total_row_number"]]
            summed.setdefault(f"{total['row_number']} {total['row_label']}", []).append(row["row_label"])
    assert summed == {
        "5 Subtotal": ["D-1", "P-5"],
        "8 Subtotal": ["Local level"],
        "9 Expenditure sections total": ["Subtotal", "Subtotal"],
        "12 Income section 3 total": ["P-4"],
        "13 Total": ["Expenditure sections total", "Income section 3 total"],
    }


def test_section_amounts_are_facts_that_the_next_fascicle_restates() -> None:
    facts = {cell["row_label"]: cell["fact_id"] for cell in parsed()["mart_cell"] if cell["fact_id"]}
    assert facts == {
        "1. Overall direction": "2024|1||||RB||total||appropriation|2024|USD",
        "2. Conferences": "2024|2||||RB||total||appropriation|2024|USD",
        "10. Least developed countries": "2024|10||||RB||total||appropriation|2024|USD",
        "29A. Management": "2024|29A||||RB||total||appropriation|2024|USD",
    }
    claims = {claim["claim_id"]: claim["value"] for claim in parsed()["mart_claim"] if claim["source"] == "cell"}
    assert set(claims.values()) == {Decimal("1000.4"), Decimal("500.6"), Decimal("7469.9"), Decimal("30.1")}
    assert parsed()["mart_document"][0]["edition_year"] == 2024


def test_a_heading_distinguishes_income_from_expenditure() -> None:
    blocks = budget_resolution()
    for block in blocks.blocks:
        if block.grid is not None:
            for row in block.grid.rows:
                for cell in row:
                    if cell is not None and cell.text == "Part II. Second matters":
                        object.__setattr__(cell, "text", "Income sections")
    cells = [c for c in parse_resolution(blocks)["mart_cell"] if c["fact_id"]]
    assert [(c["section_code"], c["measure"]) for c in cells][2:] == [("IS10", "estimate"), ("IS29A", "estimate")]


def test_broken_words_units_and_remarks_are_no_clauses() -> None:
    paragraphs = parsed()["mart_paragraph"]
    assert [(p["paragraph_number"], p["kind"], p["heading_path"]) for p in paragraphs] == [
        ("p1", "preambular", "I Enterprise of invention"),
        ("1", "operative", "I Enterprise of invention"),
        ("2", "operative", "I Enterprise of invention"),
        ("3", "operative", "I Enterprise of invention"),
        ("p2", "preambular", "II Second matter"),
        ("o1", "operative", "II Second matter"),
    ]
    assert paragraphs[0]["text"].endswith("as reported by the Committee and others,")


def test_notes_cite_for_the_paragraph_they_belong_to() -> None:
    cited = parsed()["mart_citation"]
    assert [(c["symbol"], c["paragraph_number"], str(c["stated_on"])) for c in cited][1:] == [
        ("A/RES/60/283", "p1", "2006-07-07"),
        ("A/78/505", "p1", "None"),
        ("A/78/505/Corr.1", "p1", "None"),
    ]
    assert [(link["target_symbol"], link["printed_symbol"]) for link in parsed()["mart_link"]] == [
        ("A/RES/60/283", None)
    ]


def test_header_facts_are_in_parts_of_the_first_page() -> None:
    facts = parsed()["mart_resolution"][0]
    assert (str(facts["distributed_on"]), str(facts["adopted_on"])) == ("2023-12-28", "2023-12-22")
    assert (facts["meeting"], facts["agenda_item"]) == ("50th (resumed) plenary meeting", "134")
    assert parsed()["mart_document"][0]["is_symbol_inferred"] is False


def test_rows_have_declared_columns_and_unique_keys() -> None:
    for name, rows in parsed().items():
        table = TABLE_BY_NAME[name]
        assert all(set(row) <= set(table.column_names) for row in rows), name
        keys = [tuple(row[column] for column in table.key) for row in rows]
        assert len(keys) == len(set(keys))


def amounts(text: str, title: str = "Budget for 2024") -> list[dict[str, Any]]:
    words = budget_words("en")
    assert words is not None
    context = AmountContext("d", "A/RES/78/999", title, words, vocabulary_of("en"))
    pieces, start = [], 0
    for line, piece in enumerate(text.split("\n"), 1):
        pieces.append(Piece(start, line, line))
        start += len(piece) + 1
    return amount_rows(Paragraph("4", "operative", text, (), 1, pieces), context)


def parts(text: str) -> dict[str, list[str]]:
    rows = {row["stated_amount_id"]: row for row in amounts(text)}
    found: dict[str, list[str]] = {}
    for row in rows.values():
        if row["part_of"]:
            found.setdefault(rows[row["part_of"]]["printed_text"], []).append(row["printed_text"])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Appropriates 30 dollars, comprising 10 dollars under section 1, A, and 20 dollars under section 2, B;",
            {"30 dollars": ["10 dollars", "20 dollars"]},
        ),
        (
            "Approves 9 million dollars, of which 5 million dollars would be ours and the balance of 4 million dollars yours;",
            {"9 million dollars": ["5 million dollars", "4 million dollars"]},
        ),
        (
            "Approves 30 dollars, broken down as follows:\n(a) One: 10 dollars, against 50 dollars;\n(b) Two: 20 dollars;",
            {"30 dollars": ["10 dollars", "20 dollars"]},
        ),
        ("Approves 30 dollars, broken down as follows:\n(a) One: 10 dollars;\n(b) Two;", {}),
        ("Approves 67 posts (60 P-4, 7 General Service (Other level), including 9 temporary posts: 9 P-4);",
         {"67 posts": ["60 P-4", "7 General Service (Other level)"]}),
        ("Approves 20 posts (2 P-5, 3 things);", {}),
        ("Appropriates 5 dollars, to be offset by an equivalent increase of 5 dollars under income section 1;", {}),
        ("Notes 30 dollars and 20 dollars, comprising 10 dollars and 10 dollars;", {"20 dollars": ["10 dollars", "10 dollars"]}),
    ],
)  # fmt: skip
def test_parts_of_amounts(text: str, expected: dict[str, list[str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Appropriates 1,442,000 dollars under section 29E, Geneva, of the proposed programme budget for 2025;",
         [("29E", "appropriation", 2025)]),
        ("Appropriates 24 dollars (equivalent to 21 Swiss francs) for 2024, under section 33, Construction;",
         [("33", "appropriation", 2024), ("33", None, None)]),
        ("Approves an additional appropriation of 60 dollars under section 36;", [("36", "appropriation", 2024)]),
        ("Appropriates 5 dollars under section 36, to be offset by 5 dollars under income section 1;",
         [("36", "appropriation", 2024), ("IS1", None, None)]),
        ("Decides to reduce resources by 7 million dollars;", [(None, None, None)]),
        ("The rate of 0.8758 Swiss francs to 1 dollar;", []),
    ],
)  # fmt: skip
def test_sections_and_measures(text: str, expected: list[tuple[str | None, str | None, int | None]]) -> None:
    assert [(row["section_code"], row["measure"], row["fiscal_year"]) for row in amounts(text)] == expected


def test_an_appropriation_is_a_fact_of_its_paragraph() -> None:
    """It adds to what else is appropriated for the section, and restates nothing."""
    (row,) = amounts("Appropriates 1,442,000 dollars under section 18, of the proposed programme budget for 2024;")
    assert row["fact_id"] == "2024|18||||RB||additional|A/RES/78/999 4|appropriation|2024|USD"
    assert (row["value"], row["precision_digits"]) == (Decimal(1442000), -2)
    assert amounts("Takes note of 53 million dollars;")[0]["fact_id"] is None


def test_words_right_before_an_amount_say_that_it_takes_away() -> None:
    rows = amounts(
        "Approves income of 50 dollars, comprising 65 dollars for one year and the decrease of 15 dollars for another;"
    )
    assert [row["direction"] for row in rows] == [None, None, "decrease"]
    rows = amounts("Notes a net reduction of 50 dollars, comprising 20 dollars for one and 30 dollars for another;")
    assert [row["direction"] for row in rows] == ["decrease"] * 3


def test_points_of_an_appropriation_are_appropriated_each_a_fact() -> None:
    rows = amounts("Appropriates 60 dollars for 2024, comprising:\n(a) 10 dollars under section 2, A;\n"
                   "(b) 20 dollars under section 24, B (one);\n(c) 30 dollars under section 24, B (two);")  # fmt: skip
    assert [row["measure"] for row in rows] == ["appropriation"] * 4
    assert len({row["fact_id"] for row in rows}) == 4

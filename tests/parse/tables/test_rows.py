"""Rows of small tables: units, scope, what is no figure, changes of posts, recommendations, doubtful formulas."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.parse.tables.formulas import doubtful_formulas
from tests.parse.fascicle_blocks import UNIT, by_object, fascicle, grid, heading, read, table
from warehouse.schema.declare import Rows

PLAN = heading("Proposed programme plan for 2026", "A.", 1)
RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)


def test_words_between_figures_are_no_cells() -> None:
    rows = read(fascicle(RESOURCES, by_object("99.1", "By object", ["Posts", "see annex", "2.0", "3.0"])))
    assert [cell["printed_text"] for cell in rows["mart_cell"]] == ["2.0", "3.0"]


@pytest.mark.parametrize(
    ("unit", "stub", "labels"),
    [("(Number of posts)", "Office", ["Maps", "Roads"]), ("", "Category and grade", ["P-5", "P-4"])],
)
def test_caption_or_kind_tells_that_a_table_counts_posts(unit: str, stub: str, labels: list[str]) -> None:
    lines = [[labels[0], "1", "1"], [labels[1], "2", "3"], ["Total", "3", "4"]]
    title = "Proposed posts by grade"
    rows = read(fascicle(RESOURCES, table("99.1", title, unit, ["2025 approved", "2026 proposed"], lines, stub)))
    assert {row["unit"] for row in rows["mart_table"]} == {cell["unit"] for cell in rows["mart_cell"]} == {"posts"}


@pytest.mark.parametrize(("year", "is_doubted"), [(2024, False), (2025, True), (2026, True)])
def test_expenditure_of_a_year_that_had_not_ended_is_doubted(year: int, is_doubted: bool) -> None:
    heads = [f"{year} expenditure", "2026 estimate"]
    block = table("99.1", "By object", UNIT, heads, [["Posts", "1.0", "3.0"]], "Object of expenditure")
    doubts = [row["message"] for row in read(fascicle(RESOURCES, block))["mart_doubt"] if row["kind"] == "head"]
    assert any("is of a year that had not ended" in message for message in doubts) is is_doubted


def test_changes_of_posts_go_below_their_heading_and_lines_of_a_cell_are_changes_of_their_own() -> None:
    lines = [
        ["Executive direction", "", "", "", ""],
        ["Office of Maps", "1", "P-5", "Chief", "Establishment"],
        ["", "(1)\n(2)", "G-6\nG-5", "Helpers", "Abolishment"],
        ["Executive direction", "1", "P-4", "Clerk", "Establishment"],
    ]
    heads = ["Number", "Grade", "Description", "Reason for change"]
    rows = read(fascicle(RESOURCES, table("99.1", "Post changes", "", heads, lines, "Component")))
    told = [
        (row["unit_label"], row["post_count"], row["grade_code"], row["description"], row["reason"])
        for row in rows["mart_post_change"]
    ]
    assert told == [
        ("Office of Maps", 1, "P-5", "Chief", "Establishment"),
        ("Executive direction", -1, "G-6", "Helpers", "Abolishment"),
        ("Executive direction", -2, "G-5", "Helpers", "Abolishment"),
        ("Executive direction", 1, "P-4", "Clerk", "Establishment"),
    ]


@pytest.mark.parametrize(
    ("words", "reference"),
    [
        ("The Committee asks (para. 13).", "para. 13"),
        ("(Para. 12) The Committee asks.", "Para. 12"),
        ("The Committee asks (as before).", None),
        ("The Committee asks in para. 14.", None),
    ],
)
def test_a_recommendation_has_the_paragraph_it_names_in_brackets(words: str, reference: str | None) -> None:
    heads = ["Brief description of the recommendation", "Action taken to implement the recommendation"]
    rows = read(fascicle(PLAN, grid([heads, ["Advisory Committee (A/79/7)", ""], [words, "Done."]])))
    (row,) = rows["mart_recommendation"]
    assert (row["symbol"], row["reference"], row["reply"]) == ("A/79/7", reference, "Done.")


# -- formulas under heads: (3)=(1)+(2) ---------------------------------------------------------------


def _rows(*lines: tuple[str | None, ...]) -> Rows:
    """A table of three columns whose third is said to be the sum of the others."""
    formulas = [
        {"table_id": "t", "column_number": number, "printed_number": number, "expression": expression}
        for number, expression in ((1, None), (2, None), (3, "(1)+(2)"))
    ]
    cells: list[dict[str, Any]] = [
        {
            "table_id": "t",
            "row_number": row,
            "column_number": column,
            "value": None if value is None else Decimal(value),
            "precision_digits": 1,
        }
        for row, line in enumerate(lines, start=1)
        for column, value in enumerate(line, start=1)
    ]
    tables = [{"table_id": "t", "document_id": "d", "table_number": "4.1", "title": None}]
    return {"mart_table": tables, "mart_column_formula": formulas, "mart_cell": cells}


HOLDS, FAILS, NILS, PART = ("1.0", "2.0", "3.0"), ("1.0", "2.0", "4.0"), ("0.0", "0.0", "0.0"), ("1.0", None, "3.0")


@pytest.mark.parametrize(
    ("lines", "evidence"),
    [
        ([FAILS] * 3, "3 of 3 rows fail"),
        ([FAILS] * 3 + [HOLDS] * 2, "3 of 5 rows fail"),
        ([FAILS] * 3 + [HOLDS] * 3, None),  # no more than half
        ([FAILS] * 2, None),  # too few: each is judged
        ([HOLDS] * 4, None),
        ([FAILS] * 3 + [NILS] * 5 + [PART] * 5, "3 of 3 rows fail"),  # nils and gaps bear nothing out
        ([("1.0", "2.0", "3.1")] * 4, None),  # within rounding
    ],
)
def test_a_formula_that_most_rows_contradict_is_doubted(lines: list[Any], evidence: str | None) -> None:
    rows = _rows(*lines)
    assert [doubt["evidence"] for doubt in doubtful_formulas(rows)] == ([evidence] if evidence else [])
    assert bool(rows["mart_column_formula"][2].get("is_doubtful")) is (evidence is not None)

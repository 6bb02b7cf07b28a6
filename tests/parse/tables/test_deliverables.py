"""Tables of deliverables as slips of typing leave them: stray heads, l for 1, _ for nil, lettered items."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from docx import Document as Word

from pipelines.model.numbers import is_nil_mark, read_number
from pipelines.run.document import read_and_judge
from warehouse.schema.declare import Rows

HEAD = ["Category and subcategory", "2025 planned", "2025 actual", "2026 planned", "2027 planned"]
BODY = [
    ["A. Facilitation of the intergovernmental process and expert bodies", "", "", "", ""],
    ["Parliamentary documentation (number of documents)", "3", "3", "2", "3"],
    ["1. Report", "2", "2", "l", "2"],
    ["(a) First part", "1", "1", "1", "_"],
    ["(b) Second part", "1", "1", "_", "2"],
    ["2. Other", "1", "1", "1", "1"],
]


def rows_of(rows: list[list[str]]) -> Rows:
    word = Word()
    for text in ("A/81/6 (Sect. 99)", "99.20\tTable 99.2 lists all deliverables of the subprogramme."):
        word.add_paragraph(text)
    for text in ("Table 99.2", "Deliverables for the period 2025–2027, by category and subcategory"):
        word.add_heading(text, 2)
    table = word.add_table(len(rows), len(rows[0]))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    sink = io.BytesIO()
    word.save(sink)
    return read_and_judge(sink.getvalue(), "docx", {"symbol": "A/81/6 (Sect. 99)"}, "0" * 64)


def quantities(rows: Rows, start: str) -> list[Any]:
    return [row["quantity"] for row in rows["mart_deliverable"] if row["label"].startswith(start)]


@pytest.mark.parametrize(
    "heads",
    [
        [HEAD],
        [HEAD, ["2027 planned", "", "", "", ""]],
        [HEAD, ["", "", "", "", ""], ["2027 planned", "", "", "", ""]],
        [HEAD, ["", "2027 planned", "", "", ""]],
        [HEAD, ["", "", "2025 planned", "2025 actual", "2026 planned"]],
        [[*HEAD[:4], ""], ["2027 planned", "", "", "", ""]],
        [[*HEAD[:4], ""], ["", "", "", "", "2027 planned"]],
    ],
)
def test_a_head_alone_in_a_row_belongs_to_the_column_without_one(heads: list[list[str]]) -> None:
    rows = rows_of([*heads, *BODY])
    assert [table["kind"] for table in rows["mart_table"]] == ["deliverables"]
    assert not rows.get("mart_performance_measure")
    read = [(r["measure"], r["fiscal_year"]) for r in rows["mart_deliverable"] if r["label"].startswith("2. Other")]
    assert read == [("planned", 2025), ("actual", 2025), ("planned", 2026), ("planned", 2027)]


def test_a_letter_for_one_and_a_line_for_nil() -> None:
    rows = rows_of([HEAD, *BODY])
    assert quantities(rows, "1. Report") == [2, 2, 1, 2]
    assert quantities(rows, "(a)") == [1, 1, 1, 0]
    assert quantities(rows, "(b)") == [1, 1, 0, 2]
    assert not rows["mart_finding"]
    printed = {cell["printed_text"] for cell in rows["mart_cell"]}
    assert {"l", "_"} <= printed


@pytest.mark.parametrize(("text", "value"), [("l", "1"), ("1l", "11"), ("l2", "12"), ("_", "0")])
def test_figures_typed_with_other_signs(text: str, value: str) -> None:
    number = read_number(text)
    assert number is not None and number.value == Decimal(value)


@pytest.mark.parametrize("text", ["ll", "I", "lb", "_ _", "__", "a"])
def test_letters_are_no_figures(text: str) -> None:
    assert read_number(text) is None and not is_nil_mark(text)


def test_lettered_items_stand_below_the_numbered_one() -> None:
    rows = rows_of([HEAD, *BODY])
    told = dict.fromkeys((r["label"], r["item_number"], r["item_letter"]) for r in rows["mart_deliverable"])
    assert [one for one in told if not one[0].startswith("Parl")] == [
        ("1. Report", 1, None),
        ("(a) First part", 1, "a"),
        ("(b) Second part", 1, "b"),
        ("2. Other", 2, None),
    ]
    outline = {row["row_label"]: row for row in rows["mart_row"]}
    assert outline["(a) First part"]["parent_row_number"] == outline["1. Report"]["row_number"]


def test_an_item_printed_as_a_heading_is_not_missing() -> None:
    items = [
        ["1. Report", "2", "2", "2", "2"],
        ["2. Reports of bodies:", "", "", "", ""],
        ["3. Other", "1", "1", "", "1"],
    ]
    rows = rows_of([HEAD, *BODY[:2], *items])
    assert not [row for row in rows["mart_finding"] if row["check_name"] == "item_numbers_run_without_gaps"]
    rows = rows_of([HEAD, *BODY[:2], items[0], items[2]])
    messages = [r["message"] for r in rows["mart_finding"] if r["check_name"] == "item_numbers_run_without_gaps"]
    assert len(messages) == 1 and "item 2 is missing" in messages[0]

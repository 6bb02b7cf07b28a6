"""Captions inside their tables: rows over the whole width, and units over the labels."""

from __future__ import annotations

from pipelines.model.blocks import Block
from tests.parse.fascicle_blocks import MONEY, UNIT, fascicle, grid, heading, paragraph, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"
HEADS = ["Object of expenditure", *MONEY]
BODY = [["Posts", "10.0", "11.0", "12.0"], ["Travel of staff", "2.0", "2.0", "3.0"], ["Total", "12.0", "13.0", "15.0"]]
NUMBER = Block("caption", "Table 99.1")


def _facts(rows: Rows) -> int:
    return sum(1 for cell in rows["mart_cell"] if cell["fact_id"])


def test_rows_over_the_whole_width_above_the_heads_are_the_caption() -> None:
    lines = [[f"<4>{text}"] for text in ("Table 99.1", TITLE, UNIT)]
    rows = read(fascicle(RESOURCES, [grid([*lines, HEADS, *BODY], 4)]))
    own = rows["mart_table"][0]
    assert (own["table_number"], own["title"], own["unit"]) == ("99.1", TITLE, "thousands_usd")
    assert _facts(rows) == 9 and rows["mart_doubt"] == []


def test_a_number_outside_stays() -> None:
    lines = [["<4>Table 99.7"]]
    rows = read(
        fascicle(RESOURCES, [NUMBER, heading(TITLE, level=4), paragraph(UNIT), grid([*lines, HEADS, *BODY], 2)])
    )
    assert rows["mart_table"][0]["table_number"] == "99.1"


def test_a_unit_over_the_labels_is_that_of_the_table() -> None:
    for stub in (UNIT, f"Object of expenditure {UNIT.lower()}"):
        rows = read(fascicle(RESOURCES, [NUMBER, heading(TITLE, level=4), grid([[stub, *MONEY], *BODY])]))
        assert rows["mart_table"][0]["unit"] == "thousands_usd" and _facts(rows) == 9


def test_a_unit_outside_goes_before_one_inside() -> None:
    stub = "Object of expenditure (United States dollars)"
    caption = [NUMBER, heading(TITLE, level=4), paragraph(UNIT)]
    assert (
        read(fascicle(RESOURCES, [*caption, grid([[stub, *MONEY], *BODY])]))["mart_table"][0]["unit"] == "thousands_usd"
    )


def test_money_without_a_unit_is_a_doubt() -> None:
    rows = read(fascicle(RESOURCES, [NUMBER, heading(TITLE, level=4), grid([HEADS, *BODY])]))
    assert _facts(rows) == 0
    assert [doubt["kind"] for doubt in rows["mart_doubt"]] == ["unit"]


def test_money_in_dollars_is_a_doubt() -> None:
    caption = [NUMBER, heading(TITLE, level=4), paragraph("(United States dollars)")]
    rows = read(fascicle(RESOURCES, [*caption, grid([HEADS, *BODY])]))
    assert _facts(rows) == 0
    assert [doubt["kind"] for doubt in rows["mart_doubt"]] == ["unit"]


def test_a_unit_that_other_tables_do_not_tell_is_a_doubt() -> None:
    title, rows = "Overall: evolution of financial and post resources", [["Posts", "1.0", "2.0", "3.0"], BODY[2]]
    francs = table(
        "99.2", "ITC: evolution of financial resources", "(Thousands of Swiss francs)", MONEY, BODY, HEADS[0]
    )
    dollars = table("99.3", TITLE, UNIT, MONEY, BODY, HEADS[0])
    untold = [Block("caption", "Table 99.4"), heading(title, level=4), grid([["", *MONEY], *rows])]
    assert _units(dollars, untold) == []
    assert _units(francs, dollars, untold) == ["99.4"]


def _units(*parts: list[Block]) -> list[str]:
    doubts = read(fascicle(RESOURCES, *parts))["mart_doubt"]
    return [doubt["table_number"] for doubt in doubts if doubt["kind"] == "unit"]

"""Tables cut in two: pieces that go on with the table before are read as one table, others are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.model.blocks import Block, Place
from tests.parse.fascicle_blocks import MONEY, UNIT, by_object, errors, fascicle, grid, heading, paragraph, read
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"
HEADS = ["Object of expenditure", *MONEY]
POSTS = ["Posts", "10.0", "11.0", "12.0"]
OTHER = ["Other staff costs", "1.0", "1.0", "1.0"]
TRAVEL = ["Travel of staff", "2.0", "2.0", "3.0"]
SUM = ["Total", "13.0", "14.0", "16.0"]
FURNITURE = Block("furniture", "26-00001")


def _read(*between: Block, below: list[list[str]] | None = None, headers: int = 1) -> Rows:
    piece = grid(below or [HEADS, TRAVEL, SUM], headers)
    return read(fascicle(RESOURCES, by_object("99.1", TITLE, POSTS, OTHER), list(between), [piece]))


def _facts(rows: Rows) -> set[str]:
    return {cell["item_code"] or cell["item_kind"] for cell in rows["mart_cell"] if cell["fact_id"]}


@pytest.mark.parametrize(
    "between",
    [
        pytest.param([], id="nothing between"),
        pytest.param([FURNITURE], id="page furniture"),
        pytest.param([Block("caption", "Table 99.1 (continued)")], id="number line"),
        pytest.param(
            [Block("caption", "Table 99.1 (continued)"), heading(TITLE, level=4), paragraph(UNIT)], id="whole caption"
        ),
    ],
)
def test_a_piece_with_the_same_heads_goes_on_with_the_table(between: list[Block]) -> None:
    rows = _read(*between)
    assert len(rows["mart_table"]) == 1 and errors(rows) == []
    assert _facts(rows) == {"posts", "other_staff_costs", "travel_of_staff", "total"}


def test_a_piece_without_heads_goes_on_with_the_table() -> None:
    rows = _read(below=[TRAVEL, SUM], headers=0)
    assert len(rows["mart_table"]) == 1 and errors(rows) == []


def test_a_misprint_in_a_piece_is_still_found() -> None:
    rows = _read(below=[HEADS, TRAVEL, ["Total", "13.0", "19.0", "16.0"]])
    assert len(errors(rows)) == 1 and "= 19.0 fails" in errors(rows)[0]


@pytest.mark.parametrize(
    ("between", "below"),
    [
        pytest.param([Block("caption", "Table 99.2"), heading("Another", level=4)], [HEADS, TRAVEL], id="own caption"),
        pytest.param([], [["Object of expenditure", "2023 expenditure", *MONEY[1:]], TRAVEL], id="other heads"),
        pytest.param([], [TRAVEL[:3], SUM[:3]], id="narrower"),
    ],
)
def test_another_table_is_one_of_its_own(between: list[Block], below: list[list[str]]) -> None:
    assert len(_read(*between, below=below, headers=int(below[0][0] == HEADS[0]))["mart_table"]) == 2


def test_what_stands_below_a_total_is_another_table() -> None:
    first = by_object("99.1", TITLE, POSTS, OTHER, TRAVEL, SUM)
    rows = read(fascicle(RESOURCES, first, [grid([HEADS, POSTS, OTHER])]))
    assert len(rows["mart_table"]) == 2


def test_heads_once_more_in_the_body_are_no_row() -> None:
    rows = read(fascicle(RESOURCES, by_object("99.1", TITLE, POSTS, OTHER, HEADS, TRAVEL, SUM)))
    assert [row["row_label"] for row in rows["mart_row"]] == ["Posts", "Other staff costs", "Travel of staff", "Total"]
    assert errors(rows) == []


def _on(page: int, block: Block) -> Block:
    return replace(block, place=Place(page=page))


@pytest.mark.parametrize(
    ("words", "page", "last", "tables"),
    [
        ("Section of Maps", 1, SUM, 1),
        ("Maps are drawn by the section.", 1, SUM, 2),  # a sentence
        ("Section of Maps", 2, SUM, 2),  # on the page of the second table
        ("Section of Maps", 1, ["Furniture", "2.0", "2.0", "2.0"], 2),  # it comes to no total
    ],
)
def test_a_heading_that_ends_a_page_is_of_the_table_that_goes_on(
    words: str, page: int, last: list[str], tables: int
) -> None:
    number, title, unit, table = by_object("99.1", TITLE, POSTS, OTHER)
    piece = grid([HEADS, TRAVEL, last])
    rows = read(fascicle(RESOURCES, [number, title, unit, _on(1, table), _on(page, paragraph(words)), _on(2, piece)]))
    assert len(rows["mart_table"]) == tables
    if tables == 1:
        assert [row["row_label"] for row in rows["mart_row"] if row["row_role"] == "heading"] == [words]
        assert not errors(rows)

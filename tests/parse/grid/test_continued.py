"""Tables cut in two: pieces that go on with the table before are read as one table, others are not."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block
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

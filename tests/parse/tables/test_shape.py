"""Tables whose figures were cut off, ran together, or are of no year that anything tells: doubts, and no facts."""

from __future__ import annotations

from tests.parse.fascicle_blocks import MONEY, UNIT, by_object, fascicle, grid, heading, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"
POSTS = ["Posts", "10.0", "11.0", "12.0"]
TRAVEL = ["Travel of staff", "(1.0)", "2.0", "3.0"]
EXPERTS = ["Experts", "1.0", "–", "3.0"]


def _read(*rows: list[str], heads: list[str] = MONEY) -> Rows:
    return read(fascicle(RESOURCES, table("99.1", TITLE, UNIT, heads, list(rows), "Object of expenditure")))


def _facts(rows: Rows) -> list[str]:
    return [cell["printed_text"] for cell in rows["mart_cell"] if cell["fact_id"]]


def _kinds(rows: Rows) -> list[str]:
    return [doubt["kind"] for doubt in rows["mart_doubt"]]


def test_figures_cut_off_take_the_facts_of_their_table_back() -> None:
    for cut in ("195.", "(4.6", "4.6)", "5 8 4 . 0"):
        rows = _read(POSTS, ["Travel of staff", cut, "2.0", cut], EXPERTS)
        assert _facts(rows) == [] and _kinds(rows) == ["table_shape"], cut
        assert len(rows["mart_cell"]) == 9


def test_one_of_many_figures_may_be_a_misprint() -> None:
    rows = _read(POSTS, ["Travel of staff", "195.", "2.0", "3.0"], EXPERTS)
    assert len(_facts(rows)) == 9 and "table_shape" not in _kinds(rows)


def test_a_dash_and_a_figure_are_two_figures_where_others_below_nothing_are_in_brackets() -> None:
    lines = [["Posts", "– 10", "11", "12"], ["Experts", "– 1", "1", "1"], ["Travel of staff", "– 3", "2", "(1)"]]
    rows = read(fascicle(RESOURCES, by_object("99.1", TITLE, *lines)))
    assert _facts(rows) == []
    assert [cell["value"] for cell in rows["mart_cell"] if cell["printed_text"].startswith("–")] == [None] * 3


def test_a_dash_before_a_figure_is_its_sign_where_no_other_has_brackets() -> None:
    lines = [["Posts", "– 10", "11", "12"], ["Experts", "– 1", "1", "1"], ["Travel of staff", "– 3", "2", "1"]]
    rows = read(fascicle(RESOURCES, by_object("99.1", TITLE, *lines)))
    assert [cell["value"] for cell in rows["mart_cell"]][:1] == [-10] and len(_facts(rows)) == 9


def test_a_column_of_earlier_years_that_prints_none_states_no_fact() -> None:
    rows = _read(POSTS, TRAVEL, EXPERTS, heads=["Expenditure", "Approved", "2026 estimate"])
    assert _facts(rows) == ["12.0", "3.0", "3.0"]
    assert sorted(doubt["taken_for"] for doubt in rows["mart_doubt"]) == ["Approved", "Expenditure"]


def test_two_columns_of_one_head_without_a_year_state_no_fact() -> None:
    rows = _read(POSTS, TRAVEL, EXPERTS, heads=["2024 expenditure", "Estimate", "Estimate"])
    assert _facts(rows) == ["10.0", "(1.0)", "1.0"]


def test_a_column_without_a_head_is_a_doubt_beside_columns_that_state_facts() -> None:
    for head in ("", "2025"):
        rows = _read(POSTS, TRAVEL, EXPERTS, heads=["2024 expenditure", head, "2026 estimate"])
        assert _kinds(rows) == ["head"], head
        assert len(_facts(rows)) == 6
    assert _kinds(_read(POSTS, TRAVEL, EXPERTS)) == []


def test_known_rows_without_any_heads_are_a_doubt() -> None:
    rows = _read(POSTS, TRAVEL, EXPERTS, heads=["", "", ""])
    assert _facts(rows) == [] and _kinds(rows) == ["head"]
    strange = _read(["Ports", *POSTS[1:]], ["Buoys", *TRAVEL[1:]], heads=["", "", ""])
    assert _kinds(strange) == []


def test_a_caption_without_a_table_is_a_doubt() -> None:
    caption = by_object("99.7", TITLE)[:-1]
    rows = read(fascicle(RESOURCES, caption, heading("Another part", level=3), by_object("99.8", TITLE, POSTS)))
    assert [(d["kind"], d["table_number"]) for d in rows["mart_doubt"]] == [("completeness", "99.7")]


def test_columns_of_one_head_below_different_groups_are_two() -> None:
    lines = [
        ["", "Ports", "Lighthouses"],
        ["Object of expenditure", "Expenditure", "Expenditure"],
        POSTS[:3],
        TRAVEL[:3],
    ]
    rows = read(fascicle(RESOURCES, [*by_object("99.1", TITLE)[:-1], grid(lines, 2)]))
    assert {cell["measure"] for cell in rows["mart_cell"]} == {"expenditure"}

"""Labels of rows: over two rows, two in one row, with marks and leaders, parts of the row above, counts before them."""

from __future__ import annotations

import pytest

from tests.parse.fascicle_blocks import MONEY, UNIT, by_object, errors, fascicle, grid, heading, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"
POSTS = ["Posts", "10.0", "11.0", "12.0"]
SUM = ["Total", "12.0", "13.0", "15.0"]
VALUES = ["2.0", "2.0", "3.0"]
EMPTY = ["", "", ""]


def _read(*lines: list[str]) -> Rows:
    return read(fascicle(RESOURCES, by_object("99.1", TITLE, POSTS, *lines, SUM)))


def _items(rows: Rows) -> set[str]:
    return {cell["item_code"] for cell in rows["mart_cell"] if cell["item_kind"] == "object" and cell["fact_id"]}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([["Travel of", *EMPTY], ["representatives", *VALUES]], id="figures below"),
        pytest.param([["Travel of", *VALUES], ["representatives", *EMPTY]], id="figures above"),
    ],
)
def test_two_halves_of_a_known_label_are_one_row(lines: list[list[str]]) -> None:
    rows = _read(*lines)
    assert _items(rows) == {"posts", "travel_of_representatives"} and errors(rows) == []


def test_a_heading_above_a_known_label_stays_a_row() -> None:
    rows = _read(["Travel", *EMPTY], ["Consultants", *VALUES])
    assert [row["row_label"] for row in rows["mart_row"]] == ["Posts", "Travel", "Consultants", "Total"]


def test_two_rows_of_figures_stay_two() -> None:
    rows = _read(["Travel of", "1.0", "1.0", "1.0"], ["representatives", "1.0", "1.0", "2.0"])
    assert len(rows["mart_row"]) == 4


def test_words_set_wide_apart_are_one_label() -> None:
    block = grid(
        [
            ["Object of expenditure", "", *MONEY],
            ["Posts", "", *POSTS[1:]],
            ["Travel", "of", *EMPTY],
            ["representatives", "", *VALUES],
            ["Total", "", *SUM[1:]],
        ]
    )
    caption = by_object("99.1", TITLE)[:-1]
    assert _items(read(fascicle(RESOURCES, caption, [block]))) == {"posts", "travel_of_representatives"}


def test_a_heading_that_ran_together_with_the_row_below_is_taken_apart() -> None:
    rows = table(
        "99.2",
        "Overall: evolution of financial and post resources",
        "(Thousands of United States dollars/number of posts)",
        MONEY,
        [
            ["Financial resources by main category of expenditure\nPosts", *POSTS[1:]],
            ["Non-post", *VALUES],
            SUM,
            ["Post resources by category", *EMPTY],
            ["Professional and higher", "", "5", "5"],
            ["Total", "", "5", "5"],
        ],
        "",
    )
    assert _items(read(fascicle(RESOURCES, rows))) == {"posts", "non_post"}


@pytest.mark.parametrize(
    "label", ["Consultants ......", "Consultants a/", "Consultants*", "Consultantsa", "Consultants ¹"]
)
def test_leaders_and_marks_are_no_part_of_a_label(label: str) -> None:
    rows = _read([label, *VALUES])
    assert _items(rows) == {"posts", "consultants"}
    assert rows["mart_row"][1]["row_label"] == label  # as printed


def test_a_letter_ends_a_word_that_is_not_known() -> None:
    assert "sauna" in _items(_read(["Sauna", *VALUES]))


def test_what_is_part_of_the_row_above_counts_in_no_total() -> None:
    rows = _read(["Travel of staff", *VALUES], ["of which: training", "1.0", "1.0", "1.0"])
    assert errors(rows) == [] and _items(rows) == {"posts", "travel_of_staff"}


def test_another_row_counts() -> None:
    assert errors(_read(["Travel of staff", *VALUES], ["Experts", "1.0", "1.0", "1.0"]))


def test_a_count_of_all_rows_is_no_label() -> None:
    block = grid(
        [
            ["No.", "Object of expenditure", *MONEY],
            ["1", *POSTS],
            ["2", "Travel of staff", *VALUES],
            ["3", *SUM],
        ]
    )
    rows = read(fascicle(RESOURCES, by_object("99.1", TITLE)[:-1], [block]))
    assert _items(rows) == {"posts", "travel_of_staff"} and rows["mart_row"][0]["row_label"] == "Posts"


def test_numbers_of_some_rows_are_their_labels() -> None:
    title = "Overall: evolution of financial resources by component and subprogramme"
    block = grid(
        [
            ["", "Component", *MONEY],
            ["", "Programme of work", *EMPTY],
            ["1.", "Ports", *POSTS[1:]],
            ["2.", "Lighthouses", *VALUES],
            ["", *SUM],
        ]
    )
    caption = table("99.1", title, UNIT, MONEY, [], "Component")[:-1]
    assert "1. Ports" in [row["row_label"] for row in read(fascicle(RESOURCES, caption, [block]))["mart_row"]]


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        ([["2.", *EMPTY], ["Office of Maps", *VALUES]], ["2. Office of Maps"]),
        ([["2. Office of Maps", *EMPTY], ["", *VALUES]], ["2. Office of Maps"]),
        ([["2.", *EMPTY], ["3. Office of Maps", *VALUES]], ["2.", "3. Office of Maps"]),
        ([["Offices", *EMPTY], ["2. Office of Maps", *VALUES]], ["Offices", "2. Office of Maps"]),
    ],
)
def test_a_number_or_numbered_label_above_its_row_is_of_it(lines: list[list[str]], labels: list[str]) -> None:
    assert [row["row_label"] for row in _read(*lines)["mart_row"]][1:-1] == labels

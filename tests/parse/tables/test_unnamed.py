"""Rows of which nothing tells what they name: their figures are kept and state no fact, and a doubt says so."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block
from tests.parse.fascicle_blocks import MONEY, UNIT, fascicle, heading, read, table
from warehouse.schema.declare import Rows

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by component and subprogramme"
DIRECTION = ["A. Executive direction and management", "1.0", "2.0", "3.0"]
SUPPORT = ["B. Programme support", "4.0", "5.0", "6.0"]
BOTH = ["5.0", "7.0", "9.0"]


def _read(*rows: list[str], stub: str = "Component", title: str = TITLE, unit: str = UNIT) -> Rows:
    lines: list[Block] = table("99.1", title, unit, MONEY, list(rows), stub)
    return read(fascicle(RESOURCES, lines))


def _facts(rows: Rows, label: str) -> list[str | None]:
    cells = [cell for cell in rows["mart_cell"] if cell["row_label"] == label]
    assert len(cells) == len(MONEY) and all(cell["value"] is not None for cell in cells)
    return [cell["fact_id"] for cell in cells]


def _doubted(rows: Rows) -> list[str]:
    return [doubt["row_label"] for doubt in rows["mart_doubt"] if doubt["kind"] == "table_shape"]


@pytest.mark.parametrize(
    "above",
    [
        pytest.param([], id="alone"),
        pytest.param([DIRECTION], id="below one"),
        pytest.param([SUPPORT], id="not its sum"),
    ],
)
def test_the_last_row_may_be_a_total_in_words_that_are_not_known(above: list[list[str]]) -> None:
    rows = _read(*above, ["Ensemble", *DIRECTION[1:]])
    assert _facts(rows, "Ensemble") == [None] * 3
    assert _doubted(rows) == ["Ensemble"]
    assert all(all(_facts(rows, row[0])) for row in above)


def test_a_row_without_a_mark_among_components_that_have_one() -> None:
    rows = _read(DIRECTION, ["Ensemble", *DIRECTION[1:]], SUPPORT, ["Total", *BOTH])
    assert _facts(rows, "Ensemble") == [None] * 3
    assert _doubted(rows) == ["Ensemble"]


@pytest.mark.parametrize(
    "last",
    [
        pytest.param(["C. Ensemble", "1.0", "1.0", "1.0"], id="letter"),
        pytest.param(["Programme support", "1.0", "1.0", "1.0"], id="known term"),
        pytest.param(["Component 2. Ensemble", "1.0", "1.0", "1.0"], id="part of a subprogramme"),
    ],
)
def test_what_a_mark_or_a_known_term_names_states_its_facts(last: list[str]) -> None:
    rows = _read(DIRECTION, last)
    assert all(_facts(rows, last[0]))
    assert _doubted(rows) == []


def test_a_known_total_ends_the_table() -> None:
    rows = _read(DIRECTION, SUPPORT, ["Total", *BOTH])
    assert all(all(_facts(rows, label)) for label in (DIRECTION[0], SUPPORT[0], "Total"))
    assert _doubted(rows) == []


def test_labels_below_a_head_that_is_not_known_may_be_anything() -> None:
    rows = _read(
        ["Ensemble", "1.0", "2.0", "3.0"], ["Posts", "4.0", "5.0", "6.0"], ["Total", *BOTH], stub="Zzyzx", title="Zzyzx"
    )
    assert _facts(rows, "Ensemble") == [None] * 3
    assert all(_facts(rows, "Posts"))
    assert _doubted(rows) == ["Ensemble"]


MONEY_OVER_POSTS = "Subprogramme 1: evolution of financial and post resources"
GROUPS = [
    ["Financial resources by main category of expenditure", "", "", ""],
    ["Posts", "10", "11", "12"],
    ["Zzyzx", "", "", ""],
    ["Professional and higher", "3", "4", "5"],
]


def test_below_a_heading_that_is_not_known_rows_may_be_money_or_posts() -> None:
    rows = _read(*GROUPS, ["Total", "3", "4", "5"], stub="", title=MONEY_OVER_POSTS)
    kinds = {row["kind"] for row in rows["mart_table"]}
    assert kinds == {"financial_and_posts"}
    assert all(_facts(rows, "Posts"))
    assert _facts(rows, "Professional and higher") == _facts(rows, "Total") == [None] * 3


@pytest.mark.parametrize(("base", "is_told"), [("2025 zzyzx", False), ("2025 quux", True)])
def test_a_base_called_like_what_is_proposed_is_an_estimate_of_no_known_source(base: str, is_told: bool) -> None:
    heads = ["2024 expenditure", base, "2026 zzyzx"]
    lines = table(
        "99.1", "Overall: evolution of financial resources by object of expenditure", UNIT, heads,
        [["Posts", "1.0", "2.0", "3.0"], ["Travel of staff", "1.0", "2.0", "3.0"], ["Total", "2.0", "4.0", "6.0"]],
        "Object of expenditure",
    )  # fmt: skip
    rows = read(fascicle(RESOURCES, lines))
    facts = [cell["fact_id"] for cell in rows["mart_cell"] if cell["measure"] == "expenditure"]
    assert len(facts) == 3 and all(bool(fact) == is_told for fact in facts)

"""Terms that the vocabulary lacks are listed where a table is one of a fascicle's kinds, and nowhere else."""

from __future__ import annotations

from pipelines.model.blocks import Block
from tests.parse.fascicle_blocks import MONEY, POSTS, UNIT, fascicle, heading, read, table

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)


def _unknown(*blocks: list[Block]) -> list[tuple[str, str]]:
    rows = read(fascicle(RESOURCES, *blocks))
    return [(row["vocabulary_table"], row["printed_text"]) for row in rows.get("mart_unknown_term", [])]


def test_unknown_heads_and_labels_of_a_table_of_objects_are_listed() -> None:
    lines = [["Posts", "1.0", "2.0", "3.0"], ["Carriages", "1.0", "1.0", "1.0"]]
    found = _unknown(table("99.1", "Costs", UNIT, [*MONEY[1:], "Reserve"], lines, "Object of expenditure"))
    assert found == [("column_heads", "Reserve"), ("objects", "Carriages")]


def test_unknown_categories_and_grades_of_posts_are_told_apart() -> None:
    lines = [["Scholars of all kinds", "", ""], ["P-5", "1", "1"], ["P-4", "1", "1"], ["Z-9", "2", "3"]]
    found = _unknown(table("99.1", "Posts", POSTS, ["2025 approved", "2026 proposed"], lines, "Category and grade"))
    assert found == [("post_categories", "Scholars of all kinds"), ("grades", "Z-9")]


def test_a_table_of_its_own_has_no_unknown_terms() -> None:
    lines = [["North", "1.0", "2.0"], ["South", "1.0", "1.0"]]
    assert _unknown(table("99.1", "Rain", "(Millimetres)", ["Spring", "Autumn"], lines, "Region")) == []


def test_a_term_is_listed_once() -> None:
    lines = [["Posts", "1.0", "2.0", "3.0"], ["Carriages", "1.0", "1.0", "1.0"]]
    twice = [table(number, "Costs", UNIT, MONEY, lines, "Object of expenditure") for number in ("99.1", "99.2")]
    assert _unknown(*twice) == [("objects", "Carriages")]

"""Tables that print other heads further down, as reports on missions do: each part is read below its own heads."""

from __future__ import annotations

from pipelines.model.blocks import Block
from pipelines.parse.inner_heads import split_at_heads
from pipelines.vocabulary import vocabulary_of
from tests.parse.fascicle_blocks import grid

HEADS = ["Category", "2024 expenditure", "2025 appropriation", "2026 estimate"]
OTHERS = ["Category", "2024 approved", "2025 approved", "2026 proposed"]


def _parts(block: Block) -> list[list[str]]:
    """First cells of the rows of each part."""
    found = []
    for part in split_at_heads(block, vocabulary_of("en")):
        assert part.grid is not None
        found.append([row[0].text if row[0] else "" for row in part.grid.rows])
    return found


def test_other_heads_further_down_begin_a_part() -> None:
    block = grid([HEADS, ["Travel", "1.0", "2.0", "3.0"], OTHERS, ["P-5", "4", "5", "6"], ["P-4", "1", "1", "1"]])
    assert _parts(block) == [["Category", "Travel"], ["Category", "P-5", "P-4"]]
    first, second = split_at_heads(block, vocabulary_of("en"))
    assert first.grid is not None and first.grid.header_rows == 1
    assert second.grid is not None and second.grid.header_rows == 1


def test_heads_of_two_rows_that_are_printed_again_begin_no_part() -> None:
    groups = ["", "Spent", "Approved", "Proposed"]
    block = grid([groups, HEADS, ["Travel", "1.0", "2.0", "3.0"], groups, HEADS, ["Fuel", "4.0", "5.0", "6.0"]], 2)
    assert _parts(block) == [["", "Category", "Travel", "", "Category", "Fuel"]]


def test_a_part_begins_with_the_groups_above_its_heads() -> None:
    groups = ["", "International", "National", "Together"]
    block = grid([HEADS, ["Travel", "1.0", "2.0", "3.0"], groups, OTHERS, ["P-5", "4", "5", "6"]])
    assert _parts(block) == [["Category", "Travel"], ["", "Category", "P-5"]]


def test_figures_below_known_words_are_no_heads() -> None:
    block = grid([HEADS, ["Travel", "1.0", "2.0", "3.0"], ["2024 approved", "4.0", "5.0", "6.0"]])
    assert split_at_heads(block, vocabulary_of("en")) == [block]


def test_a_group_is_drawn_over_the_columns_up_to_its_subtotal() -> None:
    groups = ["", "Mission", "", "Elsewhere", ""]
    heads = ["Category", "2026 proposed", "Subtotal", "2026 estimate", "Subtotal"]
    years = ["Category", "2024 expenditure", "2025 appropriation", "2026 estimate", "Variance"]
    block = grid([years, ["Travel", "1.0", "2.0", "3.0", "1.0"], groups, heads, ["P-5", "4", "4", "5", "5"]])
    _, second = split_at_heads(block, vocabulary_of("en"))
    assert second.grid is not None
    spans = [(cell.text, cell.column_span) for cell in second.grid.rows[0] if cell is not None]
    assert spans == [("", 1), ("Mission", 2), ("Elsewhere", 2)]

"""Headings above paragraphs of a report, and tables that print other heads further down."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block, Document, Place
from pipelines.parse.reports.headings import headings_of, split_at_heads
from pipelines.vocabulary import vocabulary_of
from tests.parse.fascicle_blocks import grid


def _paths(*headings: tuple[str, int]) -> list[str]:
    blocks = []
    for line, (text, level) in enumerate(headings, 1):
        blocks.append(Block("heading", text, level=level, place=Place(line_first=2 * line)))
        number, _, words = text.partition(". ")
        blocks[-1] = Block("heading", words or text, number=f"{number}." if words else None, level=level)
        blocks.append(Block("paragraph", "Text.", place=Place(line_first=2 * line + 1)))
    found = headings_of(Document("docx", blocks, []))
    return [" > ".join(name.split(". ")[0] for name in path) for path in found.values()]


CASES = (
    ([("I. One", 2), ("A. Two", 3), ("B. Three", 3), ("II. Four", 2)], ["I", "I > A", "I > B", "II"]),
    # a style set wrongly: C. as high as I., II. as low as A.
    ([("I. One", 2), ("A. Two", 3), ("B. X", 3), ("C. Y", 2), ("II. Z", 3)], ["I", "I > A", "I > B", "I > C", "II"]),
    # a letter that is a Roman number goes on with letters, and a Roman number with Roman ones
    (
        [("I. O", 2), ("A. a", 3), *((f"{x}. x", 3) for x in "BCDEFGHI"), ("II. P", 2)],
        ["I", *(f"I > {x}" for x in "ABCDEFGHI"), "II"],
    ),
    ([("I. a", 2), ("II. b", 2), ("III. c", 2), ("IV. d", 2), ("V. e", 2)], ["I", "II", "III", "IV", "V"]),
    # numbers begin again in an annex
    ([("I. a", 2), ("B. b", 3), ("Annex", 3), ("I. c", 3), ("A. d", 3)], ["I", "I > B", "I > Annex", "I", "I > A"]),
    (
        [("I. a", 2), ("A. b", 3), ("1. c", 4), ("Aside", 5), ("2. d", 3)],
        ["I", "I > A", "I > A > 1", None, "I > A > 2"],
    ),
)


@pytest.mark.parametrize(("headings", "expected"), CASES)
def test_levels_are_those_of_the_first_of_their_kind(
    headings: list[tuple[str, int]], expected: list[str | None]
) -> None:
    for found, wanted in zip(_paths(*headings), expected, strict=True):
        assert wanted is None or found == wanted


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

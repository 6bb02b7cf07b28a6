"""Headings above paragraphs of a report: levels by numerals where the styles of some are set wrongly."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block, Document, Place
from pipelines.parse.report_headings import headings_of


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

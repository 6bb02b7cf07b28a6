"""What an amount in prose is about, and what keeps none."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.model.blocks import Block
from pipelines.parse.prose.amounts import Point, stated_amounts
from pipelines.parse.scope.context import Context
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of


def _stated(text: str, number: str, heading: str = "Overview", is_part: bool = False) -> dict[str, Any]:
    """The first amount of a text that stands in a paragraph or point under a heading."""
    identity = Identity("A/77/6 (Sect. 10)", "en", "txt", 2023, "10", "fascicle")
    context = Context(vocabulary_of("en"), headings=[(2, "Proposed resources"), (5, heading)], in_resources=True)
    return stated_amounts(Block("paragraph", text, number=number), "10.61", 1, context, identity, is_part)[0]


@pytest.mark.parametrize(
    ("text", "number", "heading"),
    [
        ("Resources amounting to $23,700 are proposed for one observer.", "54", "Military and police personnel costs"),
        ("Damage to the building (currently estimated at $6 million) weighs on the premium.", "18", "Overview"),
        ("Executive direction and management: a memorandum that expires (decrease of $2,514,300)", "(b)", "Overview"),
    ],
)
def test_an_amount_about_something_else_keeps_no_fact(text: str, number: str, heading: str) -> None:
    assert _stated(text, number, heading)["fact_id"] is None


@pytest.mark.parametrize(
    ("text", "number", "measure"),
    [
        ("The resources proposed for 2023 amount to $7,469,900.", "54", "estimate"),
        ("Executive direction and management: the increase of $66,200 reflects travel.", "(a)", "other_change"),
        ("Subprogramme 1: least developed countries (increase of $599,100)", "(a)", "other_change"),
    ],
)
def test_an_amount_about_its_scope_has_its_fact(text: str, number: str, measure: str) -> None:
    assert _stated(text, number, "Other changes" if number == "(a)" else "Overview")["measure"] == measure


@pytest.mark.parametrize(
    ("text", "number", "measure"),
    [
        ("The increase of $66,200 reflects travel.", "54", None),
        ("The increase of $66,200 in table 10.5 reflects travel.", "54", "other_change"),
        ("Executive direction and management: the increase of $66,200 reflects travel.", "(a)", "other_change"),
    ],
    ids=["paragraph", "paragraph with a table", "point"],
)
def test_a_change_in_a_paragraph_is_that_of_its_scope_only_beside_a_table(
    text: str, number: str, measure: str | None
) -> None:
    assert _stated(text, number, "Other changes")["measure"] == measure


@pytest.mark.parametrize(("under", "is_open"), [("", False), (" under audits", True)])
def test_an_amount_under_something_unknown_is_left_to_the_figures(under: str, is_open: bool) -> None:
    text = f"Executive direction and management: the increase of $66,200{under} reflects travel."
    assert _stated(text, "(a)", "Other changes")["is_open"] is is_open


def test_the_parts_of_an_amount_are_not_the_changes_of_their_components() -> None:
    lower_rates = Point("(a)", has_amount=True)
    assert lower_rates.is_part("(i)") and not lower_rates.is_part("(b)")
    assert not Point("(h)", has_amount=True).is_part("(i)")
    text = "Executive direction and management (decrease of $15,900)"
    assert _stated(text, "(i)", "Other changes", is_part=True)["fact_id"] is None
    assert _stated(text, "(i)", "Other changes")["measure"] == "other_change"

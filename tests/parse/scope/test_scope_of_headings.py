"""What headings, titles and figures say of the scope of what stands below them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.model.blocks import Block
from pipelines.model.facts import Scope
from pipelines.parse.grid.outline import OutlineRow
from pipelines.parse.scope.basis import basis_of_headings
from pipelines.parse.scope.binding import settle_by_figures
from pipelines.parse.scope.doubts import table_name
from pipelines.parse.scope.entities import divisions_of
from pipelines.parse.scope.subjects import subjects_of
from pipelines.parse.scope.titles import subprogramme_code
from pipelines.vocabulary import normalised, vocabulary_of
from tests.parse.fascicle_blocks import MONEY, UNIT, by_object, fascicle, grid, heading, paragraph, read, table

ENGLISH = vocabulary_of("en")
PLAN = heading("Proposed programme plan for 2026", "A.", 1)
RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
POSTS_OBJECT = ["Posts", "1.0", "2.0", "3.0"]


@pytest.mark.parametrize(
    ("headings", "basis"),
    [
        (["Resources (gross budget)", "Jointly financed activities (jointly financed)"], "jointly_financed"),
        (["Resources (gross budget)", "Office of Maps"], "gross"),
        (["Resources (gross budget)", "Regular budget"], ""),
        (["Resources"], ""),
    ],
)
def test_the_innermost_heading_that_names_a_budget_basis_tells_it(headings: list[str], basis: str) -> None:
    assert basis_of_headings(headings, ENGLISH) == basis


@pytest.mark.parametrize(
    ("words", "current", "code"),
    [
        ("Subprogramme 1, Maps", "", "1"),
        ("Subprogramme 1, component 2", "", "1.2"),
        ("Component 2", "3", "3.2"),
        ("Component 2", "3.1", "3.2"),
        ("Component 2", "", "2"),
        ("Office of Maps", "3", ""),
    ],
)
def test_words_name_a_subprogramme_or_a_component_of_one(words: str, current: str, code: str) -> None:
    assert subprogramme_code(words, current, ENGLISH) == code


def test_a_table_is_called_by_its_number_else_by_its_title() -> None:
    assert table_name({"table_number": "4.2", "title": "Posts"}) == "Table 4.2"
    assert table_name({"table_number": None, "title": "Posts"}) == "The table “Posts”"
    assert table_name({"table_number": None, "title": None}) == "An unnumbered table"


def test_a_heading_of_the_first_two_levels_ends_the_subprogramme_above_it() -> None:
    rows = read(
        fascicle(
            PLAN,
            heading("Subprogramme 1", level=3),
            heading("Maps", level=3),
            by_object("99.1", "By object", POSTS_OBJECT),
            heading("Something else", level=2),
            by_object("99.2", "By object", POSTS_OBJECT),
        )
    )
    told = [(row["table_number"], row["component_code"], row["subprogramme_code"]) for row in rows["mart_table"]]
    assert told == [("99.1", "programme_of_work", "1"), ("99.2", None, None)]


@pytest.mark.parametrize(("above", "kind"), [([], "statistics"), ([heading("Contents", level=1)], "contents")])
def test_a_list_of_pages_is_one_of_contents_below_that_heading_alone(above: list[Block], kind: str) -> None:
    block = grid([["I. Office of Maps", "3"], ["II. Office of Roads", "5"], ["III. Annex", "7"]], 0)
    assert [row["kind"] for row in read(fascicle(above, block))["mart_table"]] == [kind]


@pytest.mark.parametrize(("between", "is_told"), [(0, True), (3, True), (4, False)])
def test_an_entity_is_headed_near_the_first_of_its_parts(between: int, is_told: bool) -> None:
    """Its heading has no number, and its parts come again for each entity."""
    names = ("Office of Maps", "Office of Roads")
    blocks: list[Block] = []
    for name in names:
        words = [paragraph("Words.") for _ in range(between)]
        blocks += [heading(name, level=1), *words, PLAN, paragraph("Words."), RESOURCES]
    told = tuple(entity.label for entity in divisions_of(blocks, ENGLISH).entities)
    assert told == (names if is_told else (PLAN.text, PLAN.text))


def test_details_with_the_figures_of_another_row_are_doubted() -> None:
    summary = [
        ["A. Programme of work", "", "", ""],
        ["1. Maps", "1.0", "2.0", "3.0"],
        ["2. Roads", "5.0", "6.0", "7.5"],
        ["Total", "6.0", "8.0", "10.5"],
    ]
    title = "Overall: evolution of financial resources by component and subprogramme"
    rows = read(
        fascicle(
            RESOURCES,
            table("99.1", title, UNIT, MONEY, summary, "Component/subprogramme"),
            heading("Programme of work", level=2),
            heading("Subprogramme 1", level=3),
            heading("Maps", level=3),
            by_object(
                "99.2",
                "Subprogramme 1: by object",
                ["Posts", "4.0", "4.0", "5.0"],
                ["Travel", "1.0", "2.0", "2.5"],
                ["Total", "5.0", "6.0", "7.5"],
            ),
        )
    )
    (doubt,) = (row for row in rows["mart_doubt"] if row["kind"] == "binding")
    assert (doubt["taken_for"], doubt["may_be"]) == ("1. Maps", "2. Roads")
    assert doubt["message"] == (
        "Table 99.2 is taken for “1. Maps”, whose figures in table 99.1 are others; they are those of “2. Roads”."
    )


ENTITIES = {normalised(name): code for name, code in (("Office of Maps", "I.1"), ("Office of Roads", "I.2"))}


@pytest.mark.parametrize(
    ("label", "ordinal", "entity"),
    [
        ("Office of Maps", None, "I.1"),
        ("Office of Roads (Geneva)", None, "I.2"),
        ("Roads and ways", "2", "I.2"),  # worded otherwise than its heading, under the same number
        ("Roads and ways", "3", "roads_and_ways"),
    ],
)
def test_a_row_of_sources_is_of_the_entity_it_names_or_has_the_number_of(
    label: str, ordinal: str | None, entity: str
) -> None:
    row = OutlineRow(1, label, True, ordinal=ordinal, words=label)
    (subject,) = subjects_of("resources_by_funding_source", [row], Scope(), False, ENTITIES, "99", ENGLISH)
    assert subject.scope.entity == entity


# -- amounts in prose ------------------------------------------------------------------------------

MAPS = "2026|99||programme_of_work|1|RB||total||estimate|2026|usd"
ROADS = "2026|99||programme_of_work|2|RB||total||estimate|2026|usd"


def _amount(value: int, fact: str | None, *candidates: str, is_open: bool = True) -> dict[str, Any]:
    said = {"measure": "estimate", "fiscal_year": 2026, "basis": "own"}
    return said | {
        "value": Decimal(value),
        "unit": "usd",
        "precision_digits": -2,
        "fact_id": fact,
        "candidates": list(candidates),
        "is_open": is_open,
    }


def _cell(fact: str | None, value: str | None) -> dict[str, Any]:
    return {"fact_id": fact, "value": None if value is None else Decimal(value), "precision_digits": 1}


CELLS = [_cell(MAPS, "12.5"), _cell(ROADS, "-7.3"), _cell(ROADS, None), _cell(None, "99.9")]


@pytest.mark.parametrize(("value", "fact", "subprogramme"), [(12_500, MAPS, "1"), (7_300, ROADS, "2")])
def test_an_amount_that_words_leave_open_is_the_one_with_its_figure_in_a_table(
    value: int, fact: str, subprogramme: str
) -> None:
    row = _amount(value, None, MAPS, ROADS)
    settle_by_figures([row], CELLS)
    assert (row["fact_id"], row["subprogramme_code"], row["funding_source_code"]) == (fact, subprogramme, "RB")
    assert row["measure"] == "estimate" and "candidates" not in row


def test_an_open_amount_that_no_table_has_states_no_fact() -> None:
    row = _amount(99_900, MAPS, MAPS, ROADS)
    settle_by_figures([row], CELLS)
    assert row["fact_id"] is row["measure"] is row["fiscal_year"] is row["subprogramme_code"] is None


def test_an_amount_that_words_settle_keeps_its_fact() -> None:
    closed, told = _amount(99_900, MAPS, MAPS, is_open=False), _amount(99_900, MAPS)
    settle_by_figures([closed, told], CELLS)
    assert closed["fact_id"] == told["fact_id"] == MAPS


def test_entities_of_a_text_whose_numerals_are_part_of_the_words() -> None:
    plan, resources = (
        "A. Proposed programme plan for 2026",
        "B. Proposed post and non-post resource requirements for 2026",
    )
    blocks = [
        heading("I. Office of Maps ......................... 4"),  # a line of the contents
        heading(f"{plan} .............. 4"),
        heading(plan),  # so is this one, whose leaders stand in the next line
        heading(resources),
        heading("I. Office of Maps"),
        heading(plan),
        paragraph("Maps are drawn.", "99.1"),
        heading("12. On maps of coasts"),  # an item of a list, far above the part that follows
        *(paragraph(f"Paragraph {number}") for number in range(6)),
        heading(resources),
        heading("II. Office of Charts"),
        heading(resources),
    ]
    found = divisions_of(blocks, ENGLISH).entities
    assert [(entity.code, entity.label, entity.block_index) for entity in found] == [
        ("I", "Office of Maps", 4),
        ("II", "Office of Charts", 15),
    ]


def test_parts_listed_in_the_contents_make_no_second_entity() -> None:
    plan, resources = (
        "A. Proposed programme plan for 2026",
        "B. Proposed post and non-post resource requirements for 2026",
    )
    numbered = paragraph("Maps are drawn.", "99.1")
    blocks = [heading(plan), heading(resources), heading(plan), numbered, heading(resources)]
    assert divisions_of(blocks, ENGLISH).entities == ()

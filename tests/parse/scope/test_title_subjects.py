"""Tables whose titles name what no heading or summary table names: whose figures they are."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block
from tests.parse.fascicle_blocks import MONEY, POSTS, UNIT, by_object, errors, fascicle, heading, read, subjects, table

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
OWN = (["Posts", "9.0", "9.5", "10.0"], ["Consultants", "1.0", "1.5", "2.0"], ["Total", "10.0", "11.0", "12.0"])
OTHER = (["Posts", "3.0", "3.5", "4.0"], ["Consultants", "2.0", "2.5", "3.0"], ["Total", "5.0", "6.0", "7.0"])


def whole(number: str = "99.1") -> list[Block]:
    return by_object(number, "Overall: evolution of financial resources by object of expenditure", *OWN)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Northville: evolution of financial resources by object of expenditure", "northville"),
        ("Evolution of financial resources by object of expenditure: Northville", "northville"),
        ("Renovation of the lighthouse: projected costs", "renovation_of_the_lighthouse_projected_costs"),
    ],
)
def test_a_subject_that_only_the_title_names_has_a_scope_of_its_own(title: str, code: str) -> None:
    rows = read(fascicle(RESOURCES, whole(), by_object("99.2", title, *OTHER)))
    assert subjects(rows, "99.1")["Posts"] == "|||RB||object|posts"
    assert subjects(rows, "99.2")["Posts"] == f"|{code}||RB||object|posts"
    assert rows["mart_doubt"] == [] and errors(rows) == []


def test_a_subject_with_the_figures_of_its_headings_is_what_these_name() -> None:
    title = "Office of Maps: evolution of financial resources by object of expenditure"
    rows = read(fascicle(RESOURCES, whole(), by_object("99.2", title, *OWN)))
    assert subjects(rows, "99.2")["Posts"] == "|||RB||object|posts"


def test_figures_that_contradict_all_others_are_no_misprints_but_a_doubt() -> None:
    def posts(number: str, title: str, *amounts: str) -> list[Block]:
        heads = ["2025 approved", "2026 proposed"]
        rows = [["P-4", *amounts], ["P-3", *amounts], ["Total", *(str(2 * int(n)) for n in amounts)]]
        return table(number, title, POSTS, heads, rows, "Category and grade")

    rows = read(
        fascicle(
            RESOURCES,
            posts("99.1", "Overall: proposed posts by category and grade", "4", "5"),
            posts("99.2", "Posts under another account", "14", "15"),
        )
    )
    assert subjects(rows, "99.1")["P-4"] == "|||RB||grade|P-4"
    assert subjects(rows, "99.2")["P-4"] == "|posts_under_another_account||RB||grade|P-4"
    (doubt,) = rows["mart_doubt"]
    assert (doubt["kind"], doubt["table_number"]) == ("binding", "99.2")
    assert doubt["evidence"].startswith("0 of 6 figures")
    assert errors(rows) == []


def test_a_misprint_does_not_give_a_table_a_scope_of_its_own() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            whole(),
            table(
                "99.2",
                "Evolution of resources",
                UNIT,
                MONEY,
                [
                    ["Posts", "9.0", "9.5", "10.0"],
                    ["Consultants", "1.0", "1.5", "3.0"],
                    ["Total", "10.0", "11.0", "12.0"],
                ],
                "Object of expenditure",
            ),
        )
    )
    assert subjects(rows, "99.2")["Posts"] == "|||RB||object|posts"
    assert len(errors(rows)) == 1

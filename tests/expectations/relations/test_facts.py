"""Relations among facts of a scope and of its parts."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Block
from tests.parse.fascicle_blocks import POSTS, UNIT, errors, fascicle, heading, read, table

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
MONEY_YEARS, POST_YEARS = ["2025 approved", "2026 estimate"], ["2025 approved", "2026 proposed"]
COMPONENT = "Component/subprogramme"


def _posts(number: str, whose: str, count: str, total: str | None = None) -> list[Block]:
    rows = [["Professional and higher", count, count], ["Total", total or count, total or count]]
    return table(number, f"{whose}: post resources by category", POSTS, POST_YEARS, rows, "Category")


def _section(second: str, whole: str) -> list[str]:
    """Errors of a section whose table of posts leaves its second subprogramme out, as that of money does not."""
    money = [
        ["B. Programme of work", "", ""],
        ["1. Trade", "5.0", "5.0"],
        ["2. Finance", "3.0", "3.0"],
        ["Total", "8.0", "8.0"],
    ]
    posts = [["B. Programme of work", "", ""], ["1. Trade", "4", "4"], ["Total", "4", "4"]]
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1", "Overall: evolution of financial resources by component", UNIT, MONEY_YEARS, money, COMPONENT
            ),
            table("99.2", "Overall: proposed posts by component", POSTS, POST_YEARS, posts, COMPONENT),
            _posts("99.3", "Overall", whole),
            heading("Subprogramme 1 Trade", level=2),
            _posts("99.4", "Subprogramme 1", "4"),
            heading("Subprogramme 2 Finance", level=2),
            _posts("99.5", "Subprogramme 2", second),
        )
    )
    names = {row["fact_id"] for row in rows["mart_cell"] if row["table_number"] in {"99.4", "99.5"}}
    assert {name.split("|")[4] for name in names if name} == {"1", "2"}
    return [message for message in errors(rows) if "Professional" in message]


@pytest.mark.parametrize(("second", "is_wrong"), [("2", False), ("3", True)])
def test_a_part_that_one_of_two_tables_leaves_out_is_counted(second: str, is_wrong: bool) -> None:
    assert bool(_section(second, whole="6")) is is_wrong

"""What cells say besides their figure: how precise a nil is, and the section that they are of."""

from __future__ import annotations

import pytest

from tests.parse.fascicle_blocks import MONEY, by_object, fascicle, heading, paragraph, read, table

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"


@pytest.mark.parametrize(("figures", "digits"), [(("120", "130", "—"), 0), (("120.5", "130", "—"), 1)])
def test_a_nil_is_as_precise_as_the_figures_of_its_table(figures: tuple[str, ...], digits: int) -> None:
    total = [figure if figure != "—" else "140" for figure in figures]
    printed = by_object("99.1", TITLE, ["Posts", *figures], ["Travel of staff", "—", "—", "140"], ["Total", *total])
    rows = read(fascicle(RESOURCES, paragraph("Words.", "99.1"), printed))
    nils = [cell["precision_digits"] for cell in rows["mart_cell"] if cell["is_nil"]]
    assert nils == [digits] * 3


def test_a_cell_is_of_the_section_of_its_document() -> None:
    printed = by_object("99.1", TITLE, ["Posts", "9.0", "9.5", "10.0"])
    rows = read(fascicle(RESOURCES, paragraph("Words.", "99.1"), printed))
    assert {cell["section_code"] for cell in rows["mart_cell"]} == {"99"}


def test_cells_of_a_table_of_all_sections_are_of_the_section_that_their_row_names() -> None:
    block = table(
        "99.1",
        "Resources by budget section",
        "(Thousands of United States dollars)",
        MONEY,
        [["1. Policy", "1.0", "2.0", "3.0"], ["2. Meetings", "4.0", "5.0", "6.0"], ["Total", "5.0", "7.0", "9.0"]],
        "Budget section",
    )
    rows = read(fascicle(RESOURCES, paragraph("Words.", "99.1"), block))
    told = {cell["row_label"]: cell["section_code"] for cell in rows["mart_cell"]}
    assert told == {"1. Policy": "1", "2. Meetings": "2", "Total": None}

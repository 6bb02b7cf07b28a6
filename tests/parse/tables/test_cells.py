"""What cells say besides their figure: how precise a nil is."""

from __future__ import annotations

import pytest

from tests.parse.fascicle_blocks import by_object, fascicle, heading, paragraph, read

RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
TITLE = "Overall: evolution of financial resources by object of expenditure"


@pytest.mark.parametrize(("figures", "digits"), [(("120", "130", "—"), 0), (("120.5", "130", "—"), 1)])
def test_a_nil_is_as_precise_as_the_figures_of_its_table(figures: tuple[str, ...], digits: int) -> None:
    total = [figure if figure != "—" else "140" for figure in figures]
    table = by_object("99.1", TITLE, ["Posts", *figures], ["Travel of staff", "—", "—", "140"], ["Total", *total])
    rows = read(fascicle(RESOURCES, paragraph("Words.", "99.1"), table))
    nils = [cell["precision_digits"] for cell in rows["mart_cell"] if cell["is_nil"]]
    assert nils == [digits] * 3

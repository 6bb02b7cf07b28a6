"""A document in words that are not known beside the same one in known words: equal figures tell what its terms mean."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from pipelines.parse.proposals import Counterparts
from pipelines.parse.unknown_terms import bare_label
from pipelines.vocabulary import normalised
from warehouse.schema.declare import Rows

NOTHING = {"measure": None, "item_kind": None, "item_code": None, "component_code": None, "subprogramme_code": None}
KNOWN_MEASURES = ("expenditure", "estimate")


def _line(table: str, row: int, label: str, *figures: str, role: str = "item", **said: Any) -> list[dict[str, Any]]:
    """Cells of one printed row; columns are numbered from 1."""
    return [
        {
            **NOTHING,
            **{name: value for name, value in said.items() if name != "measures"},
            "measure": said.get("measures", (None,) * len(figures))[place],
            "table_id": table,
            "table_number": table[1:],
            "row_number": row,
            "column_number": place + 1,
            "row_label": label,
            "row_role": role,
            "value": Decimal(figure),
        }
        for place, figure in enumerate(figures)
    ]


def _rows(*lines: list[dict[str, Any]], order: tuple[str, ...] = ("t1.1",)) -> Rows:
    tables = [{"table_id": table, "order_number": number} for number, table in enumerate(order, start=1)]
    return {"mart_table": tables, "mart_cell": [cell for line in lines for cell in line]}


def _known(*lines: list[dict[str, Any]]) -> Rows:
    return _rows(*lines)


TRAVEL = _line(
    "t1.1", 1, "Travel", "1.0", "2.0", item_kind="object", item_code="travel_of_staff", measures=KNOWN_MEASURES
)
TOTAL = _line("t1.1", 2, "Total", "1.0", "2.0", role="total", item_kind="total", measures=KNOWN_MEASURES)


@pytest.mark.parametrize(
    "printed",
    ["Travel of staff", "A. Travel of staff", "12a. Travel of Staff", "Travel of staff (a)", "Travel of staff, b"],
)
def test_a_label_goes_without_its_letter_or_number(printed: str) -> None:
    assert bare_label(printed) == normalised("Travel of staff")
    assert bare_label(f"{printed} and others") != normalised("Travel of staff")


def test_equal_figures_tell_columns_rows_and_tables() -> None:
    own = _rows(_line("t1.1", 1, "Viajes", "1.0", "2.0"), _line("t1.1", 2, "Suma", "1.0", "2.0"))
    found = Counterparts.of(own, _known(TRAVEL, TOTAL))
    assert {place: dict(votes) for place, votes in found.measures.items()} == {
        ("t1.1", 1): {"expenditure": 2},
        ("t1.1", 2): {"estimate": 2},
    }
    assert dict(found.labels["objects", "viajes"]) == {"travel_of_staff": 1}
    assert dict(found.labels["totals", "suma"]) == {"total": 1}
    assert [table["table_id"] for table in found.tables["t1.1"]] == ["t1.1"]


def test_a_total_of_a_component_tells_the_component_and_one_of_a_subprogramme_does_not() -> None:
    whole = _line("t1.1", 1, "Programme of work", "7.0", item_kind="total", component_code="programme_of_work")
    part = _line("t1.1", 2, "1. Trade", "3.0", item_kind="total", component_code="programme_of_work")
    part[0]["subprogramme_code"] = "1"
    own = _rows(_line("t1.1", 1, "Programa", "7.0"), _line("t1.1", 2, "Comercio", "3.0"))
    found = Counterparts.of(own, _known(whole, part))
    assert {key: dict(votes) for key, votes in found.labels.items()} == {
        ("components", "programa"): {"programme_of_work": 1}
    }


def test_a_table_most_of_whose_figures_differ_is_another() -> None:
    own = _rows(*(_line("t1.1", row, "x", f"{row}.5") for row in (1, 2)), _line("t1.1", 3, "Viajes", "1.0", "2.0"))
    found = Counterparts.of(own, _known(TRAVEL))
    assert not found.measures and not found.labels and not found.tables
    half = _rows(_line("t1.1", 1, "x", "1.5"), _line("t1.1", 2, "Viajes", "1.0", "2.0"))
    assert "viajes" in {label for _, label in Counterparts.of(half, _known(TRAVEL)).labels}


def test_parts_of_a_numbered_table_are_compared_in_their_printed_order() -> None:
    """Whatever the order of their identifiers and of the cells."""

    def lines(first: str, second: str, labels: tuple[str, str, str], **said: Any) -> list[list[dict[str, Any]]]:
        made = [
            _line(second, 1, labels[2], "3.0", **said),
            _line(first, 2, labels[1], "2.0", **said),
            _line(first, 1, labels[0], "1.0", **said),
        ]
        for line in made:
            line[0]["table_number"] = "1.1"
        return made

    known = _rows(*lines("a", "b", ("P-5", "P-4", "P-3"), item_kind="grade", item_code="?"), order=("a", "b"))
    for cell in known["mart_cell"]:
        cell["item_code"] = cell["row_label"]
    own = _rows(*reversed(lines("z", "y", ("cinq", "quatre", "trois"))), order=("z", "y"))
    found = Counterparts.of(own, known)
    told = {label: next(iter(votes)) for (_, label), votes in found.labels.items()}
    assert told == {"cinq": "P-5", "quatre": "P-4", "trois": "P-3"}

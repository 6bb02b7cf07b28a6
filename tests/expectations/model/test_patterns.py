"""Findings that are one slip of the print share a pattern and its sentence."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from expectations.model.messages import with_patterns

Row = dict[str, Any]


def _cell(row: int, column: int) -> Row:
    name = f"t#{row}.{column}"
    return {
        "cell_id": name,
        "table_id": "t",
        "row_number": row,
        "column_number": column,
        "row_label": f"Row {row}",
        "column_label": f"Column {column}",
        "measure": "other_change",
    }


def _finding(row: int, column: int, slip: str | None = "nil_for_value") -> Row:
    return {
        "finding_id": f"f{row}.{column}",
        "document_id": "d",
        "class": "material",
        "severity": "error",
        "slip": slip,
        "cell_id": f"t#{row}.{column}",
        "table_number": "5.12",
        "printed_text": "–",
        "implied_value": None,
        "message": f"Row {row}",
    }


CELLS = [_cell(row, column) for row in range(1, 5) for column in range(1, 4)]


def test_a_dash_down_a_column_is_one_pattern() -> None:
    found = [_finding(row, 2) for row in (1, 2, 3)] + [_finding(4, 1, "sign")]
    with_patterns(found, CELLS)
    assert len({finding["pattern_id"] for finding in found}) == 2
    assert found[0]["pattern_message"].startswith(
        "In table 5.12 the column “Column 2” prints – in 3 rows: a nil stands"
    )
    assert found[3]["pattern_message"] == found[3]["message"]


def test_along_a_row_where_that_takes_more_together() -> None:
    found = [_finding(2, column) for column in (1, 2, 3)] + [_finding(3, 1)]
    with_patterns(found, CELLS)
    assert len({finding["pattern_id"] for finding in found[:3]}) == 1
    assert "the row “Row 2”" in found[0]["pattern_message"]


def test_another_slip_or_table_is_another_pattern() -> None:
    found = [_finding(1, 2), _finding(2, 2, "sign")]
    with_patterns(found, CELLS)
    assert found[0]["pattern_id"] != found[1]["pattern_id"]


def test_a_pattern_keeps_its_name_when_a_row_joins_it() -> None:
    few, more = [_finding(1, 2), _finding(2, 2)], [_finding(row, 2) for row in (1, 2, 3)]
    with_patterns(few, CELLS)
    with_patterns(more, deepcopy(CELLS))
    assert few[0]["pattern_id"] == more[2]["pattern_id"]


def test_what_is_in_no_cell_is_a_pattern_of_its_own() -> None:
    found = [{**_finding(1, 2), "cell_id": None}, {**_finding(2, 2), "cell_id": None}]
    with_patterns(found, CELLS)
    assert found[0]["pattern_id"] != found[1]["pattern_id"]

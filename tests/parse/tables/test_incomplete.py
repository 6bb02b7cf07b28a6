"""Tables with lines that no rule claimed: what may have lost a part states nothing, and the rest stays."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.parse.tables.shape import incomplete_tables, rowless_tables

TABLE = {"document_id": "d", "table_id": "d#t1", "table_number": "4.1", "table_part": None, "line_first": 1}


def _rows(lost: str) -> dict[str, list[dict[str, Any]]]:
    cell = {"table_id": "d#t1", "item_kind": "object", "item_code": "posts", "measure": "approved", "fiscal_year": 2030,
            "total_row_number": 9, "total_column_number": 9, "fact_id": "f"}  # fmt: skip
    lines = {2: 5, 4: 6}
    return {
        "mart_table": [dict(TABLE)],
        "mart_row": [{"table_id": "d#t1", "row_number": row, "total_row_number": 9} for row in lines],
        "mart_cell": [
            {**cell, "row_number": row, "line_first": line, "line_last": line} for row, line in lines.items()
        ],
        "mart_source_line": [{"line_number": 4, "role": "unclaimed_table", "text": lost}],
    }


@pytest.mark.parametrize(("lost", "states_nothing"), [("   10      11", [2]), ("   words 10    7.7", [])])
def test_a_row_beside_a_lost_line_of_figures_states_nothing(lost: str, states_nothing: list[int]) -> None:
    rows = _rows(lost)
    (doubt,) = incomplete_tables(rows)
    assert "1 of its lines were not understood" in doubt["message"]
    assert [cell["row_number"] for cell in rows["mart_cell"] if cell["fact_id"] is None] == states_nothing
    assert [cell["row_number"] for cell in rows["mart_cell"] if cell["measure"] is None] == states_nothing
    assert all(cell["total_row_number"] is None for cell in rows["mart_cell"])


def test_a_numbered_table_without_a_row_is_a_doubt() -> None:
    rows = _rows("")
    assert rowless_tables(rows) == []
    (doubt,) = rowless_tables({"mart_table": rows["mart_table"], "mart_row": [], "mart_cell": []})
    assert doubt["message"] == "Table 4.1: none of its rows was read."
    assert rowless_tables({"mart_table": [{**TABLE, "table_number": None}]}) == []

"""Changes between two states of a report, told by their figures, on invented tables."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from expectations.doubts.doubts import doubtful_claims
from expectations.judging.judge import judge_rows
from tests.expectations.mutations import set_value
from tests.expectations.test_formulas import parsed
from warehouse.schema.declare import Rows

CHECK = "changes_lead_to_the_next_state_within_rounding"
HEAD = ("Item", "Apportionment (2025/26)", "Moved", "Other changes", "All changes", "Revised (2025/26)")
ITEMS = (
    ("Tents", "200.0", "–", "(50.0)", "(50.0)", "150.0"),
    ("Boats", "40.0", "(3.0)", "1.0", "(2.0)", "38.0"),
    ("Lamps", "30.0", "2.0", "(1.0)", "1.0", "31.0"),
    ("Ropes", "5.0", "1.0", "1.0", "2.0", "7.0"),
)
PARTS = tuple((*row[:4], row[5]) for row in (HEAD, *ITEMS))


def _wrong(table: tuple[tuple[str, ...], ...]) -> list[tuple[str, str, Decimal | None]]:
    findings = judge_rows(parsed(table))["mart_finding"]
    return [(row["row_label"], row["printed_text"], row["implied_value"]) for row in findings]


def _evaluated(table: tuple[tuple[str, ...], ...]) -> int:
    return next(row for row in judge_rows(parsed(table))["mart_check"] if row["check_name"] == CHECK)["evaluated"]


def _with(table: tuple[tuple[str, ...], ...], row: int, column: int, text: str) -> tuple[tuple[str, ...], ...]:
    changed = [list(line) for line in table]
    changed[row][column] = text
    return tuple(tuple(line) for line in changed)


def _break(rows: Rows) -> None:
    row = next(r for r in rows["mart_cell"] if (r["row_label"], r["measure"]) == ("Tents", "revised"))
    set_value(rows, "mart_cell", row, row["value"] + 7)


CHANGE_MUTATIONS: dict[str, Callable[[Rows], None]] = {CHECK: _break}


def test_the_mutation_breaks_the_check() -> None:
    rows = parsed(PARTS)
    _break(rows)
    assert next(row for row in judge_rows(rows)["mart_check"] if row["check_name"] == CHECK)["violated"] == 1


def test_parts_lead_to_the_revised_figure() -> None:
    assert (_evaluated(PARTS), _wrong(PARTS)) == (4, [])
    wrong = _wrong(_with(PARTS, 2, 4, "83.0"))
    assert [(label) for label, _, _ in wrong] == ["Boats"]


def test_a_column_may_sum_the_changes_before_it() -> None:
    table = (HEAD, *ITEMS)
    assert (_evaluated(table), _wrong(table)) == (8, [])
    assert _wrong(_with(table, 1, 4, "(60.0)")) == [("Tents", "(60.0)", Decimal(-50))]


def test_a_column_that_counts_something_else_is_no_change() -> None:
    """Posts moved to another duty station stand among changes and change nothing."""
    table = (HEAD[:4] + HEAD[5:], *((*row[:2], "9.0", row[4], row[5]) for row in ITEMS))
    assert (_evaluated(table), _wrong(table)) == (4, [])


def test_nothing_is_judged_where_the_figures_support_no_reading() -> None:
    table = (PARTS[0], *((*row[:4], "1.0") for row in PARTS[1:]))
    assert (_evaluated(table), _wrong(table)) == (0, [])


STAFF = (
    ("", "P-5", "P-4", "P-3", "FS", "Subtotal"),
    ("Approved posts 2025/26", "9", "8", "7", "6", "30"),
    ("Proposed posts 2026/27", "8", "6", "4", "6", "24"),
    ("Net change", "(1)", "(2)", "(3)", "–", "(6)"),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (0, 1, 3, 2)], ids=["change last", "change between"])
def test_rows_of_changes_lead_from_one_state_to_the_next(order: tuple[int, ...]) -> None:
    table = tuple(STAFF[place] for place in order)
    assert (_evaluated(table), _wrong(table)) == (5, [])
    wrong = _wrong(_with(table, order.index(3), 2, "(9)"))
    assert wrong == [("Net change", "(9)", Decimal(-2))]


def test_fascicles_are_judged_as_before() -> None:
    rows = parsed(PARTS)
    rows["mart_document"][0]["kind"] = "budget_fascicle"
    check = next(row for row in judge_rows(rows)["mart_check"] if row["check_name"] == CHECK)
    assert check["evaluated"] == 0


def test_a_dash_in_a_column_that_leaves_totals_empty_is_a_doubt() -> None:
    """Such a column states no totals, so that its dash is no nil."""
    table = (
        ("Category", "Apportionment (2024/25)", "Expenditure (2024/25)", "Reserve (2024/25)"),
        ("Land", "", "", ""),
        ("Tents", "1.0", "2.0", "3.0"),
        ("Boats", "4.0", "5.0", "6.0"),
        ("Subtotal", "5.0", "7.0", "–"),
        ("Sea", "", "", ""),
        ("Lamps", "2.0", "2.0", "2.0"),
        ("Ropes", "3.0", "3.0", "1.0"),
        ("Subtotal", "5.0", "5.0", ""),
    )
    read: Any = parsed(table)
    rows: Any = judge_rows(read)
    assert {row["class"] for row in rows["mart_finding"]} == {"missing"}
    doubts = [row for row in rows["mart_doubt"] if row["kind"] == "table_shape"]
    assert [row["row_label"] for row in doubts] == ["Subtotal"]
    cell = next(cell for cell in read["mart_cell"] if cell["cell_id"] == doubts[0]["cell_id"])
    assert (cell["row_number"], cell["value"]) == (4, 0)
    assert doubtful_claims({**read, **rows}) == {cell["cell_id"]}  # the rest of the table is not in doubt

"""Formulas printed under heads, on an invented table: what holds, what breaks them, and what they do not state."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from expectations.judging.judge import judge_rows
from pipelines.model.blocks import Block, Document, Grid, GridCell, Place
from pipelines.parse.reports.document import parse_budget_report
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import vocabulary_of
from tests.expectations.mutations import set_value
from warehouse.schema.declare import Rows

CHECK = "printed_formulas_hold_within_rounding"
TABLE = (
    ("Category", "Apportionment (2024/25)", "Expenditure (2024/25)", "Amount", "Percentage"),
    ("", "(1)", "(2)", "(3)=(1)-(2)", "(4)=(3÷1)"),
    ("Tents", "200.0", "150.0", "50.0", "25.0"),
    ("Boats", "–", "3.0", "(3.0)", "–"),
    ("Lamps", "30.0", "31.0", "(1.0)", "(3.3)"),
)


def _grid(table: tuple[tuple[str, ...], ...]) -> Grid:
    rows = tuple(
        tuple(GridCell(text, Place(line_first=r, line_last=r, table_ordinal=1, row=r, column=c)) for c, text in cells)
        for r, cells in ((number, list(enumerate(row, 1))) for number, row in enumerate(table, 1))
    )
    return Grid(rows, 2)


def parsed(table: tuple[tuple[str, ...], ...] = TABLE) -> Rows:
    blocks = [
        Block("heading", "Budget of the Utopia Mission for the period from 1 July 2024 to 30 June 2025"),
        Block("paragraph", "(Thousands of United States dollars; budget year is from 1 July to 30 June)"),
        Block("table", grid=_grid(table)),
    ]
    identity = Identity("A/80/999", "en", "docx", 2026, None, "peacekeeping_budget")
    return parse_budget_report(Document("docx", blocks, []), identity, vocabulary_of("en"))


def _add(amount: str, **wanted: Any) -> Callable[[Rows], None]:
    def mutate(rows: Rows) -> None:
        row = next(row for row in rows["mart_cell"] if all(row[name] == value for name, value in wanted.items()))
        set_value(rows, "mart_cell", row, row["value"] + Decimal(amount))

    return mutate


FORMULA_MUTATIONS: dict[str, Callable[[Rows], None]] = {CHECK: _add("1", row_label="Tents", measure="expenditure")}


def _counts(rows: Rows) -> dict[str, int]:
    return next(row for row in judge_rows(rows)["mart_check"] if row["check_name"] == CHECK)


def test_formulas_are_kept_with_their_columns() -> None:
    told = [(row["printed_number"], row["expression"]) for row in parsed()["mart_column_formula"]]
    assert told == [(1, None), (2, None), (3, "(1)-(2)"), (4, "(3)/(1)")]


def test_formulas_hold_and_a_nil_base_states_no_percentage() -> None:
    counts = _counts(parsed())
    assert (counts["evaluated"], counts["exact"], counts["rounding"], counts["violated"]) == (5, 4, 1, 0)


@pytest.mark.parametrize("check", sorted(FORMULA_MUTATIONS))
def test_a_mutation_breaks_its_check_and_no_other(check: str) -> None:
    rows = deepcopy(parsed())
    FORMULA_MUTATIONS[check](rows)
    assert {row["check_name"] for row in judge_rows(rows)["mart_check"] if row["violated"]} == {check}


@pytest.mark.parametrize(
    ("printed", "expression"),
    [
        ("(5)=(4)-((2)+(3))", "(4)-(2)-(3)"),
        ("(5)=(4)–[(2)–(3)]", "(4)-(2)+(3)"),
        ("(5)=(4÷2)", "(4)/(2)"),
        ("(5)=(4)*(2)", None),
    ],
)
def test_formulas_are_resolved(printed: str, expression: str | None) -> None:
    table = (
        ("Category", "Cost", "Freight", "Duty", "Price", "Gain"),
        ("", "(1)", "(2)=(1)+(3)", "(3)", "(4)", printed),
        ("Tents", "1", "2", "1", "3", "4"),
    )
    assert parsed(table)["mart_column_formula"][-1]["expression"] == expression


def test_a_formula_that_most_rows_contradict_is_in_doubt() -> None:
    rows = tuple((name, "200.0", "150.0", "(50.0)", "(25.0)") for name in ("Tents", "Boats", "Lamps"))
    told = parsed((*TABLE[:2], *rows))
    assert [row["is_doubtful"] for row in told["mart_column_formula"]] == [False, False, True, False]
    assert [row["message"].partition(": ")[2] for row in told["mart_doubt"]] == [
        "the formula (3)=(1)-(2) fails in 3 of 3 rows; it is not judged."
    ]


def test_columns_are_recognised_in_any_order_and_wording() -> None:
    table = (
        ("", "Cost estimates (2026/27)", "Apportionment (2025/26)", "Amount", "Percentage"),
        ("Category", "(1)", "(2)", "(3)=(1)−(2)", "(4)=(3)/(2)"),
        ("Tents", "110.0", "100.0", "10.0", "10.0"),
    )
    rows = parsed(table)
    told = [(cell["measure"], cell["fiscal_year"]) for cell in rows["mart_cell"]]
    assert told == [("cost_estimate", 2026), ("apportionment", 2025), ("variance", 2026), ("percent_change", 2026)]
    assert _counts(rows)["exact"] == 2

"""Amounts in prose whose words fit several facts: the figures of the tables decide which is meant."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from warehouse.fact import parse_fact


def settle_by_figures(stated: list[dict[str, Any]], cells: list[dict[str, Any]]) -> None:
    """Give amounts whose words leave several facts open the one whose figure in a table is theirs, in place.

    Where none has it, an amount that is open has no fact; another keeps what its words say.
    """
    printed: dict[str, list[dict[str, Any]]] = {}
    for cell in cells:
        if cell["fact_id"] and cell["value"] is not None:
            printed.setdefault(cell["fact_id"], []).append(cell)
    for row in stated:
        candidates, is_open = row.pop("candidates"), row.pop("is_open")
        if not candidates:
            continue
        fitting = [fact for fact in candidates if any(_is_amount(row, cell) for cell in printed.get(fact, ()))]
        row["fact_id"] = fitting[0] if fitting else (None if is_open else row["fact_id"])
        if fitting or is_open:
            _note_scope(row)


def _is_amount(row: dict[str, Any], cell: dict[str, Any]) -> bool:
    """True where an amount in single dollars is what a cell prints in thousands, as far as both are printed."""
    value = row["value"] if row["unit"] == "percent" else row["value"] / 1000
    digits = row["precision_digits"] if row["unit"] == "percent" else row["precision_digits"] + 3
    slack = Decimal(1).scaleb(-min(digits, cell["precision_digits"] or 0)) / 2
    return abs(value - abs(cell["value"])) <= slack


def _note_scope(row: dict[str, Any]) -> None:
    """Say in the columns of an amount what its fact says."""
    fact = parse_fact(row["fact_id"]) if row["fact_id"] else None
    row["component_code"] = (fact and fact.component) or None
    row["subprogramme_code"] = (fact and fact.subprogramme) or None
    row["funding_source_code"] = (fact and fact.funding) or None
    if not row["fact_id"]:
        row["measure"] = row["fiscal_year"] = row["basis"] = None

"""Formulas under heads that most rows contradict: either the print or our reading of the columns is at fault."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

from pipelines.parse.scope.doubts import doubt, table_name
from warehouse.schema.declare import Rows

_TERM = re.compile(r"(?P<sign>[+-]?)\((?P<number>\d+)\)")
_FEWEST = 3
"""Rows that contradict a formula before it is set aside; of fewer, each is judged."""


def doubtful_formulas(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for the sums that more than half of the rows with figures contradict; they are marked in place
    and not judged."""
    formulas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.get("mart_column_formula", ()):
        formulas[row["table_id"]].append(row)
    tables = {table["table_id"]: table for table in rows.get("mart_table", ())}
    values: dict[str, dict[int, dict[int, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
    for cell in rows.get("mart_cell", ()):
        if cell["table_id"] in formulas:
            values[cell["table_id"]][cell["row_number"]][cell["column_number"]] = cell
    found: list[dict[str, Any]] = []
    for table_id, own in formulas.items():
        columns = {row["printed_number"]: row["column_number"] for row in own}
        for row in own:
            checked, failed = _contradicted(row, columns, values[table_id])
            if failed < _FEWEST or 2 * failed <= checked:
                continue
            row["is_doubtful"] = True
            printed = f"({row['printed_number']})={row['expression']}"
            message = (
                f"{table_name(tables[table_id])}: the formula {printed} fails in {failed} of {checked} rows; "
                "it is not judged."
            )
            evidence = f"{failed} of {checked} rows fail"
            found.append(doubt(tables[table_id], "head", f"{table_id}/{printed}", message, checked, evidence=evidence))
    return found


def _contradicted(
    formula: dict[str, Any], columns: dict[int, int], rows: dict[int, dict[int, dict[str, Any]]]
) -> tuple[int, int]:
    """How many rows state a sum with other than nils, and how many of them contradict it beyond rounding."""
    checked = failed = 0
    expression = formula["expression"]
    if not expression or "/" in expression:
        return 0, 0
    terms = [(columns.get(int(t["number"])), -1 if t["sign"] == "-" else 1) for t in _TERM.finditer(expression)]
    for row in rows.values():
        result = row.get(formula["column_number"])
        parts = [(row.get(column) if column is not None else None, sign) for column, sign in terms]
        told = [
            cell for cell in (result, *(cell for cell, _ in parts)) if cell is not None and cell["value"] is not None
        ]
        if result is None or len(told) < len(parts) + 1 or not any(cell["value"] for cell in told):
            continue
        digits = max(cell["precision_digits"] or 0 for cell in told)
        slack = Decimal(1).scaleb(-digits) * len(told) / 2 if digits else Decimal(0)
        total = sum((cell["value"] * sign for cell, sign in parts if cell is not None), Decimal(0))
        checked += 1
        failed += abs(total - result["value"]) > slack
    return checked, failed

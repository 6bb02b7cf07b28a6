"""Formulas under heads: the numbers that columns go by, and how some are worked out from others; and formulas that most rows
contradict, where either the print or our reading of the columns is at fault.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

from pipelines.model.blocks import Grid
from pipelines.parse.grid.columns import Layout
from pipelines.parse.scope.doubts import doubt, table_name
from warehouse.schema.declare import Rows

_NUMBERED = re.compile(r"^\((?P<number>\d{1,2})\)(?:=(?P<expression>.+))?$")
_OPERATORS = str.maketrans({"–": "-", "−": "-", "—": "-", "÷": "/", "∕": "/", "⁄": "/", ":": "/"})
_QUOTIENT = re.compile(r"(?P<change>\d{1,2})\)?/\(?(?P<base>\d{1,2})")
_FEWEST_NUMBERS = 2
"""Numbers in a row that make it one of formulas, next to nothing but words of the stub."""


def column_formulas(grid: Grid, layout: Layout, table_id: str, document_id: str) -> list[dict[str, Any]]:
    """Rows of mart_column_formula: one per numbered column of values.

    ``expression`` has the operands in round brackets, with + - or /: ``(6)-(5)`` also where ``(6-5)`` is printed. It is
    NULL where none is printed, or one of another form.
    """
    columns = {place: column.index for column in layout.columns for place in column.covers}
    for row in grid.rows[: max(layout.header_rows, 1)]:
        told: dict[int, tuple[str, str | None]] = {}
        for place, cell in enumerate(row):
            found = _NUMBERED.match("".join(cell.text.split()).translate(_OPERATORS)) if cell is not None else None
            if found and place in columns:
                told[columns[place]] = (found["number"], _plain(found["expression"]))
        if len(told) >= _FEWEST_NUMBERS and any(expression for _, expression in told.values()):
            return [
                {
                    "table_id": table_id,
                    "document_id": document_id,
                    "column_number": column,
                    "printed_number": int(number),
                    "expression": expression,
                    "is_doubtful": False,
                }
                for column, (number, expression) in told.items()
            ]
    return []


def _plain(expression: str | None) -> str | None:
    """A formula with each operand in brackets of its own, sums in brackets resolved: (4)-(2)-(3) for (4)-((2)+(3)).

    None for a formula that is neither a sum nor one operand over another.
    """
    if expression is None:
        return None
    quotient = _QUOTIENT.fullmatch(expression.strip("[]()"))
    if quotient:
        return f"({quotient['change']})/({quotient['base']})"
    if re.search(r"[^\d()\[\]+-]", expression):
        return None
    signs, sign, terms = [1], 1, ""
    for token in re.findall(r"\d+|[()\[\]+-]", expression):
        if token in "([":
            signs.append(signs[-1] * sign)
            sign = 1
        elif token in ")]":
            signs.pop()
            if not signs:
                return None
        elif token in "+-":
            sign = -1 if token == "-" else 1
        else:
            is_less = signs[-1] * sign < 0
            terms += ("-" if is_less else "+" if terms else "") + f"({token})"
            sign = 1
    return terms or None


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

"""Rows of formulas under heads: the numbers that columns go by, and how some are worked out from others."""

from __future__ import annotations

import re
from typing import Any

from pipelines.model.blocks import Grid
from pipelines.parse.grid.columns import Layout

_NUMBERED = re.compile(r"^\((?P<number>\d{1,2})\)(?:=(?P<expression>.+))?$")
_OPERATORS = str.maketrans({"–": "-", "−": "-", "—": "-", "÷": "/", "∕": "/", "⁄": "/", ":": "/"})
_QUOTIENT = re.compile(r"(?P<change>\d{1,2})\)?/\(?(?P<base>\d{1,2})")
_FEWEST = 2
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
        if len(told) >= _FEWEST and any(expression for _, expression in told.values()):
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

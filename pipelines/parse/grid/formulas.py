"""Rows of formulas under heads: the numbers that columns go by, and how some are worked out from others."""

from __future__ import annotations

import re
from typing import Any

from pipelines.model.blocks import Grid
from pipelines.parse.grid.columns import Layout

_NUMBERED = re.compile(r"^\((?P<number>\d{1,2})\)(?:=(?P<expression>.+))?$")
_OPERATORS = str.maketrans({"–": "-", "−": "-", "—": "-", "÷": "/", "∕": "/", "⁄": "/", ":": "/"})
_FEWEST = 2
"""Numbers in a row that make it one of formulas, next to nothing but words of the stub."""


def column_formulas(grid: Grid, layout: Layout, table_id: str, document_id: str) -> list[dict[str, Any]]:
    """Rows of mart_column_formula: one per numbered column of values.

    ``expression`` has the operands in round brackets, with + - or /: ``(6)-(5)`` also where ``(6-5)`` is printed.
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
                }
                for column, (number, expression) in told.items()
            ]
    return []


def _plain(expression: str | None) -> str | None:
    """The operands of a formula, each in brackets of its own."""
    if expression is None:
        return None
    return re.sub(r"\(?(\d{1,2})\)?", r"(\1)", expression.replace("((", "(").replace("))", ")"))

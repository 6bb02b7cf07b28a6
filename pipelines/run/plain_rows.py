"""Rows of a table as JSON, for stages that are read once and thrown away: Arrow takes longer to import than they take.

They come back as an Arrow table gives them: every declared column, in the declared order, decimals with four places.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from typing import Any

from warehouse.schema.declare import Table

_PLACES = Decimal("0.0001")
_BACK: dict[str, Callable[[Any], Any]] = {
    "DECIMAL(20,4)": lambda value: Decimal(value).quantize(_PLACES),
    "DATE": date.fromisoformat,
    "TIMESTAMP": datetime.fromisoformat,
}
"""What makes a value of a column's type from one of JSON, where JSON has no such type."""


def rows_to_json(table: Table, rows: Sequence[dict[str, Any]]) -> bytes:
    """The rows as lists of values, sorted as the table is declared. Values are not held against the declaration."""
    names = table.column_names
    order = itemgetter(*table.order)
    ordered = sorted(rows, key=order) if table.key or table.sort else rows
    return json.dumps([[row.get(name) for name in names] for row in ordered], default=str).encode()


def rows_of_json(table: Table, data: bytes) -> list[dict[str, Any]]:
    """The rows that ``rows_to_json`` made the bytes of."""
    values = json.loads(data)
    for position, field in enumerate(table.fields):
        back = _BACK.get(field.type)
        if back is not None:
            for row in values:
                if row[position] is not None:
                    row[position] = back(row[position])
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in values]

"""Columns whose heads do not distinguish them."""

from __future__ import annotations

import re
from collections import defaultdict

from expectations.model.claims import DocumentClaims
from expectations.structure.base import Outcome, StructureCheck, defect

_DIGIT = re.compile(r"\d")
_HAS_YEAR = 4
"""Digits of a year."""


def heads_tell_columns_apart(document: DocumentClaims) -> Outcome:
    """A finding for each head with a year that two columns of one table have: one of them is misprinted."""
    outcome = Outcome()
    for table in document.tables:
        if not any(column.measure for column in table.columns.values()):
            continue
        columns: dict[str, list[int]] = defaultdict(list)
        for column in table.columns.values():
            words = " ".join((column.label or "").split())
            if len(_DIGIT.findall(words)) >= _HAS_YEAR:
                columns[words].append(column.number)
        outcome.evaluated += bool(columns)
        for words, numbers in columns.items():
            if len(numbers) > 1:
                name = f"Table {table.table_number}" if table.table_number else "An unnumbered table"
                message = f"{name}: {len(numbers)} columns are headed “{words}”; what they state cannot be told"
                place = next((row.cells[n].row for row in table.rows.values() for n in numbers if n in row.cells), {})
                address = f"{table.table_id}/{words}"
                outcome.findings.append(
                    defect(document, HEADS_APART.name, "structure", "warning", address, message, place, words)
                )
    return outcome


HEADS_APART = StructureCheck(
    "heads_tell_columns_apart", "No two columns of a table have the same head and year.", heads_tell_columns_apart
)

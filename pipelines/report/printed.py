"""Printed tables that findings stand in: heads, rows and figures as printed, the wrong ones marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.report.rows import records

_AROUND = 8  # rows shown above and below a marked one
_WHOLE = 40  # a table of up to so many rows is drawn whole

_MISSING_PLACE = """
SELECT finding.finding_id, min(row.table_id) AS table_id
FROM mart_finding AS finding
JOIN mart_table AS printed ON printed.document_id = finding.document_id
    AND printed.table_number IS NOT DISTINCT FROM finding.table_number
    AND printed.table_part IS NOT DISTINCT FROM finding.table_part
JOIN mart_row AS row ON row.table_id = printed.table_id AND row.row_label = finding.row_label
WHERE finding.cell_id IS NULL AND finding.row_label IS NOT NULL AND finding.document_id IN (SELECT unnest($1))
GROUP BY finding.finding_id
"""
_TABLES = """
SELECT table_id, table_number, table_part, title, printed_unit, page_number, line_first, document_id
FROM mart_table WHERE table_id IN (SELECT unnest($1))
"""
_ROWS = """
SELECT table_id, row_number, row_label, row_role, outline_level, text
FROM mart_row WHERE table_id IN (SELECT unnest($1)) ORDER BY table_id, row_number
"""
_CELLS = """
SELECT table_id, row_number, column_number, cell_id, column_label, printed_text, row_label, row_role
FROM mart_cell WHERE table_id IN (SELECT unnest($1)) ORDER BY table_id, row_number, column_number
"""


def place_absent(connection: Any, found: Sequence[dict[str, Any]]) -> None:
    """Let each finding about an absent figure know the table of its row."""
    documents = sorted({finding["document_id"] for finding in found})
    places = {row["finding_id"]: row["table_id"] for row in records(connection, _MISSING_PLACE, [documents])}
    for finding in found:
        finding["table_id"] = finding["table_id"] or places.get(finding["finding_id"])


def tables_of(connection: Any, found: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The printed tables of the findings, by table."""
    wanted = sorted({finding["table_id"] for finding in found if finding["table_id"]})
    tables = {row["table_id"]: {**row, "rows": {}, "heads": {}} for row in records(connection, _TABLES, [wanted])}
    for row in records(connection, _ROWS, [wanted]):
        _row(tables, row).update(text=row["text"], level=row["outline_level"] or 0)
    for cell in records(connection, _CELLS, [wanted]):
        _row(tables, cell)["cells"].setdefault(cell["column_number"], []).append(cell)
        heads = tables[cell["table_id"]]["heads"]
        if cell["column_label"] and not heads.get(cell["column_number"]):
            heads[cell["column_number"]] = cell["column_label"]
        heads.setdefault(cell["column_number"], "")
    by_table: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        if finding["table_id"]:
            by_table.setdefault(finding["table_id"], []).append(finding)
    for table_id, table in tables.items():
        _mark(table, by_table[table_id])
    return tables


def _row(tables: dict[str, dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    rows: dict[int, dict[str, Any]] = tables[row["table_id"]]["rows"]
    return rows.setdefault(
        row["row_number"],
        {"label": row["row_label"], "role": row["row_role"], "cells": {}, "text": None, "level": 0, "absent": None},
    )


def _mark(table: dict[str, Any], found: Sequence[dict[str, Any]]) -> None:
    """Mark wrong figures, alternatives and rows where one is absent; leave out rows far from all of them."""
    wrong = {finding["cell_id"]: finding for finding in found if finding["cell_id"]}
    others = {name: finding for finding in reversed(found) for name in finding["others"]}
    absent = {finding["row_label"]: finding for finding in found if not finding["cell_id"]}
    marked = []
    for number, row in table["rows"].items():
        row["absent"] = absent.get(row["label"]) if row["label"] else None
        for cells in row["cells"].values():
            for cell in cells:
                cell["wrong"] = wrong.get(cell["cell_id"])
                cell["other"] = None if cell["wrong"] else others.get(cell["cell_id"])
                if cell["wrong"] or cell["other"]:
                    marked.append(number)
        if row["absent"]:
            marked.append(number)
    table["columns"] = sorted(table["heads"])
    numbers = sorted(table["rows"])
    if len(numbers) > _WHOLE:
        kept = [n for n in numbers if any(abs(n - m) <= _AROUND for m in marked)]
        kept = kept or numbers[:_WHOLE]
    else:
        kept = numbers
    table["left_out"] = len(numbers) - len(kept)
    table["shown"] = [table["rows"][number] for number in kept]
    table["has_text"] = any(row["text"] for row in table["shown"])

"""Tables whose shape cannot be trusted: totals that sum no row, or whose rows do not add up to them anywhere near.

Their cells stay as printed. In a table of a known kind a total that sums nothing loses its own facts; sums of a table
that no vocabulary names are not judged where most of their columns fail, for then we put its rows together wrongly.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from pipelines.parse.scope.doubts import doubt, table_name
from warehouse.declare import Rows

_TOTALS = frozenset({"subtotal", "total"})
_UNNAMED = frozenset({"statistics", "other"})
_FEWEST_COLUMNS = 2


def impossible_heads(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for columns of expenditure of a year that had not ended when the budget was proposed."""
    document = rows["mart_document"][0]
    edition = document["edition_year"]
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    columns: dict[tuple[str, str], int] = defaultdict(int)
    for cell in rows.get("mart_cell", []):
        if cell["measure"] == "expenditure" and edition and (cell["fiscal_year"] or 0) >= edition - 1:
            columns[cell["table_id"], cell["column_label"] or ""] += 1
    return [
        doubt(
            tables[table_id],
            "head",
            f"{table_id}/{label}",
            f"{table_name(tables[table_id])}: “{label}” is of a year that had not ended; its figures state no fact.",
            count,
            taken_for=label,
        )
        for (table_id, label), count in columns.items()
    ]


def set_aside(rows: Rows) -> list[dict[str, Any]]:
    """Rows of mart_doubt for the totals that cannot be trusted; their facts and members are taken back in place."""
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    by_table: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for row in rows.get("mart_row", []):
        by_table[row["table_id"]][row["row_number"]] = row
    cells: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for cell in rows.get("mart_cell", []):
        cells[cell["table_id"], cell["row_number"]].append(cell)
    found: list[dict[str, Any]] = []
    for table_id, own in by_table.items():
        table = tables[table_id]
        if table["kind"] == "deliverables":
            continue
        for row in own.values():
            if row["row_role"] in _TOTALS and (here := cells[table_id, row["row_number"]]):
                members = [cells[table_id, r["row_number"]] for r in own.values() if _is_member(r, row)]
                found += _of_total(table, row, here, members, own)
    return found


def _is_member(row: dict[str, Any], total: dict[str, Any]) -> bool:
    return row["total_row_number"] == total["row_number"]


def _of_total(
    table: dict[str, Any],
    row: dict[str, Any],
    here: list[dict[str, Any]],
    members: list[list[dict[str, Any]]],
    own: dict[int, dict[str, Any]],
) -> list[dict[str, Any]]:
    facts = [cell for cell in here if cell["fact_id"]]
    label = row["row_label"] or "a total"
    where = f"{table_name(table)}, row “{label}”"
    address = f"{table['table_id']}/r{row['row_number']}"
    if not any(members):
        if not facts or any(cell["funding_source_code"] == "ALL" for cell in here) or _stands_alone(row, own):
            return []
        for cell in facts:
            cell["fact_id"] = cell["item_kind"] = cell["item_code"] = None
        message = f"{where}: which rows it sums cannot be told; its figures are left out of the facts."
        return [doubt(table, "table_shape", address, message, len(facts), row_label=label)]
    if table["kind"] not in _UNNAMED or facts:
        return []
    checked, failed = _columns(here, members)
    if checked < _FEWEST_COLUMNS or 2 * failed <= checked:
        return []
    for cell in (cell for member in members for cell in member):
        cell["total_row_number"] = None
    for other in own.values():
        if _is_member(other, row):
            other["total_row_number"] = None
    message = (
        f"{where}: the rows taken for its members do not add up in {failed} of {checked} columns; it is not judged."
    )
    evidence = f"{failed} of {checked} columns fail"
    return [doubt(table, "table_shape", address, message, len(here), row_label=label, evidence=evidence)]


def _stands_alone(row: dict[str, Any], own: dict[int, dict[str, Any]]) -> bool:
    """True for a total that is all its table prints: the rows it sums stand elsewhere."""
    return all(other["row_role"] in _TOTALS | {"heading"} for other in own.values())


def _columns(here: list[dict[str, Any]], members: list[list[dict[str, Any]]]) -> tuple[int, int]:
    """How many columns of a total can be checked, and how many of them fail beyond rounding."""
    checked = failed = 0
    for cell in here:
        if cell["value"] is None or cell["unit"] == "percent":
            continue
        parts = [c for member in members for c in member if c["column_number"] == cell["column_number"]]
        if not parts or any(part["value"] is None for part in parts):
            continue
        digits = max((c["precision_digits"] or 0 for c in (cell, *parts)), default=0)
        slack = Decimal(1).scaleb(-digits) * (len(parts) + 1) / 2 if digits > 0 else Decimal(0)
        checked += 1
        failed += abs(sum((part["value"] for part in parts), Decimal(0)) - cell["value"]) > slack
    return checked, failed

"""Relations that a document prints itself: formulas under the heads of its columns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from expectations.model.claims import DocumentClaims, PrintedTable, TableRow
from expectations.model.relation import Member, Relation, RelationCheck
from expectations.relations.rows import row_layouts

_SUM = re.compile(r"\(\d+\)(?:[+-]\(\d+\))+")
_TERM = re.compile(r"(?P<sign>[+-]?)\((?P<number>\d+)\)")
_RATIO = re.compile(r"\((?P<change>\d+)\)/\((?P<base>\d+)\)")

Terms = list[tuple[int, int]]
"""Column and sign of each operand."""


def formula_relations(document: DocumentClaims) -> Iterator[Relation]:
    """operands - result = 0 for sums, and 100 x change = percentage x base for quotients, in each row of figures.

    A formula that says what the heads say already (base, change, estimate) is left to the checks on those.
    """
    numbers: dict[str, dict[int, int]] = {}
    formulas: dict[str, list[tuple[int, str]]] = {}
    for row in document.rows.get("mart_column_formula", []):
        numbers.setdefault(row["table_id"], {})[row["printed_number"]] = row["column_number"]
        if row["expression"] and not row["is_doubtful"]:
            formulas.setdefault(row["table_id"], []).append((row["column_number"], row["expression"]))
    for table in document.tables:
        for result, expression in formulas.get(table.table_id, ()):
            yield from _of_formula(document, table, result, expression, numbers[table.table_id])


def _of_formula(
    document: DocumentClaims, table: PrintedTable, result: int, expression: str, columns: dict[int, int]
) -> Iterator[Relation]:
    terms, is_ratio = _terms(expression, columns)
    used = {result, *(column for column, _ in terms)}
    if not terms or result in {column for column, _ in terms} or _is_told_by_heads(table, used):
        return
    for row in table.rows.values():
        # a cell left empty states nothing: only rows that print every member are judged
        if all(column in row.cells for column in used) and (not is_ratio or _has_ratio(row, result, terms)):
            yield _relation(document, table, row, result, terms, is_ratio)


def _terms(expression: str, columns: dict[int, int]) -> tuple[Terms, bool]:
    """Operands of a formula, empty where it is of another form or names a column that is not there; a quotient's are
    change and base."""
    ratio = _RATIO.fullmatch(expression)
    if ratio:
        told = [(int(ratio["change"]), 1), (int(ratio["base"]), 1)]
    elif _SUM.fullmatch(expression):
        told = [(int(term["number"]), -1 if term["sign"] == "-" else 1) for term in _TERM.finditer(expression)]
    else:
        return [], False
    if any(number not in columns for number, _ in told):
        return [], False
    return [(columns[number], sign) for number, sign in told], ratio is not None


def _is_told_by_heads(table: PrintedTable, used: set[int]) -> bool:
    for layout in row_layouts(table):
        known = (layout.base, layout.estimate, layout.total_change, layout.percent, *layout.parts)
        if used <= {column.number for column in known if column is not None}:
            return True
    return False


def _has_ratio(row: TableRow, result: int, terms: Terms) -> bool:
    """False where the base is nil, or a dash stands for a percentage: no quotient is stated."""
    (_, _), (base, _) = terms
    return bool(row.cells[base].value) and not row.cells[result].is_nil


def _relation(
    document: DocumentClaims, table: PrintedTable, row: TableRow, result: int, terms: Terms, is_ratio: bool
) -> Relation:
    members: tuple[Member, ...]
    anchor = row.cells[result]
    if is_ratio:
        (change, _), (base, _) = terms
        members = (
            Member(row.cells[change], 100, "change"),
            Member(anchor, -1, "percent"),
            Member(row.cells[base], 1, "base"),
        )
    else:
        members = (*(Member(row.cells[column], sign, "member") for column, sign in terms), Member(anchor, -1, "total"))
    return Relation(
        FORMULAS_HOLD.name,
        document.document_id,
        table.table_number,
        anchor.claim_id,
        members,
        kind="percent" if is_ratio else "linear",
    )


FORMULAS_HOLD = RelationCheck(
    "printed_formulas_hold_within_rounding",
    "In each row the figures satisfy the formulas printed under the heads of their columns.",
    formula_relations,
)

"""Relations along a printed row: base, changes, percentage, estimate; and the formulas printed under its heads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from expectations.model.claims import Claim, Column, DocumentClaims, PrintedTable, TableRow
from expectations.model.relation import Member, Relation, RelationCheck

CHANGE_PARTS = ("technical_adjustment", "new_expanded_mandate", "other_change")
_BASE_MEASURES = ("appropriation", "approved", "estimate")
_END_MEASURES = ("estimate", "proposed")


@dataclass(frozen=True, slots=True)
class RowLayout:
    """Columns of a table that say one year-on-year change: base, parts, total change, percentage, estimate."""

    base: Column | None
    estimate: Column | None
    parts: tuple[Column, ...]
    total_change: Column | None
    percent: Column | None


def row_layouts(table: PrintedTable) -> list[RowLayout]:
    """One layout per source of funding whose columns stand side by side; none where no change is printed."""
    by_funding: dict[str | None, list[Column]] = {}
    for column in table.columns.values():
        by_funding.setdefault(column.funding, []).append(column)
    mixed = by_funding.pop(None, [])
    if len(by_funding) <= 1:
        # One source of funding, or rows of several: every column belongs to the one layout.
        by_funding = {None: mixed + [c for columns in by_funding.values() for c in columns]}
    layouts = (_layout(table, sorted(columns, key=lambda c: c.number)) for columns in by_funding.values())
    return [layout for layout in layouts if layout is not None]


def _layout(table: PrintedTable, columns: list[Column]) -> RowLayout | None:
    def only(measure: str) -> Column | None:
        found = [column for column in columns if column.measure == measure]
        return found[0] if len(found) == 1 else None

    total_change, percent = only("total_change"), only("percent_change")
    parts = tuple(column for name in CHANGE_PARTS if (column := only(name)) is not None)
    if total_change is None and not parts:
        return None
    change_years = {c.fiscal_year for c in (total_change, percent, *parts) if c is not None and c.fiscal_year}
    year = max(change_years) if change_years else table.edition_year
    ends = [c for c in columns if c.measure in _END_MEASURES and c.fiscal_year == year]
    bases = [
        c
        for c in columns
        if c.measure in _BASE_MEASURES and c.fiscal_year is not None and year is not None and c.fiscal_year < year
    ]
    bases.sort(key=lambda c: (-(c.fiscal_year or 0), _BASE_MEASURES.index(c.measure or "")))
    return RowLayout(
        base=bases[0] if bases else None,
        estimate=ends[0] if len(ends) == 1 else None,
        parts=parts,
        total_change=total_change,
        percent=percent,
    )


def _claim(table: PrintedTable, row: TableRow, column: Column) -> Claim:
    return row.cells.get(column.number) or table.absent(row, column)


def _is_printed(row: TableRow, column: Column | None) -> bool:
    return column is not None and column.number in row.cells


def _rows_with_layout(document: DocumentClaims) -> Iterator[tuple[PrintedTable, RowLayout, TableRow]]:
    for table in document.tables:
        for layout in row_layouts(table):
            for row in table.rows.values():
                if row.cells:
                    yield table, layout, row


def base_plus_changes(document: DocumentClaims) -> Iterator[Relation]:
    """base + total change - estimate = 0 for each row that prints at least two of the three."""
    for table, layout, row in _rows_with_layout(document):
        base, estimate = layout.base, layout.estimate
        if base is None or estimate is None:
            continue
        changes = (layout.total_change,) if layout.total_change is not None else layout.parts
        if sum(_is_printed(row, column) for column in (base, estimate, *changes)) < 2:
            continue
        end = _claim(table, row, estimate)
        yield Relation(
            BASE_PLUS_CHANGES.name,
            document.document_id,
            table.table_number,
            end.claim_id,
            (
                Member(_claim(table, row, base), 1, "base"),
                *(Member(_claim(table, row, column), 1, "change") for column in changes),
                Member(end, -1, "total"),
            ),
        )


def parts_of_change(document: DocumentClaims) -> Iterator[Relation]:
    """technical + new or expanded mandates + other - total change = 0 for each row."""
    for table, layout, row in _rows_with_layout(document):
        if layout.total_change is None or not layout.parts:
            continue
        if sum(_is_printed(row, column) for column in (layout.total_change, *layout.parts)) < 2:
            continue
        total = _claim(table, row, layout.total_change)
        yield Relation(
            PARTS_OF_CHANGE.name,
            document.document_id,
            table.table_number,
            total.claim_id,
            (
                *(Member(_claim(table, row, column), 1, "member") for column in layout.parts),
                Member(total, -1, "total"),
            ),
        )


def percentage_of_change(document: DocumentClaims) -> Iterator[Relation]:
    """100 x total change = percentage x base for each row that prints two of the three."""
    for table, layout, row in _rows_with_layout(document):
        base, change, percent = layout.base, layout.total_change, layout.percent
        if base is None or change is None or percent is None:
            continue
        if sum(_is_printed(row, column) for column in (base, change, percent)) < 2:
            continue
        share = _claim(table, row, percent)
        yield Relation(
            PERCENTAGE_OF_CHANGE.name,
            document.document_id,
            table.table_number,
            share.claim_id,
            (
                Member(_claim(table, row, change), 100, "change"),
                Member(share, -1, "percent"),
                Member(_claim(table, row, base), 1, "base"),
            ),
            kind="percent",
        )


BASE_PLUS_CHANGES = RelationCheck(
    "base_plus_changes_equals_estimate_within_rounding",
    "In each row the base year's amount plus the total change is the amount proposed.",
    base_plus_changes,
)
PARTS_OF_CHANGE = RelationCheck(
    "parts_of_change_add_up_within_rounding",
    "Technical adjustments, new or expanded mandates and other changes add up to the total change.",
    parts_of_change,
)
PERCENTAGE_OF_CHANGE = RelationCheck(
    "percentage_is_change_over_base_within_rounding",
    "The percentage printed is the total change over the base year's amount.",
    percentage_of_change,
)


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

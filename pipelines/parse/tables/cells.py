"""Cells of a printed table: each value with its place and, where heads and labels say enough, the fact it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipelines.model.blocks import GridCell
from pipelines.model.facts import Item, Scope, fact_id
from pipelines.model.numbers import PrintedNumber, read_number, stands_for_figure
from pipelines.parse.grid.columns import Column
from pipelines.parse.grid.kinds import WORDS_ONLY, WORDY_KINDS
from pipelines.parse.grid.outline import OutlineRow
from pipelines.parse.scope.basis import paid_by_all
from pipelines.parse.scope.subjects import Subject
from pipelines.parse.tables.parts import Line, Section, TableContext, place_columns
from pipelines.symbols.identity import Identity

_OF_YEARS_BEFORE = frozenset({"expenditure", "appropriation", "approved"})
_GROUP = 3
"""Digits of a group of thousands."""
_MONEY_UNITS = {"thousands_usd": "USD", "thousands_chf": "CHF"}


def cells_of(
    table_id: str,
    kind: str,
    context: TableContext,
    section: Section,
    outline: Sequence[OutlineRow],
    subjects: Sequence[Subject],
    lines: Sequence[Line],
) -> list[dict[str, Any]]:
    if kind in WORDS_ONLY:
        return []
    precisions: dict[str, int] = {}
    read: list[tuple[OutlineRow, Column, GridCell, PrintedNumber | None]] = []
    for row, line in zip(outline, lines, strict=True):
        for column, cell in line.values:
            number = read_number(cell.text, context.vocabulary.decimal)
            if section.is_posts and number is not None and column.measure != "percent_change":
                number = _whole_posts(number)
            if number is None and (kind in WORDY_KINDS or not stands_for_figure(cell.text)):
                continue
            group = "percent" if column.measure == "percent_change" else "amount"
            if number is not None and not number.is_nil:
                precisions[group] = max(precisions.get(group, 0), number.precision_digits)
            read.append((row, column, cell, number))
    cells = [
        _cell(table_id, kind, context, section, row, subjects[row.number - 1], column, cell, number, precisions)
        for row, column, cell, number in read
    ]
    _note_totals(cells, {column.index: column.total for _, column, _, _ in read if column.total is not None})
    taken: Counter[str] = Counter()
    for cell_row in cells:
        taken[cell_row["cell_id"]] += 1
        if taken[cell_row["cell_id"]] > 1:
            cell_row["cell_id"] += f".{taken[cell_row['cell_id']]}"
    return cells


def _whole_posts(number: PrintedNumber) -> PrintedNumber:
    """Thousands of posts whose groups a stop or comma parts, such as 3.138: no post is divided into a thousand. No group of
    thousands begins with a nought, so that 0.125 stays a part of a post."""
    if number.precision_digits != _GROUP or number.former is not None or abs(number.value) < 1:
        return number
    return replace(number, value=number.value.scaleb(_GROUP), precision_digits=0)


def _note_totals(cells: list[dict[str, Any]], totals: Mapping[int, int]) -> None:
    """Say of each value which column sums it, where two rows in three bear it out: heads alone may mislead."""
    rows: dict[int, dict[int, dict[str, Any]]] = {}
    for cell in cells:
        rows.setdefault(cell["row_number"], {})[cell["column_number"]] = cell
    for total in set(totals.values()):
        members = [index for index, summed_in in totals.items() if summed_in == total]
        told = [row for row in rows.values() if total in row and any(index in row for index in members)]
        held = sum(_adds_up(row, members, total) for row in told)
        if told and 3 * held >= 2 * len(told):
            for row in told:
                for index in members:
                    if index in row:
                        row[index]["total_column_number"] = total


def _adds_up(row: Mapping[int, dict[str, Any]], members: Sequence[int], total: int) -> bool:
    values = [row[index]["value"] for index in members if index in row]
    return None not in values and sum(values) == row[total]["value"]


def _cell(
    table_id: str,
    kind: str,
    context: TableContext,
    section: Section,
    row: OutlineRow,
    subject: Subject,
    column: Column,
    cell: GridCell,
    number: PrintedNumber | None,
    precisions: Mapping[str, int],
) -> dict[str, Any]:
    identity, caption = context.identity, context.caption
    unit = _unit_of(section, column)
    measure = column.measure or subject.measure
    year = column.year or subject.year or _year_unsaid(measure, identity)
    measure = _posts_measure(kind, unit, measure, year, identity)
    item = _item(subject, column)
    scope = subject.scope if column.basis is None else paid_by_all(subject.scope.with_(basis=column.basis))
    scope = scope.with_(funding=column.funding) if column.funding else scope
    precision = None
    if number is not None:
        precision = (
            precisions.get("percent" if unit == "percent" else "amount", 0)
            if number.is_nil
            else number.precision_digits
        )
    return {
        "cell_id": f"{table_id}/r{row.number}c{column.index}",
        "table_id": table_id,
        "document_id": identity.document_id,
        "table_number": caption.number,
        "table_part": section.part,
        "row_number": row.number,
        "row_label": row.printed,
        "row_role": row.role,
        "parent_row_number": row.parent,
        "total_row_number": row.total,
        "total_column_number": None,
        "column_number": column.index,
        "column_label": column.label,
        "measure": measure,
        "fiscal_year": year,
        "printed_text": cell.text.strip(),
        "value": number.value if number else None,
        "former_value": number.former if number else None,
        "precision_digits": precision,
        "is_nil": bool(number and number.is_nil),
        "unit": unit,
        "funding_source_code": scope.funding or None,
        "budget_basis": scope.basis or "own",
        "section_code": None if subject.section == "*" else subject.section or identity.section_code,
        "entity_code": scope.entity or None,
        "component_code": scope.component or None,
        "subprogramme_code": scope.subprogramme or None,
        "item_kind": item.kind if item else None,
        "item_code": (item.code or None) if item else None,
        "fact_id": _fact(context, section, scope, item, measure, year, unit, subject),
        **place_columns(cell.place),
        "note_marks": " ".join(cell.notes) or None,
    }


def _item(subject: Subject, column: Column) -> Item | None:
    """The item of a cell: the row's, narrowed by a head that names a grade, a staff category or an amount."""
    if not column.label:
        return None  # under no head: nothing tells what it is
    if subject.item is None or subject.item.kind != "total":
        return subject.item
    if column.item:
        return Item(*column.item)
    if column.is_sum and column.group:
        return Item("category", column.group)
    return subject.item


def _unit_of(section: Section, column: Column) -> str | None:
    if column.measure == "percent_change":
        return "percent"
    if column.unit == "posts" or column.meaning in {"posts_change", "number"}:
        return "posts" if section.unit in {"posts", None} or column.unit == "posts" else section.unit
    if column.unit == "money" and section.unit == "posts":
        return "thousands_usd"
    return section.unit


def _year_unsaid(measure: str | None, identity: Identity) -> int | None:
    """Year of a measure whose head and row say none: the edition's, but for what a fascicle says of years before it."""
    if measure is None or (identity.section_code is not None and measure in _OF_YEARS_BEFORE):
        return None
    return identity.edition_year


def _posts_measure(
    kind: str, unit: str | None, measure: str | None, year: int | None, identity: Identity
) -> str | None:
    """Measure of a column; posts are approved and proposed where the heads, shared with money, say otherwise."""
    if unit != "posts" or kind == "posts_and_changes":
        return measure
    if measure == "appropriation":
        return "approved"
    if measure == "estimate" and year == identity.edition_year:
        return "proposed"
    return measure


def _fact(
    context: TableContext,
    section: Section,
    scope: Scope,
    item: Item | None,
    measure: str | None,
    year: int | None,
    unit: str | None,
    subject: Subject,
) -> str | None:
    if item is None or measure is None or not scope.funding or unit is None:
        return None
    if year is None and context.identity.section_code is not None:
        return None
    if (
        measure == "expenditure"
        and year
        and context.identity.edition_year
        and year >= context.identity.edition_year - 1
    ):
        return None  # of a year that has not ended when the budget is proposed: its head is misprinted
    base = _base_unit(section.unit if unit == "percent" else unit)
    if base is None:
        return None
    code = context.identity.section_code if subject.section is None else subject.section
    base = f"percent_{base}" if unit == "percent" else base
    return fact_id(context.identity.edition_year, code, scope, item, measure, year, base)


def _base_unit(unit: str | None) -> str | None:
    return "posts" if unit == "posts" else _MONEY_UNITS.get(unit or "")

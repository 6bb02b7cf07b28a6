"""Relations down a printed column: a total and the rows it sums, at every outline level."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from expectations.model.claims import Claim, DocumentClaims, PrintedTable, TableRow
from expectations.model.relation import Member, Relation, RelationCheck

_TOTAL_ROLES = frozenset({"subtotal", "total"})
_UNSUMMED_MEASURES = frozenset({"percent_change"})
_ITEM = re.compile(r"^(?P<number>\d{1,3})\.\s")
_UNSUMMED_UNITS = frozenset({"percent", "text"})


def members_of_totals(table: PrintedTable) -> list[tuple[TableRow, list[TableRow]]]:
    """Each subtotal or total row with the rows it sums.

    Where the rows say which total they are summed in, that is taken. Else it is told by the outline:
    Members are the rows whose outline parent it is. A heading without values passes up what it holds; where it
    holds its own subtotal, it passes up that instead of what the subtotal already sums.
    """
    if any(row.total is not None for row in table.rows.values()):
        summed: dict[int, list[TableRow]] = {}
        for row in table.rows.values():
            if row.total is not None and row.cells:
                summed.setdefault(row.total, []).append(row)
        return [(table.rows[number], members) for number, members in summed.items() if table.rows[number].cells]
    children: dict[int, list[TableRow]] = {}
    for row in table.rows.values():
        if row.parent is not None and row.parent != row.number:
            children.setdefault(row.parent, []).append(row)

    def passed_up(heading: TableRow, seen: frozenset[int]) -> list[TableRow]:
        held = children.get(heading.number, [])
        totals = [row for row in held if row.role in _TOTAL_ROLES and row.cells]
        members: list[TableRow] = []
        for row in held:
            if row.number in seen:
                continue
            if not row.cells:
                members += passed_up(row, seen | {row.number})
            elif totals and row.role not in _TOTAL_ROLES and row.number < totals[-1].number:
                continue
            else:
                members.append(row)
        return members

    found: list[tuple[TableRow, list[TableRow]]] = []
    for row in table.rows.values():
        if not row.cells:
            continue
        members: list[TableRow] = []
        for child in children.get(row.number, []):
            members += [child] if child.cells else passed_up(child, frozenset({row.number, child.number}))
        if not members and row.role == "subtotal":
            members = _preceding_members(table, row, children)
        if members:
            found.append((row, members))
    return found


def _preceding_members(table: PrintedTable, total: TableRow, children: dict[int, list[TableRow]]) -> list[TableRow]:
    """Rows above a subtotal under the same heading, down from the subtotal before it."""
    heading = table.rows.get(total.parent) if total.parent is not None else None
    if heading is None or heading.cells:
        return []
    members: list[TableRow] = []
    for row in children[heading.number]:
        if row.number >= total.number:
            break
        if row.role in _TOTAL_ROLES:
            members = []
        elif row.cells:
            members.append(row)
    return members


def _is_counted(table: PrintedTable) -> bool:
    return table.kind == "deliverables" or any(row.item_kind == "deliverable" for row in table.rows.values())


def _spans_other_funding(total: Claim, members: list[Claim]) -> bool:
    """True when the total covers all sources of funding and its rows only one: its other part is elsewhere."""
    whole = total.row.get("funding_source_code")
    parts = {claim.row.get("funding_source_code") for claim in members if claim.source != "absent"}
    return len(parts) == 1 and parts != {whole} and whole == "ALL"


def _column_totals(document: DocumentClaims, check: RelationCheck, counted: bool) -> Iterator[Relation]:
    for table in document.tables:
        if not table.columns or _is_counted(table) is not counted:
            continue
        lost = _before_a_gap(table) if counted else frozenset()
        for total_row, member_rows in members_of_totals(table):
            if any(row.number in lost for row in member_rows):
                continue
            for column in table.columns.values():
                if column.measure in _UNSUMMED_MEASURES or column.unit in _UNSUMMED_UNITS:
                    continue
                printed = [row.cells[column.number] for row in member_rows if column.number in row.cells]
                total = total_row.cells.get(column.number)
                if not printed or (total is not None and _spans_other_funding(total, printed)):
                    continue
                if total is None and (counted or total_row.role not in _TOTAL_ROLES):
                    continue
                anchor = total or table.absent(total_row, column)
                if total is None and _row_spans_other_funding(total_row, printed):
                    continue
                yield Relation(
                    check.name,
                    document.document_id,
                    table.table_number,
                    anchor.claim_id,
                    (
                        *(
                            Member(row.cells.get(column.number) or table.absent(row, column), 1, "member")
                            for row in member_rows
                        ),
                        Member(anchor, -1, "total"),
                    ),
                )


def _before_a_gap(table: PrintedTable) -> frozenset[int]:
    """Rows of numbered items after which a number is left out: a sum over them is no evidence, for one is missing."""
    numbered = [(int(m["number"]), row) for row in table.rows.values() if (m := _ITEM.match(row.label)) and row.cells]
    return frozenset(row.number for (value, row), (following, _) in pairwise(numbered) if following > value + 1)


def _row_spans_other_funding(row: TableRow, members: list[Claim]) -> bool:
    sibling = next(iter(row.cells.values()), None)
    return sibling is not None and _spans_other_funding(sibling, members)


def column_totals(document: DocumentClaims) -> Iterator[Relation]:
    """members - total = 0 for every column of amounts or posts, at every outline level."""
    return _column_totals(document, COLUMN_TOTALS, counted=False)


def deliverable_totals(document: DocumentClaims) -> Iterator[Relation]:
    """items - subcategory = 0 for every year, in whole numbers."""
    return _column_totals(document, DELIVERABLE_TOTALS, counted=True)


def row_totals(document: DocumentClaims) -> Iterator[Relation]:
    """columns - total column = 0 for every row of a table that has a column of totals."""
    for table in document.tables:
        for row in table.rows.values():
            members: dict[int, list[Claim]] = {}
            for claim in row.cells.values():
                total = claim.row.get("total_column_number")
                if total is not None:
                    members.setdefault(total, []).append(claim)
            for number, parts in members.items():
                anchor = row.cells.get(number)
                if anchor is None:
                    anchor = table.absent(row, table.columns[number])
                yield Relation(
                    ROW_TOTALS.name,
                    document.document_id,
                    table.table_number,
                    anchor.claim_id,
                    (*(Member(part, 1, "member") for part in parts), Member(anchor, -1, "total")),
                )


ROW_TOTALS = RelationCheck(
    "total_column_equals_its_columns",
    "A column of totals is, in every row, the sum of the columns it stands for.",
    row_totals,
)
COLUMN_TOTALS = RelationCheck(
    "total_equals_members_within_rounding",
    "Each total is the sum of the rows it stands for, in every column and at every outline level.",
    column_totals,
)
DELIVERABLE_TOTALS = RelationCheck(
    "deliverable_items_add_up_to_subcategory",
    "The quantity of a subcategory of deliverables is the sum of its items, in whole numbers.",
    deliverable_totals,
)

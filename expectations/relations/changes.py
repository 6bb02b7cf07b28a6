"""Changes that reports print between two states, such as proposed, changes and revised, recognised by the order of columns.

Heads of reports differ too much for words to tell which columns lead from one state to the next. Where changes stand
between two states, the figures themselves say how they lead from one to the other: a reading that most rows bear out is
the document's own equation, and the rows that break it are judged by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.model.claims import Claim, Column, DocumentClaims, PrintedTable, TableRow
from expectations.model.relation import Member, Relation, RelationCheck

_STATES = frozenset(
    {"apportionment", "appropriation", "approved", "actual", "estimate", "proposed", "cost_estimate", "revised"}
)
_ENDS = frozenset({"cost_estimate", "estimate", "proposed", "revised"})
_CHANGE = "variance"
_FEWEST = 3
"""Equations with a change other than nil that must hold before the others are judged."""
_SHARE = 3
"""How many must hold for one that does not."""

Equation = tuple[tuple[Claim, int], ...]
"""Claims with their signs, that sum to nil; the last one is what the others lead to."""


def changes_lead_on(document: DocumentClaims) -> Iterator[Relation]:
    """state + changes - next state = 0, in rows or in columns, for reports; none of a fascicle."""
    if not document.is_report:
        return
    formulas = {row["table_id"] for row in document.rows.get("mart_column_formula", []) if row["expression"]}
    for table in document.tables:
        found: list[Equation] = []
        if table.table_id not in formulas:
            found += _across(table)
        found += _down(table)
        for equation in found:
            yield Relation(
                CHANGES_LEAD_ON.name,
                document.document_id,
                table.table_number,
                equation[-1][0].claim_id,
                (
                    *(
                        Member(claim, sign, "base" if place == 0 else "change")
                        for place, (claim, sign) in enumerate(equation[:-1])
                    ),
                    Member(equation[-1][0], equation[-1][1], "total"),
                ),
            )


def _across(table: PrintedTable) -> list[Equation]:
    """Equations of rows: a column of a state, columns of changes right of it, and the state that they lead to."""
    columns = [column for _, column in sorted(table.columns.items())]
    found: list[Equation] = []
    for place, end in enumerate(columns):
        if end.measure not in _ENDS:
            continue
        between: list[Column] = []
        for column in reversed(columns[:place]):
            if column.measure in _STATES:
                found += _of_changes(table, column, between[::-1], end)
                break
            if column.unit == end.unit and column.measure in (None, _CHANGE):
                between.append(column)
    return found


def _of_changes(table: PrintedTable, base: Column, changes: Sequence[Column], end: Column) -> list[Equation]:
    """Equations of the columns between two states: all of them are changes, or the last one sums those before it."""
    if not changes:
        return []
    whole = _equations(table, base, changes[-1:], end)
    parts = _equations(table, None, changes[:-1], changes[-1]) if len(changes) > 2 else []
    if _is_borne_out(whole) and _is_borne_out(parts):
        return [*whole, *parts]
    every = _equations(table, base, changes, end)
    return every if _is_borne_out(every) else []


def _equations(table: PrintedTable, base: Column | None, changes: Sequence[Column], end: Column) -> list[Equation]:
    """An equation for each row that prints all its members, without the columns whose figures break most of theirs:
    they count something else."""
    rows = [row for row in table.rows.values() if row.cells]

    def of(columns: Sequence[Column]) -> list[Equation]:
        terms = [*([(base, 1)] if base else []), *((column, 1) for column in columns), (end, -1)]
        return [equation for row in rows if (equation := _of_row(row, terms))]

    kept = list(changes)
    found = of(kept)
    while len(kept) > 1 and any(_is_foreign(column, found) for column in kept):
        fewer = [[other for other in kept if other is not column] for column in kept if _is_foreign(column, found)]
        best = max(fewer, key=lambda columns: sum(map(_holds, of(columns))))
        if sum(map(_holds, of(best))) <= sum(map(_holds, found)):
            break
        kept, found = best, of(best)
    return found


def _is_foreign(column: Column, equations: Sequence[Equation]) -> bool:
    own = [e for e in equations if any(c.value and c.row["column_number"] == column.number for c, _ in e)]
    return 2 * sum(1 for equation in own if not _holds(equation)) > len(own)


def _of_row(row: TableRow, terms: Sequence[tuple[Column, int]]) -> Equation:
    """The cells of a row; empty where one is not printed or is of another unit than its column, and where nothing but
    the end is stated."""
    cells = [(row.cells.get(column.number), column, sign) for column, sign in terms]
    if any(cell is None or cell.value is None or cell.row.get("unit") != column.unit for cell, column, _ in cells):
        return ()
    equation = tuple((cell, sign) for cell, _, sign in cells if cell is not None)
    return equation if any(cell.value for cell, _ in equation[:-1]) else ()


def _down(table: PrintedTable) -> list[Equation]:
    """Equations of columns: rows of states, such as approved and proposed, and a row of the change between two."""
    rows = [row for row in table.rows.values() if row.cells]
    kinds = [_measure_of(row) for row in rows]
    found: list[Equation] = []
    for place, kind in enumerate(kinds):
        if kind != _CHANGE:
            continue
        before = []
        for other in range(place - 1, -1, -1):
            if kinds[other] is None:
                break
            if kinds[other] in _STATES:
                before.append(rows[other])
        readings: list[list[Equation]] = []
        if place + 1 < len(rows) and kinds[place + 1] in _ENDS and before:
            readings.append(_of_columns(before[0], rows[place], rows[place + 1]))
        if len(before) > 1:
            readings.append(_of_columns(before[1], rows[place], before[0]))
        told = [reading for reading in readings if _is_borne_out(reading)]
        found += max(told, key=lambda reading: sum(map(_holds, reading)), default=[])
    return found


def _measure_of(row: TableRow) -> str | None:
    """What all cells of a row measure; None where they do not measure the same."""
    measures = {claim.row.get("measure") for claim in row.cells.values()}
    return measures.pop() if len(measures) == 1 else None


def _of_columns(base: TableRow, change: TableRow, end: TableRow) -> list[Equation]:
    found: list[Equation] = []
    for number, claim in change.cells.items():
        first, last = base.cells.get(number), end.cells.get(number)
        if first is None or last is None or None in (first.value, claim.value, last.value):
            continue
        if len({one.row.get("unit") for one in (first, claim, last)}) == 1:
            found.append(((first, 1), (claim, 1), (last, -1)))
    return found


def _is_borne_out(equations: Sequence[Equation]) -> bool:
    """True where enough equations with a change hold, and few do not."""
    told = [equation for equation in equations if any(claim.value for claim, _ in equation[:-1])]
    held = sum(1 for equation in told if _holds(equation))
    return held >= _FEWEST and held >= _SHARE * (len(told) - held)


def _holds(equation: Equation) -> bool:
    residual = sum(sign * (claim.value or 0) for claim, sign in equation)
    return abs(residual) <= sum(claim.half_width for claim, _ in equation)


CHANGES_LEAD_ON = RelationCheck(
    "changes_lead_to_the_next_state_within_rounding",
    "In reports the changes printed between two states, such as proposed and revised, lead from one to the other.",
    changes_lead_on,
)

"""Tables: heads, scales, totals that leave out no row; and what our reading must have done."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from expectations.localise.findings import READABLE_CHECK, is_unreadable
from expectations.model.claims import SCALE, Claim, DocumentClaims, unscaled
from expectations.model.relation import Relation
from expectations.relations.totals import COLUMN_TOTALS, members_of_totals
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


_KIND = "scale_of_assessments"
_WHOLE_SCALE = 100 * SCALE


def scales_are_whole(document: DocumentClaims) -> Outcome:
    """The percentages of a scale of assessments add up to 100, to the last digit: they are decided, not rounded."""
    outcome = Outcome()
    for table in document.tables:
        if table.kind != _KIND:
            continue
        claims = [claim for row in table.rows.values() for claim in row.cells.values() if row.role == "item"]
        outcome.evaluated += 1
        total = sum(claim.value or 0 for claim in claims)
        if total != _WHOLE_SCALE or any(claim.value is None for claim in claims):
            words = f"The {len(claims)} percentages of the scale of assessments add up to {unscaled(total):f}, not 100"
            place = {**claims[0].row, "line_last": claims[-1].row.get("line_last")} if claims else {}
            outcome.findings.append(
                defect(document, SCALES_WHOLE.name, "structure", "warning", table.table_id, words, place)
            )
    return outcome


SCALES_WHOLE = StructureCheck(
    "scale_of_assessments_makes_up_the_whole",
    "The percentages of a scale of assessments add up to 100.",
    scales_are_whole,
)


# One column more might be a misprint of the other table; a row of it shows in the base, the change and the estimate.
_COLUMNS_TOLD = 2

RowKey = tuple[str, int]


def _row_of(claim: Claim) -> RowKey:
    return str(claim.row.get("table_id")), claim.row.get("row_number") or 0


def partial_totals(relations: Iterable[Relation]) -> dict[Relation, list[Claim]]:
    """Sums down a column that leave out a row, with the printed claims about it in another table.

    The rows summed are some of those that another table sums into the same total, and what that table prints beside
    them is not nil in two columns at least. Then the two sums cannot both be meant: in the first a row was left out.
    """
    by_total: dict[str, list[tuple[Relation, frozenset[str]]]] = defaultdict(list)
    for relation in relations:
        if relation.check_name != COLUMN_TOTALS.name or relation.members[-1].claim.source == "absent":
            continue
        members = frozenset(member.claim.variable for member in relation.members[:-1])
        by_total[relation.members[-1].claim.variable].append((relation, members))
    pairs: dict[tuple[RowKey, RowKey], list[tuple[Relation, list[Claim]]]] = defaultdict(list)
    for sums in by_total.values():
        for part, own in sums:
            for whole, others in sums:
                if own < others:
                    extra = [m.claim for m in whole.members[:-1] if m.claim.variable not in own and m.claim.value]
                    key = (_row_of(part.members[-1].claim), _row_of(whole.members[-1].claim))
                    pairs[key].append((part, extra))
    found: dict[Relation, list[Claim]] = {}
    for columns in pairs.values():
        if sum(bool(extra) for _, extra in columns) >= _COLUMNS_TOLD:
            for part, extra in columns:
                if extra:
                    found.setdefault(part, extra)
    return found


def totals_leave_out_no_row(document: DocumentClaims) -> Outcome:
    """A finding for each total row above which a row is missing that another table sums into the same total."""
    outcome = Outcome()
    relations = list(COLUMN_TOTALS.relations(document))
    outcome.evaluated = len({_row_of(relation.members[-1].claim) for relation in relations})
    told: set[RowKey] = set()
    for relation, extra in partial_totals(relations).items():
        total = relation.members[-1].claim
        if _row_of(total) in told:
            continue
        told.add(_row_of(total))
        words = " and ".join(_named(extra))
        label = total.row.get("row_label") or "total"
        message = f"{_table_of(total)}, row “{label}”, stands for rows that are not printed: {words}"
        address = "/".join(map(str, _row_of(total)))
        outcome.findings.append(
            defect(document, TOTALS_WHOLE.name, "structure", "warning", address, message, total.row)
        )
    return outcome


def _named(claims: list[Claim]) -> Iterator[str]:
    for claim in claims:
        label = claim.row.get("row_label") or "a row"
        yield f"“{label}” ({claim.row.get('printed_text')} in {_table_of(claim).lower()})"


def _table_of(claim: Claim) -> str:
    number = claim.row.get("table_number")
    return f"Table {number}" if number else "An unnumbered table"


TOTALS_WHOLE = StructureCheck(
    "totals_leave_out_no_row",
    "The rows above a total are all those that another table sums into the same total.",
    totals_leave_out_no_row,
)


def table_lines_are_claimed(document: DocumentClaims) -> Outcome:
    """No line inside a table was left without a rule that claims it, unless a doubt tells that rows may be missing."""
    outcome = Outcome()
    is_doubted = any(doubt["kind"] == "completeness" for doubt in document.rows.get("mart_doubt", []))
    for row in document.rows.get("mart_document", []):
        outcome.evaluated += 1
        outcome.reading_defects += int((row.get("unclaimed_table_line_count") or 0) > 0 and not is_doubted)
    return outcome


def printed_values_are_readable(document: DocumentClaims) -> Outcome:
    """Every value printed in a cell was read as a number."""
    outcome = Outcome()
    for claim in document.of_source("cell"):
        if claim.row.get("unit") == "text":
            continue
        outcome.evaluated += 1
        outcome.reading_defects += int(is_unreadable(claim))  # the findings stand with those about figures
    return outcome


def totals_have_members(document: DocumentClaims) -> Outcome:
    """Every total row knows the rows it sums, except where they stand in another part of the table."""
    outcome = Outcome()
    doubted = {doubt.get("table_id") for doubt in document.rows.get("mart_doubt", []) if doubt["kind"] != "unit"}
    for table in document.tables:
        if table.table_id in doubted:
            continue  # its shape is in doubt, and told so
        totals = [row for row in table.rows.values() if row.role in ("subtotal", "total") and row.cells]
        if table.kind == "deliverables" or not totals:
            continue
        with_members = {row.number for row, _ in members_of_totals(table)}
        for row in totals:
            if any(claim.row.get("funding_source_code") == "ALL" for claim in row.cells.values()):
                continue
            if not any(claim.fact_id for claim in row.cells.values()):
                continue  # what the row stands for is in doubt, and told so
            outcome.evaluated += 1
            outcome.reading_defects += int(row.number not in with_members)
    return outcome


TABLE_LINES_CLAIMED = StructureCheck(
    "lines_inside_tables_are_claimed", "No line inside a table is left unread.", table_lines_are_claimed, "reading"
)
VALUES_READABLE = StructureCheck(
    READABLE_CHECK, "Every value printed in a cell is a number that can be read.", printed_values_are_readable
)
TOTALS_HAVE_MEMBERS = StructureCheck(
    "total_rows_have_members", "Every total row knows the rows it sums.", totals_have_members, "reading"
)

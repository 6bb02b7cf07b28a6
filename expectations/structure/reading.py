"""What our reading must have done: these defects are ours, not the document's, and block publication."""

from __future__ import annotations

from expectations.claims import DocumentClaims
from expectations.structure.base import Outcome, StructureCheck


def table_lines_are_claimed(document: DocumentClaims) -> Outcome:
    """No line inside a table was left without a rule that claims it."""
    outcome = Outcome()
    for row in document.rows.get("mart_document", []):
        outcome.evaluated += 1
        outcome.reading_defects += int((row.get("unclaimed_table_line_count") or 0) > 0)
    return outcome


def printed_values_are_readable(document: DocumentClaims) -> Outcome:
    """Every value printed in a cell was read as a number."""
    outcome = Outcome()
    for claim in document.of_source("cell"):
        if claim.row.get("unit") == "text":
            continue
        outcome.evaluated += 1
        outcome.reading_defects += int(claim.value is None and bool(claim.printed_text))
    return outcome


def totals_have_members(document: DocumentClaims) -> Outcome:
    """Every total row knows the rows it sums, except where they stand in another part of the table."""
    from expectations.relations.totals import members_of_totals

    outcome = Outcome()
    for table in document.tables:
        totals = [row for row in table.rows.values() if row.role in ("subtotal", "total") and row.cells]
        if table.kind == "deliverables" or not totals:
            continue
        with_members = {row.number for row, _ in members_of_totals(table)}
        for row in totals:
            if any(claim.row.get("funding_source_code") == "ALL" for claim in row.cells.values()):
                continue
            outcome.evaluated += 1
            outcome.reading_defects += int(row.number not in with_members)
    return outcome


TABLE_LINES_CLAIMED = StructureCheck(
    "lines_inside_tables_are_claimed", "No line inside a table is left unread.", table_lines_are_claimed, "reading"
)
VALUES_READABLE = StructureCheck(
    "printed_values_are_readable", "Every value printed in a cell is read.", printed_values_are_readable, "reading"
)
TOTALS_HAVE_MEMBERS = StructureCheck(
    "total_rows_have_members", "Every total row knows the rows it sums.", totals_have_members, "reading"
)

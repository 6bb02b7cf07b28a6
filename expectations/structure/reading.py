"""What our reading must have done, and values that cannot be read because no number is printed."""

from __future__ import annotations

from expectations.localise.findings import READABLE_CHECK, is_unreadable
from expectations.model.claims import DocumentClaims
from expectations.structure.base import Outcome, StructureCheck


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
    from expectations.relations.totals import members_of_totals

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

"""Totals of reports that are no sums of the rows they were taken for: a doubt about the outline, not a finding.

What the rows of a fascicle's tables sum is told by its vocabulary and borne out by other tables. Tables of other reports
may nest parts, sections and entities in rows that look alike, so the sums themselves must bear their outline out.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from expectations.doubts.doubts import Judged, doubt_row
from expectations.model import messages
from expectations.model.claims import DocumentClaims, PrintedTable, Row
from expectations.model.relation import Relation
from expectations.relations.totals import COLUMN_TOTALS, members_of_totals


@dataclass(slots=True)
class _Sums:
    """Sums of one total row, a relation per column: how many hold with other than nils, and those that fail."""

    relations: list[Relation] = field(default_factory=list)
    held: int = 0
    failed: list[Relation] = field(default_factory=list)

    @property
    def is_unsure(self) -> bool:
        """True where most columns contradict the outline or none confirms it, and where only one row is summed.

        The only column of a table is no evidence of either.
        """
        if not self.failed:
            return False
        if all(len(relation.members) == 2 for relation in self.relations):
            return True
        return len(self.relations) > 1 and len(self.failed) > self.held


def _place(row: Row) -> tuple[str, int]:
    return row["table_id"], row["row_number"]


def _dashes_for_sums(document: DocumentClaims, failed: list[Relation]) -> tuple[set[Relation], list[Row]]:
    """Failed sums whose total is a dash in a column that leaves other totals of figures empty, with a doubt for each:
    such a column states no totals, and the dash is no nil."""
    tables = {table.table_id: table for table in document.tables}
    unsure: set[Relation] = set()
    rows: list[Row] = []
    for relation in failed:
        total = relation.members[-1].claim
        table = tables[total.row["table_id"]]
        column = total.row["column_number"]
        if not total.is_nil or not _leaves_totals_empty(table, column):
            continue
        unsure.add(relation)
        label = table.rows[total.row["row_number"]].label
        evidence = f"other totals of “{total.row['column_label']}” are left empty"
        rows.append(
            doubt_row(
                document.document_id,
                "table_shape",
                table,
                claims=[total],
                cell=total,
                evidence=evidence,
                message=f"{messages.table_name(table)}, row “{label}”: its dash may stand for no sum: {evidence}. The "
                "sum was not judged.",
                address=total.claim_id,
                row_label=label,
            )
        )
    return unsure, rows


def _leaves_totals_empty(table: PrintedTable, column: int) -> bool:
    """True where a row that sums others prints nothing in a column in which they have figures."""
    return any(
        column not in total.cells and any(column in row.cells and row.cells[column].value for row in members)
        for total, members in members_of_totals(table)
    )


def unsure_totals(document: DocumentClaims, judged: Judged) -> tuple[frozenset[Relation], list[Row]]:
    """Sums of reports that rest on an outline in doubt, and one row of mart_doubt per total row; none of a fascicle."""
    if not document.is_report:
        return frozenset(), []
    sums: dict[tuple[str, int], _Sums] = defaultdict(_Sums)
    for relation, judgement in judged:
        if relation.check_name != COLUMN_TOTALS.name:
            continue
        own = sums[_place(relation.members[-1].claim.row)]
        own.relations.append(relation)
        if judgement.verdict == "violated":
            own.failed.append(relation)
        elif judgement.verdict != "unassessable" and any(member.claim.value for member in relation.members):
            own.held += 1
    tables = {table.table_id: table for table in document.tables}
    doubted = {place for place, own in sums.items() if own.is_unsure}
    unsure = {relation for place in doubted for relation in sums[place].relations}
    # a sum that fails and adds up such totals among others may count their rows twice
    unsure |= {
        relation
        for own in sums.values()
        for relation in own.failed
        if any(_place(member.claim.row) in doubted for member in relation.members[:-1])
    }
    silent, rows = _dashes_for_sums(document, [relation for own in sums.values() for relation in own.failed])
    unsure |= silent
    told = document.rows.get("mart_doubt", [])
    known = {(row.get("table_id"), row.get("row_label")) for row in told if row["kind"] == "table_shape"}
    for (table_id, number), own in sums.items():
        if (table_id, number) not in doubted:
            continue
        table = tables[table_id]
        label = table.rows[number].label
        if (table_id, label) in known:
            continue
        evidence = f"{len(own.failed)} of {len(own.failed) + own.held} columns fail"
        rows.append(
            doubt_row(
                document.document_id,
                "table_shape",
                table,
                claims=table.rows[number].cells.values(),
                evidence=evidence,
                message=f"{messages.table_name(table)}, row “{label}”: it may be no sum of the rows it was taken to sum: "
                f"{evidence}. Its sums were not judged.",
                address=f"{table_id}/r{number}",
                row_label=label,
            )
        )
    return frozenset(unsure), rows

"""Totals printed above fewer rows than another table sums into the same total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from expectations.model.claims import Claim, DocumentClaims
from expectations.model.relation import Relation
from expectations.relations.totals import COLUMN_TOTALS
from expectations.structure.base import Outcome, StructureCheck, defect

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
        message = f"{_table(total)}, row “{label}”, stands for rows that are not printed: {words}"
        address = "/".join(map(str, _row_of(total)))
        outcome.findings.append(
            defect(document, TOTALS_WHOLE.name, "structure", "warning", address, message, total.row)
        )
    return outcome


def _named(claims: list[Claim]) -> Iterator[str]:
    for claim in claims:
        label = claim.row.get("row_label") or "a row"
        yield f"“{label}” ({claim.row.get('printed_text')} in {_table(claim).lower()})"


def _table(claim: Claim) -> str:
    number = claim.row.get("table_number")
    return f"Table {number}" if number else "An unnumbered table"


TOTALS_WHOLE = StructureCheck(
    "totals_leave_out_no_row",
    "The rows above a total are all those that another table sums into the same total.",
    totals_leave_out_no_row,
)

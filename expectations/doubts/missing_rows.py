"""Totals above which a row may be missing: what the rows fall short by is a row of figures that adds up.

Where the sums of one total fail in several columns, by amounts that hold together as a base, its changes and an
estimate do, no figure is the slip: a row was left out, in print or in our reading, or one stands for another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from expectations.doubts.doubts import Judged, doubt_row
from expectations.model import messages
from expectations.model.claims import Column, DocumentClaims, PrintedTable, Row, unscaled
from expectations.model.relation import Judgement, Relation
from expectations.relations.rows import RowLayout, row_layouts
from expectations.relations.totals import COLUMN_TOTALS

_FEWEST_COLUMNS = 2
"""Columns in which a row shows at least: base and estimate, or the change and one of them."""
_ENOUGH_COLUMNS = 3
"""From here on a row may be missing however large it is; else it is no larger than the others together."""

Sums = Mapping[int, tuple[Relation, Judgement]]
"""Sums of one total row, by column."""


def missing_rows(document: DocumentClaims, judged: Judged) -> tuple[frozenset[Relation], list[Row]]:
    """Sums above which a row may be missing, and one row of mart_doubt per total row."""
    sums: dict[tuple[str, int], dict[int, tuple[Relation, Judgement]]] = defaultdict(dict)
    failures: dict[str, int] = defaultdict(int)
    for relation, judgement in judged:
        if judgement.verdict == "violated":
            for member in relation.members:
                failures[member.claim.claim_id] += 1
        if relation.check_name == COLUMN_TOTALS.name and judgement.residual is not None:
            place = relation.members[-1].claim.row
            sums[place["table_id"], place["row_number"]][place["column_number"]] = relation, judgement
    tables = {table.table_id: table for table in document.tables}
    unsure: set[Relation] = set()
    rows: list[Row] = []
    for (table_id, number), own in sums.items():
        failed = {column: found for column, found in own.items() if found[1].verdict == "violated"}
        is_likely = len(failed) >= _ENOUGH_COLUMNS or all(map(_is_small, failed.values()))
        if len(failed) < _FEWEST_COLUMNS or not is_likely or _is_blamed_elsewhere(failed, failures):
            continue
        if any(_adds_up(layout, own) for layout in row_layouts(tables[table_id])):
            unsure |= {relation for relation, _ in own.values()}
            rows.append(_doubt(document, tables[table_id], number, failed))
    return frozenset(unsure), rows


def _is_small(found: tuple[Relation, Judgement]) -> bool:
    """True where what is missing is no more than half of the total."""
    relation, judgement = found
    total = relation.members[-1].claim.value
    return total is not None and 2 * abs(judgement.residual or Decimal(0)) <= abs(unscaled(total))


def _is_blamed_elsewhere(failed: Sums, failures: Mapping[str, int]) -> bool:
    """True where a figure of these sums breaks another equation too: that tells which one is wrong."""
    return any(failures[member.claim.claim_id] > 1 for relation, _ in failed.values() for member in relation.members)


def _adds_up(layout: RowLayout, own: Sums) -> bool:
    """Whether what is missing in the columns of a layout leads from its base to its estimate."""
    changes = (layout.total_change,) if layout.total_change is not None else layout.parts
    ends = (layout.base, layout.estimate)
    if any(column is None or column.number not in own for column in (*ends, *changes)):
        return False
    equations = [_equation(own, (layout.base, *changes), layout.estimate)]
    if layout.total_change is not None and layout.parts and all(part.number in own for part in layout.parts):
        equations.append(_equation(own, layout.parts, layout.total_change))
    return all(abs(residual) <= bound for residual, bound in equations)


def _equation(own: Sums, parts: tuple[Column | None, ...], total: Column | None) -> tuple[Decimal, Decimal]:
    """By how much what is missing fails an equation along the row, and by how much rounding allows."""
    signed = [(1, column) for column in parts] + [(-1, total)]
    found = [(sign, own[column.number][1]) for sign, column in signed if column is not None]
    residual = sum((sign * (judgement.residual or Decimal(0)) for sign, judgement in found), Decimal(0))
    return residual, sum((judgement.bound or Decimal(0) for _, judgement in found), Decimal(0))


def _doubt(document: DocumentClaims, table: PrintedTable, number: int, failed: Sums) -> Row:
    label = table.rows[number].label
    missing = "; ".join(
        f"{-(judgement.residual or Decimal(0)).normalize():f} in “{table.columns[column].label}”"
        for column, (_, judgement) in sorted(failed.items())
    )
    return doubt_row(
        document.document_id,
        "completeness",
        table,
        claims=table.rows[number].cells.values(),
        evidence=missing,
        message=f"{messages.table_name(table)}, row “{label}”: a row may be missing above it, or another stand for it. What "
        f"the rows fall short by adds up along a row of its own: {missing}. Its sums were not judged.",
        address=f"{table.table_id}/r{number}/missing",
        row_label=label,
    )

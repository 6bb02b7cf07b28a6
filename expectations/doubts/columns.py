"""Tables whose columns may stand for something else than they were taken for: what is printed along their rows does not fit.

A year's change is said in columns: base, parts of the change, their total, percentage, estimate. Where one of them was not
understood, or prints nothing, equations between the others fail for no misprint. Then it is our reading that is in doubt,
and they are not judged.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from expectations.doubts.doubts import Judged, doubt_row
from expectations.model import messages
from expectations.model.claims import Column, DocumentClaims, PrintedTable, Row
from expectations.model.relation import Relation
from expectations.relations.rows import BASE_PLUS_CHANGES, CHANGE_PARTS, PARTS_OF_CHANGE, row_layouts
from expectations.relations.totals import COLUMN_TOTALS
from warehouse.tables.common import printed_table

_ALONG_ROWS = frozenset({BASE_PLUS_CHANGES.name, PARTS_OF_CHANGE.name})
SHAPES = frozenset({"table_shape"})
"""Kinds of doubt that tell that figures may not stand in the columns and rows they were read in."""
_OF_COLUMNS, _OF_ROWS = SHAPES | {"head"}, frozenset({"completeness"})
"""Kinds of doubt about a table as a whole: its columns, or rows that may be missing, which only its sums rest on."""
_NARROWER = ("cell_id", "row_label", "taken_for", "evidence")
"""What a doubt names that is about less than a table: a cell, a row, a head, equations that were tried."""
_LEAST_FAILED = 2


@dataclass(slots=True)
class _Equations:
    """Equations of one check in one row or column of a table, or all its rows: which hold and which fail."""

    held: list[Relation] = field(default_factory=list)
    failed: list[Relation] = field(default_factory=list)

    @property
    def lack_a_part(self) -> bool:
        """True where half of the rows or more fail, for misprints are rarer, and a change is printed in parts alone or
        leads from an earlier year than the one before."""
        if not any(_is_in_parts(one) or _skips_a_year(one) for one in self.failed):
            return False
        return len(self.failed) >= max(_LEAST_FAILED, sum(map(_says_something, self.held)))


def _is_in_parts(relation: Relation) -> bool:
    return any(member.claim.row.get("measure") in CHANGE_PARTS for member in relation.members)


def _skips_a_year(relation: Relation) -> bool:
    first, last = (member.claim.row.get("fiscal_year") for member in (relation.members[0], relation.members[-1]))
    return first is not None and last is not None and first + 1 < last


def unsure_columns(document: DocumentClaims, judged: Judged) -> tuple[frozenset[Relation], list[Row]]:
    """Relations that rest on columns in doubt, and one row of mart_doubt per table and check, or per column.

    Tables that were doubted as a whole when they were read have their row already.
    """
    along: dict[tuple[str, str], _Equations] = defaultdict(_Equations)
    down: dict[tuple[str, int], _Equations] = defaultdict(_Equations)
    tables = {table.table_id: table for table in document.tables}
    doubted, incomplete = doubted_as_a_whole(document, _OF_COLUMNS), doubted_as_a_whole(document, _OF_ROWS)
    unsure: set[Relation] = set()
    for relation, judgement in judged:
        if judgement.verdict == "unassessable":
            continue
        place = relation.members[-1].claim.row
        silent = doubted | incomplete if relation.check_name == COLUMN_TOTALS.name else doubted
        if silent and any(
            printed_table(member.claim.row.get("table_id") or "") in silent for member in relation.members
        ):
            unsure.add(relation)
            continue
        if relation.check_name in _ALONG_ROWS:
            own = along[place["table_id"], relation.check_name]
        elif relation.check_name == COLUMN_TOTALS.name:
            own = down[place["table_id"], place["column_number"]]
        else:
            continue
        (own.failed if judgement.verdict == "violated" else own.held).append(relation)
    doubts: list[Row] = []
    for (table_id, check_name), own in along.items():
        left_out = _left_out(tables[table_id], own)
        if left_out is not None:
            unsure.update(own.failed)
            doubts.append(_column_doubt(tables[table_id], left_out, own, f"left out of {_words(check_name)}"))
        elif check_name == BASE_PLUS_CHANGES.name and own.lack_a_part:
            unsure.update(own.failed, own.held)
            doubts.append(_table_doubt(tables[table_id], check_name, own))
    for (table_id, number), own in down.items():
        column = tables[table_id].columns[number]
        if own.failed and _is_unread(tables[table_id], column):
            unsure.update(own.failed)
            doubts.append(_column_doubt(tables[table_id], column, own, "it may be no column that adds up"))
    return frozenset(unsure), doubts


def doubted_as_a_whole(document: DocumentClaims, kinds: frozenset[str]) -> frozenset[str]:
    """Printed tables that doubts of these kinds were told about when they were read, as a whole."""
    told = document.rows.get("mart_doubt", [])
    return frozenset(
        printed_table(row["table_id"])
        for row in told
        if row["kind"] in kinds and row.get("table_id") and not any(row.get(name) for name in _NARROWER)
    )


def _says_something(relation: Relation) -> bool:
    """False where nothing but nils is added up, or one figure and its copy."""
    return sum(bool(member.claim.value) for member in relation.members) > 1


def _is_unread(table: PrintedTable, column: Column) -> bool:
    """True for a column without a head, or whose head told nothing, or no year, in a table that says a year's change."""
    if (column.measure is not None and column.fiscal_year is not None) or column.unit in {"percent", "text"}:
        return False
    return not column.label or bool(row_layouts(table))


def _left_out(table: PrintedTable, own: _Equations) -> Column | None:
    """A column that was not understood and stands among the parts of a change that do not add up.

    It may also be the change itself, where a column beside it was taken for that: then no row adds up.
    """
    all_fail = len(own.failed) > 1 and not any(map(_says_something, own.held))
    bases = [layout.base.number for layout in row_layouts(table) if layout.base is not None]
    for relation in own.failed:
        places = [member.claim.row for member in relation.members]
        if not all_fail and not any(place.get("measure") in CHANGE_PARTS for place in places):
            continue
        numbers = [place["column_number"] for place in places]
        start = max((base for base in bases if base < min(numbers)), default=min(numbers))
        for column in table.columns.values():
            if start < column.number < max(numbers) and _is_unread(table, column):
                return column
    return None


def _words(check_name: str) -> str:
    return check_name.replace("_", " ")


def _column_doubt(table: PrintedTable, column: Column, own: _Equations, why: str) -> Row:
    cells = [row.cells[column.number] for row in table.rows.values() if column.number in row.cells]
    evidence = f"{len(own.failed)} of {len(own.failed) + len(own.held)} fail"
    return doubt_row(
        table.document_id,
        "head",
        table,
        claims=cells,
        cell=cells[0],
        evidence=evidence,
        message=f"{messages.table_name(table)}, column {column.number} (“{column.label or ''}”): its head was not understood, and "
        f"{why}: {evidence}. It was not judged.",
        address=f"{table.table_id}/c{column.number}/{why}",
    )


def _table_doubt(table: PrintedTable, check_name: str, own: _Equations) -> Row:
    evidence = f"{len(own.failed)} of {len(own.failed) + len(own.held)} rows fail {_words(check_name)}"
    return doubt_row(
        table.document_id,
        "head",
        table,
        claims=[claim for row in table.rows.values() for claim in row.cells.values()],
        evidence=evidence,
        message=f"{messages.table_name(table)}: a part of the change may be missing from its columns: {evidence}. "
        "That was not judged.",
        address=f"{table.table_id}/{check_name}",
    )

"""Rows of tables that correspond in two formats of one document, matched by the rows around them.

Labels alone do not pair rows: a report has dozens of tables without a number in which "Net change" and "Post" come back,
and the tables of a PDF may be parted where Word has one. So rows are aligned as a diff aligns lines; a row that differs
is paired where it stands alone between rows that agree. What finds no like is a doubt about how one of the two was read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from expectations.doubts.doubts import doubt_row
from expectations.model import messages
from expectations.model.claims import Claim, DocumentClaims, Row

_SIGNS = re.compile(r"\W+")
_FEWEST = 3
_SHARE = 4
"""A table is in doubt where this many figures or rows, and one in four, differ or find no like."""


@dataclass(frozen=True, slots=True)
class _PrintedRow:
    """A row of a table: its table, its label as it is compared, its figures."""

    table_id: str
    label: str
    claims: tuple[Claim, ...]

    @property
    def line(self) -> tuple[str, tuple[int | None, ...]]:
        """What is compared of it."""
        return self.label, tuple(claim.value for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Keys of cells, equal where two stand for each other, by claim; of tables, how many rows they have and how many
    of these found no like."""

    keys: dict[str, Hashable]
    rows: dict[str, int]
    alone: dict[str, int]


def align(documents: Sequence[DocumentClaims]) -> list[Alignment]:
    """Each document's cells that are about no known fact, aligned with those of the first."""
    first = _rows(documents[0])
    known = {id(row): number for number, row in enumerate(first)}
    made = [_alignment(first, {id(row): known[id(row)] for row in first})]
    for document in documents[1:]:
        rows = _rows(document)
        pairs = {id(row): known[id(other)] for other, row in _pairs(first, rows)}
        made.append(_alignment(rows, pairs))
    return made


def _rows(document: DocumentClaims) -> list[_PrintedRow]:
    """Rows of a document in printed order, with their figures about no known fact."""
    cells: dict[tuple[str, int], list[Claim]] = defaultdict(list)
    for claim in document.of_source("cell"):
        if claim.value is not None and not claim.fact_id:
            cells[str(claim.row.get("table_id")), claim.row.get("row_number") or 0].append(claim)
    return [
        _PrintedRow(table_id, _label(claims[0]), tuple(sorted(claims, key=lambda one: one.row["column_number"])))
        for (table_id, _), claims in sorted(cells.items(), key=lambda item: item[0])
    ]


def _label(claim: Claim) -> str:
    return _SIGNS.sub("", str(claim.row.get("row_label") or "")).casefold()


def _pairs(first: Sequence[_PrintedRow], second: Sequence[_PrintedRow]) -> Iterator[tuple[_PrintedRow, _PrintedRow]]:
    """Rows that stand for each other: alike, or alone in their place with one label and as many figures."""
    matcher = SequenceMatcher(None, [row.line for row in first], [row.line for row in second], autojunk=False)
    for kind, start, end, from_, to in matcher.get_opcodes():
        if kind in ("equal", "replace") and end - start == to - from_:
            for one, other in zip(first[start:end], second[from_:to], strict=True):
                if kind == "equal" or (one.label and one.label == other.label and len(one.claims) == len(other.claims)):
                    yield one, other


def _alignment(rows: Sequence[_PrintedRow], places: dict[int, int]) -> Alignment:
    keys: dict[str, Hashable] = {}
    counted: dict[str, int] = defaultdict(int)
    alone: dict[str, int] = defaultdict(int)
    for row in rows:
        counted[row.table_id] += 1
        place = places.get(id(row))
        if place is None:
            alone[row.table_id] += 1
            continue
        keys.update({claim.claim_id: ("row", place, at) for at, claim in enumerate(row.claims)})
    return Alignment(keys, dict(counted), dict(alone))


def tables_in_doubt(
    document: DocumentClaims,
    alignment: Alignment,
    compared: Mapping[str, int],
    differing: Mapping[str, int],
    other: Row,
) -> Iterator[Row]:
    """Rows of mart_doubt for tables that were read otherwise than in the other format: many rows without a like in it,
    or many figures that differ, of so many ``compared``."""
    for table in document.tables:
        alone, rows = alignment.alone.get(table.table_id, 0), alignment.rows.get(table.table_id, 0)
        unlike, figures = differing.get(table.table_id, 0), compared.get(table.table_id, 0)
        if _is_much(unlike, figures):
            evidence = f"{unlike} of {figures} figures differ"
        elif _is_much(alone, rows):
            evidence = f"{alone} of {rows} rows have no like there"
        else:
            continue
        claims = [claim for row in table.rows.values() for claim in row.cells.values()]
        doubt = doubt_row(
            document.document_id,
            "table_shape",
            table,
            claims=claims,
            evidence=evidence,
            message=f"{messages.table_name(table)} ({messages.position_of(claims[0])}) was read otherwise than in "
            f"{messages.document_name(other)}: {evidence}. These were not held against each other.",
            address=f"{table.table_id}~{other['document_id']}",
        )
        yield doubt | {"other_document_id": other["document_id"]}


def _is_much(part: int, whole: int) -> bool:
    return part >= _FEWEST and part * _SHARE >= whole

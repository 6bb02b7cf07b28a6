"""Rows of two formats of one document are paired by the rows around them; what finds no like is a doubt."""

from __future__ import annotations

import pytest

from expectations.judging.comparisons import align, tables_in_doubt
from expectations.model.claims import Claim, DocumentClaims, PrintedTable, TableRow

Printed = list[tuple[str, str, list[int]]]
"""Rows of a document: table, label, figures."""

STAFF: Printed = [
    ("t1", "Post", [3, 4, 1]),
    ("t1", "Net change", [1]),
    ("t2", "Post", [5, 7, 2]),
    ("t2", "Net change", [2]),
    ("t3", "Post", [9, 9, 0]),
    ("t3", "Net change", [0]),
]
WORD = {"document_id": "d.docx", "symbol": "A/1", "language": "en", "format": "docx"}


def _document(rows: Printed) -> DocumentClaims:
    tables: dict[str, PrintedTable] = {}
    claims = []
    for number, (table_id, label, figures) in enumerate(rows, 1):
        table = tables.setdefault(table_id, PrintedTable(table_id, "d", None, None, None, None, {}, {}))
        cells = {}
        for column, value in enumerate(figures, 1):
            place = {"table_id": table_id, "row_number": number, "column_number": column, "row_label": label}
            claim = Claim(
                f"{table_id}/r{number}c{column}", "d", "cell", value, 0, None, {**place, "line_first": number}
            )
            cells[column] = claim
            claims.append(claim)
        table.rows[number] = TableRow(number, label, "item", None, cells=cells)
    return DocumentClaims("d", {}, list(tables.values()), claims, {})


def _shared(first: Printed, second: Printed) -> list[tuple[str, str]]:
    """Cells of the first and the second that stand for each other."""
    one, other = align([_document(first), _document(second)])
    by_key = {key: claim for claim, key in other.keys.items()}
    return [(claim, by_key[key]) for claim, key in one.keys.items() if key in by_key]


def test_equal_rows_are_paired_in_order_however_often_a_label_comes_back() -> None:
    assert _shared(STAFF, STAFF) == [(name, name) for name in align([_document(STAFF)])[0].keys]


def test_a_table_that_a_reader_parts_otherwise_is_paired_all_the_same() -> None:
    parted = [
        ("t1" if number < 3 else f"t{number}", label, figures) for number, (_, label, figures) in enumerate(STAFF)
    ]
    assert len(_shared(STAFF, parted)) == sum(len(figures) for _, _, figures in STAFF)


def test_a_row_that_differs_between_rows_that_agree_is_paired() -> None:
    other = [*STAFF[:2], ("t2", "Post", [5, 8, 2]), *STAFF[3:]]
    assert ("t2/r3c2", "t2/r3c2") in _shared(STAFF, other)


@pytest.mark.parametrize("lost", range(len(STAFF)))
def test_a_row_that_is_lost_moves_no_other(lost: int) -> None:
    other = STAFF[:lost] + STAFF[lost + 1 :]
    values = {claim.claim_id: claim.value for claim in _document(STAFF).claims}
    found = {claim.claim_id: claim.value for claim in _document(other).claims}
    pairs = _shared(STAFF, other)
    assert pairs and all(values[one] == found[another] for one, another in pairs)


def test_a_table_whose_rows_mostly_have_no_counterpart_is_a_doubt() -> None:
    other = [*STAFF[:2], *(("t2", f"Unit {number}", [number, number]) for number in range(4)), *STAFF[4:]]
    document = _document(other)
    _, alignment = align([_document(STAFF), document])
    (doubt,) = tables_in_doubt(document, alignment, {}, {}, WORD)
    assert (doubt["kind"], doubt["table_id"], doubt["other_document_id"]) == ("table_shape", "t2", "d.docx")
    assert "4 of 4 rows" in doubt["message"] and "line 3" in doubt["message"]


def test_a_table_with_many_differing_figures_is_a_doubt() -> None:
    document = _document(STAFF)
    _, alignment = align([document, document])
    assert list(tables_in_doubt(document, alignment, {"t1": 20}, {"t1": 4}, WORD)) == []
    (doubt,) = tables_in_doubt(document, alignment, {"t1": 20}, {"t1": 5}, WORD)
    assert doubt["evidence"] == "5 of 20 figures differ"

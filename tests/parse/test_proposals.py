"""What an unknown term must mean: small tables whose figures or counterparts tell it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.parse.proposals import proposals
from warehouse.schema.declare import Rows


def _row(table: str, number: int, label: str, figure: str, role: str = "item") -> dict[str, Any]:
    """The only cell of a printed row."""
    return {
        "table_id": table,
        "table_number": "1.1",
        "row_number": number,
        "row_label": label,
        "row_role": role,
        "column_number": 1,
        "column_label": "2026 estimate",
        "measure": "estimate",
        "item_kind": None,
        "value": Decimal(figure),
        "precision_digits": 1,
    }


def _table(name: str, order: int, line: int, **said: Any) -> dict[str, Any]:
    own = {"table_id": name, "document_id": "d", "table_number": "1.1", "table_part": None, "unit": "thousands_usd"}
    return own | {"kind": "other", "order_number": order, "line_first": line, "funding_source_code": None} | said


def _document(tables: list[dict[str, Any]], cells: list[dict[str, Any]], **term: Any) -> Rows:
    return {
        "mart_document": [{"document_id": "d", "language": "en", "edition_year": 2026}],
        "mart_table": tables,
        "mart_cell": cells,
        "mart_unknown_term": [term],
    }


def test_a_word_for_subtotals_and_totals_stands_for_either() -> None:
    cells = [
        _row("t", 1, "One", "1.0"),
        _row("t", 2, "Somme", "1.0", "subtotal"),
        _row("t", 3, "Somme", "1.0", "total"),
    ]
    rows = _document([_table("t", 1, 1)], cells, vocabulary_table="totals", printed_text="Somme", table_number="1.1")
    (proposal,) = proposals(rows).values()
    assert (proposal.meaning, proposal.weight) == ("either", 2)
    alone = _document(
        [_table("t", 1, 1)], cells[:2], vocabulary_table="totals", printed_text="Somme", table_number="1.1"
    )
    assert [one.meaning for one in proposals(alone).values()] == ["subtotal"]


def test_a_source_of_funding_is_that_of_the_next_part_in_the_document_beside_it() -> None:
    cells = [_row("a", 1, "One", "1.0"), _row("b", 1, "Two", "2.0")]
    known = _document(
        [_table("a", 1, 10, funding_source_code="RB"), _table("b", 2, 20, funding_source_code="XB")], cells
    )
    term = {"vocabulary_table": "funding_sources", "printed_text": "Autres", "table_number": "1.1"}
    for line, meaning in ((5, "RB"), (15, "XB"), (25, None)):
        own = _document([_table("a", 1, 10), _table("b", 2, 20)], cells, line_first=line, **term)
        assert [one.meaning for one in proposals(own, known).values()] == [meaning]


def test_a_word_that_also_stands_on_a_row_nothing_tells_is_still_that_of_the_totals() -> None:
    cells = [
        _row("t", 1, "One", "1.0"),
        _row("t", 2, "Somme", "1.0", "total"),
        _row("u", 1, "Somme", "3.0"),
    ]
    tables = [_table("t", 1, 1), _table("u", 2, 9)]
    rows = _document(tables, cells, vocabulary_table="totals", printed_text="Somme", table_number="1.1")
    assert [one.meaning for one in proposals(rows).values()] == ["total"]

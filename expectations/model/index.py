"""Builds the claims of one document from its rows, each row visited once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from expectations.model.claims import (
    COUNTED_UNITS,
    Claim,
    Column,
    DocumentClaims,
    PrintedTable,
    Row,
    Rows,
    Source,
    TableRow,
    scaled,
    scaled_half_unit,
)

_DEFAULT_DIGITS = {"thousands_usd": 1, "thousands_chf": 1, "percent": 1, "posts": 0, "number": 0}
_DOLLARS = frozenset({"usd", "chf"})
_TEXT_UNITS = frozenset({"text"})


def index_document(document_id: str, rows: Rows, has_tables: bool = True) -> DocumentClaims:
    """The claims of one document, from the rows that name it; its tables, if they are wanted.

    Cells come from mart_cell; prose, charts, organization charts and details from mart_claim when it tells
    their value in the fact's unit, else from their own tables.
    """
    edition_year = next((row.get("edition_year") for row in rows.get("mart_document", [])), None)
    stated = {row["claim_id"]: row for row in rows.get("mart_claim", [])}
    claims = _cell_claims(document_id, rows, stated)
    tables = _tables(document_id, rows, claims, edition_year) if has_tables else []
    seen = {claim.claim_id for claim in claims}
    for claim in _other_claims(document_id, rows, stated):
        if claim.claim_id not in seen:
            seen.add(claim.claim_id)
            claims.append(claim)
    by_fact: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.fact_id and claim.value is not None:
            by_fact[claim.fact_id].append(claim)
    return DocumentClaims(document_id, rows, tables, claims, dict(by_fact))


def _cell_claims(document_id: str, rows: Rows, stated: dict[str, Row]) -> list[Claim]:
    """Claims of the cells that no other cell stands in the place of."""
    digits = _column_digits(rows.get("mart_cell", []))
    return [
        _cell_claim(document_id, cell, stated, digits)
        for cell in rows.get("mart_cell", [])
        if not cell.get("superseded_by")
    ]


def _tables(document_id: str, rows: Rows, claims: Iterable[Claim], edition_year: int | None) -> list[PrintedTable]:
    """Printed tables with the claims of their cells."""
    tables: dict[str, PrintedTable] = {}
    for row in rows.get("mart_table", []):
        tables[row["table_id"]] = PrintedTable(
            row["table_id"],
            document_id,
            row.get("table_number"),
            row.get("table_part"),
            row.get("kind"),
            edition_year,
            {},
            {},
        )
    for row in rows.get("mart_row", []):
        table = tables.get(row["table_id"])
        if table is not None:
            table.rows[row["row_number"]] = TableRow(
                row["row_number"],
                row.get("row_label") or "",
                row.get("row_role") or "item",
                row.get("parent_row_number"),
                row.get("total_row_number"),
            )
    for claim in claims:
        cell = claim.row
        table = tables.get(cell["table_id"])
        if table is None:
            table = tables[cell["table_id"]] = PrintedTable(
                cell["table_id"],
                document_id,
                cell.get("table_number"),
                cell.get("table_part"),
                None,
                edition_year,
                {},
                {},
            )
        _place_cell(table, cell, claim)
    for table in tables.values():
        table.rows = dict(sorted(table.rows.items()))
        table.columns = dict(sorted(table.columns.items()))
    return list(tables.values())


def _place_cell(table: PrintedTable, cell: Row, claim: Claim) -> None:
    number = cell["row_number"]
    row = table.rows.get(number)
    if row is None:
        row = table.rows[number] = TableRow(
            number,
            cell.get("row_label") or "",
            cell.get("row_role") or "item",
            cell.get("parent_row_number"),
            cell.get("total_row_number"),
        )
    if row.item_kind is None:
        row.item_kind, row.item_code = cell.get("item_kind"), cell.get("item_code")
    row.cells[cell["column_number"]] = claim
    column = table.columns.get(cell["column_number"])
    if column is None:
        column = table.columns[cell["column_number"]] = Column(
            cell["column_number"],
            cell.get("measure"),
            cell.get("fiscal_year"),
            cell.get("funding_source_code"),
            cell.get("unit"),
            cell.get("column_label"),
        )
    elif column.funding != cell.get("funding_source_code"):
        column.funding = None
    if column.unit == "text":
        column.unit = cell.get("unit")  # words such as "n/a" in some rows make no column of words
    if claim.value is not None:
        column.filled += 1
        if column.half_width is None or claim.half_width < column.half_width:
            column.half_width = claim.half_width


def _column_digits(cells: list[Row]) -> dict[tuple[str, int, str | None], int]:
    """Finest precision printed in each column, by table, column and unit; nils do not count."""
    digits: dict[tuple[str, int, str | None], int] = {}
    for cell in cells:
        if cell.get("is_nil") or cell.get("value") is None or cell.get("precision_digits") is None:
            continue
        key = (cell["table_id"], cell["column_number"], cell.get("unit"))
        digits[key] = max(digits.get(key, -99), cell["precision_digits"])
        whole = (cell["table_id"], 0, cell.get("unit"))
        digits[whole] = max(digits.get(whole, -99), cell["precision_digits"])
    return digits


def _cell_claim(
    document_id: str, cell: Row, stated: dict[str, Row], digits: dict[tuple[str, int, str | None], int]
) -> Claim:
    unit = cell.get("unit")
    precision = None if cell.get("is_nil") else cell.get("precision_digits")
    if precision is None:
        precision = digits.get((cell["table_id"], cell["column_number"], unit))
    if precision is None:
        precision = digits.get((cell["table_id"], 0, unit), _DEFAULT_DIGITS.get(unit or "", 0))
    value = None if unit in _TEXT_UNITS else cell.get("value")
    fact_id = cell.get("fact_id")
    if not fact_id and cell["cell_id"] in stated:
        fact_id = stated[cell["cell_id"]].get("fact_id")
    factor = 1000 if unit in _DOLLARS else 1
    return Claim(
        claim_id=cell["cell_id"],
        document_id=document_id,
        source="cell",
        value=None if value is None else scaled(value) // factor,
        half_width=scaled_half_unit(precision, unit) // factor,
        fact_id=fact_id or None,
        row=cell,
        is_nil=bool(cell.get("is_nil")),
        printed_text=cell.get("printed_text"),
        factor=factor,
    )


def _other_claims(document_id: str, rows: Rows, stated: dict[str, Row]) -> list[Claim]:
    claims: list[Claim] = []
    places: dict[str, Row] = {}
    families: tuple[tuple[str, str, Source, str], ...] = (
        ("mart_stated_amount", "stated_amount_id", "prose", "value"),
        ("mart_chart_value", "chart_value_id", "chart", "value"),
        ("mart_org_unit_post", "org_unit_post_id", "org_chart", "post_count"),
        ("mart_reference_value", "reference_value_id", "reference", "value"),
    )
    for table, key, source, value_name in families:
        for row in rows.get(table, []):
            places[row[key]] = row
            claims.append(_placed_claim(document_id, row, row[key], source, value_name, stated.get(row[key])))
    cells = {row["cell_id"]: row for row in rows.get("mart_cell", [])} if stated else {}
    for claim_id, row in stated.items():
        if row["source"] == "cell" or claim_id in places:
            continue
        place = cells.get(_parent_identifier(claim_id, cells), {})
        value = row.get("value")
        source = row["source"]
        claims.append(
            Claim(
                claim_id=claim_id,
                document_id=document_id,
                source=source if source in ("prose", "chart", "org_chart", "detail", "reference") else "detail",
                value=None if value is None else scaled(value),
                half_width=_half_width(row, place.get("unit")),
                fact_id=row.get("fact_id") or None,
                row={**place, **row},
                is_nil=bool(row.get("is_nil")),
                printed_text=row.get("printed_text"),
            )
        )
    return claims


def _parent_identifier(claim_id: str, cells: dict[str, Row]) -> str:
    """Longest prefix of a detail's identifier that is a cell's; the identifier itself when there is none."""
    end = len(claim_id)
    while end > 0:
        if claim_id[:end] in cells:
            return claim_id[:end]
        end = max(claim_id.rfind("/", 0, end), claim_id.rfind(":", 0, end), claim_id.rfind("#", 0, end))
    return claim_id


def _half_width(claim_row: Row, unit: str | None) -> int:
    fact_id: str = claim_row.get("fact_id") or ""
    value = claim_row.get("value")
    is_whole = value is None or Decimal(value) == Decimal(value).to_integral_value()
    if (unit in COUNTED_UNITS or fact_id.endswith("|posts")) and is_whole and "percent_change" not in fact_id:
        return 0
    half = claim_row.get("half_width")
    return 0 if half is None else scaled(Decimal(half))


def _placed_claim(
    document_id: str, row: Row, claim_id: str, source: Source, value_name: str, stated: Row | None
) -> Claim:
    unit = row.get("unit") if source != "org_chart" else "posts"
    factor = 1000 if unit in _DOLLARS else 1
    raw: Any = row.get(value_name)
    if stated is not None and stated.get("value") is not None:
        value: int | None = scaled(Decimal(stated["value"]))
        half_width = _half_width(stated, unit)
    else:
        value = None if raw is None else scaled(Decimal(raw)) // factor
        half_width = scaled_half_unit(row.get("precision_digits") or 0, unit) // factor
    if source == "prose" and value is not None and row.get("direction") == "decrease":
        value = -abs(value)
    return Claim(
        claim_id=claim_id,
        document_id=document_id,
        source=source,
        value=value,
        half_width=half_width,
        fact_id=row.get("fact_id") or (stated.get("fact_id") if stated else None) or None,
        row=row,
        is_nil=bool(row.get("is_nil")),
        printed_text=row.get("printed_text"),
        factor=factor,
    )

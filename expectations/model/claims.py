"""Claims as the checks see them: scaled integers, with the place each was printed in.

A claim is one statement of a value. Values are integers of millionths of the fact's unit, so that sums are
exact and fast; they become decimals again only in the rows handed back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from warehouse.fact import parse_fact

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Source = Literal["cell", "prose", "chart", "org_chart", "detail", "reference", "absent"]

SCALE = 1_000_000
_SCALE_EXPONENT = 6
_REPORTS = frozenset({"peacekeeping_budget", "revised_estimate"})
COUNTED_UNITS = frozenset({"posts", "number"})


def scaled(value: Decimal | int) -> int:
    """Value in millionths; digits beyond the sixth decimal are cut."""
    if isinstance(value, Decimal):
        return int(value.scaleb(_SCALE_EXPONENT))
    return int(value) * SCALE


def unscaled(value: int) -> Decimal:
    """Decimal of an integer of millionths, without trailing zeros beyond the unit."""
    whole, rest = divmod(value, SCALE)
    return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-_SCALE_EXPONENT).normalize()


def scaled_half_unit(precision_digits: int, unit: str | None) -> int:
    """Half a unit of the last printed digit in millionths; 0 for whole counts, which are exact."""
    if unit in COUNTED_UNITS and precision_digits <= 0:
        return 0
    half: int = (
        (SCALE * 10 ** (-precision_digits)) // 2 if precision_digits <= 0 else SCALE // (2 * 10**precision_digits)
    )
    return half


@dataclass(slots=True, eq=False)
class Claim:
    """One statement of a value, or the place where one is missing (``source`` absent, ``value`` None).

    ``value`` and ``half_width`` are millionths of the fact's unit. ``row`` is the mart row it comes from.
    ``factor`` is what one unit of the fact is in printed units: 1000 for dollars stated in prose.
    """

    claim_id: str
    document_id: str
    source: Source
    value: int | None
    half_width: int
    fact_id: str | None
    row: Row
    is_nil: bool = False
    printed_text: str | None = None
    factor: int = 1

    @property
    def variable(self) -> str:
        """Name of the true value it is about: its fact, or itself where no fact is known."""
        return self.fact_id or self.claim_id

    @property
    def is_percentage(self) -> bool:
        """True for a percentage change."""
        return self.row.get("measure") == "percent_change"


@dataclass(slots=True, eq=False)
class Column:
    """A column of values of a printed table: what it measures and how finely it is printed."""

    number: int
    measure: str | None
    fiscal_year: int | None
    funding: str | None
    unit: str | None
    label: str | None
    filled: int = 0
    half_width: int | None = None


@dataclass(slots=True, eq=False)
class TableRow:
    """A printed row: label, role, outline parent, the total it is summed in, and its claims by column number."""

    number: int
    label: str
    role: str
    parent: int | None
    total: int | None = None
    item_kind: str | None = None
    item_code: str | None = None
    cells: dict[int, Claim] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class PrintedTable:
    """A printed table or part, as rows and columns of claims."""

    table_id: str
    document_id: str
    table_number: str | None
    table_part: str | None
    kind: str | None
    edition_year: int | None
    rows: dict[int, TableRow]
    columns: dict[int, Column]

    def absent(self, row: TableRow, column: Column) -> Claim:
        """The place of a cell that is not printed, about the fact its neighbours in row and column tell."""
        fact_id = None
        sibling = next((c for c in row.cells.values() if c.fact_id), None)
        if sibling is not None and sibling.fact_id is not None and column.measure:
            fact = parse_fact(sibling.fact_id)
            if fact is not None and (fact.measure == "percent_change") == (column.measure == "percent_change"):
                year = str(column.fiscal_year) if column.fiscal_year is not None else ""
                told = fact._replace(measure=column.measure, fiscal_year=year)
                fact_id = (told._replace(funding=column.funding) if column.funding else told).identifier
        place: Row = {
            "table_id": self.table_id,
            "table_number": self.table_number,
            "table_part": self.table_part,
            "row_number": row.number,
            "row_label": row.label,
            "row_role": row.role,
            "column_number": column.number,
            "column_label": column.label,
            "measure": column.measure,
            "fiscal_year": column.fiscal_year,
            "unit": column.unit,
        }
        if sibling is not None:
            place |= {name: sibling.row.get(name) for name in ("page_number", "line_first", "line_last")}
        return Claim(
            claim_id=f"{self.table_id}/r{row.number}/c{column.number}/absent",
            document_id=self.document_id,
            source="absent",
            value=None,
            half_width=column.half_width or 0,
            fact_id=fact_id,
            row=place,
        )


@dataclass(slots=True, eq=False)
class DocumentClaims:
    """Everything one document states, indexed once.

    ``tables`` in printed order; ``claims`` in printed order, cells first; ``by_fact`` the claims of each fact;
    ``rows`` the document's rows of every table, as given.
    """

    document_id: str
    rows: Rows
    tables: list[PrintedTable]
    claims: list[Claim]
    by_fact: dict[str, list[Claim]]

    @property
    def is_report(self) -> bool:
        """True for a peacekeeping report or a revised estimate, whose outlines follow from the print alone."""
        return any(row.get("kind") in _REPORTS for row in self.rows.get("mart_document", []))

    def of_source(self, source: Source) -> list[Claim]:
        """Claims made in one kind of place."""
        return [claim for claim in self.claims if claim.source == source]


def split_by_document(rows: Rows) -> dict[str, Rows]:
    """Rows by document; rows that name no document (dimensions) are left out.

    Rows of mart_row and mart_table name their document themselves. Order within a table is kept.
    """
    documents: dict[str, Rows] = {row["document_id"]: {} for row in rows.get("mart_document", [])}
    for table, table_rows in rows.items():
        for row in table_rows:
            document_id = row.get("document_id")
            if document_id is not None:
                documents.setdefault(document_id, {}).setdefault(table, []).append(row)
    return documents

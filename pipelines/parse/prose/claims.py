"""Statements about known facts: cells, values of charts, amounts in prose, grades in words, each in the fact's unit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pipelines.model.facts import Item, Scope, fact_id
from pipelines.model.heads import read_head
from pipelines.parse.prose.amounts import grades_in_details
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows

_THOUSAND = Decimal(1000)


def claims_of(rows: Rows) -> list[dict[str, Any]]:
    """One row of mart_claim per statement about a known fact, in the fact's unit."""
    claims = list(rows.get("mart_claim", []))
    for cell in rows.get("mart_cell", []):
        if cell["fact_id"]:
            claims.append(_claim(cell["cell_id"], "cell", cell, cell["value"], cell["precision_digits"], cell["unit"]))
    for value in rows.get("mart_chart_value", []):
        if value["fact_id"]:
            claims.append(
                _claim(
                    value["chart_value_id"], "chart", value, value["value"], value["precision_digits"], value["unit"]
                )
            )
    for stated in rows.get("mart_stated_amount", []):
        if stated["fact_id"]:
            signed = -stated["value"] if stated["direction"] == "decrease" else stated["value"]
            claims.append(
                _claim(stated["stated_amount_id"], "prose", stated, signed, stated["precision_digits"], stated["unit"])
            )
    return claims


def _claim(
    claim_id: str, source: str, row: dict[str, Any], value: Decimal | None, precision: int | None, unit: str | None
) -> dict[str, Any]:
    half = Decimal(0) if unit in {"posts", "number"} and not precision else Decimal("0.5").scaleb(-(precision or 0))
    if unit in {"usd", "chf"}:
        value = value / _THOUSAND if value is not None else None
        half = half / _THOUSAND
    return {
        "claim_id": claim_id,
        "document_id": row["document_id"],
        "source": source,
        "fact_id": row["fact_id"],
        "value": value,
        "half_width": half,
        "printed_text": row["printed_text"],
        "is_nil": bool(row.get("is_nil")),
    }


def detail_claims(rows: Rows, entity: str, identity: Identity, vocabulary: Vocabulary) -> list[dict[str, Any]]:
    """Claims about grades named in the words of a table of posts and post changes, one each.

    ``rows`` are those of the table; its cells, the numbers of posts, are given what they are about.
    """
    scope = Scope(entity=entity, funding="RB")
    numbers = {cell["row_number"]: cell for cell in rows["mart_cell"]}
    claims: list[dict[str, Any]] = []
    for row in rows["mart_row"]:
        measure, year = read_head(row["row_label"] or "", vocabulary)
        cell = numbers.get(row["row_number"])
        if cell is None or measure not in {"approved", "proposed", "estimate"} or year is None:
            continue
        measure = "proposed" if year == identity.edition_year else "approved"
        basis = "" if cell["budget_basis"] == "own" else cell["budget_basis"]
        here = scope.with_(funding=cell["funding_source_code"] or "RB", basis=basis)

        def fact(item: Item, measure: str = measure, year: int = year, here: Scope = here) -> str:
            return fact_id(identity.edition_year, identity.section_code, here, item, measure, year, "posts")

        cell.update(
            measure=measure,
            fiscal_year=year,
            unit="posts",
            item_kind="total",
            funding_source_code=here.funding,
            fact_id=fact(Item()),
        )
        for position, (grade, count, printed) in enumerate(grades_in_details(row["text"] or "", vocabulary), start=1):
            claims.append(
                {
                    "claim_id": f"{cell['cell_id']}/detail{position}",
                    "document_id": identity.document_id,
                    "source": "detail",
                    "fact_id": fact(Item("grade", grade)),
                    "value": Decimal(count),
                    "half_width": Decimal(0),
                    "printed_text": printed,
                    "is_nil": False,
                }
            )
    return claims

"""Rows of mart_doubt: what we may have misread in a document, kept separate from errors in its print."""

from __future__ import annotations

import hashlib
from typing import Any

from pipelines.model.blocks import Block
from pipelines.model.digit_groups import open_values


def doubt(
    table_or_place: dict[str, Any],
    kind: str,
    address: str,
    message: str,
    claim_count: int,
    **more: str | None,
) -> dict[str, Any]:
    """One row of mart_doubt about a table, or about a row or cell of it.

    ``address`` names the doubt within its document and kind, so that it has the same identity from run to run;
    ``more`` are further columns, such as ``taken_for``, ``may_be`` and ``evidence``.
    """
    place = table_or_place
    identity = f"{place['document_id']}\n{kind}\n{address}"
    return {
        "doubt_id": hashlib.sha256(identity.encode()).hexdigest()[:12],
        "document_id": place["document_id"],
        "kind": kind,
        "table_id": place.get("table_id"),
        "table_number": place.get("table_number"),
        "paragraph_number": place.get("paragraph_number"),
        "page_number": place.get("page_number"),
        "line_first": place.get("line_first"),
        "claim_count": claim_count,
        "message": message,
        **more,
    }


def untold_numbers(block: Block, place: dict[str, Any]) -> list[dict[str, Any]]:
    """A doubt for each number of a text that has no value, for nothing tells the order of its groups of digits.

    ``place`` names the document, and the paragraph where the text stands in one.
    """
    at = {"page_number": block.place.page, "line_first": block.place.line_first, **place}
    told = []
    for printed, readings in open_values(block.text):
        named = f" in paragraph {place['paragraph_number']}" if place.get("paragraph_number") else ""
        may_be = " or ".join(readings)
        says = f"it may be {may_be}" if readings else "in no order are they a number"
        message = f"{printed}{named}: the order of its groups of digits is not told, {says}; no value is taken from it"
        told.append(
            doubt(at, "number_order", f"{at['line_first']} {printed} {len(told)}", message, 1, may_be=may_be or None)
        )
    return told


def table_name(table: dict[str, Any]) -> str:
    """A table in words, by its number, else by its title."""
    if table.get("table_number"):
        return f"Table {table['table_number']}"
    return f"The table “{table['title']}”" if table.get("title") else "An unnumbered table"

"""Rows of mart_doubt: what the reading of a document is unsure of, told apart from what its print has wrong."""

from __future__ import annotations

import hashlib
from typing import Any


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


def table_name(table: dict[str, Any]) -> str:
    """A table in words, by its number, else by its title."""
    if table.get("table_number"):
        return f"Table {table['table_number']}"
    return f"The table “{table['title']}”" if table.get("title") else "An unnumbered table"

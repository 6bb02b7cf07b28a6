"""Doubts of a release: where our reading may be at fault, listed separately from errors in the print."""

from __future__ import annotations

from typing import Any

from pipelines.report.rows import records
from warehouse.numeric_order import order_by

_DOUBTS = f"""
SELECT doubt.*, document.symbol, document.language, document.format, own.title, other.title AS other_title
FROM mart_doubt AS doubt
JOIN mart_document AS document USING (document_id)
LEFT JOIN mart_table AS own ON own.table_id = doubt.table_id
LEFT JOIN mart_table AS other ON other.table_id = doubt.other_table_id
ORDER BY {order_by("doubt.document_id")}, doubt.kind, {order_by("doubt.table_id")}, doubt.doubt_id
"""


def doubts_of(connection: Any) -> list[dict[str, Any]]:
    """One record per doubt, by document and kind, with both captions."""
    return records(connection, _DOUBTS)

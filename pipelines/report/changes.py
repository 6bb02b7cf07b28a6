"""What changed since the last release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.report.rows import records

_DOCUMENTS = """
SELECT coalesce(now.document_id, past.document_id) AS document_id,
       CASE WHEN past.document_id IS NULL THEN 'added' WHEN now.document_id IS NULL THEN 'removed' ELSE 'other bytes' END
           AS change
FROM mart_document AS now
FULL JOIN past.main.mart_document AS past ON past.document_id = now.document_id
WHERE past.document_id IS NULL OR now.document_id IS NULL OR past.source_sha256 <> now.source_sha256
ORDER BY 1
"""
_FINDINGS = """
SELECT coalesce(now.finding_id, past.finding_id) AS finding_id, coalesce(now.message, past.message) AS message,
       coalesce(now.severity, past.severity) AS severity,
       CASE WHEN past.finding_id IS NULL THEN 'new' ELSE 'gone' END AS change
FROM mart_finding AS now
FULL JOIN past.main.mart_finding AS past ON past.finding_id = now.finding_id
WHERE past.finding_id IS NULL OR now.finding_id IS NULL
ORDER BY 4 DESC, list_position(['error', 'warning', 'info'], 3), 1
"""
_TOTALS = """
SELECT edition_year, section_code, funding_source_code, measure, fiscal_year, past.amount_usd AS was,
       now.amount_usd AS is_now
FROM mart_section_total AS now
JOIN past.main.mart_section_total AS past USING (edition_year, section_code, funding_source_code, measure, fiscal_year)
WHERE now.amount_usd IS DISTINCT FROM past.amount_usd ORDER BY ALL
"""


def since(connection: Any, before: Path | None) -> dict[str, list[dict[str, Any]]] | None:
    """Documents, findings and section totals that differ; None when there is no earlier release to compare with."""
    import duckdb

    from warehouse.ddl import quote_literal

    if before is None:
        return None
    try:
        connection.execute(f"ATTACH {quote_literal(str(before))} AS past (READ_ONLY)")
        asked = {"documents": _DOCUMENTS, "findings": _FINDINGS, "totals": _TOTALS}
        return {name: records(connection, sql) for name, sql in asked.items()}
    except duckdb.Error:
        # A release of an older version, or a damaged one: there is nothing to compare with.
        return None

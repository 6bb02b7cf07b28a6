"""What changed since the last release."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines.report.rows import records

_DOCUMENTS = "SELECT document_id, source_sha256 FROM mart_document"
_FINDING_IDS = "SELECT finding_id FROM mart_finding"
_FINDINGS = "SELECT finding_id, message, severity FROM mart_finding WHERE finding_id IN (SELECT unnest($1::VARCHAR[]))"
_TOTALS = """
SELECT edition_year, section_code, funding_source_code, measure, fiscal_year, amount_usd FROM mart_section_total
"""
_SEVERITIES = ("error", "warning", "info")


def since(connection: Any, before: Path | None) -> dict[str, list[dict[str, Any]]] | None:
    """Documents, findings and section totals that differ; None when there is no earlier release to compare with."""
    import duckdb

    from warehouse.query import QueryError, connect_read_only

    if before is None:
        return None
    try:
        with connect_read_only(before) as past:
            pairs = [(records(past, sql), records(connection, sql)) for sql in (_DOCUMENTS, _TOTALS)]
            findings = _findings(past, connection)
    except (QueryError, duckdb.Error):
        # A release of an older version, or a damaged one: there is nothing to compare with.
        return None
    return {"documents": _documents(*pairs[0]), "findings": findings, "totals": _totals(*pairs[1])}


def _documents(past: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    was, is_now = ({row["document_id"]: row["source_sha256"] for row in rows} for rows in (past, now))
    changes = []
    for name in sorted(was.keys() | is_now.keys()):
        if was.get(name) != is_now.get(name):
            change = "added" if name not in was else "removed" if name not in is_now else "other bytes"
            changes.append({"document_id": name, "change": change})
    return changes


def _findings(past: Any, now: Any) -> list[dict[str, Any]]:
    """Findings of one of two releases alone: of thousands, a few differ."""
    was, is_now = ({name for (name,) in one.execute(_FINDING_IDS).fetchall()} for one in (past, now))
    changes = [{**row, "change": "new"} for row in records(now, _FINDINGS, [sorted(is_now - was)])]
    changes += [{**row, "change": "gone"} for row in records(past, _FINDINGS, [sorted(was - is_now)])]
    return sorted(changes, key=lambda r: (r["change"] != "new", _SEVERITIES.index(r["severity"]), r["finding_id"]))


def _totals(past: list[dict[str, Any]], now: list[dict[str, Any]]) -> list[dict[str, Any]]:
    was = {tuple(row.values())[:-1]: row["amount_usd"] for row in past}
    known = [(row, tuple(row.values())[:-1]) for row in now]
    changed = [
        {**row, "was": was[key], "is_now": row["amount_usd"]}
        for row, key in known
        if key in was and was[key] != row["amount_usd"]
    ]
    return sorted(changed, key=lambda row: [str(value) for value in row.values()])

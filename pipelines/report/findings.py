"""Findings of a release, worst first, with their equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.report.rows import records

_FINDINGS = """
SELECT finding.*, document.symbol, document.language, document.format, document.edition_year, document.section_code,
       source.source_lines, cell.table_id AS cell_table_id, cell.column_label
FROM mart_finding AS finding
JOIN mart_document AS document USING (document_id)
LEFT JOIN v_finding_source AS source USING (finding_id)
LEFT JOIN mart_cell AS cell ON cell.cell_id = finding.cell_id
WHERE finding.document_id IN (SELECT unnest($1))
ORDER BY list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding_id
"""
_LISTED = """
SELECT finding.finding_id, finding.severity, finding.message, finding.document_id, document.symbol, document.language,
       document.format, document.edition_year, document.section_code
FROM mart_finding AS finding
JOIN mart_document AS document USING (document_id)
ORDER BY list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding_id
"""
_EQUATIONS = """
SELECT DISTINCT finding.finding_id, relation.relation_id, relation.check_name, relation.equation, relation.residual,
       relation.bound
FROM mart_finding AS finding
JOIN mart_relation_member AS member ON member.claim_id = finding.claim_id
JOIN mart_relation AS relation USING (relation_id)
WHERE relation.verdict = 'violated' AND finding.document_id IN (SELECT unnest($1))
ORDER BY finding.finding_id, relation.relation_id
"""


def listed(connection: Any) -> list[dict[str, Any]]:
    """One record per finding of the release, worst first: which it is and where, for lists of many."""
    return records(connection, _LISTED)


def findings_of(connection: Any, document_ids: Sequence[str]) -> list[dict[str, Any]]:
    """One record per finding of some documents, worst first, with ``equations``: the violated relations of its claim."""
    found = records(connection, _FINDINGS, [list(document_ids)])
    equations: dict[str, list[dict[str, Any]]] = {}
    for row in records(connection, _EQUATIONS, [list(document_ids)]):
        equations.setdefault(row["finding_id"], []).append(row)
    for finding in found:
        finding["equations"] = equations.get(finding["finding_id"], [])
        finding["others"] = [name.strip() for name in (finding["alternatives"] or "").split(";") if name.strip()]
        finding["table_id"] = finding["cell_table_id"]
    return found


def grouped(found: Sequence[dict[str, Any]], tables: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Findings of one printed table together, in the order of their worst; those in no table each alone."""
    groups: dict[str, dict[str, Any]] = {}
    for finding in found:
        key = finding["table_id"] or finding["finding_id"]
        group = groups.setdefault(key, {"table": tables.get(finding["table_id"] or ""), "findings": []})
        group["findings"].append(finding)
    return list(groups.values())

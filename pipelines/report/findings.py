"""Findings of a release, worst first, with their equations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.report.rows import records

# Each large table is asked for rows of these documents alone: what a view joins for all would have to be held.
_FINDINGS = """
WITH wanted AS MATERIALIZED (SELECT * FROM mart_finding WHERE document_id IN (SELECT unnest($1))),
placed AS MATERIALIZED (
    SELECT finding_id, document_id, unnest(generate_series(line_first, coalesce(line_last, line_first))) AS line_number
    FROM wanted WHERE line_first IS NOT NULL
),
lines AS (
    SELECT placed.finding_id, string_agg(line.text, chr(10) ORDER BY line.line_number) AS source_lines
    FROM mart_source_line AS line JOIN placed USING (document_id, line_number)
    GROUP BY placed.finding_id
),
cells AS (
    SELECT cell_id, table_id, column_label FROM mart_cell WHERE cell_id IN (SELECT cell_id FROM wanted)
)
SELECT finding.*, document.symbol, document.language, document.format, document.edition_year, document.section_code,
       lines.source_lines, cells.table_id AS cell_table_id, cells.column_label
FROM wanted AS finding
JOIN mart_document AS document USING (document_id)
LEFT JOIN lines USING (finding_id)
LEFT JOIN cells USING (cell_id)
ORDER BY list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding_id
"""
_LISTED = """
SELECT finding.finding_id, finding.severity, finding.class, finding.message, finding.pattern_id, finding.pattern_message,
       finding.document_id, document.symbol, document.language,
       document.format, document.edition_year, document.section_code, finding.acknowledged
FROM mart_finding AS finding
JOIN mart_document AS document USING (document_id)
ORDER BY list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding_id
"""
_EQUATIONS = """
WITH wanted AS MATERIALIZED (
    SELECT finding_id, claim_id FROM mart_finding WHERE claim_id IS NOT NULL AND document_id IN (SELECT unnest($1))
),
members AS MATERIALIZED (
    SELECT DISTINCT wanted.finding_id, member.relation_id
    FROM mart_relation_member AS member JOIN wanted USING (claim_id)
)
SELECT members.finding_id, relation.relation_id, relation.check_name, relation.equation, relation.residual,
       relation.bound
FROM mart_relation AS relation JOIN members USING (relation_id)
WHERE relation.verdict = 'violated'
ORDER BY members.finding_id, relation.check_name, relation.relation_id
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
    for group in groups.values():
        group["patterns"] = _patterns(group["findings"])
    return list(groups.values())


def _patterns(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Slips of the print that several of these findings come from: the sentence, and how many ``rows``."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        rows.setdefault(finding["pattern_id"] or finding["finding_id"], []).append(finding)
    return [{"pattern_message": own[0]["pattern_message"], "rows": len(own)} for own in rows.values() if len(own) > 1]

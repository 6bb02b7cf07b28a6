"""Findings of a release, worst first, with their equations and the printed tables they stand in; doubts about our reading,
listed separately; and the list of all of them, which can be searched and filtered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from warehouse.numeric_order import order_by, order_key
from warehouse.query import records

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
        group["patterns"] = _several(group["findings"])
    return list(groups.values())


def _several(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Slips of the print that several of these findings come from: the sentence, and how many ``rows``."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        rows.setdefault(finding["pattern_id"] or finding["finding_id"], []).append(finding)
    return [{"pattern_message": own[0]["pattern_message"], "rows": len(own)} for own in rows.values() if len(own) > 1]


_AROUND = 8  # rows shown above and below a marked one
_WHOLE = 40  # a table of up to so many rows is drawn whole

_MISSING_PLACE = """
SELECT finding.finding_id, min(row.table_id) AS table_id
FROM mart_finding AS finding
JOIN mart_table AS printed ON printed.document_id = finding.document_id
    AND printed.table_number IS NOT DISTINCT FROM finding.table_number
    AND printed.table_part IS NOT DISTINCT FROM finding.table_part
JOIN mart_row AS row ON row.table_id = printed.table_id AND row.row_label = finding.row_label
WHERE finding.cell_id IS NULL AND finding.row_label IS NOT NULL AND finding.document_id IN (SELECT unnest($1))
GROUP BY finding.finding_id
"""
_TABLES = """
SELECT table_id, table_number, table_part, title, printed_unit, page_number, line_first, document_id
FROM mart_table WHERE table_id IN (SELECT unnest($1))
"""
_ROWS = """
SELECT table_id, row_number, row_label, row_role, outline_level, text
FROM mart_row WHERE table_id IN (SELECT unnest($1)) ORDER BY table_id, row_number
"""
_CELLS = """
SELECT table_id, row_number, column_number, cell_id, column_label, printed_text, row_label, row_role
FROM mart_cell WHERE table_id IN (SELECT unnest($1)) ORDER BY table_id, row_number, column_number
"""


def place_absent(connection: Any, found: Sequence[dict[str, Any]]) -> None:
    """Let each finding about an absent figure know the table of its row."""
    documents = sorted({finding["document_id"] for finding in found})
    places = {row["finding_id"]: row["table_id"] for row in records(connection, _MISSING_PLACE, [documents])}
    for finding in found:
        finding["table_id"] = finding["table_id"] or places.get(finding["finding_id"])


def tables_of(connection: Any, found: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The printed tables of the findings, by table."""
    wanted = sorted({finding["table_id"] for finding in found if finding["table_id"]})
    tables = {row["table_id"]: {**row, "rows": {}, "heads": {}} for row in records(connection, _TABLES, [wanted])}
    for row in records(connection, _ROWS, [wanted]):
        _row(tables, row).update(text=row["text"], level=row["outline_level"] or 0)
    for cell in records(connection, _CELLS, [wanted]):
        _row(tables, cell)["cells"].setdefault(cell["column_number"], []).append(cell)
        heads = tables[cell["table_id"]]["heads"]
        if cell["column_label"] and not heads.get(cell["column_number"]):
            heads[cell["column_number"]] = cell["column_label"]
        heads.setdefault(cell["column_number"], "")
    by_table: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        if finding["table_id"]:
            by_table.setdefault(finding["table_id"], []).append(finding)
    for table_id, table in tables.items():
        _mark(table, by_table[table_id])
    return tables


def _row(tables: dict[str, dict[str, Any]], row: dict[str, Any]) -> dict[str, Any]:
    rows: dict[int, dict[str, Any]] = tables[row["table_id"]]["rows"]
    return rows.setdefault(
        row["row_number"],
        {"label": row["row_label"], "role": row["row_role"], "cells": {}, "text": None, "level": 0, "absent": None},
    )


def _mark(table: dict[str, Any], found: Sequence[dict[str, Any]]) -> None:
    """Mark wrong figures, alternatives and rows where one is absent; leave out rows far from all of them."""
    wrong = {finding["cell_id"]: finding for finding in found if finding["cell_id"]}
    others = {name: finding for finding in reversed(found) for name in finding["others"]}
    absent = {finding["row_label"]: finding for finding in found if not finding["cell_id"]}
    marked = []
    for number, row in table["rows"].items():
        row["absent"] = absent.get(row["label"]) if row["label"] else None
        for cells in row["cells"].values():
            for cell in cells:
                cell["wrong"] = wrong.get(cell["cell_id"])
                cell["other"] = None if cell["wrong"] else others.get(cell["cell_id"])
                if cell["wrong"] or cell["other"]:
                    marked.append(number)
        if row["absent"]:
            marked.append(number)
    table["columns"] = sorted(table["heads"])
    numbers = sorted(table["rows"])
    if len(numbers) > _WHOLE:
        kept = [n for n in numbers if any(abs(n - m) <= _AROUND for m in marked)]
        kept = kept or numbers[:_WHOLE]
    else:
        kept = numbers
    table["left_out"] = len(numbers) - len(kept)
    table["shown"] = [table["rows"][number] for number in kept]
    table["has_text"] = any(row["text"] for row in table["shown"])


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


_ROWS_A_PAGE = 4_000
_LONGEST = 280  # signs of a sentence; the whole of it stands with the finding
_KEYS = ("section", "severity", "class", "rows", "document")
_SEVERITIES = ("error", "warning", "info")


def list_pages(patterns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pages of patterns, at most four thousand to a page: ``number``, ``address``, ``rows``; one page for none."""
    rows = [_listed(pattern) for pattern in patterns]
    starts = range(0, max(len(rows), 1), _ROWS_A_PAGE)
    return [
        {
            "number": number,
            "address": "all.html" if number == 1 else f"all-{number}.html",
            "rows": rows[start : start + _ROWS_A_PAGE],
        }
        for number, start in enumerate(starts, start=1)
    ]


def values_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[str]]:
    """What may be chosen of each kind on a page."""
    names = {"document": "name", "rows": "many"}
    found = {key: sorted({row[names.get(key, key)] for row in rows}, key=order_key) for key in _KEYS}
    found["severity"] = [name for name in _SEVERITIES if name in found["severity"]]
    return found


def table_rows(rows: Sequence[dict[str, Any]]) -> Markup:
    """The rows of a page's table. Joined here: over thousands of rows a template takes several times as long, most of it
    to escape the same words again."""
    escaped = lru_cache(maxsize=None)(_escaped)
    return Markup("".join(_table_row(row, escaped) for row in rows))


def _escaped(words: Any) -> str:
    return str(escape(words))


def _table_row(row: dict[str, Any], escaped: Callable[[Any], str]) -> str:
    severity, kind, section, name, page, many = (
        escaped(row[column]) for column in ("severity", "class", "section", "name", "page", "many")
    )
    several = f' <span class="quiet">({row["rows"]} findings)</span>' if row["rows"] > 1 else ""
    return (
        f'<tr class="{severity}" data-section="{section}" data-severity="{severity}" data-class="{kind}" '
        f'data-rows="{many}" data-document="{name}"><td class="severity">{severity}</td><td>{kind}</td><td>{section}</td>'
        f'<td>{name}</td><td><a href="{page}#{_escaped(row["finding_id"])}"><bdi>{_escaped(row["words"])}</bdi></a>'
        f"{several}</td></tr>\n"
    )


def _listed(pattern: dict[str, Any]) -> dict[str, Any]:
    words = pattern["pattern_message"] if pattern["rows"] > 1 else pattern["message"]
    edition, code = pattern["edition_year"], pattern["section_code"]
    return {
        "finding_id": pattern["finding_id"],
        "page": pattern["page"],
        "severity": pattern["severity"],
        "class": pattern["class"],
        "section": f"{edition}, {code}" if code else str(edition or ""),
        "name": f"{pattern['symbol'] or pattern['document_id']} {pattern['language']} {pattern['format']}",
        "words": words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…",
        "rows": pattern["rows"],
        "many": "several findings" if pattern["rows"] > 1 else "one finding",
    }


def by_doubts(pages: Sequence[dict[str, Any]], doubts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Documents with findings or doubts, those with the most doubts first, each with its ``pages`` of findings."""
    found: dict[str, dict[str, Any]] = {}
    for row in (*doubts, *pages):
        document = found.setdefault(
            row["document_id"],
            {
                "document_id": row["document_id"],
                "name": row.get("symbol") or row.get("name") or row["document_id"],
                "language": row["language"],
                "format": row["format"],
                "doubts": 0,
                "pages": [],
                "findings": 0,
                "errors": 0,
            },
        )
        if "doubt_id" in row:
            document["doubts"] += 1
        else:
            document["pages"].append(row)
            document["findings"] += len(row["findings"])
            document["errors"] += row["errors"]
    return sorted(found.values(), key=lambda row: (-row["doubts"], -row["errors"], order_key(row["document_id"])))

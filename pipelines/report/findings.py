"""Findings of a release, worst first, with their equations and the printed tables they stand in; doubts about our reading,
listed separately; and the list of all of them, which can be searched and filtered.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from markupsafe import Markup, escape

from pipelines.report.charts import plain, slug
from pipelines.report.last_release import mark_of
from warehouse.numeric_order import order_by, order_key
from warehouse.query import each_record, records

Edition = dict[str, Any]
"""A list of patterns, as ``lists_of`` has them."""

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
)
SELECT finding.*, document.symbol, document.language, document.format, document.edition_year, document.section_code,
       lines.source_lines
FROM wanted AS finding
JOIN mart_document AS document USING (document_id)
LEFT JOIN lines USING (finding_id)
ORDER BY list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding_id
"""
_PLACES = """
SELECT cell_id, table_id, column_label FROM mart_cell
WHERE cell_id IN (SELECT cell_id FROM mart_finding WHERE document_id IN (SELECT unnest($1)))
"""
_WORST_FIRST = """list_position(['error', 'warning', 'info'], finding.severity), abs(finding.difference) DESC NULLS LAST,
         finding.finding_id"""
# What sorts them is little beside what is shown of them, which is looked up for those that are listed.
_LISTED = f"""
WITH ranked AS (
    SELECT finding.finding_id, count(*) OVER pattern AS rows,
           row_number() OVER (pattern ORDER BY {_WORST_FIRST}) AS rank_in_pattern,
           count(*) OVER of_document AS of_document,
           row_number() OVER (of_document ORDER BY {_WORST_FIRST}) - 1 AS rank_in_document
    FROM mart_finding AS finding
    JOIN mart_document AS document USING (document_id)
    WHERE $1 OR list_contains($2::INTEGER[], coalesce(document.edition_year, 0))
    WINDOW of_document AS (PARTITION BY finding.document_id),
           pattern AS (
               PARTITION BY CASE WHEN $1 THEN 0 ELSE coalesce(document.edition_year, 0) END,
                            coalesce(finding.pattern_id, finding.finding_id)
           )
    QUALIFY rank_in_pattern = 1
    ORDER BY {_WORST_FIRST}
    LIMIT $3
)
SELECT finding.finding_id, finding.severity, finding.class, finding.message, finding.pattern_id, finding.pattern_message,
       finding.document_id, document.symbol, document.language,
       document.format, document.edition_year, document.section_code, finding.acknowledged,
       ranked.* EXCLUDE (finding_id)
FROM ranked
JOIN mart_finding AS finding USING (finding_id)
JOIN mart_document AS document USING (document_id)
ORDER BY CASE WHEN $1 THEN 0 ELSE list_position($2::INTEGER[], coalesce(document.edition_year, 0)) END, {_WORST_FIRST}
"""
_COUNTED = """
SELECT document_id, document.symbol, document.language, document.format, document.edition_year, document.section_code,
       count(*) AS findings, count(*) FILTER (severity = 'error') AS errors,
       count(*) FILTER (severity = 'warning') AS warnings,
       sum(hash(finding)::HUGEINT)::VARCHAR AS made_of
FROM mart_finding AS finding JOIN mart_document AS document USING (document_id)
GROUP BY ALL
"""
_PATTERNS = """
SELECT edition_year, GROUPING(edition_year) = 1 AS is_whole, count(DISTINCT coalesce(pattern_id, finding_id)) AS patterns
FROM mart_finding JOIN mart_document USING (document_id) GROUP BY GROUPING SETS ((edition_year), ())
"""
_PLACED = (
    "SELECT document_id, finding_id FROM mart_finding WHERE finding_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY ALL"
)
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


_ALL = 2**31


def worst(connection: Any, most: int = _ALL) -> list[dict[str, Any]]:
    """One record per pattern of a release, its worst finding, with the number of its ``rows`` and the address of the ``page`` it
    stands on; worst first."""
    return list(_listed_findings(connection, True, (), most))


def patterns_of(connection: Any, lists: Sequence[Edition]) -> Iterator[tuple[Edition, list[dict[str, Any]]]]:
    """Each of some lists with its patterns, as ``worst``. One question is asked for all of them, for it reads the findings of all
    editions whichever are wanted; the patterns of one list are held at a time."""
    is_whole = any(one["is_whole"] for one in lists)
    years = [one["year"] or 0 for one in lists]
    listed = _listed_findings(connection, is_whole, years) if lists else ()
    found = groupby(listed, lambda pattern: 0 if is_whole else pattern["edition_year"] or 0)
    year, patterns = next(found, (None, iter(())))
    for one, wanted in zip(lists, years, strict=True):
        if year != wanted:
            yield one, []
            continue
        yield one, list(patterns)
        year, patterns = next(found, (None, iter(())))


def _listed_findings(
    connection: Any, is_whole: bool, years: Sequence[int], most: int = _ALL
) -> Iterator[dict[str, Any]]:
    for finding in each_record(connection, _LISTED, [is_whole, list(years), most]):
        number = finding["rank_in_document"] // FINDINGS_A_PAGE
        finding["page"] = address_of(finding["document_id"], number, finding["of_document"])
        yield finding


FINDINGS_A_PAGE = 100


def address_of(document_id: str, number: int, findings: int) -> str:
    """Address of a page, counted from 0, of the findings of a document that has so many."""
    suffix = f"-{number + 1}" if findings > FINDINGS_A_PAGE else ""
    return f"findings/{slug(document_id)}{suffix}.html"


def pages_of(connection: Any, pictured: Collection[str] = ()) -> list[dict[str, Any]]:
    """One record per page of findings, a document's at most a hundred to a page, by document: its ``address``, number
    ``part`` where there are several, how many ``findings`` from ``start`` on, and ``mark``, a hash of what it is made of.

    Errors come first, so that how many are on a page is known without looking at it.
    """
    in_pictures: dict[str, list[str]] = {}
    for row in records(connection, _PLACED, [sorted(pictured)]) if pictured else ():
        in_pictures.setdefault(row["document_id"], []).append(row["finding_id"])
    pages = []
    for document in sorted(records(connection, _COUNTED), key=lambda row: order_key(row["document_id"])):
        made_of = mark_of(document, in_pictures.get(document["document_id"]))
        for number, start in enumerate(range(0, document["findings"], FINDINGS_A_PAGE)):
            count = min(FINDINGS_A_PAGE, document["findings"] - start)
            pages.append(
                {
                    **document,
                    "address": address_of(document["document_id"], number, document["findings"]),
                    "name": document["symbol"],
                    "part": str(number + 1) if document["findings"] > FINDINGS_A_PAGE else "",
                    "start": start,
                    "count": count,
                    "errors": max(0, min(count, document["errors"] - start)),
                    "mark": mark_of(made_of, number),
                }
            )
    return pages


def findings_of(connection: Any, document_ids: Sequence[str], part: Any = None) -> list[dict[str, Any]]:
    """One record per finding of some documents, worst first, with ``equations``: the violated relations of its claim. ``part``
    is a connection to a file that has these relations and the cells of the findings, too, with fewer others."""
    found = records(connection, _FINDINGS, [list(document_ids)])
    cells = {row["cell_id"]: row for row in records(part or connection, _PLACES, [list(document_ids)])}
    equations: dict[str, list[dict[str, Any]]] = {}
    for row in records(part or connection, _EQUATIONS, [list(document_ids)]):
        equations.setdefault(row["finding_id"], []).append(row)
    for finding in found:
        finding["equations"] = equations.get(finding["finding_id"], [])
        finding["others"] = [name.strip() for name in (finding["alternatives"] or "").split(";") if name.strip()]
        cell = cells.get(finding["cell_id"], {})
        finding["table_id"], finding["column_label"] = cell.get("table_id"), cell.get("column_label")
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
_NO_FIGURE = "[ ]"

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
    table["body"] = _body(table)


def _body(table: Mapping[str, Any]) -> Markup:
    """The rows of a printed table that are shown. Joined here, as ``table_rows``."""
    escaped = lru_cache(maxsize=None)(_escaped)
    return Markup("".join(_printed_row(row, table, escaped) for row in table["shown"]))


def _printed_row(row: Mapping[str, Any], table: Mapping[str, Any], escaped: Callable[[Any], str]) -> str:
    head = "<td></td>"
    if row["label"]:
        label = escaped(row["label"])
        if row["absent"]:
            label = f'<a href="#{escaped(row["absent"]["finding_id"])}"><mark>{label}</mark></a>'
        head = f'<th scope="row" style="padding-inline-start:{0.6 + row["level"]}rem">{label}</th>'
    columns = "".join(
        f'<td class="n">{"".join(_printed_cell(cell, escaped) for cell in row["cells"].get(column, ()))}</td>'
        for column in table["columns"]
    )
    text = f"<td>{escaped(plain(row['text']))}</td>" if table["has_text"] else ""
    return f'<tr class="{escaped(plain(row["role"]))}">{head}{columns}{text}</tr>\n'


def _printed_cell(cell: Mapping[str, Any], escaped: Callable[[Any], str]) -> str:
    if (wrong := cell["wrong"]) is not None:
        marked = f"<mark>{escaped(cell['printed_text'] or _NO_FIGURE)}</mark>"
        implied = ""
        if wrong["implied_value"] is not None:
            implied = f'<span class="implied" lang="en">implied {escaped(plain(wrong["implied_value"]))}</span>'
        return f'<a href="#{escaped(wrong["finding_id"])}" title="The finding">{marked}</a>{implied}'
    if cell["other"] is not None:
        words = escaped(cell["printed_text"] or _NO_FIGURE)
        return f'<span class="other" title="May be the wrong one instead">{words}</span>'
    return escaped(plain(cell["printed_text"]))


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


def lists_of(connection: Any, pages: Sequence[dict[str, Any]]) -> list[Edition]:
    """Lists of the patterns of a release, at most four thousand to a page: one list where there is room for all on a page, else
    one for each edition, the latest first, so that it stays as it is where its documents do.

    ``pages`` are those of findings. Each list has its ``year``, whether it ``is_whole``, ``name``, how many ``findings`` and
    ``patterns``, the addresses of its ``pages``, and ``mark``, a hash of what it is made of.
    """
    counted = {(row["is_whole"], row["edition_year"]): row["patterns"] for row in records(connection, _PATTERNS)}
    is_whole = counted.get((True, None), 0) <= _ROWS_A_PAGE
    by_year: dict[int | None, list[dict[str, Any]]] = {} if pages else {None: []}
    for page in pages:
        by_year.setdefault(None if is_whole else page["edition_year"], []).append(page)
    lists: list[Edition] = []
    for year in sorted(by_year, key=lambda year: -(year or 0)):
        patterns = counted.get((is_whole, year), 0)
        first = f"all-{year or 'other'}" if lists else "all"
        others = (f"{first}-{number}.html" for number in range(2, -(-patterns // _ROWS_A_PAGE) + 1))
        lists.append(
            {
                "year": year,
                "is_whole": is_whole,
                "name": str(year or "other documents"),
                "findings": sum(page["count"] for page in by_year[year]),
                "patterns": patterns,
                "pages": [f"{first}.html", *others],
                "mark": mark_of([page["mark"] for page in by_year[year]]),
            }
        )
    return lists


def parts_of(patterns: Sequence[dict[str, Any]], one: Edition) -> list[dict[str, Any]]:
    """The pages of a list: ``number``, ``address``, ``rows``."""
    rows = [_listed(pattern) for pattern in patterns]
    return [
        {"number": number + 1, "address": address, "rows": rows[number * _ROWS_A_PAGE : (number + 1) * _ROWS_A_PAGE]}
        for number, address in enumerate(one["pages"])
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
            document["findings"] += row["count"]
            document["errors"] += row["errors"]
    return sorted(found.values(), key=lambda row: (-row["doubts"], -row["errors"], order_key(row["document_id"])))

"""Money, posts and mandates of the release and of each section; what each costs, from the proposal to what was spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from pipelines.report.charts import lines, pyramid, slug, treemap
from warehouse.numeric_order import order_by
from warehouse.query import records
from warehouse.schema.languages import CODES

Key = tuple[int, str]
"""Edition and section."""


def _labels(table: str) -> str:
    """The columns of a table that hold its labels in each language."""
    return ", ".join(f"{table}.label_{code}" for code in CODES)


_SECTIONS = f"""
SELECT total.edition_year, total.section_code, section.part_code, section.title, total.expenditure_usd,
       total.current_usd, total.proposed_usd, total.change_percent,
       (SELECT min(language) FROM mart_document AS document
        WHERE document.edition_year = total.edition_year AND document.section_code = total.section_code
          AND document.title = section.title) AS language
FROM v_section_overview AS total
LEFT JOIN dim_section AS section USING (edition_year, section_code)
WHERE total.funding_source_code = 'RB'
ORDER BY total.edition_year DESC, {order_by("section_code")}
"""
_GATHERED = """
CREATE TEMP TABLE parts AS
SELECT edition_year, section_code, document_id, label, scope, component_code, subprogramme_code, entity_code,
       expenditure, current_estimate, proposed_estimate
FROM v_budget_by_component
WHERE funding_source_code = 'RB' AND currency = 'USD' AND scope <> 'section';
CREATE TEMP TABLE posts AS
SELECT fact_id, document_id, edition_year, section_code, grade_code, measure, fiscal_year, post_count
FROM mart_post WHERE scope = 'section' AND funding_source_code = 'RB' AND grade_code IS NOT NULL;
CREATE TEMP TABLE objects AS
SELECT edition_year, section_code, object_code, expenditure_usd, current_usd, proposed_usd
FROM v_object_by_section WHERE funding_source_code = 'RB';
CREATE TEMP TABLE mandates AS
SELECT mandate_id, edition_year, section_code, subprogramme_code, entity_code, symbol, is_pending,
       coalesce(list_title, resolution_title) AS title, age_years
FROM v_mandate_resource;
"""
"""What the pages of sections say, taken from the views once: each of them reads whole tables."""
_PARTS = f"""
SELECT edition_year, section_code, label, scope, component_code, subprogramme_code, entity_code, expenditure, current_estimate, proposed_estimate
FROM parts SEMI JOIN wanted USING (edition_year, section_code)
QUALIFY row_number() OVER (
    PARTITION BY edition_year, section_code, scope, component_code, subprogramme_code, entity_code ORDER BY document_id
) = 1
ORDER BY entity_code NULLS FIRST, {order_by("component_code")}, {order_by("subprogramme_code")} NULLS FIRST
"""
_GRADES = f"""
SELECT {{key}}, grade_code, {_labels("grade")},
       sum(post_count) FILTER (measure = 'approved' AND fiscal_year = edition_year - 1) AS approved,
       sum(post_count) FILTER (measure = 'proposed' AND fiscal_year = edition_year) AS proposed
FROM (SELECT DISTINCT ON (fact_id) * FROM posts {{of}} ORDER BY fact_id, document_id)
LEFT JOIN dim_grade AS grade USING (grade_code)
GROUP BY {{key}}, grade_code, {_labels("grade")}, grade.rank
HAVING approved > 0 OR proposed > 0
ORDER BY grade.rank NULLS LAST, grade_code
"""
_GRADES_OF_SECTIONS = _GRADES.format(
    key="edition_year, section_code", of="SEMI JOIN wanted USING (edition_year, section_code)"
)
_GRADES_OF_EDITIONS = _GRADES.format(key="edition_year", of="")
_OBJECTS = f"""
SELECT edition_year, section_code, spent.object_code, {_labels("object")}, expenditure_usd, current_usd, proposed_usd
FROM objects AS spent SEMI JOIN wanted USING (edition_year, section_code)
LEFT JOIN dim_object AS object ON object.object_code = spent.object_code
ORDER BY proposed_usd DESC NULLS LAST, spent.object_code
"""
_MANDATES = f"""
SELECT edition_year, section_code, subprogramme_code, entity_code, symbol, is_pending, title, age_years
FROM mandates SEMI JOIN wanted USING (edition_year, section_code)
QUALIFY row_number() OVER (
    PARTITION BY edition_year, section_code, entity_code, subprogramme_code, symbol ORDER BY mandate_id
) = 1
ORDER BY entity_code NULLS FIRST, {order_by("subprogramme_code")} NULLS FIRST, {order_by("symbol")}
"""
_OF_SECTIONS = {"parts": _PARTS, "grades": _GRADES_OF_SECTIONS, "objects": _OBJECTS, "mandates": _MANDATES}
_DOCUMENTS = f"""
SELECT document_id, symbol, language, format, kind, title, page_count, source_sha256,
       (SELECT count(*) FROM mart_table AS t WHERE t.document_id = d.document_id) AS tables,
       (SELECT count(*) FROM mart_cell AS c WHERE c.document_id = d.document_id) AS printed_values,
       (SELECT count(*) FROM mart_finding AS f WHERE f.document_id = d.document_id) AS findings
FROM mart_document AS d ORDER BY {order_by("document_id")}
"""
_CHECKS = """
SELECT check_name, description, evaluated, exact, rounding, violated, unassessable
FROM mart_check ORDER BY violated DESC, evaluated DESC, check_name
"""


def gather(connection: Any) -> None:
    """Take what the pages of sections say into temporary tables of the connection; before ``rows_of_sections`` and ``overview``."""
    connection.execute(_GATHERED)


def all_sections(connection: Any) -> list[dict[str, Any]]:
    """One record per edition and section of the regular budget, with the address of its page."""
    found = records(connection, _SECTIONS)
    for section in found:
        section["key"] = (section["edition_year"], section["section_code"])
        section["address"] = f"sections/{section['edition_year']}-{slug(section['section_code'])}.html"
        section["language"] = section["language"] or "en"
        section["title"] = section["title"] or ""
    return found


def overview(connection: Any, sections: list[dict[str, Any]]) -> dict[str, Any]:
    """What the first page shows: treemap, lines and pyramid of each edition, documents, checks."""
    editions = []
    of_editions: dict[int, list[dict[str, Any]]] = {}
    for row in records(connection, _GRADES_OF_EDITIONS):
        of_editions.setdefault(row["edition_year"], []).append(row)
    for year in sorted({section["edition_year"] for section in sections}, reverse=True):
        of_edition = [section for section in sections if section["edition_year"] == year]
        items = [
            {
                "label": section["section_code"],
                "name": section["title"],
                "language": section["language"],
                "amount": section["proposed_usd"],
                "group": section["part_code"] or "",
                "address": section["address"],
            }
            for section in of_edition
        ]
        whole = [s for s in of_edition if None not in (s["expenditure_usd"], s["current_usd"], s["proposed_usd"])]
        years = [year - 2, year - 1, year]
        by_part: dict[str, dict[int, Any]] = {}
        for section in whole:
            values = by_part.setdefault(section["part_code"] or "", dict.fromkeys(years, 0))
            for one, name in zip(years, ("expenditure_usd", "current_usd", "proposed_usd"), strict=True):
                values[one] += section[name]
        series = [{"name": f"Part {part}" if part else "No part", "values": by_part[part]} for part in by_part]
        grades = of_editions.get(year, [])
        editions.append(
            {
                "year": year,
                "years": years,
                "sections": of_edition,
                "treemap": treemap(items),
                "whole": len(whole),
                "series": series,
                "lines": lines(series, years),
                "grades": grades,
                "pyramid": pyramid(grades),
            }
        )
    return {"editions": editions, "documents": records(connection, _DOCUMENTS), "checks": records(connection, _CHECKS)}


def rows_of_sections(connection: Any, keys: Sequence[Key]) -> dict[Key, dict[str, list[dict[str, Any]]]]:
    """Rows of components, grades, objects and mandates of some sections by edition and section, each asked of all of them
    together; after ``gather``."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS "
        "SELECT unnest($1::INTEGER[]) AS edition_year, unnest($2::VARCHAR[]) AS section_code",
        [[year for year, _ in keys], [code for _, code in keys]],
    )
    found: dict[Key, dict[str, list[dict[str, Any]]]] = {key: {name: [] for name in _OF_SECTIONS} for key in keys}
    for name, sql in _OF_SECTIONS.items():
        for row in records(connection, sql):
            found[row["edition_year"], row["section_code"]][name].append(row)
    return found


def one_section(section: dict[str, Any], found: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Entities, components and subprogrammes, grades and mandates of a section, of its rows in ``rows_of_sections``."""
    year, _ = section["key"]
    years = [year - 2, year - 1, year]
    rows = []
    for part in found["parts"]:
        mark = " ".join(str(part[name]) for name in ("entity_code", "subprogramme_code") if part[name])
        amounts = (part["expenditure"], part["current_estimate"], part["proposed_estimate"])
        rows.append(
            {
                **part,
                "mark": mark,
                "name": part["label"] or (part["component_code"] or "").replace("_", " "),
                "values": dict(zip(years, amounts, strict=True)),
            }
        )
    leaves = [row for row in rows if _is_leaf(row, rows)]
    items = [
        {
            "label": row["mark"] or "•",
            "name": row["name"],
            "language": section["language"],
            "amount": row["proposed_estimate"],
            "group": row["entity_code"] or "",
            "address": None,
        }
        for row in leaves
    ]
    return {
        "parts": rows,
        "years": years,
        "treemap": treemap(items),
        "lines": lines(sorted(leaves, key=lambda row: -(row["proposed_estimate"] or 0))[:12], years),
        "grades": found["grades"],
        "pyramid": pyramid(found["grades"]),
        "objects": found["objects"],
        "mandates": found["mandates"],
    }


def _is_leaf(row: dict[str, Any], rows: list[dict[str, Any]]) -> bool:
    """True when no other row is a part of this one."""
    same = [other for other in rows if other is not row and other["entity_code"] == row["entity_code"]]
    if row["scope"] == "entity":
        below = [other for other in rows if other is not row and _within(other["entity_code"], row["entity_code"])]
        return not below and not any(other["scope"] != "entity" for other in same)
    if row["subprogramme_code"]:
        return True
    return not any(o["subprogramme_code"] and o["component_code"] == row["component_code"] for o in same)


def _within(entity: str | None, whole: str | None) -> bool:
    return bool(entity and whole and entity.startswith(f"{whole}."))


def mandate_load(connection: Any) -> list[dict[str, Any]]:
    """Mandates that most sections and subprogrammes invoke, the most invoked first."""
    return records(
        connection,
        "SELECT symbol, organ, title, adopted_year, age_years, section_count, subprogramme_count, section_codes, "
        "follow_up_count FROM mart_mandate_load "
        f"ORDER BY section_count DESC, subprogramme_count DESC, {order_by('symbol')} LIMIT 500",
    )


_LIFE = """
SELECT budget, code, name, funding_source_code, fiscal_year, step, measure, amount_usd, difference_usd, is_reference,
       edition_year, document_id, symbol, place, row_label, page_number, claim_id, disagreement_count
FROM v_life_of_figure
ORDER BY budget DESC, try_cast(regexp_extract(code, '^[0-9]+') AS INTEGER) NULLS LAST, code,
         list_position(['RB', 'OA', 'XB'], funding_source_code), fiscal_year, step_number, edition_year, symbol, claim_id
"""


def life_of_figures(connection: Any) -> list[dict[str, Any]]:
    """One record per section or mission and source of funding: ``budget``, ``code``, ``name``, ``funding``, and
    ``years``, each with the statements of it in order."""
    found = []
    for (budget, code, funding), rows in groupby(
        records(connection, _LIFE), key=lambda row: (row["budget"], row["code"], row["funding_source_code"])
    ):
        stated = list(rows)
        years = [(year, list(of_year)) for year, of_year in groupby(stated, key=lambda row: row["fiscal_year"])]
        name = next((row["name"] for row in stated if row["name"]), "")
        found.append({"budget": budget, "code": code, "funding": funding, "name": name, "years": years})
    return found

"""Dimension rows: sections, components, objects, grades and sources of funding that facts join."""

from __future__ import annotations

from typing import Any

from pipelines.vocabulary import LANGUAGES_KNOWN, vocabulary_of
from warehouse.schema.declare import Rows

_GRADES = (
    ("SG", "professional_and_higher"),
    ("DSG", "professional_and_higher"),
    ("USG", "professional_and_higher"),
    ("ASG", "professional_and_higher"),
    ("D-2", "professional_and_higher"),
    ("D-1", "professional_and_higher"),
    ("P-5", "professional_and_higher"),
    ("P-4", "professional_and_higher"),
    ("P-3", "professional_and_higher"),
    ("P-2/1", "professional_and_higher"),
    ("FS", "general_service_and_related"),
    ("GS (PL)", "general_service_and_related"),
    ("GS (OL)", "general_service_and_related"),
    ("SS", "general_service_and_related"),
    ("TC", "general_service_and_related"),
    ("LL", "general_service_and_related"),
    ("NPO", "general_service_and_related"),
)


def dimension_rows(rows: Rows) -> Rows:
    """Dimension tables for the facts of one document: codes it uses, labels from the vocabularies."""
    document = rows["mart_document"][0]
    return {
        "dim_section": _sections(rows, document),
        "dim_component": _components(rows, document),
        "dim_object": _objects(rows),
        "dim_grade": _grades(rows),
        "dim_funding_source": [
            {"funding_source_code": code, **_labels("funding_sources", code)} for code in ("RB", "OA", "XB", "ALL")
        ],
    }


_LABELLED = {"dim_object": ("objects", "object_code"), "dim_grade": ("grades", "grade_code")}
_LABELLED["dim_funding_source"] = ("funding_sources", "funding_source_code")


def relabelled(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a dimension with the labels of today's vocabularies, whenever their documents were read."""
    if table not in _LABELLED:
        return rows
    terms, code = _LABELLED[table]
    return [{**row, **_labels(terms, row[code])} for row in rows]


def _labels(table: str, code: str) -> dict[str, str | None]:
    labels: dict[str, str | None] = {}
    for language in LANGUAGES_KNOWN:
        words = vocabulary_of(language).words(table, code)
        labels[f"label_{language}"] = words[0] if words else None
    return labels


def _sections(rows: Rows, document: dict[str, Any]) -> list[dict[str, Any]]:
    if not document["section_code"] or not document["edition_year"]:
        return []
    entities = {r["entity_code"] for r in rows.get("mart_financial_resource", []) if r["entity_code"]}
    return [
        {
            "edition_year": document["edition_year"],
            "section_code": document["section_code"],
            "part_code": document.get("part_code"),
            "title": document.get("title"),
            "entity_count": len(entities) or 1,
        }
    ]


def _components(rows: Rows, document: dict[str, Any]) -> list[dict[str, Any]]:
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in [*rows.get("mart_financial_resource", []), *rows.get("mart_post", [])]:
        if not row["component_code"] or not row["section_code"] or not row["edition_year"]:
            continue
        key = (row["entity_code"] or "", row["component_code"], row["subprogramme_code"] or "")
        label = row["subprogramme_label"] if row["subprogramme_code"] else row["component_label"]
        if key not in found or not found[key]["label"]:
            found[key] = {
                "edition_year": row["edition_year"],
                "section_code": row["section_code"],
                "entity_code": key[0],
                "component_code": key[1],
                "subprogramme_code": key[2],
                "label": label,
            }
    return list(found.values())


def _objects(rows: Rows) -> list[dict[str, Any]]:
    codes = {
        code for r in rows.get("mart_financial_resource", []) for code in (r["object_code"], r["category_code"]) if code
    }
    return [
        {
            "object_code": code,
            "category_code": "posts" if code == "posts" else "non_post",
            **_labels("objects", code),
        }
        for code in sorted(codes)
    ]


def _grades(rows: Rows) -> list[dict[str, Any]]:
    known = dict(_GRADES)
    ranks = {code: rank for rank, (code, _) in enumerate(_GRADES, start=1)}
    codes = {r["grade_code"] for r in rows.get("mart_post", []) if r["grade_code"]}
    return [
        {
            "grade_code": code,
            "category_code": known.get(code),
            "rank": ranks.get(code),
            **_labels("grades", code),
        }
        for code in sorted(codes)
    ]

"""Facts of money and posts of one document, each once, with how many claims support it; and their dimensions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from pipelines.vocabulary import LANGUAGES_KNOWN, vocabulary_of
from warehouse.fact import slug
from warehouse.schema.declare import Rows

_NUMBER = re.compile(r"^\(?\w{1,3}[.)]\s*")
_SCALE = Decimal(1000)
_GROSS_KIND = "net_and_gross_by_section"
_GROUPS = frozenset({"military_and_police_personnel", "civilian_personnel", "operational_costs"})
_PARTS_OF_CATEGORIES = frozenset({"unv_international", "unv_national"})
_ORDER = {"exact": 0, "unassessable": 1, "rounding": 2, "violated": 3}


def fact_rows(rows: Rows, verdicts: Mapping[str, str], doubtful: Collection[str] = frozenset()) -> Rows:
    """mart_financial_resource and mart_post of one document.

    ``verdicts`` gives the worst verdict per claim, ``doubtful`` the cells that may be about something else. A fact
    printed in several cells takes its amount from the first that is not in doubt, in the order of the tables; the
    others are counted, and judged against it. A fact that any cell in doubt states is doubtful itself.
    """
    counts = Counter(claim["fact_id"] for claim in rows.get("mart_claim", []) if claim["value"] is not None)
    claims_of: dict[str, list[str]] = {}
    for claim in rows.get("mart_claim", []):
        claims_of.setdefault(claim["fact_id"], []).append(claim["claim_id"])
    labels = _labels(rows)
    entities = {row["entity_code"]: row["label"] for row in rows.get("dim_entity", [])}
    tables = {table["table_id"]: table for table in rows.get("mart_table", [])}
    document = rows["mart_document"][0]
    money: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    seen: set[str] = set()
    unsure = {cell["fact_id"] for cell in rows.get("mart_cell", []) if doubtful and cell["cell_id"] in doubtful}
    for cell in sorted(rows.get("mart_cell", []), key=lambda cell: cell["cell_id"] in doubtful):
        fact = cell["fact_id"]
        if not fact or fact in seen or cell["value"] is None or cell.get("superseded_by"):
            continue
        if document["kind"] == "revised_estimate" and cell["entity_code"]:
            continue  # only the fascicle numbers entities: theirs are in mart_cell, and witness for it by name
        seen.add(fact)
        quality = "doubtful" if fact in unsure else _worst(verdicts, claims_of.get(fact, []))
        common = {
            "fact_id": fact,
            "document_id": cell["document_id"],
            "edition_year": document["edition_year"],
            "section_code": cell["section_code"],
            "entity_code": cell["entity_code"],
            "component_code": cell["component_code"],
            "subprogramme_code": cell["subprogramme_code"],
            "funding_source_code": cell["funding_source_code"],
            "budget_basis": cell["budget_basis"],
            "component_label": labels.get((cell["component_code"], None)),
            "subprogramme_label": labels.get((cell["component_code"], cell["subprogramme_code"]))
            if cell["subprogramme_code"]
            else None,
            "measure": cell["measure"],
            "fiscal_year": cell["fiscal_year"],
            "entity_label": entities.get(cell["entity_code"]) or _entity_words(cell, tables),
            "scope": _scope(cell),
            "claim_count": counts[fact],
            "quality": quality,
            "cell_id": cell["cell_id"],
        }
        label = cell["row_label"] if cell["item_kind"] != "total" else None
        common["breakdown"] = _breakdown(cell, tables)
        unit = fact.rsplit("|", 1)[1]
        if unit in {"posts", "percent_posts"}:
            posts.append(_post(common, cell, label))
        else:
            money.append(_amount(common, cell, label, unit))
    return {"mart_financial_resource": money, "mart_post": posts}


def _breakdown(cell: dict[str, Any], tables: Mapping[str, dict[str, Any]]) -> str:
    """What the figure is a part by: total, category, object, ...; amounts of one breakdown add up, two overlap."""
    kind, code = cell["item_kind"], cell["item_code"]
    if kind == "object" and tables.get(cell["table_id"], {}).get("kind") == _GROSS_KIND:
        return "gross"
    if kind == "object" and code in {"posts", "non_post"}:
        return "category"
    if kind == "object" and code in _GROUPS:
        return "group"
    if kind == "category" and code in _PARTS_OF_CATEGORIES:
        return "part_of_category"
    return kind or "total"


def _entity_words(cell: dict[str, Any], tables: Mapping[str, dict[str, Any]]) -> str | None:
    """Words of the row that stands for an entity which no heading names."""
    held = tables.get(cell["table_id"], {}).get("entity_code")
    own = cell["entity_code"] and cell["entity_code"] != held and cell["row_role"] != "total"
    return cell["row_label"] if own else None


def _scope(cell: dict[str, Any]) -> str:
    if not cell["section_code"]:
        return "budget"
    if cell["subprogramme_code"]:
        return "subprogramme"
    if cell["component_code"]:
        return "component"
    return "entity" if cell["entity_code"] else "section"


def _worst(verdicts: Mapping[str, str], claims: list[str]) -> str:
    found = [verdicts[claim] for claim in claims if claim in verdicts]
    return max(found, key=_ORDER.__getitem__) if found else "unassessable"


def _amount(common: dict[str, Any], cell: dict[str, Any], label: str | None, unit: str) -> dict[str, Any]:
    code = cell["item_code"]
    is_category = code in {"posts", "non_post"}
    is_percent = unit.startswith("percent_")
    return {
        **common,
        "object_code": code if not is_category else None,
        "category_code": code if is_category else None,
        "object_label": label,
        "amount": cell["value"],
        "currency": None if is_percent else unit,
        "unit_scale": None if is_percent else 1000,
        "amount_usd": cell["value"] * _SCALE if unit == "USD" else None,
    }


def _post(common: dict[str, Any], cell: dict[str, Any], label: str | None) -> dict[str, Any]:
    kind, code = cell["item_kind"], cell["item_code"]
    return {
        **common,
        "category_code": code if kind == "category" else None,
        "grade_code": code if kind == "grade" else None,
        "category_label": label,
        "post_count": cell["value"],
    }


def _labels(rows: Rows) -> dict[tuple[str | None, str | None], str]:
    """Words of components and subprogrammes, without their letter or number, as the tables print them."""
    labels: dict[tuple[str | None, str | None], str] = {}
    headings = {
        slug(words): words
        for paragraph in rows.get("mart_paragraph", [])
        for heading in (paragraph["heading_path"] or "").split(" > ")
        if (words := _NUMBER.sub("", heading))
    }
    for cell in rows.get("mart_cell", []):
        label = cell["row_label"] or ""
        if cell["item_kind"] != "total" or cell["row_role"] != "item" or not cell["component_code"]:
            continue
        words = label.split(".", 1)[1].strip() if "." in label[:4] else label
        labels.setdefault((cell["component_code"], cell["subprogramme_code"]), words)
    below: dict[tuple[str, int | None], str | None] = {}
    for cell in rows.get("mart_cell", []):
        below.setdefault((cell["table_id"], cell["parent_row_number"]), cell["component_code"])
    for row in rows.get("mart_row", []):
        label, place = row["row_label"] or "", (row["table_id"], row["row_number"])
        if row["row_role"] == "heading" and label[1:2] == "." and place in below:
            labels.setdefault((below[place], None), label[2:].strip())
    for code in {cell["component_code"] for cell in rows.get("mart_cell", [])} - {code for code, _ in labels} - {None}:
        words = headings.get(code)
        if words:
            labels[code, None] = words
    return labels


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
            {"funding_source_code": code, **_code_labels("funding_sources", code)} for code in ("RB", "OA", "XB", "ALL")
        ],
    }


_LABELLED = {"dim_object": ("objects", "object_code"), "dim_grade": ("grades", "grade_code")}
_LABELLED["dim_funding_source"] = ("funding_sources", "funding_source_code")


def relabelled(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of a dimension with the labels of today's vocabularies, whenever their documents were read."""
    if table not in _LABELLED:
        return rows
    terms, code = _LABELLED[table]
    return [{**row, **_code_labels(terms, row[code])} for row in rows]


def _code_labels(table: str, code: str) -> dict[str, str | None]:
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
            **_code_labels("objects", code),
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
            **_code_labels("grades", code),
        }
        for code in sorted(codes)
    ]

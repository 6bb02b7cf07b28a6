"""Charts and organization charts: plotted values and boxes become rows with their facts."""

from __future__ import annotations

import re
from typing import Any

from pipelines.blocks import Block, Place
from pipelines.identity import Identity
from pipelines.parse.captions import Caption, scope_of
from pipelines.parse.context import Context
from pipelines.parse.facts import Item, fact_id
from pipelines.parse.numbers import read_number
from pipelines.parse.grades import grade_code, is_grade
from pipelines.vocabulary import Vocabulary


def chart_rows(
    block: Block, caption: Caption | None, context: Context, identity: Identity, order: int
) -> list[dict[str, Any]]:
    """Rows of mart_chart_value for one chart."""
    vocabulary = context.vocabulary
    caption = caption or Caption(is_figure=True)
    scope = scope_of(caption, context.scope, vocabulary)
    rows: list[dict[str, Any]] = []
    for series in block.series:
        share = vocabulary.meaning("chart", series.name) or _share_of_labels(series.points, vocabulary)
        for position, (label, printed) in enumerate(series.points):
            number = read_number(printed)
            if number is None:
                continue
            place = series.places[position] if position < len(series.places) else block.place
            is_posts = share == "posts_share"
            item = _item(share, label, vocabulary)
            measure = None if share is None else ("proposed" if is_posts else "estimate")
            unit = "posts" if is_posts else ("thousands_usd" if share else "number")
            fact = None
            if share and item:
                base = "posts" if is_posts else "USD"
                fact = fact_id(
                    identity.edition_year,
                    identity.section_code,
                    scope.with_(funding="RB"),
                    item,
                    measure or "",
                    identity.edition_year,
                    base,
                )
            rows.append(
                {
                    "chart_value_id": f"{identity.document_id}#f{order:03d}.{len(rows) + 1}",
                    "document_id": identity.document_id,
                    "figure_number": caption.number,
                    "figure_title": caption.title or None,
                    "series": series.name or None,
                    "label": label or None,
                    "printed_text": printed.strip(),
                    "value": number.value,
                    "precision_digits": number.precision_digits,
                    "unit": unit,
                    "subprogramme_code": scope.subprogramme or None,
                    "component_code": scope.component or None,
                    "measure": measure,
                    "fiscal_year": identity.edition_year if share else None,
                    "fact_id": fact,
                    "page_number": place.page,
                    "line_first": place.line_first,
                    "line_last": place.line_last,
                }
            )
    return rows


def _share_of_labels(points: tuple[tuple[str, str], ...], vocabulary: Vocabulary) -> str | None:
    """What a chart without a heading distributes, told by its labels."""
    labels = [label for label, _ in points if label]
    if labels and all(is_grade(label, vocabulary) for label in labels):
        return "posts_share"
    meanings = [vocabulary.meaning("objects", label) for label in labels]
    if labels and all(meanings):
        return "financial_share" if set(meanings) <= {"posts", "non_post"} else "non_post_share"
    return None


def _item(share: str | None, label: str, vocabulary: Vocabulary) -> Item | None:
    if share == "posts_share":
        return Item("grade", grade_code(label, vocabulary)) if label else Item()
    code = vocabulary.meaning("objects", label) if label else None
    if share == "financial_share":
        return Item("object", code) if code else (Item() if not label else None)
    if share == "non_post_share":
        if not label:
            return Item("object", "non_post")
        return Item("object", code) if code else None
    return None


_BOX_POSTS = re.compile(r"^(?P<count>\d+)\s+(?P<grade>[A-Z][A-Za-z0-9/‑ -]*(?:\s?\([A-Za-z ]+\))?)(?P<note>\s*[a-z])?$")


def org_unit_rows(
    block: Block, chart_label: str, year: int | None, context: Context, identity: Identity, order: int
) -> list[dict[str, Any]]:
    """Rows of mart_org_unit_post for one box: one per grade and one for the printed total."""
    vocabulary = context.vocabulary
    funding_pattern, total_pattern = (
        vocabulary.pattern("org_chart", "funding"),
        vocabulary.pattern("org_chart", "total"),
    )
    label_parts: list[str] = []
    rows: list[dict[str, Any]] = []
    funding, component, subprogramme = "RB", "", ""
    for line_index, line in enumerate(block.text.split("\n")):
        text = " ".join(line.split())
        if not text:
            continue
        source, total, posts = funding_pattern.match(text), total_pattern.match(text), _BOX_POSTS.match(text)
        bracket = re.fullmatch(r"[(（](.+)[)）]", text)
        if source:
            funding = source["source"]
        elif total:
            rows.append(_org_row(rows, order, None, total["value"], text, funding, identity, block, line_index))
        elif posts and is_grade(posts["grade"], vocabulary):
            rows.append(
                _org_row(rows, order, posts["grade"], posts["count"], text, funding, identity, block, line_index)
            )
        elif bracket:
            inner = bracket[1]
            match = vocabulary.pattern("subprogramme", "pattern").search(inner)
            component = "programme_of_work" if match else (vocabulary.meaning("components", inner) or component)
            subprogramme = match["code"] if match else subprogramme
        else:
            label_parts.append(text)
    for row in rows:
        row.update(
            chart_label=chart_label or None,
            unit_label=" ".join(label_parts) or None,
            grade_code=grade_code(row["grade"], vocabulary) if row["grade"] else None,
            component_code=component or None,
            subprogramme_code=subprogramme or None,
            fiscal_year=year,
        )
    return rows


def _org_row(
    rows: list[dict[str, Any]],
    order: int,
    grade: str | None,
    count: str,
    printed: str,
    funding: str,
    identity: Identity,
    block: Block,
    line_index: int,
) -> dict[str, Any]:
    number = read_number(count)
    return {
        "org_unit_post_id": f"{identity.document_id}#o{order:03d}.{len(rows) + 1}",
        "document_id": identity.document_id,
        "grade": grade,
        "funding_source_code": funding,
        "post_count": number.value if number else None,
        "is_total": grade is None,
        "printed_text": printed,
        "fact_id": None,
        "page_number": block.place.page,
        "line_first": block.place.line_first,
        "line_last": block.place.line_last,
    }


def place_rows(place: Place) -> dict[str, Any]:
    """Page and lines of a place, as columns."""
    return {"page_number": place.page, "line_first": place.line_first, "line_last": place.line_last}

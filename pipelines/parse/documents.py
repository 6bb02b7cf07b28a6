"""A fascicle's blocks become rows: one walk, each block handed to the parser of its kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipelines.blocks import Block, Document
from pipelines.identity import Identity
from pipelines.parse.captions import Caption, begins_caption, extend_caption, start_caption
from pipelines.parse.columns import Layout, layout_of, read_head
from pipelines.parse.context import Context
from pipelines.parse.facts import Item, Scope, fact_id
from pipelines.parse.graphics import chart_rows, org_unit_rows
from pipelines.parse.lists import deliverable_rows, mandate_rows, performance_rows, recommendation_rows
from pipelines.parse.prose import grades_in_details, stated_amounts
from pipelines.parse.symbols import Symbol, find_symbols, symbol_of_address
from pipelines.parse.tables import Rows, TableContext, parse_table
from pipelines.vocabulary import Vocabulary

_THOUSAND = Decimal(1000)
_CONTEXT_CHARACTERS = 60


@dataclass(slots=True)
class _Walk:
    """What the walk carries from block to block."""

    context: Context
    identity: Identity
    rows: Rows
    caption: Caption | None = None
    last_caption: Caption | None = None
    order: int = 0
    paragraph: dict[str, Any] | None = None
    stated: Counter[str] = field(default_factory=Counter)
    layout_before: Layout | None = None
    annex_label: str = ""

    def add(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.rows.setdefault(table, []).extend(rows)


def parse_document(document: Document, identity: Identity, vocabulary: Vocabulary) -> Rows:
    """All rows of one fascicle, by table: document, lines, tables, rows, cells, charts, boxes, paragraphs,
    stated amounts, results, deliverables, mandates, citations, links, recommendations and claims.
    """
    walk = _Walk(Context(vocabulary), identity, {})
    for block in document.blocks:
        _take(walk, block)
    rows = walk.rows
    _links(document, identity, vocabulary, rows)
    rows["mart_claim"] = claims_of(rows)
    rows["mart_document"] = [_document_row(document, identity, rows)]
    rows["mart_source_line"] = [
        {
            "document_id": identity.document_id,
            "line_number": line.number,
            "page_number": line.page,
            "role": line.role,
            "text": line.text,
        }
        for line in document.lines
    ]
    return rows


def _take(walk: _Walk, block: Block) -> None:
    vocabulary = walk.context.vocabulary
    if block.kind == "table":
        _take_table(walk, block)
    elif block.kind == "chart":
        walk.order += 1
        caption = walk.caption or walk.last_caption
        walk.add("mart_chart_value", chart_rows(block, caption, walk.context, walk.identity, walk.order))
        walk.caption, walk.last_caption = None, caption
    elif block.kind == "org_unit":
        walk.order += 1
        year = _year_in(walk.annex_label, vocabulary) or walk.identity.edition_year
        walk.add(
            "mart_org_unit_post", org_unit_rows(block, walk.annex_label, year, walk.context, walk.identity, walk.order)
        )
    elif begins_caption(block, vocabulary):
        walk.caption = start_caption(block, vocabulary)
        walk.paragraph = None
    elif _takes_caption_line(walk, block):
        pass
    elif block.kind == "heading":
        walk.caption = None
        walk.paragraph = None
        walk.context.enter(block)
        walk.annex_label = block.text
    elif block.kind == "note":
        _cite(walk, block, None, None)
    elif block.kind in {"paragraph", "caption"}:
        _take_paragraph(walk, block)


def _takes_caption_line(walk: _Walk, block: Block) -> bool:
    """True when a block goes on with the caption above it, or opens the next part of the table before it."""
    vocabulary = walk.context.vocabulary
    if walk.caption is not None and not block.number and block.kind != "note":
        extended = extend_caption(walk.caption, block, vocabulary)
        if extended is not None:
            walk.caption = extended
            return True
    if (
        walk.caption is None
        and walk.last_caption is not None
        and vocabulary.pattern("caption", "part").match(block.text)
    ):
        base = Caption(
            number=walk.last_caption.number,
            title=walk.last_caption.title,
            printed_unit=walk.last_caption.printed_unit,
            unit=walk.last_caption.unit,
        )
        extended = extend_caption(base, block, vocabulary)
        if extended is not None and extended.part:
            walk.caption = extended
            return True
    return False


def _take_table(walk: _Walk, block: Block) -> None:
    assert block.grid is not None
    walk.order += 1
    caption = walk.caption or Caption(place=block.place)
    context = TableContext(walk.identity, caption, walk.context.scope, walk.order, walk.context.vocabulary)
    rows, layout, kind = parse_table(block, context)
    tables = rows["mart_table"]
    if kind == "mandates" and tables:
        walk.add("mart_mandate", mandate_rows(block, tables[0], walk.context, walk.identity))
    elif kind == "performance_measure" and tables:
        walk.add("mart_performance_measure", performance_rows(block, layout, tables[0], walk.context, walk.identity))
        _cite_cells(walk, block, layout, caption.number)
    elif kind == "recommendations" and tables:
        walk.add("mart_recommendation", recommendation_rows(block, layout, walk.identity, walk.order))
        _cite_cells(walk, block, layout, caption.number)
    elif kind == "posts_and_changes":
        _detail_claims(walk, block, layout, rows)
    for name, found in rows.items():
        walk.add(name, found)
    if kind == "deliverables":
        walk.add("mart_deliverable", deliverable_rows(rows, walk.identity))
    walk.caption = None
    walk.last_caption = caption if caption.number else walk.last_caption


def _detail_claims(walk: _Walk, block: Block, layout: Layout, rows: Rows) -> None:
    """Grades named in the words of a table of posts and post changes are claims of their own."""
    vocabulary, identity = walk.context.vocabulary, walk.identity
    scope = Scope(entity=walk.context.entity, funding="RB")
    numbers = {cell["row_number"]: cell for cell in rows["mart_cell"]}
    for row in rows["mart_row"]:
        measure, year = read_head(row["row_label"] or "", vocabulary)
        cell = numbers.get(row["row_number"])
        if cell is None or measure not in {"approved", "proposed", "estimate"} or year is None:
            continue
        measure = "proposed" if year == identity.edition_year else "approved"
        cell.update(
            measure=measure,
            fiscal_year=year,
            unit="posts",
            item_kind="total",
            funding_source_code="RB",
            fact_id=fact_id(identity.edition_year, identity.section_code, scope, Item(), measure, year, "posts"),
        )
        for position, (grade, count, printed) in enumerate(grades_in_details(row["text"] or "", vocabulary), start=1):
            walk.add(
                "mart_claim",
                [
                    {
                        "claim_id": f"{cell['cell_id']}/detail{position}",
                        "document_id": identity.document_id,
                        "source": "detail",
                        "fact_id": fact_id(
                            identity.edition_year,
                            identity.section_code,
                            scope,
                            Item("grade", grade),
                            measure,
                            year,
                            "posts",
                        ),
                        "value": Decimal(count),
                        "half_width": Decimal(0),
                        "printed_text": printed,
                        "is_nil": False,
                    }
                ],
            )


# -- paragraphs, citations, links ------------------------------------------------------------------


def _take_paragraph(walk: _Walk, block: Block) -> None:
    context, identity = walk.context, walk.identity
    if re.match(r"^\d", block.number):
        walk.caption = None
        walk.paragraph = {
            "paragraph_id": f"{identity.document_id}#p{block.number}",
            "document_id": identity.document_id,
            "paragraph_number": block.number,
            "heading_path": context.path or None,
            "text": block.text,
            "kind": "numbered",
            "subprogramme_code": context.subprogramme or None,
            "page_number": block.place.page,
            "line_first": block.place.line_first,
            "line_last": block.place.line_last,
        }
        walk.add("mart_paragraph", [walk.paragraph])
    elif walk.paragraph is not None and block.number.startswith("("):
        walk.paragraph["text"] += f"\n{block.number} {block.text}"
        if block.place.line_last:
            walk.paragraph["line_last"] = block.place.line_last
    number = walk.paragraph["paragraph_number"] if walk.paragraph else None
    if number and block.number:
        stated = stated_amounts(block, number, walk.stated[number] + 1, context, identity)
        walk.stated[number] += len(stated)
        walk.add("mart_stated_amount", stated)
    _cite(walk, block, number, None)


def _cite(walk: _Walk, block: Block, paragraph: str | None, table: str | None) -> None:
    _citations(walk, block.text, paragraph, table, block.place.page, block.place.line_first)


def _cite_cells(walk: _Walk, block: Block, layout: Layout, table_number: str | None) -> None:
    assert block.grid is not None
    annex = None if table_number else walk.annex_label or None
    for row in block.grid.rows[layout.header_rows :]:
        for cell in row:
            if cell is not None and cell.text:
                _citations(walk, cell.text, None, table_number or annex, cell.place.page, cell.place.line_first)


def _citations(
    walk: _Walk, text: str, paragraph: str | None, table: str | None, page: int | None, line: int | None
) -> None:
    found = walk.rows.setdefault("mart_citation", [])
    for mention in find_symbols(text, walk.context.vocabulary.language):
        start = max(0, mention.start - _CONTEXT_CHARACTERS)
        found.append(
            {
                "citation_id": f"{walk.identity.document_id}#c{len(found) + 1:04d}",
                "document_id": walk.identity.document_id,
                "symbol": str(mention.symbol),
                "paragraph_number": paragraph,
                "table_number": table,
                "context": text[start : mention.end + _CONTEXT_CHARACTERS],
                "printed_text": mention.printed_text,
                "page_number": page,
                "line_first": line,
            }
        )


def _links(document: Document, identity: Identity, vocabulary: Vocabulary, rows: Rows) -> None:
    links = [*document.links, *(link for block in document.blocks for link in block.links)]
    table = rows.setdefault("mart_link", [])
    for number, link in enumerate(links, start=1):
        target = symbol_of_address(link.address)
        mentions = find_symbols(link.text, vocabulary.language) if link.text else []
        printed: Symbol | None = mentions[0].symbol if mentions else None
        table.append(
            {
                "link_id": f"{identity.document_id}#l{number:04d}",
                "document_id": identity.document_id,
                "address": link.address,
                "target_symbol": str(target) if target else None,
                "printed_text": link.text or None,
                "printed_symbol": str(printed) if printed else None,
                "page_number": link.place.page,
                "line_first": link.place.line_first,
            }
        )


# -- claims and the document's own row ---------------------------------------------------------------


def claims_of(rows: Rows) -> list[dict[str, Any]]:
    """One row of mart_claim per statement about a known fact, in the fact's unit."""
    claims = list(rows.get("mart_claim", []))
    for cell in rows.get("mart_cell", []):
        if cell["fact_id"]:
            claims.append(_claim(cell["cell_id"], "cell", cell, cell["value"], cell["precision_digits"], cell["unit"]))
    for value in rows.get("mart_chart_value", []):
        if value["fact_id"]:
            claims.append(
                _claim(
                    value["chart_value_id"], "chart", value, value["value"], value["precision_digits"], value["unit"]
                )
            )
    for stated in rows.get("mart_stated_amount", []):
        if stated["fact_id"]:
            signed = -stated["value"] if stated["direction"] == "decrease" else stated["value"]
            claims.append(
                _claim(stated["stated_amount_id"], "prose", stated, signed, stated["precision_digits"], stated["unit"])
            )
    return claims


def _claim(
    claim_id: str, source: str, row: dict[str, Any], value: Decimal | None, precision: int | None, unit: str | None
) -> dict[str, Any]:
    half = Decimal(0) if unit in {"posts", "number"} and not precision else Decimal("0.5").scaleb(-(precision or 0))
    if unit in {"usd", "chf"}:
        value = value / _THOUSAND if value is not None else None
        half = half / _THOUSAND
    return {
        "claim_id": claim_id,
        "document_id": row["document_id"],
        "source": source,
        "fact_id": row["fact_id"],
        "value": value,
        "half_width": half,
        "printed_text": row["printed_text"],
        "is_nil": bool(row.get("is_nil")),
    }


def _document_row(document: Document, identity: Identity, rows: Rows) -> dict[str, Any]:
    roles = Counter(line.role for line in document.lines)
    unreadable = sum(1 for cell in rows.get("mart_cell", []) if cell["value"] is None and not cell.get("superseded_by"))
    return {
        "document_id": identity.document_id,
        "symbol": identity.symbol,
        "language": identity.language,
        "format": identity.format,
        "edition_year": identity.edition_year,
        "section_code": identity.section_code,
        "kind": identity.kind,
        "page_count": document.page_count,
        "title": identity.title,
        "part_code": identity.part_code,
        "session_number": identity.session_number,
        "is_symbol_inferred": identity.is_symbol_inferred,
        "line_count": len(document.lines),
        "unclaimed_line_count": roles["unclaimed"] + roles["unclaimed_table"],
        "unclaimed_table_line_count": roles["unclaimed_table"],
        "unreadable_cell_count": unreadable,
    }


def _year_in(text: str, vocabulary: Vocabulary) -> int | None:
    match = re.search(vocabulary.terms["year"]["pattern"], text.replace(" ", ""))
    return int(match["year"]) if match else None


__all__ = ["claims_of", "layout_of", "parse_document"]

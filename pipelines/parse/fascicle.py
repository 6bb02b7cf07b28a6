"""A fascicle's blocks become rows: one walk, each block handed to the parser of its kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from pipelines.model.blocks import Block, Document
from pipelines.model.grades import is_grade
from pipelines.parse.graphics import chart_rows, org_unit_rows
from pipelines.parse.grid.captions import Caption, begins_caption, start_caption
from pipelines.parse.grid.continued import whole_tables
from pipelines.parse.grid.inner_captions import caption_inside
from pipelines.parse.grid.kinds import is_organization_chart, units_of
from pipelines.parse.grid.outline import is_named, outline_label
from pipelines.parse.paragraphs import cite, cite_cells, take_paragraph
from pipelines.parse.prose.citations import add_links
from pipelines.parse.prose.claims import claims_of
from pipelines.parse.scope.binding import bind_by_value, settle_by_figures
from pipelines.parse.scope.entities import numeral_of
from pipelines.parse.scope.titles import settle_titles, title_subject
from pipelines.parse.table_kinds import CITING, ParsedTable, rows_of_kind
from pipelines.parse.tables.formulas import doubtful_formulas
from pipelines.parse.tables.parts import TableContext
from pipelines.parse.tables.rows import parse_table
from pipelines.parse.tables.shape import (
    cut_figures,
    incomplete_tables,
    merged_columns,
    rowless_tables,
    set_aside,
    shifted_tables,
    torn_figures,
)
from pipelines.parse.tables.untold import (
    captions_of_others,
    headless_columns,
    headless_tables,
    impossible_heads,
    lost_heads,
    untold_units_and_years,
)
from pipelines.parse.unknown_terms import Unknown, unknown_in_table
from pipelines.parse.walk import (
    Walk,
    captions_without_table,
    is_loose_unit,
    kinds_below,
    loose_caption,
    note_unknown,
    note_unknown_source,
    sibling_kind,
    start_walk,
    takes_caption_line,
)
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows


def parse_document(document: Document, identity: Identity, vocabulary: Vocabulary) -> Rows:
    """All rows of one fascicle, by table: document, lines, tables, rows, cells, charts, boxes, paragraphs,
    stated amounts, results, deliverables, mandates, citations, links, recommendations and claims.
    """
    document = replace(document, blocks=whole_tables(document.blocks, vocabulary))
    walk = start_walk(document, identity, vocabulary)
    following = kinds_below(document.blocks)
    for index, block in enumerate(document.blocks):
        walk.next_kind = following[index]
        walk.index = index
        entity = walk.entity_at.get(index)
        if entity is not None:
            walk.caption = walk.last_caption = walk.paragraph = None
            walk.context.enter_entity(entity, " ".join(f"{block.number} {block.text}".split()))
        else:
            _take(walk, block)
    rows = walk.rows
    add_links(rows, document, identity, vocabulary)
    apart = settle_titles(rows, walk.subjects)
    settle_by_figures(rows.get("mart_stated_amount", []), rows.get("mart_cell", []))
    rows["mart_doubt"] = [
        *rows.get("mart_doubt", []),
        *shifted_tables(rows),
        *lost_heads(rows),
        *merged_columns(rows),
        *cut_figures(rows),
        *torn_figures(rows, document.lines),
        *(untold_units_and_years(rows) if identity.section_code else ()),
        *captions_of_others(rows, vocabulary),
        *(headless_columns(rows) if identity.section_code else ()),
        *(headless_tables(rows, lambda label: _is_term(label, vocabulary)) if identity.section_code else ()),
        *set_aside(rows),
        *bind_by_value(rows),
        *apart,
        *captions_without_table(walk),
    ]
    rows["dim_entity"] = _entity_rows(walk)
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
    rows["mart_doubt"] += [
        *impossible_heads(rows),
        *incomplete_tables(rows),
        *rowless_tables(rows),
        *doubtful_formulas(rows),
    ]
    return rows


def _entity_rows(walk: Walk) -> list[dict[str, Any]]:
    """One row per entity of the section; none in a section of one."""
    identity, base = walk.identity, walk.context.base_entity
    if not identity.edition_year or not identity.section_code:
        return []
    return [
        {
            "edition_year": identity.edition_year,
            "section_code": identity.section_code,
            "entity_code": ".".join(part for part in (base, entity.code) if part),
            "label": entity.label,
            "document_id": identity.document_id,
        }
        for entity in walk.entity_at.values()
    ]


def _take(walk: Walk, block: Block) -> None:
    vocabulary = walk.context.vocabulary
    if block.kind not in {"heading", "furniture", "note"} and not is_loose_unit(walk, block):
        title, unit = walk.last_heading, walk.loose_unit
        walk.last_heading = walk.loose_unit = ""
        if block.kind == "table" and walk.caption is None:
            walk.caption = loose_caption(walk, block, title, unit)
    if block.kind == "table":
        _take_table(walk, block)
    elif block.kind == "chart":
        walk.order += 1
        caption = walk.caption or walk.last_caption
        walk.add("mart_chart_value", chart_rows(block, caption, walk.context, walk.identity, walk.order))
        walk.caption, walk.last_caption = None, caption
    elif block.kind == "org_unit":
        _take_unit(walk, block)
    elif begins_caption(block, vocabulary):
        walk.caption = start_caption(block, vocabulary)
        walk.paragraph = None
        if walk.caption.number and not walk.caption.is_figure:
            walk.announced.setdefault(walk.caption.number, block)
    elif takes_caption_line(walk, block):
        pass
    elif block.kind == "heading" and walk.caption is not None and walk.caption.title and walk.next_kind == "table":
        pass  # names a part of the table to come, which keeps its caption
    elif block.kind == "heading" or walk.context.heads_mandates(block):
        note_unknown_source(walk, block)
        walk.caption = walk.last_caption = None
        walk.paragraph = None
        walk.context.enter(
            block, is_above_table=walk.next_kind == "table", is_inner_annex=walk.index in walk.inner_annexes
        )
        walk.annex_label = block.text
        walk.last_heading = " ".join(numeral_of(block)[1].split())
    elif block.kind == "note":
        cite(walk, block, None)
    elif block.kind in {"paragraph", "caption"}:
        note_unknown_source(walk, block)
        take_paragraph(walk, block)


def _take_unit(walk: Walk, block: Block) -> None:
    walk.order += 1
    year = _year_in(walk.annex_label, walk.context.vocabulary) or walk.identity.edition_year
    found = org_unit_rows(block, walk.annex_label, year, walk.context, walk.identity, walk.order)
    walk.add("mart_org_unit_post", found)


def _take_table(walk: Walk, block: Block) -> None:
    walk.caption, block = caption_inside(block, walk.caption, walk.context.vocabulary)
    assert block.grid is not None
    place = walk.context.place
    if is_organization_chart(block.grid, walk.context.vocabulary):
        place = "organization_chart"
        for unit in units_of(block, walk.context.vocabulary):
            _take_unit(walk, unit)
    walk.order += 1
    caption = walk.caption or Caption(place=block.place)
    # a table that stands where a figure is announced has no number of its own
    own = replace(caption, number=None) if caption.is_figure else caption
    context = TableContext(
        walk.identity,
        own,
        walk.context.scope,
        walk.order,
        walk.context.vocabulary,
        place,
        walk.context.entities,
        walk.context.named,
        walk.context.headings_known,
        walk.context.basis,
        sibling_kind(walk, caption),
        walk.siblings,
        walk.context.totals,
    )
    subject = title_subject(own, context.named, context.entities, context.vocabulary)
    rows, layout, kind = parse_table(block, context)
    walk.context.in_contents = walk.context.in_contents and kind == "contents"
    if subject is not None:
        walk.subjects |= {table["table_id"]: subject for table in rows["mart_table"]}
    more = rows_of_kind(kind, ParsedTable(block, layout, rows, walk.context, walk.identity, walk.order))
    for name, found in (*more.items(), *rows.items()):
        walk.add(name, found)
    _note_unknown_organ(walk, more.get("mart_mandate", []), block, caption)
    if kind in CITING and rows["mart_table"]:
        cite_cells(walk, block, layout, caption.number)
    note_unknown(walk, unknown_in_table(block, layout, kind, caption, rows, walk.context.vocabulary), caption)
    walk.caption = None
    walk.layout_before = layout
    walk.last_caption = caption if caption.number or caption.title else walk.last_caption


def _note_unknown_organ(walk: Walk, mandates: list[dict[str, Any]], block: Block, caption: Caption) -> None:
    """Note the organ that a heading names above numbers of acts, where the catalogue does not have it."""
    heading = walk.context.organ_heading
    if heading.name and not heading.organ and any(row["act_number"] and not row["symbol"] for row in mandates):
        note_unknown(walk, [Unknown("organs", heading.name, block.place)], caption)


def _is_term(label: str, vocabulary: Vocabulary) -> bool:
    """True for a label that fascicles print in their tables of money and posts."""
    label = outline_label(label, vocabulary)
    return is_named(label, vocabulary) or is_grade(label, vocabulary)


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

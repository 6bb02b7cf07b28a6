"""A fascicle's blocks become rows: one walk, each block handed to the parser of its kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.model.blocks import Block, Document
from pipelines.parse.graphics import chart_rows, org_unit_rows
from pipelines.parse.grid.captions import (
    SHORT_PART,
    Caption,
    begins_caption,
    caption_words,
    extend_caption,
    start_caption,
)
from pipelines.parse.grid.columns import Layout
from pipelines.parse.grid.kinds import is_organization_chart, units_of
from pipelines.parse.grid.layout import layout_of
from pipelines.parse.prose.amounts import Point, stated_amounts
from pipelines.parse.prose.citations import Spot, add_citations, add_links
from pipelines.parse.prose.claims import claims_of
from pipelines.parse.prose.points import is_mark
from pipelines.parse.scope.amounts import settle_by_figures
from pipelines.parse.scope.basis import distinguishing_brackets
from pipelines.parse.scope.binding import bind_by_value
from pipelines.parse.scope.context import Context
from pipelines.parse.scope.doubts import untold_numbers
from pipelines.parse.scope.entities import Entity, divisions_of, numeral_of
from pipelines.parse.scope.names import headings_of
from pipelines.parse.scope.title_subjects import TitleSubject, settle_titles, title_subject
from pipelines.parse.table_kinds import CITING, ParsedTable, rows_of_kind
from pipelines.parse.tables.formulas import doubtful_formulas
from pipelines.parse.tables.lists import instrument_row, listed_rows
from pipelines.parse.tables.parts import TableContext
from pipelines.parse.tables.rows import parse_table
from pipelines.parse.tables.shape import (
    impossible_heads,
    incomplete_tables,
    lost_heads,
    set_aside,
    shifted_tables,
)
from pipelines.parse.unknown_terms import Unknown, unknown_in_table
from pipelines.symbols import Linked
from pipelines.symbols.identity import Identity
from pipelines.symbols.place_numbers import plain_number
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows

_BULLETS = frozenset("•‣▪●○–—-*·")
"""Words of the longest name of a source of funding."""


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
    numbered: Counter[str] = field(default_factory=Counter)
    """Paragraphs by number."""
    stated: Counter[str] = field(default_factory=Counter)
    layout_before: Layout | None = None
    annex_label: str = ""
    last_heading: str = ""
    """Words of the heading right above, until a paragraph or table follows: the title of a table without a caption."""
    loose_unit: str = ""
    """A unit in brackets that stands there without a caption."""
    entity_at: dict[int, Entity] = field(default_factory=dict)
    inner_annexes: frozenset[int] = frozenset()
    """Blocks of the headings of annexes that an entity or a part comes after."""
    siblings: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Brackets that tell captions apart which are alike otherwise."""
    subjects: dict[str, TitleSubject] = field(default_factory=dict)
    """What titles of tables name that nothing else does, by table."""
    index: int = 0
    """Which block the walk is at."""
    next_kind: str = ""
    point: Point = field(default_factory=lambda: Point("", False))

    def add(self, table: str, rows: list[dict[str, Any]]) -> None:
        self.rows.setdefault(table, []).extend(rows)


def parse_document(document: Document, identity: Identity, vocabulary: Vocabulary) -> Rows:
    """All rows of one fascicle, by table: document, lines, tables, rows, cells, charts, boxes, paragraphs,
    stated amounts, results, deliverables, mandates, citations, links, recommendations and claims.
    """
    walk = _walk_of(document, identity, vocabulary)
    following = _kinds_below(document.blocks)
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
        *set_aside(rows),
        *bind_by_value(rows),
        *apart,
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
    rows["mart_doubt"] += [*impossible_heads(rows), *incomplete_tables(rows), *doubtful_formulas(rows)]
    return rows


def _kinds_below(blocks: Sequence[Block]) -> list[str]:
    """For each block the kind of the next below it that is no page furniture, empty for the last."""
    found: list[str] = []
    below = ""
    for block in reversed(blocks):
        found.append(below)
        below = block.kind if block.kind != "furniture" else below
    return found[::-1]


def _walk_of(document: Document, identity: Identity, vocabulary: Vocabulary) -> _Walk:
    """A walk at its start, with the entities of the section known beforehand: annexes list them all."""
    divisions = divisions_of(document.blocks, vocabulary)
    found = divisions.entities
    suffix = identity.symbol.rpartition(")")[2].strip("/")
    base = suffix if identity.kind == "addendum" else ""
    links = document.links or [link for block in document.blocks for link in block.links]
    context = Context(vocabulary, base_entity=base, linked=Linked(links))
    context.entities = {normalised(e.label): ".".join(p for p in (base, e.code) if p) for e in found}
    context.headings_known = headings_of(document.blocks, vocabulary)
    walk = _Walk(context, identity, {})
    walk.siblings = distinguishing_brackets(document.blocks, vocabulary)
    walk.inner_annexes = divisions.inner_annexes
    walk.entity_at = {entity.block_index: entity for entity in found}
    return walk


def _entity_rows(walk: _Walk) -> list[dict[str, Any]]:
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


def _take(walk: _Walk, block: Block) -> None:
    vocabulary = walk.context.vocabulary
    if block.kind not in {"heading", "furniture", "note"} and not _is_loose(walk, block):
        title, unit = walk.last_heading, walk.loose_unit
        walk.last_heading = walk.loose_unit = ""
        if block.kind == "table" and walk.caption is None:
            walk.caption = _loose_caption(walk, block, title, unit)
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
    elif _takes_caption_line(walk, block):
        pass
    elif block.kind == "heading" and walk.caption is not None and walk.caption.title and walk.next_kind == "table":
        pass  # names a part of the table to come, which keeps its caption
    elif block.kind == "heading" or walk.context.heads_mandates(block):
        _note_unknown_source(walk, block)
        walk.caption = walk.last_caption = None
        walk.paragraph = None
        walk.context.enter(
            block, is_above_table=walk.next_kind == "table", is_inner_annex=walk.index in walk.inner_annexes
        )
        walk.annex_label = block.text
        walk.last_heading = " ".join(numeral_of(block)[1].split())
    elif block.kind == "note":
        _cite(walk, block, None, None)
    elif block.kind in {"paragraph", "caption"}:
        _note_unknown_source(walk, block)
        _take_paragraph(walk, block)


def _take_unit(walk: _Walk, block: Block) -> None:
    walk.order += 1
    year = _year_in(walk.annex_label, walk.context.vocabulary) or walk.identity.edition_year
    found = org_unit_rows(block, walk.annex_label, year, walk.context, walk.identity, walk.order)
    walk.add("mart_org_unit_post", found)


def _note_unknown_source(walk: _Walk, block: Block) -> None:
    """A numbered part right above a table, such as "(2) Extrabudgetary", whose words are no known source of funding."""
    caption = walk.caption or walk.last_caption
    part = walk.context.vocabulary.pattern("caption", "part").match(caption_words(block))
    if part and caption is not None and walk.next_kind == "table" and len(part["words"].split()) <= SHORT_PART:
        _note_unknown(walk, [Unknown("funding_sources", part["words"], block.place)], caption)


def _is_loose(walk: _Walk, block: Block) -> bool:
    """True for a unit in brackets below a heading, where no caption takes it; the unit is kept."""
    vocabulary = walk.context.vocabulary
    if block.kind != "paragraph" or block.number or walk.caption is not None:
        return False
    unit = vocabulary.pattern("caption", "unit").match(block.text)
    if unit is None or vocabulary.meaning("units", unit["unit"]) is None:
        return False
    walk.loose_unit = unit["unit"]
    return True


def _loose_caption(walk: _Walk, block: Block, title: str, unit: str) -> Caption | None:
    """Caption of a table that has none: the heading right above it, or that of the table it goes on with."""
    vocabulary = walk.context.vocabulary
    if not title and not unit:
        before = walk.layout_before
        assert block.grid is not None
        heads = layout_of(block.grid, vocabulary).heads
        if before is not None and walk.last_caption is not None and any(heads) and heads == before.heads:
            return walk.last_caption
        return None
    meaning = vocabulary.meaning("units", unit) if unit else None
    return Caption(title=title, printed_unit=unit, unit=meaning, place=block.place)


def _takes_caption_line(walk: _Walk, block: Block) -> bool:
    """True when a block goes on with the caption above it, or opens the next part of the table before it."""
    vocabulary = walk.context.vocabulary
    if vocabulary.pattern("caption", "note").match(block.text):
        return False  # a note set between the number of a table and its title
    if block.kind == "heading" and walk.next_kind != "table" and vocabulary.meaning("funding_sources", block.text):
        return False  # a heading of its own, below a figure that holds no chart
    is_numbered = bool(block.number) and not vocabulary.pattern("caption", "part").match(caption_words(block))
    if walk.caption is not None and not is_numbered and block.kind != "note":
        extended = extend_caption(walk.caption, block, vocabulary)
        if extended is not None:
            walk.caption = extended
            return True
    before = walk.last_caption or _title_above(walk, block)
    if walk.caption is None and before is not None and _opens_part(walk, block):
        base = Caption(number=before.number, title=before.title, printed_unit=before.printed_unit, unit=before.unit)
        extended = extend_caption(base, block, vocabulary)
        if extended is not None and (extended.part or extended.funding):
            walk.caption = extended
            return True
    return False


def _title_above(walk: _Walk, block: Block) -> Caption | None:
    """Caption of a table whose title is a heading without a number, where its first part is opened."""
    if not walk.last_heading:
        return None
    unit = walk.context.vocabulary.meaning("units", walk.loose_unit) if walk.loose_unit else None
    return Caption(title=walk.last_heading, printed_unit=walk.loose_unit, unit=unit, place=block.place)


def _opens_part(walk: _Walk, block: Block) -> bool:
    """True for "(2) Extrabudgetary", or a source of funding alone right above a table."""
    vocabulary = walk.context.vocabulary
    if vocabulary.pattern("caption", "part").match(caption_words(block)):
        return True
    return walk.next_kind == "table" and vocabulary.meaning("funding_sources", block.text) is not None


def _take_table(walk: _Walk, block: Block) -> None:
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
        _sibling_kind(walk, caption),
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
        _cite_cells(walk, block, layout, caption.number)
    _note_unknown(walk, unknown_in_table(block, layout, kind, caption, rows, walk.context.vocabulary), caption)
    walk.caption = None
    walk.layout_before = layout
    walk.last_caption = caption if caption.number or caption.title else walk.last_caption


def _note_unknown_organ(walk: _Walk, mandates: list[dict[str, Any]], block: Block, caption: Caption) -> None:
    """Note the organ that a heading names above numbers of acts, where the catalogue does not have it."""
    heading = walk.context.organ_heading
    if heading.name and not heading.organ and any(row["act_number"] and not row["symbol"] for row in mandates):
        _note_unknown(walk, [Unknown("organs", heading.name, block.place)], caption)


def _sibling_kind(walk: _Walk, caption: Caption) -> str:
    """Kind of the table before, where this one is a further part of it; empty for a table of its own."""
    tables = walk.rows.get("mart_table", [])
    if not tables or caption.part in {None, "1"} or not caption.number:
        return ""
    return str(tables[-1]["kind"]) if tables[-1]["table_number"] == caption.number else ""


def _note_unknown(walk: _Walk, found: Iterable[Unknown], caption: Caption) -> None:
    """Rows of mart_unknown_term, each term once in a document."""
    known = {
        (row["vocabulary_table"], normalised(row["printed_text"])) for row in walk.rows.get("mart_unknown_term", ())
    }
    for term in found:
        if (term.table, normalised(term.text)) in known:
            continue
        known.add((term.table, normalised(term.text)))
        number = len(walk.rows.get("mart_unknown_term", ())) + 1
        walk.add(
            "mart_unknown_term",
            [
                {
                    "unknown_term_id": f"{walk.identity.document_id}#v{number}",
                    "document_id": walk.identity.document_id,
                    "vocabulary_table": term.table,
                    "printed_text": term.text,
                    "table_number": caption.number,
                    "table_title": caption.title or None,
                    "page_number": term.place.page,
                    "line_first": term.place.line_first,
                }
            ],
        )


# -- paragraphs and what they cite ------------------------------------------------------------------


def _take_paragraph(walk: _Walk, block: Block) -> None:
    context, identity = walk.context, walk.identity
    if identity.kind == "corrigendum" and not block.number:
        # an instruction names the subprogramme whose list or table it replaces
        named = context.vocabulary.pattern("subprogramme", "pattern").search(block.text)
        context.subprogramme = named["code"] if named else context.subprogramme
    if re.match(r"^\d", block.number):
        walk.caption = None
        context.in_contents = False
        number = plain_number(block.number.rstrip("."))
        walk.paragraph = {
            "paragraph_id": _paragraph_id(walk, number),
            "document_id": identity.document_id,
            "paragraph_number": number,
            "heading_path": context.path or None,
            "text": block.text,
            "kind": "numbered",
            "subprogramme_code": context.subprogramme or None,
            "page_number": block.place.page,
            "line_first": block.place.line_first,
            "line_last": block.place.line_last,
        }
        walk.add("mart_paragraph", [walk.paragraph])
    elif walk.paragraph is not None and is_mark(block.number):
        walk.paragraph["text"] += f"\n{block.number} {block.text}"
        if block.place.line_last:
            walk.paragraph["line_last"] = block.place.line_last
    elif context.in_mandates and context.organ_label and block.number in _BULLETS:
        # an instrument that a list of mandates names in a line of its own
        walk.order += 1
        walk.add("mart_mandate", [instrument_row(block, walk.order, context, identity)])
    elif context.in_mandates and context.organ_label and not block.number:
        walk.order += 1
        walk.add("mart_mandate", listed_rows(block, walk.order, context, identity))
    number = walk.paragraph["paragraph_number"] if walk.paragraph else None
    if number and block.number:
        is_part = walk.point.is_part(block.number)
        stated = stated_amounts(block, number, walk.stated[number] + 1, context, identity, is_part)
        walk.stated[number] += len(stated)
        if not walk.point.is_nested(block.number):
            walk.point = Point(block.number, any(row["unit"] in ("usd", "chf") for row in stated))
        walk.add("mart_stated_amount", stated)
    walk.add("mart_doubt", untold_numbers(block, {"document_id": identity.document_id, "paragraph_number": number}))
    _cite(walk, block, number, None)


def _paragraph_id(walk: _Walk, number: str) -> str:
    """Document and number; a number printed twice gets a mark, for both paragraphs are kept."""
    identifier = f"{walk.identity.document_id}#p{number}"
    taken = walk.numbered[number]
    walk.numbered[number] += 1
    return f"{identifier}+{taken}" if taken else identifier


def _cite(walk: _Walk, block: Block, paragraph: str | None, table: str | None) -> None:
    spot = Spot(paragraph, table, block.place.page, block.place.line_first)
    add_citations(walk.rows, block.text, spot, walk.identity, walk.context.vocabulary, walk.context.linked)


def _cite_cells(walk: _Walk, block: Block, layout: Layout, table_number: str | None) -> None:
    assert block.grid is not None
    annex = None if table_number else walk.annex_label or None
    for row in block.grid.rows[layout.header_rows :]:
        for cell in row:
            if cell is not None and cell.text:
                spot = Spot(None, table_number or annex, cell.place.page, cell.place.line_first)
                add_citations(walk.rows, cell.text, spot, walk.identity, walk.context.vocabulary, walk.context.linked)


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

"""Paragraphs of a fascicle, the amounts they state, and what they and cells of tables cite."""

from __future__ import annotations

import re

from pipelines.model.blocks import Block
from pipelines.parse.grid.columns import Layout
from pipelines.parse.prose.amounts import Point, stated_amounts
from pipelines.parse.prose.citations import Spot, add_citations
from pipelines.parse.prose.points import is_mark
from pipelines.parse.scope.doubts import untold_numbers
from pipelines.parse.tables.lists import instrument_row, listed_rows
from pipelines.parse.walk import Walk
from pipelines.symbols.place_numbers import plain_number

_BULLETS = frozenset("•‣▪●○–—-*·")


def take_paragraph(walk: Walk, block: Block) -> None:
    """Add a paragraph or go on with the one above: rows of mart_paragraph, mart_mandate, mart_stated_amount, citations, doubts."""
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
    cite(walk, block, number)


def _paragraph_id(walk: Walk, number: str) -> str:
    """Document and number; a number printed twice gets a mark, for both paragraphs are kept."""
    identifier = f"{walk.identity.document_id}#p{number}"
    taken = walk.numbered[number]
    walk.numbered[number] += 1
    return f"{identifier}+{taken}" if taken else identifier


def cite(walk: Walk, block: Block, paragraph: str | None) -> None:
    """Add what the text of a block cites, in a numbered paragraph or none."""
    spot = Spot(paragraph, None, block.place.page, block.place.line_first)
    add_citations(walk.rows, block.text, spot, walk.identity, walk.context.vocabulary, walk.context.linked)


def cite_cells(walk: Walk, block: Block, layout: Layout, table_number: str | None) -> None:
    """Add what the cells of a table cite; a table without a number goes by the heading above it."""
    assert block.grid is not None
    annex = None if table_number else walk.annex_label or None
    for row in block.grid.rows[layout.header_rows :]:
        for cell in row:
            if cell is not None and cell.text:
                spot = Spot(None, table_number or annex, cell.place.page, cell.place.line_first)
                add_citations(walk.rows, cell.text, spot, walk.identity, walk.context.vocabulary, walk.context.linked)

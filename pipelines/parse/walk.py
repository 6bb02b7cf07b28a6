"""The walk over a fascicle's blocks: what it carries from block to block, and which caption a block goes with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.model.blocks import Block, Document
from pipelines.parse.grid.captions import SHORT_PART, Caption, caption_words, extend_caption
from pipelines.parse.grid.columns import Layout
from pipelines.parse.grid.layout import layout_of
from pipelines.parse.prose.amounts import Point
from pipelines.parse.scope.basis import distinguishing_brackets
from pipelines.parse.scope.context import Context
from pipelines.parse.scope.doubts import doubt
from pipelines.parse.scope.entities import Entity, codes_of, divisions_of
from pipelines.parse.scope.names import headings_of
from pipelines.parse.scope.titles import TitleSubject
from pipelines.parse.unknown_terms import Unknown
from pipelines.symbols import Linked
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows


@dataclass(slots=True)
class Walk:
    """What the walk carries from block to block: the rows so far, where it is in the document, the caption that waits for its
    table.
    """

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
    announced: dict[str, Block] = field(default_factory=dict)
    """Number lines of captions of tables, by number."""
    point: Point = field(default_factory=lambda: Point("", False))

    def add(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Add rows of a table."""
        self.rows.setdefault(table, []).extend(rows)


def start_walk(document: Document, identity: Identity, vocabulary: Vocabulary) -> Walk:
    """A walk at its start, with the entities of the section known beforehand: annexes list them all."""
    divisions = divisions_of(document.blocks, vocabulary)
    found = divisions.entities
    suffix = identity.symbol.rpartition(")")[2].strip("/")
    base = suffix if identity.kind == "addendum" else ""
    links = document.links or [link for block in document.blocks for link in block.links]
    context = Context(vocabulary, base_entity=base, linked=Linked(links))
    context.entities = codes_of(found, base, vocabulary)
    context.headings_known = headings_of(document.blocks, vocabulary)
    walk = Walk(context, identity, {})
    walk.siblings = distinguishing_brackets(document.blocks, vocabulary)
    walk.inner_annexes = divisions.inner_annexes
    walk.entity_at = {entity.block_index: entity for entity in found}
    return walk


def kinds_below(blocks: Sequence[Block]) -> list[str]:
    """For each block the kind of the next below it that is no page furniture, empty for the last."""
    found: list[str] = []
    below = ""
    for block in reversed(blocks):
        found.append(below)
        below = block.kind if block.kind != "furniture" else below
    return found[::-1]


def is_loose_unit(walk: Walk, block: Block) -> bool:
    """True for a unit in brackets below a heading, where no caption takes it; the unit is kept."""
    vocabulary = walk.context.vocabulary
    if block.kind != "paragraph" or block.number or walk.caption is not None:
        return False
    unit = vocabulary.pattern("caption", "unit").match(block.text)
    if unit is None or vocabulary.meaning("units", unit["unit"]) is None:
        return False
    walk.loose_unit = unit["unit"]
    return True


def loose_caption(walk: Walk, block: Block, title: str, unit: str) -> Caption | None:
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


def takes_caption_line(walk: Walk, block: Block) -> bool:
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


def _title_above(walk: Walk, block: Block) -> Caption | None:
    """Caption of a table whose title is a heading without a number, where its first part is opened."""
    if not walk.last_heading:
        return None
    unit = walk.context.vocabulary.meaning("units", walk.loose_unit) if walk.loose_unit else None
    return Caption(title=walk.last_heading, printed_unit=walk.loose_unit, unit=unit, place=block.place)


def _opens_part(walk: Walk, block: Block) -> bool:
    """True for "(2) Extrabudgetary", or a source of funding alone right above a table."""
    vocabulary = walk.context.vocabulary
    if vocabulary.pattern("caption", "part").match(caption_words(block)):
        return True
    return walk.next_kind == "table" and vocabulary.meaning("funding_sources", block.text) is not None


def captions_without_table(walk: Walk) -> list[dict[str, Any]]:
    """Rows of mart_doubt for captions below which no table was read."""
    read = {table["table_number"] for table in walk.rows.get("mart_table", [])}
    return [
        doubt(
            {
                "document_id": walk.identity.document_id,
                "table_number": number,
                "page_number": block.place.page,
                "line_first": block.place.line_first,
            },
            "completeness",
            f"{number}/caption",
            f"Table {number}: no table was read below its caption.",
            0,
        )
        for number, block in walk.announced.items()
        if number not in read
    ]


def sibling_kind(walk: Walk, caption: Caption) -> str:
    """Kind of the table before, where this one is a further part of it; empty for a table of its own."""
    tables = walk.rows.get("mart_table", [])
    if not tables or caption.part in {None, "1"} or not caption.number:
        return ""
    return str(tables[-1]["kind"]) if tables[-1]["table_number"] == caption.number else ""


def note_unknown_source(walk: Walk, block: Block) -> None:
    """A numbered part right above a table, such as "(2) Extrabudgetary", whose words are no known source of funding."""
    caption = walk.caption or walk.last_caption
    part = walk.context.vocabulary.pattern("caption", "part").match(caption_words(block))
    if part and caption is not None and walk.next_kind == "table" and len(part["words"].split()) <= SHORT_PART:
        note_unknown(walk, [Unknown("funding_sources", part["words"], block.place)], caption)


def note_unknown(walk: Walk, found: Iterable[Unknown], caption: Caption) -> None:
    """Rows of mart_unknown_term, each term once in a document."""
    terms = list(found)
    if not terms:
        return
    known = {
        (row["vocabulary_table"], normalised(row["printed_text"])) for row in walk.rows.get("mart_unknown_term", ())
    }
    for term in terms:
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

"""Captions of tables and figures: number, title, unit, part, and the scope the title names."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pipelines.blocks import Block, Place
from pipelines.parse.facts import Scope
from pipelines.vocabulary import Vocabulary, normalised


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in its parts; ``part`` is the number printed as (1), ``funding`` its source of funding."""

    number: str | None = None
    title: str = ""
    printed_unit: str = ""
    unit: str | None = None
    part: str | None = None
    funding: str = ""
    is_figure: bool = False
    place: Place = field(default_factory=Place)


def begins_caption(block: Block, vocabulary: Vocabulary) -> bool:
    """True when a block is the number line of a caption."""
    return block.kind != "table" and any(
        vocabulary.pattern("caption", key).match(block.text) for key in ("table", "figure")
    )


def start_caption(block: Block, vocabulary: Vocabulary) -> Caption:
    """The caption that a number line begins; words after the number are its title."""
    table = vocabulary.pattern("caption", "table").match(block.text)
    figure = vocabulary.pattern("caption", "figure").match(block.text)
    match = table or figure
    assert match is not None
    title = (match.groupdict().get("title") or "").strip()
    return Caption(number=match["number"], title=title, is_figure=figure is not None, place=block.place)


def extend_caption(caption: Caption, block: Block, vocabulary: Vocabulary) -> Caption | None:
    """The caption with one more line (part, unit, title); None when the line is none of its own."""
    text = " ".join(block.text.split())
    part = vocabulary.pattern("caption", "part").match(text)
    if part:
        funding = vocabulary.meaning("funding_sources", part["words"])
        if funding:
            return replace(caption, part=part["part"], funding=funding)
    unit = vocabulary.pattern("caption", "unit").match(text)
    if unit:
        meaning = vocabulary.meaning("units", unit["unit"])
        if meaning:
            return replace(caption, printed_unit=unit["unit"], unit=meaning)
    funding = vocabulary.meaning("funding_sources", text)
    if funding:
        return replace(caption, funding=funding)
    if not caption.title:
        return replace(caption, title=text)
    if unit and not caption.printed_unit:
        return replace(caption, printed_unit=unit["unit"])
    return None


def title_has(caption: Caption, vocabulary: Vocabulary, kind: str) -> bool:
    """True when the title holds the wording of a kind of table."""
    flat = normalised(caption.title)
    return any(normalised(words) in flat for words in vocabulary.words("title_kinds", kind))


def scope_of(caption: Caption, context: Scope, vocabulary: Vocabulary) -> Scope:
    """Scope a title names ("Subprogramme 1: ..."), the whole section for "Overall", else that of the headings."""
    head = (
        caption.title.translate(str.maketrans("：", ":")).split(":")[0].strip()
        if ":" in caption.title or "：" in caption.title
        else ""
    )
    funding = caption.funding
    if title_has(caption, vocabulary, "overall"):
        return Scope(entity=context.entity, funding=funding)
    if title_has(caption, vocabulary, "cross_cutting"):
        return Scope(entity=context.entity, funding=funding)
    subprogramme = vocabulary.pattern("subprogramme", "pattern").search(head)
    if subprogramme:
        return Scope(context.entity, "programme_of_work", subprogramme["code"], funding)
    component = vocabulary.meaning("components", head) if head else None
    if component:
        return Scope(context.entity, component, "", funding)
    return replace(context, funding=funding)

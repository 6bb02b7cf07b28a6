"""Captions of tables and figures: number, title, unit, part, and the scope the title names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from pipelines.blocks import Block, Place
from pipelines.parse.facts import Scope
from pipelines.vocabulary import Vocabulary, normalised

_LONGEST_NUMBER_LINE = 40
_COLONS = str.maketrans("：", ":")


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
    """True when a block is the number line of a caption, or the bare word where there is one table only."""
    if block.kind in {"table", "note"}:
        return False
    if block.number:
        # the number line may be numbered by the format itself
        return bool(vocabulary.pattern("caption", "table").match(block.number))
    if block.kind != "caption" and len(block.text) > _LONGEST_NUMBER_LINE:
        return False
    text = " ".join(block.text.split())
    return any(vocabulary.pattern("caption", key).match(text) for key in ("table", "figure", "bare"))


def start_caption(block: Block, vocabulary: Vocabulary) -> Caption:
    """The caption that a number line begins; words after the number are its title."""
    text = caption_words(block)
    table = vocabulary.pattern("caption", "table").match(text)
    figure = vocabulary.pattern("caption", "figure").match(text)
    match = table or figure
    if match is None:
        return Caption(place=block.place)
    title = (match.groupdict().get("title") or "").strip()
    if vocabulary.pattern("caption", "table").match(title):
        title = ""  # a number left over from renumbering
    return Caption(
        number=match["number"].replace("-", "."), title=title, is_figure=figure is not None, place=block.place
    )


def caption_words(block: Block) -> str:
    """Words of a caption line, with the number that stands apart from them ("(2)" of "(2) Extrabudgetary")."""
    return " ".join(f"{block.number} {block.text}".split())


def extend_caption(caption: Caption, block: Block, vocabulary: Vocabulary) -> Caption | None:
    """The caption with one more line (part, unit, title); None when the line is none of its own."""
    text = caption_words(block)
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
    if not caption.title and not block.number:
        return replace(caption, title=text)
    if unit and not caption.printed_unit:
        return replace(caption, printed_unit=unit["unit"])
    return None


def title_has(caption: Caption, vocabulary: Vocabulary, kind: str) -> bool:
    """True when the title holds the wording of a kind of table."""
    flat = normalised(caption.title)
    return any(normalised(words) in flat for words in vocabulary.words("title_kinds", kind))


_BRACKETS = re.compile(r"\s*[（(][^()（）]*[)）]\s*")


def scope_of(
    caption: Caption, context: Scope, vocabulary: Vocabulary, named: Mapping[str, tuple[str, str]] | None = None
) -> Scope:
    """Scope a title names ("Subprogramme 1: ...", "Requirements by object of expenditure: programme support"),
    the whole section for "Overall", else that of the headings.

    ``named`` maps normalised names of components and subprogrammes, as tables printed them, to their codes.
    """
    funding = caption.funding
    if title_has(caption, vocabulary, "overall") or title_has(caption, vocabulary, "cross_cutting"):
        return Scope(entity=context.entity, funding=funding)
    plain = _BRACKETS.sub(" ", caption.title).translate(_COLONS)
    head, colon, tail = (part.strip() for part in plain.partition(":"))
    if not colon:
        return context._replace(funding=funding)
    code = subprogramme_code(head, context.subprogramme, vocabulary)
    if code:
        return Scope(context.entity, "programme_of_work", code, funding)
    for words in (head, tail):
        if named and (known := named.get(normalised(words))):
            return Scope(context.entity, *known, funding)
        component = vocabulary.meaning("components", words)
        if component:
            return Scope(context.entity, component, "", funding)
    return context._replace(funding=funding)


def office_of(caption: Caption, scope: Scope, entities: Mapping[str, str], vocabulary: Vocabulary) -> str | None:
    """Code of the office a title names ("Staffing requirements: ..."), None when it is about the whole entity."""
    head, colon, tail = (part.strip() for part in caption.title.translate(_COLONS).partition(":"))
    words = tail if colon else head
    whole = {normalised(w) for w in vocabulary.words("title_kinds", "whole_staff")}
    if not words or scope.component or normalised(words) in whole or normalised(words) in entities:
        return None
    return re.sub(r"\W+", "_", words.casefold()).strip("_")


def subprogramme_code(words: str, current: str, vocabulary: Vocabulary) -> str:
    """Code of the subprogramme that words name: "1", or "1.2" for its component 2; empty when they name none.

    A component alone is of the ``current`` subprogramme.
    """
    subprogramme = vocabulary.pattern("subprogramme", "pattern").search(words)
    part = vocabulary.pattern("subprogramme", "part_of").search(words)
    if subprogramme and part:
        return f"{subprogramme['code']}.{part['code']}"
    if subprogramme:
        return subprogramme["code"]
    part = vocabulary.pattern("subprogramme", "part").match(words)
    if part:
        above = current.split(".")[0]
        return f"{above}.{part['code']}" if above else part["code"]
    return ""


def is_of_another_budget(caption: Caption, vocabulary: Vocabulary) -> bool:
    """True when the title says that the figures are of a wider budget than the section's own ("gross budget")."""
    return title_has(caption, vocabulary, "other_budget")

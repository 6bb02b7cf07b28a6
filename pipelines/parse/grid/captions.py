"""Captions of tables and figures: number, title, unit, part and source of funding."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from pipelines.model.blocks import Block, Place
from pipelines.symbols.place_numbers import plain_number
from pipelines.vocabulary import Vocabulary, normalised

_LONGEST_NUMBER_LINE = 40
SHORT_PART = 5
"""Words of the longest name of a source of funding that is looked for."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption in its parts; ``part`` is the number printed as (1), ``funding`` its source of funding and
    ``printed_funding`` its words where no source is known by them."""

    number: str | None = None
    title: str = ""
    printed_unit: str = ""
    unit: str | None = None
    part: str | None = None
    funding: str = ""
    printed_funding: str = ""
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
    number = plain_number(match["number"])
    return _titled(Caption(number=number, is_figure=figure is not None, place=block.place), title, vocabulary)


def caption_words(block: Block) -> str:
    """Words of a caption line, with the number that is set before them ("(2)" of "(2) Extrabudgetary")."""
    return " ".join(f"{block.number} {block.text}".split())


def extend_caption(caption: Caption, block: Block, vocabulary: Vocabulary) -> Caption | None:
    """The caption with one more line (part, unit, title); None when the line is none of its own."""
    text = caption_words(block)
    part = vocabulary.pattern("caption", "part").match(text)
    if part:
        funding = vocabulary.meaning("funding_sources", part["words"])
        if funding:
            return replace(caption, part=part["part"], funding=funding)
        if caption.title and caption.part is None and len(part["words"].split()) <= SHORT_PART:
            return replace(caption, part=part["part"], printed_funding=part["words"], place=block.place)
    unit = vocabulary.pattern("caption", "unit").match(text)
    if unit:
        meaning = vocabulary.meaning("units", unit["unit"])
        if meaning:
            return replace(caption, printed_unit=unit["unit"], unit=meaning)
    funding = vocabulary.meaning("funding_sources", text)
    if funding:
        return replace(caption, funding=funding)
    if not caption.title and not block.number:
        return _titled(caption, text, vocabulary)
    if unit and not caption.printed_unit:
        return replace(caption, printed_unit=unit["unit"])
    return None


_LAST_BRACKET = re.compile(r"^(?P<title>.*\S)\s*[（(](?P<unit>[^()（）]+)[)）]\s*$")


def _titled(caption: Caption, title: str, vocabulary: Vocabulary) -> Caption:
    """A caption with its title, and the unit that may stand in brackets at its end."""
    last = _LAST_BRACKET.match(title)
    meaning = vocabulary.meaning("units", last["unit"]) if last else None
    if last and meaning:
        return replace(caption, title=last["title"], printed_unit=last["unit"], unit=meaning)
    return replace(caption, title=title)


def title_has(caption: Caption, vocabulary: Vocabulary, kind: str) -> bool:
    """True when the title holds the wording of a kind of table."""
    flat = normalised(caption.title)
    return any(normalised(words) in flat for words in vocabulary.words("title_kinds", kind))

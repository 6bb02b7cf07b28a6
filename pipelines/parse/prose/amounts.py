"""Amounts, percentages and counts of posts that paragraphs state, and the fact each is about.

What an amount is about is told by the words right before it (vocabulary), the scope by the headings or
by the name that opens a sub-point. An amount about something else keeps no fact: nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pipelines.model.blocks import Block
from pipelines.model.facts import Item, Scope, fact_id
from pipelines.model.grades import grade_code
from pipelines.model.numbers import read_number
from pipelines.parse.prose.citations import find_places
from pipelines.parse.prose.mentions import Mention, find_mentions
from pipelines.parse.scope.basis import paid_by_all
from pipelines.parse.scope.context import Context
from pipelines.parse.scope.names import PROGRAMME_OF_WORK
from pipelines.parse.scope.subjects import component_code
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary, normalised
from pipelines.vocabulary.spelling import in_any_case

_REACH = 60
_WHOLE = Item()
_LETTER = re.compile(r"^\([a-z]\)$")
_OPENING = re.compile(r"[:：(（]")
_ROMAN = re.compile(r"^\([ivx]\)$")
_FACTOR_LEVEL = 4
"""Depth at which fascicles set the headings of factors of change."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What an amount was understood to state; ``basis`` says from what.

    ``others`` are further scopes and items that the words allow; where ``is_open``, only the figures of a table can
    tell which is meant, and none is where none of them has the amount.
    """

    scope: Scope
    measure: str
    direction: str | None
    basis: str
    item: Item = _WHOLE
    others: tuple[tuple[Scope, Item], ...] = ()
    is_open: bool = False

    @property
    def is_whole(self) -> bool:
        """True where it is about all objects of expenditure together."""
        return self.item == _WHOLE


@dataclass(frozen=True, slots=True)
class Point:
    """The paragraph, or its last lettered point, that further points stand under, and whether it states an amount."""

    number: str
    has_amount: bool

    def is_nested(self, number: str) -> bool:
        """True for a point of a lettered point: (i) under (a), but not (i) after (h)."""
        if not _LETTER.match(self.number) or not number.startswith("("):
            return False
        return not _LETTER.match(number) or (
            _ROMAN.match(number) is not None and ord(number[1]) != ord(self.number[1]) + 1
        )

    def is_part(self, number: str) -> bool:
        """True for a point whose amounts are parts of what the point above it states."""
        return self.has_amount and self.is_nested(number)


def stated_amounts(
    block: Block,
    paragraph_number: str,
    first_index: int,
    context: Context,
    identity: Identity,
    is_part: bool = False,
) -> list[dict[str, Any]]:
    """Rows of mart_stated_amount for one paragraph or sub-point; ``is_part`` where it divides up another's amount."""
    vocabulary, text = context.vocabulary, block.text
    mentions = find_mentions(text, vocabulary)
    if not mentions:
        return []
    scope = None if is_part else _scope(block, context, mentions)
    rows: list[dict[str, Any]] = []
    readings: list[Reading | None] = []
    for position, mention in enumerate(mentions):
        floor = mentions[position - 1].end if position else 0
        reading = _read(mention, text, floor, scope, readings, mentions[:position], context, block)
        end = mentions[position + 1].start if position + 1 < len(mentions) else len(text)
        reading = reading and _narrowed(reading, text[mention.end : end], vocabulary)
        readings.append(reading)
        mention = replace(mention, printed=block.as_printed[mention.start : mention.end].strip())
        rows.append(_row(mention, reading, paragraph_number, first_index + position, block, identity))
    return rows


def _scope(block: Block, context: Context, mentions: list[Mention]) -> Scope | None:
    """Scope of a paragraph: its headings'; of a sub-point, the one that opens it, or None when it names none.

    Below the heading of an object of expenditure, amounts are of that object, wholly or in part.
    """
    vocabulary = context.vocabulary
    if context.headings and vocabulary.meaning("objects", context.headings[-1][1]):
        return None
    sources = [s for _, words in context.headings if (s := vocabulary.meaning("funding_sources", words))]
    funding = sources[-1] if sources else "RB"
    if not block.number.startswith("("):
        scope = context.scope.with_(funding=funding)
        return scope if sources else paid_by_all(scope)
    opening = _OPENING.split(block.text, maxsplit=1)[0]
    subprogramme = vocabulary.pattern("subprogramme", "pattern").match(opening.strip())
    if subprogramme:
        return Scope(context.entity, "programme_of_work", subprogramme["code"], funding)
    component = vocabulary.meaning("components", opening.strip(" ,，"))
    if component and not _is_qualified(block.text, mentions):
        return Scope(context.entity, component_code(opening.strip(), vocabulary), "", funding)
    return None


def _read(
    mention: Mention,
    text: str,
    floor: int,
    scope: Scope | None,
    readings: list[Reading | None],
    before: list[Mention],
    context: Context,
    block: Block,
) -> Reading | None:
    vocabulary = context.vocabulary
    if scope is None or not context.in_resources:
        return None
    lead = text[max(floor, mention.start - _REACH) : mention.start]
    if mention.unit == "percent":
        return _percentage(mention, text, floor, readings)
    if mention.unit not in {"usd", "chf"}:
        return None
    estimate = _last(lead, vocabulary, "estimate")
    change, direction = _change(lead, vocabulary)
    is_point = block.number.startswith("(")
    has_estimate = any(r and r.measure == "estimate" for r in readings)
    has_change = any(r and r.measure != "estimate" and r.is_whole for r in readings)
    parts = [r for r in readings if r and not r.is_whole and r.measure != "estimate"]
    funding = scope.funding
    sentence = re.split(r"[。.;；]\s", text[: mention.start])[-1]
    if _last(sentence, vocabulary, "other_budget") >= 0:
        return None
    if estimate > change and not is_point and not _is_aside(lead[:estimate]):
        for source, words in (("XB", "extrabudgetary"), ("OA", "other_assessed")):
            if _last(sentence, vocabulary, words) >= 0:
                funding = source
        if has_estimate:
            return None
        return Reading(scope.with_(funding=funding), "estimate", None, "wording")
    if change >= 0 and not has_change:
        if has_estimate:
            previous = next(r for r in readings if r and r.measure == "estimate")
            return Reading(previous.scope, "total_change", direction, "wording")
        if parts:  # another part of what the one before is a part of
            return Reading(parts[-1].scope, parts[-1].measure, direction, "wording", _PART)
        measure = _adjustment(context)
        first = not any(m.unit in {"usd", "chf"} for m in before)
        if first and measure and (is_point or _mentions_table(text, vocabulary)):
            return Reading(scope, measure, direction, "heading")
    return None


def _mentions_table(text: str, vocabulary: Vocabulary) -> bool:
    return bool(find_places(text, vocabulary.language, "table"))


_PART = Item("part")
"""What an amount is about until the words after it name the object it stands under."""


def _narrowed(reading: Reading, tail: str, vocabulary: Vocabulary) -> Reading | None:
    """A reading narrowed to what the words right after its amount say it stands under: an object of expenditure, a
    component, a subprogramme. Where they name something else, or several objects, the figures have to tell.
    """
    under = next((m for words in vocabulary.patterns("prose", "under") if (m := words.match(tail))), None)
    if under is None:
        return None if reading.item == _PART else reading
    words = tail[under.end() :]
    code = _begins_with("objects", words, vocabulary)
    whole = () if reading.item == _PART else ((reading.scope, _WHOLE),)
    if code:
        further = _begins_with("objects", re.sub(r"^\W*\w+\W+", "", words[len(code[1]) :]), vocabulary)
        if further is not None:
            return replace(reading, item=_WHOLE, is_open={code[0], further[0]} != {"posts", "non_post"})
        # an amount under one object may be a part of what it costs, or all that changes
        is_open = code[0] not in {"posts", "non_post"}
        return replace(reading, item=Item("object", code[0]), others=whole, is_open=is_open)
    if reading.item == _PART:
        return None
    subprogramme = vocabulary.pattern("subprogramme", "pattern").match(words)
    if subprogramme:
        scope = reading.scope.with_(component=PROGRAMME_OF_WORK, subprogramme=subprogramme["code"])
        return replace(reading, scope=scope, others=whole, is_open=True)
    component = _begins_with("components", words, vocabulary)
    if component:
        scope = reading.scope.with_(component=component[0], subprogramme="")
        return replace(reading, scope=scope, others=whole, is_open=True)
    return replace(reading, is_open=True)


def _begins_with(table: str, text: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The longest term of a table that a text begins with, as a whole word: its meaning and the text it takes."""
    best: tuple[str, str] | None = None
    for code, opening in _openings(table, vocabulary):
        match = opening.match(text)
        if match and (best is None or len(match.group()) > len(best[1])):
            best = (code, match.group())
    return best


@lru_cache(maxsize=64)
def _openings(table: str, vocabulary: Vocabulary) -> list[tuple[str, re.Pattern[str]]]:
    """A pattern of each term of a table at the beginning of a text, as a whole word, with its meaning."""
    written = in_any_case if vocabulary.declines else re.escape
    return [
        (code, re.compile(written(term).replace(r"\ ", r"\s+") + r"(?![\w-])", re.IGNORECASE))
        for code in vocabulary.terms.get(table, {})
        for term in vocabulary.words(table, code)
    ]


def _is_qualified(text: str, mentions: list[Mention]) -> bool:
    """True where a name is followed by a colon and words, and only these by an amount in brackets: it is theirs."""
    opening = _OPENING.search(text)
    if opening is None or opening.group() not in ":：" or not mentions:
        return False
    said = text[opening.end() : mentions[0].start]
    return _is_aside(said) and bool(said[: max(said.rfind("("), said.rfind("（"))].strip())


def _is_aside(text: str) -> bool:
    """True when a bracket is open at the end of a text."""
    return max(text.rfind("("), text.rfind("（")) > max(text.rfind(")"), text.rfind("）"))


def _percentage(mention: Mention, text: str, floor: int, readings: list[Reading | None]) -> Reading | None:
    """A percentage in brackets right after a change is that change's."""
    previous = readings[-1] if readings else None
    between = text[floor : mention.start]
    if previous and previous.measure == "total_change" and re.fullmatch(r"\s*[(（,，]?\s*\D{0,8}", between):
        return Reading(previous.scope, "percent_change", previous.direction, "wording")
    return None


def _adjustment(context: Context) -> str | None:
    """The factor of change that the headings name; None below a heading that names something else."""
    for level, words in reversed(context.headings):
        meaning = context.vocabulary.meaning("adjustments", normalised(words))
        if meaning:
            return meaning
        if level >= _FACTOR_LEVEL:
            return None
    return "total_change"


def _last(text: str, vocabulary: Vocabulary, key: str) -> int:
    """Where the last of a list of words ends in a text, -1 when none stands there."""
    ends = [m.end() for words in vocabulary.patterns("prose", key) for m in words.finditer(text)]
    return max(ends, default=-1)


def _change(text: str, vocabulary: Vocabulary) -> tuple[int, str | None]:
    increase, decrease = _last(text, vocabulary, "increase"), _last(text, vocabulary, "decrease")
    if max(increase, decrease) < 0:
        return -1, None
    return max(increase, decrease), "increase" if increase >= decrease else "decrease"


def _row(
    mention: Mention,
    reading: Reading | None,
    paragraph_number: str,
    index: int,
    block: Block,
    identity: Identity,
) -> dict[str, Any]:
    year = identity.edition_year if reading else None
    fact = None
    found: list[str] = []
    if reading:
        base = "CHF" if mention.unit == "chf" else "USD"
        unit = f"percent_{base}" if mention.unit == "percent" else base
        share = () if reading.scope.basis else ((reading.scope.with_(basis="share"), reading.item),)
        readings = [(reading.scope, reading.item), *reading.others, *share]
        found = [
            fact_id(identity.edition_year, identity.section_code, scope, item, reading.measure, year, unit)
            for scope, item in readings
        ]
        fact = found[0]
    return {
        "stated_amount_id": f"{identity.document_id}#p{paragraph_number}.{index}",
        "document_id": identity.document_id,
        "paragraph_number": paragraph_number,
        "printed_text": mention.printed,
        "value": mention.value,
        "unit": mention.unit,
        "precision_digits": mention.precision,
        "direction": reading.direction if reading else None,
        "measure": reading.measure if reading else None,
        "fiscal_year": year,
        "funding_source_code": reading.scope.funding if reading else None,
        "component_code": (reading.scope.component or None) if reading else None,
        "subprogramme_code": (reading.scope.subprogramme or None) if reading else None,
        "fact_id": fact,
        "candidates": tuple(found),
        "is_open": bool(reading and reading.is_open),
        "basis": reading.basis if reading else None,
        "page_number": block.place.page,
        "line_first": block.place.line_first,
        "line_last": block.place.line_last,
    }


def grades_in_details(text: str, vocabulary: Vocabulary) -> list[tuple[str, int, str]]:
    """Grades named in words with their counts: (grade, count, printed), such as ("P-5", 8, "8 个 P-5")."""
    found: list[tuple[str, int, str]] = []
    for match in vocabulary.pattern("prose", "grade_count").finditer(text):
        number = read_number(match["number"])
        if number is not None:
            found.append((grade_code(match["grade"], vocabulary), int(number.value), match.group().strip()))
    return found

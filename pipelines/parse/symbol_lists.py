"""Document symbols in the cells of mandate lists, and the headings above those lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.parse.symbol_letters import plain_letters
from pipelines.parse.symbol_mentions import further_suffixes, with_parts
from pipelines.parse.symbol_model import Symbol, SymbolKind, adopted_symbol, fold, read_symbol_at
from pipelines.parse.symbol_organs import (
    Mention,
    OrganBasis,
    any_of,
    form_fits,
    number_at,
    organ_by_form,
    series_start,
)
from pipelines.parse.symbol_words import LanguageWords, languages, symbol_data, words_of

_S = r"[ \t\r\n]*"
# The one organ that numbers by letter and session: A (65).
_LETTERING_ORGAN = "ECE"
# A symbol without its organ, which the heading names: PRST/35/1 below "Human Rights Council".
_SHORTENED = re.compile(r"(?:PRST|RES|DEC)/(?:E?S-)?\d{1,4}/\d{1,4}(?!\d)")


@dataclass(frozen=True, slots=True)
class OrganHeading:
    """Heading above a mandate list: organ's code and the kinds of text it announces."""

    organ: str
    kinds: tuple[SymbolKind, ...]


@dataclass(frozen=True, slots=True)
class ListReading:
    """A cell of a mandate list as read: its mentions in order, and the words that were not understood."""

    mentions: tuple[Mention, ...]
    leftover: str


@lru_cache(maxsize=8192)
def organ_of_heading(text: str, language: str | None = None) -> OrganHeading | None:
    """Organ and kinds that a heading above a mandate list announces; None for other words.

    "Economic and Social Council resolutions and decisions" announces two kinds. Without a language all
    are tried; a heading names little else than the organ and the kinds.
    """
    heading = re.sub(r"\s+", " ", fold(text)).strip(" :*")
    for candidate in (language,) if language else languages():
        words = words_of(candidate)
        squeezed = heading.replace(" ", "") if candidate == "zh" else heading
        for name, code in words.organs:
            if name.lower() not in squeezed.lower():
                continue
            rest = re.sub(re.escape(name), " ", squeezed, count=1, flags=re.I)
            kinds = tuple(
                kind for kind, nouns in _kind_nouns(words) if any(noun.lower() in rest.lower() for noun in nouns)
            )
            if kinds and len(rest.split()) <= 8 and len(rest) <= 60 and not any(c.isdigit() for c in rest):
                return OrganHeading(code, kinds)
            break
    return None


def _kind_nouns(words: LanguageWords) -> tuple[tuple[SymbolKind, tuple[str, ...]], ...]:
    return (("resolution", words.resolution), ("decision", words.decision))


def symbols_in_list(text: str, organ: str, kinds: tuple[SymbolKind, ...] = ("resolution",)) -> list[Symbol]:
    """Symbols of a cell such as "74/232; 74/232 B; 75/227", "43/222 A-E" or "77/321; decision 78/560".

    ``organ`` is an organ's code or a heading in any language, which then tells the kinds too.
    """
    return [mention.symbol for mention in read_list(text, organ, kinds).mentions]


@lru_cache(maxsize=1)
def _list_words() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    every = [words_of(language) for language in languages()]
    decision = any_of(tuple(word for words in every for word in words.decision))
    resolution = any_of(tuple(word for words in every for word in words.resolution))
    joining = any_of(tuple(word for words in every for word in words.joining))
    ranges = any_of(tuple(word for words in every for word in words.range))
    within = any_of(tuple(word for words in every for word in words.within))
    kind = re.compile(rf"{_S}(?:(?P<decision>{decision})|(?P<resolution>{resolution}))(?!\w){_S}", re.I)
    sign = rf"[-–—]|,|(?:{ranges})(?!\w)|(?:{joining})(?!\w)"
    parts = re.compile(rf"{_S}(?P<sign>{sign}){_S}(?P<part>[A-Z])\u200b*(?![A-Za-z0-9/])")
    place = rf"(?:{within})(?!\w){_S}(?:[IVXLC]+(?!\w)|\d{{1,3}}(?![\d/]))?"
    frames = any_of(tuple(word for words in every for word in (words.opening, words.closing) if word))
    between = re.compile(rf"{_S}(?:[;,、，；]|(?:{joining})(?!\w)|{frames}|{place}){_S}", re.I)
    return kind, parts, between


def read_list(text: str, organ: str, kinds: tuple[SymbolKind, ...] = ("resolution",)) -> ListReading:
    """A cell of a mandate list: its symbols with their places, and the words that were not understood.

    Where a heading announces resolutions and decisions alike, a noun in the cell tells the kind, and
    else the number does: organs number their decisions from a floor given in ``symbols.toml``.
    """
    heading = organ_of_heading(organ)
    code, kinds = (heading.organ, heading.kinds) if heading is not None else (organ, kinds)
    folded = plain_letters(fold(text))
    kind_words, more_parts, between = _list_words()
    mentions: list[Mention] = []
    leftover: list[str] = []
    said: SymbolKind | None = None
    position = 0
    while position < len(folded):
        noun = kind_words.match(folded, position)
        if noun is not None and noun.end() > position:
            said = "decision" if noun["decision"] else "resolution"
            position = noun.end()
            continue
        found = _list_item(folded, position, code, kinds, said)
        if found is not None:
            symbol, end, basis, last_part = found
            parted = with_parts(symbol, folded, end, more_parts, last_part)
            finish = parted[-1][1]
            mentions += [Mention(one, position, finish, text[position:finish], basis) for one, _ in parted]
            position = finish
            for more in further_suffixes(symbol, folded, finish):
                mentions.append(replace(more, printed_text=text[more.start : more.end]))
                position = more.end
            continue
        skip = between.match(folded, position)
        if skip is not None and skip.end() > position:
            position = skip.end()
            continue
        if not folded[position].isspace():
            leftover.append(folded[position])
        elif leftover and leftover[-1] != " ":
            leftover.append(" ")
        position += 1
    return ListReading(tuple(mentions), "".join(leftover).strip())


def _list_item(
    text: str, position: int, code: str, kinds: tuple[SymbolKind, ...], said: SymbolKind | None
) -> tuple[Symbol, int, OrganBasis, str | None] | None:
    """Symbol at a position of a list, its end, how its organ is known and the last letter of a range."""
    if position and (text[position - 1].isalnum() or text[position - 1] in "/."):
        return None
    full = read_symbol_at(text, position) if series_start().match(text, position) else None
    if full is not None:
        return full[0], full[1], "printed", None
    short = _SHORTENED.match(text, position)
    if short is not None and (full := read_symbol_at(f"{code}/{short[0]}")) is not None:
        return full[0], short.end(), "heading", None
    match = number_at(text, position)
    if match is None:
        return None
    symbol = replace(adopted_symbol(code, "resolution", match), kind=said or kinds[0])
    if symbol.number.isalpha() and not symbol.is_pending and code != _LETTERING_ORGAN:
        return None
    floor = symbol_data()["decision_from"].get(code)
    if said is None and len(kinds) > 1 and floor is not None and symbol.number.isdigit():
        symbol = replace(symbol, kind="decision" if int(symbol.number) >= floor else "resolution")
    if form_fits(symbol, code):
        return symbol, match.end(), "heading", match.groupdict().get("last_part")
    other = organ_by_form(symbol)
    if other is None:
        return None
    return replace(symbol, series=other), match.end(), "form", match.groupdict().get("last_part")

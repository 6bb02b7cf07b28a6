"""Document symbols in running prose.

Prose abbreviates: "resolutions 77/177, 78/233 and 79/218" names three. The noun tells the kind, the organ
named beside it (or, after "its", in the same sentence) tells the series, and where no organ is named the
form of the number does: 2021/19 is the Economic and Social Council's, 1325 (2000) the Security Council's,
76/245 and 3379 (XXX) the General Assembly's. ``Mention.organ_basis`` says which of these it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from pipelines.symbols.catalogue import LanguageWords, languages, per_folder, symbol_data, words_of
from pipelines.symbols.model import (
    Symbol,
    SymbolKind,
    adopted_symbol,
    fold,
    read_symbol_at,
    suffix_words,
)
from pipelines.symbols.organs import (
    BRACKETED,
    SPACES,
    Mention,
    Owner,
    any_of,
    is_council_number,
    loose,
    number_at,
    organ_by_form,
    owner_around,
    series_start,
)
from pipelines.symbols.place_numbers import roman
from pipelines.symbols.urls import Linked
from warehouse.schema.languages import WITHOUT_WORD_EDGES

# Stands for what a spelled letter is longer than the capital put in its place, so that places stay what they are.
FILLER = "\u200b"


_SESSION = re.compile(r"\(د ?(?P<special>إ ?)?- ?(?P<number>\d{1,2})\)|(?<!\w)(?P<name>د ?إ(?: ?ط)?) ?- ?(?=\d{1,2}/)")
"""An Arabic session: 2065 (د-20) is 2065 (XX), دإ-10/2 is S-10/2."""


@lru_cache(maxsize=1)
def _spelled() -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    letters: dict[str, str] = symbol_data()["part_letters"]
    one = "|".join(sorted(map(re.escape, letters), key=lambda word: (-len(word), word)))
    join = r"(?:[ \u00a0]*(?:[-–—,،]|إلى|و|и|по)[ \u00a0]*)+"
    run = re.compile(rf"(?<=\d)[ \u00a0]?(?:{one})(?!\w)(?:{join}(?:{one})(?!\w))*")
    return run, re.compile(one), letters


def plain_letters(text: str) -> str:
    """The text with the letters after a number as capitals, same length."""
    run, one, letters = _spelled()

    def capital(match: re.Match[str]) -> str:
        return letters[match[0]] + FILLER * (len(match[0]) - 1)

    def session(match: re.Match[str]) -> str:
        if match["number"]:
            plain = f"({'S-' if match['special'] else ''}{roman(int(match['number']))})"
            return plain.rjust(len(match[0]))
        return f"{sessions[''.join(match['name'].split())]}-".rjust(len(match[0]))

    sessions = symbol_data()["arabic_sessions"]
    text = _SESSION.sub(session, text)
    return run.sub(lambda found: one.sub(capital, found[0]), text)


def bare_numbers(text: str) -> Iterator[Mention]:
    """Numbers without a noun that can be nothing else.

    A text that is a list of the Security Council's resolutions and nothing else, as in a note; a symbol without
    its organ (RES/79/1); a series named in words ("Secretary-General's bulletin 2003/13").
    """
    items, end = [], 0
    for match in _council_list().finditer(text):
        if match.start() != end or not is_council_number(match):
            break
        items.append(match)
        end = match.end()
    if items and not text[end:].strip(" .\n\t"):
        for match in items:
            symbol = adopted_symbol("S", "resolution", match)
            yield Mention(symbol, match.start("number"), match.end("last"), "", "form")
    for match in _WITHOUT_ORGAN.finditer(text):
        symbol = read_symbol_at(f"A/{match[0]}")
        if symbol is not None and organ_by_form(symbol[0]) == "A":
            yield Mention(symbol[0], match.start(), match.start() + symbol[1] - 2, "", "form")
    for match in _named_series().finditer(text):
        code = next(
            one["code"]
            for one in symbol_data()["named_series"]
            if any(re.fullmatch(loose(name), match["name"], re.I) for name in one["names"])
        )
        symbol = read_symbol_at(f"{code}/{match['number']}")
        if symbol is not None:
            yield Mention(symbol[0], match.start("number"), match.end("number"), "", "named")


@lru_cache(maxsize=1)
def _council_list() -> re.Pattern[str]:
    joining = any_of(tuple(word for language in languages() for word in words_of(language).joining))
    return re.compile(
        rf"(?:^|[\s,;、،]*)(?:(?:{joining}){SPACES})?(?P<number>\d{{3,4}}){SPACES}\((?P<bracketed>\d{{4}})(?P<last>\))"
    )


_WITHOUT_ORGAN = re.compile(r"(?<![/\w])RES/(?:E?S-)?\d{1,3}/\d{1,4}(?: [A-Z](?![\w/]))?(?![\w/])")


@lru_cache(maxsize=1)
def _named_series() -> re.Pattern[str]:
    names = any_of(tuple(name for one in symbol_data()["named_series"] for name in one["names"]))
    return re.compile(rf"(?<!\w)(?P<name>{names}){SPACES}(?P<number>(?:19|20)\d\d/\d{{1,3}}(?![\d/]))", re.I)


_MAYBE = re.compile(r"/|\d\s*\(")
_SENTENCE_END = re.compile(r"(?<!\b[a-z]{4})(?<!\b[a-z]{5})\.\s+(?=[A-Z])|[;。]\s|\x00")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_MORE_SUFFIX = re.compile(rf"{SPACES}(?P<suffix>(?:Add|Corr|Rev|Amend)\.{SPACES}\d+)(?![\w.]*\w/)")
_SYMBOL_LIKE = re.compile(
    r"(?<![\w/.\-])(?:[A-Z][A-Z.\-]*(?:\(\d\d\))?/(?:[A-Z]+[\w.\-()]*/)*[\w.\-]*\d[\w.\-/]*"  # A/…/12
    r"|\d{4}/\d{1,4} \([IVXL]+\)"  # 1946/9 (I)
    r"|(?:E?S-)?\d{2,4}/(?:\d{1,4}|[Xx]{2,})(?:[ ]?[A-Z](?![A-Za-z0-9]))?"  # 76/245 B
    r"|\d{1,4} \((?:19|20)\d\d\)|\d{1,4} \([IVXL]+\))"  # 1325 (2000), 13 (I)
)


@dataclass(frozen=True, slots=True)
class _Patterns:
    more_parts: re.Pattern[str]
    join: re.Pattern[str]
    gap: re.Pattern[str]
    noun: re.Pattern[str]
    lead: re.Pattern[str]
    closing: re.Pattern[str]


_AFAR = re.compile(r"[^\d.;:()\x00]{1,60}(?<=\s)(?=\d)")


@per_folder
def _patterns(language: str) -> _Patterns:
    words = words_of(language)
    joining = any_of(words.joining)
    edge = "" if language == "zh" else r"(?!\w)"
    # Arabic glues "and" to the next word; elsewhere joining words stand alone.
    join = rf"(?:{joining})" if language in WITHOUT_WORD_EDGES else rf"\b(?:{joining}){edge}"
    months = any_of(words.months)
    within = any_of(words.within)
    date = rf"\d{{1,2}}(?:er|\.)?{SPACES}(?:{months})(?:{SPACES}(?:de{SPACES})?\d{{4}}(?:{SPACES}г\.)?)?|(?:{months}){SPACES}\d{{4}}"
    place = rf"(?:{within}){edge}(?:{SPACES}[IVXLC]+(?![A-Za-z])|{SPACES}\d{{1,3}}(?![\d/])(?:{SPACES}\([a-z]\))?)?"
    parenthesis = r"\([^()/]{0,40}\)"
    gap = rf"(?:{SPACES}(?:,|;|، |؛|{join}|{date}|{place}|{parenthesis}))*{SPACES}"
    noun = rf"(?P<decision>{any_of(words.decision)})|(?P<resolution>{any_of(words.resolution)})"
    names = any_of(tuple(name for name, _ in words.organs))
    lead = rf"{SPACES}(?:(?:No\.|nos?|№|رقم|{any_of(words.owner)}){SPACES}|(?:{names}){SPACES})*"
    more = rf"{SPACES}(?P<sign>[-–—]|(?:{any_of(words.range)})|,|{join}){SPACES}(?P<part>[A-Z])\u200b*(?![A-Za-z0-9/])"
    closing = rf"{SPACES}{loose(words.closing)}{SPACES}(?:{noun})" if words.closing else r"(?!)"
    return _Patterns(
        more_parts=re.compile(more),
        join=re.compile(rf"(?:[,;:]|{join}|\b(?:{any_of(words.introducing)})(?!\w)){SPACES}"),
        gap=re.compile(gap),
        noun=re.compile(noun if language in WITHOUT_WORD_EDGES else rf"\b(?:{noun})(?!\w)", re.I),
        lead=re.compile(lead),
        closing=re.compile(closing),
    )


def find_symbols(text: str, language: str, linked: Linked | None = None) -> list[Mention]:
    """Every document symbol named in a text of a language, in order of place.

    ``linked`` is what the document's links say of numbers: they decide before the form does. Wrapped lines may be joined or not. Addresses are passed over: they are links, not words.
    Raises KeyError for a language that ``symbols.toml`` has no words of.
    """
    folded = fold(text)
    if _MAYBE.search(folded) is None:
        return []
    folded = _without_addresses(folded, "\x00")
    folded = plain_letters(folded)
    found = [*_full_symbols(folded), *_named_numbers(folded, language, linked or Linked()), *bare_numbers(folded)]
    found.sort(key=lambda mention: (mention.start, mention.end, str(mention.symbol)))
    kept: list[Mention] = []
    for mention in found:
        start, end = _printed_span(text, folded, mention)
        if kept and start < kept[-1].end and (start, end) != (kept[-1].start, kept[-1].end):
            continue
        kept.append(replace(mention, start=start, end=end, printed_text=text[start:end]))
    return kept


def _printed_span(text: str, folded: str, mention: Mention) -> tuple[int, int]:
    """Where a mention stands in print, with what was longer there than in the folded text."""
    start, end = mention.start, mention.end
    while start and folded[start - 1] == " " and not text[start - 1].isspace():
        start -= 1
    while end < len(folded) and folded[end] == FILLER:
        end += 1
    return start, end


def _full_symbols(text: str) -> Iterator[Mention]:
    """Symbols printed in full, with "and Add.1" after them as symbols of their own."""
    position = 0
    while (start := series_start().search(text, position)) is not None:
        found = read_symbol_at(text, start.start())
        if found is None:
            position = start.end()
            continue
        symbol, end = found
        for one in with_parts(symbol, text, end, _ANY_LANGUAGE_PARTS):
            yield Mention(one[0], start.start(), one[1], "", "printed")
        position = one[1]
        yield from further_suffixes(symbol, text, position)


_ANY_LANGUAGE_PARTS = re.compile(rf"{SPACES}(?P<sign>[-–—]){SPACES}(?P<part>[A-Z])\u200b*(?![A-Za-z0-9/])")
_JOIN_SUFFIX = re.compile(rf"{SPACES}(?:,|;|and|和|及|et|y|и|و)(?={SPACES}(?:Add|Corr|Rev|Amend)\.{SPACES}\d)")


def further_suffixes(symbol: Symbol, text: str, position: int) -> Iterator[Mention]:
    stem = replace(symbol, suffixes=symbol.suffixes[:-1]) if symbol.suffixes else symbol
    while (join := _JOIN_SUFFIX.match(text, position)) is not None:
        more = _MORE_SUFFIX.match(text, join.end())
        if more is None:
            return
        printed = suffix_words(more["suffix"])
        same_word = bool(symbol.suffixes) and symbol.suffixes[-1].split(".")[0] == printed.split(".")[0]
        owner = stem if same_word else symbol
        # A suffix after a joint symbol is the whole's: X/1-Y/2 and Add.1.
        whole = (
            replace(owner, twin=f"{owner.twin}/{printed}")
            if owner.twin
            else replace(owner, suffixes=(*owner.suffixes, printed))
        )
        yield Mention(whole, more.start("suffix"), more.end("suffix"), "", "printed")
        position = more.end()


def with_parts(
    symbol: Symbol, text: str, end: int, pattern: re.Pattern[str], last_part: str | None = None
) -> list[tuple[Symbol, int]]:
    """A symbol with the further parts printed after it: 43/222 A-E is five, 52/12 A and B and 9/9 (A–B) two."""
    if not symbol.part and (bracket := _BRACKETED_PARTS.match(text, end)) is not None:
        first = replace(symbol, part=bracket["part"])
        inner = with_parts(first, text, bracket.end("part"), pattern)
        if len(inner) > 1 and (closing := _CLOSING.match(text, inner[-1][1])) is not None:
            return [(one, closing.end()) for one, _ in inner]
    parts = [symbol.part]
    if last_part and symbol.part:
        parts += _letters_after(symbol.part, last_part)
    while symbol.part and (more := pattern.match(text, end)) is not None:
        following = _letters_after(parts[-1], more["part"])
        if not following:
            break
        parts += following[-1:] if _is_joining(more["sign"]) else following
        end = more.end()
    return [(replace(symbol, part=part), end) for part in parts]


_BRACKETED_PARTS = re.compile(rf"{SPACES}\((?P<part>[A-Z])\u200b*(?![A-Za-z0-9/])")
_CLOSING = re.compile(rf"{SPACES}\)")


def _letters_after(first: str, last: str) -> list[str]:
    return [chr(code) for code in range(ord(first) + 1, ord(last) + 1)]


def _is_joining(sign: str) -> bool:
    """True for "and" and a comma, False for dashes and "to"."""
    squeezed = re.sub(r"\s+", " ", sign).strip()
    return squeezed not in ("-", "–", "—") and not any(squeezed in words_of(name).range for name in languages())


def _named_numbers(text: str, language: str, linked: Linked) -> Iterator[Mention]:
    words = words_of(language)
    scan = _framed_lists if words.frame == "around" else _led_lists
    yield from scan(text, words, _patterns(language), linked)


@dataclass(frozen=True, slots=True)
class _Item:
    """One number of a list: its match, its lettered parts and the end of the last of them."""

    match: re.Match[str]
    parts: tuple[str, ...]
    end: int


def _items_from(text: str, position: int, patterns: _Patterns) -> tuple[list[_Item], int]:
    """Numbers of a list from a position, and the end of the last."""
    items: list[_Item] = []
    end = position
    while True:
        match = number_at(text, position)
        if match is None:
            return items, end
        plain = adopted_symbol("A", "resolution", match)
        parted = with_parts(plain, text, match.end(), patterns.more_parts, match.groupdict().get("last_part"))
        end = parted[-1][1]
        items.append(_Item(match, tuple(symbol.part for symbol, _ in parted), end))
        gap = patterns.gap.match(text, end)
        position = gap.end() if gap is not None else end
        if position == end:
            return items, end


def _led_lists(text: str, words: LanguageWords, patterns: _Patterns, linked: Linked) -> Iterator[Mention]:
    nouns = list(patterns.noun.finditer(text))
    ends = [noun.start() for noun in nouns[1:]] + [len(text)]
    for noun, stop in zip(nouns, ends, strict=False):
        kind: SymbolKind = "decision" if noun["decision"] else "resolution"
        lead = patterns.lead.match(text, noun.end())
        start = lead.end() if lead is not None else noun.end()
        items, end = _items_from(text, start, patterns)
        is_plural = noun[0].endswith("s")
        if not items and not is_plural:
            items = _led_afar(text, noun, patterns)
        if not items and not is_plural:
            continue
        owner = owner_around(text, noun.start(), end, text[noun.end() : start], words.language)
        yield from _mentions_of(items, kind, owner, linked)
        if is_plural:
            yield from _mentions_of(_later_items(text, end, stop, patterns), kind, owner, linked)


def _later_items(text: str, position: int, stop: int, patterns: _Patterns) -> list[_Item]:
    """Items of a plural list with words between: "resolutions 13 (I), 78/330 on multilingualism and 79/93 A"."""
    items: list[_Item] = []
    ends = (end for end in _SENTENCE_END.finditer(text, position, stop) if not _goes_on(text, end, patterns))
    stop = next((end.start() for end in ends), stop)
    while (join := patterns.join.search(text, position, stop)) is not None:
        more, position = _items_from(text, join.end(), patterns)
        items += more
    return [item for item in items if item.end <= stop]


def _goes_on(text: str, end: re.Match[str], patterns: _Patterns) -> bool:
    """True for a semicolon before the next number of a list: "79/40 on arms; 79/122 on a conference"."""
    if not end[0].startswith(";"):
        return False
    joining = patterns.join.match(text, end.end())
    return number_at(text, joining.end() if joining is not None else end.end()) is not None


def _led_afar(text: str, noun: re.Match[str], patterns: _Patterns) -> list[_Item]:
    """The number of a singular noun with a subject between, of the form that no other organ has.

    "the Security Council resolution on children 2764 (2024)" names one; 76/245 may be anything.
    """
    afar = _AFAR.match(text, noun.end())
    match = BRACKETED.match(text, afar.end()) if afar is not None else None
    if match is None or not is_council_number(match):
        return []
    return [_Item(match, ("",), match.end())]


def _framed_lists(text: str, words: LanguageWords, patterns: _Patterns, linked: Linked) -> Iterator[Mention]:
    position = 0
    chain = re.compile(
        rf"{SPACES}{loose(words.closing)}{SPACES}(?:{any_of(words.joining)}){SPACES}{loose(words.opening)}{SPACES}"
    )
    while (opening := re.compile(loose(words.opening) + SPACES).search(text, position)) is not None:
        items, end = _items_from(text, opening.end(), patterns)
        # One noun may close several frames.
        while items and (more := chain.match(text, end)) is not None:
            following, further = _items_from(text, more.end(), patterns)
            if not following:
                break
            items, end = [*items, *following], further
        closing = patterns.closing.match(text, end) if items else None
        if closing is not None:
            kind: SymbolKind = "decision" if closing["decision"] else "resolution"
            owner = owner_around(text, opening.start(), closing.end(), "", words.language)
            yield from _mentions_of(items, kind, owner, linked)
        position = max(end, opening.end())


def _mentions_of(items: list[_Item], kind: SymbolKind, owner: Owner, linked: Linked) -> Iterator[Mention]:
    """Mentions of the items whose organ is told; others are left unread."""
    for item in items:
        plain = adopted_symbol("A", kind, item.match)
        found = owner.organ_of(plain, linked)
        if found is None:
            continue
        organ, basis = found
        for part in item.parts:
            yield Mention(replace(plain, series=organ, part=part), item.match.start(), item.end, "", basis)


def unread_symbols(text: str, mentions: list[Mention]) -> list[tuple[int, str]]:
    """Text shaped like a symbol that no mention covers: (place, characters), addresses left out.

    Nothing of that shape is lost silently: fractions and dates of the same shape are listed as well,
    for the caller to show.
    """
    folded = fold(text)
    if "/" not in folded and "(" not in folded:
        return []
    folded = _without_addresses(folded, " ")
    spans = [(mention.start, mention.end) for mention in mentions]
    return [
        (match.start(), text[match.start() : match.end()])
        for match in _SYMBOL_LIKE.finditer(folded)
        if not any(start < match.end() and match.start() < end for start, end in spans)
    ]


def _without_addresses(text: str, filler: str) -> str:
    if "://" not in text and "www." not in text:
        return text
    return _ADDRESS.sub(lambda address: filler * len(address[0]), text)

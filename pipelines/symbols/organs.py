"""Whose number it is: what the words around a number in prose say of the organ that adopted the text.

An organ named right beside the number has adopted it. Otherwise the link on the number decides, and only then the
form of the number; an organ named earlier in the sentence that may have numbered so bars the form, and so does a
word that stands for an organ which is not told ("Commission resolution 553 (XXVI)").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.symbols.catalogue import organ_of, organs, per_folder, series, symbol_data, words_of
from pipelines.symbols.model import BRACKETED_PATTERN, SLASHED_PATTERN, Symbol, roman_value
from pipelines.symbols.urls import PRINCIPAL, Linked
from warehouse.schema.languages import WITHOUT_WORD_EDGES

OrganBasis = Literal["printed", "named", "sentence", "form", "heading", "link"]
SPACES = r"[ \t\r\n]*"
BRACKETED = re.compile(BRACKETED_PATTERN)
_ITEMS = (re.compile(SLASHED_PATTERN), BRACKETED)


@dataclass(frozen=True, slots=True)
class Mention:
    """A symbol named in a text: half-open range of characters, and those characters as printed.

    Symbols printed as one ("52/12 A and B") share their range. ``organ_basis`` tells how the organ was
    known: printed in the symbol, named beside it, by its sentence, by its form, by a list's heading, or by the link
    on it. In lists ``act`` says what it is (``symbol_words.LanguageWords.acts``), and the symbol's series is empty
    where the organ is not in the catalogue.
    """

    symbol: Symbol
    start: int
    end: int
    printed_text: str
    organ_basis: OrganBasis
    act: str = ""


def any_of(words: tuple[str, ...]) -> str:
    """Alternation of literal words, longest first, whose spaces stand for any white space; never empty."""
    if not words:
        return r"(?!)"
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(loose(word) for word in ordered)


def loose(word: str) -> str:
    """A literal word; Chinese characters may be spaced or broken over lines."""
    if any("\u4e00" <= character <= "\u9fff" for character in word):
        return SPACES.join(re.escape(character) for character in word)
    return r"[ \t\r\n]+".join(re.escape(piece) for piece in word.split(" "))


@per_folder
def series_start() -> re.Pattern[str]:
    names = "|".join(re.escape(name) for name in series())
    return re.compile(rf"(?<![A-Za-z0-9/.\-])(?:{names}){SPACES}/{SPACES}(?=[A-Za-z0-9])")


def number_at(text: str, position: int) -> re.Match[str] | None:
    return next((m for pattern in _ITEMS if (m := pattern.match(text, position)) is not None), None)


def form_fits(symbol: Symbol, code: str) -> bool:
    """True when an organ numbers its texts like this one; an organ whose forms the catalogue lacks may number anyhow.

    A session before the first that it numbered by slash, or one it never came to, is not its own.
    """
    organ = organ_of(code)
    if organ is None or not organ.forms:
        return True
    if symbol.form == "session":
        is_held = organ.first_session <= int(symbol.session) <= (organ.last_session or 1000)
        return is_held and "session" in organ.forms
    return symbol.form in organ.forms


def is_own_resolution(symbol: Symbol, code: str) -> bool:
    """True when the text fits the organ's form and is no resolution numbered where its decisions begin."""
    organ = organ_of(code)
    floor = organ.decisions_from if organ is not None and symbol.style == "slash" else None
    is_above = floor is not None and symbol.number.isdigit() and int(symbol.number) >= floor
    return form_fits(symbol, code) and not (is_above and symbol.kind == "resolution")


def organ_by_form(symbol: Symbol) -> str | None:
    """Organ that numbers its texts like this where none is named; None where the form tells nothing.

    S for 1325 (2000), E for 2021/19, A for 3379 (XXX), S-10/2 and, as the Assembly numbers by session
    and slash since its thirty-first session and its decisions from 301, for 76/245 and 78/560.
    """
    form, rules = symbol.form, symbol_data()["assembly_form"]
    if form == "roman" and roman_value(symbol.session) > rules["last_roman"]:
        return None
    if form == "bracketed_year":
        return "S"
    if form == "year":
        return "E"
    if form == "special_roman":
        return str(symbol_data()["special_session_organ"])
    if form == "session" and symbol.kind == "decision" and not symbol.is_pending:
        floor = rules["first_decision"]
        return "A" if form_fits(symbol, "A") and int(symbol.number) >= floor else None
    return "A" if form_fits(symbol, "A") else None


def is_council_number(match: re.Match[str]) -> bool:
    """True for a number and year that the Security Council's resolutions have: 2764 (2024), not 2764 (1999)."""
    number, year = match["number"], match["bracketed"]
    if not (number.isdigit() and year.isdigit() and len(year) == 4):
        return False
    reached = symbol_data()["council_numbers"]
    last = {int(one): count for one, count in reached.items()}
    before = max((count for one, count in last.items() if one < int(year)), default=0)
    after = min((count for one, count in last.items() if one >= int(year)), default=max(last.values()) + 2000)
    return int(year) >= min(last) and before <= int(number) <= after


_POSSESSIVE = r"(?:’s|'s)?"
_ACRONYM = re.compile(r"(?<![\w/-])(?!UN\b|U\.N\.)(?=[\w-]*[A-Z][\w-]*[A-Z])[A-Z][\w-]*" + _POSSESSIVE + r"\s+$")
_ROMAN = re.compile(r"[IVXLC]+")
_CAPITAL_BEFORE = re.compile(r"(?P<words>(?:[A-Z][\w’'-]*\s+)+)$")
_FOLLOWS_NAME = re.compile(r"(?:\s+(?:of|for|on|de|del|du|des|de l[’']|de la)\s*)(?:the\s+|l[’'])?(?=[A-ZÉ])")
_SENTENCE = (". ", "。", "؟", "\x00")


@dataclass(frozen=True, slots=True)
class Owner:
    """What the words around a number say of its organ.

    ``organ`` is named beside it or by its sentence; ``candidates`` are the organs that the word before it may stand
    for, none where it is unknown, None where there is no such word; ``nearest`` is the organ named last before it in
    the sentence, which ``is_actor`` when only words of adopting stand between; ``named`` all named before it there;
    ``stands_for`` what the word for an organ that comes last there ("the Commission, in its resolution 73/9") may mean.
    """

    organ: str | None = None
    basis: OrganBasis = "form"
    candidates: tuple[str, ...] | None = None
    nearest: str | None = None
    is_actor: bool = False
    named: tuple[str, ...] = ()
    stands_for: tuple[str, ...] = ()

    def organ_of(self, symbol: Symbol, linked: Linked) -> tuple[str, OrganBasis] | None:
        """Organ of a number, and how it is known; None where it is not."""
        if self.organ is not None and form_fits(symbol, self.organ):
            return self.organ, self.basis
        told = linked.series_of(symbol)
        if told is not None:
            return told, "link"
        if self.candidates is not None:
            return self._meant(symbol)
        by_form = organ_by_form(symbol)
        if self.organ is not None and self.basis == "named":
            return (by_form, "form") if by_form in self.named else None
        if self.stands_for:
            fitting = [code for code in self.stands_for if is_own_resolution(symbol, code)]
            if fitting and by_form not in self.stands_for:
                is_named = self.is_actor and self.nearest == fitting[0]
                return (fitting[0], "sentence") if is_named else None
        if self.nearest is not None and self.nearest != by_form and is_own_resolution(symbol, self.nearest):
            # Nobody else numbers so where the form tells nothing: 957 (LI) is of the commission just named.
            is_told = self.is_actor or (by_form is None and symbol.form in ("roman", "body"))
            return (self.nearest, "sentence") if is_told else None
        return (by_form, "form") if by_form is not None else None

    def _meant(self, symbol: Symbol) -> tuple[str, OrganBasis] | None:
        """The organ that a word such as "Council" stands for: the one named before, else the one that fits."""
        assert self.candidates is not None
        fitting = [code for code in self.candidates if form_fits(symbol, code)]
        if fitting and self.nearest == fitting[0] and self.is_actor:
            return fitting[0], "sentence"
        principal = [code for code in fitting if code in PRINCIPAL]
        return (principal[0], "form") if len(principal) == 1 else None


@dataclass(frozen=True, slots=True)
class _Patterns:
    organ: re.Pattern[str]
    generic: re.Pattern[str]
    owner: re.Pattern[str]
    adopting: re.Pattern[str]
    possessive: re.Pattern[str]
    codes: dict[str, str]
    is_before: bool
    has_owner: bool


@per_folder
def organ_names(language: str) -> re.Pattern[str]:
    """Pattern of the names of organs in prose of a language, as whole words where the script has spaces."""
    names = any_of(tuple(name for name, _ in words_of(language).organs))
    return re.compile(names if language in WITHOUT_WORD_EDGES else rf"(?<![\w-])(?:{names})(?!\w)")


@per_folder
def _patterns(language: str) -> _Patterns:
    words = words_of(language)
    generic = any_of(words.generic)
    return _Patterns(
        organ_names(language),
        re.compile(rf"(?<![\w-])(?P<it>{generic}){_POSSESSIVE}(?!\w)"),
        re.compile(rf"(?:{SPACES}(?:{any_of(words.owner)}))*{SPACES}"),
        re.compile(
            rf"(?:[\s,]|’s|'s|(?:{any_of((*words.adopting, *words.introducing))})(?!\w))*"
            if language != "zh"
            else r"(?:通过|在|其|的)*"
        ),
        re.compile(rf"(?:{any_of(words.possessive)})[\w ,\t\r\n]{{0,40}}$", re.I),
        {re.sub(r"\s+", "", name): code for name, code in words.organs},
        words.frame == "before",
        bool(words.owner),
    )


def owner_around(text: str, start: int, end: int, lead: str, language: str) -> Owner:
    """Owner of the numbers from ``start`` to ``end``, nouns included; ``lead`` is what stands between noun and number."""
    known = _patterns(language)

    def code_of(match: re.Match[str]) -> str:
        return known.codes[re.sub(r"\s+", "", match[0])]

    inside = known.organ.search(lead)
    if inside is not None:
        return Owner(code_of(inside), "named")
    sentence = max(text.rfind(mark, 0, start) for mark in _SENTENCE) + 1
    before = list(known.organ.finditer(text, sentence, start))
    last = before[-1] if before else None
    generic = _generic_before(text, sentence, start, known)
    if last is not None and re.fullmatch(rf"{SPACES}{_POSSESSIVE}{SPACES}", text[last.end() : start]):
        if not known.generic.fullmatch(last[0]):
            return Owner(code_of(last), "named", named=tuple(code_of(one) for one in before))
        if _is_whole(text, last, sentence):
            return Owner(code_of(last), "named", candidates=_candidates(generic, text, start, known, language))
        return Owner(candidates=())
    gap = known.owner.match(text, end)
    after = known.organ.match(text, gap.end()) if gap is not None and known.is_before else None
    # "of the" ties an organ to the list before it; Russian and Arabic need no such words.
    if after is not None and (text[end : after.start()].strip() or not known.has_owner):
        if generic_name := re.fullmatch(known.generic.pattern, after[0]):
            if _FOLLOWS_NAME.match(text, after.end()):
                return Owner(candidates=())
            return Owner(
                code_of(after), "named", candidates=_candidates(generic_name["it"], text, start, known, language)
            )
        return Owner(code_of(after), "named")
    if generic is not None:
        found = _candidates(generic, text, start, known, language) or ()
        return Owner(
            candidates=found,
            nearest=found[0] if found else None,
            is_actor=bool(found) and _names(found[0], text, start, known),
        )
    acronym = _ACRONYM.search(text, sentence, start)
    if acronym is not None and not _ROMAN.fullmatch(acronym[0].strip()):
        return Owner(candidates=())
    if after is None and gap is not None and known.is_before and text[end : gap.end()].strip():
        behind = known.generic.match(text, gap.end())
        if behind is not None:
            is_named = _FOLLOWS_NAME.match(text, behind.end()) is not None
            found = () if is_named else _candidates(behind["it"], text, start, known, language) or ()
            return Owner(candidates=found)
    is_owned = known.possessive.search(text[sentence:start]) is not None
    word = _last_generic(text, sentence, start, before, known)
    if word is not None:
        found = _candidates(word["it"], text, start, known, language) or ()
        is_actor = is_owned or known.adopting.fullmatch(text, word.end(), start) is not None
        if found:
            named_before = found[0] if _names(found[0], text, start, known) else None
            return Owner(nearest=named_before, is_actor=is_actor, stands_for=found)
    if is_owned:
        if last is not None:
            return Owner(code_of(last), "sentence")
        following = known.organ.search(text, end, min(len(text), end + 120))
        if following is not None:
            return Owner(code_of(following), "sentence")
    whole = [one for one in before if _is_whole(text, one, sentence)]
    if not whole:
        return Owner()
    is_actor = known.adopting.fullmatch(text, whole[-1].end(), start) is not None
    return Owner(nearest=code_of(whole[-1]), is_actor=is_actor)


def _generic_before(text: str, sentence: int, start: int, known: _Patterns) -> str | None:
    """A word for an organ, with the capitals before it, right before a noun: "Governing Council", "Commission"."""
    found = [one for one in known.generic.finditer(text, sentence, start) if not text[one.end() : start].strip()]
    if not found:
        return None
    words = _CAPITAL_BEFORE.search(text, sentence, found[-1].start())
    first = words.start() if words is not None else found[-1].start()
    if words is not None and first == _first_word(text, sentence):
        first = first + len(words[0].split()[0]) + 1 if len(words[0].split()) > 1 else found[-1].start()
    return " ".join(text[first : found[-1].end("it")].split())


def _last_generic(
    text: str, sentence: int, start: int, before: list[re.Match[str]], known: _Patterns
) -> re.Match[str] | None:
    """The word for an organ that comes after every organ named in a sentence; None where there is none."""
    after = before[-1].end() if before else sentence
    found = [one for one in known.generic.finditer(text, after, start) if not _is_led(text, one.start(), sentence)]
    return found[-1] if found else None


def _first_word(text: str, sentence: int) -> int:
    return sentence + len(text[sentence:]) - len(text[sentence:].lstrip())


def _candidates(generic: str | None, text: str, start: int, known: _Patterns, language: str) -> tuple[str, ...] | None:
    """Organs that a word stands for: those whose names hold it, the one named last before it first."""
    if generic is None:
        return None
    holds = re.compile(rf"(?<!\w){re.escape(generic)}(?!\w)")
    codes = [
        organ.code
        for organ in organs()
        if any(holds.search(name) and name != generic for name in organ.names.get(language, ()))
    ]
    named = [
        known.codes[re.sub(r"\s+", "", one[0])]
        for one in known.organ.finditer(text, 0, start)
        if one[0] != generic and holds.search(one[0])
    ]
    if named:
        codes.remove(named[-1])
        codes.insert(0, named[-1])
    return tuple(codes)


def _names(code: str, text: str, start: int, known: _Patterns) -> bool:
    """True where the text names the organ in full before the number."""
    return any(known.codes[re.sub(r"\s+", "", one[0])] == code for one in known.organ.finditer(text, 0, start))


def _is_whole(text: str, name: re.Match[str], sentence: int) -> bool:
    """False for a name within a longer one that is not known: the Assembly of "African Union Assembly"."""
    if " " in name[0] or name[0].isupper():
        return True
    return not _is_led(text, name.start(), sentence) and not _FOLLOWS_NAME.match(text, name.end())


def _is_led(text: str, start: int, sentence: int) -> bool:
    """True where a word with a capital stands before, other than the first of the sentence."""
    words = _CAPITAL_BEFORE.search(text, sentence, start)
    return words is not None and (words.start() != _first_word(text, sentence) or len(words[0].split()) > 1)

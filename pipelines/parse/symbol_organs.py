"""A mention of a symbol, and the organ that its form tells: what prose and lists share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.parse.symbol_catalogue import organ_of, per_folder
from pipelines.parse.symbol_model import BRACKETED_PATTERN, SLASHED_PATTERN, Symbol, roman_value
from pipelines.parse.symbol_words import series, symbol_data

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
    """A literal word; Chinese characters may be set apart or broken over lines."""
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

"""A mention of a symbol, and the organ that its form tells: what prose and lists share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pipelines.parse.symbol_catalogue import organ_of, per_folder
from pipelines.parse.symbol_model import BRACKETED_PATTERN, SLASHED_PATTERN, Symbol
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
    """True when an organ numbers its texts like this one; an organ that the catalogue lacks may number anyhow.

    A session before the first that it numbered by slash, and a resolution where its decisions begin, are not its own.
    """
    organ = organ_of(code)
    if organ is None:
        return True
    if symbol.form not in organ.forms:
        return False
    if symbol.form == "session" and int(symbol.session) < organ.first_session:
        return False
    is_plain = symbol.style == "slash" and symbol.number.isdigit() and symbol.kind == "resolution"
    return not (is_plain and organ.decisions_from is not None and int(symbol.number) >= organ.decisions_from)


def organ_by_form(symbol: Symbol) -> str | None:
    """Organ that numbers its texts like this where none is named; None where the form tells nothing.

    S for 1325 (2000), E for 2021/19, A for 3379 (XXX), S-10/2 and, as the Assembly numbers by session
    and slash since its thirty-first session and its decisions from 301, for 76/245 and 78/560.
    """
    form = symbol.form
    if form == "bracketed_year":
        return "S"
    if form == "year":
        return "E"
    if form == "special_roman":
        return str(symbol_data()["special_session_organ"])
    if form == "session" and symbol.kind == "decision" and not symbol.is_pending:
        floor = symbol_data()["assembly_form"]["first_decision"]
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

"""What several tables about mandates need: where each is invoked, when it was adopted, what it is called."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from pipelines.symbols import Symbol, SymbolError, parse_symbol
from pipelines.symbols.catalogue import session_year

Row = Mapping[str, Any]
YearBasis = Literal["date", "stated", "symbol", "session"]

# E/RES/2021/19, S/PRST/2011/15, S/RES/2231 (2015)
_YEAR_IN_SYMBOL = re.compile(r"(?:/(?=\d{4}/)|\()(?P<year>(?:19[4-9]|20\d)\d)(?=[/)])")
_CORRIGENDUM = re.compile(r"/Corr\.\d+$")
_BUDGET_SERIES = re.compile(r"^A/\d+/6\s*")


@dataclass(frozen=True, slots=True)
class Adopted:
    """Year of adoption and how it is known: a date, the year in the symbol, or the year its session opened."""

    year: int
    basis: YearBasis


@dataclass(frozen=True, slots=True)
class Date:
    """A date of adoption and how it is known: date (text or record) or stated (by a text that cites it)."""

    day: date
    basis: YearBasis


@lru_cache(maxsize=65536)
def read(symbol: str) -> Symbol | None:
    """The symbol as parsed; None for what is none."""
    try:
        return parse_symbol(symbol)
    except SymbolError:
        return None


def dates_of(resolutions: Iterable[Row], citations: Iterable[Row]) -> dict[str, Date]:
    """Date of adoption by symbol: a text's own or what is known of it, else what most texts state that cite it.

    Texts that cite it with different dates, none of them more often, tell nothing.
    """
    found = {row["symbol"]: Date(row["adopted_on"], "date") for row in resolutions if row["adopted_on"]}
    stated: dict[str, Counter[date]] = defaultdict(Counter)
    for row in citations:
        if row["stated_on"] and row["symbol"] not in found:
            stated[row["symbol"]][row["stated_on"]] += 1
    for symbol, days in stated.items():
        (day, count), *others = days.most_common()
        if not others or count > others[0][1]:
            found[symbol] = Date(day, "stated")
    return found


def adopted(symbol: str, dates: Mapping[str, Date]) -> Adopted | None:
    """When a text was adopted: by its date, else by its symbol; None where neither tells."""
    if symbol in dates:
        return Adopted(dates[symbol].day.year, dates[symbol].basis)
    parsed = read(symbol)
    if parsed is None:
        return None
    printed = _YEAR_IN_SYMBOL.search(symbol)
    if printed is not None:
        return Adopted(int(printed["year"]), "symbol")
    year = session_year(parsed.series, parsed.session_number) if parsed.session_number else None
    return Adopted(year, "session") if year else None


def follows(new: str, old: str, dates: Mapping[str, Date]) -> bool:
    """True when a text was adopted after another; False where neither number, date nor year tells.

    An organ that counts sessions numbers its texts in the order of adoption.
    """
    if new == old:
        return False
    places = [_place_in_series(symbol) for symbol in (new, old)]
    if places[0] is not None and places[1] is not None and places[0][0] == places[1][0]:
        return places[0] > places[1]
    if new in dates and old in dates:
        return dates[new].day > dates[old].day
    first, second = adopted(new, dates), adopted(old, dates)
    return first is not None and second is not None and first.year > second.year


def _place_in_series(symbol: str) -> tuple[str, int, int, str] | None:
    """Series, session, number and part, where the series counts sessions or years."""
    parsed = read(symbol)
    if parsed is None or parsed.kind == "document" or not parsed.number.isdigit():
        return None
    session = parsed.session_number or (int(parsed.session) if parsed.session.isdigit() else None)
    return (f"{parsed.series} {parsed.kind}", session, int(parsed.number), parsed.part) if session else None


def order(symbol: str, dates: Mapping[str, Date]) -> tuple[int, str, int, int, str]:
    """A key that puts texts in the order of adoption as far as it is known."""
    found, place = adopted(symbol, dates), _place_in_series(symbol)
    day = str(dates[symbol].day) if symbol in dates else ""
    return (found.year if found else 0, day, place[1] if place else 0, place[2] if place else 0, symbol)


def titles(
    mandates: Iterable[Row], resolutions: Iterable[Row], languages: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Title by symbol and language: a text's own goes before what lists print, of which the usual one is taken.

    ``languages`` gives the language of each document. What is known without a text is known in English.
    """
    found: dict[str, dict[str, str]] = {}
    for row in resolutions:
        if row.get("title"):
            language = languages.get(row.get("document_id") or "", "en")
            found.setdefault(row["symbol"], {})[language] = row["title"]
    listed: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in mandates:
        if row["symbol"] and row.get("title") and not row.get("is_pending"):
            listed[row["symbol"], languages[row["document_id"]]][row["title"]] += 1
    for (symbol, language), counts in listed.items():
        usual = min(counts, key=lambda title: (-counts[title], len(title), title))
        found.setdefault(symbol, {}).setdefault(language, usual)
    return found


def title_key(title: str) -> str:
    """A title as titles are compared: letters and figures only."""
    return re.sub(r"[\W_]+", "", title).casefold()


def part_of_edition(symbol: str) -> str:
    """Which document of an edition a symbol is, whatever the edition; a corrigendum belongs to what it corrects.

    >>> part_of_edition("A/80/6 (Sect. 24)/Corr.1") == part_of_edition("A/81/6 (Sect. 24)")
    True
    """
    return _BUDGET_SERIES.sub("", _CORRIGENDUM.sub("", symbol)).strip()

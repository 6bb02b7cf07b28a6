"""Words of reports on budgets that are no fascicles, as data: periods, measures, topics and rows of requirements."""

from __future__ import annotations

import re
import tomllib
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

_PATH = Path(__file__).parents[1] / "vocabulary" / "reports.toml"
_DEFAULT = "en"


@dataclass(frozen=True, slots=True)
class Period:
    """A budget period: its first and last day; ``fiscal_year`` is the year it begins in."""

    start: date
    end: date

    @property
    def fiscal_year(self) -> int:
        """Year of the first day."""
        return self.start.year


@lru_cache(maxsize=1)
def _known() -> dict[str, dict[str, Any]]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


def is_read(language: str) -> bool:
    """True for a language whose words of reports are known; in any other, English ones are looked for."""
    return language in _known()


@lru_cache(maxsize=8)
def _terms(language: str) -> dict[str, Any]:
    return dict(_known().get(language, _known()[_DEFAULT]))


@lru_cache(maxsize=512)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


def pattern(language: str, name: str) -> re.Pattern[str]:
    """A pattern by name; one with capitals in it is case-sensitive."""
    return re.compile(_terms(language)[name])


def meaning(language: str, table: str, text: str) -> str | None:
    """The first entry of a table of words that a text fits, None where none does."""
    flat = " ".join(text.split())
    return next(
        (str(one[table]) for one in _terms(language).get(table, ()) if _pattern(one["words"]).search(flat)), None
    )


def periods_in(text: str, language: str) -> list[int]:
    """First years of the periods that a text prints as 2024/25, without those that a span such as "since" begins at."""
    found = pattern(language, "period").finditer(pattern(language, "span").sub(" ", text))
    return [int(one["first"]) for one in found if (int(one["first"]) + 1) % 100 == int(one["last"])]


def days_in(text: str, language: str, year: int | None) -> Period | None:
    """A period printed by its days; a year that is not printed is ``year``, or the year after where the end would
    come before the start. None where days or year are not there."""
    return next(_read_days(text, language, year), None)


def all_days(text: str, language: str) -> list[Period]:
    """Every period printed by its days and years."""
    return list(_read_days(text, language, None))


def _read_days(text: str, language: str, year: int | None) -> Iterator[Period]:
    for found in pattern(language, "days").finditer(" ".join(text.split())):
        if (period := _period(found, language, year)) is not None:
            yield period


def _period(found: re.Match[str], language: str, year: int | None) -> Period | None:
    months = _terms(language)["months"]
    if found["start_month"] not in months or found["end_month"] not in months:
        return None
    printed_end = int(found["end_year"]) if found["end_year"] else None
    first = int(found["start_year"]) if found["start_year"] else year if year is not None else printed_end
    if first is None:
        return None
    try:
        start = date(first, months.index(found["start_month"]) + 1, int(found["start_day"] or 1))
        end = _last_day(printed_end or first, months.index(found["end_month"]) + 1, found["end_day"])
        return Period(start, end if end > start else _last_day(end.year + 1, end.month, found["end_day"]))
    except ValueError:
        return None


def _last_day(year: int, month: int, day: str | None) -> date:
    """A day of a month; its last one where none is printed."""
    return date(year, month, int(day) if day else monthrange(year, month)[1])

"""Words around document symbols, read from ``pipelines/vocabulary/symbols.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_PATH = Path(__file__).parents[1] / "vocabulary" / "symbols.toml"


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Words of one language; ``organs`` pairs a printed name with an organ's code, longest name first.

    ``frame`` is "before" where the noun precedes the number ("resolution 76/245") and "around" where
    ``opening`` ... ``closing`` noun encloses it.
    """

    frame: str
    opening: str
    closing: str
    resolution: tuple[str, ...]
    decision: tuple[str, ...]
    joining: tuple[str, ...]
    range: tuple[str, ...]
    owner: tuple[str, ...]
    possessive: tuple[str, ...]
    within: tuple[str, ...]
    introducing: tuple[str, ...]
    months: tuple[str, ...]
    organs: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def symbol_data() -> dict[str, Any]:
    """The whole data file as a dictionary."""
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def organ_codes() -> tuple[str, ...]:
    """Codes of the organs that adopt resolutions and decisions, longest first (A/HRC before A)."""
    return tuple(sorted((o["code"] for o in symbol_data()["organ"]), key=lambda c: (-len(c), c)))


@lru_cache(maxsize=1)
def series() -> tuple[str, ...]:
    """First parts of symbols, longest first."""
    return tuple(sorted(symbol_data()["series"], key=lambda s: (-len(s), s)))


@cache
def session_year(code: str, session: int) -> int | None:
    """Year in which a session of an organ opened; None where the data does not tell."""
    for known in symbol_data()["session_year"]:
        if known["code"] == code and session >= known["session"]:
            after = session - known["session"]
            return int(known["year"] + after * known.get("years_each", 1) // known.get("per_year", 1))
    return None


@cache
def languages() -> tuple[str, ...]:
    """Languages the data file has words of."""
    return tuple(symbol_data()["language"])


@cache
def words_of(language: str) -> LanguageWords:
    """Words of a language; raises KeyError for a language without data."""
    data = symbol_data()["language"][language]
    names = [(name, o["code"]) for o in symbol_data()["organ"] for name in o["names"].get(language, ())]
    return LanguageWords(
        frame=data["frame"],
        opening=data.get("opening", ""),
        closing=data.get("closing", ""),
        resolution=tuple(data["resolution"]),
        decision=tuple(data["decision"]),
        joining=tuple(data["joining"]),
        range=tuple(data["range"]),
        owner=tuple(data["owner"]),
        possessive=tuple(data["possessive"]),
        within=tuple(data["within"]),
        introducing=tuple(data["introducing"]),
        months=tuple(data["months"]),
        organs=tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair))),
    )

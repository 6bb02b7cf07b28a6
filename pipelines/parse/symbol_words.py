"""Words around document symbols, read from ``pipelines/vocabulary/symbols.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pipelines.parse.symbol_catalogue import organs, per_folder

_PATH = Path(__file__).parents[1] / "vocabulary" / "symbols.toml"


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """Words of one language; ``organs`` pairs a printed name with an organ's code, longest name first.

    ``frame`` is "before" where the noun precedes the number ("resolution 76/245") and "around" where
    ``opening`` ... ``closing`` noun encloses it. ``acts`` pairs a noun with what it says was adopted, resolutions and
    decisions included; ``linking`` words stand between an organ and its acts; ``generic`` words end names of organs
    and stand for them alone; ``adopting`` words stand between an organ and what it adopted.
    """

    language: str
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
    linking: tuple[str, ...]
    generic: tuple[str, ...]
    adopting: tuple[str, ...]
    acts: tuple[tuple[str, str], ...]
    organs: tuple[tuple[str, str], ...]


@lru_cache(maxsize=1)
def symbol_data() -> dict[str, Any]:
    """The whole data file as a dictionary."""
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


@per_folder
def organ_codes() -> tuple[str, ...]:
    """Codes of the organs that adopt resolutions and decisions, longest first (A/HRC before A)."""
    return tuple(sorted((organ.code for organ in organs()), key=lambda c: (-len(c), c)))


@per_folder
def series() -> tuple[str, ...]:
    """First parts of symbols, those of the catalogue's organs included, longest first."""
    known = {*symbol_data()["series"], *(organ.code.partition("/")[0] for organ in organs())}
    return tuple(sorted(known, key=lambda s: (-len(s), s)))


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


@per_folder
def words_of(language: str) -> LanguageWords:
    """Words of a language; raises KeyError for a language without data."""
    data = symbol_data()["language"][language]
    names = [(name, organ.code) for organ in organs() for name in organ.names.get(language, ())]
    acts = [("resolution", data["resolution"]), ("decision", data["decision"]), *data.get("acts", {}).items()]
    return LanguageWords(
        language=language,
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
        linking=tuple(data.get("linking", ())),
        generic=tuple(data.get("generic", ())),
        adopting=tuple(data.get("adopting", ())),
        acts=tuple((noun, act) for act, nouns in acts for noun in nouns),
        organs=tuple(sorted(names, key=lambda pair: (-len(pair[0]), pair))),
    )

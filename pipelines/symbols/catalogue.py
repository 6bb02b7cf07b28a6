"""Words around document symbols, read from ``pipelines/vocabulary/symbols.toml``."""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pipelines.vocabulary import LANGUAGES_KNOWN, ORGANS_FILE, OWN_FOLDER, VocabularyError

FORMS = frozenset(
    {
        "session",
        "year",
        "roman",
        "special",
        "special_roman",
        "roman_session",
        "bracketed_year",
        "bracketed_session",
        "letter",
        "body",
    }
)
"""How texts are numbered: 76/245, 2021/19, 3379 (XXX), S-10/2, SS.VIII/1, III/1, 1325 (2000), 12 (65), A (65) and
340 (AC.66)."""
HEADS = (
    "code",
    "forms",
    "first_session",
    "last_session",
    "decisions_from",
    "acts",
    *LANGUAGES_KNOWN,
    "source",
)

P = ParamSpec("P")
R = TypeVar("R", bound=object)


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ: the beginning of its symbols, its names by language (the usual one first), how it numbers its texts.

    ``first_session`` is the first that it numbered by session and slash, ``last_session`` one that it did not or will
    not go beyond for years, None where it meets as often as the General Assembly; ``decisions_from`` the number from which
    its series holds decisions, None where decisions have a series of their own; ``acts`` what it adopts; ``source``
    where the row comes from.
    """

    code: str
    names: dict[str, tuple[str, ...]]
    forms: frozenset[str]
    first_session: int
    last_session: int | None
    decisions_from: int | None
    acts: tuple[str, ...]
    source: str


def per_folder(function: Callable[P, R]) -> Callable[P, R]:
    """Keep a function's answers for each folder of the user's own terms: the same arguments, other organs."""

    @cache
    def kept(folder: str, args: tuple[Hashable, ...], named: tuple[tuple[str, Hashable], ...]) -> R:
        return function(*args, **dict(named))  # type: ignore[arg-type]

    @wraps(function)
    def asked(*args: P.args, **named: P.kwargs) -> R:
        return kept(os.environ.get(OWN_FOLDER, ""), args, tuple(sorted(named.items())) if named else ())

    return asked


@per_folder
def organs() -> tuple[Organ, ...]:
    """Every organ, ours first, then those that only the user's file has.

    Raises VocabularyError for a line that cannot be used; the message names file, line and remedy.
    """
    found = {organ.code: organ for organ in _read(Path(__file__).parents[1] / "vocabulary" / ORGANS_FILE)}
    folder = os.environ.get(OWN_FOLDER, "")
    own = Path(folder) / ORGANS_FILE if folder else None
    if own is not None and own.is_file():
        found.update((organ.code, organ) for organ in _read(own))
    return tuple(found.values())


@per_folder
def organ_of(code: str) -> Organ | None:
    """The organ of a code; None where the catalogue has none."""
    return next((organ for organ in organs() if organ.code == code), None)


def _read(path: Path) -> list[Organ]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise VocabularyError(f"{path} cannot be read as CSV in UTF-8: {problem}") from problem
    heads = tuple(cell.strip() for cell in rows[0]) if rows else ()
    if "code" not in heads or not set(heads) <= set(HEADS):
        raise VocabularyError(f"{path}, line 1: the heads must be code and others of {', '.join(HEADS)}")
    return [_organ(path, number, dict(zip(heads, row, strict=False))) for number, row in enumerate(rows[1:], 2) if row]


def _organ(path: Path, line: int, row: dict[str, str]) -> Organ:
    def wrong(what: str) -> VocabularyError:
        return VocabularyError(f"{path}, line {line}: {what}")

    code = row["code"].strip()
    forms = frozenset(row.get("forms", "").split())
    if not code:
        raise wrong("no code; put the beginning of the organ's symbols into the first column")
    if unknown := sorted(forms - FORMS):
        raise wrong(f"no form {unknown[0]!r}; the forms are {', '.join(sorted(FORMS))}")
    names = {one: tuple(filter(None, map(str.strip, row.get(one, "").split("|")))) for one in LANGUAGES_KNOWN}
    if not any(names.values()):
        raise wrong(f"{code} has no name; put one at least under its language")
    numbers = [row.get(head, "").strip() for head in ("first_session", "last_session", "decisions_from")]
    for number in filter(None, numbers):
        if not number.isdigit():
            raise wrong(f"{number!r} is no whole number")
    first, last, floor = (int(number) if number else None for number in numbers)
    acts = tuple(row.get("acts", "").split())
    return Organ(code, names, forms, first or 1, last, floor, acts, row.get("source", "").strip())


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

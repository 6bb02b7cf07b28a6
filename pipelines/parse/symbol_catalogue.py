"""The catalogue of organs that adopt texts: codes, names, how they number, read from ``vocabulary/organs.csv``.

A user's own organs are lines of an ``organs.csv`` in the folder that FASCICLE_VOCABULARY names, under the same
heads; a code that ours has too is replaced.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

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
    *("en", "zh", "fr", "es", "ru", "ar"),
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
        return kept(os.environ.get(OWN_FOLDER, ""), args, tuple(sorted(named.items())))

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

"""Grades of posts in their standard form."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.vocabulary import Vocabulary

_GRADE = re.compile(
    r"^(?:USG|ASG|DSG|SG|D-[12]|P-[1-7](?:/[1-7])?|GS\s?\([A-Z]+\)|G-[1-7]|LL|NPO|NO-?[A-D]?|FS(?:-\d)?|SS|TC|LSS|[in]?UNV)$"
)
_HYPHENED = re.compile(r"^GS-(OL|PL)$")
_UNHYPHENED = re.compile(r"^([DP])[.\s]?([1-7])(?=$|/)")
_SPACED = re.compile(r"^([A-Z]+)\s*\(")


_PLAIN = str.maketrans("‑–（）", "--()")
_AS_CYRILLIC = str.maketrans("ABCEHKMOPTX", "АВСЕНКМОРТХ")
_AS_LATIN = str.maketrans("АВСЕНКМОРТХ", "ABCEHKMOPTX")
"""Capitals that look alike: a Russian text may have P-4 in letters of either script, and С-4, which is P-4, too."""


def _known(label: str, vocabulary: Vocabulary) -> str | None:
    found = vocabulary.meaning("grades", label)
    if found is None and vocabulary.terms["language"].get("script") == "cyrillic":
        found = vocabulary.meaning("grades", label.translate(_AS_CYRILLIC))
    return found


@lru_cache(maxsize=1 << 12)
def _standard(label: str) -> str:
    text = " ".join(label.translate(_PLAIN).split())
    text = _UNHYPHENED.sub(r"\1-\2", text)
    return _HYPHENED.sub(r"GS (\1)", _SPACED.sub(r"\1 (", text))


def grade_code(label: str, vocabulary: Vocabulary) -> str:
    """A grade in its standard form: USG, P-5, P-2/1, GS (OL); words as printed when it is none of these."""
    known = _known(label, vocabulary)
    if known:
        return known
    text = _standard(label.translate(_AS_LATIN))
    return "P-2/1" if text in {"P-2", "P-1", "P-1/2", "P-2/P-1"} else text


@lru_cache(maxsize=1 << 13)
def is_grade(label: str, vocabulary: Vocabulary) -> bool:
    """True for a grade in its standard form or in words."""
    return bool(_GRADE.match(_standard(label.translate(_AS_LATIN)))) or _known(label, vocabulary) is not None

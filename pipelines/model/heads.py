"""The head of one column in words: what it measures and of which year."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.vocabulary import Vocabulary, normalised


@lru_cache(maxsize=8)
def year_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    """A year as heads print it; the group ``year`` is its figure."""
    return re.compile(vocabulary.terms["year"]["pattern"])


@lru_cache(maxsize=4096)
def read_head(text: str, vocabulary: Vocabulary) -> tuple[str | None, int | None]:
    """Meaning and year of one head, (None, None) when the vocabulary does not know it.

    Of two years ("2026 vs. 2025") the later counts: a change is the later year's. One alone that a change is counted
    from ("vs. 2025") is not the head's own.
    """
    flat = normalised(text)
    if not flat:
        return None, None
    plain = vocabulary.meaning("column_heads", text)
    if plain:
        return plain, None
    printed = list(year_pattern(vocabulary).finditer(flat))
    if not printed:
        return None, None
    against = tuple(normalised(word) for word in vocabulary.words("base_year", "words"))
    is_base = len(printed) == 1 and bool(against) and flat[: printed[0].start()].endswith(against)
    words = year_pattern(vocabulary).sub("", flat)
    for noise in vocabulary.words("head_noise", "words"):
        words = words.replace(normalised(noise), "")
    bare = words.strip("()")
    meaning = (
        vocabulary.meaning("column_heads", words)
        or vocabulary.meaning("column_heads", f"({bare})")
        or vocabulary.meaning("column_heads", bare)
    )
    return meaning, None if is_base else max(int(match["year"]) for match in printed)

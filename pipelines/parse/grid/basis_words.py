"""Words that tell whose budget figures are of."""

from __future__ import annotations

from functools import lru_cache

from pipelines.vocabulary import Vocabulary, normalised

OWN = ""
_ORDER = ("share", "jointly_financed", "gross", "own")
"""A share is named together with the whole it is of, and both with the regular budget that pays it."""


@lru_cache(maxsize=1 << 12)
def basis_of(text: str, vocabulary: Vocabulary) -> str | None:
    """The basis that words name, empty for the section's own; None when they name none."""
    flat = normalised(text)
    for code in _ORDER:
        if any(normalised(words) in flat for words in vocabulary.words("budget_basis", code)):
            return OWN if code == "own" else code
    return None

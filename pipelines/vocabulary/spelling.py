"""How a term is compared with another: the spelling in which terms are matched."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_WIDTHS = str.maketrans(
    {"（": "(", "）": ")", "：": ":", "／": "/", "，": ",", "；": ";", "\u00a0": " ", "\u202f": " "}
)
_SPACES = re.compile(r"\s+")
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")
"""Accents and vowel signs, set apart from their letters: capitals and hasty typing leave them out."""
_ALIKE = str.maketrans("ىیکة’‘ʼ\u2010\u2011", "ييكه'''--")
"""Letters and signs that are typed for one another."""


def folded(text: str) -> str:
    """Words without accents and vowel signs, the hamza among them, and with one form of letters typed for one another.

    >>> folded("DÉPENSES"), folded("الأخرى")
    ('DEPENSES', 'الاخري')
    """
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFD", text)).translate(_ALIKE)


@lru_cache(maxsize=1 << 14)
def normalised(text: str) -> str:
    """A term as it is matched: without white space and accents, lower case, plain brackets and colons."""
    return folded(_SPACES.sub("", text.translate(_WIDTHS)).casefold())

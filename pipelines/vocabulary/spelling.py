"""How a term is compared with another: the spelling in which terms are matched, and patterns that match any spelling."""

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


_FORMS = ("'’‘ʼ", "(（", ")）", "ةه", "ىي", "اأإآ")
"""Signs that patterns take for one another: apostrophes, brackets of either width, letters of Arabic. Letters with
accents also stand for those without."""
_FORMS_OF = {sign: forms for forms in _FORMS for sign in forms} | {
    sign: sign + folded(sign) for sign in "àâäçéèêëíîïñóôöùúûüё"
}


@lru_cache(maxsize=1 << 10)
def any_spelling(pattern: str, *, keeps_capitals: bool = False) -> str:
    """A regular expression that also matches the other forms of its signs; where it ``keeps_capitals``, its classes of
    capitals match no small letters when it is matched in any case.

    >>> any_spelling(r"\\((?P<unit>[^)]+)\\)")
    '[(（](?P<unit>[^)）]+)[)）]'
    """
    parts: list[str] = []
    opened: int | None = None
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        escaped = pattern[at + 1] if sign == "\\" and at + 1 < len(pattern) else ""
        forms = _FORMS_OF.get(escaped or sign, "")
        at += 2 if escaped else 1
        if opened is not None:
            is_end_of_range = "-" in (pattern[at : at + 1], pattern[at - 2 : at - 1])
            parts.append(forms if forms and not is_end_of_range else sign + escaped)
            if sign == "]" and parts[-2] not in ("[", "^"):
                signs = "".join(parts[opened:])
                is_of_capitals = keeps_capitals and "A-Z" in signs and "a-z" not in signs
                parts[opened:] = [f"(?-i:{signs})" if is_of_capitals else signs]
                opened = None
        elif sign == "[" and not escaped:
            opened = len(parts)
            parts.append(sign)
        elif forms and (escaped or sign not in "()"):
            parts.append(f"[{forms}]")
        else:
            parts.append(sign + escaped)
    return "".join(parts)

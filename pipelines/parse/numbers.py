"""Numbers as fascicles print them.

Thousands are set apart by a space of some width, negatives stand in parentheses (at times with a
stray space), nil is a dash. Nothing is guessed: what is no number returns None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

NIL_MARKS = frozenset("—–‒‑-−―－─")
_SPACE = "[ \u00a0\u202f\u2009\u2007]"
_DIGITS = rf"(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,3}}(?:[,٬]\d{{3}})+|\d{{1,3}}(?:\.\d{{3}}){{2,}}|\d+)"
# a comma before three digits sets thousands apart, before fewer decimals: that is how the languages print them
_PART = r"(?:[.٫](?P<part>\d+)|,(?P<comma>\d{1,2}))"
_NUMBER = re.compile(rf"^\(?\s*[%٪]?\s*(?P<sign>[-−–+])?\s*(?P<whole>{_DIGITS})?{_PART}?\s*(?P<percent>[%٪])?\s*\)?$")
_FLIPPED = re.compile(r"^\)(?P<inside>[^()]+)\($")
"""Brackets around a figure as they come out of a line that runs from right to left."""
_ASCII_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789", "\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069"
)
_REVISED = re.compile(r"^(?P<now>[^\[\]]+?)\s*\[(?P<before>[^\[\]]+)\]$")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009\u2007]+")


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A number read from print: exact value, decimals printed, whether it is a printed nil."""

    value: Decimal
    precision_digits: int
    is_nil: bool = False
    former: Decimal | None = None
    """The figure of an earlier edition, where one is printed beside it in square brackets: 7 of "7 [8]" was 8."""


NIL = PrintedNumber(Decimal(0), 0, True)


def is_nil_mark(text: str) -> bool:
    """True for a dash printed for nothing."""
    stripped = text.strip()
    return len(stripped) == 1 and stripped in NIL_MARKS


@lru_cache(maxsize=65536)
def read_number(text: str) -> PrintedNumber | None:
    """The number printed in ``text``, None when it is not a number.

    ``(279.8)`` is -279.8; ``—`` is nil; ``7 469.9`` and ``7 469,9`` are 7469.9 with one decimal; ``7 [8]`` is 7, formerly 8.
    """
    stripped = text.translate(_ASCII_DIGITS).strip()
    if flipped := _FLIPPED.match(stripped):
        stripped = f"({flipped['inside'].strip()})"
    revised = _REVISED.match(stripped)
    if revised:
        now, before = read_number(revised["now"]), read_number(revised["before"])
        if now is not None and before is not None:
            return PrintedNumber(now.value, now.precision_digits, now.is_nil, before.value)
    if is_nil_mark(stripped):
        return NIL
    match = _NUMBER.match(stripped)
    if match is None or (match["whole"] is None and match["part"] is None and match["comma"] is None):
        return None
    opens, closes = stripped.startswith("("), stripped.endswith(")")
    if opens != closes:
        return None
    whole = re.sub(r"[,٬.]", "", _SPACES.sub("", match["whole"] or "0"))
    part = match["part"] or match["comma"] or ""
    value = Decimal(f"{whole}.{part}" if part else whole)
    if opens or (match["sign"] and match["sign"] != "+"):
        value = -value
    return PrintedNumber(value, len(part))


@lru_cache(maxsize=65536)
def looks_like_number(text: str) -> bool:
    """True when a cell holds digits and nothing but the marks that go with numbers."""
    stripped = text.translate(_ASCII_DIGITS).strip()
    return (
        bool(stripped)
        and bool(re.fullmatch(rf"[\d\s.,٫٬()\[\]%٪+−–—‒-]+|{_SPACE}", stripped))
        and any(c.isdigit() for c in stripped)
    )

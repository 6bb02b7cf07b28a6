"""Numbers as fascicles print them.

Thousands are set apart by a space of some width, negatives stand in parentheses (at times with a
stray space), nil is a dash. Nothing is guessed: what is no number returns None.

The same signs mean different things in different languages: `1,234` is more than a thousand in English, little
more than one in French. Which it is, the language decides (``[language] decimal`` of its vocabulary), and only that:
what is a number is one in every language.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from pipelines.model.characters import HYPHENS, SPACES

NIL_MARKS = frozenset("—–‒‑‐-―－─−﹣﹘_")
_NIL = re.compile(rf"[{''.join(sorted(NIL_MARKS - {'-'}))}-]")
_SPACE = f"[{SPACES}]"
APOSTROPHES = "'’‘ʼ′´`＇"
"""What sets thousands apart where no space, comma or stop does, for a class of a regular expression."""
_DIGITS = (
    rf"(?:\d{{1,3}}(?:{_SPACE}\d{{3}})+|\d{{1,3}}(?:[,٬]\d{{3}})+|\d{{1,3}}(?:\.\d{{3}})+"
    rf"|\d{{1,3}}(?:[{APOSTROPHES}]\d{{3}})+|\d+)"
)
_NUMBER = re.compile(
    rf"^(?P<sign>[+{HYPHENS}])?\s*(?P<whole>{_DIGITS})?(?:(?P<mark>[.٫])(?P<part>\d+)|,(?P<comma>\d{{1,3}}))?$"
)
_PERCENT = re.compile(r"^\s*[%٪]\s*|\s*[%٪]\s*$")
_BRACKETED = re.compile(r"^[()](?P<inside>[^()]+)[()]$")
_AMBIGUOUS = re.compile(r"^(?P<whole>[1-9]\d{0,2})(?P<mark>[.,])(?P<part>\d{3})$")
"""One comma or stop before three digits: thousands or decimals."""
_PLAIN = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹０１２３４５６７８９（）％．，＋﹪［］",
    "012345678901234567890123456789()%.,+%[]",
    "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069",
)
"""Digits and signs of other scripts as plain ones; marks of direction are taken out."""
_LETTER_FOR_ONE = re.compile(r"^(?:l|[\dl]*\d[\dl]*)$")
"""The letter l typed for the figure 1, alone or among figures."""
_MARKS = re.compile(r"[^\d]")
_REVISED = re.compile(r"^(?P<now>[^\[\]]+?)\s*\[(?P<before>[^\[\]]+)\]$")


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
    return _NIL.fullmatch(text.translate(_PLAIN).strip()) is not None


@lru_cache(maxsize=1 << 14)
def read_number(text: str, decimal: str = "") -> PrintedNumber | None:
    """The number printed in ``text``, None when it is not a number.

    ``(279.8)`` is -279.8, and so is ``)279.8(``, as it comes out of a line that runs from right to left; ``—`` is nil;
    ``7 469.9`` and ``7 469,9`` are 7469.9 with one decimal; ``7 [8]`` is 7, formerly 8.
    ``decimal`` is the language's mark, "." or ",": with "," ``1,234`` has three decimals and ``1.234`` none. Where
    it is not told, a comma before three digits sets thousands apart and a stop decimals.
    """
    stripped = text.translate(_PLAIN).strip()
    revised = _REVISED.match(stripped)
    if revised:
        now, before = read_number(revised["now"], decimal), read_number(revised["before"], decimal)
        if now is not None and before is not None:
            return PrintedNumber(now.value, now.precision_digits, now.is_nil, before.value)
    if is_nil_mark(stripped):
        return NIL
    if _LETTER_FOR_ONE.match(stripped):
        stripped = stripped.replace("l", "1")
    bare = _PERCENT.sub("", stripped)
    is_negative = False
    if bracketed := _BRACKETED.match(bare):
        if bare[0] == bare[-1]:
            return None
        bare, is_negative = _PERCENT.sub("", bracketed["inside"].strip()), True
    found = _digits(bare, decimal)
    if found is None:
        return None
    sign, whole, part = found
    value = Decimal(f"{whole}.{part}" if part else whole)
    return PrintedNumber(-value if is_negative or sign == "-" else value, len(part))


def _digits(text: str, decimal: str) -> tuple[str, str, str] | None:
    """Sign, whole and decimals of a number without brackets and percent sign."""
    match = _NUMBER.match(text)
    if match is None:
        return None
    whole, part = match["whole"] or "", match["part"] or match["comma"] or ""
    mark = match["mark"] or ("," if match["comma"] else "")
    grouped = next((sign for sign in ",٬." if sign in whole), "")
    if (not whole and not part) or (grouped and mark == grouped):
        return None  # 1,234,5: one mark cannot do both
    if match["comma"] and len(part) == 3 and len(whole) > 3 and whole.isdigit():
        return None  # 2021,202: neither thousands nor decimals as any language prints them
    sign = "-" if (match["sign"] or "+") != "+" else ""
    if single := _AMBIGUOUS.match(f"{whole}{mark}{part}"):
        is_decimal = single["mark"] == (decimal or ".")
        return (sign, single["whole"], single["part"]) if is_decimal else (sign, single["whole"] + single["part"], "")
    if grouped in {",", "."} and not part and whole.startswith("0"):
        whole, _, part = whole.partition(grouped)  # 0,125: a nought leads decimals only
        if not part.isdigit():
            return None  # 0,234,500: neither thousands nor decimals
    return sign, _MARKS.sub("", whole) or "0", part


@lru_cache(maxsize=1 << 14)
def looks_like_number(text: str) -> bool:
    """True when a cell holds digits and nothing but the marks that go with numbers."""
    stripped = text.translate(_PLAIN).strip()
    return (
        bool(stripped)
        and bool(re.fullmatch(rf"[\d\s.,٫٬()\[\]%٪+—{APOSTROPHES}{HYPHENS}]+|{_SPACE}", stripped))
        and any(c.isdigit() for c in stripped)
    )


_WORD = re.compile(r"[^\W\d_]{4}")


def stands_for_figure(text: str) -> bool:
    """True for what can only be a figure that is not understood, where figures are expected: no words, or with digits.

    >>> [stands_for_figure(text) for text in ("12O.5", "?", "n/a", "Unforeseeable", "")]
    [True, True, True, False, False]
    """
    stripped = text.strip()
    return bool(stripped) and (looks_like_number(text) or _WORD.search(stripped) is None)


_SIGNS = r"[*†‡§¶#]+|[¹²³⁰⁴-⁹ᵃ-ᵛ]+"
_LETTERS = r"[^\W\d_]{1,2}"
_GLUED = re.compile(
    rf"(?P<figure>.*[\d)%٪—–‒−-]){_SPACE}*"
    rf"(?P<marks>(?:(?:{_SIGNS}|{_LETTERS}/|[(\[]{_LETTERS}[)\]]|[a-zа-я](?![a-zа-я]))(?:{_SPACE}*,)?{_SPACE}*)+)(?P<close>\)?)"
)
_LEADING = re.compile(
    rf"(?P<marks>(?:(?:{_SIGNS}|{_LETTERS}/|\([\u0621-\u064a]\)){_SPACE}*)+)(?P<figure>[\d(—–‒−+-].*)"
)
_ONE_MARK = re.compile(rf"{_SIGNS}|[^\W\d_]{{1,2}}")


@lru_cache(maxsize=1 << 12)
def split_marks(text: str) -> tuple[str, tuple[str, ...]] | None:
    """The figure of a cell and the footnote marks that are set beside it in the line; None where it is neither.

    >>> split_marks("302 705.6a"), split_marks("(8 543.0) b/, c/"), split_marks("* –")
    (('302 705.6', ('a',)), ('(8 543.0)', ('b', 'c')), ('–', ('*',)))
    """
    stripped = text.strip()
    if found := _GLUED.fullmatch(stripped):
        figure = found["figure"].rstrip() + found["close"]
    elif found := _LEADING.fullmatch(stripped):
        figure = found["figure"].strip()
    else:
        return None
    if read_number(figure) is None:
        return None
    return figure, tuple(unicodedata.normalize("NFKC", mark) for mark in _ONE_MARK.findall(found["marks"]))

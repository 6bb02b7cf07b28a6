"""Numbers of sections, tables and paragraphs as each language prints them, in one form.

Table 18A.9 is printed 18.A.9 in Spanish, with a Cyrillic letter in Russian and ``18 ألف-9`` in Arabic, which also
prints paragraph 12.67 as ``12-67``.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from pipelines.symbols.catalogue import symbol_data, words_of

PLAIN_SIGNS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹\u00a0\u202f\n", "01234567890123456789   ")
"""Digits and spaces of other scripts as plain ones, sign for sign."""
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_ARABIC = re.compile("[\u0620-\u064a]")
_STOPS = {"ar": r" ?[.\-‑–] ?"}
"""What parts a number, where it is no full stop."""


@lru_cache(maxsize=1)
def place_words() -> dict[str, dict[str, Any]]:
    """Words of cited places by language, and ordinals by language."""
    text = resources.files("pipelines.vocabulary").joinpath("places.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1)
def ordinals() -> dict[str, str]:
    """Ordinals that number parts and annexes, and the Roman numbers they stand for."""
    return {word: roman(n) for words in place_words()["ordinals"].values() for n, word in enumerate(words, start=1)}


def roman(number: int) -> str:
    """A number up to 39 in Roman figures."""
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written


@lru_cache(maxsize=1)
def letter_form() -> str:
    """A capital of any script, or the Arabic name of a letter, for a regular expression."""
    names = sorted(symbol_data()["part_letters"], key=len, reverse=True)
    return f"(?:{'|'.join(map(re.escape, names))}|[A-Z])(?![A-Za-zА-я\u0621-\u064a])"


@lru_cache(maxsize=8)
def number_form(language: str) -> str:
    """The number of a section, table or paragraph in a language, for a regular expression; nothing is captured."""
    letter, stop = letter_form(), _STOPS.get(language, r"\.")
    own = _own_letter(" ?" if language == "ar" else "")
    return rf"\d{{1,3}}(?:{own})?(?:{stop}(?:[IVXLC]+(?!\w)|{letter}|\d{{1,3}}(?!\d)))*(?!\d)"


def _own_letter(space: str) -> str:
    """The letter of a section, 18A, 18.A or 18 ألف; 5.I is a part of section 5."""
    return rf"{space}{letter_form()}|\.(?![IVX]){letter_form()}"


_POINTED = r"\d+(?:\.?[A-ZА-Я])?(?:\.[IVXLC]+)?\.\d+"
_HYPHENED = r"[\d٠-٩]{1,3}(?: ?(?:[A-Z]|[\u0621-\u064a]{2,4}))?(?:[-‑][IVXLC]+)? ?[-‑][\d٠-٩]{1,4}"
_MONTHS = "|".join(map(re.escape, words_of("ar").months))
PARAGRAPH = rf"(?:{_POINTED}|{_HYPHENED}(?=\s+(?!{_MONTHS})[^\d\s]*[\u0621-\u064a]))"
"""The number of a paragraph before its words, with a hyphen before Arabic ones, for a regular expression."""
PARAGRAPH_ALONE = f"(?:{_POINTED}|{_HYPHENED})"
"""The number of a paragraph that stands apart from its words."""


@lru_cache(maxsize=1)
def _parts() -> re.Pattern[str]:
    return re.compile(rf"(?P<section>\d{{1,3}})(?P<letter>{_own_letter(' ?')})?(?P<rest>.*)")


def plain_number(printed: str) -> str:
    """A printed number in one form; what is no such number as it stands.

    >>> [plain_number(n) for n in ("12-67", "29 جيم-41", "18.A.9", "18А.9", "٢٢", "A.3")]
    ['12.67', '29C.41', '18A.9', '18A.9', '22', 'A.3']
    """
    text = " ".join(printed.translate(PLAIN_SIGNS).split()).removesuffix("-").rstrip()
    if text in ordinals():
        return ordinals()[text]
    letters = symbol_data()["part_letters"]
    if text in letters:
        return str(letters[text])
    match = re.fullmatch(number_form("ar"), text) and _parts().fullmatch(text)
    if not match:
        return text
    letter = (match["letter"] or "").strip(" .")
    rest = re.sub(_STOPS["ar"], ".", match["rest"])
    for word in sorted(letters, key=len, reverse=True):
        rest = rest.replace(word, letters[word])
    return match["section"] + str(letters.get(letter, letter)) + rest


_LEADING = re.compile(rf"{_HYPHENED}|[\d٠-٩]{{1,3}} ?[-‑]")


def leads_arabic(number: str, rest: str) -> bool:
    """Whether a token is the number of a paragraph of Arabic words: 12-67, 29 جيم-41, ٢٢ -."""
    return _LEADING.fullmatch(number) is not None and _ARABIC.search(rest) is not None

"""How a term is compared with another: the spelling in which terms are matched, patterns that match any spelling, words without
their endings, and words one letter away from those they must be.

The endings are those of Russian nouns and adjectives: a term in another case is the same term. What is left of a word is
no dictionary's stem, but the same for its cases: ``ресурсы``, ``ресурсов`` and ``ресурсам`` are all ``ресурс``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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
def any_spelling(pattern: str) -> str:
    """A regular expression that also matches the other forms of its signs.

    >>> any_spelling(r"\\((?P<unit>[^)]+)\\)")
    '[(（](?P<unit>[^)）]+)[)）]'
    """
    parts: list[str] = []
    is_in_class = False
    at = 0
    while at < len(pattern):
        sign = pattern[at]
        escaped = pattern[at + 1] if sign == "\\" and at + 1 < len(pattern) else ""
        forms = _FORMS_OF.get(escaped or sign, "")
        at += 2 if escaped else 1
        if is_in_class:
            is_end_of_range = "-" in (pattern[at : at + 1], pattern[at - 2 : at - 1])
            parts.append(forms if forms and not is_end_of_range else sign + escaped)
            if sign == "]" and parts[-2] not in ("[", "^"):
                is_in_class = False
        elif sign == "[" and not escaped:
            is_in_class = True
            parts.append(sign)
        elif forms and (escaped or sign not in "()"):
            parts.append(f"[{forms}]")
        else:
            parts.append(sign + escaped)
    return "".join(parts)


_WORD = re.compile(r"[а-яё]{4,}", re.IGNORECASE)
_ENDING = re.compile(
    r"(?:иями|ями|ами|ими|ыми|иях|иям|ием|ией|его|ого|ему|ому|ев|ов|ие|ые|ое|ее|ье|ей|ий|ый|ой|ем|им|ым|ом|их|ых|ую|юю"
    r"|ая|яя|ою|ею|ям|ам|ях|ах|ию|ью|ия|ья|ии|я|ю|й|и|ы|у|о|ь|а|е)$"
)
_FLEETING = re.compile(r"(?<=[бвгджзклмнпрстфхцчшщй])[ое](?=к$)")
"""The vowel that comes in where no ending follows: ``поездок`` beside ``поездки``."""
_FEWEST = 3


@lru_cache(maxsize=1 << 14)
def stemmed(text: str) -> str:
    """A text as terms are matched, each word without its ending.

    >>> stemmed("Прочих расходов по персоналу") == stemmed("прочие расходы по персоналу")
    True
    """
    return normalised(_WORD.sub(lambda match: _stem(match.group().casefold()), text))


def in_any_case(term: str) -> str:
    """A regular expression for a term with its words in any case."""
    parts: list[str] = []
    at = 0
    for match in _WORD.finditer(term):
        parts += [re.escape(term[at : match.start()]), re.escape(_stem(match.group().casefold())), r"[а-яё]*"]
        at = match.end()
    return "".join((*parts, re.escape(term[at:])))


def _stem(word: str) -> str:
    bare = _ENDING.sub("", word)
    return _FLEETING.sub("", bare if len(bare) >= _FEWEST else word)


_SHORTEST = 7
"""Letters of the shortest word that is taken for another: short ones are near to many."""


def is_one_edit_away(printed: str, meant: str) -> bool:
    """True where one letter added, left out or changed, or two neighbours swapped, makes one word the other."""
    if printed == meant or abs(len(printed) - len(meant)) > 1 or min(len(printed), len(meant)) < _SHORTEST:
        return False
    start = 0
    while start < min(len(printed), len(meant)) and printed[start] == meant[start]:
        start += 1
    first, second = printed[start:], meant[start:]
    swapped = first[:2][::-1] == second[:2] and first[2:] == second[2:]
    return swapped or first[1:] == second[1:] or first[1:] == second or first == second[1:]


def meant_of(printed: str, words: Iterable[str]) -> str | None:
    """The one word of several that a misprint is one letter away from; None where there is none, or more."""
    found = {word for word in words if is_one_edit_away(printed.casefold(), word.casefold())}
    return found.pop() if len(found) == 1 else None


def mended_head(text: str, words: Iterable[str]) -> str:
    """The text with its first word put right, where it is one letter away from one of the words."""
    match = re.match(r"[^\W\d_]+(?:[-‑][^\W\d_]+)*", text)
    meant = meant_of(match[0], words) if match else None
    return f"{meant}{text[match.end() :]}" if match and meant else text

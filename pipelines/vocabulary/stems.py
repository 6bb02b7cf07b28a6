"""Words of a language that declines them, without their endings: a term in another case is the same term.

The endings are those of Russian nouns and adjectives. What is left of a word is no dictionary's stem, but the same
for its cases: ``ресурсы``, ``ресурсов`` and ``ресурсам`` are all ``ресурс``.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.vocabulary.spelling import normalised

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

"""The language of a text, recognised by its script, its common words and the fixed terms of fascicles."""

from __future__ import annotations

import re
from collections import Counter

from pipelines.model.blocks import UnreadableDocument
from pipelines.vocabulary import LANGUAGES_KNOWN, Vocabulary, normalised, vocabulary_of

_SCRIPTS = {
    "han": re.compile(r"[\u4e00-\u9fff]+"),
    "arabic": re.compile(r"[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+"),
    "cyrillic": re.compile(r"[\u0400-\u04ff]+"),
    "latin": re.compile(r"[A-Za-z]+"),
}
_WEIGHTS = {"latin": 1, "han": 10, "arabic": 2, "cyrillic": 2}
"""What a sign says beside a Latin letter, which stands in symbols and grades everywhere; a Han sign is half a word."""
_OTHERWISE = "en"
_TERMS = ("objects", "stub_heads", "column_heads", "units", "funding_sources", "components", "post_categories")
"""Tables of terms that tell a language where its common words do not."""
_JOB_LETTER = re.compile(r"\b\d{2}-\d{5}\s*\((?P<letter>[A-Z])\)")
_WORD = re.compile(r"[^\W\d_]+")
_COMMON = 2
"""What a common word says beside an ending or a letter."""
_SAMPLE = 20_000


def _says(vocabulary: Vocabulary, words: Counter[str], sample: str) -> int:
    """How much speaks for a language: its common words, endings of words, and letters that not all of its script have."""
    common = sum(words[word] for word in vocabulary.words("language", "common"))
    endings = tuple(vocabulary.words("language", "endings"))
    ended = sum(count for word, count in words.items() if endings and word.endswith(endings))
    signs = [*"".join(vocabulary.words("language", "signs")), *vocabulary.words("language", "marks")]
    return _COMMON * common + ended + sum(map(sample.count, signs))


def language_of(text: str) -> str:
    """Language of a text, by its script, and among those of one script by the words that are common in each.

    Where those leave it open, as in a text of tables alone, fixed terms of fascicles tell, else the letter after the
    job number. Raises UnreadableDocument when no vocabulary reads it.
    """
    sample = text[:_SAMPLE]
    counts = {script: sum(map(len, pattern.findall(sample))) for script, pattern in _SCRIPTS.items()}
    script = max(_WEIGHTS, key=lambda name: counts[name] * _WEIGHTS[name])
    known = [vocabulary_of(name) for name in LANGUAGES_KNOWN]
    of_script = [vocabulary for vocabulary in known if vocabulary.terms["language"]["script"] == script]
    if not counts[script] or not of_script:
        names = ", ".join(LANGUAGES_KNOWN)
        raise UnreadableDocument(f"its language is not recognised; there are vocabularies for {names}")
    if len(of_script) == 1:
        return of_script[0].language
    words = Counter(_WORD.findall(sample.casefold()))
    common = [_says(vocabulary, words, sample) for vocabulary in of_script]
    if common.count(max(common)) == 1:
        return of_script[common.index(max(common))].language
    lines = {normalised(line) for line in sample.splitlines()}
    job = _JOB_LETTER.search(text)
    return max(
        of_script,
        key=lambda v: (
            sum(len(lines & v.table(name).keys()) for name in _TERMS),
            job is not None and job["letter"] in v.words("language", "letter"),
            v.language == _OTHERWISE,
        ),
    ).language

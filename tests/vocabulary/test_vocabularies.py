"""Six vocabularies: the same tables and meanings in each, no term with two meanings, patterns that compile."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipelines.vocabulary import LANGUAGES_KNOWN, normalised, vocabulary_of

# Tables whose values are meanings, told by a term; in the others the key is the meaning.
_BY_TERM = (
    "units", "stub_heads", "column_heads", "column_groups", "row_groups", "organs", "adjustments", "currency",
)  # fmt: skip
# How a language says something that others say in another way, or not at all.
_OWN_WAY = {"language", "number_words", "scale", "head_noise", "headings"}


def _meanings(terms: dict[str, Any], table: str) -> set[str]:
    content = terms.get(table, {})
    return {str(value) for value in content.values()} if table in _BY_TERM else set(content)


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_every_language_has_the_meanings_of_english(language: str) -> None:
    english, own = vocabulary_of("en").terms, vocabulary_of(language).terms
    lacking = {
        table: missing
        for table, content in english.items()
        if isinstance(content, dict) and table not in _OWN_WAY
        and (missing := _meanings(english, table) - _meanings(own, table) - {"loose"})
    }  # fmt: skip
    assert lacking == {}


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_no_term_has_two_meanings_in_one_table(language: str) -> None:
    for table, content in vocabulary_of(language).terms.items():
        if not isinstance(content, dict):
            continue
        meaning: dict[str, str] = {}
        for key, words in content.items():
            for word in words if isinstance(words, list) else ():
                if isinstance(word, str):
                    assert meaning.setdefault(normalised(word), key) == key, (table, word)


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_patterns_compile_and_find_what_code_asks_them_for(language: str) -> None:
    english, own = vocabulary_of("en").terms, vocabulary_of(language).terms
    for table, content in english.items():
        for key, value in content.items():
            if not isinstance(value, str) or "(?P<" not in value or key not in own.get(table, {}):
                continue
            groups = set(re.compile(value).groupindex)
            named = set(re.compile(own[table][key]).groupindex)
            assert named <= groups | {"title"}, (table, key)

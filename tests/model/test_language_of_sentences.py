"""The language of single sentences, longer than forty characters, in each of the six languages."""

from __future__ import annotations

import pytest

from benches.languages import SENTENCES, sentences
from pipelines.model.language import language_of

_LEAST = 40


@pytest.mark.skipif(not SENTENCES.exists(), reason=f"no sentences at {SENTENCES}")
def test_the_language_of_each_sentence_is_recognised() -> None:
    wrong = [
        (language, text)
        for _, texts in sentences()
        for language, text in texts.items()
        if len(text) > _LEAST and language_of(text) != language
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Le montant demandé servirait à financer l’entretien du matériel."),
        ("fr", "Objet de dépense : frais généraux de fonctionnement"),
        ("es", "Gastos generales de funcionamiento, suministros y materiales"),
        ("en", "General operating expenses, supplies and materials"),
        ("zh", "主席：Maria Jose Fernandez Alvarez，副主席：John Smith"),
    ],
)
def test_short_words_show_their_language(language: str, text: str) -> None:
    assert language_of(text) == language

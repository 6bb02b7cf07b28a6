"""The language of a document is told from what it prints, whatever symbols, grades and names stand in it."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import UnreadableDocument
from pipelines.model.language import language_of
from pipelines.vocabulary import LANGUAGES_KNOWN, vocabulary_of

# Invented prose, one line per language, full of what is printed in Latin letters everywhere.
PROSE = {
    "ar": "10-5 تبلغ الموارد المقترحة لعام 2023 ما قدره 7 469,9 دولار (A/77/6 (Sect. 10)، P-5 وD-2 في UNCTAD)",
    "en": "10.5 The resources for 2023 are set out by object in A/77/6 (Sect. 10), with P-5 and D-2 of the CNUCED",
    "es": "10.5 Los recursos para 2023 figuran por objeto en el documento A/77/6 (Sect. 10), con P-5 y D-2 de la UNCTAD",
    "fr": "10.5 Les ressources pour 2023 sont indiquées par objet dans le document A/77/6 (Sect. 10), avec P-5 et D-2",
    "ru": "10.5 Ресурсы на 2023 год показаны по статьям в документе A/77/6 (Sect. 10), P-5, D-2, UNCTAD, UN-OHRLLS",
    "zh": "10.5 2023 年资源按支出用途列示，见 A/77/6 (Sect. 10)、P-5、D-2、UNCTAD、UN-OHRLLS",
}


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_one_line_of_prose_shows_its_language(language: str) -> None:
    assert language_of(PROSE[language]) == language


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_a_table_alone_shows_its_language(language: str) -> None:
    """Labels and figures without a sentence: the fixed terms tell."""
    words = vocabulary_of(language).words
    labels = [
        words("objects", code)[0] for code in ("travel_of_staff", "contractual_services", "supplies_and_materials")
    ]
    assert language_of("\n".join(f"{label}\n1 234\n—" for label in labels)) == language


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
def test_a_quotation_in_another_language_does_not_mislead(language: str) -> None:
    for other in LANGUAGES_KNOWN:
        assert language_of("\n".join([*[PROSE[language]] * 3, PROSE[other]])) == language


@pytest.mark.parametrize(("letter", "language"), [("E", "en"), ("F", "fr"), ("S", "es")])
def test_the_letter_after_the_job_number_gives_the_language_where_words_do_not(letter: str, language: str) -> None:
    assert language_of(f"A/77/6 (Sect. 10)\n22-06543 ({letter})\n*2206543*\nP-5 D-2") == language


def test_what_no_vocabulary_reads_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="not recognised"):
        language_of("2023 — 7 469 / 10.16")

"""Tables, sections and paragraphs that prose cites, in six languages: one sentence cites the same in each."""

from __future__ import annotations

import pytest

from benches.languages import CITED_SLIPS, LANGUAGES, SENTENCES, citations, measure, sentences
from pipelines.model.blocks import Block, Document
from pipelines.parse.grid.captions import start_caption
from pipelines.parse.prose.citations import find_places
from pipelines.read.shared.line_kinds import is_caption, split_number
from pipelines.read.text.walk import NUMBERED
from pipelines.read.typed_order import in_order
from pipelines.symbols import find_symbols
from pipelines.symbols.place_numbers import plain_number
from pipelines.vocabulary import vocabulary_of


@pytest.mark.skipif(not SENTENCES.exists(), reason=f"no sentences at {SENTENCES}")
def test_six_languages_cite_the_same() -> None:
    measured = measure(sentences(), citations, CITED_SLIPS)
    assert measured.missing == []
    assert measured.slips == set(CITED_SLIPS), "a slip that is none any more is no longer to be listed"
    assert all(measured.agreed[language] > 180 for language in LANGUAGES)
    assert len(measured.alone) <= 9, measured.alone


SAME = {
    "table 29C.17; tables 29C.18 to 29C.20; section 29C": {
        "en": "see table 29C.17, tables 29C.18 to 29C.20 and section 29C",
        "fr": "voir le tableau 29C.17, les tableaux 29C.18 à 29C.20 et le chapitre 29C",
        "es": "véanse el cuadro 29.C.17, los cuadros 29C.18 a 29C.20 y la sección 29C",
        "ru": "см. таблицу 29С.17, таблицы 29C.18-29C.20 и раздел 29С",
        "ar": "انظر الجدول 29 جيم-17 والجداول 29 جيم-18 إلى 29 جيم-20 والباب 29 جيم",
        "zh": "见表29C.17、表29C.18至29C.20和第29C款",
    },
    "paragraphs 1, 3 and 7 to 9": {
        "en": "paragraphs 1 (a), (b) and (c), 3 and 7-9",
        "fr": "paragraphes 1 a), b) et c), 3 et 7 à 9",
        "es": "párrafos 1 a), b) y c), 3 y 7 a 9",
        "ru": "пункты 1(а), (b) и (с), 3 и 7–9",
        "ar": "الفقرات 1 (أ) و (ب) و (ج) و 3 و 7 إلى 9",
        "zh": "第1(a)、(b)和(c)、3和7至9段",
    },
    "income section 1; part III; annex II": {
        "en": "income section 1, part III and annex II",
        "fr": "chapitre 1 des recettes, titre III et annexe II",
        "es": "sección 1 de ingresos, título III y anexo II",
        "ru": "раздел 1 сметы поступлений, часть III и приложение II",
        "ar": "باب الإيرادات 1 والجزء الثالث والمرفق الثاني",
        "zh": "收入第1款、第三编和附件二",
    },
    "income sections 1 to 3; figures 10.I and 10.II": {
        "en": "income sections 1 to 3, figures 10.I and 10.II",
        "fr": "chapitres 1 à 3 des recettes, figures 10.I et 10.II",
        "es": "secciones 1 a 3 de ingresos, figuras 10.I y 10.II",
        "ru": "разделы 1–3 сметы поступлений, диаграммы 10.I и 10.II",
        "ar": "أبواب الإيرادات 1 إلى 3 والشكلان 10-I و 10-II",
        "zh": "收入第1至3款、图10.一和图10.二",
    },
    "annexes I and II; paragraphs 12.67 to 12.70; sections 2, 28E and 29B": {
        "en": "annexes I and II, paragraphs 12.67 to 12.70, sections 2, 28E and 29B",
        "fr": "annexes I et II, paragraphes 12.67 à 12.70, chapitres 2, 28E et 29B",
        "es": "anexos I y II, párrafos 12.67 a 12.70, secciones 2, 28E y 29B",
        "ru": "приложения I и II, пункты 12.67–12.70, разделы 2, 28E и 29B",
        "ar": "المرفقان الأول والثاني، الفقرات 12-67 إلى 12-70، الأبواب 2 و 28 هاء و 29 باء",
        "zh": "附件一和二、第12.67至12.70段、第2款、第28E款和第29B款",
    },
    "programme 25; subprogramme 4; component 2": {
        "en": "programme 25, subprogramme 4, component 2",
        "fr": "programme 25, sous-programme 4, composante 2",
        "es": "programa 25, subprograma 4, componente 2",
        "ru": "программа 25, подпрограмма 4, компонент 2",
        "ar": "البرنامج 25 والبرنامج الفرعي 4 والعنصر 2",
        "zh": "方案25、次级方案4、构成部分2",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "text", "english"),
    [(language, text, texts["en"]) for texts in SAME.values() for language, text in texts.items()],
)
def test_a_list_of_places_is_the_same_in_each_language(language: str, text: str, english: str) -> None:
    def cited(words: str, read_in: str) -> set[tuple[str, str]]:
        return {(place.kind, place.number) for place in find_places(words, read_in)}

    assert cited(text, language) == cited(english, "en")
    assert len(cited(english, "en")) >= 3


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "in paragraph 2 100 000 dollars, table 5 per cent"),
        ("zh", "代表77国集团，是战略的一部分"),
        ("fr", "le tableau ci-dessous"),
        ("ar", "لفترة السنتين 2016-2017"),
    ],
)
def test_what_is_no_place_is_not_read(language: str, text: str) -> None:
    assert [p for p in find_places(text, language) if p.number not in {"5"}] == []


def test_an_arabic_range_is_one_of_several_and_a_number_of_one() -> None:
    assert [p.number for p in find_places("الفقرات 129-132", "ar")] == ["129", "130", "131", "132"]
    assert [p.number for p in find_places("الفقرة 12-67", "ar")] == ["12.67"]


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        *[("12-67", "12.67"), ("29 جيم-41", "29C.41"), ("18.A.9", "18A.9"), ("18А.9", "18A.9"), ("٢٢ -", "22")],
        *[("5.I.17", "5.I.17"), ("10.V", "10.V"), ("IS1.1", "IS1.1"), ("10.二", "10.二"), ("الثاني", "II")],
    ],
)
def test_numbers_take_one_form(printed: str, plain: str) -> None:
    assert plain_number(printed) == plain


def test_paragraphs_and_captions_of_arabic_have_their_numbers() -> None:
    words = "ويرد في الجدول أدناه"
    assert split_number(f"29 جيم-41\t{words}", "", 0)[0] == "29 جيم-41"
    assert split_number("2024-25\tThe budget", "", 0)[0] == ""
    assert NUMBERED.match(f"12-67 {words}")["number"] == "12-67"  # type: ignore[index]
    assert NUMBERED.match("25-26 آذار/مارس") is None
    assert is_caption("الجدول 18 ألف-9", False)
    for language, line in (("ar", "الجدول 18 ألف-9"), ("ru", "Таблица 18А.9"), ("es", "Cuadro 18.A.9")):
        assert start_caption(Block("caption", line), vocabulary_of(language)).number == "18A.9"


def test_a_pdf_may_draw_the_section_last() -> None:
    drawn = [
        Block("paragraph", "ترد في الجدول 26-10", number="10-5"),
        Block("paragraph", "ترد في الجدول 27-10", number="10-6"),
    ]
    texts = [
        block.text for block in in_order(Document(format="pdf", blocks=drawn, lines=[]), vocabulary_of("ar")).blocks
    ]
    assert texts == ["ترد في الجدول 10-26", "ترد في الجدول 10-27"]


def test_arabic_spells_sessions() -> None:
    found = find_symbols("القراران 3201 (د إ-6) و 2065 (د-20) والقرار دإ-10/2", "ar")
    assert [str(one.symbol) for one in found] == ["A/RES/3201 (S-VI)", "A/RES/2065 (XX)", "A/RES/S-10/2"]
    assert found[0].printed_text == "3201 (د إ-6)"

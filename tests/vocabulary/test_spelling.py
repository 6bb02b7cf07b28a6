"""Terms and patterns in other spellings: brackets, apostrophes, accents, letters of Arabic, cases of Russian."""

from __future__ import annotations

import re

import pytest

from pipelines.parse.prose.mentions import find_mentions
from pipelines.vocabulary import vocabulary_of
from pipelines.vocabulary.spelling import any_spelling, in_any_case, stemmed


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\((?P<unit>[^)]+)\)", "（千美元）"),
        (r"l’augmentation", "l\u02bcaugmentation"),
        (r"d'[’x]", "d‘'"),
        (r"الجمعية", "الجمعيه"),
        (r"(?:الأخرى|x)", "الاخري"),
        (r"dólares", "dolares"),
        (r"[^()]+\(\d\)", "words（2）"),
    ],
)
def test_a_pattern_matches_other_spellings(pattern: str, text: str) -> None:
    assert re.fullmatch(any_spelling(pattern), text)
    assert re.compile(any_spelling(pattern)).groups == re.compile(pattern).groups


def test_a_pattern_stays_as_narrow_as_it_is() -> None:
    assert re.fullmatch(any_spelling(r"[^)]+"), "a）") is None
    assert re.fullmatch(any_spelling(r"[ء-ي]+"), "x") is None


@pytest.mark.parametrize(
    ("table", "text", "meaning"),
    [
        ("objects", "Прочих расходов по персоналу", "other_staff_costs"),
        ("objects", "поездкам персонала", "travel_of_staff"),
        ("objects", "Поездок персонала", "travel_of_staff"),
        ("objects", "должностей", "posts"),
        ("objects", "консультантов", "consultants"),
        ("funding_sources", "внебюджетных ресурсов", "XB"),
        ("funding_sources", "Регулярного бюджета", "RB"),
        ("components", "руководства и управления", "executive_direction"),
        ("column_heads", "изменениям", "change"),
        ("objects", "расходы", None),
    ],
)
def test_russian_terms_are_known_in_any_case(table: str, text: str, meaning: str | None) -> None:
    assert vocabulary_of("ru").meaning(table, text) == meaning


def test_terms_that_differ_in_more_than_endings_stay_apart() -> None:
    vocabulary = vocabulary_of("ru")
    for table in ("objects", "column_heads", "components", "funding_sources", "totals", "post_categories"):
        for term, meaning in vocabulary.table(table).items():
            assert vocabulary.meaning(table, term) == meaning
    assert stemmed("ресурсы") == stemmed("ресурсов") == stemmed("РЕСУРСАМИ") != stemmed("расходы")
    assert re.fullmatch(in_any_case("услуги по контрактам"), "услугами по контракту")


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "$27.5 MILLION, OR 5.2 PER CENT, AND 12 POSTS", ["27500000", "5.2", "12"]),
        ("fr", "5,2 MILLIONS DE DOLLARS, SOIT 3,1 %, ET 12 POSTES", ["5200000", "3.1", "12"]),
        ("es", "27,5 MILLONES DE DOLARES; 1,5 MILLON DE DÓLARES; 12 PUESTOS", ["27500000", "1500000", "12"]),
        ("ru", "27,5 МЛН. ДОЛЛ. США, 24 ПРОЦЕНТА И 12 ДОЛЖНОСТЕЙ", ["27500000", "24", "12"]),
        ("zh", "设立 12 个员额（P-4），增加 3 747 800美元（5.3％）", ["12", "3747800", "5.3"]),
    ],
)
def test_amounts_in_capitals_and_wide_brackets(language: str, text: str, found: list[str]) -> None:
    mentions = find_mentions(text, vocabulary_of(language))
    assert [f"{mention.value.normalize():f}" for mention in mentions] == found


def test_a_grade_in_wide_brackets() -> None:
    (mention,) = find_mentions("设立 12 个员额（P-4）", vocabulary_of("zh"))
    assert mention.grade == "P-4"

"""Amounts and percentages as each of the six languages prints them, and numbers that Arabic types by groups."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benches.languages import LANGUAGES, SENTENCES, SLIPS, measure, sentences
from pipelines.model.blocks import Block, Document
from pipelines.model.digit_groups import Evidence, evidence_of, in_reading_order, open_values
from pipelines.parse.prose import mentions
from pipelines.parse.prose.mentions import find_mentions, reading_order
from pipelines.parse.scope.doubts import untold_numbers
from pipelines.read.typed_order import in_order
from pipelines.vocabulary import vocabulary_of


def _stated(text: str, language: str) -> list[tuple[str, str]]:
    return [(f"{m.value.normalize():f}", m.unit) for m in find_mentions(text, vocabulary_of(language))]


@pytest.mark.skipif(not SENTENCES.exists(), reason=f"no sentences at {SENTENCES}")
def test_six_languages_state_the_same_amounts() -> None:
    measured = measure(sentences())
    assert measured.missing == [] and measured.alone == []
    assert measured.slips == set(SLIPS), "a slip that is none any more is no longer to be listed"
    assert all(measured.agreed[language] > 90 for language in LANGUAGES)


@pytest.mark.parametrize(
    ("language", "text", "stated"),
    [
        ("en", "$1 234 567, US$5.2 million and 2 million United States dollars", "1234567 5200000 2000000"),
        ("en", "from $1.5 to $2 million", "1500000 2000000"),
        ("fr", "3 747 800 dollars, 27,5 millions de dollars et 1 million d’euros", "3747800 27500000 1000000"),
        ("es", "3.747.800 dólares, 1.870 millones de dólares, 27.5 millones de dólares", "3747800 1870000000 27500000"),
        ("es", "32 mil millones de dólares", "32000000000"),
        ("ru", "3400 долл. США, 27,5 млн. долл. США, 1,87 млрд долларов США, 2 тыс. долл. США", "3400 27500000 1870000000 2000"),
        ("ar", "800 747 3 دولار و 154.9 مليون دولار و 1.87 بليون دولار و 4.5 ملايين دولار", "3747800 154900000 1870000000 4500000"),
        ("ar", "مليوني دولار", "2000000"),
        ("ar", "في عام 2015 900 811 8 دولار", "8811900"),
        ("ar", "٨٠٠ ٧٤٧ ٣ دولار", "3747800"),
        ("zh", "3 747 800美元、2 750万美元和23.048亿美元", "3747800 27500000 2304800000"),
    ],
)  # fmt: skip
def test_amounts_as_a_language_prints_them(language: str, text: str, stated: str) -> None:
    assert [value for value, _ in _stated(text, language)] == stated.split()


@pytest.mark.parametrize(
    ("language", "text", "stated"),
    [
        ("en", "a 24-per-cent rate, 5 percentage points, 5.3%", "24 5.3"),
        ("fr", "5,3 %, 0, 7 % et 12 pour cent", "5.3 0.7 12"),
        ("es", "5,3% y 12 por ciento", "5.3 12"),
        ("ru", "24-процентный показатель, 5,3 процента, на 5 процентных пунктов", "24 5.3"),
        ("ar", "5.3 في المائة و ٥٫٣ في المئة و 4٪", "5.3 5.3 4"),
        ("zh", "76％、5.3%和百分之5，5个百分点", "76 5.3 5"),
    ],
)
def test_percentages_as_a_language_prints_them(language: str, text: str, stated: str) -> None:
    assert [value for value, unit in _stated(text, language) if unit == "percent"] == stated.split()


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "1234 567 dollars"), ("en", "1,23 456 dollars"), ("ar", "8 304 2 دولار"), ("ar", "بمبلغ 123 456 دولار")],
)
def test_what_is_no_number_or_could_be_two_is_not_guessed(language: str, text: str) -> None:
    assert _stated(text, language) == []


def test_the_order_of_digit_groups_follows_neighbours_then_rounding() -> None:
    arabic = vocabulary_of("ar")
    assert list(open_values(reading_order("123 456", arabic))) == [("123 456", ["123456", "456123"])]
    assert reading_order("800 747 3 و 123 456", arabic) == "3\u00a0747\u00a0800 و 456\u00a0123"
    assert reading_order("3 747 800 و 123 456", arabic) == "3\u00a0747\u00a0800 و 123\u00a0456"
    assert _stated("100 437 دولار", "ar") == [("437100", "usd")]
    assert _stated("437 100 دولار", "ar") == [("437100", "usd")]
    assert in_reading_order("123 456", Evidence(turned=3)) == "456\u00a0123"
    assert in_reading_order("123\u00a0456", Evidence()) == "123\u00a0456"


def test_a_number_of_unknown_digit_order_is_a_doubt() -> None:
    said = Block("paragraph", "بمبلغ 123 456 دولار ومبلغ 8 304 2 دولار", number="10-5")
    read = in_order(Document(format="docx", blocks=[said]), vocabulary_of("ar")).blocks[0]
    assert find_mentions(read.text, vocabulary_of("ar")) == []
    either, none = untold_numbers(read, {"document_id": "d", "paragraph_number": "10.5"})
    assert either["kind"] == "number_order" and either["may_be"] == "123456 or 456123"
    assert "123 456 in paragraph 10.5" in either["message"] and none["may_be"] is None
    assert either["doubt_id"] != none["doubt_id"]


def test_two_numbers_side_by_side_are_not_made_one() -> None:
    many = evidence_of(["800 747 3", "900 811 8", "469.9 7"])
    assert many == Evidence(0, 3)
    assert list(open_values(in_reading_order("3 150", many))) == [("3 150", ["3150"])]
    assert in_reading_order("2015 800 747 3", many) == "2015 3\u00a0747\u00a0800"
    assert in_reading_order("12 34", many) == "12 34"


def test_a_value_is_exact() -> None:
    (mention,) = find_mentions("154.9 مليون دولار", vocabulary_of("ar"))
    assert (mention.value, mention.precision) == (Decimal(154_900_000), -5)


_PIECES = (
    *("1", "12", "345", "6 789", "1,234", "2.5", "0, 7", ",", ".", " ", "-", "$", "US$", "€", "%", "٣", "\u00a0"),
    *(
        "per cent",
        "million",
        "dollars",
        "millions de dollars",
        "posts",
        "postes",
        "دولار",
        "مليون",
        "美元",
        "万",
        "долл. США",
    ),
)


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join), st.sampled_from(LANGUAGES))
def test_patterns_tried_at_digits_find_what_they_find_anywhere(text: str, language: str) -> None:
    vocabulary = vocabulary_of(language)
    for key in ("amount", "amount_after", "percent", "percent_before", "posts"):
        pattern = mentions._pattern(vocabulary, key, text.isupper())
        everywhere = [match.span() for match in pattern.finditer(text)] if pattern else []
        assert [match.span() for match in mentions._matches(text, vocabulary, key)] == everywhere

"""Numbers as each of the six languages prints them: whatever the style, the value comes back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model.numbers import NIL_MARKS, looks_like_number, read_number
from pipelines.vocabulary import LANGUAGES_KNOWN, vocabulary_of

SPACES = (" ", "\u00a0", "\u202f", "\u2009")
MARKS = {"ar": (",", "٫"), "en": (".",), "es": (",",), "fr": (",",), "ru": (",",), "zh": (".",)}
THOUSANDS = {
    "ar": (*SPACES, "٬", ""),
    "en": (*SPACES, ",", ""),
    "es": (*SPACES, ".", ""),
    "fr": (*SPACES, ""),
    "ru": (*SPACES, ""),
    "zh": (*SPACES, ",", ""),
}
PERCENT = ("", "%", " %", "\u00a0%")
ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _printed(value: Decimal, places: int, thousands: str, mark: str) -> str:
    """A number without its sign, in a style."""
    digits = f"{abs(value):,.{places}f}"
    return digits.translate({ord(","): thousands, ord("."): mark})


def _signed(body: str, value: Decimal, style: str) -> str:
    if value >= 0:
        return body
    return {"brackets": f"({body})", "stray": f"( {body})", "flipped": f"){body}(", "minus": f"−{body}"}[style]


@given(
    language=st.sampled_from(LANGUAGES_KNOWN),
    tenths=st.integers(-(10**11), 10**11),
    places=st.integers(0, 2),
    style=st.sampled_from(["brackets", "stray", "flipped", "minus"]),
    data=st.data(),
)
def test_a_number_comes_back_from_every_style_of_its_language(
    language: str, tenths: int, places: int, style: str, data: st.DataObject
) -> None:
    value = Decimal(tenths).scaleb(-places)
    thousands, mark = data.draw(st.sampled_from(THOUSANDS[language])), data.draw(st.sampled_from(MARKS[language]))
    body = _printed(value, places, thousands, mark)
    percent = data.draw(st.sampled_from(PERCENT))
    before = data.draw(st.booleans()) and bool(percent) and style != "minus"
    body = f"{percent.strip()}{body}" if before else body + percent
    if language == "ar" and data.draw(st.booleans()):
        body = "\u200f" + body.translate(ARABIC_DIGITS).replace("%", "٪")
    text = _signed(body, value, style)
    number = read_number(text, vocabulary_of(language).decimal)
    assert number is not None, text
    assert (number.value, number.precision_digits, number.is_nil) == (value, places, False), text
    assert looks_like_number(text)


@pytest.mark.parametrize(
    ("text", "language", "value", "places"),
    [
        ("7 469,9", "fr", "7469.9", 1),
        ("7\u202f469,9", "fr", "7469.9", 1),
        ("7 469.9", "zh", "7469.9", 1),
        ("7.469,9", "es", "7469.9", 1),
        ("1,234", "en", "1234", 0),
        ("1,234", "zh", "1234", 0),
        ("1,234", "fr", "1.234", 3),
        ("1,234", "ru", "1.234", 3),
        ("1.234", "en", "1.234", 3),
        ("1.234", "es", "1234", 0),
        ("0,125", "fr", "0.125", 3),
        ("0,125", "en", "0.125", 3),
        ("1,234,567", "fr", "1234567", 0),
        ("1.234.567", "es", "1234567", 0),
        ("٧٬٤٦٩٫٩", "ar", "7469.9", 1),
        ("٧ ٤٦٩٫٩", "ar", "7469.9", 1),
        (")279,8(", "ar", "-279.8", 1),
        (")٢٧٩٫٨(", "ar", "-279.8", 1),
        ("( 0,2)", "fr", "-0.2", 1),
        ("(0,2) %", "fr", "-0.2", 1),
        ("٪٤٫٢", "ar", "4.2", 1),
        ("%4,2", "ar", "4.2", 1),
        ("4,2\u00a0%", "ru", "4.2", 1),
        ("（279.8）", "zh", "-279.8", 1),
        ("4.2％", "zh", "4.2", 1),
        ("+3,5", "es", "3.5", 1),
    ],
)
def test_the_meaning_of_a_printed_number_depends_on_its_language(
    text: str, language: str, value: str, places: int
) -> None:
    number = read_number(text, vocabulary_of(language).decimal)
    assert number is not None
    assert (number.value, number.precision_digits) == (Decimal(value), places)


@pytest.mark.parametrize("language", LANGUAGES_KNOWN)
@pytest.mark.parametrize("mark", sorted(NIL_MARKS))
def test_a_dash_is_nothing_in_every_language(mark: str, language: str) -> None:
    for text in (mark, f" {mark}\u00a0", f"\u200f{mark}"):
        number = read_number(text, vocabulary_of(language).decimal)
        assert number is not None and number.is_nil and number.value == 0


@pytest.mark.parametrize(
    "text",
    ["", " ", "2021,2022", "2021,202", "1,234,5", "1.2.3", "12 34", "1 2345", "(5", "5)", "(5(", "--", "5-", "A/77/6", "%", "()", "P-5", "1 234 ,"],
)  # fmt: skip
def test_what_is_no_number_is_none_in_any_language(text: str) -> None:
    assert {read_number(text, decimal) for decimal in ("", ".", ",")} == {None}


@given(st.text(alphabet="0123456789 .,()٬٫-%\u00a0", max_size=9))
def test_whether_it_is_a_number_does_not_depend_on_the_language(text: str) -> None:
    assert len({read_number(text, decimal) is None for decimal in ("", ".", ",")}) == 1

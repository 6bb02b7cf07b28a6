"""Amounts of money, percentages and counts of posts in a text, as each of the six languages prints them.

The words are the vocabulary's; how a number is printed is the same for all languages but for the mark before
decimals. In a pattern of the vocabulary ``{number}`` stands for such a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest

from pipelines.model.digit_groups import KEPT, OPEN, evidence_of, in_reading_order, rounded_amount, types_from_the_right
from pipelines.model.numbers import PrintedNumber, read_number
from pipelines.vocabulary import Vocabulary, normalised
from pipelines.vocabulary.spelling import any_spelling

_SPACE = "[ \u00a0\u202f\u2009\u2007]"
_STRAY = re.compile(r"^(?P<nought>[0٠][.,]) (?=\d)")
_BEFORE = re.compile(rf"\d(?:{_SPACE}|{OPEN}|[.,٫٬])$")
_UNSCALED = 1000
"""No amount of a budget is smaller: what is, shares the scale of the next."""
_GROUP_FIRST = re.compile(r"\d{3}(?!\d)")


@dataclass(frozen=True, slots=True)
class Mention:
    """One number with its unit in a text: printed words, exact value, decimals, unit, where it starts."""

    start: int
    end: int
    printed: str
    value: Decimal
    precision: int
    unit: str
    grade: str | None = None


def find_mentions(text: str, vocabulary: Vocabulary) -> list[Mention]:
    """All amounts of money, percentages and counts of posts in a text, in order.

    A number whose groups of digits can be read both ways, as Arabic types them, is none of these (``open_values``).
    """
    text = reading_order(text, vocabulary)
    found = [*_money(text, vocabulary), *_percentages(text, vocabulary), *_posts(text, vocabulary)]
    return sorted(found, key=lambda m: m.start)


def reading_order(text: str, vocabulary: Vocabulary) -> str:
    """A text of the same length whose numbers stand in the order of reading; only Arabic types them otherwise."""
    if not types_from_the_right(vocabulary):
        return text
    return in_reading_order(text, evidence_of([text]), rounded_amount(vocabulary))


@lru_cache(maxsize=64)
def _pattern(vocabulary: Vocabulary, key: str, is_in_capitals: bool = False) -> re.Pattern[str] | None:
    """A pattern of the vocabulary's prose, for a text in capitals or any other; None where the language has none."""
    written = vocabulary.terms.get("prose", {}).get(key)
    if not isinstance(written, str):
        return None
    whole = any_spelling(written).replace("{number}", _number_form(vocabulary))
    return re.compile(whole, re.IGNORECASE if is_in_capitals else 0)


_BEGINS_WITH_NUMBER = re.compile(r"^(?:\(\?<[!=][^()]*\))*(?:\\b)?\(\?P<number>\{number\}")
"""A pattern whose matches begin with a digit, but for what it looks at before that."""
_DIGIT = re.compile(r"\d")


def _matches(text: str, vocabulary: Vocabulary, key: str) -> Iterator[re.Match[str]]:
    """Matches of a pattern of the vocabulary's prose, from left to right, none within another.

    One that begins with a number is tried at digits alone: the engine would try what stands before it everywhere.
    """
    pattern = _pattern(vocabulary, key, text.isupper())
    if pattern is None:
        return
    if not _begins_with_number(vocabulary, key):
        yield from pattern.finditer(text)
        return
    end = 0
    for digit in _DIGIT.finditer(text):
        if digit.start() >= end and (match := pattern.match(text, digit.start())):
            end = match.end()
            yield match


@lru_cache(maxsize=64)
def _begins_with_number(vocabulary: Vocabulary, key: str) -> bool:
    return _BEGINS_WITH_NUMBER.match(vocabulary.terms["prose"][key]) is not None


def _number_form(vocabulary: Vocabulary) -> str:
    """A number as prose prints it: groups of thousands, decimals after the language's mark."""
    space = KEPT if types_from_the_right(vocabulary) else _SPACE
    mark, group = ("[,٫]", r"\.") if vocabulary.decimal == "," else ("[.٫]", "[,٬]")
    grouped = rf"\d{{1,3}}(?:(?:{space}\d{{3}})+|(?:{group}\d{{3}})+|(?:['’ʼ]\d{{3}})+)(?!\d)(?:{mark}\d+)?"
    return rf"(?:{grouped}|[0٠][.,] \d+|\d+[.,٫]\d+|\d+)(?![\d{OPEN}])"


def _money(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Amounts; the first of two that share a scale (``$1.5 to $2 million``) is of that scale too."""
    amounts = sorted(_amounts(text, vocabulary), key=lambda m: m.start)
    shared = _pattern(vocabulary, "shared_scale", text.isupper())
    for mention, following in zip_longest(amounts, amounts[1:]):
        between = text[mention.end : following.start] if following else ""
        if following and shared and shared.fullmatch(between) and mention.value < _UNSCALED <= following.value:
            words = following.printed.split()[-1]
            if scale := _scale(words, vocabulary):
                digits = len(str(scale)) - 1
                mention = replace(mention, value=mention.value * scale, precision=mention.precision - digits)
        yield mention


def _amounts(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    taken: list[tuple[int, int]] = []
    for key in ("amount", "amount_after", "amount_of_two"):
        for match in _matches(text, vocabulary, key):
            is_taken = any(start < match.end() and match.start() < end for start, end in taken)
            if is_taken or (key != "amount_of_two" and _starts_inside(text, match)):
                continue
            if mention := _amount(match, vocabulary):
                taken.append(match.span())
                yield mention


def _amount(match: re.Match[str], vocabulary: Vocabulary) -> Mention | None:
    currency = vocabulary.meaning("currency", match["currency"])
    groups = match.groupdict()
    number: PrintedNumber | None
    if dual := groups.get("dual"):
        number = PrintedNumber(Decimal(2), 0)
        scale = vocabulary.terms.get("scale_of_two", {}).get(dual)
    else:
        number = _number(match["number"], vocabulary)
        scale = _scale(match["scale"], vocabulary)
    if number is None or currency is None or scale is None:
        return None
    value = number.value * scale
    precision = number.precision_digits
    while scale > 1:
        scale //= 10
        precision -= 1
    if precision <= 0 and value:
        precision = min(precision, -_trailing_zeros(value))
    return Mention(match.start(), match.end(), match.group().strip(), value, precision, currency)


def _scale(printed: str | None, vocabulary: Vocabulary) -> int | None:
    if not printed:
        return 1
    words, scale = normalised(printed), _scales(vocabulary)
    return scale.get(words, scale.get(words.rstrip(".")))


@lru_cache(maxsize=8)
def _scales(vocabulary: Vocabulary) -> dict[str, int]:
    """What each word for thousands, millions and so on multiplies by."""
    return {normalised(word): scale for word, scale in vocabulary.terms.get("scale", {}).items()}


def _number(printed: str, vocabulary: Vocabulary) -> PrintedNumber | None:
    """The number, with a space after the mark of decimals that begins one (``0, 7``) left out."""
    return read_number(_STRAY.sub(r"\g<nought>", printed), vocabulary.decimal)


def _starts_inside(text: str, match: re.Match[str]) -> bool:
    """Whether a match begins within a number: a longer one, whose groups or decimals it could not read.

    ``567`` of ``1234 567`` is no number of its own; ``5`` of ``in 2015 5 per cent`` is.
    """
    start = match.start("number")
    if start < 1 or not _BEFORE.search(text[max(0, start - 2) : start]):
        return False
    return text[start - 1] in f".,٫٬{OPEN}" or bool(_GROUP_FIRST.match(text, start))


def _trailing_zeros(value: Decimal) -> int:
    digits = str(abs(int(value)))
    return min(len(digits) - len(digits.rstrip("0")), 2)


def _percentages(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    taken: set[int] = set()
    for key in ("percent", "percent_before"):
        for match in _matches(text, vocabulary, key):
            number = None if _starts_inside(text, match) else _number(match["number"], vocabulary)
            if number is not None and match.start("number") not in taken:
                taken.add(match.start("number"))
                yield Mention(
                    match.start(), match.end(), match.group().strip(), number.value, number.precision_digits, "percent"
                )


def _posts(text: str, vocabulary: Vocabulary) -> Iterator[Mention]:
    for match in _matches(text, vocabulary, "posts"):
        words = vocabulary.terms.get("number_words", {})
        value = words.get(match["number"].casefold(), match["number"])
        number = None if _starts_inside(text, match) else read_number(str(value), vocabulary.decimal)
        if number is not None:
            yield Mention(
                match.start(),
                match.end(),
                match.group().strip(),
                number.value,
                0,
                "posts",
                match.groupdict().get("grade"),
            )

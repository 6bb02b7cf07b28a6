"""Amounts and counts of posts that a resolution states, the sections they stand under, and what they are parts of.

An appropriation under a section is a fact of its own, told by the section, the budget year and the paragraph that
decides it: it is added to what else is appropriated for the section, and restates nothing. Where the words say that
an amount is made up of others ("comprising", "broken down as follows:"), those are its parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.model.facts import Item, Scope, fact_id
from pipelines.model.grades import is_grade
from pipelines.model.numbers import read_number
from pipelines.parse.prose.points import points_of
from pipelines.parse.resolutions.text import Paragraph, ResolutionWords, year_in
from pipelines.vocabulary import Vocabulary

_LEAD = 200
_CLAUSE = re.compile(r"[;:.]\s|\n")
_COARSEST = 2
# The same amount in another currency: "24,776,200 dollars (equivalent to 21,699,000 Swiss francs)".
_BESIDE = re.compile(r"\s*\([^()]*\)")


@dataclass(slots=True)
class _Amount:
    """One amount: its place in the paragraph's text, value in single units, and what it is part of."""

    start: int
    end: int
    printed: str
    value: Decimal
    precision: int
    unit: str
    section: str | None = None
    part_of: int | None = None
    grade: str | None = None
    measure: str | None = None
    direction: str | None = None


@dataclass(frozen=True, slots=True)
class AmountContext:
    """Whose amounts they are: document, symbol, title; the words of its language."""

    document_id: str
    symbol: str
    title: str
    words: ResolutionWords
    vocabulary: Vocabulary


def amount_rows(paragraph: Paragraph, context: AmountContext) -> list[dict[str, Any]]:
    """Rows of mart_stated_amount of one paragraph, in order."""
    words, text = context.words, paragraph.text
    amounts = sorted([*_money(text, words), *_posts(text, context)], key=lambda one: one.start)
    if not amounts:
        return []
    _tell_sections(text, amounts, words)
    _tell_parts(text, amounts, words)
    _tell_directions(text, amounts, words)
    _tell_appropriated_parts(amounts)
    year = _budget_year(text, context)
    stem = f"{context.document_id}#p{paragraph.number}#a"
    rows = []
    told: Counter[str] = Counter()
    for number, one in enumerate(amounts, start=1):
        rows.append(
            {
                "stated_amount_id": f"{stem}{number}",
                "document_id": context.document_id,
                "paragraph_number": paragraph.number,
                "printed_text": one.printed,
                "value": one.value,
                "unit": one.unit,
                "precision_digits": one.precision,
                "direction": one.direction,
                "measure": one.measure,
                "fiscal_year": year if one.measure else None,
                "funding_source_code": "RB" if one.measure else None,
                "section_code": one.section,
                "component_code": None,
                "subprogramme_code": None,
                "fact_id": _fact(one, paragraph, context, year, told),
                "part_of": f"{stem}{one.part_of + 1}" if one.part_of is not None else None,
                "basis": "wording" if one.measure else None,
                "page_number": paragraph.page,
                "line_first": paragraph.line_of(one.start),
                "line_last": paragraph.line_last_of(one.start),
            }
        )
    return rows


def _money(text: str, words: ResolutionWords) -> Iterator[_Amount]:
    for match in words["amount"].finditer(text):
        number = read_number(match["number"])
        if number is None or words["rate"].search(text[: match.start()]) is not None:
            continue
        scale = words.scales.get((match["scale"] or "").casefold(), 1)
        value = number.value * scale
        # Digits printed tell the precision: a round figure may be exact, so that it is taken to hundreds at most.
        precision = number.precision_digits - (len(str(scale)) - 1)
        if precision <= 0 and value:
            precision = min(precision, -min(_trailing_zeros(value), _COARSEST))
        unit = words.currencies[" ".join(match["currency"].split())]
        yield _Amount(match.start(), match.end(), match.group(), value, precision, unit)


def _trailing_zeros(value: Decimal) -> int:
    digits = str(abs(int(value)))
    return len(digits) - len(digits.rstrip("0"))


def _posts(text: str, context: AmountContext) -> Iterator[_Amount]:
    """Counts of posts with their list by grade in parentheses; a count without one is left to the reader."""
    for match in context.words["post_count"].finditer(text):
        listed = context.words["post_list"].match(text[match.end() :])
        if listed is None:
            continue
        items = list(context.words["post_item"].finditer(listed["list"]))
        if len(items) < 2 or not all(is_grade(item["grade"], context.vocabulary) for item in items):
            continue
        yield _post(match.start(), match.group(), match["number"])
        offset = match.end() + listed.start("list")
        for item in items:
            yield _post(offset + item.start(), item.group(), item["number"], item["grade"])


def _post(start: int, printed: str, number: str, grade: str | None = None) -> _Amount:
    value = read_number(number)
    assert value is not None
    return _Amount(start, start + len(printed), printed, value.value, 0, "posts", grade=grade)


def _tell_sections(text: str, amounts: Sequence[_Amount], words: ResolutionWords) -> None:
    """Section and measure of each amount: what it stands under, and the verb or noun of its clause."""
    for number, one in enumerate(amounts):
        if one.unit not in words.currencies.values():
            continue
        beside = _BESIDE.match(text, one.end)
        begin = beside.end() if beside is not None else one.end
        stop = next((other.start for other in amounts[number + 1 :] if other.start >= begin), len(text))
        after = text[begin:stop]
        if (match := words["under_section"].match(after)) is not None:
            one.section = match["code"].upper()
        elif (match := words["under_income"].match(after)) is not None:
            one.section = f"IS{match['code']}"
        lead = _CLAUSE.split(text[max(0, one.start - _LEAD) : one.start])[-1]
        is_appropriated = words["appropriation"].search(lead) is not None
        is_income = (one.section or "").startswith("IS")
        before = amounts[number - 1] if number else None
        follows = (
            before is not None and before.measure is not None and _CLAUSE.search(text[before.end : one.start]) is None
        )
        if one.unit == "usd" and not is_income and (is_appropriated or follows):
            one.measure = "appropriation"


def _tell_parts(text: str, amounts: Sequence[_Amount], words: ResolutionWords) -> None:
    """Which amounts make up which: in the same clause, in the points below, or in a list of posts."""
    points = points_of(text)
    starts = [sum(len(line) + 1 for line in text.split("\n")[: point.position]) for point in points]
    for number, one in enumerate(amounts):
        if one.part_of is not None:
            continue
        rest = [other for other in range(number + 1, len(amounts)) if amounts[other].part_of is None]
        if one.unit == "posts":
            if one.grade is None:
                for other in rest:
                    if amounts[other].grade is None:
                        break
                    amounts[other].part_of = number
            continue
        line_end = text.find("\n", one.end)
        line_end = len(text) if line_end < 0 else line_end
        clause = text[one.end : line_end]
        comprising = words["comprising"].search(clause)
        if comprising is not None and not any(one.end < amounts[n].start < one.end + comprising.start() for n in rest):
            if clause.rstrip().endswith(":"):
                _take_points(number, amounts, rest, points, starts, line_end)
            else:
                end = words["parts_end"].search(clause, comprising.end())
                stop = one.end + (end.start() if end is not None else len(clause))
                _take_inline(number, amounts, rest, stop, text)
        elif words["of_which"].search(clause) is not None:
            _take_inline(number, amounts, rest, line_end, text)


def _take_inline(number: int, amounts: Sequence[_Amount], rest: Sequence[int], stop: int, text: str) -> None:
    one = amounts[number]
    parts = [n for n in rest if amounts[n].start < stop and amounts[n].unit == one.unit]
    if len(parts) > 1 and "(" not in text[one.end : amounts[parts[0]].start]:
        for n in parts:
            amounts[n].part_of = number


def _take_points(
    number: int,
    amounts: Sequence[_Amount],
    rest: Sequence[int],
    points: Sequence[Any],
    starts: Sequence[int],
    line_end: int,
) -> None:
    """The first amount of each point right below the line; none where a point states no amount."""
    below = [(start, point) for start, point in zip(starts, points, strict=True) if start > line_end]
    if not below:
        return
    depth = len(below[0][1].path)
    level: list[int] = []
    for start, point in below:
        if len(point.path) < depth:
            break
        if len(point.path) == depth:
            level.append(start)
    firsts: list[int] = []
    for start, after in zip(level, [*level[1:], 10**9], strict=True):
        inside = [n for n in rest if start <= amounts[n].start < after and amounts[n].unit == amounts[number].unit]
        if not inside:
            return
        firsts.append(inside[0])
    if len(firsts) > 1:
        for n in firsts:
            amounts[n].part_of = number


def _tell_directions(text: str, amounts: Sequence[_Amount], words: ResolutionWords) -> None:
    """What adds and what takes away, by the words right before an amount; a part without any goes with its whole."""
    for number, one in enumerate(amounts):
        if one.unit == "posts":
            continue
        start = amounts[number - 1].end if number else 0
        lead = text[max(start, one.start - _LEAD) : one.start]
        if words["decrease"].search(lead) is not None:
            one.direction = "decrease"
        elif words["increase"].search(lead) is not None:
            one.direction = "increase"
    for one in amounts:
        if one.part_of is not None and one.direction is None:
            one.direction = amounts[one.part_of].direction


def _tell_appropriated_parts(amounts: Sequence[_Amount]) -> None:
    """What an appropriation is made up of is appropriated, wherever its parts stand: in the clause or in points."""
    for one in amounts:
        whole = amounts[one.part_of] if one.part_of is not None else None
        if whole is not None and whole.measure and one.section and one.unit == whole.unit:
            one.measure = one.measure or (None if one.section.startswith("IS") else whole.measure)


def _budget_year(text: str, context: AmountContext) -> int | None:
    match = context.words["budget_year"].search(text)
    return int(match["year"]) if match is not None else year_in(context.words, text, context.title)


def _fact(
    one: _Amount, paragraph: Paragraph, context: AmountContext, year: int | None, told: Counter[str]
) -> str | None:
    """The fact of an appropriation: section, year and the paragraph that decides it.

    ``told`` counts the sections named so far: a paragraph that adds twice to one section states two facts.
    """
    if one.measure is None or year is None or (one.section is None and one.part_of is not None):
        return None
    told[one.section or ""] += 1
    again = told[one.section or ""]
    place = f"{paragraph.number}~{again}" if again > 1 else paragraph.number
    item = Item("additional", f"{context.symbol} {place}")
    return fact_id(year, one.section, Scope(funding="RB"), item, one.measure, year, "USD")

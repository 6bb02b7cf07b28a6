"""Rows of a table put in outline: role, parent, and the total each row is a member of.

A total stands below its members (money, posts) or above them (subcategories of deliverables). Letters
and numbers of components, words for total and subtotal, and rows without values give the outline.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from pipelines.model.grades import is_grade
from pipelines.model.numbers import PrintedNumber
from pipelines.vocabulary import Vocabulary, normalised
from pipelines.vocabulary.spelling import any_spelling, folded

_LETTER = re.compile(r"^(?P<letter>[A-Z])\.\s*(?P<words>(?!\d+$)\S.*)$")
_NUMBER = re.compile(r"^(?P<number>\d{1,3}[a-z]?)\.\s*(?P<words>\S.*)$")
_CLOSES_LETTER = re.compile(r"[(,]\s*(?P<letter>[A-Z])\s*\)?\s*$")
_CLOSES_PART = re.compile(r"[(,]\s*(?P<part>\d)\s*\)?\s*$")
_SUM_OF_PARTS = re.compile(r"\d\s*[+–-]\s*\d")


@dataclass(slots=True)
class OutlineRow:
    """One printed row: number from 1, label, whether it has values; role, parent and total once known."""

    number: int
    label: str
    has_values: bool
    indent: int = 0
    role: str = "item"
    parent: int | None = None
    total: int | None = None
    level: int = 0
    letter: str | None = None
    ordinal: str | None = None
    words: str = ""
    closes_letter: str | None = None
    is_grand_total: bool = False
    is_apart: bool = False
    """True for a row that states a year's state of things: it is no member of a total."""
    printed: str = ""
    """The label as printed, where ``label`` has another mark of its place."""
    figures: dict[int, PrintedNumber] = field(default_factory=dict)
    """Figures that totals sum, by column."""


_NARROW = str.maketrans("（），．", "(),.")
_DASHED_NUMBER = re.compile(r"^(?P<number>\d{1,3}[a-z]?)\s*[-–‑]\s+(?P<words>\S.*)$")


@lru_cache(maxsize=1 << 13)  # the labels of a document's tables repeat
def outline_label(label: str, vocabulary: Vocabulary) -> str:
    """A label with the mark of its place as Latin fascicles print it: "B. words", "2. words", "Subtotal (B)".

    Languages number by letters of their own, by names of letters and with dashes, and print wide brackets. Leaders
    and footnote marks at its end are no part of it.
    """
    label = _without_marks(label.translate(_NARROW), vocabulary)
    for printed, letter in vocabulary.letters.items():
        name = any_spelling(printed)
        label = re.sub(rf"^{name}\s*[.‑–-]\s*(?=\S)", f"{letter}. ", label)
        label = re.sub(rf"\(\s*{name}\s*\)\s*$", f"({letter})", label)
    dashed = _DASHED_NUMBER.match(label) if vocabulary.letters else None
    return f"{dashed['number']}. {dashed['words']}" if dashed else label


_TERMS = ("objects", "components", "post_categories", "staff_kinds", "funding_sources", "row_groups")
_PLACE = re.compile(r"^(?:[A-Z]|\d{1,3}[a-z]?)\.\s+")
_LEADERS = re.compile(r"\s*(?:[.…·_]\s?){3,}$")
_MARKS = re.compile(r"(?:\s*[*†‡§¹²³⁰⁴-⁹ᵃ-ᵛ]+|(?:\s+[a-z]/,?)+)$")
_GLUED = re.compile(r"^(?P<words>.*[^\W\d_]{3})[a-h]$")


def _without_marks(label: str, vocabulary: Vocabulary) -> str:
    """A label without leaders and footnote marks; a letter at the end of a word is one where the rest is a known term:
    "Consultants ........", "Posts a/" and "Postsa" are "Consultants" and "Posts".
    """
    bare = _MARKS.sub("", _LEADERS.sub("", label.rstrip())).rstrip() or label
    glued = _GLUED.match(bare)
    if glued and is_named(glued["words"], vocabulary) and not is_named(bare, vocabulary):
        return glued["words"]
    return bare


def is_named(words: str, vocabulary: Vocabulary) -> bool:
    """True for words that are a known term of tables: an object, a component, a category of posts, a grade, a total."""
    words = _PLACE.sub("", words)
    return (
        names_total(words, vocabulary)
        or any(vocabulary.meaning(table, words) for table in _TERMS)
        or is_grade(words, vocabulary)
    )


def is_within(label: str, vocabulary: Vocabulary) -> bool:
    """True for a label that says "of which": its figures are part of those of the row above, and count in no total."""
    return _word_starts(label, vocabulary, "within")


def _word_starts(label: str, vocabulary: Vocabulary, *keys: str) -> bool:
    text = folded(" ".join(label.split()).casefold()) if vocabulary.is_spaced else normalised(label)
    return _starts(vocabulary, keys).match(text) is not None


@lru_cache(maxsize=64)
def _starts(vocabulary: Vocabulary, keys: tuple[str, ...]) -> re.Pattern[str]:
    """The words of totals of some kinds; where words are set apart, one that only begins like "total" is another."""
    words = [word for key in keys for word in vocabulary.words("totals", key)]
    if not words:
        return re.compile("(?!)")
    if vocabulary.is_spaced:
        return re.compile(f"(?:{'|'.join(re.escape(folded(word.casefold())) for word in words)})" + r"(?![^\W\d_])")
    return re.compile("|".join(re.escape(normalised(word)) for word in words))


def read_label(row: OutlineRow, vocabulary: Vocabulary) -> None:
    """Tell from a row's label its letter or number and whether it is a subtotal or total."""
    letter, number = _LETTER.match(row.label), _NUMBER.match(row.label)
    row.words = row.label
    if letter:
        row.letter, row.words = letter["letter"], letter["words"]
    elif number:
        row.ordinal, row.words = number["number"], number["words"]
    if not row.has_values:
        row.role = "heading"
        return
    if _word_starts(row.words, vocabulary, "subtotal", "either"):
        row.role = "subtotal"
        closes = _CLOSES_LETTER.search(row.label)
        row.closes_letter = closes["letter"] if closes else None
    elif _word_starts(row.words, vocabulary, "total"):
        row.is_grand_total = bool(_SUM_OF_PARTS.search(row.label))
        is_exact = vocabulary.meaning("totals", _bare(row.words)) is not None
        letter = _CLOSES_LETTER.search(row.label)
        closes = letter or _CLOSES_PART.search(row.label)
        # "Total partiel (1)", where but "Total" is known
        row.role = "total" if is_exact or row.is_grand_total or not closes else "subtotal"
        row.closes_letter = letter["letter"] if letter else None


def _tell_totals(rows: Sequence[OutlineRow], vocabulary: Vocabulary) -> None:
    """Where one word stands for subtotal and total, the last of a table or part is the total, unless its figures are
    those of its own group and not of all rows above."""
    either = {normalised(word) for word in vocabulary.words("totals", "either")}
    if not either:
        return
    start = 0
    for index, row in enumerate(rows):
        following = next((other for other in rows[index + 1 :]), None)
        is_last = following is None or (
            following.role == "heading" and vocabulary.meaning("row_groups", following.label) is not None
        )
        if is_last:
            if (
                row.role == "subtotal"
                and normalised(row.label) in either
                and not _sums_its_group(rows[start:index], row)
            ):
                row.role = "total"
            start = index + 1


def _sums_its_group(above: Sequence[OutlineRow], total: OutlineRow) -> bool:
    """Whether figures are those of the rows since the last subtotal or heading, and not of all items above."""
    last = max((i for i, row in enumerate(above) if row.role in {"subtotal", "heading"}), default=-1)
    items = [row for row in above if row.role == "item"]
    group = [row for row in above[last + 1 :] if row.role == "item"]
    if not group or len(group) == len(items):
        return False
    return _adds_up(group, total) and not _adds_up(items, total)


def _adds_up(members: Sequence[OutlineRow], total: OutlineRow) -> bool:
    columns = [column for column, number in total.figures.items() if not number.is_nil]
    sums = {c: sum(row.figures[c].value for row in members if c in row.figures) for c in columns}
    slack = len(members) + 1  # of the last digit printed, halved
    return bool(columns) and all(
        abs(total.figures[c].value - sums[c]) * 2 <= slack * Decimal(1).scaleb(-total.figures[c].precision_digits)
        for c in columns
    )


def names_total(label: str, vocabulary: Vocabulary) -> bool:
    """True for a label that begins with a word for a total or subtotal."""
    return _word_starts(label, vocabulary, "subtotal", "either", "total")


def closes_table(label: str, vocabulary: Vocabulary) -> bool:
    """True for a label that begins with a word for the total of a table, or one that may be."""
    return _word_starts(label, vocabulary, "total", "either")


def _tell_by_figures(rows: Sequence[OutlineRow], vocabulary: Vocabulary, told: dict[str, str]) -> None:
    """Totals whose words are not known: the last row of a table or part that all items above add up to, and rows that
    those since the last heading or subtotal add up to. Rows of the same words are told with them, in later tables too:
    ``told`` holds the words of totals, normalised, and their roles.
    """
    has_total = any(row.role == "total" for row in rows)
    start = 0
    for index, row in enumerate(rows):
        following = rows[index + 1] if index + 1 < len(rows) else None
        is_last = following is None or (following.role == "heading" and not following.letter)
        above = rows[start:index]
        if row.role == "item" and not row.letter and not row.ordinal and not _is_named(row, vocabulary):
            items = [other for other in above if other.role == "item"]
            group = _since_heading(above)
            is_copy = len(group) == 1 and _fit(row, group) == len(row.figures)
            role = told.get(_bare(row.label))
            is_of_part = bool(_CLOSES_PART.search(row.label) or _CLOSES_LETTER.search(row.label))
            is_closed = is_of_part and not _SUM_OF_PARTS.search(row.label)  # (1), (B), but not (1 + 2)
            if following is None and not has_total and not is_closed and (_is_sum(row, items) or role == "total"):
                row.role = "total"
                row.is_grand_total = bool(_SUM_OF_PARTS.search(row.label))
            # small whole numbers add up by chance: the subtotal of counts ends its group
            ends_group = following is None or following.role != "item" or index + 2 == len(rows)
            is_sum = (ends_group or _has_decimals(row)) and _is_sum(row, group if group else items)
            if row.role == "item" and (is_sum or (role and is_copy) or role == "subtotal"):
                row.role = "subtotal"
            if row.role != "item":
                told[_bare(row.label)] = row.role
                closes = _CLOSES_LETTER.search(row.label)
                row.closes_letter = closes["letter"] if closes and row.role == "subtotal" else None
        if is_last and row.role == "total":
            start = index + 1


def _since_heading(above: Sequence[OutlineRow]) -> list[OutlineRow]:
    """Items since the last heading or subtotal; after a subtotal, those of the letter that it may close."""
    last = max((i for i, row in enumerate(above) if row.role in {"heading", "subtotal", "total"}), default=-1)
    return [row for row in above[last + 1 :] if row.role == "item"]


def _bare(label: str) -> str:
    return normalised(_CLOSES_PART.sub("", _CLOSES_LETTER.sub("", label)))


def _is_named(row: OutlineRow, vocabulary: Vocabulary) -> bool:
    """True for a label that names something else than a total."""
    tables = ("objects", "components", "post_categories", "staff_kinds", "funding_sources", "rates")
    return is_grade(row.words, vocabulary) or any(vocabulary.meaning(table, row.words) for table in tables)


def _has_decimals(row: OutlineRow) -> bool:
    numbers = [number for number in row.figures.values() if number.value]
    return 2 * sum(1 for number in numbers if number.precision_digits) > len(numbers)


_FEWEST_SUMS, _MANY_SUMS = 2, 5


def _is_sum(row: OutlineRow, members: Sequence[OutlineRow]) -> bool:
    """Whether members add up to a row in every column, and not by chance: several of each say something."""
    telling = [m for m in members if any(number.value for number in m.figures.values())]
    filled = sum(1 for number in row.figures.values() if number.value)
    shared = sum(1 for column in row.figures if any(column in member.figures for member in members))
    is_telling = len(telling) >= _FEWEST_SUMS and filled >= _FEWEST_SUMS and shared == len(row.figures)
    # a column of percentages, whose head is not known either, does not add up
    return is_telling and _fit(row, members) >= (shared if shared < _MANY_SUMS else shared - 1)


_SMALLEST_AMOUNT = 100_000
"""Whole numbers from here on are taken for money in single units, rounded: no section has so many posts."""


def outline_of_sums(rows: Sequence[OutlineRow], vocabulary: Vocabulary, told: dict[str, str] | None = None) -> None:
    """Outline of a table whose totals stand below their members; fills the rows in place.

    ``told`` keeps what figures told of words for totals that are not known, from table to table of a document.
    """
    for row in rows:
        read_label(row, vocabulary)
    _tell_by_figures(rows, vocabulary, {} if told is None else told)
    _tell_totals(rows, vocabulary)
    unsummed: list[OutlineRow] = []
    heading: OutlineRow | None = None
    letter_row: OutlineRow | None = None
    group_start = 0
    part_closed = False
    for row in rows:
        if row.role == "heading":
            row.level = 0
            heading = row
            if row.letter:
                letter_row = row
            group_start = len(unsummed)
            continue
        if row.is_apart:
            row.role, row.parent, row.level = "item", heading.number if heading else None, 1 if heading else 0
            continue
        if row.role == "item":
            if row.letter:
                letter_row, heading, row.level = row, None, 0
            else:
                under_letter = row.ordinal is not None and letter_row is not None
                row.parent = letter_row.number if under_letter and letter_row else (heading.number if heading else None)
                row.level = 1 if row.parent else 0
            unsummed.append(row)
            continue
        if row.role == "subtotal":
            members = _members_of_subtotal(row, rows, unsummed, group_start)
            part_closed = part_closed or (bool(_CLOSES_PART.search(row.label)) and row.closes_letter is None)
            if row.closes_letter:
                row.parent = next((r.number for r in rows if r.letter == row.closes_letter), None)
            elif heading is not None and not _CLOSES_PART.search(row.label):
                row.parent = heading.number
        else:
            row.is_grand_total = row.is_grand_total or (part_closed and unsummed == [unsummed[-1]])
            members = [] if row.is_grand_total else _members_of_total(row, unsummed)
        members = _supported_members(row, members, unsummed)
        for member in members:
            member.total = row.number
            if member.parent is None:
                member.parent = row.number
        unsummed = [r for r in unsummed if r not in members]
        unsummed.append(row)
        group_start = len(unsummed)
        letter_row = None if row.closes_letter or row.role == "total" else letter_row
        if row.role != "subtotal" or row.closes_letter or heading:
            heading = None
    for row in rows:
        if row.role == "total" and row.total is not None:
            row.role = "subtotal"  # a total that another total takes in


def _members_of_total(row: OutlineRow, unsummed: Sequence[OutlineRow]) -> list[OutlineRow]:
    """Members of a total: all rows not summed yet, or those since the last total where these fit better.

    Tables may print several groups one below the other, each with a total of its own, that nothing adds up.
    """
    whole = list(unsummed)
    last = max((index for index, above in enumerate(whole) if above.role == "total"), default=-1)
    since = whole[last + 1 :]
    return since if since and last >= 0 and _fit(row, since) > _fit(row, whole) else whole


def _supported_members(row: OutlineRow, told: list[OutlineRow], unsummed: Sequence[OutlineRow]) -> list[OutlineRow]:
    """Members of a total: those the outline tells, or another run of rows right above it that its figures say.

    A subtotal may stand for a group that opens before its heading. Another run is taken only where it adds up in
    every column, in three at least, and the told members fail in two or more: one misprint never moves a group.
    """
    if row.is_grand_total or len(unsummed) < 2:
        return told
    fits = _fit(row, told)
    columns = len(row.figures)
    if columns < 3 or fits > columns - 2:
        return told
    for start in range(len(unsummed) - 1, -1, -1):
        run = list(unsummed[start:])
        shared = sum(1 for column in row.figures if any(column in member.figures for member in run))
        if len(run) > 1 and run != told and shared >= 3 and _fit(row, run) == shared:
            return run
    return told


def _fit(row: OutlineRow, members: Sequence[OutlineRow]) -> int:
    """In how many columns the members add up to a total, as finely as they are printed.

    Whole numbers are counts, which add up exactly, unless they are as large as amounts of money are.
    """
    if not members:
        return 0
    fitting = 0
    for column, total in row.figures.items():
        parts = [m.figures[column] for m in members if column in m.figures]
        numbers = [n for n in (*parts, total) if not n.is_nil]
        digits = max((n.precision_digits for n in numbers), default=0)
        is_count = digits <= 0 and abs(total.value) < _SMALLEST_AMOUNT
        slack = Decimal(0) if is_count else Decimal(1).scaleb(-digits) * len(numbers) / 2
        fitting += abs(sum((n.value for n in parts), Decimal(0)) - total.value) <= slack
    return fitting


def _members_of_subtotal(
    row: OutlineRow, rows: Sequence[OutlineRow], unsummed: Sequence[OutlineRow], group_start: int
) -> list[OutlineRow]:
    if row.closes_letter:
        start = next((r.number for r in rows if r.letter == row.closes_letter), None)
        if start is not None:
            return [r for r in unsummed if r.number > start]
    if _CLOSES_PART.search(row.label):
        return list(unsummed)
    return list(unsummed[group_start:])


_CATEGORY = re.compile(r"^(?P<letter>[A-F])\.\s*(?P<words>\S.*)$")
_ITEM = re.compile(r"^(?P<number>\d{1,3})\.\s*(?P<words>\S.*)$")
_BARE_ITEM = re.compile(r"^(?P<number>\d{1,3})\s+(?P<words>[^\W\d_].*)$")
LETTERED = re.compile(r"^(?:\(?(?P<letter>[a-z])[.)])\s*(?P<words>\S.*)$")
"""A line below a numbered item: (a) First part."""


def outline_of_listing(rows: Sequence[OutlineRow]) -> None:
    """Outline of a list of deliverables: category, subcategory with its sum, numbered items below it."""
    category: OutlineRow | None = None
    subcategory: OutlineRow | None = None
    above: OutlineRow | None = None
    last_item = 0
    for row in rows:
        letter, item, subitem = _CATEGORY.match(row.label), _ITEM.match(row.label), LETTERED.match(row.label)
        row.words = row.label
        bare = _BARE_ITEM.match(row.label)
        if item is None and bare is not None and int(bare["number"]) == last_item + 1:
            item = bare  # its stop was left out
        last_item = int(item["number"]) if item is not None else last_item
        if letter and not row.has_values:
            row.role, row.letter, row.words, row.level = "heading", letter["letter"], letter["words"], 0
            category, subcategory, above = row, None, None
        elif subitem and above is not None:
            row.role, row.words, row.level, row.parent = "item", subitem["words"], 3, above.number
            holder = above if above.has_values else subcategory
            row.total = holder.number if holder is not None and row.has_values else None
        elif item:
            above = row
            row.role, row.ordinal, row.words, row.level = "item", item["number"], item["words"], 2
            row.parent = (subcategory or category).number if (subcategory or category) else None  # type: ignore[union-attr]
            row.total = subcategory.number if subcategory and row.has_values else None
        elif row.has_values:
            row.role, row.level = "subtotal", 1
            row.parent = category.number if category else None
            subcategory, above = row, None
        else:
            row.role, row.level = "heading", 1
            row.parent = (subcategory or category).number if (subcategory or category) else None  # type: ignore[union-attr]

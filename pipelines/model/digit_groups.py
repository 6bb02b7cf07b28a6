"""Numbers whose groups of digits are typed from right to left, as Arabic documents have them.

Between plain spaces a line that runs from right to left shows the groups of a number in the opposite order of typing:
what is read as ``3 747 800`` was typed ``800 747 3``. Most numbers tell by their form which way they were typed: only
the first group may have fewer than three digits, only the last one decimals, none begins with a nought. Where the form
leaves it open (``123 456``), the other numbers of the text tell, else the sign of rounding in an amount of money;
where nothing does, the number stays open: it has no value, and is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from pipelines.vocabulary import Vocabulary

KEPT = "\u00a0"
"""Joins the groups of a number that stand in the order of reading: it keeps them so on a line from right to left."""
OPEN = "\u2004"
"""Stands between the groups of a number whose order nothing tells; no reader of numbers takes it for a space."""

MARK = "\u200f"
"""Stands after a group of digits on a line that types them from right to left, until its numbers are told apart."""

_SPACE = "[ \u00a0\u202f\u2009\u2007]"
_GROUP = r"\d+(?:[.,٫]\d{1,2}(?!\d))?"
_GROUPS = re.compile(rf"(?<![\dA-Za-z.,٫٬/-]){_GROUP}(?:{_SPACE}{_GROUP})+(?![\d٬/-]|[.,٫]\d)")
_SPLIT = re.compile(_SPACE)
_WHOLE = re.compile(r"\d{3}")
_LEAD = re.compile(r"[1-9١-٩]\d{0,2}")
_LAST = re.compile(r"\d{3}(?:[.,٫]\d+)?")
_ROUND = re.compile(r"(?:00|٠٠)$")
_AGAINST = 3
"""How many numbers must tell one order for each that tells the other."""


class Order(Enum):
    """How the groups of a number are typed."""

    READING = "reading"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many numbers of a text show by their form in which order they are typed."""

    reading: int = 0
    turned: int = 0

    def __add__(self, other: Evidence) -> Evidence:
        return Evidence(self.reading + other.reading, self.turned + other.turned)

    @property
    def order(self) -> Order | None:
        """The order that the text keeps; None where it tells none or both."""
        if self.turned and self.turned >= _AGAINST * self.reading:
            return Order.TURNED
        if self.reading and self.reading >= _AGAINST * self.turned:
            return Order.READING
        return None


_OPEN_NUMBER = re.compile(rf"{_GROUP}(?:{OPEN}{_GROUP})+")


def marked(line: str) -> str:
    """A line with MARK after each group of digits that stands beside others."""
    return _GROUPS.sub(lambda match: re.sub(_GROUP, rf"\g<0>{MARK}", match.group()), line)


def unmarked(text: str) -> str:
    """A text without the marks."""
    return text.replace(MARK, "") if MARK in text else text


def is_number(groups: Iterable[str]) -> bool:
    """True for groups of digits that make one number as they stand: ``3``, ``747``, ``800.5``."""
    first, *rest = groups
    if not rest:
        return bool(re.fullmatch(_GROUP, first))
    return bool(_LEAD.fullmatch(first) and _LAST.fullmatch(rest[-1]) and all(map(_WHOLE.fullmatch, rest[:-1])))


def types_from_the_right(vocabulary: Vocabulary) -> bool:
    """True for a language whose documents type the groups of a number from right to left."""
    return bool(vocabulary.terms["language"].get("groups_from_right", False))


def rounded_amount(vocabulary: Vocabulary) -> re.Pattern[str]:
    """What follows a number that is an amount of money: such amounts are rounded to hundreds."""
    return vocabulary.pattern("prose", "after_amount")


def evidence_of(texts: Iterable[str]) -> Evidence:
    """What the numbers of texts tell by their form; those whose spaces keep them in order tell nothing of others."""
    reading = turned = 0
    for text in texts:
        for match in _GROUPS.finditer(text):
            if _is_kept(_spaces_of(match.group())):
                continue
            for _, piece in _pieces(match.group()):
                orders = _orders(piece)
                reading += orders == [Order.READING]
                turned += orders == [Order.TURNED]
    return Evidence(reading, turned)


def in_reading_order(text: str, evidence: Evidence, rounded: re.Pattern[str] | None = None) -> str:
    """A text of the same length with its numbers in the order of reading, their groups joined by KEPT, or by OPEN where the order is not known. ``rounded`` matches right after an amount, which is rounded to hundreds."""
    if KEPT not in text and not _GROUPS.search(text):
        return text
    return _GROUPS.sub(lambda match: _turned(match, evidence, rounded), text)


def open_values(text: str) -> Iterator[tuple[str, list[str]]]:
    """Numbers of a text in the order of reading that have no value, as printed, each with the values it may have."""
    for match in _OPEN_NUMBER.finditer(text):
        groups = match.group().split(OPEN)
        readings = ["".join(groups if order is Order.READING else reversed(groups)) for order in _orders(groups)]
        yield " ".join(groups), readings


def _turned(match: re.Match[str], evidence: Evidence, rounded: re.Pattern[str] | None) -> str:
    printed, parts = match.group(), []
    pieces = _pieces(printed)
    for number, (space, groups) in enumerate(pieces):
        is_amount = rounded is not None and number == len(pieces) - 1 and rounded.match(match.string, match.end())
        parts.append(space + _read(groups, evidence, bool(is_amount), _spaces_of(printed)))
    return "".join(parts)


def _read(groups: list[str], evidence: Evidence, is_amount: bool, spaces: str) -> str:
    orders = _orders(groups)
    if len(groups) == 1:
        return groups[0]
    order = orders[0] if len(orders) == 1 else _told(groups, evidence, is_amount, spaces) if orders else None
    if order is None or (order is Order.READING and not _is_kept(spaces) and _is_against(groups, evidence)):
        return OPEN.join(groups)
    return KEPT.join(groups if order is Order.READING else reversed(groups))


def _is_against(groups: list[str], evidence: Evidence) -> bool:
    """Whether two numbers beside each other (``3 150``) look like one, in a text that types the other way."""
    is_two = len(groups) == 2 and len(groups[0]) < len("000")
    return is_two and evidence.turned > 1 and evidence.order is Order.TURNED


def _told(groups: list[str], evidence: Evidence, is_amount: bool, spaces: str) -> Order | None:
    """The order of groups whose form leaves it open."""
    if _is_kept(spaces):
        return Order.READING  # spaces of this kind keep a number together on a line from right to left
    if evidence.order is not None:
        return evidence.order
    first, last = bool(_ROUND.search(groups[0])), bool(_ROUND.search(groups[-1]))
    if is_amount and first != last:
        return Order.TURNED if first else Order.READING
    return None


def _is_kept(spaces: str) -> bool:
    return bool(spaces) and not set(spaces) - {"\u00a0", "\u202f"}


def _spaces_of(printed: str) -> str:
    return "".join(_SPLIT.findall(printed))


def _orders(groups: list[str]) -> list[Order]:
    """The orders in which groups make a number."""
    if len(groups) == 1:
        return []
    found = [Order.READING] if is_number(groups) else []
    return [*found, Order.TURNED] if is_number(groups[::-1]) else found


def _pieces(printed: str) -> list[tuple[str, list[str]]]:
    """Numbers beside one another, each as its groups with the space before it: ``2015 900 811 8`` are two.

    ``8 304 2`` is one that no order makes a number, for its first group is neither a part of it nor one of its own.
    """
    groups = _SPLIT.split(printed)
    spaces = ["", *_SPLIT.findall(printed)]
    if _orders(groups):
        return [("", groups)]
    pieces: list[tuple[str, list[str]]] = []
    end = len(groups)
    while end:  # the last number is the one with the unit: as many groups as make one
        start = next((s for s in range(end) if _orders(groups[s:end])), end - 1)
        if end - start > 1 and start and len(groups[start - 1]) <= len("000") == len(groups[start]):
            start = next((s + 1 for s in reversed(range(start)) if len(groups[s]) > len("000")), 0)
        pieces.insert(0, (spaces[start], groups[start:end]))
        end = start
    return pieces

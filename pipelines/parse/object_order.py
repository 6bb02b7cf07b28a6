"""Which objects of expenditure unknown labels name: told by their order in tables and by how often sections print each.

Tables print objects in one order, each once, and one label stands for one object in all sections. Of the ways to give
the labels meanings, each is weighed; a meaning is told where nearly all the weight agrees.

How often sections print an object differs from edition to edition. The shares counted in one are taken for no more than
a few sections seen before; the sections at hand correct them (the beta-binomial model: each share has a beta
distribution, of which the printed sections are samples).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log

USUAL = {
    "posts": 0.98,
    "other_staff_costs": 0.98,
    "non_staff_compensation": 0.2,
    "hospitality": 0.9,
    "consultants": 0.9,
    "experts": 0.6,
    "consultants_and_experts": 0.02,
    "travel_of_representatives": 0.5,
    "travel_of_staff": 0.95,
    "contractual_services": 0.98,
    "general_operating_expenses": 0.98,
    "supplies_and_materials": 0.95,
    "furniture_and_equipment": 0.95,
    "improvement_of_premises": 0.5,
    "grants_and_contributions": 0.6,
    "other": 0.1,
}
"""Objects in the order in which tables print them, each with the share of the sections of A/80/6 that print it."""
_PLACES = {meaning: place for place, meaning in enumerate(USUAL)}
_SWAPPED = ({"consultants", "experts"}, {"improvement_of_premises", "grants_and_contributions"})
"""Objects that some sections print the other way round."""
_SWAP, _DISORDER, _SECOND_NAME, _OF_ITS_OWN = log(0.05), log(0.002), log(0.005), log(0.005)
"""Weights of what is rare: two objects swapped, out of order, with a second name, a row that is none of these objects
(in A/80/6 and A/77/6 none of 588 rows is, and three have a second name)."""
_SEEN = 8.0
"""How many sections the shares count for: few, for another edition has others."""
_WIDTH = 400
"""Ways that are followed at a time."""
_ENOUGH = 0.95
_FEWEST_ROWS = 3


@dataclass(frozen=True, slots=True)
class ObjectTable:
    """Rows of a table in their order, each a label and its meaning where known; ``section`` is where it is printed."""

    section: str
    rows: tuple[tuple[str, str | None], ...]


def told_by_order(tables: Sequence[ObjectTable]) -> dict[str, str]:
    """The meaning of each label that is not known and can be told."""
    tables = [table for table in tables if len(table.rows) >= _FEWEST_ROWS and any(known for _, known in table.rows)]
    labels = _unknown(tables)
    ways = _Ways(tables, labels).likeliest()
    if not ways:
        return {}
    best = max(weight for _, weight in ways)
    shares: list[dict[str | None, float]] = [defaultdict(float) for _ in labels]
    for taken, weight in ways:
        for share, meaning in zip(shares, taken, strict=True):
            share[meaning] += exp(weight - best)
    told: dict[str, str] = {}
    for label, share in zip(labels, shares, strict=True):
        meaning = max(share, key=lambda one: share[one])
        if meaning is not None and share[meaning] >= _ENOUGH * sum(share.values()):
            told[label] = meaning
    return told


def _unknown(tables: Sequence[ObjectTable]) -> list[str]:
    """Labels without a meaning, by their place among the rows on average."""
    places: dict[str, list[float]] = defaultdict(list)
    for table in tables:
        for place, (label, known) in enumerate(table.rows):
            if known is None:
                places[label].append(place / len(table.rows))
    return sorted(places, key=lambda label: sum(places[label]) / len(places[label]))


class _Ways:
    """Ways to give labels meanings, one label after the other; weights are logarithms."""

    def __init__(self, tables: Sequence[ObjectTable], labels: Sequence[str]) -> None:
        self.tables, self.labels = tables, labels
        self.known = {known for table in tables for _, known in table.rows if known}
        self.before = _pairs(tables)
        self.alone = [dict(self._alone(label)) for label in labels]

    def likeliest(self) -> list[tuple[tuple[str | None, ...], float]]:
        """The ways of most weight."""
        ways: list[tuple[tuple[str | None, ...], float]] = [((), 0.0)] if self.labels else []
        for place in range(len(self.labels)):
            grown = [
                ((*taken, meaning), weight + own + self._beside(taken, place, meaning))
                for taken, weight in ways
                for meaning, own in self.alone[place].items()
            ]
            ways = sorted(grown, key=lambda way: -way[1])[:_WIDTH]
        return ways

    def _alone(self, label: str) -> Iterator[tuple[str | None, float]]:
        """Weight of each meaning a label may have, by the known rows of its tables and by how usual the meaning is."""
        own = [table for table in self.tables if any(label == other for other, _ in table.rows)]
        sections = {table.section for table in own}
        yield None, len(sections) * _OF_ITS_OWN
        for meaning in USUAL:
            if any(known == meaning for table in own for _, known in table.rows):
                continue  # no table has an object twice
            weight = self._printed(meaning, sections)
            weight += _SECOND_NAME if meaning in self.known else 0.0
            for other in self.known:
                weight += self._order(label, meaning, other, other)
            yield meaning, weight

    def _printed(self, meaning: str, sections: set[str]) -> float:
        """What it weighs that these sections print the meaning, beside those that are known to."""
        every = {table.section for table in self.tables}
        before = {table.section for table in self.tables if any(known == meaning for _, known in table.rows)}
        return likelihood(meaning, len(before | sections), len(every)) - likelihood(meaning, len(before), len(every))

    def _beside(self, taken: Sequence[str | None], place: int, meaning: str | None) -> float:
        if meaning is None:
            return 0.0
        label, weight = self.labels[place], 0.0
        for other, its in zip(self.labels, taken, strict=False):
            if its == meaning:
                is_in_one = (label, other) in self.before or (other, label) in self.before
                weight += -1e6 if is_in_one else _SECOND_NAME
            elif its is not None:
                weight += self._order(label, meaning, other, its)
        return weight

    def _order(self, label: str, meaning: str, other: str, its: str) -> float:
        """Weight of the order of two rows; ``other`` is a label, or a meaning where that is known."""
        is_first = _PLACES[meaning] < _PLACES[its]
        against = self.before.get((other, label) if is_first else (label, other), 0)
        return against * (_SWAP if {meaning, its} in _SWAPPED else _DISORDER)


@lru_cache(maxsize=4096)
def likelihood(meaning: str, printed: int, sections: int) -> float:
    """Logarithm of how likely it is that of so many sections these print an object, and the others do not."""
    usual = USUAL[meaning] * _SEEN
    return _beta(usual + printed, _SEEN - usual + sections - printed) - _beta(usual, _SEEN - usual)


def _beta(a: float, b: float) -> float:
    """Logarithm of the beta function."""
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _pairs(tables: Sequence[ObjectTable]) -> Mapping[tuple[str, str], int]:
    """In how many tables one row stands before another; rows go by their meaning, or by their label."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    for table in tables:
        names = [known or label for label, known in table.rows]
        for place, name in enumerate(names):
            for later in names[place + 1 :]:
                found[name, later] += 1
    return found

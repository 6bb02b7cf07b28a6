"""What columns measure, told by the years of their heads and by sums, where the words of the heads are not known.

A fascicle of an edition prints what was spent two years before, the base of the year before, the changes, and what is
proposed for its own year. The columns of changes have no year: which they are, their order and sums tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

CHANGES = ("technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change")
_PARTS = CHANGES[:3]
_SLACK = Decimal("0.11")
"""Half a digit of each of base, change and sum, where one decimal is printed."""
_FEWEST_ROWS = 2
Figures = Mapping[int, Decimal]
"""Figures of a column, by row."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: year its head prints, measure where known, figures by row, words of its head without the year."""

    year: int | None
    measure: str | None
    figures: Figures
    words: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a column measures, and what tells it."""

    measure: str
    reason: str


def told_by_place(heads: Sequence[Head], edition: int | None, is_posts: bool | None) -> dict[int, Told]:
    """The measure of each column that is not known and can be told, by its place among ``heads``.

    ``is_posts`` is None where nothing tells posts from money. ``base`` stands for what a fascicle calls the year before.
    """
    if edition is None:
        return {}
    states = [(place, head) for place, head in enumerate(heads) if head.year is not None]
    changes = [(place, head) for place, head in enumerate(heads) if head.year is None]
    if len({head.year for _, head in states}) < len(states):
        return dict(_of_plans(states, edition))
    if not changes or not (1 <= len(changes) <= len(CHANGES)):
        return dict(_of_plans(states, edition)) if not changes else {}
    by_year = {head.year: head for _, head in states}
    base, result = by_year.get(edition - 1), by_year.get(edition)
    told: dict[int, Told] = {}
    if base is None or result is None:
        return told
    told.update(_of_changes(changes, base, result))
    adds_up = any(one.measure == "total_change" for one in told.values()) or any(
        head.measure == "total_change" for _, head in changes
    )
    if adds_up and is_posts is not None:
        told.update(_of_states(states, edition, is_posts))
    return told


def _of_states(states: Sequence[tuple[int, Head]], edition: int, is_posts: bool) -> Iterator[tuple[int, Told]]:
    for place, head in states:
        if head.measure is not None or head.year is None:
            continue
        if head.year == edition:
            yield place, Told("proposed" if is_posts else "estimate", "it is of the year proposed: base plus changes")
        elif head.year == edition - 1:
            yield place, Told("approved" if is_posts else "base", "with the changes it comes to what is proposed")
        elif head.year == edition - 2 and not is_posts:
            yield place, Told("expenditure", "it is of the year before the base")


def _of_changes(changes: Sequence[tuple[int, Head]], base: Head, result: Head) -> Iterator[tuple[int, Told]]:
    """The only way in which columns without a year can be changes, in their order, whose sums hold."""
    heads = [head for _, head in changes]
    fitting = [
        taken
        for taken in combinations(CHANGES, len(heads))
        if all(head.measure in (None, measure) for head, measure in zip(heads, taken, strict=True))
        and _holds(dict(zip(taken, (head.figures for head in heads), strict=True)), base, result)
    ]
    for index, (place, head) in enumerate(changes):
        measures = {taken[index] for taken in fitting}
        if head.measure is None and len(measures) == 1:
            measure = measures.pop()
            reason = (
                "it is what the proposal has more than the base"
                if measure == "total_change"
                else "it is the change in percent of the base"
                if measure == "percent_change"
                else "the parts of the change stand in this order and add up to it"
            )
            yield place, Told(measure, reason)


def _holds(taken: Mapping[str, Figures], base: Head, result: Head) -> bool:
    total = taken.get("total_change")
    if total is None or not _adds_up(result.figures, [base.figures, total], _SLACK):
        return False
    parts = [taken[part] for part in _PARTS if part in taken]
    if parts and not _adds_up(total, parts, 2 * _SLACK):
        return False
    share = taken.get("percent_change")
    return share is None or _is_share(share, total, base.figures)


def _adds_up(total: Figures, parts: Sequence[Figures], slack: Decimal) -> bool:
    is_telling = sum(1 for row in total if any(part.get(row) for part in parts)) >= _FEWEST_ROWS
    return is_telling and all(
        abs(value - sum((part.get(row, Decimal(0)) for part in parts), Decimal(0))) <= slack
        for row, value in total.items()
    )


def _is_share(share: Figures, part: Figures, whole: Figures) -> bool:
    rows = [row for row in share if whole.get(row) and row in part]
    return bool(rows) and all(
        abs(100 * part[row] / whole[row] - share[row]) <= 100 * _SLACK / abs(whole[row]) + _SLACK for row in rows
    )


def _of_plans(states: Sequence[tuple[int, Head]], edition: int) -> Iterator[tuple[int, Told]]:
    """Columns of what was planned and what came of it: a year that is over when the budget is drawn up has both."""
    known = {head.measure for _, head in states} - {None}
    if not known:
        yield from _of_plans_by_words(states, edition)
    if not known or not known <= {"planned", "actual"}:
        return
    for place, head in states:
        if head.measure is not None or head.year is None:
            continue
        same = [other.measure for _, other in states if other is not head and other.year == head.year]
        if same in (["planned"], ["actual"]):
            yield place, Told("actual" if same == ["planned"] else "planned", "the other column of its year")
        elif head.year > edition - 2:
            yield place, Told("planned", "its year was not over when the budget was drawn up")
        elif head.year < edition - 2:
            yield place, Told("actual", "its year was over when the budget was drawn up")


def _of_plans_by_words(states: Sequence[tuple[int, Head]], edition: int) -> Iterator[tuple[int, Told]]:
    """Heads in two wordings, of which both stand over a year that was over, and but one over years that were not."""
    years: dict[str, set[int]] = {}
    for _, head in states:
        years.setdefault(head.words, set()).add(head.year or 0)
    over = {words for words, of in years.items() if max(of) <= edition - 2}
    open_ = {words for words, of in years.items() if max(of) == edition and edition - 2 in of}
    if len(years) != 2 or len(over) != 1 or len(open_) != 1 or not set.intersection(*years.values()):
        return
    for place, head in states:
        is_over = head.words in over
        reason = "its years were over when the budget was drawn up" if is_over else "it is of years to come, too"
        yield place, Told("actual" if is_over else "planned", reason)

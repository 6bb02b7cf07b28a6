"""Relations between claims, the checks that yield them, and their verdicts: residual and bound in exact integers.

The bound is the largest residual that the printed intervals allow (interval consistency as in XBRL Calculations
1.1). Nothing else is tolerated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from expectations.model.claims import SCALE, Claim, DocumentClaims, unscaled

Kind = Literal["linear", "percent", "quote"]
About = Literal["print", "reading"]


@dataclass(frozen=True, slots=True)
class Member:
    """One claim in a relation, with its factor in ``sum(coefficient * value) = 0`` and its role."""

    claim: Claim
    coefficient: int
    role: str


@dataclass(slots=True, eq=False)
class Relation:
    """Claims that must satisfy an equation.

    ``linear``: the members times their coefficients sum to 0. ``percent``: members are change, percentage and
    base, and 100 x change = percentage x base. ``quote``: the first member quotes the second, digit by digit
    when it is as fine. ``anchor`` is the place that names the relation within its check.
    """

    check_name: str
    document_id: str
    table_number: str | None
    anchor: str
    members: tuple[Member, ...]
    kind: Kind = "linear"

    @property
    def is_complete(self) -> bool:
        """True when every member is printed and readable."""
        return all(member.claim.value is not None for member in self.members)


@dataclass(frozen=True, slots=True)
class RelationCheck:
    """A check on claims: its name is the claim in words, its description the sentence it stands for."""

    name: str
    description: str
    relations: Callable[[DocumentClaims], Iterator[Relation]]
    about: About = "print"


Verdict = Literal["exact", "rounding", "violated", "unassessable"]
SEVERITY_OF_VERDICT: dict[Verdict, int] = {"unassessable": 0, "exact": 1, "rounding": 2, "violated": 3}
_FULL = 100 * SCALE


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdict with residual and bound in the printed unit; both None where unassessable."""

    verdict: Verdict
    residual: Decimal | None
    bound: Decimal | None


UNASSESSABLE = Judgement("unassessable", None, None)


def worst(verdicts: list[Verdict]) -> Verdict:
    """The worst verdict; unassessable only where nothing could be assessed."""
    return max(verdicts, key=SEVERITY_OF_VERDICT.__getitem__, default="unassessable")


def judge_relation(relation: Relation) -> Judgement:
    """Judge one relation; unassessable when a member is missing or unreadable."""
    if not relation.is_complete:
        return UNASSESSABLE
    if relation.kind == "percent":
        return _judge_percentage(relation)
    residual = bound = 0
    for member in relation.members:
        residual += member.coefficient * (member.claim.value or 0)
        bound += abs(member.coefficient) * member.claim.half_width
    if relation.kind == "quote" and _must_be_identical(relation):
        bound = 0
    return _judgement(residual, bound)


def _must_be_identical(relation: Relation) -> bool:
    quoting, quoted = relation.members[0].claim, relation.members[1].claim
    return quoting.half_width <= quoted.half_width


def _judgement(residual: int, bound: int) -> Judgement:
    verdict: Verdict = "exact" if residual == 0 else "rounding" if abs(residual) <= bound else "violated"
    return Judgement(verdict, unscaled(residual), unscaled(bound))


def _judge_percentage(relation: Relation) -> Judgement:
    """100 x change against percentage x base, by interval arithmetic in integers of millionths squared.

    A nil base has no percentage: nil fits, and so does 100, which some print for something new; anything else is
    a violation.
    """
    change, percent, base = (member.claim for member in relation.members)
    c, p, b = change.value or 0, percent.value or 0, base.value or 0
    if b == 0:
        if p == 0 or p == _FULL:
            return UNASSESSABLE
        return Judgement("violated", unscaled(100 * c), Decimal(0))
    residual = 100 * c * SCALE - p * b
    corners = [
        (p + p_side * percent.half_width) * (b + b_side * base.half_width) for p_side in (-1, 1) for b_side in (-1, 1)
    ]
    slack = max(corners) - p * b if residual > 0 else p * b - min(corners)
    bound = slack + 100 * change.half_width * SCALE
    verdict: Verdict = "exact" if residual == 0 else "rounding" if abs(residual) <= bound else "violated"
    return Judgement(verdict, _from_square(residual), _from_square(bound))


def _from_square(value: int) -> Decimal:
    return Decimal(value).scaleb(-12).quantize(Decimal("0.0001"))

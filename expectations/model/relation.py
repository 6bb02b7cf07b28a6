"""What a check yields: relations between claims, and the catalogue entry of the check itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from expectations.model.claims import Claim, DocumentClaims

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

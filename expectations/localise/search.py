"""The search for the smallest sets of wrong claims of one component, by combinatorial cuts.

Clashing claims are found one after the other (``Solver.conflict``); the smallest set that meets all clashes found so
far is set aside, until the rest can hold. A set that meets more clashes is never smaller, so what is known of groups
of clashes tells the least size of a set for the group that they grow into.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from expectations.localise.hitting_sets import (
    CutShort,
    Effort,
    HittingSets,
    all_hitting_sets,
    clusters,
    smallest_hitting_set,
)
from expectations.localise.network import Component, Network, build_network
from expectations.localise.solver import Solver

# Limits are counts, not seconds, so that every machine gives the same answer.
_ALTERNATIVE_LIMIT = 240
_CONFLICT_LIMIT = 160
_MEMBER_LIMIT = 2000
_CHECK_LIMIT = 500
_NODE_LIMIT = 4000
_LOCAL_MEMBERS = 12
# Documents as printed take up to 27 steps for each claim that clashes.
_STEPS_PER_CLAIM = 70

Group = list[frozenset[int]]
"""Conflicts that share claims, one with another."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a group: a smallest set, and the effort that went into it."""

    smallest: frozenset[int]
    effort: Effort


@dataclass(slots=True)
class Search:
    """The search for the smallest sets of wrong claims of one component.

    ``conflicts`` are clashing claims found so far. ``holding`` are sets known to leave no clash when set aside.
    ``muddled`` are claims of clusters with too many errors for any explanation to tell much: all are set aside.
    """

    solver: Solver
    belief: list[int]
    conflicts: list[frozenset[int]] = field(default_factory=list)
    holding: set[frozenset[int]] = field(default_factory=set)
    muddled: frozenset[int] = frozenset()
    checks: int = 0
    known: dict[frozenset[frozenset[int]], _Known] = field(default_factory=dict)
    _listed: dict[frozenset[frozenset[int]], HittingSets] = field(default_factory=dict)

    def clash(self, aside: frozenset[int]) -> frozenset[int] | None:
        """Claims that still clash without these; None when nothing does."""
        aside |= self.muddled
        if aside in self.holding:
            return None
        self.checks += 1
        found = self.solver.conflict(aside)
        if found is None:
            self.holding.add(aside)
        return found

    def smallest(self, group: Group) -> _Known:
        """A smallest set of claims that meets the conflicts of a group. Raises CutShort when that takes too much."""
        key = frozenset(group)
        if key not in self.known:
            parts = [self.known.pop(part) for part in list(self.known) if part < key]
            claims = frozenset[int]().union(*group)
            effort = Effort(_STEPS_PER_CLAIM * len(claims), sum(part.effort.spent for part in parts))
            least = sum(len(part.smallest) for part in parts)
            found = smallest_hitting_set(group, self.belief, least=least, effort=effort)
            self.known[key] = _Known(found or frozenset(), effort)
        return self.known[key]

    def settle(self) -> frozenset[int]:
        """A smallest set of claims that, set aside, lets the rest hold.

        Clusters that need too many are given up, and their claims set aside.
        """
        while True:
            chosen = frozenset[int]()
            for group in clusters(self.conflicts):
                try:
                    if len(group) > _CONFLICT_LIMIT or sum(map(len, group)) > _MEMBER_LIMIT:
                        raise CutShort("too many clashes")
                    chosen |= self.smallest(group).smallest
                except CutShort:
                    self._give_up(group)
            found = self.clash(chosen)
            if found is None:
                return chosen
            aside = chosen
            while found:  # further clashes that share no claim tell more at once
                self.conflicts.append(found)
                aside |= found
                found = self.clash(aside)

    def _give_up(self, group: Group) -> None:
        self.muddled |= frozenset[int]().union(*group)
        given_up = set(group)
        self.conflicts = [conflict for conflict in self.conflicts if conflict not in given_up]

    def alternatives(self, chosen: frozenset[int]) -> list[tuple[list[frozenset[int]], bool]] | None:
        """For each group of conflicts its smallest sets, and whether these are all.

        None when a set leaves a clash, which is a lesson: the search must settle anew.
        """
        found: list[tuple[list[frozenset[int]], bool]] = []
        for group in clusters(self.conflicts):
            known = self.smallest(group)
            own, sets = known.smallest, self._all_smallest(group)
            others = sets.sets if sets.is_complete else self._exchanges(group, own)
            kept, is_complete = [own], sets.is_complete
            for option in others:
                if option == own:
                    continue
                if self.checks > _CHECK_LIMIT:
                    is_complete = False
                    break
                clash = self.clash((chosen - own) | option)
                if clash is None:
                    kept.append(option)
                elif known.effort.is_spent:
                    is_complete = False
                else:
                    self.conflicts.append(clash)
                    return None
            found.append((kept, is_complete))
        return found

    def _all_smallest(self, group: Group) -> HittingSets:
        key = frozenset(group)
        if key not in self._listed:
            size = len(self.smallest(group).smallest)
            self._listed[key] = all_hitting_sets(group, size, _ALTERNATIVE_LIMIT, _NODE_LIMIT)
        return self._listed[key]

    def _exchanges(self, group: Group, own: frozenset[int]) -> list[frozenset[int]]:
        """Sets that differ from one by a single claim, where there are too many to list."""
        options: list[frozenset[int]] = []
        for claim in sorted(own):
            rest = own - {claim}
            unmet = [conflict for conflict in group if conflict.isdisjoint(rest)]
            others = frozenset.intersection(*unmet) if unmet else frozenset[int]()
            options += [rest | {other} for other in sorted(others - own)]
        return options[:_ALTERNATIVE_LIMIT]

    def is_certain(self, claim: int, group: Group) -> bool:
        """True when it is known that no smallest set explains the conflicts of a group without the claim."""
        known = self.smallest(group)
        size = len(known.smallest)
        try:
            other = smallest_hitting_set(group, self.belief, frozenset({claim}), size, known.effort)
        except CutShort:
            return False
        return other is None or len(other) > size


def begun(component: Component, apart: frozenset[str], network: Network, belief: list[int]) -> Search:
    """A search that knows the clashes which are near at hand: they are short, and explain most of the others.

    A violated relation is a clash of its members, and says so without a solver. Then come the clashes of equations
    between few facts; those of long sums, which hundreds of claims take part in, are left to the search itself.
    """
    number = {claim.claim_id: index for index, claim in enumerate(component.claims)}
    conflicts = [
        frozenset(number[member.claim.claim_id] for member in relation.members)
        for relation, judgement in component.relations
        if judgement.verdict == "violated" and relation.kind != "quote"
    ]
    if max(len(relation.members) for relation, _ in component.relations) > _LOCAL_MEMBERS:
        local = Search(Solver(build_network(component, apart, _LOCAL_MEMBERS).programme), belief, conflicts)
        local.settle()
        return Search(Solver(network.programme), belief, local.conflicts, muddled=local.muddled, known=local.known)
    return Search(Solver(network.programme), belief, conflicts)

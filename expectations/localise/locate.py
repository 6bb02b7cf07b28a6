"""Which claims must be wrong: the Fellegi-Holt principle, adapted to printed precision.

Each fact has an unknown true value; each claim says that it lies in its printed interval, unless the claim is
wrong; relations hold between true values. Wanted: the fewest claims that must be wrong so that the rest can hold,
every such set, the least trusted first, and what the rest implies. That is a mixed-integer programme with a binary
per claim. Trust does not outweigh number: of two figures that contradict each other and that nothing else touches,
either may be wrong, and both are reported. It is solved by combinatorial cuts (Codato and Fischetti 2006) rather than
by big constants, which would leak: HiGHS finds clashing claims by linear programming, the smallest sets that meet
every clash are enumerated, and HiGHS confirms that the rest can hold.

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
from expectations.localise.network import Component, Network, build_network, components, variable_of
from expectations.localise.solver import UNIT, Solver, SolverError
from expectations.model.claims import SCALE, Claim, Source
from expectations.model.relation import Judgement, Relation

# Which of several smallest explanations comes first. Amounts in tables are trusted alike, whatever their role; prose
# and charts are copies, percentages are computed last, an outside reference was read by others.
_TRUST: dict[Source, int] = {
    "cell": 100,
    "detail": 80,
    "chart": 70,
    "org_chart": 70,
    "prose": 60,
    "reference": 40,
    "absent": 0,
}
_PERCENTAGE_DISCOUNT = 20
# What is implied is worked out for so many alternatives of one clash, and so many claims in them.
_IMPLIED_LIMIT = 80
_IMPLIED_CLAIMS = 400

Interval = tuple[int | None, int | None]


def trust(claim: Claim) -> int:
    """How far a claim is believed, from 0 to 100."""
    return _TRUST[claim.source] - (_PERCENTAGE_DISCOUNT if claim.is_percentage else 0)


@dataclass(frozen=True, slots=True)
class Blamed:
    """A claim called wrong, and the interval of its true value that the rest implies (None where open)."""

    claim: Claim
    implied: Interval


@dataclass(frozen=True, slots=True)
class Explanation:
    """One cluster of clashes and every smallest set of claims that explains it.

    ``relations`` are the violated relations among its claims; without any, the clash is of roundings jointly.
    ``certain`` are the claims that every smallest explanation names, by claim_id. ``is_complete`` is False when there
    are too many to list: then those that differ from the first by one claim are.
    """

    alternatives: tuple[tuple[Blamed, ...], ...]
    relations: tuple[Relation, ...]
    certain: frozenset[str]
    is_complete: bool


@dataclass(slots=True)
class Located:
    """Explanations of a document's clashes, and the implied intervals of absent cells by claim_id."""

    explanations: list[Explanation] = field(default_factory=list)
    absent: dict[str, Interval] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Solved:
    """What solving one component came to."""

    explanations: tuple[Explanation, ...]
    absent: dict[str, Interval]


Memo = dict[tuple[object, ...], Solved]
"""Components solved before, by what they are made of: lets a document be judged again after a small change."""


def locate(
    judged: list[tuple[Relation, Judgement]],
    apart: frozenset[str],
    wanted_absent: frozenset[str],
    memo: Memo | None = None,
) -> Located:
    """Explain every clash of a document's judged relations; ``wanted_absent`` are absent cells to be implied."""
    located = Located()
    for component in components(judged, apart):
        absent = [claim for claim in component.absent if claim.claim_id in wanted_absent]
        if component.is_settled and not absent:
            continue
        signature = _signature(component, absent) if memo is not None else ()
        solved = memo.get(signature) if memo is not None else None
        if solved is None:
            try:
                solved = _solve(component, apart, absent)
            except SolverError:  # what is violated in it is reported relation by relation
                solved = Solved((), {})
            if memo is not None:
                memo[signature] = solved
        located.explanations += solved.explanations
        located.absent |= solved.absent
    return located


def _signature(component: Component, absent: list[Claim]) -> tuple[object, ...]:
    return (
        *((claim.claim_id, claim.value, claim.half_width, claim.is_nil) for claim in component.claims),
        *((relation.check_name, relation.anchor, len(relation.members)) for relation, _ in component.relations),
        *(claim.claim_id for claim in absent),
    )


def _solve(component: Component, apart: frozenset[str], absent: list[Claim]) -> Solved:
    network = build_network(component, apart)
    search = begin_search(component, apart, network, [trust(claim) for claim in component.claims])
    found = None
    while found is None:
        chosen = search.settle()
        found = search.alternatives(chosen)
    explanations: list[Explanation] = []
    for group, (options, is_complete) in zip(clusters(search.conflicts), found, strict=True):
        own = options[0]
        ordered = sorted(options, key=lambda option: (sum(search.belief[i] for i in option), sorted(option)))
        alternatives: list[tuple[Blamed, ...]] = []
        for option in ordered:
            aside = (chosen - own) | option | search.unresolvable
            is_wanted = len(alternatives) < min(_IMPLIED_LIMIT, 1 + _IMPLIED_CLAIMS // len(option))
            blamed = (
                Blamed(
                    component.claims[i], _implied(network, search.solver, component.claims[i], aside, apart, is_wanted)
                )
                for i in sorted(option)
            )
            alternatives.append(tuple(blamed))
        everywhere = frozenset.intersection(*options)
        if not is_complete:
            everywhere = frozenset(i for i in everywhere if search.is_certain(i, group))
        relations = _violated_among(component, frozenset[int]().union(*options))
        certain = frozenset(component.claims[i].claim_id for i in everywhere)
        explanations.append(Explanation(tuple(alternatives), relations, certain, is_complete))
    aside = chosen | search.unresolvable
    implied = {claim.claim_id: _implied(network, search.solver, claim, aside, apart, True) for claim in absent}
    return Solved(tuple(explanations), implied)


def _violated_among(component: Component, blamed: frozenset[int]) -> tuple[Relation, ...]:
    """Violated relations that touch a blamed claim."""
    names = {component.claims[index].claim_id for index in blamed}
    return tuple(
        relation
        for relation, judgement in component.relations
        if judgement.verdict == "violated" and any(member.claim.claim_id in names for member in relation.members)
    )


def _implied(
    network: Network, solver: Solver, claim: Claim, aside: frozenset[int], apart: frozenset[str], is_wanted: bool
) -> Interval:
    if not is_wanted:
        return (None, None)
    if claim.is_percentage:
        direct = _span(network, solver, variable_of(claim, apart), aside)
        quotient = _quotient(network, solver, claim, aside, apart)
        return _meet(direct, quotient)
    return _span(network, solver, variable_of(claim, apart), aside)


def _span(network: Network, solver: Solver, variable: str, aside: frozenset[int]) -> Interval:
    index = network.number[variable]
    low, high = solver.span(index, aside)
    reference = network.reference[index]
    return (_restored(low, reference), _restored(high, reference))


def _restored(deviation: float | None, reference: int) -> int | None:
    """Integer of millionths of a deviation; the solver's noise, far below a printed digit, is rounded off."""
    return None if deviation is None else reference + round(deviation * UNIT / 10) * 10


def _quotient(network: Network, solver: Solver, claim: Claim, aside: frozenset[int], apart: frozenset[str]) -> Interval:
    """Interval of 100 x change / base, from the intervals of both, wherever the percentage is printed."""
    variable = variable_of(claim, apart)
    for relation, _ in network.component.relations:
        if relation.kind != "percent" or variable_of(relation.members[1].claim, apart) != variable:
            continue
        change = _span(network, solver, variable_of(relation.members[0].claim, apart), aside)
        base = _span(network, solver, variable_of(relation.members[2].claim, apart), aside)
        ends = [end for end in (*change, *base) if end is not None]
        if len(ends) < 4 or ends[2] * ends[3] <= 0:
            return (None, None)
        corners = [100 * SCALE * c // b for c in ends[:2] for b in ends[2:]]
        return (min(corners), max(corners))
    return (None, None)


def _meet(first: Interval, second: Interval) -> Interval:
    lows = [low for low in (first[0], second[0]) if low is not None]
    highs = [high for high in (first[1], second[1]) if high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    if low is not None and high is not None and low > high:
        return second
    return (low, high)


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
    ``unresolvable`` are claims of clusters with too many errors for any explanation to tell much: all are set aside.
    """

    solver: Solver
    belief: list[int]
    conflicts: list[frozenset[int]] = field(default_factory=list)
    holding: set[frozenset[int]] = field(default_factory=set)
    unresolvable: frozenset[int] = frozenset()
    checks: int = 0
    known: dict[frozenset[frozenset[int]], _Known] = field(default_factory=dict)
    _listed: dict[frozenset[frozenset[int]], HittingSets] = field(default_factory=dict)

    def clash(self, aside: frozenset[int]) -> frozenset[int] | None:
        """Claims that still clash without these; None when nothing does."""
        aside |= self.unresolvable
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
        self.unresolvable |= frozenset[int]().union(*group)
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


def begin_search(component: Component, apart: frozenset[str], network: Network, belief: list[int]) -> Search:
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
        return Search(
            Solver(network.programme), belief, local.conflicts, unresolvable=local.unresolvable, known=local.known
        )
    return Search(Solver(network.programme), belief, conflicts)

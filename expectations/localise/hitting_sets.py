"""Smallest sets of claims that meet every clash: one of them, and all of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

# About so many iterations of the simplex go into a node of a binary programme.
_STEPS_OF_NODE = 10
# A set of the least size is often at hand: so many nodes of a plain search cost less than to set up a programme.
_NEAR = 100


class CutShort(RuntimeError):
    """The effort allowed was spent before the answer was certain."""


@dataclass(slots=True)
class Effort:
    """Steps of a search, allowed and spent: iterations of the simplex and nodes of a tree.

    They are counted, not timed, so that every machine stops at the same place.
    """

    allowed: int
    spent: int = 0

    @property
    def is_spent(self) -> bool:
        """True when nothing more is allowed."""
        return self.spent >= self.allowed


def smallest_hitting_set(
    conflicts: Sequence[frozenset[int]],
    belief: Sequence[int],
    barred: frozenset[int] = frozenset(),
    least: int = 0,
    effort: Effort | None = None,
) -> frozenset[int] | None:
    """A set of fewest claims that meets each conflict; None when ``barred`` leaves none.

    Of single claims the least believed is taken, ``belief`` being by claim number. Larger sets are found by a binary
    programme, solved by HiGHS. ``least`` is a size that no set is smaller than: one of that size ends the search.
    Raises CutShort when ``effort`` is spent first, RuntimeError when HiGHS gives none.
    """
    open_conflicts = [conflict - barred for conflict in conflicts]
    if not all(open_conflicts):
        return None
    shared = frozenset.intersection(*open_conflicts) if open_conflicts else frozenset[int]()
    if shared:
        return frozenset({min(shared, key=lambda claim: (belief[claim], claim))})
    telling = _telling(open_conflicts, belief)
    forced = frozenset[int]().union(*(conflict for conflict in telling if len(conflict) == 1))
    rest = [conflict for conflict in telling if conflict.isdisjoint(forced)]
    if not rest:
        return forced
    localised = _of_size(rest, least - len(forced), _NEAR)
    return forced | (_solved(rest, least - len(forced), effort) if localised is None else localised)


def _telling(conflicts: Sequence[frozenset[int]], belief: Sequence[int]) -> list[frozenset[int]]:
    """The conflicts without what tells nothing: those that hold another, and claims that another does better than.

    A claim does better when it meets all the conflicts that the other meets; of equals the least believed is kept.
    Either may show more of the other, until nothing changes.
    """
    told: list[frozenset[int]] = []
    while len(told) != len(conflicts) or sum(map(len, told)) != sum(map(len, conflicts)):
        told, conflicts = list(conflicts), _less_telling_left_out(conflicts, belief)
    return told


def _less_telling_left_out(conflicts: Sequence[frozenset[int]], belief: Sequence[int]) -> list[frozenset[int]]:
    least: list[frozenset[int]] = []
    for conflict in sorted(set(conflicts), key=len):
        if not any(other < conflict for other in least):
            least.append(conflict)
    least.sort(key=sorted)
    met: dict[int, int] = {}
    for number, conflict in enumerate(least):
        for claim in conflict:
            met[claim] = met.get(claim, 0) | 1 << number
    kept: dict[int, int] = {}
    for claim in sorted(met, key=lambda c: (-met[c].bit_count(), belief[c], c)):
        own = met[claim]
        if not any(own | other == other for other in kept.values()):
            kept[claim] = own
    return [conflict.intersection(kept) for conflict in least]


def _of_size(conflicts: Sequence[frozenset[int]], size: int, node_limit: int) -> frozenset[int] | None:
    """A set of at most ``size`` claims that meets each conflict; None when none is found within so many nodes.

    Depth first on the shortest conflict not yet met, the claim that meets most first; conflicts are bits of a number.
    """
    rows = sorted(conflicts, key=lambda c: (len(c), sorted(c)))
    met: dict[int, int] = {}
    for number, row in enumerate(rows):
        for claim in row:
            met[claim] = met.get(claim, 0) | 1 << number
    touching = [reduce(or_, (met[claim] for claim in row)) for row in rows]
    nodes = 0

    def apart(unmet: int) -> int:
        """How many of these conflicts share no claim, counted greedily: as many claims are needed at least."""
        count = 0
        while unmet:
            count += 1
            unmet &= ~touching[_lowest(unmet)]
        return count

    def search(unmet: int, left: int) -> frozenset[int] | None:
        nonlocal nodes
        nodes += 1
        if not unmet:
            return frozenset()
        if nodes > node_limit or apart(unmet) > left:
            return None
        for claim in sorted(rows[_lowest(unmet)], key=lambda c: (-(met[c] & unmet).bit_count(), c)):
            rest = search(unmet & ~met[claim], left - 1)
            if rest is not None:
                return rest | {claim}
        return None

    return search((1 << len(rows)) - 1, size)


def _lowest(bits: int) -> int:
    """Number of the lowest bit that is set."""
    return (bits & -bits).bit_length() - 1


def _solved(conflicts: Sequence[frozenset[int]], least: int, effort: Effort | None) -> frozenset[int]:
    import highspy
    import numpy

    from expectations.localise.solver import new_highs

    claims = sorted(frozenset[int]().union(*conflicts))
    number = {claim: index for index, claim in enumerate(claims)}

    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(claims), len(conflicts)
    model.col_cost_ = numpy.ones(len(claims))
    model.col_lower_ = numpy.zeros(len(claims))
    model.col_upper_ = numpy.ones(len(claims))
    model.row_lower_ = numpy.ones(len(conflicts))
    model.row_upper_ = numpy.full(len(conflicts), highspy.kHighsInf)
    model.integrality_ = [highspy.HighsVarType.kInteger] * len(claims)
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = numpy.cumsum([0, *map(len, conflicts)]).astype(numpy.int32)
    indices = [number[claim] for conflict in conflicts for claim in sorted(conflict)]
    model.a_matrix_.index_ = numpy.array(indices, dtype=numpy.int32)
    model.a_matrix_.value_ = numpy.ones(len(indices))
    highs: Any = new_highs()
    highs.setOptionValue("objective_target", least + 0.5)
    if effort is not None:
        if effort.is_spent:
            raise CutShort("too many clashes")
        highs.setOptionValue("mip_max_nodes", 1 + (effort.allowed - effort.spent) // _STEPS_OF_NODE)
    highs.passModel(model)
    highs.run()
    if effort is not None:
        info = highs.getInfo()
        effort.spent += max(info.simplex_iteration_count, 0) + max(info.mip_node_count, 0)
        if highs.getModelStatus() == highspy.HighsModelStatus.kSolutionLimit:
            raise CutShort("too many clashes")
    values = highs.getSolution().col_value
    chosen = frozenset(claim for claim, value in zip(claims, values, strict=True) if value > 0.5)
    if not all(chosen & conflict for conflict in conflicts):
        raise RuntimeError(f"HiGHS found no hitting set: {highs.modelStatusToString(highs.getModelStatus())}")
    return chosen


@dataclass(frozen=True, slots=True)
class HittingSets:
    """Sets of one size; ``is_complete`` False when the search was cut short."""

    sets: tuple[frozenset[int], ...]
    is_complete: bool


def all_hitting_sets(conflicts: Sequence[frozenset[int]], size: int, limit: int, node_limit: int) -> HittingSets:
    """Every set of ``size`` claims that meets each conflict, ``size`` being the least there is; at most ``limit``.

    Branch and bound on the smallest conflict not yet met; a claim tried on one branch is barred on the later
    ones, so that each set comes up once. The bound is a row of disjoint conflicts.
    """
    ordered = sorted(set(conflicts), key=lambda c: (len(c), sorted(c)))
    found: list[frozenset[int]] = []
    nodes = 0
    is_cut = False

    def least(open_conflicts: Collection[frozenset[int]], barred: frozenset[int]) -> int:
        count, used = 0, set[int]()
        for conflict in open_conflicts:
            if used.isdisjoint(conflict):
                if conflict <= barred:
                    return size + 1
                count += 1
                used |= conflict
        return count

    def search(chosen: frozenset[int], open_conflicts: list[frozenset[int]], barred: frozenset[int]) -> None:
        nonlocal nodes, is_cut
        nodes += 1
        if nodes > node_limit or len(found) >= limit:
            is_cut = True
            return
        if not open_conflicts:
            found.append(chosen)
            return
        if len(chosen) + least(open_conflicts, barred) > size:
            return
        for claim in sorted(open_conflicts[0] - barred):
            rest = [conflict for conflict in open_conflicts if claim not in conflict]
            search(chosen | {claim}, rest, barred)
            if is_cut:
                return
            barred |= {claim}

    search(frozenset(), ordered, frozenset())
    return HittingSets(tuple(found), not is_cut)


def clusters(conflicts: Sequence[frozenset[int]]) -> list[list[frozenset[int]]]:
    """Conflicts grouped so that groups share no claim, in order of their first claim."""
    groups: list[tuple[set[int], list[frozenset[int]]]] = []
    for conflict in conflicts:
        touching = [group for group in groups if not group[0].isdisjoint(conflict)]
        claims, members = set(conflict), [conflict]
        for group in touching:
            claims |= group[0]
            members = group[1] + members
            groups.remove(group)
        groups.append((claims, members))
    return [members for _, members in sorted(groups, key=lambda group: min(group[0]))]

"""Smallest weighted sets that meet every conflict, all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_NODE_LIMIT = 20_000


@dataclass(frozen=True, slots=True)
class HittingSets:
    """All sets of least weight, in a fixed order; ``is_complete`` False when the search was cut short."""

    sets: tuple[frozenset[int], ...]
    weight: int
    is_complete: bool


def smallest_hitting_sets(conflicts: Sequence[frozenset[int]], weight: Mapping[int, int], limit: int) -> HittingSets:
    """Every least-weight set of claims that meets each conflict, at most ``limit`` of them.

    Branch and bound on the smallest conflict not yet met; a claim tried on one branch is barred on the later
    ones, so that each set comes up once. The bound is the cheapest claim of each of a row of disjoint conflicts.
    """
    ordered = sorted(set(conflicts), key=lambda c: (len(c), sorted(c)))
    best = _greedy(ordered, weight)
    best_weight = sum(weight[claim] for claim in best)
    found: dict[frozenset[int], None] = {}
    nodes = 0
    is_cut = False

    def bound(open_conflicts: list[frozenset[int]], barred: frozenset[int]) -> int:
        total, used = 0, set[int]()
        for conflict in open_conflicts:
            if used.isdisjoint(conflict):
                allowed = [weight[claim] for claim in conflict if claim not in barred]
                if not allowed:
                    return best_weight + 1
                total += min(allowed)
                used |= conflict
        return total

    def search(
        chosen: frozenset[int], spent: int, open_conflicts: list[frozenset[int]], barred: frozenset[int]
    ) -> None:
        nonlocal best_weight, nodes, is_cut
        nodes += 1
        if nodes > _NODE_LIMIT:
            is_cut = True
            return
        if spent + bound(open_conflicts, barred) > best_weight:
            return
        if not open_conflicts:
            if spent < best_weight:
                found.clear()
                best_weight = spent
            if len(found) < limit:
                found[chosen] = None
            else:
                is_cut = True
            return
        now_barred = barred
        for claim in sorted(open_conflicts[0] - barred, key=lambda c: (weight[c], c)):
            rest = [conflict for conflict in open_conflicts if claim not in conflict]
            search(chosen | {claim}, spent + weight[claim], rest, now_barred)
            now_barred |= {claim}

    search(frozenset(), 0, ordered, frozenset())
    sets = tuple(found) or (best,)
    return HittingSets(sets, best_weight, not is_cut)


def _greedy(conflicts: Sequence[frozenset[int]], weight: Mapping[int, int]) -> frozenset[int]:
    chosen: set[int] = set()
    open_conflicts = list(conflicts)
    while open_conflicts:
        counts: dict[int, int] = {}
        for conflict in open_conflicts:
            for claim in conflict:
                counts[claim] = counts.get(claim, 0) + 1
        claim = min(counts, key=lambda c: (weight[c] / counts[c], c))
        chosen.add(claim)
        open_conflicts = [conflict for conflict in open_conflicts if claim not in conflict]
    return frozenset(chosen)


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

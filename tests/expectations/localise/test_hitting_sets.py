"""Smallest sets that meet every clash, against trying all subsets."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.localise.hitting_sets import all_hitting_sets, clusters, smallest_hitting_set

CLAIMS = range(9)
CONFLICTS = st.lists(st.frozensets(st.sampled_from(CLAIMS), min_size=1, max_size=5), min_size=1, max_size=8)
BELIEF = [100] * len(CLAIMS)


def _all_smallest(conflicts: list[frozenset[int]]) -> set[frozenset[int]]:
    for size in range(1, len(CLAIMS) + 1):
        sets = {frozenset(s) for s in combinations(CLAIMS, size) if all(c & set(s) for c in conflicts)}
        if sets:
            return sets
    raise AssertionError("some set meets all")


@settings(max_examples=150)
@given(CONFLICTS)
def test_smallest_sets_are_all_found(conflicts: list[frozenset[int]]) -> None:
    expected = _all_smallest(conflicts)
    one = smallest_hitting_set(conflicts, BELIEF)
    assert one in expected
    assert all(smallest_hitting_set(conflicts, BELIEF, least=least) in expected for least in range(len(one) + 1))
    found = all_hitting_sets(conflicts, len(one), 1000, 10_000)
    assert found.is_complete and len(found.sets) == len(set(found.sets)) and set(found.sets) == expected


@settings(max_examples=50)
@given(CONFLICTS, st.sampled_from(CLAIMS))
def test_excluding_a_claim_shows_whether_it_is_certain(conflicts: list[frozenset[int]], barred: int) -> None:
    smallest = _all_smallest(conflicts)
    size = len(next(iter(smallest)))
    without = smallest_hitting_set(conflicts, BELIEF, frozenset({barred}))
    assert (without is None or len(without) > size) == all(barred in option for option in smallest)


def test_a_search_cut_short_says_so() -> None:
    conflicts = [frozenset({2 * i, 2 * i + 1}) for i in range(4)]
    assert not all_hitting_sets(conflicts, 4, 5, 10_000).is_complete
    assert not all_hitting_sets(conflicts, 4, 1000, 5).is_complete
    assert len(all_hitting_sets(conflicts, 4, 1000, 10_000).sets) == 16


def test_the_least_trusted_comes_first() -> None:
    assert smallest_hitting_set([frozenset({1, 2, 3})], [100, 100, 60, 100]) == {2}


def test_clusters_share_no_claim() -> None:
    groups = clusters([frozenset({1, 2}), frozenset({4, 5}), frozenset({2, 3}), frozenset({5, 6}), frozenset({8})])
    assert [frozenset().union(*group) for group in groups] == [{1, 2, 3}, {4, 5, 6}, {8}]

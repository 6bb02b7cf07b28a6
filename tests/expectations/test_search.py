"""The search for wrong claims of one component: against trying all subsets, and cut short."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations import search
from expectations.hitting import CutShort, Effort, smallest_hitting_set
from expectations.linear import Programme, Solver

MUDDLED = Path(__file__).parents[1] / "fuzz" / "found" / "text" / "9c184842c0bf76d3"
ROWS = 6
BELIEF = [100] * 20


def _sums(printed: list[int], totals: list[tuple[int, tuple[int, ...]]]) -> Programme:
    """Rows as printed, and sums of some of them as printed; a claim each."""
    programme = Programme(ROWS + len(totals))
    values = printed + [value for value, _ in totals]
    programme.intervals = [(claim, claim, value - 0.5, value + 0.5) for claim, value in enumerate(values)]
    for number, (_, members) in enumerate(totals, ROWS):
        programme.equalities.append(([(number, -1.0), *((member, 1.0) for member in members)], 0.0))
    return programme


def _least(programme: Programme) -> int:
    solver = Solver(programme)
    claims = range(programme.variable_count)
    sizes = (n for n in claims if any(solver.conflict(frozenset(c)) is None for c in combinations(claims, n)))
    return next(sizes)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(0, 9), min_size=ROWS, max_size=ROWS),
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=ROWS, unique=True).map(tuple),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_what_is_set_aside_is_least_and_lets_the_rest_hold(
    printed: list[int], totals: list[tuple[int, tuple[int, ...]]]
) -> None:
    programme = _sums(printed, totals)
    found = search.Search(Solver(programme), BELIEF)
    chosen = found.settle()
    assert Solver(programme).conflict(chosen) is None
    assert len(chosen) == _least(programme) and not found.muddled


@pytest.fixture
def no_effort(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(search, "_STEPS_PER_CLAIM", 0)
    yield


def test_without_effort_what_clashes_is_given_up_whole(no_effort: None) -> None:
    totals = [(50, (0, 1, 2)), (60, (1, 2, 3)), (70, (2, 3, 4)), (80, (3, 4, 5)), (90, (0, 2, 4, 5))]
    programme = _sums([1, 2, 3, 4, 5, 6], totals)
    found = search.Search(Solver(programme), BELIEF)
    chosen = found.settle()
    assert found.muddled and not found.conflicts
    assert Solver(programme).conflict(chosen | found.muddled) is None


def test_effort_is_counted_and_ends_the_search() -> None:
    triangle = [frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})]
    with pytest.raises(CutShort):
        smallest_hitting_set(triangle, BELIEF, effort=Effort(0))
    assert len(smallest_hitting_set(triangle, BELIEF, least=2, effort=Effort(1000)) or ()) == 2

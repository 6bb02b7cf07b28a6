"""The search for wrong claims of one component: against trying all subsets, and cut short."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expectations.judging.judge import figure_findings
from expectations.localise import locate as search
from expectations.localise.hitting_sets import CutShort, Effort, smallest_hitting_set
from expectations.localise.solver import Programme, Solver
from expectations.model.claims import SCALE, Claim, DocumentClaims
from expectations.model.relation import Member, Relation, judge_relation

ROWS = 6
TANGLED = 170
"""Sums that clash and share figures, one with the next: more than the search takes on at once."""
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
    assert len(chosen) == _least(programme) and not found.unresolvable


@pytest.fixture
def no_effort(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(search, "_STEPS_PER_CLAIM", 0)
    yield


def test_without_effort_what_clashes_is_given_up_whole(no_effort: None) -> None:
    totals = [(50, (0, 1, 2)), (60, (1, 2, 3)), (70, (2, 3, 4)), (80, (3, 4, 5)), (90, (0, 2, 4, 5))]
    programme = _sums([1, 2, 3, 4, 5, 6], totals)
    found = search.Search(Solver(programme), BELIEF)
    chosen = found.settle()
    assert found.unresolvable and not found.conflicts
    assert Solver(programme).conflict(chosen | found.unresolvable) is None


def test_effort_is_counted_and_ends_the_search() -> None:
    triangle = [frozenset({1, 2}), frozenset({2, 3}), frozenset({1, 3})]
    with pytest.raises(CutShort):
        smallest_hitting_set(triangle, BELIEF, effort=Effort(0))
    assert len(smallest_hitting_set(triangle, BELIEF, least=2, effort=Effort(1000)) or ()) == 2


def _chain(count: int, is_wrong: bool) -> list[Relation]:
    """Sums of two figures, each of which shares a figure with the next; wrong ones are 7 off."""

    def claim(name: str, value: int) -> Claim:
        row = {"cell_id": name, "row_label": name, "table_number": "99.1"}
        return Claim(f"{name}-{is_wrong}", "d", "cell", value * SCALE, 0, None, row, printed_text=str(value))

    figures = [claim(f"figure {number}", number) for number in range(count + 1)]
    found = []
    for number, pair in enumerate(pairwise(figures)):
        total = claim(f"sum {number}", 2 * number + 1 + 7 * is_wrong)
        members = (Member(total, -1, "total"), *(Member(figure, 1, "member") for figure in pair))
        found.append(Relation("sums", "d", "99.1", f"{number}-{is_wrong}", members))
    return found


@pytest.mark.parametrize("count", [TANGLED, 12])
def test_what_no_set_explains_is_reported_relation_by_relation(count: int) -> None:
    relations = [*_chain(count, is_wrong=True), *_chain(5, is_wrong=False)]
    claims = {member.claim.claim_id: member.claim for relation in relations for member in relation.members}
    document = DocumentClaims("d", {}, [], list(claims.values()), {})
    found = figure_findings(document, [(relation, judge_relation(relation)) for relation in relations])
    named = {row["claim_id"]: row for row in found}
    for relation in relations:
        own = {member.claim.claim_id for member in relation.members}
        is_violated = judge_relation(relation).verdict == "violated"
        assert bool(own & named.keys()) == is_violated
    if count == TANGLED:
        assert not any(row["is_unique"] or row["implied_value"] for row in found)
        assert all(row["severity"] == "error" for row in found)
        for row in found:  # the others of its sum may be wrong instead
            assert len(row["alternatives"].split("; ")) == 2
    else:
        assert len(found) == count // 2  # the figures that two sums share explain both

"""Injected faults: a sample of the bench, and that what the bench stands on is sound."""

from __future__ import annotations

import random
from copy import deepcopy
from decimal import Decimal
from functools import lru_cache

import pytest

from benches import mutations as bench
from benches.faults import KINDS, Mutation, applied, seeded_mutations
from expectations.judging.judge import figure_findings, judge_document, judged_relations
from expectations.model.claims import Claim, Row, Rows, unscaled
from expectations.model.index import index_document
from tests.shared import BUNDLED, judged

_JUDGED = ("mart_relation", "mart_relation_member", "mart_finding", "mart_check")
_KEYS = {"mart_stated_amount": "stated_amount_id", "mart_chart_value": "chart_value_id"}


def _inputs() -> tuple[str, Rows]:
    rows = judged(BUNDLED)
    return rows["mart_document"][0]["document_id"], {k: v for k, v in rows.items() if k not in _JUDGED}


@lru_cache(maxsize=1)
def _score() -> bench.Score:
    document_id, rows = _inputs()
    return bench.measure("bundled", document_id, rows, 150)


def test_faults_beyond_the_slack_are_detected_and_located() -> None:
    assert bench.missed_aims(_score()) == []
    detected, beyond = _score().share(bench.detectable, lambda o: o.is_detected)
    assert detected == beyond > 120
    first, identified = _score().share(bench.identified, lambda o: o.is_first)
    assert first == identified > 60


def test_no_figure_is_named_alone_in_the_place_of_another() -> None:
    assert not [outcome for outcome in _score().outcomes if outcome.is_misled]


def test_a_clean_document_has_no_findings_but_the_cell_that_is_absent() -> None:
    document_id, rows = _inputs()
    cleaned = bench.clean(document_id, rows)
    left = figure_findings(cleaned.document, judged_relations(cleaned.document))
    assert [(row["class"], row["table_number"]) for row in left] == [("missing", "10.16")]
    assert len(cleaned.repaired) == 7


def test_every_kind_of_slip_is_in_the_bench() -> None:
    document_id, rows = _inputs()
    kinds = {mutation.kind for _, mutation in seeded_mutations(index_document(document_id, rows))}
    assert kinds == set(KINDS)


def test_both_methods_are_held_against_the_same_faults() -> None:
    ours = _score().share(bench.detectable, lambda o: o.is_detected)[0]
    assert all(_score().share(bench.detectable, bench._raises(t))[0] < ours for t in bench.NAIVE_TOLERANCES)
    assert "beyond the slack" in bench.rendered([_score()])


def _put(rows: Rows, claim: Claim, mutation: Mutation) -> None:
    """The mutation made in the rows themselves."""
    value = unscaled(mutation.value)
    digits = 0 if not mutation.half_width else 6 - len(str(mutation.half_width // 5))
    for table, key in (("mart_cell", "cell_id"), *_KEYS.items()):
        for row in rows[table]:
            if row[key] == claim.claim_id:
                row |= {"value": value * claim.factor, "is_nil": mutation.is_nil, "precision_digits": digits}
    for row in rows["mart_claim"]:
        if row["claim_id"] == claim.claim_id:
            row |= {"value": value, "half_width": Decimal(mutation.half_width).scaleb(-6), "is_nil": mutation.is_nil}


def _told(findings: list[Row]) -> list[tuple[object, ...]]:
    names = ("finding_id", "class", "severity", "implied_value", "is_unique", "alternatives", "slip")
    return sorted(tuple(str(row.get(name)) for name in names) for row in findings)


def test_a_mutation_of_a_claim_is_one_of_the_rows() -> None:
    document_id, rows = _inputs()
    document = index_document(document_id, rows)
    money = [(c, m) for c, m in seeded_mutations(document) if c.source in ("cell", "prose", "chart") and m.half_width]
    for claim, mutation in random.Random(5).sample(money, 12):
        with applied(claim, mutation):
            at_claims = figure_findings(document, judged_relations(document), {})
        own = deepcopy(rows)
        _put(own, claim, mutation)
        found = judge_document(document_id, own)["mart_finding"]
        assert _told(at_claims) == _told([r for r in found if r["class"] not in ("structure", "citation")]), mutation


def test_slack_is_what_the_judge_finds_compatible() -> None:
    """A figure moved to just inside its slack is found in no clash; just outside, in one."""
    document_id, rows = _inputs()
    cleaned = bench.clean(document_id, rows)
    claims = [
        c for c in cleaned.document.claims if c.half_width and c.claim_id in cleaned.slacks and c.source == "cell"
    ]
    for claim in random.Random(7).sample(claims, 25):
        allowed, _ = cleaned.ranges_of(claim)
        if allowed.high == float("inf"):
            continue
        edge = round(allowed.high * 1_000_000) + claim.half_width
        for value, is_found in ((edge - 20, False), (edge + 200, True)):
            with applied(claim, Mutation(claim.claim_id, "digit_changed", value, claim.half_width)):
                found = [row for row in cleaned.findings() if row["check_name"] != "prose_states_the_table_value"]
            assert bool(found) is is_found, (claim.claim_id, allowed, value)


@pytest.mark.parametrize("name", sorted(_KEYS))
def test_figures_outside_tables_are_mutated_too(name: str) -> None:
    document_id, rows = _inputs()
    identifiers = {row[_KEYS[name]] for row in rows[name]}
    mutated = {claim.claim_id for claim, _ in seeded_mutations(index_document(document_id, rows))}
    assert identifiers & mutated

"""Each check with the mutation that breaks it, and nothing but it."""

from __future__ import annotations

from functools import cache

import pytest

from expectations.judging.judge import empty_checks, judge_rows
from expectations.subjects import SUBJECTS
from tests.expectations.judging.test_witnesses import WITNESS_MUTATIONS
from tests.expectations.mutations import RELATION_MUTATIONS, STRUCTURE_MUTATIONS, clean_rows
from tests.expectations.test_changes import CHANGE_MUTATIONS
from tests.expectations.test_formulas import FORMULA_MUTATIONS
from tests.expectations.test_resolution_checks import RESOLUTION_MUTATIONS
from warehouse.schema.declare import Rows

MUTATIONS = RELATION_MUTATIONS | STRUCTURE_MUTATIONS
CATALOGUE = {check["check_name"] for check in empty_checks()}


def _violated(rows: Rows) -> dict[str, int]:
    return {check["check_name"]: check["violated"] for check in judge_rows(rows)["mart_check"]}


@cache
def _violated_when_clean() -> dict[str, int]:
    return _violated(clean_rows())


@pytest.mark.parametrize("check", sorted(MUTATIONS))
def test_a_mutation_breaks_its_check_and_no_other(check: str) -> None:
    rows = clean_rows()
    MUTATIONS[check](rows)
    before = _violated_when_clean()
    assert {name for name, count in _violated(rows).items() if count > before[name]} == {check}


def test_no_relation_is_violated_in_clean_rows() -> None:
    assert not {name for name in RELATION_MUTATIONS if _violated_when_clean()[name]}


def test_every_check_has_its_mutation_and_its_subject() -> None:
    """Checks between documents have theirs in test_witnesses, those on resolutions in
    test_resolution_checks, those on formulas and changes in test_formulas and test_changes."""
    others = (WITNESS_MUTATIONS, RESOLUTION_MUTATIONS, FORMULA_MUTATIONS, CHANGE_MUTATIONS)
    assert set(MUTATIONS).union(*others) == CATALOGUE
    assert set(SUBJECTS) == CATALOGUE


def test_every_check_but_those_without_a_subject_was_evaluated() -> None:
    """Addresses dumped in a text stand on no words, and a fascicle is no resolution: those have nothing to look at."""
    idle = {check["check_name"] for check in judge_rows(clean_rows())["mart_check"] if not check["evaluated"]}
    assert idle == {
        "links_lead_to_the_symbol_they_stand_on",
        *WITNESS_MUTATIONS,
        *RESOLUTION_MUTATIONS,
        *FORMULA_MUTATIONS,
        *CHANGE_MUTATIONS,
    }

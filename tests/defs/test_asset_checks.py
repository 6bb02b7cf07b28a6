"""Every check is an asset check beside the table it judges; one that looked at nothing has not passed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dagster import AssetCheckEvaluation, AssetCheckResult, AssetCheckSeverity

from expectations.judging.judge import empty_checks
from expectations.subjects import SUBJECTS
from pipelines.defs import build_definitions
from pipelines.defs.checks import SUITE_CHECK, checks, suites
from pipelines.run.results import CheckResult, SuiteResult, Validation
from tests.defs.conftest import Landed
from warehouse.tables import TABLES

Told = dict[tuple[str, str], AssetCheckEvaluation]


@pytest.fixture(scope="module")
def told(landed: Landed) -> Told:
    """Evaluations of a run on the bundled edition, by table and check."""
    assert landed.result.success
    return {(e.asset_key.path[-1], e.check_name): e for e in landed.result.get_asset_check_evaluations()}


def test_every_check_is_shown_with_its_table(told: Told) -> None:
    expected = {(SUBJECTS[check["check_name"]].table, check["check_name"]) for check in empty_checks()}
    expected |= {(table.name, name) for table in TABLES for name in (SUITE_CHECK, *table.rules)}
    assert set(told) == expected
    # Judged by the clock, not by a run: what ought to have come.
    by_clock = {("release", "expected_documents_are_here")}
    assert {(spec.asset_key.path[-1], spec.name) for spec in _specs()} == expected | by_clock


def _specs() -> Iterator[object]:
    for definition in build_definitions().asset_checks or ():
        yield from definition.check_specs


def test_suites_and_readings_pass_and_misprints_warn(told: Told) -> None:
    failed = {name for (_, name), evaluation in told.items() if not evaluation.passed}
    assert not {name for (table, name), e in told.items() if name == SUITE_CHECK and not e.passed}
    assert all(e.severity == AssetCheckSeverity.WARN for e in told.values() if not e.passed)
    assert "percentage_is_change_over_base_within_rounding" in failed
    assert not failed & {"printed_values_are_readable", "lines_inside_tables_are_claimed", "total_rows_have_members"}
    verdicts = told["mart_cell", "percentage_is_change_over_base_within_rounding"].metadata
    assert {name: verdicts[name].value for name in ("violated", "rounding")} == {"violated": 2, "rounding": 18}


def test_a_check_that_evaluated_nothing_has_not_passed(told: Told) -> None:
    idle = told["mart_link", "links_lead_to_the_symbol_they_stand_on"]
    assert not idle.passed and idle.severity == AssetCheckSeverity.WARN
    assert idle.metadata["evaluated"].value == 0


def _result(found: Iterator[AssetCheckResult], name: str) -> AssetCheckResult:
    return next(result for result in found if result.check_name == name)


def test_a_defect_of_reading_is_an_error() -> None:
    counted = CheckResult("total_rows_have_members", "reading", 3, 2, 0, 1, 0)
    result = _result(checks(Validation((), (counted,))), counted.check_name)
    assert not result.passed and result.severity == AssetCheckSeverity.ERROR


def test_what_could_never_be_assessed_has_not_passed() -> None:
    counted = CheckResult("components_add_up_to_section", "print", 3, 0, 0, 0, 3)
    assert not _result(checks(Validation((), (counted,))), counted.check_name).passed


def test_a_rule_that_failed_is_an_error_of_its_own() -> None:
    rules = ("expect_verdicts_to_follow", "expect_relations_to_count_their_members")
    suite = SuiteResult("mart_relation", 9, (f"{rules[0]}: 2",), (), rules)
    found = list(suites(Validation((suite,))))
    broken, sound = (_result(iter(found), rule) for rule in rules)
    assert not broken.passed and broken.severity == AssetCheckSeverity.ERROR
    assert sound.passed

"""Asset checks beside the tables they judge: declared suites, rules between tables, and the catalogue of checks.

None of them blocks by itself: the gate reads the same results, and refuses with its reasons.
"""

from collections.abc import Iterable, Iterator

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetIn,
    AssetKey,
    multi_asset_check,
)

from expectations.judging.judge import empty_checks
from expectations.subjects import subject_of
from pipelines.run.results import CheckResult, SuiteResult, Validation
from warehouse.tables import TABLES

SUITE_CHECK = "declared_expectations_hold"
AFTER = [AssetKey("validation")]
CATALOGUE = {check["check_name"]: check for check in empty_checks()}


def _suite_specs() -> Iterator[AssetCheckSpec]:
    for table in TABLES:
        told = "The suite rendered from the table's declaration."
        yield AssetCheckSpec(SUITE_CHECK, asset=table.name, description=told, additional_deps=AFTER)
        for rule in table.rules:
            words = rule.removeprefix("expect_").replace("_to_", " ", 1).replace("_", " ")
            yield AssetCheckSpec(rule, asset=table.name, description=f"Rule: {words}.", additional_deps=AFTER)


def _catalogue_specs() -> Iterator[AssetCheckSpec]:
    for name, check in CATALOGUE.items():
        yield AssetCheckSpec(
            name,
            asset=subject_of(name).table,
            description=check["description"],
            additional_deps=AFTER,
            metadata={"about": check["about"]},
        )


@multi_asset_check(name="suites", specs=list(_suite_specs()), ins={"validation": AssetIn("validation")})
def suites(validation: Validation) -> Iterator[AssetCheckResult]:
    """Results of Great Expectations, table by table and rule by rule."""
    told = {result.table: result for result in validation.results}
    for table in TABLES:
        result = told.get(table.name, SuiteResult(table.name, 0, (), ()))
        yield AssetCheckResult(
            asset_key=table.name,
            check_name=SUITE_CHECK,
            passed=result.passed,
            severity=AssetCheckSeverity.ERROR,
            metadata={
                "evaluated": result.evaluated,
                "failed": "; ".join(result.failed) or "none",
                "crashed": "; ".join(result.crashed) or "none",
            },
        )
        yield from _rule_results(result, table.rules)


def _rule_results(result: SuiteResult, rules: Iterable[str]) -> Iterator[AssetCheckResult]:
    """One result per rule; a rule on an empty table looked at nothing, which is no pass and no defect."""
    for rule in rules:
        is_evaluated, told = rule in result.rules, result.messages_of(rule)
        yield AssetCheckResult(
            asset_key=result.table,
            check_name=rule,
            passed=is_evaluated and not told,
            severity=AssetCheckSeverity.ERROR if told else AssetCheckSeverity.WARN,
            metadata={"evaluated": int(is_evaluated), "found": "; ".join(told) or "nothing"},
        )


@multi_asset_check(name="checks", specs=list(_catalogue_specs()), ins={"validation": AssetIn("validation")})
def checks(validation: Validation) -> Iterator[AssetCheckResult]:
    """What each check of the catalogue counted in the release."""
    counted = {check.check_name: check for check in validation.checks}
    for name, entry in CATALOGUE.items():
        check = counted.get(name, CheckResult(name, entry["about"], 0, 0, 0, 0, 0))
        yield AssetCheckResult(
            asset_key=subject_of(name).table,
            check_name=name,
            passed=check.passed,
            severity=_severity(check),
            metadata={
                "evaluated": check.evaluated,
                "exact": check.exact,
                "rounding": check.rounding,
                "violated": check.violated,
                "unassessable": check.unassessable,
            },
        )


def _severity(check: CheckResult) -> AssetCheckSeverity:
    """ERROR for a defect of our reading; WARN for one of the print, and for a check that had nothing to look at."""
    is_error = check.about == "reading" and check.violated
    return AssetCheckSeverity.ERROR if is_error else AssetCheckSeverity.WARN

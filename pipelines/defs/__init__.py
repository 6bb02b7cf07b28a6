"""Dagster's view of the pipeline: thin assets over plain functions. Nothing else imports Dagster."""

from __future__ import annotations

from typing import Any

from dagster import Definitions

from pipelines.defs.assets import (
    COPIES,
    document,
    landed_file,
    release,
    staged_document,
    staged_in_batches,
    validation,
    warehouse_file,
    warehouse_tables,
)
from pipelines.defs.automation import (
    backfill_edition,
    expected_documents_are_here,
    failure_told,
    freshness,
    freshness_checked,
    landing_changed,
    poll_watch_list,
    publish_landing,
    watch_list_polled,
)
from pipelines.defs.checks import checks, suites
from pipelines.defs.fetch import fetched_document, library_record
from pipelines.defs.resources import RunOptions, StepFiles, chosen_batches, chosen_executor

STEPS = (landed_file, staged_document, warehouse_file, validation, release, *COPIES)
"""What a run does; the other assets and the checks tell of its tables."""
ASSETS = (*STEPS, warehouse_tables)
CHECKS = (suites, checks)
# Assets that no run materialises by itself.
ON_DEMAND = (fetched_document, library_record, document)


def resources(settings: dict[str, Any]) -> dict[str, Any]:
    """Resources for a run with these settings of RunOptions."""
    return {"run_options": RunOptions(**settings), "io_manager": StepFiles(home=settings.get("home", ""))}


def build_definitions() -> Definitions:
    """All assets, their checks, resources and executor.

    Unless the environment says otherwise, steps run in one process: they are short, and the one that is not starts
    its own worker processes.
    """
    batches = chosen_batches()
    reading = staged_document if batches == 1 else staged_in_batches(batches)
    return Definitions(
        assets=[reading if asset is staged_document else asset for asset in (*ASSETS, *ON_DEMAND)],
        asset_checks=[*CHECKS, expected_documents_are_here],
        jobs=[publish_landing, poll_watch_list, freshness, backfill_edition],
        sensors=[landing_changed, failure_told],
        schedules=[watch_list_polled, freshness_checked],
        resources=resources({}),
        executor=chosen_executor(),
    )

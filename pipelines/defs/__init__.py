"""Dagster's view of the pipeline: thin assets over plain functions. Nothing else imports Dagster."""

from __future__ import annotations

import logging
import os
from typing import Any

from dagster import DagsterInstance, Definitions, ExecuteInProcessResult, materialize

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
from pipelines.run.results import Failure

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


_ROOMS = ("pipelines.", "expectations.", "warehouse.")


def run_in_process(settings: dict[str, Any]) -> Failure | None:
    """Run all steps with these settings of RunOptions; returns how that failed, None when it did not."""
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        result = materialize(
            STEPS,
            instance=instance,
            resources=resources(settings),
            raise_on_error=bool(os.environ.get("FASCICLE_TRACEBACK")),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        return None if result.success else _failure(result)


def _failure(result: ExecuteInProcessResult) -> Failure:
    for event in result.all_events:
        if event.is_failure and event.event_specific_data is not None:
            error = getattr(event.event_specific_data, "error", None)
            # Dagster wraps our errors, which say best what went wrong; what those came from is for a traceback.
            while error is not None and error.cause is not None and str(error.cls_name).startswith("Dagster"):
                error = error.cause
            if error is not None:
                return Failure(str(error.cls_name), _words(error.message))
    return Failure("", "a step failed")


def _words(message: str) -> str:
    """One line; for our own errors without the name of the class."""
    line = " ".join(message.split())
    name, _, words = line.partition(": ")
    return words if words and name.startswith(_ROOMS) else line

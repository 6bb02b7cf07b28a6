"""The steps of a run materialised in this process, as the command ``fascicle run`` does."""

from __future__ import annotations

import logging
import os
from typing import Any

from dagster import DagsterInstance, ExecuteInProcessResult, materialize

from pipelines.defs import STEPS, resources
from pipelines.run.results import Failure

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

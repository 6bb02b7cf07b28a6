"""Alerts on failed runs, refused releases and overdue documents."""

import datetime as dt
import os
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    DefaultSensorStatus,
    RunFailureSensorContext,
    asset_check,
    run_failure_sensor,
)

from pipelines.defs.sensors import OVERDUE_CHECK, home_of
from pipelines.operate import alerts
from pipelines.operate.freshness import overdue, published_documents
from pipelines.operate.settings import read_operations


@run_failure_sensor(default_status=DefaultSensorStatus.RUNNING)
def failure_told(context: RunFailureSensorContext) -> None:
    """Report each failed run through the notifiers of operations.toml."""
    steps = []
    for event in context.get_step_failure_events():
        data = event.step_failure_data
        told = data.user_failure_data.description if data.user_failure_data else None
        steps.append((event.step_key or "", told or _root(data.error)))
    run = context.dagster_run
    alert = alerts.of_failure(run.job_name, run.run_id, steps, context.failure_event.message or "no reason given")
    alerts.send(alert, read_operations(home_of()).alerts.notifiers, os.environ)


def _root(error: Any) -> str:
    """What the first of the errors said that led to one another."""
    while error is not None and error.cause is not None:
        error = error.cause
    return error.message.strip() if error else "failed"


@asset_check(asset="release", name=OVERDUE_CHECK)
def expected_documents_are_here() -> AssetCheckResult:
    """Documents that operations.toml expects by a day that has passed are in the current release."""
    home = home_of()
    operations = read_operations(home)
    late = overdue(operations.expected, published_documents(home), dt.datetime.now(dt.UTC).date())
    if late:
        alerts.send(alerts.of_overdue(late), operations.alerts.notifiers, os.environ)
    return AssetCheckResult(
        passed=not late,
        severity=AssetCheckSeverity.WARN,
        metadata={"overdue": len(late), "documents": "; ".join(late) or "none"},
    )

"""What starts by itself: runs when the landing folder changes, jobs by the clock, alerts."""

import datetime as dt
import os
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckKey,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetKey,
    AssetSelection,
    Config,
    DagsterRunStatus,
    DefaultSensorStatus,
    Failure,
    OpExecutionContext,
    RunFailureSensorContext,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    SensorEvaluationContext,
    SkipReason,
    asset_check,
    define_asset_job,
    job,
    op,
    run_failure_sensor,
    sensor,
)

from pipelines.operate import alerts
from pipelines.operate.alerts import overdue, published_documents, read_operations
from pipelines.operate.landing import copy_into, from_text, look
from warehouse.home import Home

UNDER_WAY = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]
OVERDUE_CHECK = "expected_documents_are_here"
publish_landing = define_asset_job(
    "publish_landing",
    AssetSelection.all()
    - AssetSelection.assets("fetched_document", "library_record", "document")
    - AssetSelection.checks(AssetCheckKey(AssetKey("release"), OVERDUE_CHECK)),
    description="From the sources to a release; by itself, whenever the landing folder has changed.",
)


def home_of() -> Path:
    """FASCICLE_HOME, or .fascicle in the working folder."""
    return Path(os.environ.get("FASCICLE_HOME") or ".fascicle").absolute()


def run_config(home: Path, sources: list[str]) -> dict[str, Any]:
    """Configuration of a run on these sources."""
    return {
        "resources": {
            "run_options": {"config": {"home": str(home), "sources": sources}},
            "io_manager": {"config": {"home": str(home)}},
        }
    }


@sensor(job=publish_landing, minimum_interval_seconds=int(os.environ.get("FASCICLE_LOOK_SECONDS") or 30))
def landing_changed(context: SensorEvaluationContext) -> RunRequest | SkipReason:
    """One run per change of the landing folder; while one is under way, the next waits."""
    landing = home_of() / "landing"
    if context.instance.get_run_records(RunsFilter(job_name=publish_landing.name, statuses=UNDER_WAY), limit=1):
        return SkipReason("a run is under way; what changed since waits for it")
    watched, is_due = look(landing, from_text(context.cursor))
    context.update_cursor(watched.to_text())
    if not is_due:
        return SkipReason(f"{len(watched.files)} files, nothing new that has stopped changing")
    return RunRequest(run_key=watched.run_key, run_config=run_config(home_of(), [str(landing)]))


poll_watch_list = define_asset_job(
    "poll_watch_list",
    AssetSelection.assets("fetched_document"),
    description="Downloads what the watch list names and is not here; the configuration may name another list.",
)
watch_list_polled = ScheduleDefinition(
    job=poll_watch_list,
    cron_schedule=os.environ.get("FASCICLE_POLL_CRON") or "15 5 * * *",
    execution_timezone="UTC",
)

freshness = define_asset_job(
    "freshness",
    AssetSelection.checks_for_assets("release"),
    description="Whether the documents expected of each edition are here.",
)
freshness_checked = ScheduleDefinition(
    job=freshness,
    cron_schedule=os.environ.get("FASCICLE_FRESHNESS_CRON") or "45 6 * * *",
    execution_timezone="UTC",
)


class BackfillConfig(Config):
    """``folder`` holds the edition's files; ``home`` empty means FASCICLE_HOME, or .fascicle."""

    folder: str
    home: str = ""


@op
def copy_edition(context: OpExecutionContext, config: BackfillConfig) -> None:
    """Copy an edition's files into the landing folder, from where they are published."""
    home = Home(Path(config.home) if config.home else home_of()).ensure()
    try:
        copied, same = copy_into(Path(config.folder), home.landing)
    except OSError as problem:
        raise Failure(str(problem), allow_retries=False) from problem
    context.add_output_metadata({"copied": copied, "same": same})


@job
def backfill_edition() -> None:
    """An edition from a folder. From a watch list: poll_watch_list with ``watch`` in its configuration."""
    copy_edition()


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

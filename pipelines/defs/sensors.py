"""The landing folder watched: each change of its content starts one run that publishes it."""

import os
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckKey,
    AssetKey,
    AssetSelection,
    DagsterRunStatus,
    RunRequest,
    RunsFilter,
    SensorEvaluationContext,
    SkipReason,
    define_asset_job,
    sensor,
)

from pipelines.operate.landing import from_text, look

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

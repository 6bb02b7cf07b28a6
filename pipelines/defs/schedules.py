"""What is done by the clock, and the backfill of an edition: both put documents into the landing folder."""

import os
from pathlib import Path

from dagster import AssetSelection, Config, Failure, OpExecutionContext, ScheduleDefinition, define_asset_job, job, op

from pipelines.defs.sensors import home_of
from pipelines.operate.landing import copy_into
from warehouse.home import Home

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

"""The release in PostgreSQL, where one is configured."""

import os

from dagster import AssetExecutionContext, Failure, asset

from pipelines.defs.ingest import OWNERS
from pipelines.defs.resources import RunOptions
from pipelines.run.results import Summary
from warehouse.outputs.ducklake import PREFIX
from warehouse.outputs.postgres import DEFAULT_ROLE, DEFAULT_SCHEMA, PostgresError, publish
from warehouse.release import current_release


@asset(group_name="release", kinds={"postgres"}, owners=OWNERS)
def postgresql_copy(context: AssetExecutionContext, run_options: RunOptions, release: Summary) -> None:
    """The current release in the database of FASCICLE_PUBLISH_TO, old or new to every reader; nothing where it isn't set.

    The address comes from the environment when the step runs, so it is in no run configuration, log or release.
    A database that can't be reached takes nothing back: the release stands, this step fails and readers there
    keep the last copy.
    """
    address = os.environ.get("FASCICLE_PUBLISH_TO")
    made = current_release(run_options.options.place)
    if not address or address.startswith(PREFIX) or made is None:
        context.add_output_metadata({"outcome": "not configured"})
        return
    try:
        copied = publish(
            made,
            address,
            schema=os.environ.get("FASCICLE_PUBLISH_SCHEMA", DEFAULT_SCHEMA),
            role=os.environ.get("FASCICLE_PUBLISH_ROLE", DEFAULT_ROLE),
            password=os.environ.get("FASCICLE_READER_PASSWORD"),
        )
    except PostgresError as problem:
        raise Failure(
            f"release {made.release_id} is published, but was not copied: {problem}", allow_retries=False
        ) from problem
    context.add_output_metadata(
        {
            "outcome": "copied",
            "release": made.release_id,
            "schema": copied.schema,
            "dagster/row_count": sum(copied.row_counts.values()),
            "notes": list(copied.notes),
        }
    )

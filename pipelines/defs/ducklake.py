"""The release in a DuckLake, where one is configured."""

import os

from dagster import AssetExecutionContext, Failure, asset

from pipelines.defs.ingest import OWNERS
from pipelines.defs.resources import RunOptions
from pipelines.run.results import Summary
from warehouse.outputs.ducklake import DEFAULT_SCHEMA, PREFIX, LakeError, publish
from warehouse.release import current_release


@asset(group_name="release", kinds={"ducklake"}, owners=OWNERS)
def ducklake_copy(context: AssetExecutionContext, run_options: RunOptions, release: Summary) -> None:
    """The current release as a snapshot of the lake of FASCICLE_PUBLISH_TO; nothing where that is no lake or isn't set.

    The address comes from the environment when the step runs, so it is in no run configuration, log or release.
    A lake that can't be reached takes nothing back: the release stands, this step fails and readers there keep
    the last one.
    """
    address = os.environ.get("FASCICLE_PUBLISH_TO", "")
    made = current_release(run_options.options.place)
    if not address.startswith(PREFIX) or made is None:
        context.add_output_metadata({"outcome": "not configured"})
        return
    keep = os.environ.get("FASCICLE_PUBLISH_KEEP")
    try:
        if keep and not keep.isdecimal():
            raise LakeError(f"FASCICLE_PUBLISH_KEEP is a number of releases, not {keep!r}")
        done = publish(
            made,
            address,
            data_path=os.environ.get("FASCICLE_PUBLISH_DATA"),
            schema=os.environ.get("FASCICLE_PUBLISH_SCHEMA", DEFAULT_SCHEMA),
            keep=int(keep) if keep else None,
        )
    except LakeError as problem:
        raise Failure(
            f"release {made.release_id} is published, but not in the lake: {problem}", allow_retries=False
        ) from problem
    context.add_output_metadata(
        {
            "outcome": "published",
            "release": made.release_id,
            "schema": done.schema,
            "snapshot": done.snapshot,
            "dagster/row_count": sum(done.row_counts.values()),
            "tables written": len(done.written),
            "notes": list(done.notes),
        }
    )

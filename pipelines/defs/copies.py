"""One asset for each output: the release in the database of FASCICLE_PUBLISH_TO, where that is set."""

import os

from dagster import AssetExecutionContext, AssetsDefinition, Failure, asset

from pipelines.defs.ingest import OWNERS
from pipelines.defs.resources import RunOptions
from pipelines.run.results import Summary
from warehouse.outputs.registry import ADDRESS_VARIABLE, OUTPUTS, Output, OutputError, options_of, output_of
from warehouse.release import current_release


def _copy(output: Output) -> AssetsDefinition:
    @asset(
        name=f"{output.name}_copy",
        group_name="release",
        kinds={output.name},
        owners=OWNERS,
        description=f"The current release in {output.title}, if FASCICLE_PUBLISH_TO is an address of it.",
    )
    def copied(context: AssetExecutionContext, run_options: RunOptions, release: Summary) -> None:
        """The current release in one output; nothing where another or none is configured.

        The address comes from the environment when the step runs, so it is in no run configuration, log or release.
        If the server is not reached, this step fails: the release stands, and readers there keep the last copy.
        """
        address = os.environ.get(ADDRESS_VARIABLE)
        made = current_release(run_options.options.place)
        if not address or output_of(address) is not output or made is None:
            context.add_output_metadata({"outcome": "not configured"})
            return
        try:
            done = output.publish(made, address, options_of(os.environ))
        except OutputError as problem:
            raise Failure(
                f"release {made.release_id} is published, but was not copied: {problem}", allow_retries=False
            ) from problem
        context.add_output_metadata(
            {
                "outcome": "copied",
                "release": made.release_id,
                "schema": done.schema,
                "dagster/row_count": sum(done.row_counts.values()),
                **done.facts,
                "notes": list(done.notes),
            }
        )

    return copied


COPIES = tuple(_copy(output) for output in OUTPUTS)

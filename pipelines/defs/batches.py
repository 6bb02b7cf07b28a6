"""Reading fanned out: a number of steps, fixed when the definitions are made, that any executor runs side by side.

Not dynamic steps, because the Dask executor passes those over without a word.
"""

from typing import Any

from dagster import AssetIn, AssetsDefinition, In, OpDefinition, OpExecutionContext, Out, graph_asset, op

from pipelines.defs.ingest import OWNERS, counts_of
from pipelines.defs.resources import RunOptions
from pipelines.run import early_steps
from pipelines.run.early_steps import Plan, Staged


def staged_in_batches(count: int) -> AssetsDefinition:
    """The asset staged_document, its documents read in so many steps."""

    @op(name="plan_batches", out=Out(Any), required_resource_keys={"run_options"})
    def plan(context: OpExecutionContext, landed_file: Any) -> Plan:
        """Documents that are not staged yet, parted by size."""
        options: RunOptions = context.resources.run_options
        return early_steps.plan_batches(options.options, landed_file, count)

    def reading(number: int) -> OpDefinition:
        # It holds no lock on the home: it writes nothing but stages, each whole and by its hash.
        @op(name=f"read_batch_{number + 1}", out=Out(Any))
        def read(context: OpExecutionContext, plan: Any) -> early_steps.Batch:
            """Documents of one batch read, parsed and judged, each kept by hash."""
            batch = early_steps.read_batch(plan.batches[number], plan.limits)
            context.add_output_metadata({"parsed": batch.parsed, "refused": len(batch.reasons)})
            return batch

        return read

    @op(
        name="gather_batches",
        ins={"landed_file": In(Any), **{f"batch_{number + 1}": In(Any) for number in range(count)}},
        out=Out(Any),
        required_resource_keys={"run_options"},
    )
    def gather(context: OpExecutionContext, landed_file: Any, **batches: Any) -> Staged:
        """What is staged now, and what was refused."""
        options: RunOptions = context.resources.run_options
        staged = early_steps.gather_documents(options.options, landed_file, list(batches.values()))
        context.add_output_metadata(counts_of(staged))
        return staged

    steps = [reading(number) for number in range(count)]

    @graph_asset(
        name="staged_document",
        ins={"landed_file": AssetIn("landed_file")},
        group_name="document",
        kinds={"python", "arrow"},
        owners=OWNERS,
    )
    def staged_document(landed_file: Any) -> Any:
        """Documents read, parsed and judged in batches, each kept by the hash of its bytes and of the code."""
        planned = plan(landed_file)
        return gather(landed_file, **{f"batch_{number + 1}": step(planned) for number, step in enumerate(steps)})

    return staged_document

"""From sources to staged documents."""

from dagster import AssetExecutionContext, asset

from pipelines.defs.resources import RunOptions
from pipelines.ingest.land import Landing
from pipelines.run import early_steps
from pipelines.run.early_steps import Staged

OWNERS = ["team:programme-planning"]


@asset(group_name="ingest", kinds={"file"}, owners=OWNERS)
def landed_file(context: AssetExecutionContext, run_options: RunOptions) -> Landing:
    """Files of the run's sources, judged by their bytes, originals kept by hash; what is refused is in quarantine."""
    landing = early_steps.land_sources(run_options.options)
    context.add_output_metadata({"taken_in": len(landing.inputs), "quarantined": len(landing.quarantined)})
    return landing


@asset(group_name="document", kinds={"python", "arrow"}, owners=OWNERS)
def staged_document(context: AssetExecutionContext, run_options: RunOptions, landed_file: Landing) -> Staged:
    """Documents read, parsed and judged, each kept by the hash of its bytes and of the code: unchanged ones are reused."""
    staged = early_steps.stage_documents(run_options.options, landed_file)
    context.add_output_metadata(counts_of(staged))
    return staged


def counts_of(staged: Staged) -> dict[str, int]:
    """How many documents are staged, were parsed or reused for that, and how many files were refused."""
    return {
        "documents": len(staged.documents),
        "parsed": staged.parsed,
        "reused": staged.reused,
        "quarantined": len(staged.quarantined),
    }

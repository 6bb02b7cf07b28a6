"""The gate and the release."""

from dagster import AssetExecutionContext, Failure, asset

from pipelines.defs.ingest import OWNERS
from pipelines.defs.partitions import documents
from pipelines.defs.resources import RunOptions
from pipelines.run import publish
from pipelines.run.early_steps import Staged
from pipelines.run.publish import GateRefused
from pipelines.run.results import Built, Summary, Validation


@asset(group_name="release", kinds={"duckdb", "parquet"}, owners=OWNERS)
def release(
    context: AssetExecutionContext,
    run_options: RunOptions,
    staged_document: Staged,
    warehouse_file: Built,
    validation: Validation,
) -> Summary:
    """The draft, when the gate lets it through, as the release that readers see; else the last one stays."""
    try:
        summary = publish.release(run_options.options, staged_document, warehouse_file, validation)
    except GateRefused as refusal:
        raise Failure(str(refusal), allow_retries=False) from refusal
    context.instance.add_dynamic_partitions(
        documents.name or "document", [one.document_id for one in staged_document.documents]
    )
    context.add_output_metadata(
        {
            "outcome": summary.outcome,
            "release": summary.release_id,
            "content_hash": summary.content_hash,
            **{f"findings_{name}": count for name, count in summary.severities.items()},
            **{f"relations_{name}": count for name, count in summary.verdicts.items()},
        }
    )
    return summary

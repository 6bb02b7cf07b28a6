"""A partition per document (symbol, language, format): one can be read again, or all of them in one backfill."""

import warnings
from typing import Any

from dagster import AssetExecutionContext, BackfillPolicy, BetaWarning, DynamicPartitionsDefinition, Failure, asset

from pipelines.defs.ingest import OWNERS
from pipelines.defs.resources import RunOptions
from pipelines.run.reread import archived_documents, read_again

documents = DynamicPartitionsDefinition(name="document")


def _document(context: AssetExecutionContext, run_options: RunOptions) -> None:
    """A document of the current release read again from its archived original, where the code has changed since; what
    is staged so is taken by the next release."""
    options = run_options.options
    tasks = archived_documents(options, context.partition_keys)
    missing = [key for key in context.partition_keys if key not in tasks]
    if missing:
        raise Failure(f"not in the current release: {', '.join(missing)}; run publish_landing", allow_retries=False)
    told = read_again(options, tasks)
    for key, header in told.items():
        context.add_asset_metadata(_counts(header), asset_key="document", partition_key=key)
    if refused := {key: header["refusal"] for key, header in told.items() if header.get("refusal")}:
        raise Failure("; ".join(f"{key}: {reason}" for key, reason in refused.items()), allow_retries=False)


with warnings.catch_warnings():
    warnings.simplefilter("ignore", BetaWarning)  # a backfill in a single run is what makes many documents cheap
    document = asset(
        name="document",
        group_name="document",
        kinds={"python", "arrow"},
        owners=OWNERS,
        partitions_def=documents,
        backfill_policy=BackfillPolicy.single_run(),
    )(_document)


def _counts(header: dict[str, Any]) -> dict[str, int]:
    """What Dagster plots of a document: rows, verdicts and findings, from its stage's header."""
    rows = header.get("counts", {})
    counts = {name: int(rows.get(f"mart_{name}", 0)) for name in ("table", "cell", "paragraph", "finding")}
    counts |= {f"relations_{name}": int(count) for name, count in header.get("verdicts", {}).items()}
    return counts | {f"findings_{name}": int(count) for name, count in header.get("severities", {}).items()}

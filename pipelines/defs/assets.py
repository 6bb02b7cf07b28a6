"""The steps of a run as assets, from sources to a release and its copies; and a partition for each document."""

import warnings
from collections.abc import Iterator
from typing import Any

from dagster import (
    AssetExecutionContext,
    AssetIn,
    AssetsDefinition,
    AssetSpec,
    BackfillPolicy,
    BetaWarning,
    DynamicPartitionsDefinition,
    Failure,
    In,
    MaterializeResult,
    OpDefinition,
    OpExecutionContext,
    Out,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
    asset,
    graph_asset,
    multi_asset,
    op,
)

from pipelines.defs.resources import RunOptions
from pipelines.ingest.land import Landing
from pipelines.run import early_steps, publish
from pipelines.run.copies import CopyFailed, copy_release
from pipelines.run.early_steps import Plan, Staged
from pipelines.run.publish import GateRefused
from pipelines.run.reread import archived_documents, read_again
from pipelines.run.results import Built, Summary, Validation
from warehouse.outputs.registry import OUTPUTS, Output
from warehouse.schema.declare import Table
from warehouse.tables import TABLES

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


def staged_in_batches(count: int) -> AssetsDefinition:
    """The asset staged_document, its documents read in a fixed number of steps, which any executor runs side by side.

    They are not dynamic steps, because the Dask executor skips those without a word.
    """

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


@asset(group_name="warehouse", kinds={"duckdb"}, owners=OWNERS)
def warehouse_file(context: AssetExecutionContext, run_options: RunOptions, staged_document: Staged) -> Built:
    """A fresh DuckDB file of all tables in a draft that no reader sees; the current release when nothing is new."""
    built = publish.build(run_options.options, staged_document)
    context.add_output_metadata({"release": built.release_id, "rows": sum(built.row_counts.values())})
    return built


def _schema(table: Table) -> TableSchema:
    """Columns as declared."""
    return TableSchema(
        [
            TableColumn(
                field.name,
                field.type,
                f"{field.doc} ({field.unit})" if field.unit else field.doc,
                TableColumnConstraints(nullable=not field.required, unique=table.key == (field.name,)),
            )
            for field in table.fields
        ]
    )


@multi_asset(
    name="warehouse_tables",
    specs=[
        AssetSpec(
            table.name,
            deps=[warehouse_file],
            group_name=table.room,
            description=f"{table.grain[0].upper()}{table.grain[1:]}.",
            kinds={"duckdb", "table"},
            owners=OWNERS,
            metadata={"dagster/column_schema": _schema(table)},
        )
        for table in TABLES
    ],
)
def warehouse_tables(warehouse_file: Built) -> Iterator[MaterializeResult]:
    """Every table of the file with its rows and the hash of its content."""
    for table in TABLES:
        yield MaterializeResult(
            asset_key=table.name,
            metadata={
                "dagster/row_count": warehouse_file.row_counts[table.name],
                "content_hash": warehouse_file.table_hashes[table.name],
            },
        )


@asset(group_name="warehouse", kinds={"greatexpectations"}, owners=OWNERS, deps=[table.name for table in TABLES])
def validation(context: AssetExecutionContext, run_options: RunOptions, warehouse_file: Built) -> Validation:
    """Great Expectations on every table of the draft, and what each check counted; Data Docs go into the release."""
    found = publish.validate(run_options.options, warehouse_file)
    context.add_output_metadata(
        {
            "expectations": sum(result.evaluated for result in found.results),
            "relations_and_rows": sum(check.evaluated for check in found.checks),
        }
    )
    return found


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


def _copy(output: Output) -> AssetsDefinition:
    @asset(
        name=f"{output.name}_copy",
        group_name="release",
        kinds={output.name},
        owners=OWNERS,
        description=f"The current release in {output.title}, if FASCICLE_PUBLISH_TO is an address of it.",
    )
    def copied(context: AssetExecutionContext, run_options: RunOptions, release: Summary) -> None:
        """The current release in one output; nothing where another or none is configured (``pipelines.run.copies``)."""
        try:
            done = copy_release(run_options.options.place, output)
        except CopyFailed as problem:
            raise Failure(str(problem), allow_retries=False) from problem
        if done is None:
            context.add_output_metadata({"outcome": "not configured"})
            return
        context.add_output_metadata(
            {
                "outcome": "copied",
                "release": done.release_id,
                "schema": done.copy.schema,
                "dagster/row_count": sum(done.copy.row_counts.values()),
                **done.copy.facts,
                "notes": list(done.copy.notes),
            }
        )

    return copied


COPIES = tuple(_copy(output) for output in OUTPUTS)


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

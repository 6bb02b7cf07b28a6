"""The warehouse file, its tables, and their validation."""

from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetSpec,
    MaterializeResult,
    TableColumn,
    TableColumnConstraints,
    TableSchema,
    asset,
    multi_asset,
)

from pipelines.defs.ingest import OWNERS
from pipelines.defs.resources import RunOptions
from pipelines.run import publish
from pipelines.run.early_steps import Staged
from pipelines.run.results import Built, Validation
from warehouse.schema.declare import Table
from warehouse.tables import TABLES


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

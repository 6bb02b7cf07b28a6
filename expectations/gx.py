"""Great Expectations: suites rendered from the tables' declarations, run on a warehouse file before the swap.

The only module that imports great_expectations. Frames are taken from DuckDB (on a ``duckdb:///`` address
every expectation fails). A crash is reported apart from a failure; a suite that evaluated nothing has not passed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import duckdb

from warehouse.declare import Table
from warehouse.tables import TABLES

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


@dataclass(frozen=True, slots=True)
class TableResult:
    """What the suite of one table came to: expectations evaluated, those that failed, those that crashed."""

    table: str
    evaluated: int
    failed: tuple[str, ...]
    crashed: tuple[str, ...]


def suite_of(table: Table, row_count: int) -> list[Any]:
    """Expectations of one table: rows where there must be some, required fields, key, closed lists.

    Column expectations pass on an empty frame, so an empty table gets its row-count rule alone.
    """
    gxe: Any = import_module("great_expectations.expectations")

    least = 0 if table.may_be_empty else 1
    rules: list[Any] = [gxe.ExpectTableRowCountToBeBetween(min_value=least)]
    if not row_count:
        return rules
    if len(table.key) == 1:
        rules.append(gxe.ExpectColumnValuesToBeUnique(column=table.key[0]))
    else:
        rules.append(gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key)))
    for field in table.fields:
        if field.required and field.name not in table.key:
            rules.append(gxe.ExpectColumnValuesToNotBeNull(column=field.name))
        if field.allowed:
            rules.append(gxe.ExpectColumnValuesToBeInSet(column=field.name, value_set=list(field.allowed)))
    return rules


def validate_file(database: Path, tables: Sequence[Table] = TABLES) -> list[TableResult]:
    """Run every table's suite on a DuckDB file, read-only; one result per table."""
    gx: Any = import_module("great_expectations")

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("warehouse")
    results: list[TableResult] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables:
            frame = connection.execute(f'SELECT * FROM "{table.name}"').df()
            batch = (
                source.add_dataframe_asset(table.name)
                .add_batch_definition_whole_dataframe("whole")
                .get_batch({"dataframe": frame})
            )
            suite = gx.ExpectationSuite(name=table.name, expectations=suite_of(table, len(frame)))
            outcome = batch.validate(suite, result_format="BASIC")
            results.append(_result(table.name, outcome))
    return results


def _result(table: str, outcome: Any) -> TableResult:
    failed: list[str] = []
    crashed: list[str] = []
    for result in outcome.results:
        config = result.expectation_config
        column = config.kwargs.get("column") or config.kwargs.get("column_list") or "table"
        name = f"{config.type}({column})"
        raised = _raised(result.exception_info)
        if raised:
            crashed.append(f"{name}: {raised}")
        elif not result.success:
            failed.append(f"{name}: {result.result.get('unexpected_count', result.result.get('observed_value'))}")
    return TableResult(table, len(outcome.results), tuple(failed), tuple(crashed))


def _raised(info: Any) -> str | None:
    """The message of an exception that an expectation ended in, None when it ended in none."""
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            return str(entry.get("exception_message"))
    return None

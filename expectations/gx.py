"""Great Expectations: suites rendered from the tables' declarations, run on a warehouse file before the swap.

The only module that imports great_expectations. Frames are taken from DuckDB (on a ``duckdb:///`` address
every expectation fails). A crash is reported apart from a failure; a suite that evaluated nothing has not passed.
"""

from __future__ import annotations

import os
import re
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


def validate_file(database: Path, docs: Path | None = None, tables: Sequence[Table] = TABLES) -> list[TableResult]:
    """Run every table's suite on a DuckDB file, read-only; one result per table.

    With ``docs`` the Data Docs are built into that folder, and load nothing from elsewhere.
    """
    gx: Any = import_module("great_expectations")
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    if docs is not None:
        context.add_data_docs_site(_SITE, _site(docs))
    source = context.data_sources.add_pandas("warehouse")
    results: list[TableResult] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables:
            frame = connection.execute(f'SELECT * FROM "{table.name}"').df()
            data = source.add_dataframe_asset(table.name).add_batch_definition_whole_dataframe("whole")
            rules = suite_of(table, len(frame))
            suite = context.suites.add(gx.ExpectationSuite(name=table.name, expectations=rules))
            definition = gx.ValidationDefinition(name=table.name, data=data, suite=suite)
            definition = context.validation_definitions.add(definition)
            outcome = definition.run(batch_parameters={"dataframe": frame}, result_format="BASIC")
            results.append(_result(table.name, outcome))
    if docs is not None:
        context.build_data_docs(site_names=[_SITE])
        for page in docs.rglob("*.html"):
            page.write_text(self_contained(page.read_text(encoding="utf-8")), encoding="utf-8")
    return results


_SITE = "release"
_OUTSIDE = re.compile(
    r"<link\b[^>]*href=[\"\']?https?://[^>]*>"
    r"|<script\b[^>]*src=[\"\']?https?://[^>]*>\s*</script>"
    r"|<img\b[^>]*src=[\"\']?https?://[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_STYLE = (
    "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}"
    "td,th{border-bottom:1px solid #8884;padding:.25rem .6rem;text-align:left}</style>"
)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "class_name": "SiteBuilder",
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
    }


def self_contained(page: str) -> str:
    """A page of the Data Docs without styles, scripts and pictures from elsewhere, with a style of its own."""
    return _OUTSIDE.sub("", page).replace("</head>", f"{_STYLE}</head>", 1)


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

"""Great Expectations: suites rendered from the tables' declarations, run on a warehouse file before the swap.

The only package that imports great_expectations, and only when it validates. What a declaration says of a
single table is judged on a frame taken from DuckDB; what holds between tables is a rule of our own (``rules``),
a query on the file itself. A crash is reported apart from a failure; a suite that evaluated nothing has not passed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.memory import shortage, trim
from warehouse.schema.declare import Table
from warehouse.tables import TABLES

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

_KEY = "expect_key_to_be_unique"
_SHOWN = 3
_COUNTED, _SHOWING = "BASIC", "COMPLETE"
"""Values that break an expectation of a column are counted; of a rule, the rows are shown."""
_FRAMED = 10_000
"""Rows up to which a table is judged as a frame: a quarter of the time that asking the file takes, but in memory."""


@dataclass(frozen=True, slots=True)
class TableResult:
    """What the suites of one table came to: expectations evaluated, those that failed, those that crashed.

    ``rules`` names the rules between tables that were evaluated; an empty table has none.
    """

    table: str
    evaluated: int
    failed: tuple[str, ...]
    crashed: tuple[str, ...]
    rules: tuple[str, ...] = ()


def suite_of(table: Table, row_count: int) -> list[Any]:
    """Expectations of one table alone: rows where there must be some, required fields, key, closed lists.

    Column expectations pass on an empty frame, so an empty table gets its row-count rule alone.
    """
    import great_expectations.expectations as gxe

    least = 0 if table.may_be_empty else 1
    expected: list[Any] = [gxe.ExpectTableRowCountToBeBetween(min_value=least)]
    if not row_count:
        return expected
    if row_count > _FRAMED:
        from expectations.gx.rules import ExpectKeyToBeUnique

        expected.append(ExpectKeyToBeUnique.on(table))
    elif len(table.key) == 1:
        expected.append(gxe.ExpectColumnValuesToBeUnique(column=table.key[0]))
    else:
        expected.append(gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key)))
    for field in table.fields:
        if field.required and field.name not in table.key:
            expected.append(gxe.ExpectColumnValuesToNotBeNull(column=field.name))
        if field.allowed:
            expected.append(gxe.ExpectColumnValuesToBeInSet(column=field.name, value_set=list(field.allowed)))
    return expected


def validate_file(database: Path, docs: Path | None = None, tables: Sequence[Table] = TABLES) -> list[TableResult]:
    """Run every table's suites on a DuckDB file, read-only; one result per table.

    With ``docs`` the Data Docs are built into that folder, and load nothing from elsewhere. Raises MemoryShortage when
    DuckDB may not hold as much as it needs.
    """
    import great_expectations as gx

    from expectations.gx import dialect
    from expectations.gx import docs as pages
    from expectations.gx.rules import rules_of

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    if docs is not None:
        context.add_data_docs_site(pages.SITE, pages.site(docs))
    counts = _row_counts(database, tables)
    few = [table for table in tables if counts[table.name] <= _FRAMED]
    results = _validate_frames(context, database, few, counts)
    with dialect.reading(database, (docs or database).with_suffix(".tmp")) as arguments:
        source = context.data_sources.add_sql("file", **arguments)
        for table in tables:
            if table not in few:
                suite = suite_of(table, counts[table.name])
                results[table.name] = _in_file(context, source, table, table.name, suite, _COUNTED)
        filled = [table for table in tables if results[table.name].evaluated > 1]
        for table in filled:
            if rules := rules_of(table):
                ruled = _in_file(context, source, table, f"{table.name}_rules", rules, _SHOWING)
                results[table.name] = _joined(results[table.name], ruled)
        if docs is not None:
            pages.build(context, docs)
    return [results[table.name] for table in tables]


def _row_counts(database: Path, tables: Sequence[Table]) -> dict[str, int]:
    """Rows by table; closes the file again."""
    import duckdb

    from warehouse.query import READ_ONLY_CONFIG
    from warehouse.schema.ddl import quote_identifier, quote_literal

    counting = " UNION ALL ".join(
        f"SELECT {quote_literal(table.name)}, count(*) FROM {quote_identifier(table.name)}" for table in tables
    )
    with duckdb.connect(str(database), read_only=True, config=READ_ONLY_CONFIG) as connection:
        return dict(connection.execute(counting).fetchall())


def _validate_frames(
    context: Any, database: Path, tables: Sequence[Table], counts: Mapping[str, int]
) -> dict[str, TableResult]:
    """What each table's own suite came to; closes the file again."""
    import duckdb

    from warehouse.query import READ_ONLY_CONFIG
    from warehouse.schema.ddl import quote_identifier

    # One batch for all frames: Great Expectations writes its configuration anew for each it is told of.
    batch = context.data_sources.add_pandas("rows").add_dataframe_asset("frame")
    whole = batch.add_batch_definition_whole_dataframe("whole")
    results: dict[str, TableResult] = {}
    with duckdb.connect(str(database), read_only=True, config=READ_ONLY_CONFIG) as connection:
        for table in tables:
            suite = suite_of(table, counts[table.name])
            frame = connection.execute(f"SELECT {_columns(suite)} FROM {quote_identifier(table.name)}").df()
            outcome = _run(context, table.name, whole, suite, _COUNTED, frame)
            results[table.name] = _result(table.name, outcome)
    return results


def _columns(suite: Sequence[Any]) -> str:
    """The columns a suite speaks of, as SQL; where it speaks of rows alone, the rows."""
    from warehouse.schema.ddl import quote_identifier

    told = [expected.configuration.kwargs for expected in suite]
    named = [name for one in told for name in one.get("column_list", [one.get("column")]) if name]
    return ", ".join(quote_identifier(name) for name in dict.fromkeys(named)) or "1"


def _in_file(
    context: Any, source: Any, table: Table, name: str, expected: list[Any], result_format: str
) -> TableResult:
    """What expectations of one table came to, asked of the file itself."""
    batch = source.add_table_asset(name, table_name=table.name)
    whole = batch.add_batch_definition_whole_table("whole")
    result = _result(table.name, _run(context, name, whole, expected, result_format))
    trim()
    return result


def _run(context: Any, name: str, batch: Any, expected: list[Any], result_format: str, frame: Any = None) -> Any:
    import great_expectations as gx

    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expected))
    definition = gx.ValidationDefinition(name=name, data=batch, suite=suite)
    definition = context.validation_definitions.add(definition)
    parameters = None if frame is None else {"dataframe": frame}
    return definition.run(batch_parameters=parameters, result_format=result_format)


def _joined(first: TableResult, second: TableResult) -> TableResult:
    return TableResult(
        first.table,
        first.evaluated + second.evaluated,
        first.failed + second.failed,
        first.crashed + second.crashed,
        first.rules + second.rules,
    )


def _result(table: str, outcome: Any) -> TableResult:
    failed: list[str] = []
    crashed: list[str] = []
    rules: list[str] = []
    for result in outcome.results:
        config = result.expectation_config
        is_rule = "unexpected_rows_query" in config.kwargs and config.type != _KEY
        if is_rule:
            name = f"{config.type}: {config.description}"
            rules.append(config.type)
        else:
            name = f"{config.type}({config.kwargs.get('column') or config.kwargs.get('column_list') or 'table'})"
        if raised := _raised(result.exception_info):
            crashed.append(f"{name}: {raised}")
        elif not result.success:
            failed.append(f"{name}: {_unexpected(result.result)}")
    return TableResult(table, len(outcome.results), tuple(failed), tuple(crashed), tuple(rules))


def _unexpected(result: Any) -> str:
    """How many values or rows break an expectation, and the first of them where they are told."""
    count = result.get("unexpected_count", result.get("observed_value"))
    rows = (result.get("details") or {}).get("unexpected_rows") or []
    places = ", ".join(str(row["place"]) for row in rows[:_SHOWN])
    return f"{count} ({places}{', ...' if len(rows) > _SHOWN else ''})" if places else str(count)


def _raised(info: Any) -> str | None:
    """The message of an exception that an expectation ended in, None when it ended in none.

    Raises MemoryShortage when it was that.
    """
    if not info:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    for entry in entries:
        if isinstance(entry, dict) and entry.get("raised_exception"):
            said = " ".join(str(entry.get("exception_message")).split())
            if "Out of Memory Error" in said:
                raise shortage()
            return said
    return None

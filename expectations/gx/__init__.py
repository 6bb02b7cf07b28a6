"""Great Expectations: what the tables' declarations say, judged on a warehouse file before the swap.

The only package that imports great_expectations, and only when it validates. Each expectation is a sentence and a query
on the file whose rows break it (``rules``); what a declaration says of one table is one expectation, asked in one pass
over its rows. All of them are one suite: Great Expectations takes longer to set up a run than to ask most queries. A
crash is reported apart from a failure; a table of which nothing was evaluated has not passed.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.gx.lazily import load_lazily, without_clients, without_pandas, without_requests
from expectations.subjects import SUBJECTS
from warehouse.memory import shortage, threads_for
from warehouse.query import run_query
from warehouse.schema.declare import Table
from warehouse.tables import TABLES

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
load_lazily()  # here, as nothing imports Great Expectations before this package
with without_clients(), without_pandas(), without_requests():
    import great_expectations as gx

_DECLARED = "expect_declaration_to_hold"
_SHOWN = 3
_SUITE, _CHANGED = "release", "changed"


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


def suite_of(table: Table, row_count: int, rows: str | None = None, idle: Collection[str] | None = None) -> list[Any]:
    """Expectations of one table, or of those ``rows`` of it that are judged: its declaration, and where the table has rows
    the rules between it and others; ``idle`` as for ``rules_of``."""
    from expectations.gx.rules import ExpectDeclarationToHold, rules_of

    return [ExpectDeclarationToHold.on(table, row_count, rows), *(rules_of(table, rows, idle) if row_count else ())]


def validate_file(
    database: Path,
    docs: Path | None = None,
    tables: Sequence[Table] = TABLES,
    part: Path | None = None,
    compiled: Path | None = None,
) -> list[TableResult]:
    """Judge every table of a DuckDB file, read-only; one result per table.

    With ``docs`` the Data Docs are built into that folder, and load nothing from elsewhere; their templates are kept
    ``compiled`` in another, if given. With ``part``, a file of the
    rows that differ from a release that was judged and of what they lead to, rows of a document are judged there; its table
    ``judged_rows`` says which. Raises MemoryShortage when DuckDB may not hold as much as it needs.
    """
    from expectations.gx import dialect
    from expectations.gx import docs as pages

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    if docs is not None:
        context.add_data_docs_site(pages.SITE, pages.site(docs))
    counts, idle = _looked_at(database, tables)
    judged = _judged_rows(part) if part is not None else {}
    expected = [one for table in tables for one in suite_of(table, counts[table.name], judged.get(table.name), idle)]
    asked = {database: [one for one in expected if not _is_of_part(one, judged)]}
    if part is not None:
        asked[part] = [one for one in expected if _is_of_part(one, judged)]
    results: list[Any] = []
    with ExitStack() as opened:
        for name, (file, ones) in zip((_SUITE, _CHANGED), asked.items(), strict=False):
            spill = (docs or file).with_suffix(f".{name}.tmp")
            # Of a part a rule looks at few rows.
            most_threads = threads_for(sum(counts.values())) if part is None else 1
            arguments = opened.enter_context(dialect.reading(file, spill, most_threads))
            source = context.data_sources.add_sql(name, **arguments)
            batch = source.add_table_asset(name, table_name=tables[0].name)
            results += _run(context, batch.add_batch_definition_whole_table("whole"), name, ones).results
        if docs is not None:
            pages.build(context, docs, compiled)
    return [_result(table.name, [one for one in results if _table_of(one) == table.name]) for table in tables]


def _judged_rows(part: Path) -> dict[str, str]:
    """Queries for the rows of each table that are judged in a part of a release."""
    return {str(table): str(rows) for table, rows in run_query(part, "SELECT table_name, rows FROM judged_rows").rows}


def _is_of_part(expectation: Any, judged: Mapping[str, str]) -> bool:
    """True where an expectation is asked of the part that changed."""
    return expectation.meta["table"] in judged and not getattr(expectation, "is_of_the_whole", False)


def _table_of(result: Any) -> str:
    return str(result.expectation_config.meta["table"])


def _looked_at(database: Path, tables: Sequence[Table]) -> tuple[dict[str, int], frozenset[str] | None]:
    """Rows by table, and the checks of the catalogue of which a file does not say that they evaluated something; None where
    checks are not among the tables. Closes the file again."""
    import duckdb

    from warehouse.query import READ_ONLY_CONFIG
    from warehouse.schema.declare import quote_identifier, quote_literal

    counting = " UNION ALL ".join(
        f"SELECT {quote_literal(table.name)}, count(*) FROM {quote_identifier(table.name)}" for table in tables
    )
    with duckdb.connect(str(database), read_only=True, config=READ_ONLY_CONFIG) as connection:
        counts = dict(connection.execute(counting).fetchall())
        if "mart_check" not in counts:
            return counts, None
        busy = connection.execute("SELECT check_name FROM mart_check WHERE evaluated > 0").fetchall()
    return counts, frozenset(SUBJECTS) - {str(name) for (name,) in busy}


def _run(context: Any, batch: Any, name: str, expected: list[Any]) -> Any:
    suite = context.suites.add(gx.ExpectationSuite(name=name, expectations=expected))
    definition = gx.ValidationDefinition(name=name, data=batch, suite=suite)
    return context.validation_definitions.add(definition).run(result_format="COMPLETE")


def _result(table: str, results: Sequence[Any]) -> TableResult:
    failed: list[str] = []
    crashed: list[str] = []
    rules: list[str] = []
    for result in results:
        config = result.expectation_config
        name = f"{config.type}: {config.description}"
        if config.type != _DECLARED:
            rules.append(config.type)
        if raised := _raised(result.exception_info):
            crashed.append(f"{name}: {raised}")
        elif not result.success:
            failed.append(f"{name}: {_unexpected(result.result)}")
    return TableResult(table, len(results), tuple(failed), tuple(crashed), tuple(rules))


def _unexpected(result: Any) -> str:
    """How many rows break an expectation, and the first of them."""
    count = result.get("observed_value")
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

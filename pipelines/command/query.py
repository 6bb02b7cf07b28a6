"""``fascicle query``, ``search``, ``export`` and ``schema``: questions to the current release."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.command.common import home_option, require_release

if TYPE_CHECKING:
    from warehouse.schema.declare import Table
    from warehouse.search import Hit, Term


@click.command()
@click.argument("sql")
@click.option("--format", "layout", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.option("--bom", is_flag=True, help="CSV with a byte order mark, which tells Excel that it is UTF-8.")
@home_option
def query(sql: str, layout: str, bom: bool, home: Path) -> None:
    """Run one SELECT on the current release; with - it is read from standard input.

    fascicle query "SELECT section_code, fiscal_year, amount_usd FROM mart_section_total"
    """
    from warehouse import query as asking

    if bom and layout != "csv":
        raise click.UsageError("--bom goes with --format csv")
    release = require_release(home)
    try:
        answer = asking.run_query(release.database, sys.stdin.read() if sql == "-" else sql)
    except asking.QueryError as problem:
        raise click.UsageError(str(problem)) from problem
    layouts = {"table": asking.to_table, "csv": asking.to_csv, "json": asking.to_json}
    click.echo(("\ufeff" if bom else "") + layouts[layout](answer), nl=False)


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="Number of texts at most.")
@click.option("--language", help="Only texts of a language, such as en or zh.")
@click.option(
    "--kind", type=click.Choice(["paragraph", "resolution"]), help="Only paragraphs, or titles of resolutions."
)
@click.option("--json", "as_json", is_flag=True, help="As JSON, with scores.")
@home_option
def search(
    words: tuple[str, ...], limit: int, language: str | None, kind: str | None, as_json: bool, home: Path
) -> None:
    """Texts that contain every word, best first. A word is found in its other forms, too; put "a phrase" in quotes.

    fascicle search contingency fund

    fascicle search 最不发达国家 --language zh
    """
    from warehouse import search as looking
    from warehouse.query import QueryError

    release = require_release(home)
    try:
        asked = looking.terms_of(" ".join(words))
        hits = looking.search(release.database, " ".join(words), limit, language, kind)  # type: ignore[arg-type]
    except (looking.SearchError, QueryError) as problem:
        raise click.UsageError(str(problem)) from problem
    if as_json:
        click.echo(json.dumps([asdict(hit) for hit in hits], ensure_ascii=False, indent=2))
        return
    if not hits:
        click.echo(f"no text contains {' '.join(term.asked for term in asked)}")
        return
    if not hits[0].has_all:
        click.echo("no text contains every word; these contain most of them", err=True)
    for hit in hits:
        show(hit, asked)


def show(hit: Hit, asked: Sequence[Term]) -> None:
    """One text: where it is, then the words around the first match, matches set off on a terminal."""
    page = f", page {hit.page_number}" if hit.page_number else ""
    place = f" paragraph {hit.place}" if hit.place else ""
    heading = (hit.heading or "").rsplit(">", 1)[-1].strip()
    click.echo(click.style(f"{hit.symbol}{place}", bold=True) + f" [{hit.language}{page}] {heading}".rstrip())
    pattern = "|".join(term.pattern for term in asked)
    click.echo(
        "    " + re.sub(pattern, lambda match: click.style(match[0], fg="yellow"), hit.snippet, flags=re.IGNORECASE)
    )


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--sql", help="One SELECT; - reads it from standard input.")
@click.option("--table", "tables", multiple=True, help="A table or view; several become sheets of a workbook.")
@click.option("--bom", is_flag=True, help="CSV with a byte order mark, which tells Excel that it is UTF-8.")
@home_option
def export(target: Path, sql: str | None, tables: tuple[str, ...], bom: bool, home: Path) -> None:
    """Write tables or an answer of the current release to TARGET: .xlsx, .parquet, .csv or .json.

    fascicle export sections.xlsx --table mart_section_total --table mart_finding
    """
    from warehouse.outputs import files
    from warehouse.query import QueryError, run_query
    from warehouse.schema.declare import quote_identifier

    if (sql is None) == (not tables):
        raise click.UsageError("give --sql or --table")
    if bom and target.suffix != ".csv":
        raise click.UsageError("--bom goes with .csv")
    if not target.absolute().parent.is_dir():
        raise click.UsageError(f"no folder {target.absolute().parent} to write {target.name} into")
    release = require_release(home)
    text = sys.stdin.read() if sql == "-" else sql
    try:
        if text is not None:
            sheets = [files.Sheet("answer", run_query(release.database, text), {})]
        else:
            sheets = [
                files.Sheet(
                    name,
                    run_query(release.database, f"SELECT * FROM {quote_identifier(name)}"),
                    files.column_meanings(release.database, name),
                )
                for name in tables
            ]
        about = {
            "release": release.release_id,
            "made at": str(release.manifest["created_at"]),
            "content hash": str(release.manifest["content_hash"]),
            "taken from": text if text is not None else ", ".join(tables),
        }
        count = files.write(target, sheets, about, is_marked=bom)
    except (QueryError, files.ExportError) as problem:
        raise click.UsageError(str(problem)) from problem
    click.echo(f"{target}: {count} row{'' if count == 1 else 's'} of release {release.release_id}")


@click.command()
@click.argument("table", required=False)
def schema(table: str | None) -> None:
    """All tables and views with their grain, or the columns of one TABLE."""
    from warehouse.marts import views
    from warehouse.tables import TABLES

    if table is None:
        width = max(len(name) for name, _ in _overview())
        for name, doc in _overview():
            click.echo(f"{name:<{width}}  {doc}")
        return
    for declared in TABLES:
        if declared.name == table:
            _show(declared)
            return
    for view in views():
        if view.name == table:
            click.echo(f"{view.name}: {view.doc}\n")
            for name, doc in view.columns:
                click.echo(f"  {name:<24} {doc}")
            return
    known = [name for name, _ in _overview()]
    near = [name for name in known if table.lower() in name]
    raise click.UsageError(
        f"no table {table!r}; {'did you mean ' + ', '.join(near) if near else 'see: fascicle schema'}"
    )


def _overview() -> list[tuple[str, str]]:
    from warehouse.marts import views
    from warehouse.tables import TABLES

    return [(table.name, table.grain) for table in TABLES] + [(view.name, view.doc) for view in views()]


def _show(table: Table) -> None:
    click.echo(f"{table.name}: {table.grain}; key {', '.join(table.key)}\n")
    for field in table.fields:
        marks = "".join(
            [
                f" [{field.unit}]" if field.unit else "",
                f" One of {', '.join(field.allowed)}." if field.allowed else "",
                f" -> {field.references}" if field.references else "",
            ]
        )
        click.echo(f"  {field.name:<24} {field.type:<14} {field.doc}{marks}")

"""``fascicle export``: tables or an answer of the current release as a workbook, Parquet, CSV or JSON."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipelines.command.common import home_option, require_release


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
    from warehouse.schema.ddl import quote_identifier

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

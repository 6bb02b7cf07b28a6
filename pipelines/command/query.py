"""``fascicle query``: read-only SQL on the current release."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pipelines.command.common import home_option, require_release


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

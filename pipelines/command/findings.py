"""``fascicle findings``: what is wrong in print, worst first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pipelines.command.common import home_option, plain, require_release, rows_of

# Worst first: severity, then what cannot be a matter of rounding, then size.
_WORST_FIRST = """
    ORDER BY list_position(['error', 'warning', 'info'], severity),
             acknowledged,
             list_position(['material', 'sign', 'missing', 'restated', 'structure', 'citation'], class),
             explained_relations DESC, abs(difference) DESC NULLS LAST, finding_id
"""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="All fields, as a JSON array.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="Only these.")
@home_option
def findings(as_json: bool, severity: str | None, home: Path) -> None:
    """The findings of the current release, worst first."""
    release = require_release(home)
    condition = "" if severity is None else "WHERE severity = ?"
    sql = f"SELECT * FROM mart_finding {condition} {_WORST_FIRST}"
    parameters = [] if severity is None else [severity]
    if as_json:
        from warehouse.query import run_query, to_json

        click.echo(to_json(run_query(release.database, sql, parameters)), nl=False)
        return
    found = rows_of(release, sql, parameters)
    for finding in found:
        click.echo(_lines(finding))
    if not found:
        click.echo(f"no findings in release {release.release_id}")
    else:
        click.echo(f"{len(found)} findings; for the printed lines: fascicle explain {found[0]['finding_id']}")


def _lines(finding: dict[str, Any]) -> str:
    colour = {"error": "red", "warning": "yellow"}.get(finding["severity"])
    head = click.style(f"{finding['severity']:<7} {finding['class']:<9}", fg=colour)
    place = finding["table_number"] or finding["paragraph_number"] or ""
    pages = f"  p. {finding['page_number']}" if finding["page_number"] else ""
    lines = f", line {finding['line_first']}" if finding["line_first"] else ""
    known = "  (acknowledged)" if finding["acknowledged"] else ""
    return f"{head} {place}  {finding['document_id']}{pages}{lines}{known}\n        {finding['message']}\n        {finding['finding_id']}\n"


def one_line(finding: dict[str, Any]) -> str:
    """A finding in one line, for summaries."""
    place = finding["table_number"] or finding["paragraph_number"] or ""
    return f"{finding['severity']} {finding['class']} {place}: {plain(finding['message'])}"

"""``fascicle findings``: what does not add up, worst first; ``fascicle acknowledge``: a finding that is known."""

from __future__ import annotations

import getpass
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from pipelines.command.common import home_option, register_option, require_release, rows_of
from warehouse.home import Home, ReleaseError
from warehouse.numeric_order import order_by
from warehouse.release import current_release

# Worst first: severity, then what cannot be a matter of rounding, then size.
_WORST_FIRST = """
    ORDER BY list_position(['error', 'warning', 'info'], severity),
             acknowledged,
             list_position(['material', 'sign', 'missing', 'restated', 'structure', 'citation'], class),
             explained_relations DESC, abs(difference) DESC NULLS LAST, finding_id
"""


_DOUBTS = f"SELECT * FROM mart_doubt ORDER BY {order_by('document_id')}, kind, {order_by('table_id')}, doubt_id"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="All fields, as a JSON array; one object for each row.")
@click.option("--severity", type=click.Choice(["error", "warning", "info"]), help="Only findings of this severity.")
@click.option("--rows", is_flag=True, help="Each finding by itself, not those of one slip together.")
@click.option("--doubts", is_flag=True, help="What we may have misread, instead of what is wrong in print.")
@home_option
def findings(as_json: bool, severity: str | None, rows: bool, doubts: bool, home: Path) -> None:
    """The findings of the current release, worst first; those of one misprint are grouped."""
    if doubts and severity:
        raise click.UsageError("doubts have no severity; leave --severity or --doubts out")
    release = require_release(home)
    condition = "" if severity is None else "WHERE severity = ?"
    sql = _DOUBTS if doubts else f"SELECT * FROM mart_finding {condition} {_WORST_FIRST}"
    parameters = [] if severity is None else [severity]
    if as_json:
        from warehouse.query import run_query, to_json

        click.echo(to_json(run_query(release.database, sql, parameters)), nl=False)
        return
    found = rows_of(release, sql, parameters)
    if doubts:
        _show_doubts(found, release.release_id)
        return
    shown = [[finding] for finding in found] if rows else _patterns(found)
    for pattern in shown:
        click.echo(_lines(pattern[0]) if len(pattern) == 1 else _pattern_lines(pattern))
    if not found:
        click.echo(f"no findings in release {release.release_id}")
    else:
        together = f" in {len(shown)} patterns (--rows shows each)" if len(shown) < len(found) else ""
        click.echo(f"{len(found)} findings{together}; for the printed lines: fascicle explain {found[0]['finding_id']}")


def _patterns(found: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Findings that share a pattern together, in the order of the worst of each."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for finding in found:
        groups.setdefault(finding.get("pattern_id") or finding["finding_id"], []).append(finding)
    return list(groups.values())


def _show_doubts(found: list[dict[str, Any]], release_id: str) -> None:
    for doubt in found:
        click.echo(doubt_lines(doubt))
    if not found:
        click.echo(f"no doubts about the reading in release {release_id}")
    else:
        click.echo(f"{len(found)} doubts; for the captions: fascicle explain {found[0]['doubt_id']}")


def doubt_lines(doubt: dict[str, Any]) -> str:
    """A doubt in a few lines: its kind and place, what was seen, its identifier."""
    place = doubt["table_number"] or doubt["paragraph_number"] or ""
    pages = f"  p. {doubt['page_number']}" if doubt["page_number"] else ""
    lines = f", line {doubt['line_first']}" if doubt["line_first"] else ""
    head = click.style(f"doubt   {doubt['kind']:<13}", fg="cyan")
    return f"{head} {place}  {doubt['document_id']}{pages}{lines}\n        {doubt['message']}\n        {doubt['doubt_id']}\n"


def _pattern_lines(pattern: list[dict[str, Any]]) -> str:
    """A pattern: its sentence, and the identifiers of its rows."""
    first = pattern[0]
    known = sum(bool(finding["acknowledged"]) for finding in pattern)
    told = f"  ({known} acknowledged)" if known else ""
    identifiers = " ".join(finding["finding_id"] for finding in pattern)
    head = _head(first)
    return f"{head}{told}\n        {first['pattern_message']}\n        {len(pattern)} rows: {identifiers}\n"


def _head(finding: dict[str, Any]) -> str:
    colour = {"error": "red", "warning": "yellow"}.get(finding["severity"])
    head = click.style(f"{finding['severity']:<7} {finding['class']:<9}", fg=colour)
    place = finding["table_number"] or finding["paragraph_number"] or ""
    pages = f"  p. {finding['page_number']}" if finding["page_number"] else ""
    lines = f", line {finding['line_first']}" if finding["line_first"] else ""
    return f"{head} {place}  {finding['document_id']}{pages}{lines}"


def _lines(finding: dict[str, Any]) -> str:
    known = "  (acknowledged)" if finding["acknowledged"] else ""
    return f"{_head(finding)}{known}\n        {finding['message']}\n        {finding['finding_id']}\n"


@click.command()
@click.argument("identifier")
@click.option("--reason", required=True, help="Why the discrepancy is known and stays.")
@click.option("--by", "decided_by", help="Who decided; your user name, if not given.")
@register_option
@home_option
def acknowledge(identifier: str, reason: str, decided_by: str | None, register: Path | None, home: Path) -> None:
    """Write the finding IDENTIFIER (or its beginning) into the register of known discrepancies.

    The next run marks it as acknowledged, and --strict lets it pass. A run fails when what is printed or
    implied is no longer what the entry says.
    """
    from expectations.register import RegisterError, entry_of, read_register, with_entry
    from pipelines.ingest.land import write_whole

    if not reason.strip():
        raise click.UsageError("--reason is empty; say why the discrepancy stays")
    finding = find_finding(home, identifier)
    path = register or Home(home).register
    try:
        entries = read_register(path)
    except RegisterError as problem:
        raise click.ClickException(str(problem)) from problem
    known = next((entry for entry in entries if entry.finding_id == finding["finding_id"]), None)
    if known is not None:
        raise click.UsageError(
            f"finding {known.finding_id} stands in {path} already, decided by {known.decided_by}; "
            "to decide anew, take its entry out first"
        )
    entry = entry_of(finding, reason.strip(), (decided_by or getpass.getuser()).strip())
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, with_entry(before, entry).encode())
    click.echo(f"{entry.finding_id} is now in the register: {path}")
    click.echo(f"  claim     {entry.claim}")
    click.echo(f"  printed   {entry.printed or 'nothing'}, implied {entry.implied or 'nothing'}")
    click.echo(f"  decided   {entry.decided_by}: {entry.reason}")
    click.echo("It takes effect with the next fascicle run.")


def find_finding(home: Path, identifier: str) -> dict[str, Any]:
    """The finding of that identifier, or beginning of one, in the last refused draft or the current release.

    A refused draft is newer than the release that stayed. Raises UsageError when there is none, or several.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in (*_released(home), *_refused(home)):
        if row["finding_id"].startswith(identifier):
            found[row["finding_id"]] = row
    if identifier in found:
        return found[identifier]
    if not found:
        raise click.UsageError(f"no finding {identifier!r} in {home}; see: fascicle findings")
    if len(found) > 1:
        raise click.UsageError(f"several findings begin with {identifier!r}: {', '.join(sorted(found)[:3])}")
    return next(iter(found.values()))


def _refused(home: Path) -> list[dict[str, Any]]:
    try:
        text = Home(home).refused_findings.read_text("utf-8")
    except FileNotFoundError:
        return []
    rows: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)
    return rows


def _released(home: Path) -> list[dict[str, Any]]:
    try:
        release = current_release(Home(home))
    except ReleaseError as problem:
        raise click.ClickException(str(problem)) from problem
    if release is None or not release.database.is_file():
        return []
    return rows_of(release, "SELECT * FROM mart_finding")

"""``fascicle acknowledge``: a finding that somebody decided on, written into the register of known discrepancies."""

from __future__ import annotations

import getpass
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from pipelines.command.common import home_option, register_option, rows_of
from warehouse.home import Home, ReleaseError
from warehouse.release import current_release


@click.command()
@click.argument("identifier")
@click.option("--reason", required=True, help="Why the discrepancy is known and stays.")
@click.option("--by", "decided_by", help="Who decided; the name of the user, if not given.")
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
    click.echo(f"{entry.finding_id} is known from now on: {path}")
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

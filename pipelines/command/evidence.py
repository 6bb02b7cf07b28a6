"""``fascicle evidence``: pictures of the pages that findings stand on, for the report and for letters."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.command.common import home_option, require_release, rows_of


@click.command()
@click.argument("identifiers", nargs=-1, metavar="[FINDING]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the pictures; that of the report, whose links then lead to them, if not given.",
)
@home_option
def evidence(identifiers: tuple[str, ...], output: Path | None, home: Path) -> None:
    """The part of the page around each finding of a PDF, with the figure marked, as FINDING.png.

    All findings of the current release that stand in PDFs, or those named.
    """
    from pipelines.review.evidence import pictures_of
    from pipelines.run.workers import Limits
    from warehouse.home import Home

    release = require_release(home)
    found = rows_of(
        release,
        "SELECT finding.* FROM mart_finding AS finding JOIN mart_document AS document USING (document_id) "
        "WHERE document.format = 'pdf' OR len($1) > 0 ORDER BY finding_id",
        [list(identifiers)],
    )
    wanted: dict[str, list[dict[str, object]]] = {}
    for finding in found:
        if not identifiers or any(finding["finding_id"].startswith(one) for one in identifiers):
            wanted.setdefault(finding["document_id"], []).append(finding)
    if identifiers and not wanted:
        raise click.UsageError(f"no finding {identifiers[0]!r} in the current release; see: fascicle findings")
    folder = output or release.path / "report" / "evidence"
    made, without = pictures_of(release.database, Home(home).archive, wanted, folder, Limits())
    for name, reason in without.items():
        click.echo(f"{name}: no picture: {reason}", err=True)
    click.echo(f"{len(made)} pictures in {folder}")

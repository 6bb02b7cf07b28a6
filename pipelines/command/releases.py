"""``fascicle releases``: list, compare, go back."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.command.common import home_option
from warehouse import release as published
from warehouse.home import Home, ReleaseError


@click.group(invoke_without_command=True)
@home_option
@click.pass_context
def releases(context: click.Context, home: Path) -> None:
    """List the releases, newest first; * is the current one."""
    context.obj = home
    if context.invoked_subcommand:
        return
    found = published.list_releases(Home(home))
    if not found:
        click.echo(f"no release in {home} yet; type: fascicle run")
    for release in reversed(found):
        counts = release.manifest["row_counts"]
        click.echo(
            f"{'*' if release.is_current else ' '} {release.release_id}  {release.manifest['created_at']}  "
            f"{counts.get('mart_document', 0)} documents, {counts.get('mart_cell', 0)} cells, "
            f"{counts.get('mart_finding', 0)} findings  content {release.manifest['content_hash'][:12]}"
        )


# The home may be named before the verb or after it.
_home_after = click.option(
    "--home", "home_after", type=click.Path(file_okay=False, path_type=Path), help="Folder that holds the releases."
)


@releases.command()
@click.argument("release_id")
@_home_after
@click.pass_obj
def rollback(home: Path, release_id: str, home_after: Path | None) -> None:
    """Make the release RELEASE_ID (or the beginning of its name) the current one; nothing is removed."""
    try:
        release = published.rollback(Home(home_after or home), release_id)
    except ReleaseError as problem:
        raise click.UsageError(str(problem)) from problem
    click.echo(f"current release: {release.release_id} ({release.path})")


@releases.command()
@click.option("--keep", type=click.IntRange(1), required=True, help="How many of the newest releases stay at least.")
@click.option("--originals", is_flag=True, help="Remove originals, too, that no release that stays was made from.")
@_home_after
@click.pass_obj
def prune(home: Path, keep: int, originals: bool, home_after: Path | None) -> None:
    """Remove old releases: never the current one, nor one that is being read; rows staged by older code go, too."""
    from pipelines.run.retention import prune_home

    try:
        gone = prune_home(Home(home_after or home), keep, with_originals=originals)
    except ReleaseError as problem:
        raise click.ClickException(str(problem)) from problem
    for release_id in gone.releases:
        click.echo(f"removed {release_id}")
    click.echo(f"removed {len(gone.releases)} releases, {gone.stages} staged documents, {gone.originals} originals")


@releases.command()
@click.argument("release_id", default="")
@_home_after
@click.pass_obj
def verify(home: Path, release_id: str, home_after: Path | None) -> None:
    """Check the files of RELEASE_ID, or of every release, by the hashes they were published with."""
    place = Home(home_after or home)
    try:
        chosen = [published.find_release(place, release_id)] if release_id else published.list_releases(place)
    except ReleaseError as problem:
        raise click.UsageError(str(problem)) from problem
    bad = 0
    for release in chosen:
        damaged = published.damage(release)
        bad += bool(damaged)
        click.echo(f"{release.release_id}  {'whole' if not damaged else 'damaged: ' + ', '.join(damaged)}")
    if not chosen or bad:
        raise click.ClickException(
            f"{bad} of {len(chosen)} releases are damaged; take them from a backup, or run again"
        )


@releases.command()
@click.argument("old_id")
@click.argument("new_id", default="current")
@_home_after
@click.pass_obj
def compare(home: Path, old_id: str, new_id: str, home_after: Path | None) -> None:
    """What changed from OLD_ID to NEW_ID (default: the current release)."""
    try:
        difference = published.compare(Home(home_after or home), old_id, new_id)
    except ReleaseError as problem:
        raise click.UsageError(str(problem)) from problem
    if difference.is_empty:
        click.echo("the published rows are the same")
        return
    for word, documents in (
        ("added", difference.documents_added),
        ("removed", difference.documents_removed),
        ("changed", difference.documents_changed),
    ):
        for document in documents:
            click.echo(f"{word:<8} {document}")
    for table, (before, after) in difference.row_counts.items():
        click.echo(f"{table:<28} {before:>8} -> {after} rows")

"""``fascicle releases``: list, compare, go back; ``fascicle publish``: the current release in a database."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipelines.command.common import home_option, require_release
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
@click.option(
    "--keep", type=click.IntRange(1), required=True, help="How many of the newest releases are kept at least."
)
@click.option("--originals", is_flag=True, help="Remove also the originals that no remaining release was made from.")
@_home_after
@click.pass_obj
def prune(home: Path, keep: int, originals: bool, home_after: Path | None) -> None:
    """Remove old releases, but not the current one or one that is being read; and rows that older code has staged."""
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
    """Check the files of RELEASE_ID, or of every release, against the hashes they were published with."""
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


@click.command()
@click.option(
    "--to",
    "address",
    envvar="FASCICLE_PUBLISH_TO",
    required=True,
    help="postgresql://user@host:port/database, or ducklake: and a catalogue, such as ducklake:postgresql://... or "
    "ducklake:file (FASCICLE_PUBLISH_TO); keep the password in PGPASSWORD or ~/.pgpass.",
)
@click.option(
    "--schema", envvar="FASCICLE_PUBLISH_SCHEMA", default="fascicle", show_default=True, help="Schema of the copy."
)
@click.option(
    "--role",
    envvar="FASCICLE_PUBLISH_ROLE",
    default="fascicle_reader",
    show_default=True,
    help="PostgreSQL: role that may only read; created if allowed, with the password in FASCICLE_READER_PASSWORD.",
)
@click.option(
    "--close",
    is_flag=True,
    help="PostgreSQL: no user of the database may create temporary tables or large objects any more.",
)
@click.option(
    "--data-path",
    envvar="FASCICLE_PUBLISH_DATA",
    help="DuckLake: where a new lake keeps its Parquet files, a folder or s3://bucket/path (FASCICLE_PUBLISH_DATA).",
)
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    envvar="FASCICLE_PUBLISH_KEEP",
    help="DuckLake: releases of the schema that stay readable; the rest expire (FASCICLE_PUBLISH_KEEP). All, if not given.",
)
@home_option
@click.pass_context
def publish(
    context: click.Context,
    address: str,
    schema: str,
    role: str,
    close: bool,
    data_path: str | None,
    keep: int | None,
    home: Path,
) -> None:
    """Copy the current release to a database; its readers see the old release or the new one, never half of it."""
    from warehouse.memory import allow_pandas, spare_pandas
    from warehouse.outputs.registry import Options, OutputError, output_of

    output = output_of(address)
    for name in {"role", "close", "data_path", "keep"} - set(output.options):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is not for {output.title}")
    release = require_release(home)
    password = os.environ.get("FASCICLE_READER_PASSWORD")
    spare_pandas()  # which DuckDB would import to look at values
    try:
        done = output.publish(release, address, Options(schema, role, password, close, data_path, keep))
    except OutputError as problem:
        raise click.ClickException(str(problem)) from problem
    finally:
        allow_pandas()
    for note in done.notes:
        click.echo(f"note: {note}")
    facts = "".join(f", {name} {value}" for name, value in done.facts.items())
    click.echo(
        f"release {release.release_id}: {len(done.row_counts)} tables, {sum(done.row_counts.values())} rows "
        f"in schema {done.schema}{facts}"
    )

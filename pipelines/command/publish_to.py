"""``fascicle publish --to``: the current release copied to an output, such as PostgreSQL or a DuckLake."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipelines.command.common import home_option, require_release


@click.command()
@click.option(
    "--to",
    "address",
    envvar="FASCICLE_PUBLISH_TO",
    required=True,
    help="postgresql://user@host:port/database, or ducklake: and a catalogue, such as ducklake:postgresql://... or "
    "ducklake:file (FASCICLE_PUBLISH_TO); keep the password in PGPASSWORD or ~/.pgpass.",
)
@click.option("--schema", envvar="FASCICLE_PUBLISH_SCHEMA", default="fascicle", show_default=True, help="Its schema.")
@click.option(
    "--role",
    envvar="FASCICLE_PUBLISH_ROLE",
    default="fascicle_reader",
    show_default=True,
    help="PostgreSQL: role that may only read; created if allowed, with the password in FASCICLE_READER_PASSWORD.",
)
@click.option(
    "--close", is_flag=True, help="PostgreSQL: take TEMPORARY tables and large objects from every user of the database."
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
    from warehouse.outputs.registry import Options, OutputError, output_of

    output = output_of(address)
    for name in {"role", "close", "data_path", "keep"} - set(output.options):
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is not for {output.title}")
    release = require_release(home)
    password = os.environ.get("FASCICLE_READER_PASSWORD")
    try:
        done = output.publish(release, address, Options(schema, role, password, close, data_path, keep))
    except OutputError as problem:
        raise click.ClickException(str(problem)) from problem
    for note in done.notes:
        click.echo(f"note: {note}")
    facts = "".join(f", {name} {value}" for name, value in done.facts.items())
    click.echo(
        f"release {release.release_id}: {len(done.row_counts)} tables, {sum(done.row_counts.values())} rows "
        f"in schema {done.schema}{facts}"
    )

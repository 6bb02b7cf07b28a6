"""``fascicle publish --to``: the current release copied into PostgreSQL or published into a DuckLake."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.command.common import home_option, require_release
from warehouse.release import Release

_OF_A_LAKE, _OF_POSTGRESQL = ("data_path", "keep"), ("role", "close")


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
    """Publish the current release where readers without the file see the old release or the new one."""
    from warehouse.outputs.ducklake import PREFIX

    is_lake = address.startswith(PREFIX)
    for name in _OF_POSTGRESQL if is_lake else _OF_A_LAKE:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            raise click.UsageError(f"--{name.replace('_', '-')} is not for {'a DuckLake' if is_lake else 'PostgreSQL'}")
    release = require_release(home)
    if is_lake:
        _publish_to_lake(release, address, schema, data_path, keep)
    else:
        _copy_to_postgresql(release, address, schema, role, close)


def _publish_to_lake(release: Release, address: str, schema: str, data_path: str | None, keep: int | None) -> None:
    from warehouse.outputs import ducklake

    try:
        done = ducklake.publish(release, address, data_path=data_path, schema=schema, keep=keep)
    except ducklake.LakeError as problem:
        raise click.ClickException(str(problem)) from problem
    for note in done.notes:
        click.echo(f"note: {note}")
    click.echo(
        f"release {release.release_id}: {len(done.row_counts)} tables, {sum(done.row_counts.values())} rows "
        f"in schema {done.schema}, snapshot {done.snapshot}; {len(done.written)} tables written, "
        f"{done.expired} snapshots expired"
    )


def _copy_to_postgresql(release: Release, address: str, schema: str, role: str, close: bool) -> None:
    import os

    from warehouse.outputs import postgres

    try:
        copied = postgres.publish(
            release,
            address,
            schema=schema,
            role=role,
            password=os.environ.get("FASCICLE_READER_PASSWORD"),
            close=close,
        )
    except postgres.PostgresError as problem:
        raise click.ClickException(str(problem)) from problem
    for note in copied.notes:
        click.echo(f"note: {note}")
    click.echo(
        f"release {release.release_id}: {len(copied.row_counts)} tables, {sum(copied.row_counts.values())} rows "
        f"in schema {copied.schema}"
    )

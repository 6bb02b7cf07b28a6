"""``fascicle publish --to``: the current release copied into PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.command.common import home_option, require_release


@click.command()
@click.option(
    "--to",
    "address",
    envvar="FASCICLE_PUBLISH_TO",
    required=True,
    help="postgresql://user@host:port/database (FASCICLE_PUBLISH_TO); keep the password in PGPASSWORD or ~/.pgpass.",
)
@click.option("--schema", envvar="FASCICLE_PUBLISH_SCHEMA", default="fascicle", show_default=True, help="Its schema.")
@click.option(
    "--role",
    envvar="FASCICLE_PUBLISH_ROLE",
    default="fascicle_reader",
    show_default=True,
    help="Role that may only read; created if allowed, with the password in FASCICLE_READER_PASSWORD.",
)
@click.option("--close", is_flag=True, help="Take TEMPORARY tables and large objects from every user of the database.")
@home_option
def publish(address: str, schema: str, role: str, close: bool, home: Path) -> None:
    """Copy the current release into PostgreSQL, where readers see the old release or the new one."""
    import os

    from warehouse import postgres

    release = require_release(home)
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

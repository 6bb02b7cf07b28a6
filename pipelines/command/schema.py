"""``fascicle schema``: tables and columns, and what they mean, from their declarations."""

from __future__ import annotations

import click

from warehouse.marts import views
from warehouse.schema.declare import Table
from warehouse.tables import TABLES


@click.command()
@click.argument("table", required=False)
def schema(table: str | None) -> None:
    """All tables and views with their grain, or the columns of one TABLE."""
    if table is None:
        width = max(len(name) for name, _ in _overview())
        for name, doc in _overview():
            click.echo(f"{name:<{width}}  {doc}")
        return
    for declared in TABLES:
        if declared.name == table:
            _show(declared)
            return
    for view in views():
        if view.name == table:
            click.echo(f"{view.name}: {view.doc}\n")
            for name, doc in view.columns:
                click.echo(f"  {name:<24} {doc}")
            return
    known = [name for name, _ in _overview()]
    near = [name for name in known if table.lower() in name]
    raise click.UsageError(
        f"no table {table!r}; {'did you mean ' + ', '.join(near) if near else 'see: fascicle schema'}"
    )


def _overview() -> list[tuple[str, str]]:
    return [(table.name, table.grain) for table in TABLES] + [(view.name, view.doc) for view in views()]


def _show(table: Table) -> None:
    click.echo(f"{table.name}: {table.grain}; key {', '.join(table.key)}\n")
    for field in table.fields:
        marks = "".join(
            [
                f" [{field.unit}]" if field.unit else "",
                f" One of {', '.join(field.allowed)}." if field.allowed else "",
                f" -> {field.references}" if field.references else "",
            ]
        )
        click.echo(f"  {field.name:<24} {field.type:<14} {field.doc}{marks}")

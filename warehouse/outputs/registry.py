"""Outputs that a release can be published to besides its files: one entry each, chosen by the beginning of the address.

To add an output, write its module and enter it in ``OUTPUTS``; ``fascicle publish`` and Dagster take it from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields

from warehouse.release import Release

ADDRESS_VARIABLE = "FASCICLE_PUBLISH_TO"


class OutputError(RuntimeError):
    """A release could not be published to an address; one line with the remedy, without a password."""


@dataclass(frozen=True, slots=True)
class Options:
    """How to publish; what is None is left to the output. An output reads the options that it names.

    ``role``: who may read. ``password``: of that role, if it is created. ``close``: take rights from other users.
    ``data_path``: where new files go. ``keep``: number of releases that stay readable.
    """

    schema: str | None = None
    role: str | None = None
    password: str | None = None
    close: bool = False
    data_path: str | None = None
    keep: int | None = None

    def given(self, *names: str) -> dict[str, object]:
        """Those of these options that are not None, as keyword arguments."""
        return {one.name: value for one in fields(self) if one.name in names and (value := getattr(self, one.name))}


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: rows by table, notes for an administrator, and facts that only this output knows."""

    schema: str
    row_counts: Mapping[str, int]
    notes: tuple[str, ...] = ()
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Output:
    """One kind of place: how its addresses begin, which options it takes besides the schema, and what publishes.

    ``publish`` imports its libraries when it is called, and raises OutputError.
    """

    name: str
    title: str
    prefixes: tuple[str, ...]
    options: tuple[str, ...]
    publish: Callable[[Release, str, Options], Published]


def output_of(address: str) -> Output:
    """The output that an address belongs to: by how it begins, else the first, which takes any other."""
    return next((output for output in OUTPUTS if address.startswith(output.prefixes)), OUTPUTS[0])


def options_of(environment: Mapping[str, str]) -> Options:
    """Options from FASCICLE_PUBLISH_SCHEMA, _ROLE, _DATA and _KEEP, and FASCICLE_READER_PASSWORD. Raises OutputError."""
    keep = environment.get("FASCICLE_PUBLISH_KEEP")
    if keep and not keep.isdecimal():
        raise OutputError(f"FASCICLE_PUBLISH_KEEP is a number of releases, not {keep!r}")
    return Options(
        schema=environment.get("FASCICLE_PUBLISH_SCHEMA"),
        role=environment.get("FASCICLE_PUBLISH_ROLE"),
        password=environment.get("FASCICLE_READER_PASSWORD"),
        data_path=environment.get("FASCICLE_PUBLISH_DATA"),
        keep=int(keep) if keep else None,
    )


def _to_postgresql(release: Release, address: str, options: Options) -> Published:
    from warehouse.outputs import postgres

    try:
        done = postgres.publish(release, address, **options.given("schema", "role", "password", "close"))  # type: ignore[arg-type]
    except postgres.PostgresError as problem:
        raise OutputError(str(problem)) from problem
    return Published(done.schema, done.row_counts, done.notes, {"rows sent": done.rows_sent})


def _to_ducklake(release: Release, address: str, options: Options) -> Published:
    from warehouse.outputs import ducklake

    try:
        done = ducklake.publish(release, address, **options.given("schema", "data_path", "keep"))  # type: ignore[arg-type]
    except ducklake.LakeError as problem:
        raise OutputError(str(problem)) from problem
    facts = {
        "snapshot": done.snapshot,
        "tables written": len(done.written),
        "rows written": done.rows_written,
        "snapshots expired": done.expired,
    }
    return Published(done.schema, done.row_counts, done.notes, facts)


OUTPUTS = (
    Output("postgresql", "PostgreSQL", ("postgresql:", "postgres:"), ("role", "password", "close"), _to_postgresql),
    Output("ducklake", "a DuckLake", ("ducklake:",), ("data_path", "keep"), _to_ducklake),
)

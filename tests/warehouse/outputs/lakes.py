"""A lake as its readers see it, and writers of one in processes of their own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tests.shared import ROOT
from warehouse.marts import views
from warehouse.outputs.extensions import load_extension
from warehouse.release import Release
from warehouse.schema.declare import quote_identifier, quote_literal
from warehouse.tables import TABLES

Rows = list[tuple[object, ...]]


@contextmanager
def reading(catalogue: str, options: str = "READ_ONLY", *more: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB with the lake attached as ``lake``, as docs/ducklake.md says; ``catalogue`` is as DuckDB names it,
    ``more`` are further extensions."""
    with duckdb.connect(config={"autoinstall_known_extensions": "false"}) as connection:
        for name in ("ducklake", *(("postgres_scanner",) if catalogue.startswith("postgres:") else ()), *more):
            load_extension(connection, name)
        connection.execute(f"ATTACH {quote_literal(f'ducklake:{catalogue}')} AS lake ({options})")
        yield connection


def snapshots(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str | None]]:
    """Number and message of each snapshot, oldest first."""
    return connection.execute("SELECT snapshot_id, commit_message FROM lake.snapshots() ORDER BY 1").fetchall()


def rows_that_differ(
    connection: duckdb.DuckDBPyConnection, release: Release, schema: str = "fascicle", what: Sequence[str] = ()
) -> list[str]:
    """Tables and views, all of them or ``what``, whose rows differ between the lake and the release."""
    names = what or [*(table.name for table in TABLES), *(view.name for view in views())]
    differing = []
    with duckdb.connect(str(release.database), read_only=True) as source:
        for name in names:
            expected = source.execute(f"SELECT * FROM {quote_identifier(name)}").fetchall()
            found = connection.execute(f"SELECT * FROM lake.{schema}.{quote_identifier(name)}").fetchall()
            if sorted(map(repr, found)) != sorted(map(repr, expected)):
                differing.append(name)
    return differing


def write_at_once(writers: Sequence[Sequence[str]], timeout: float = 90) -> list[tuple[int, str]]:
    """Exit code and standard error of writers (``lake_writer``), all begun when the last is ready."""
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.warehouse.outputs.lake_writer", *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for arguments in writers
    ]
    try:
        for process in started:
            assert process.stdout is not None and process.stdout.readline() == "ready\n"
        for process in started:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        return [(process.wait(timeout), process.communicate()[1]) for process in started]
    finally:
        for process in started:
            process.kill()


def files_below(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}

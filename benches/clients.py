"""Clients that read while releases come: ``make clients`` [SOURCE=folder]; figures go into docs/clients.md.

First every client that opens a file, all at once, while 20 releases are published; then those that go through
PostgreSQL, together with 50 readers for a minute, while copies come. A client that fails, sees a release
twice, goes back to an older one or misses the last fails the bench.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from benches.client_readers import DOOR, FILES, SEEN
from tests.warehouse.outputs.postgres_server import Server, running
from warehouse.home import Home
from warehouse.outputs import postgres
from warehouse.outputs.table_files import export_parquet
from warehouse.release import Release, begin_release, list_releases
from warehouse.schema.declare import quote_identifier

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "docs" / "clients.md"
BEGIN, END = "<!-- begin of what make clients writes -->", "<!-- end of what make clients writes -->"
READER, READER_PASSWORD = "fascicle_reader", "read-only-2"
# Drivers that no package index or Debian package has: where their files are, if they are here.
DUCKDB_JDBC = os.environ.get("DUCKDB_JDBC")
POSTGRES_JDBC = Path(os.environ.get("POSTGRES_JDBC", "/usr/share/java/postgresql.jar"))


@dataclass(frozen=True, slots=True)
class Told:
    """What a client said at its end: reads, the numbers of releases in the order seen, its error."""

    client: str
    reads: int
    seen: tuple[int, ...]
    wrong: str

    def problem(self, last: int) -> str:
        """What is wrong with it, if anything."""
        if self.wrong:
            return self.wrong
        if list(self.seen) != sorted(self.seen):
            return f"went back to an older release: {self.seen}"
        return "" if self.seen and self.seen[-1] == last else f"never saw release {last}: {self.seen}"


def next_release(home: Home, base: Path, number: int) -> Release:
    """Publish a copy of a release that says its number in ``mart_check``."""
    old = json.loads((base / "manifest.json").read_text("utf-8"))
    with home.locked():
        draft = begin_release(home)
        shutil.copyfile(base / "fascicle.duckdb", draft.database)
        with duckdb.connect(str(draft.database)) as connection:
            connection.execute(
                "INSERT INTO mart_check (check_name, about, evaluated, exact, rounding, violated, unassessable) "
                f"VALUES ('bench_release', 'print', {number}, {number}, 0, 0, 0)"
            )
            connection.execute("CHECKPOINT")
        export_parquet(draft.database, draft.parquet, ["mart_check", "mart_cell"])
        counts = {**old["row_counts"], "mart_check": old["row_counts"]["mart_check"] + 1}
        return draft.publish({**old, "release_id": draft.release_id, "row_counts": counts})


@contextmanager
def clients(names: Sequence[str], address: str, java: Sequence[tuple[str, Sequence[str]]]) -> Iterator[list[Told]]:
    """Clients at work for as long as the block lasts, each a process; the list is filled when they have ended."""
    told: list[Told] = []
    with tempfile.TemporaryDirectory() as folder:
        stop = Path(folder) / "stop"
        asked = {name: [sys.executable, "-m", "benches.client_readers", name, address, str(stop)] for name in names}
        asked |= {name: [*command, SEEN, str(stop)] for name, command in java}
        started = {
            name: subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for name, command in asked.items()
        }
        first: dict[str, str] = {}
        try:
            # Imports take their time: releases come when everybody has read once, or has failed.
            for name, process in started.items():
                assert process.stdout is not None
                first[name] = process.stdout.readline()
            yield told
        finally:
            stop.touch()
            for name, process in started.items():
                out, err = process.communicate(timeout=180)
                lines = (first.get(name, "") + out).splitlines()
                said: dict[str, Any] = (
                    json.loads(lines[-1]) if lines else {"reads": 0, "seen": [], "wrong": err[-300:] or "died"}
                )
                told.append(Told(name, said["reads"], tuple(int(n) for n in said["seen"]), said["wrong"]))


def _java(jar: str | Path, address: str, user: str = "", password: str = "") -> list[str]:
    return ["java", "-cp", str(jar), str(ROOT / "benches" / "JdbcReader.java"), address, user, password]


def files_while_releases_come(home: Home, base: Path, count: int, names: Sequence[str]) -> list[Told]:
    """Every client that opens a file, while ``count`` releases are published."""
    next_release(home, base, 0)
    java = []
    if DUCKDB_JDBC:
        java.append(("duckdb_jdbc", _java(DUCKDB_JDBC, f"jdbc:duckdb:{home.current / 'fascicle.duckdb'}")))
    held = duckdb.connect(str((home.current / "fascicle.duckdb").resolve()), read_only=True)
    with clients(names, str(home.root), java) as told:
        for number in range(1, count + 1):
            next_release(home, base, number)
            time.sleep(0.2)
    answer = held.execute(SEEN).fetchone()
    assert answer == (0,), "a reader that holds the first release keeps it"
    held.close()
    return told


def reading(address: str, stop: threading.Event, told: list[Told], name: str) -> None:
    """One of many readers: a connection, questions until the end."""
    import psycopg

    seen: list[int] = []
    reads, wrong, is_last = 0, "", False
    try:
        with psycopg.connect(address, autocommit=True) as connection:
            while not is_last:
                is_last = stop.is_set()
                row = connection.execute(SEEN, prepare=True).fetchone()
                assert row is not None
                reads += 1
                if row[0] not in seen:
                    seen.append(row[0])
    except Exception as problem:
        wrong = " ".join(f"{type(problem).__name__}: {problem}".split())
    told.append(Told(name, reads, tuple(seen), wrong))


def door_while_copies_come(
    server: Server, releases: Sequence[Release], seconds: float, readers: int, names: Sequence[str]
) -> tuple[list[Told], list[Told], int]:
    """Clients and readers of the copy while releases are copied in turn; what they told, and the number of copies."""
    place = {"role": READER, "password": READER_PASSWORD}
    postgres.publish(releases[0], server.address(), **place)
    address, stop = server.address(READER, READER_PASSWORD), threading.Event()
    many: list[Told] = []
    threads = [
        threading.Thread(target=reading, args=(address, stop, many, f"reader {n}"), daemon=True) for n in range(readers)
    ]
    java = []
    if POSTGRES_JDBC.exists() and shutil.which("java"):
        where = f"jdbc:postgresql://127.0.0.1:{server.port}/postgres"
        java.append(("postgresql_jdbc", _java(POSTGRES_JDBC, where, READER, READER_PASSWORD)))
    copies, end = 1, time.monotonic() + seconds
    with clients(names, address, java) as told:
        for thread in threads:
            thread.start()
        while copies < len(releases) and (time.monotonic() < end or copies < 2):
            postgres.publish(releases[copies], server.address(), **place)
            copies += 1
        time.sleep(max(0.0, end - time.monotonic()))
        stop.set()
        for thread in threads:
            thread.join(timeout=120)
    return told, many, copies


def rows_that_differ(server: Server, release: Release) -> tuple[int, int, list[str]]:
    """Every row of every table and view of the release against the copy: tables, rows, names that differ."""
    import psycopg

    wrong, total, names = [], 0, []
    with (
        duckdb.connect(str(release.database), read_only=True) as source,
        psycopg.connect(server.address(READER, READER_PASSWORD)) as reader,
    ):
        names = [str(row[0]) for row in reader.execute("SELECT tablename FROM pg_tables WHERE schemaname='fascicle'")]
        for name in names:
            select = f"SELECT * FROM {quote_identifier(name)}"
            ours = sorted(map(repr, source.execute(select).fetchall()))
            theirs = sorted(map(repr, reader.execute(select.encode()).fetchall()))
            total += len(ours)
            if ours != theirs:
                wrong.append(name)
    return len(names), total, wrong


def _table(told: Sequence[Told]) -> list[str]:
    lines = ["| client | reads | releases seen | errors |", "| --- | --- | --- | --- |"]
    return lines + [f"| {t.client} | {t.reads} | {len(t.seen)} | {t.wrong or 'none'} |" for t in told]


def write_report(lines: Sequence[str]) -> None:
    """Put the figures between the marks of docs/clients.md."""
    text = REPORT.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    REPORT.write_text("\n".join([before + BEGIN, *lines, END]) + after, "utf-8")


def main() -> int:
    """Run both parts and write the figures; returns 1 when a client failed."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("base", type=Path, help="folder of a release, such as .fascicle/releases/current")
    given.add_argument("--releases", type=int, default=20)
    given.add_argument("--seconds", type=float, default=60)
    given.add_argument("--readers", type=int, default=50)
    options = given.parse_args()
    base = options.base.resolve()
    with tempfile.TemporaryDirectory(prefix="fascicle-clients-") as folder:
        home = Home(Path(folder) / "home")
        files = files_while_releases_come(home, base, options.releases, [f.__name__ for f in FILES])
        releases = list_releases(home)
        with running() as server:
            door, many, copies = door_while_copies_come(
                server, releases, options.seconds, options.readers, [f.__name__ for f in DOOR]
            )
            tables, rows, differing = rows_that_differ(server, releases[copies - 1])
    problems = [f"{t.client}: {p}" for t in files if (p := t.problem(options.releases))]
    problems += [f"{t.client}: {p}" for t in (*door, *many) if (p := t.problem(copies - 1))]
    problems += [f"{name}: rows differ in PostgreSQL" for name in differing]
    reads = sum(t.reads for t in many)
    write_report(
        [
            f"Clients that open the file, while {options.releases} releases were published "
            f"({(base / 'fascicle.duckdb').stat().st_size / 1e6:.0f} MB each):",
            "",
            *_table(files),
            "",
            f"Clients of PostgreSQL, while {copies - 1} releases were copied, and beside them {options.readers} "
            f"connections for {options.seconds:.0f} s: {reads} reads, {sum(bool(t.wrong) for t in many)} errors. "
            f"Compared afterwards: {rows} rows of {tables} tables and views, {len(differing)} of which differed.",
            "",
            *_table(door),
        ]
    )
    print(REPORT.read_text("utf-8").split(BEGIN)[1].split(END)[0])
    for problem in problems:
        print(f"WRONG {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

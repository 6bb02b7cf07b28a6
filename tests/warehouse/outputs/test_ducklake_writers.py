"""A DuckLake whose catalogue is in PostgreSQL, with several writers; one whose files are in an object store."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.command.support import fascicle
from tests.shared import ROOT
from tests.warehouse.outputs.lake_writer import FEW, NAMES, VIEW
from tests.warehouse.outputs.lakes import files_below, reading, rows_that_differ, snapshots, write_at_once
from tests.warehouse.outputs.postgres_server import PASSWORD, Server, running
from tests.warehouse.support import publish as make_release
from tests.warehouse.support import small_rows
from warehouse.home import Home
from warehouse.outputs import ducklake
from warehouse.release import Release, current_release
from warehouse.tables import TABLES


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "home"


@pytest.fixture(scope="module")
def releases(home: Path) -> tuple[Release, ...]:
    return tuple(make_release(Home(home), small_rows(f"{n}.{n}")) for n in range(1, 5))


@pytest.fixture
def catalogue(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of an empty database of the server, without the password, which is in the environment."""
    name = re.sub(r"\W", "_", tmp_path.name)
    assert server.psql("postgres", f"CREATE DATABASE {name}").returncode == 0
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return f"postgresql://postgres@127.0.0.1:{server.port}/{name}"


def test_two_writers_at_once_both_end_well(
    releases: tuple[Release, ...], home: Path, catalogue: str, tmp_path: Path
) -> None:
    address, files = f"ducklake:{catalogue}", str(tmp_path / "files")
    first, second = [[release.release_id for release in releases[n::2]] for n in (0, 1)]
    ended = write_at_once([[str(home), address, files, "fascicle", *ids] for ids in (first, second)])
    assert ended == [(0, ""), (0, "")]
    by_id = {release.release_id: release for release in releases}
    with reading(f"postgres:{catalogue}") as reader:
        told = snapshots(reader)
    with reading(f"postgres:{catalogue}", "READ_WRITE") as reader:
        orphans = reader.execute(
            "CALL ducklake_delete_orphaned_files('lake', dry_run => true, cleanup_all => true)"
        ).fetchall()
    assert len(told) > 2 and orphans == []
    for number, message in told[1:]:
        # Whatever came when: a snapshot holds the release that its message names, and all of it.
        with reading(f"postgres:{catalogue}", f"READ_ONLY, SNAPSHOT_VERSION {number}") as reader:
            ((release_id,),) = reader.execute("SELECT release_id FROM lake.fascicle.lake_release").fetchall()
            assert message is not None and f"release {release_id}," in message
            assert rows_that_differ(reader, by_id[release_id], what=NAMES) == []


@pytest.mark.parametrize("is_newer", [True, False])
def test_who_comes_second_looks_again(
    releases: tuple[Release, ...], catalogue: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_newer: bool
) -> None:
    old, first, second = releases[:3] if is_newer else (releases[0], releases[2], releases[1])
    monkeypatch.setattr(ducklake, "views", lambda: (VIEW,))
    publish = partial(ducklake.publish, address=f"ducklake:{catalogue}", data_path=str(tmp_path), tables=FEW)
    publish(old)
    record, meanwhile = ducklake._record, [first]

    def overtaken(*values: Any) -> None:
        record(*values)
        if meanwhile:
            publish(meanwhile.pop())

    monkeypatch.setattr(ducklake, "_record", overtaken)
    done = publish(second)
    stays = second if is_newer else first
    assert done.snapshot == (3 if is_newer else 2)
    assert [release for release in releases if release.release_id in "".join(done.notes)] == (
        [] if is_newer else [first]
    )
    with reading(f"postgres:{catalogue}") as reader:
        assert rows_that_differ(reader, stays, what=NAMES) == []


def test_writers_of_two_schemas_do_not_meet_and_readers_see_whole_releases(
    releases: tuple[Release, ...], home: Path, catalogue: str, tmp_path: Path
) -> None:
    address, files = f"ducklake:{catalogue}", str(tmp_path / "files")
    first, *later = [release.release_id for release in releases[1:]]
    assert write_at_once([[str(home), address, files, "one", first]]) == [(0, "")]
    seen: set[tuple[str, str]] = set()
    problems: list[Exception] = []
    done = threading.Event()

    def read() -> None:
        try:
            with reading(f"postgres:{catalogue}") as reader:
                while True:
                    is_last = done.is_set()
                    # Two statements, in one transaction: one snapshot.
                    reader.execute("BEGIN")
                    ((held,),) = reader.execute("SELECT release_id FROM lake.one.lake_release").fetchall()
                    ((text,),) = reader.execute(
                        "SELECT printed_text FROM lake.one.mart_cell JOIN lake.one.mart_table USING (table_id) "
                        "WHERE mart_cell.row_number = 1"
                    ).fetchall()
                    reader.execute("COMMIT")
                    seen.add((held, text))
                    if is_last:
                        return
                    done.wait(0.05)
        except Exception as problem:
            problems.append(problem)

    thread = threading.Thread(target=read)
    thread.start()
    ended = write_at_once([[str(home), address, files, schema, *later] for schema in ("one", "two")])
    done.set()
    thread.join(timeout=30)
    assert ended == [(0, ""), (0, "")] and not problems
    whole = {(release.release_id, f"{n}.{n}") for n, release in enumerate(releases, 1)}
    assert seen <= whole and (releases[-1].release_id, "4.4") in seen
    with reading(f"postgres:{catalogue}") as reader:
        assert len(snapshots(reader)) == 1 + 1 + 2 * len(later)
        for schema in ("one", "two"):
            assert rows_that_differ(reader, releases[-1], schema=schema, what=NAMES) == []


def test_the_bundled_edition_is_read_by_a_role_that_may_only_read(
    published: Path, server: Server, catalogue: str, tmp_path: Path
) -> None:
    release = current_release(Home(published))
    assert release is not None
    files = str(tmp_path / "files")
    done = fascicle(published, "publish", "--to", f"ducklake:{catalogue}", "--data-path", files, "--keep", "3")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output and PASSWORD not in server.log.read_text("utf-8")
    page = (ROOT / "docs" / "ducklake.md").read_text("utf-8")
    role = next(block for block in re.findall(r"```sql\n(.*?)```", page, re.S) if "CREATE ROLE" in block)
    told = server.psql(
        "postgres", f"\\c {catalogue.rpartition('/')[2]}", *role.replace("...", "read-only-4").split(";\n")
    )
    assert told.returncode == 0, told.stderr
    address = catalogue.replace("postgres@", "lake_reader:read-only-4@")
    with reading(f"postgres:{address}") as reader:
        assert rows_that_differ(reader, release, what=[table.name for table in TABLES]) == []
    with reading(f"postgres:{address}", "READ_WRITE") as attacker:
        for statement in (
            "DELETE FROM lake.fascicle.mart_cell",
            "DROP TABLE lake.fascicle.mart_cell",
            "CREATE TABLE lake.fascicle.mine (a INTEGER)",
            "CALL ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
        ):
            with pytest.raises(duckdb.Error, match="permission denied"):
                attacker.execute(statement)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A bucket of a server that speaks S3, on loopback, and what the environment has to say of it."""
    import boto3
    from moto.server import ThreadedMotoServer

    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    store.start()
    try:
        host, port = store.get_host_and_port()
        for name, value in {
            "AWS_ACCESS_KEY_ID": "publisher",
            "AWS_SECRET_ACCESS_KEY": "not-for-logs-5",
            "AWS_REGION": "eu-west-1",
            "DUCKDB_S3_ENDPOINT": f"{host}:{port}",
            "DUCKDB_S3_USE_SSL": "false",
        }.items():
            monkeypatch.setenv(name, value)
        boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="us-east-1").create_bucket(Bucket="budget")
        yield "budget"
    finally:
        store.stop()


def test_files_in_an_object_store(releases: tuple[Release, ...], home: Path, bucket: str, tmp_path: Path) -> None:
    import boto3

    lake = tmp_path / "lake.ducklake"
    arguments = ("publish", "--to", f"ducklake:{lake}", "--data-path", f"s3://{bucket}/lake/")
    done = fascicle(home, *arguments)
    assert done.exit_code == 0, done.output
    # A lake that is there knows where its files are.
    assert "tables written 0" in fascicle(home, *arguments[:3]).output
    with reading(str(lake), "READ_ONLY", "httpfs") as reader:
        reader.execute("SET s3_url_style = 'path'")
        assert rows_that_differ(reader, releases[-1], what=NAMES) == []
    client = boto3.client("s3", endpoint_url=f"http://{os.environ['DUCKDB_S3_ENDPOINT']}", region_name="us-east-1")
    kept = [entry["Key"] for entry in client.list_objects_v2(Bucket=bucket)["Contents"]]
    assert all(key.startswith("lake/fascicle/") and key.endswith(".parquet") for key in kept)
    assert files_below(tmp_path) == {lake}
    assert b"not-for-logs-5" not in lake.read_bytes()


def test_a_missing_object_store_is_reported_in_one_line(
    releases: tuple[Release, ...], home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "publisher")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-for-logs-5")
    monkeypatch.setenv("DUCKDB_S3_ENDPOINT", "127.0.0.1:1")
    refused = fascicle(home, "publish", "--to", f"ducklake:{tmp_path / 'x'}", "--data-path", "s3://budget/lake/")
    assert refused.exit_code == 1 and len(refused.output.splitlines()) == 1
    assert refused.output.startswith("Error: the lake refused the release") and "not-for-logs" not in refused.output

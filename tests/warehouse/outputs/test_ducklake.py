"""A release in a DuckLake: the same rows, whole in every snapshot, untouched by what fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import duckdb
import pytest
from dagster import DagsterInstance, materialize

from pipelines.defs import ASSETS, resources
from tests.command.support import fascicle
from tests.warehouse.outputs.lake_writer import FEW, NAMES, VIEW
from tests.warehouse.outputs.lakes import files_below, reading, rows_that_differ, snapshots, write_at_once
from tests.warehouse.support import publish as make_release
from tests.warehouse.support import small_rows
from warehouse.home import Home
from warehouse.marts import views
from warehouse.outputs import ducklake, extensions
from warehouse.release import Release, current_release
from warehouse.schema.declare import column_comment, table_comment
from warehouse.tables import TABLES

Publish, Releases = Callable[..., ducklake.Published], tuple[Release, ...]
CELL = "SELECT printed_text FROM lake.fascicle.mart_cell WHERE row_number = 1"


@pytest.fixture
def lake(tmp_path: Path) -> str:
    """Where a lake with its catalogue in a file may be made."""
    return str(tmp_path / "lake.ducklake")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small") / "home"


@pytest.fixture(scope="module")
def releases(home: Path) -> tuple[Release, ...]:
    """Four releases; the second says what the first says."""
    return tuple(make_release(Home(home), small_rows(value)) for value in ("1.1", "1.1", "2.2", "3.3"))


@pytest.fixture
def publish(lake: str, monkeypatch: pytest.MonkeyPatch) -> Publish:
    """Publishes a few tables and a view into the lake: all of them take a second each time."""
    monkeypatch.setattr(ducklake, "views", lambda: (VIEW,))
    return partial(ducklake.publish, address=f"ducklake:{lake}", data_path=f"{lake}.files/", tables=FEW)


def test_every_table_and_view_has_the_rows_of_the_release(published: Path, lake: str, tmp_path: Path) -> None:
    release = current_release(Home(published))
    assert release is not None
    done = fascicle(published, "publish", "--to", f"ducklake:{lake}", "--data-path", str(tmp_path / "files"))
    assert done.exit_code == 0, done.output
    assert "snapshot 1" in done.output
    with reading(lake) as reader:
        assert rows_that_differ(reader, release) == []
        told = dict(
            reader.execute("SELECT table_name, comment FROM duckdb_tables() WHERE database_name = 'lake'").fetchall()
        )
        assert {table.name: table_comment(table) for table in TABLES}.items() <= told.items()
        told = dict(
            reader.execute("SELECT view_name, comment FROM duckdb_views() WHERE database_name = 'lake'").fetchall()
        )
        assert {view.name: view.doc for view in views()}.items() <= told.items()
        columns = reader.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = 'lake'"
        ).fetchall()
        assert {(t.name, f.name, column_comment(f)) for t in TABLES for f in t.fields} <= set(columns)
        held = reader.execute("SELECT release_id, content_hash FROM lake.fascicle.lake_release").fetchall()
        assert held == [(release.release_id, release.manifest["content_hash"])]
        (_, first), (_, second) = snapshots(reader)
        assert first is None and second == f"release {held[0][0]}, content {held[0][1]}"
    assert all(path.suffix == ".parquet" for path in files_below(tmp_path / "files"))


def test_views_look_at_their_own_release_whatever_else_is_there(releases: Releases, lake: str) -> None:
    ducklake.publish(releases[0], f"ducklake:{lake}")
    with reading(lake) as reader:
        for table in TABLES:
            reader.execute(f"CREATE TABLE {table.name} (other INTEGER)")
        assert rows_that_differ(reader, releases[0]) == []


def test_every_snapshot_is_a_whole_release(releases: Releases, lake: str, publish: Publish) -> None:
    told = [publish(release).snapshot for release in releases]
    assert told == [1, 2, 3, 4], "after the empty lake, one for each release"
    with reading(lake) as reader:
        cells = [reader.execute(CELL.replace("cell", f"cell AT (VERSION => {number})")).fetchall() for number in told]
        assert cells == [[("1.1",)], [("1.1",)], [("2.2",)], [("3.3",)]]
    for number, release in zip(told, releases, strict=True):
        with reading(lake, f"READ_ONLY, SNAPSHOT_VERSION {number}") as reader:
            assert rows_that_differ(reader, release, what=NAMES) == []
            held = reader.execute("SELECT release_id FROM lake.fascicle.lake_release").fetchall()
            assert held == [(release.release_id,)]
    with reading(lake, "READ_ONLY, SNAPSHOT_VERSION 0") as reader, pytest.raises(duckdb.CatalogException):
        reader.execute(CELL)


def test_a_view_of_an_older_release_looks_at_that_release(releases: Releases, lake: str, publish: Publish) -> None:
    publish(releases[0])
    with reading(lake, "READ_WRITE") as hand:
        hand.execute("USE lake.fascicle")
        hand.execute("CREATE VIEW mine AS SELECT printed_text FROM mart_cell WHERE row_number = 1")
    publish(releases[2])
    with reading(lake) as reader:
        told = [reader.execute(f"FROM lake.fascicle.mine AT (VERSION => {number})").fetchall() for number in (2, 3)]
    assert told == [[("1.1",)], [("2.2",)]]


def test_what_did_not_change_is_not_written(releases: Releases, lake: str, tmp_path: Path, publish: Publish) -> None:
    first, same, other, _ = releases
    done = publish(first)
    assert len(done.written) == len(FEW) and done.snapshot == 1
    files = files_below(tmp_path)
    assert publish(first) == replace(done, written=(), rows_written=0) and files_below(tmp_path) == files
    following = publish(same)
    assert (following.snapshot, following.written, following.row_counts) == (2, (), done.row_counts)
    assert publish(other).written == ("mart_cell",)
    with reading(lake) as reader:
        assert rows_that_differ(reader, other, what=NAMES) == []


def test_what_hands_changed_is_put_right(releases: Releases, lake: str, publish: Publish) -> None:
    publish(releases[0])
    with reading(lake, "READ_WRITE") as hand:
        hand.execute("CREATE VIEW lake.fascicle.mine AS SELECT 1 AS one")
        hand.execute("DROP VIEW lake.fascicle.v_counted_document")
    assert publish(releases[0]).written == ()
    with reading(lake, "READ_WRITE") as hand:
        hand.execute("DELETE FROM lake.fascicle.mart_cell WHERE row_number = 1")
        hand.execute("DROP TABLE lake.fascicle.mart_table")
    assert publish(releases[0]).written == ("mart_table", "mart_cell")
    with reading(lake) as reader:
        assert rows_that_differ(reader, releases[0], what=NAMES) == []
        assert reader.execute("FROM lake.fascicle.mine").fetchall() == [(1,)]


def test_tables_of_another_version_are_rebuilt_or_refused(releases: Releases, lake: str, publish: Publish) -> None:
    publish(releases[0])
    fewer = (replace(FEW[0], grain="other words"), FEW[2])
    assert publish(releases[0], tables=fewer).written == (FEW[0].name,)
    with reading(lake) as reader, pytest.raises(duckdb.CatalogException):
        reader.execute("FROM lake.fascicle.mart_table")
    with pytest.raises(ducklake.LakeError, match="fascicle run"):
        publish(releases[0], tables=[*FEW, replace(FEW[0], name="mart_of_tomorrow")])


def test_a_failure_in_the_middle_leaves_the_old_release(
    releases: Releases, lake: str, tmp_path: Path, publish: Publish
) -> None:
    old, _, new, _ = releases
    publish(old)
    files = files_below(tmp_path)
    counts: Mapping[str, int] = new.manifest["row_counts"]
    wrong = replace(new, manifest={**new.manifest, "row_counts": {**counts, "mart_cell": 3}})
    with pytest.raises(ducklake.LakeError, match="mart_cell has 2 rows in the lake, 3 in release"):
        publish(wrong)
    assert files_below(tmp_path) == files
    with reading(lake) as reader:
        assert len(snapshots(reader)) == 2 and rows_that_differ(reader, old, what=NAMES) == []


def test_a_writer_killed_before_its_commit_leaves_the_old_release(
    releases: Releases, home: Path, lake: str, publish: Publish
) -> None:
    old, *_, new = releases
    publish(old)
    assert write_at_once([[str(home), f"ducklake:{lake}", f"{lake}.files/", "fascicle", "--die"]])[0][0] == 9
    with reading(lake) as reader:
        assert len(snapshots(reader)) == 2 and rows_that_differ(reader, old, what=NAMES) == []
    assert publish(new).snapshot == 2
    with reading(lake) as reader:
        assert rows_that_differ(reader, new, what=NAMES) == []


def test_two_writers_of_a_catalogue_in_a_file_wait_for_each_other(
    releases: Releases, home: Path, lake: str, tmp_path: Path
) -> None:
    writers = [
        [str(home), f"ducklake:{lake}", str(tmp_path), "fascicle", release.release_id] for release in releases[2:]
    ]
    assert write_at_once(writers) == [(0, ""), (0, "")]
    with reading(lake) as reader:
        ((held,),) = reader.execute("SELECT release_id FROM lake.fascicle.lake_release").fetchall()
        (stands,) = [release for release in releases if release.release_id == held]
        assert rows_that_differ(reader, stands, what=NAMES) == []


def test_old_releases_expire_and_their_files_go(releases: Releases, lake: str, publish: Publish) -> None:
    for release in releases[:3]:
        publish(release, keep=2)
    with reading(lake) as reader:
        assert [number for number, _ in snapshots(reader)] == [0, 2, 3]
        with pytest.raises(duckdb.Error):
            reader.execute(CELL.replace("cell", "cell AT (VERSION => 1)"))
    assert publish(releases[3], keep=1).expired == 2
    cells = Path(f"{lake}.files/fascicle/mart_cell")
    assert len(files_below(cells)) == 3, "readers that began before still find their files"
    assert publish(releases[3], keep=1, grace=timedelta(0)).expired == 0
    assert len(files_below(cells)) == 1
    with reading(lake) as reader:
        assert rows_that_differ(reader, releases[3], what=NAMES) == []
    with pytest.raises(ducklake.LakeError, match="at least one"):
        publish(releases[3], keep=0)


def test_a_release_is_kept_when_older_ones_cannot_expire(
    releases: Releases, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> int:
        raise duckdb.IOException("HTTP 403 for a DELETE")

    monkeypatch.setattr(ducklake, "_expire", refused)
    done = publish(releases[0], keep=1)
    assert len(done.written) == len(FEW) and done.expired == 0
    (note,) = done.notes
    assert "could not be made to expire" in note and "403" in note


def test_a_name_that_is_taken_is_reported_at_once(releases: Releases, lake: str, publish: Publish) -> None:
    publish(releases[0])
    with reading(lake, "READ_WRITE") as hand:
        hand.execute(f"DROP VIEW lake.fascicle.{VIEW.name}")
        hand.execute(f"CREATE TABLE lake.fascicle.{VIEW.name} (a INTEGER)")
    with pytest.raises(ducklake.LakeError, match=f"refused.*{VIEW.name}"):
        publish(releases[2])


def test_releases_of_another_schema_stay(releases: Releases, lake: str, publish: Publish) -> None:
    publish(releases[0], schema="other")
    for release in releases[2:]:
        publish(release, keep=1, grace=timedelta(0))
    with reading(lake) as reader:
        assert rows_that_differ(reader, releases[0], schema="other", what=NAMES) == []
        assert rows_that_differ(reader, releases[3], what=NAMES) == []
        assert [number for number, _ in snapshots(reader)] == [0, 1, 3]


def test_a_schema_of_others_stays_as_it_is(releases: Releases, lake: str, publish: Publish) -> None:
    with reading(lake, "READ_WRITE") as hand:
        hand.execute("CREATE TABLE lake.main.theirs AS SELECT 1 AS one")
    with pytest.raises(ducklake.LakeError, match="not made by fascicle"):
        publish(releases[0], schema="main")
    for name in ("x; DROP", "Fascicle", ""):
        with pytest.raises(ducklake.LakeError, match="lower-case"):
            publish(releases[0], schema=name)


def test_a_missing_extension_is_reported_in_one_line(
    published: Path, lake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extensions, "packaged_extension", lambda _: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    refused = fascicle(published, "publish", "--to", f"ducklake:{lake}")
    assert refused.exit_code == 1
    assert refused.output.strip() == (
        f"Error: no extension ducklake for DuckDB {duckdb.__version__} (it isn't installed): pip install 'fascicle[ducklake]'"
    )
    assert not Path(lake).exists() and not files_below(tmp_path)


def test_a_damaged_extension_is_not_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = extensions.packaged_extension("ducklake")
    assert kept is not None
    damaged = tmp_path / "ducklake.duckdb_extension"
    data = bytearray(kept.read_bytes())
    data[len(data) // 2] ^= 1
    damaged.write_bytes(data)
    monkeypatch.setattr(extensions, "packaged_extension", lambda _: damaged)
    with duckdb.connect() as connection, pytest.raises(extensions.ExtensionError, match="signature"):
        extensions.load_extension(connection, "ducklake")


@pytest.mark.parametrize(
    "address",
    [
        "ducklake:postgresql://u:hidden-3@127.0.0.1:1/x",
        "ducklake:postgresql://u:hidden-3 and@more@127.0.0.1:1/x",
        "ducklake:postgresql://u:hidden%2D3@h:no-port/x",
        "ducklake:postgres:host=127.0.0.1 port=1 user=u password=hidden-3",
        "ducklake:postgres:host=127.0.0.1 port=1 user=u password='hidden-3 and more' nothing=1",
        "ducklake:/nowhere/hidden-3.ducklake",
        "ducklake:",
    ],
)
def test_no_message_repeats_a_password_or_takes_two_lines(published: Path, address: str) -> None:
    refused = fascicle(published, "publish", "--to", address)
    assert refused.exit_code == 1
    assert "hidden" not in refused.output and refused.output.startswith("Error: ")
    assert len(refused.output.splitlines()) == 1


def test_options_of_the_other_kind_are_refused(published: Path) -> None:
    for arguments in (
        ("--to", "ducklake:x", "--close"),
        ("--to", "ducklake:x", "--role", "me"),
        ("--to", "postgresql://h/x", "--keep", "2"),
        ("--to", "postgresql://h/x", "--data-path", "d"),
        ("--to", "ducklake:x", "--keep", "0"),
    ):
        assert fascicle(published, "publish", *arguments).exit_code == 2


def test_a_run_publishes_into_the_lake_that_is_configured(
    published: Path, lake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASCICLE_PUBLISH_TO", f"ducklake:{lake}")
    monkeypatch.setenv("FASCICLE_PUBLISH_SCHEMA", "from_run")
    monkeypatch.setenv("FASCICLE_PUBLISH_DATA", str(tmp_path / "files"))
    outcomes = {}
    for keep in ("2", "two"):
        monkeypatch.setenv("FASCICLE_PUBLISH_KEEP", keep)
        with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
            outcomes[keep] = materialize(
                ASSETS,
                selection=["postgresql_copy", "ducklake_copy"],
                instance=instance,
                resources=resources({"home": str(published)}),
                raise_on_error=False,
            )
    for name, outcome in (("ducklake_copy", "copied"), ("postgresql_copy", "not configured")):
        (made,) = outcomes["2"].asset_materializations_for_node(name)
        assert made.metadata["outcome"].value == outcome
    assert not outcomes["two"].success
    with reading(lake) as reader:
        assert reader.execute("SELECT count(*) > 0 FROM lake.from_run.mart_cell").fetchone() == (True,)

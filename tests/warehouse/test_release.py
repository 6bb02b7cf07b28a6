"""Releases appear whole or not at all, and can be gone back to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading

import duckdb
import pytest

from tests.warehouse.made import content_hash, filled
from tests.warehouse.support import publish, small_rows
from warehouse.home import Home, HomeLockedError, ReleaseError
from warehouse.query import run_query
from warehouse.release import (
    begin_release,
    compare,
    current_release,
    find_release,
    list_releases,
    new_manifest,
    prune,
    rollback,
)

VALUE = "SELECT value::VARCHAR FROM mart_cell ORDER BY row_number LIMIT 1"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def _value(home):
    return run_query(home.current.resolve() / "fascicle.duckdb", VALUE).rows[0][0]


def _hidden(home):
    return [path.name for path in home.releases.iterdir() if path.name.startswith(".")]


def test_the_layout_is_the_contract(home):
    release = publish(home, small_rows())
    assert {p.name for p in home.root.iterdir()} == {".lock", "landing", "quarantine", "archive", "staging", "releases"}
    assert str(home.current.readlink()) == release.release_id
    files = {str(p.relative_to(release.path)) for p in release.path.rglob("*") if p.is_file()}
    assert files == {"fascicle.duckdb", "manifest.json", "parquet/mart_document.parquet", "parquet/mart_cell.parquet"}
    assert _hidden(home) == []


def test_the_manifest_says_what_is_inside(home):
    rows = small_rows()
    release = publish(home, rows)
    manifest = json.loads((home.current / "manifest.json").read_text("utf-8"))
    assert manifest == release.manifest
    assert manifest["release_id"] == release.release_id
    assert manifest["content_hash"] == content_hash(rows)
    assert manifest["created_at"].endswith("Z")
    assert manifest["row_counts"]["mart_cell"] == 2
    assert manifest["versions"] == {"code": "1", "vocabulary": "1", "duckdb": duckdb.__version__}
    assert manifest["documents"] == [
        {key: rows["mart_document"][0][key] for key in ("document_id", "symbol", "language", "format", "source_sha256")}
    ]


def test_the_manifest_says_which_versions_can_read_the_file(home):
    release = publish(home, small_rows())
    with duckdb.connect(str(release.database), read_only=True) as connection:
        found = connection.execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE path IS NOT NULL")
        version = found.fetchone()[0]
    assert release.manifest["readable_by"]["duckdb"].startswith(f">={version.strip('v+')}")


def test_equal_rows_make_releases_of_equal_hash(home):
    one, other = publish(home, small_rows()), publish(home, small_rows())
    assert one.release_id < other.release_id
    assert one.manifest["content_hash"] == other.manifest["content_hash"]
    assert compare(home, one.release_id, other.release_id).is_empty


def test_parquet_holds_what_the_table_holds(home):
    release = publish(home, small_rows())
    with duckdb.connect(str(release.database), read_only=True) as connection:
        inside = connection.execute("FROM mart_cell").fetchall()
        beside = connection.execute(f"FROM '{release.path}/parquet/mart_cell.parquet'").fetchall()
    assert inside == beside


def test_a_reader_keeps_the_old_file_while_a_new_release_is_published(home):
    publish(home, small_rows("1.5"))
    held = duckdb.connect(str(home.current.resolve() / "fascicle.duckdb"), read_only=True)
    publish(home, small_rows("2.5"))
    assert held.execute(VALUE).fetchall() == [("1.5000",)]
    held.close()
    assert _value(home) == "2.5000"


def test_a_removed_release_stays_readable_to_who_holds_it(home):
    old = publish(home, small_rows("1.5"))
    held = duckdb.connect(str(old.database), read_only=True)
    publish(home, small_rows("2.5"))
    assert prune(home, 1) == (old.release_id,)
    assert not old.path.exists()
    assert held.execute(VALUE).fetchall() == [("1.5000",)]
    held.close()


def test_rollback_goes_back_and_forth(home):
    old, new = publish(home, small_rows("1.5")), publish(home, small_rows("2.5"))
    assert rollback(home, old.release_id).is_current
    assert _value(home) == "1.5000"
    assert [r.is_current for r in list_releases(home)] == [True, False]
    rollback(home, new.release_id)
    assert _value(home) == "2.5000"


def test_a_release_after_a_rollback_is_newer_than_all(home):
    old, new = publish(home, small_rows()), publish(home, small_rows())
    rollback(home, old.release_id)
    third = publish(home, small_rows())
    assert old.release_id < new.release_id < third.release_id
    assert current_release(home) == third


def test_identifiers_grow_even_when_the_clock_went_back(home):
    home.ensure()
    (home.releases / "29990101T000000-000000").mkdir()
    assert publish(home, small_rows()).release_id == "29990101T000000-000001"


def test_releases_are_found_by_identifier_beginning_or_as_current(home):
    old, new = publish(home, small_rows()), publish(home, small_rows())
    assert find_release(home, old.release_id) == list_releases(home)[0]
    assert find_release(home, "current").release_id == new.release_id
    with pytest.raises(ReleaseError, match="several"):
        find_release(home, old.release_id[:2])
    for unknown in ("", "nothing", "../landing"):
        with pytest.raises(ReleaseError):
            rollback(home, unknown)
    assert current_release(home) == new


def test_compare_names_documents_and_counts(home):
    old = publish(home, small_rows(document_id="a") | {"mart_finding": []})
    both = small_rows(document_id="a", sha256="b" * 64)
    both["mart_document"] += small_rows(document_id="c")["mart_document"]
    new = publish(home, both)
    there = compare(home, old.release_id, new.release_id)
    assert there.documents_added == ("c",)
    assert there.documents_changed == ("a",)
    assert there.row_counts == {"mart_document": (1, 2), "mart_finding": (0, 1)}
    back = compare(home, new.release_id, old.release_id)
    assert back.documents_removed == ("c",)
    assert not back.is_empty


def test_prune_keeps_the_newest_and_the_current(home):
    made = [publish(home, small_rows()).release_id for _ in range(4)]
    rollback(home, made[0])
    assert prune(home, 2) == (made[1],)
    assert [r.release_id for r in list_releases(home)] == [made[0], made[2], made[3]]
    with pytest.raises(ValueError, match="at least one"):
        prune(home, 0)


def test_an_empty_home_has_no_release(home):
    assert list_releases(home) == ()
    assert current_release(home) is None
    assert not home.root.exists()


def test_a_current_link_to_nothing_is_an_error(home):
    home.ensure()
    home.current.symlink_to("20200101T000000-000000")
    with pytest.raises(ReleaseError, match="no whole release"):
        current_release(home)


def _draft(home):
    draft = begin_release(home)
    counts = filled(draft.database, small_rows("9.5"))
    manifest = new_manifest(
        draft.release_id, table_hashes={}, documents=[], row_counts=counts, code_version="1", vocabulary_version="1"
    )
    return draft, manifest


def _lose_the_file(draft, manifest):
    draft.database.unlink()


def _leave_a_wal(draft, manifest):
    draft.database.with_name("fascicle.duckdb.wal").write_bytes(b"")


def _cut_the_file(draft, manifest):
    os.truncate(draft.database, 8192)


def _miscount(draft, manifest):
    manifest["row_counts"]["mart_cell"] += 1


def _lose_a_key(draft, manifest):
    del manifest["content_hash"]


def _name_another(draft, manifest):
    manifest["release_id"] = "20200101T000000-000000"


@pytest.mark.parametrize("harm", [_lose_the_file, _leave_a_wal, _cut_the_file, _miscount, _lose_a_key, _name_another])
def test_what_is_not_whole_is_not_published(home, harm):
    good = publish(home, small_rows("1.5"))
    with home.locked():
        draft, manifest = _draft(home)
        harm(draft, manifest)
        with pytest.raises(ReleaseError):
            draft.publish(manifest)
        draft.discard()
    assert current_release(home) == good
    assert _value(home) == "1.5000"
    assert _hidden(home) == []


def test_a_release_is_begun_under_the_lock(home):
    home.ensure()
    with pytest.raises(ReleaseError, match="locked"):
        begin_release(home)


BUILD_AND_DIE = """
import os, signal, sys
from pathlib import Path
from tests.warehouse.support import small_rows
from warehouse.home import Home
from tests.warehouse.made import build_warehouse
from warehouse.release import begin_release
home = Home(Path(sys.argv[1]))
with home.locked():
    draft = begin_release(home)
    build_warehouse(draft.database, small_rows("9.5"))
    if sys.argv[2] == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    print("held", flush=True)
    sys.stdin.read()
"""


def _child(home, what):
    return subprocess.Popen(
        [sys.executable, "-c", BUILD_AND_DIE, str(home.root), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_killed_build_leaves_the_release_and_is_cleaned_at_the_next_start(home):
    publish(home, small_rows("1.5"))
    with _child(home, "die") as child:
        assert child.wait() == -signal.SIGKILL
    assert len(_hidden(home)) == 1
    assert _value(home) == "1.5000"
    assert len(list_releases(home)) == 1
    (home.releases / ".current-1").symlink_to("nowhere")
    (home.releases / ".removing-20200101T000000-000000").mkdir()
    publish(home, small_rows("2.5"))
    assert _hidden(home) == []
    assert _value(home) == "2.5000"


def test_two_runs_do_not_interleave(home):
    release = publish(home, small_rows("1.5"))
    with _child(home, "hold") as child:
        assert child.stdout.readline() == "held\n"
        with pytest.raises(HomeLockedError, match=f"process {child.pid};"), home.locked():
            pass
        with pytest.raises(HomeLockedError):
            rollback(home, release.release_id)
        assert _value(home) == "1.5000"
        child.stdin.close()
    with home.locked():
        pass


def test_the_lock_nests_in_a_thread_and_holds_out_others(home):
    refused = []

    def other():
        try:
            with home.locked():
                pass
        except HomeLockedError as problem:
            refused.append(str(problem))

    with home.locked():
        with home.locked():
            pass
        assert home.is_held()
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert str(os.getpid()) in refused[0]
    assert not home.is_held()
    other()
    assert len(refused) == 1


def test_readers_never_see_a_torn_release(home):
    """Readers ask through the link while it is swapped back and forth."""
    first, second = publish(home, small_rows("1.5")), publish(home, small_rows("2.5"))
    stop, seen, failed = threading.Event(), set(), []

    def read():
        while not stop.is_set():
            try:
                manifest = json.loads((home.current / "manifest.json").read_text("utf-8"))
                seen.add(manifest["release_id"])
            except (OSError, ValueError) as problem:
                failed.append(problem)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for _ in range(40):
        rollback(home, first.release_id)
        rollback(home, second.release_id)
    stop.set()
    for reader in readers:
        reader.join()
    assert failed == []
    assert seen <= {first.release_id, second.release_id}
    assert seen

"""Old releases removed, a home backed up and restored by the documented commands, and one of an older version taken over."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.command.support import fascicle, queried
from tests.shared import BUNDLED, ROOT
from warehouse.home import Home
from warehouse.release import current_release, list_releases

READER = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); sys.stdin.read()"


def copies(published: Path, home: Path, count: int) -> list[str]:
    """A home whose release stands there so many times, under names of its own; the last is the current one."""
    shutil.copytree(published, home, symlinks=True)
    (first,) = list_releases(Home(home))
    names = [first.release_id]
    for number in range(1, count):
        name = f"2999010{number}T000000-000000"
        shutil.copytree(first.path, home / "releases" / name)
        manifest = home / "releases" / name / "manifest.json"
        manifest.write_text(manifest.read_text().replace(first.release_id, name))
        names.append(name)
    assert fascicle(home, "releases", "rollback", names[-1]).exit_code == 0
    return names


def test_prune_keeps_the_newest_the_current_and_those_being_read(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    names = copies(published, home, 4)
    (home / "staging" / f"{'0' * 64}-of_older_code.stage").write_bytes(b"")
    (home / "archive" / "00").mkdir()
    (home / "archive" / "00" / f"{'0' * 64}.txt").write_bytes(b"text")
    database = home / "releases" / names[1] / "fascicle.duckdb"
    with subprocess.Popen([sys.executable, "-c", READER, str(database)], stdin=-1, stdout=-1) as reader:
        assert reader.stdout is not None and reader.stdout.readline()
        done = fascicle(home, "releases", "prune", "--keep", "1")
        assert done.exit_code == 0 and "removed 2 releases, 1 staged documents, 0 originals" in done.output, done.output
        assert {one.release_id for one in list_releases(Home(home))} == {names[1], names[3]}
        reader.communicate()
    done = fascicle(home, "releases", "prune", "--keep", "1", "--originals")
    assert "removed 1 releases, 0 staged documents, 1 originals" in done.output
    assert [one.release_id for one in list_releases(Home(home))] == [names[3]]
    assert fascicle(home, "run", str(BUNDLED)).exit_code == 0
    assert fascicle(home, "releases", "prune", "--keep", "0").exit_code == 2


def test_verify_names_what_is_damaged(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    names = copies(published, home, 2)
    assert fascicle(home, "releases", "verify").exit_code == 0
    (home / "releases" / names[0] / "parquet" / "mart_cell.parquet").write_bytes(b"PAR1")
    told = fascicle(home, "releases", "verify")
    assert told.exit_code == 1 and f"{names[0]}  damaged: parquet/mart_cell.parquet" in told.output
    assert fascicle(home, "releases", "verify", names[1]).exit_code == 0


def test_the_documented_commands_back_up_and_restore(published: Path, tmp_path: Path) -> None:
    documented = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.S)
    assert len(documented) == 2
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for commands, home in zip(documented, (published, tmp_path / "restored"), strict=True):
        variables = {"FASCICLE_HOME": str(home), "BACKUP": str(tmp_path / "backup.tar.gz"), "PATH": programs}
        done = subprocess.run(
            ["sh", "-e", "-c", commands], env={**os.environ, **variables}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    before, after = (current_release(Home(home)) for home in (published, tmp_path / "restored"))
    assert before is not None and after is not None and after.manifest == before.manifest
    assert queried(tmp_path / "restored", "SELECT count(*) AS n FROM mart_cell") == [{"n": 822}]


def test_a_home_of_an_older_version_is_taken_over(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    (old,) = list_releases(Home(home))
    with duckdb.connect(str(old.database)) as connection:
        connection.execute("DROP TABLE mart_unread_symbol")
        connection.execute("CREATE TABLE mart_of_older_version AS SELECT 1 AS n")
    manifest = old.manifest
    for key in ("row_counts", "table_hashes"):
        del manifest[key]["mart_unread_symbol"]
    del manifest["files"]
    manifest["versions"]["code"], manifest["input_key"] = "of_older_code", "of_older_code"
    (old.path / "manifest.json").write_text(json.dumps(manifest))
    shutil.rmtree(home / "staging")
    assert fascicle(home, "status").exit_code == 0
    done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0 and "1 parsed" in done.output, done.output
    first, second = list_releases(Home(home))
    assert second.is_current and first.release_id == old.release_id
    there = current_release(Home(published))
    assert there is not None and second.manifest["content_hash"] == there.manifest["content_hash"]
    assert fascicle(home, "releases", "compare", first.release_id).exit_code == 0
    assert fascicle(home, "releases", "rollback", first.release_id).exit_code == 0
    assert queried(home, "SELECT n FROM mart_of_older_version") == [{"n": 1}]

"""Old releases removed, a home backed up and restored by the documented commands, and one of an older version taken over."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb

from tests.command.support import fascicle, queried
from tests.operate.instances import documented_commands, run_commands
from tests.shared import BUNDLED
from warehouse.home import Home
from warehouse.release import Release, current_release, list_releases
from warehouse.tables import TABLES

FIRST = Path(__file__).parent / "first_version"
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
    needed = {document["source_sha256"] for document in list_releases(Home(home))[0].manifest["documents"]}
    gone = [path for path in (home / "archive").glob("*/*.*") if path.stem not in needed]
    done = fascicle(home, "releases", "prune", "--keep", "1", "--originals")
    assert f"removed 1 releases, 0 staged documents, {len(gone)} originals" in done.output
    assert gone and not any(path.exists() for path in gone)
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


def test_a_home_restored_elsewhere_is_whole(published: Path, tmp_path: Path) -> None:
    home, restored, backup = tmp_path / "home", tmp_path / "elsewhere" / "restored", str(tmp_path / "backup.tar.gz")
    first, second = copies(published, home, 2)
    (home / "landing" / BUNDLED.name).write_bytes(BUNDLED.read_bytes())
    back_up, restore, *_ = documented_commands()
    run_commands(back_up, FASCICLE_HOME=str(home), BACKUP=backup)
    before = [(one.release_id, one.manifest, one.is_current) for one in list_releases(Home(home))]
    home.rename(tmp_path / "gone")
    run_commands(restore, FASCICLE_HOME=str(restored), BACKUP=backup)
    assert [(one.release_id, one.manifest, one.is_current) for one in list_releases(Home(restored))] == before
    told = json.loads(fascicle(restored, "status", "--json").output)
    assert (told["current_release"], told["damaged"], len(told["documents"])) == (second, [], 1)
    assert queried(restored, "SELECT count(*) AS n FROM mart_cell") == [{"n": 822}]
    again = fascicle(restored, "run", str(restored / "landing"))
    assert again.exit_code == 0 and f"release {second} holds exactly" in again.output, again.output
    assert "(0 parsed, 1 unchanged)" in again.output
    assert fascicle(restored, "releases", "rollback", first).exit_code == 0
    assert queried(restored, "SELECT count(*) AS n FROM mart_cell") == [{"n": 822}]
    assert fascicle(restored, "releases", "verify").exit_code == 0


def first_tables() -> dict[str, list[str]]:
    """Tables of the first version that was kept, with their columns."""
    tables: dict[str, str] = json.loads((FIRST / "tables.json").read_text("utf-8"))
    return {name: columns.split() for name, columns in tables.items()}


def test_no_table_or_column_of_the_first_version_is_gone() -> None:
    declared = {table.name: set(table.column_names) for table in TABLES}
    gone = {name: sorted(set(columns) - declared.get(name, set())) for name, columns in first_tables().items()}
    assert not {name: columns for name, columns in gone.items() if columns}


def made_old(release: Release) -> None:
    """The release as the first version would have left it: its tables and columns, the view that explains, its manifest."""
    tables, old = first_tables(), release.path / "old.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute(f"ATTACH '{release.database}' AS new (READ_ONLY)")
        for name, columns in tables.items():
            connection.execute(f"CREATE TABLE {name} AS SELECT {', '.join(columns)} FROM new.{name}")
        connection.execute("DETACH new")
        connection.execute(f"CREATE VIEW v_claim_place AS {(FIRST / 'v_claim_place.sql').read_text('utf-8')}")
    old.replace(release.database)
    for path in (release.path / "parquet").iterdir():
        if path.stem not in tables:
            path.unlink()
    manifest = release.manifest
    for key in ("row_counts", "table_hashes"):
        manifest[key] = {name: manifest[key][name] for name in tables}
    for name in ("mart_cell", "mart_finding"):  # fewer columns, so another hash
        manifest["table_hashes"][name] = "0" * 64
    del manifest["files"], manifest["rules"]
    manifest["versions"]["code"], manifest["input_key"] = "of_older_code", "of_older_code"
    (release.path / "manifest.json").write_text(json.dumps(manifest))


def test_a_home_of_an_older_version_is_taken_over(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    (old,) = list_releases(Home(home))
    made_old(old)
    shutil.rmtree(home / "staging")
    finding = reads_well(home, old.release_id)
    done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0 and "1 parsed" in done.output, done.output
    first, second = list_releases(Home(home))
    assert second.is_current and first.release_id == old.release_id
    there = current_release(Home(published))
    assert there is not None and second.manifest["content_hash"] == there.manifest["content_hash"]
    compared = fascicle(home, "releases", "compare", first.release_id)
    assert compared.exit_code == 0 and "mart_vote" in compared.output and "mart_cell" in compared.output
    assert "added" not in compared.output and "removed" not in compared.output
    assert "There is no earlier release" not in (second.path / "report" / "index.html").read_text("utf-8")
    assert fascicle(home, "releases", "rollback", first.release_id).exit_code == 0
    assert reads_well(home, first.release_id) == finding


def reads_well(home: Path, release_id: str) -> str:
    """Every verb that reads answers from this release; the first finding."""
    listed = fascicle(home, "releases")
    assert listed.exit_code == 0 and f"* {release_id}" in listed.output
    told = json.loads(fascicle(home, "status", "--json").output)
    assert (told["current_release"], len(told["documents"])) == (release_id, 1)
    findings = json.loads(fascicle(home, "findings", "--json").output)
    finding = str(findings[0]["finding_id"])
    for verb in (["findings"], ["explain", finding], ["search", "预算"], ["releases", "verify"]):
        answer = fascicle(home, *verb)
        assert answer.exit_code == 0, f"{verb}: {answer.output}{answer.exception}"
    assert queried(home, "SELECT count(*) AS n FROM mart_cell") == [{"n": 822}]
    return finding

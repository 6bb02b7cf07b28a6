"""Releases: built out of sight, swapped in atomically, kept, compared, rolled back.

A release is built in ``releases/.building-<id>``, renamed when whole, and becomes the current one
by replacing a relative symbolic link. Readers see the old release or the new one, nothing between;
a reader that holds the old file keeps it. One process at a time changes a home.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from warehouse.file_hash import file_sha256
from warehouse.home import Home, HomeLockedError, ReleaseError
from warehouse.json_text import in_lines
from warehouse.schema.declare import STORAGE

Manifest = dict[str, Any]
REQUIRED_KEYS = ("release_id", "created_at", "content_hash", "table_hashes", "documents", "row_counts", "versions")
__all__ = [
    "Home",
    "HomeLockedError",
    "Manifest",
    "Release",
    "ReleaseDifference",
    "ReleaseDraft",
    "ReleaseError",
    "begin_release",
    "clean_leftovers",
    "compare",
    "current_release",
    "damage",
    "find_release",
    "is_read",
    "list_releases",
    "list_releases_beside",
    "new_manifest",
    "prune",
    "rollback",
]

READABLE_BY = {"duckdb": f">={STORAGE.removeprefix('v')},!=1.4.0"}
"""Versions that were seen to read every table and view of a release; earlier ones cannot open it, and 1.4.0 fails at three of
its views."""

_ID_FORMAT = "%Y%m%dT%H%M%S-%f"
_BUILDING, _REMOVING, _LINKING = ".building-", ".removing-", ".current-"


@dataclass(frozen=True, slots=True)
class Release:
    """A finished release: identifier, folder, manifest."""

    release_id: str
    path: Path
    manifest: Manifest
    is_current: bool

    @property
    def database(self) -> Path:
        """The DuckDB file, by the folder's own name, never through the link."""
        return self.path / "fascicle.duckdb"


@dataclass(frozen=True, slots=True)
class ReleaseDraft:
    """A release being built; nobody sees it before ``publish``."""

    home: Home
    release_id: str
    path: Path

    @property
    def database(self) -> Path:
        """Where the DuckDB file is built."""
        return self.path / "fascicle.duckdb"

    @property
    def parquet(self) -> Path:
        """Folder of the Parquet files."""
        return self.path / "parquet"

    @property
    def report(self) -> Path:
        """Folder of the report; its first page is index.html."""
        return self.path / "report"

    def publish(self, manifest: Manifest) -> Release:
        """Write the manifest, make the folder a release and the current one.

        Raises ReleaseError when the manifest lacks a key or names another release, or the file
        isn't whole; the current release then stays as it is.
        """
        missing = [key for key in REQUIRED_KEYS if key not in manifest]
        if missing:
            raise ReleaseError(f"the manifest lacks {', '.join(missing)}")
        if manifest["release_id"] != self.release_id:
            raise ReleaseError(f"the manifest is of release {manifest['release_id']}, not {self.release_id}")
        _require_whole(self.database, manifest["row_counts"])
        manifest = {**manifest, "files": _file_hashes(self.path)}
        with self.home.locked():
            text = in_lines(manifest, sort_keys=True) + "\n"
            (self.path / "manifest.json").write_text(text, "utf-8")
            _sync(self.path)
            final = self.home.releases / self.release_id
            self.path.rename(final)
            _point_current(self.home, self.release_id)
        return Release(self.release_id, final, manifest, True)

    def discard(self) -> None:
        """Remove what was built, as when the gate refuses."""
        shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class ReleaseDifference:
    """What changed from one release to another, by table and document."""

    row_counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    changed_tables: tuple[str, ...] = ()
    documents_added: tuple[str, ...] = ()
    documents_removed: tuple[str, ...] = ()
    documents_changed: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """True when nothing published differs."""
        return not (self.changed_tables or self.documents_added or self.documents_removed or self.documents_changed)


def new_manifest(
    release_id: str,
    *,
    table_hashes: Mapping[str, str],
    documents: Sequence[Mapping[str, Any]],
    row_counts: Mapping[str, int],
    code_version: str,
    vocabulary_version: str,
    **more: Any,
) -> Manifest:
    """The manifest of a release: the contract's keys, ``table_hashes``, and ``more`` as given.

    ``documents`` are rows of mart_document, of which identity and hash are kept. ``more`` has to
    be JSON.
    """
    import duckdb

    from warehouse.load import combine_hashes

    kept = ("document_id", "symbol", "language", "format", "source_sha256")
    ordered = sorted(documents, key=lambda document: str(document["document_id"]))
    return {
        **more,
        "readable_by": READABLE_BY,
        "release_id": release_id,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "content_hash": combine_hashes(table_hashes),
        "table_hashes": dict(table_hashes),
        "documents": [{key: document.get(key) for key in kept} for document in ordered],
        "row_counts": dict(row_counts),
        "versions": {"code": code_version, "vocabulary": vocabulary_version, "duckdb": duckdb.__version__},
    }


def _require_whole(database: Path, row_counts: Mapping[str, int]) -> None:
    """Raise ReleaseError unless the file is closed, checkpointed and has the rows it should."""
    import duckdb

    from warehouse.query import READ_ONLY_CONFIG
    from warehouse.schema.declare import quote_identifier

    if not database.is_file():
        raise ReleaseError(f"no warehouse was built at {database}")
    if database.with_name(database.name + ".wal").exists():
        raise ReleaseError(f"{database} was not checkpointed and closed")
    counting = " UNION ALL ".join(f"SELECT count(*) FROM {quote_identifier(name)}" for name in row_counts)
    if not counting:
        raise ReleaseError("the manifest counts no table")
    try:
        with duckdb.connect(str(database), read_only=True, config=READ_ONLY_CONFIG) as connection:
            found = [int(row[0]) for row in connection.execute(counting).fetchall()]
    except duckdb.Error as problem:
        raise ReleaseError(f"{database} can't be read back: {problem}") from problem
    for (name, expected), count in zip(row_counts.items(), found, strict=True):
        if count != expected:
            raise ReleaseError(f"{name} has {count} rows, the manifest says {expected}")


def _file_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the data files of a release, by their names in its folder; reports are for reading, not for reckoning."""
    found = {}
    for path in (folder / "fascicle.duckdb", *sorted((folder / "parquet").glob("*.parquet"))):
        found[path.relative_to(folder).as_posix()] = file_sha256(path)
    return found


def damage(release: Release) -> tuple[str, ...]:
    """Names of the release's files that are missing or hold other bytes than were published; empty when it is whole.

    Releases of versions that kept no hashes are taken as whole.
    """
    expected: dict[str, str] = release.manifest.get("files", {})
    try:
        found = _file_hashes(release.path)
    except OSError:
        found = {}
    return tuple(name for name, sha256 in expected.items() if found.get(name) != sha256)


def _sync(folder: Path) -> None:
    """Put the folder's files on disk, so that a power cut after the swap finds them whole.

    A file that is linked from the last release was put there with it.
    """
    for path in (*sorted(folder.rglob("*")), folder):
        told = path.stat()
        if stat.S_ISREG(told.st_mode) and told.st_nlink > 1:
            continue
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _point_current(home: Home, release_id: str) -> None:
    """Swap the link in one step: a new link replaces the old under its name."""
    temporary = home.releases / f"{_LINKING}{os.getpid()}"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(release_id, target_is_directory=True)
    temporary.replace(home.current)
    handle = os.open(home.releases, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _new_release_id(home: Home) -> str:
    """Time to the microsecond, later than every release there is, even when the clock went back."""
    now = datetime.now(UTC).replace(tzinfo=None)
    for path in home.releases.iterdir():
        try:
            taken = datetime.strptime(path.name, _ID_FORMAT)
        except ValueError:
            continue
        now = max(now, taken + timedelta(microseconds=1))
    return now.strftime(_ID_FORMAT)


def clean_leftovers(home: Home) -> tuple[str, ...]:
    """Remove what a killed run left half built or half removed; returns the names removed."""
    with home.locked():
        names = []
        for path in sorted(home.releases.iterdir()):
            if path.name.startswith(_LINKING):
                path.unlink()
            elif path.name.startswith((_BUILDING, _REMOVING)):
                shutil.rmtree(path)
            else:
                continue
            names.append(path.name)
        return tuple(names)


def begin_release(home: Home) -> ReleaseDraft:
    """A new draft in a folder of its own; clears leftovers of killed runs first.

    To be called within ``home.locked()``, held until the draft is published or discarded: another
    run would take the draft for a leftover. Raises ReleaseError when it isn't held.
    """
    if not home.is_held():
        raise ReleaseError("a release is begun within home.locked()")
    clean_leftovers(home)
    release_id = _new_release_id(home)
    path = home.releases / f"{_BUILDING}{release_id}"
    path.mkdir()
    draft = ReleaseDraft(home, release_id, path)
    draft.parquet.mkdir()
    draft.report.mkdir()
    return draft


def _current_id(home: Home) -> str | None:
    try:
        return home.current.readlink().name
    except OSError:
        return None


def _read_release(path: Path, current: str | None) -> Release | None:
    try:
        manifest = json.loads((path / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return Release(path.name, path, manifest, path.name == current)


def list_releases(home: Home) -> tuple[Release, ...]:
    """Every finished release, oldest first; empty when the home doesn't exist."""
    if not home.releases.is_dir():
        return ()
    current = _current_id(home)
    folders = (p for p in sorted(home.releases.iterdir()) if p.is_dir() and not p.is_symlink() and p.name[0] != ".")
    return tuple(release for folder in folders if (release := _read_release(folder, current)) is not None)


def list_releases_beside(release: Release) -> tuple[Release, ...]:
    """Every finished release of the home that a release is in, itself among them, oldest first."""
    return list_releases(Home(release.path.parent.parent))


def current_release(home: Home) -> Release | None:
    """The release that readers see; None when there is none.

    Raises ReleaseError when the link leads to no whole release.
    """
    current = _current_id(home)
    if current is None:
        return None
    release = _read_release(home.releases / current, current)
    if release is None:
        raise ReleaseError(f"{home.current} leads to {current}, which is no whole release; see `fascicle releases`")
    return release


def find_release(home: Home, release_id: str) -> Release:
    """The release of that identifier, or of ``current``, or of a beginning that only one has.

    Raises ReleaseError when none or several match.
    """
    releases = list_releases(home)
    if release_id == "current":
        releases = tuple(release for release in releases if release.is_current)
    elif release_id not in {release.release_id for release in releases}:
        releases = tuple(release for release in releases if release_id and release.release_id.startswith(release_id))
    else:
        releases = tuple(release for release in releases if release.release_id == release_id)
    if len(releases) != 1:
        raise ReleaseError(f"{'no release is' if not releases else 'several releases are'} called {release_id!r}")
    return releases[0]


def rollback(home: Home, release_id: str) -> Release:
    """Make an older (or newer) release the current one; nothing is removed.

    Raises ReleaseError when there is no such release, HomeLockedError when a run is under way.
    """
    with home.locked():
        release = find_release(home, release_id)
        _point_current(home, release.release_id)
    return Release(release.release_id, release.path, release.manifest, True)


def compare(home: Home, old_id: str, new_id: str) -> ReleaseDifference:
    """What changed from one release to another: row counts (old, new) of the tables that changed,
    documents added, removed and read from other bytes.

    Raises ReleaseError when there is no such release.
    """
    old, new = find_release(home, old_id).manifest, find_release(home, new_id).manifest
    old_hashes: dict[str, Any] = old["table_hashes"]
    new_hashes: dict[str, Any] = new["table_hashes"]
    tables = sorted(old_hashes.keys() | new_hashes.keys())
    changed = tuple(table for table in tables if old_hashes.get(table) != new_hashes.get(table))
    before, after = (
        {str(d["document_id"]): str(d["source_sha256"]) for d in manifest["documents"]} for manifest in (old, new)
    )
    return ReleaseDifference(
        row_counts={table: (old["row_counts"].get(table, 0), new["row_counts"].get(table, 0)) for table in changed},
        changed_tables=changed,
        documents_added=tuple(sorted(after.keys() - before.keys())),
        documents_removed=tuple(sorted(before.keys() - after.keys())),
        documents_changed=tuple(sorted(d for d in before.keys() & after.keys() if before[d] != after[d])),
    )


def is_read(release: Release) -> bool:
    """True while another process of this machine has the release's file open in DuckDB, which locks what it reads."""
    try:
        with release.database.open("rb+") as handle:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return True
    except OSError:
        return False
    return False


def prune(home: Home, keep: int) -> tuple[str, ...]:
    """Remove all but the newest ``keep`` releases, the current one and those being read; returns those removed.

    A reader on another machine that holds a removed file goes on reading it. Raises ValueError when ``keep`` < 1.
    """
    if keep < 1:
        raise ValueError("keep at least one release")
    with home.locked():
        old = list_releases(home)[:-keep]
        removed = [release for release in old if not release.is_current and not is_read(release)]
        for release in removed:
            # Renamed first: a kill in the middle leaves a leftover, not half a release.
            doomed = home.releases / f"{_REMOVING}{release.release_id}"
            release.path.rename(doomed)
            shutil.rmtree(doomed)
    return tuple(release.release_id for release in removed)

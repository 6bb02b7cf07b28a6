"""Prune a home: old releases, rows staged by older code, originals that no kept release needs."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.run import staging_files
from warehouse.home import Home
from warehouse.release import list_releases, prune


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed: identifiers of releases, numbers of staged documents and of originals."""

    releases: tuple[str, ...]
    stages: int
    originals: int


def prune_home(home: Home, keep: int, *, with_originals: bool = False) -> Removed:
    """Keep the newest ``keep`` releases, the current one and those being read.

    Originals stay unless asked for; those of documents that lie in quarantine or wait in the landing folder stay there.
    Raises HomeLockedError when a run is under way, ValueError when ``keep`` < 1.
    """
    with home.locked():
        removed = prune(home, keep)
        stages = staging_files.sweep(home.staging, ())
        originals = _prune_originals(home) if with_originals else 0
    return Removed(removed, stages, originals)


def _prune_originals(home: Home) -> int:
    kept = {document["source_sha256"] for release in list_releases(home) for document in release.manifest["documents"]}
    gone = [path for path in home.archive.glob("*/*.*") if path.stem not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)

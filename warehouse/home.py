"""The home: the folder that holds everything a run writes, and the lock that lets one run at a time use it.

Its layout is part of the published contract::

    landing/  quarantine/  archive/  staging/
    releases/<id>/fascicle.duckdb  parquet/<table>.parquet  manifest.json  report/index.html
    releases/current -> <id>
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# Homes locked in this process: the thread that holds each, and how many times over.
_HELD: dict[Path, tuple[int, int]] = {}
_HELD_GUARD = threading.Lock()


class ReleaseError(RuntimeError):
    """A release that can't be made, found or swapped in."""


class HomeLockedError(ReleaseError):
    """Another run is changing this home."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds everything a run writes."""

    root: Path

    @property
    def landing(self) -> Path:
        """What comes in."""
        return self.root / "landing"

    @property
    def quarantine(self) -> Path:
        """What was refused, under its own name, with the reason beside it."""
        return self.root / "quarantine"

    @property
    def archive(self) -> Path:
        """Originals by hash."""
        return self.root / "archive"

    @property
    def staging(self) -> Path:
        """Parsed documents by hash."""
        return self.root / "staging"

    @property
    def releases(self) -> Path:
        """Releases, and the link to the current one."""
        return self.root / "releases"

    @property
    def current(self) -> Path:
        """The link to the current release; it need not exist."""
        return self.releases / "current"

    @property
    def register(self) -> Path:
        """The register of known discrepancies, where no other file is named; it need not exist."""
        return self.root / "register.toml"

    @property
    def refused_findings(self) -> Path:
        """Findings of the last draft that the gate refused, as JSON; gone once a draft was published."""
        return self.root / "refused_findings.json"

    @property
    def lock_path(self) -> Path:
        """File that the running process holds locked; it has the process's number in it."""
        return self.root / ".lock"

    def ensure(self) -> Home:
        """Make the folders that are missing; returns the home itself. Raises ReleaseError for a path DuckDB cannot use."""
        path = str(self.root.absolute())
        if "?" in path or not path.isprintable():
            raise ReleaseError(
                f"{path!a} cannot be a home: DuckDB opens no file where a folder's name has a question mark or bytes that "
                "are no UTF-8; give another --home"
            )
        for folder in (self.landing, self.quarantine, self.archive, self.staging, self.releases):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the home against other runs; may be nested within one thread.

        The lock is the kernel's, so it ends with the process however that ends. Raises
        HomeLockedError, naming the other process, when the home is held.
        """
        self.ensure()
        key, me = self.root.resolve(), threading.get_ident()
        with _HELD_GUARD:
            owner, depth = _HELD.get(key, (me, 0))
            handle = None if depth and owner == me else self._take_lock()
            _HELD[key] = (me, depth + 1)
        try:
            yield
        finally:
            with _HELD_GUARD:
                if depth:
                    _HELD[key] = (me, depth)
                else:
                    del _HELD[key]
                if handle is not None:
                    os.truncate(handle, 0)
                    os.close(handle)

    def is_held(self) -> bool:
        """True within ``locked()`` of this thread."""
        owner, depth = _HELD.get(self.root.resolve(), (0, 0))
        return depth > 0 and owner == threading.get_ident()

    def is_in_use(self) -> bool:
        """True while a run, in any process, holds the home."""
        try:
            handle = os.open(self.lock_path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def _take_lock(self) -> int:
        handle = os.open(self.lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        if not _locks(handle):
            other = os.read(handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(handle)
            raise HomeLockedError(
                f"{self.root} is in use by process {other}; wait for it to end, or give another --home"
            )
        os.truncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        return handle


def _locks(handle: int) -> bool:
    """Take the lock; tried a few times, because who asks whether a home is in use holds it for a moment."""
    for attempt in range(4):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if attempt < 3:
                time.sleep(0.02)
        else:
            return True
    return False

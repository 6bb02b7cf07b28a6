"""SHA-256 of files, each read once by a process as long as it stays as it is: a release is hashed in several places."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

_SETTLED = 1_000_000_000
"""Nanoseconds after which a further change of a file shows in its time."""
_MOST = 100_000
Mark = tuple[int, int, int, int]
"""What changes with the content of a file, however many links lead to it."""
FOUND: dict[Mark, str] = {}
"""Hashes of files as they were when they were read, in this process or, as far as a home keeps them, in one before."""
ASKED: set[Mark] = set()
"""Those that were asked for in this process."""


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; links of one file are read once. Raises OSError when it can't be read."""
    with path.open("rb") as file:
        told = path.stat()
        key = (told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns)
        if (known := FOUND.get(key)) is not None:
            ASKED.add(key)
            return known
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if is_settled(told.st_mtime_ns):
        if len(FOUND) >= _MOST:
            FOUND.clear()
            ASKED.clear()
        FOUND[key] = found
        ASKED.add(key)
    return found


def is_settled(changed: int) -> bool:
    """True where a further change of a file that was changed at this time, in nanoseconds, shows in its time."""
    return time.time_ns() - changed > _SETTLED

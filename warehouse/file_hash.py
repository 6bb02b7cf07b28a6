"""SHA-256 of files, each read once by a process as long as it stays as it is: a release is hashed in several places."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

_SETTLED = 1_000_000_000
"""Nanoseconds after which a further change of a file shows in its time."""
_MOST = 100_000
_found: dict[tuple[int, int, int, int], str] = {}


def file_sha256(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; links of one file are read once. Raises OSError when it can't be read."""
    with path.open("rb") as file:
        told = path.stat()
        key = (told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns)
        if (known := _found.get(key)) is not None:
            return known
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if time.time_ns() - told.st_mtime_ns > _SETTLED:
        if len(_found) >= _MOST:
            _found.clear()
        _found[key] = found
    return found

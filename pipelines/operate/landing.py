"""Watch the landing folder: one run for each change of its content, none while files are still coming in."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.ingest.land import fitting
from warehouse.file_hash import file_sha256


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of the folder. ``files`` holds size in bytes, mtime in ns and sha256 by path in the folder.

    ``started`` is the digest of the content that a run was last asked for, ``changes`` the number of runs asked for.
    """

    files: dict[str, tuple[int, int, str]] = field(default_factory=dict)
    started: str = ""
    changes: int = 0

    @property
    def digest(self) -> str:
        """Hash of names and content, whatever the times; empty for an empty folder."""
        if not self.files:
            return ""
        content = [(name, sha256) for name, (_, _, sha256) in sorted(self.files.items())]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    @property
    def run_key(self) -> str:
        """Key of the run last asked for; content that comes back after another has a key of its own."""
        return f"{self.changes}-{self.started[:16]}"

    def to_text(self) -> str:
        """As a cursor."""
        return json.dumps({"files": self.files, "started": self.started, "changes": self.changes})


def from_text(cursor: str | None) -> Watched:
    """What a cursor says; nothing seen yet for none, or for one that cannot be read."""
    try:
        data: dict[str, Any] = json.loads(cursor or "{}")
        files = {name: (int(size), int(mtime), str(sha)) for name, (size, mtime, sha) in data.get("files", {}).items()}
        return Watched(files, str(data.get("started", "")), int(data.get("changes", 0)))
    except (ValueError, TypeError, AttributeError):
        return Watched()


def look(folder: Path, before: Watched) -> tuple[Watched, bool]:
    """What is in the folder now, and whether a run is to start.

    Only files whose size or time changed are read again. A run starts once two looks in a row found the same
    files, so that a folder being copied starts one run, not one for each file.
    """
    files: dict[str, tuple[int, int, str]] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in Path(name).parts):
            continue
        try:
            if path.is_symlink() or not path.is_file():
                continue
            found = path.stat()
            known = before.files.get(name)
            is_known = known is not None and known[:2] == (found.st_size, found.st_mtime_ns)
            sha256 = known[2] if known is not None and is_known else file_sha256(path)
        except OSError:
            continue  # it vanished, or cannot be read yet: another look will tell
        files[name] = (found.st_size, found.st_mtime_ns, sha256)
    now = Watched(files, before.started, before.changes)
    is_due = bool(files) and files == before.files and now.digest != before.started
    return (Watched(files, now.digest, before.changes + 1), True) if is_due else (now, False)


def copy_into(folder: Path, landing: Path) -> tuple[int, int]:
    """Copy an edition's files into the landing folder, each whole or not at all; numbers of copied and of same files.

    Raises FileNotFoundError when the folder is none, FileExistsError when a file of that name holds something else.
    """
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; name the folder that holds the edition")
    sources = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith(".")]
    for path in sources:
        target = landing / path.relative_to(folder)
        if target.exists() and file_sha256(target) != file_sha256(path):
            raise FileExistsError(f"{target}: has other content than {path}; remove one of them")
    copied = 0
    for path in sources:
        target = landing / path.relative_to(folder)
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{fitting(target.name)}.part")
        part.write_bytes(path.read_bytes())
        part.replace(target)
        copied += 1
    return copied, len(sources) - copied

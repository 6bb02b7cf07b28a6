"""Run marker: written when a run starts, closed when it ends. An open marker means that the run was killed."""

from __future__ import annotations

import json
import os
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.ingest.land import write_whole
from warehouse.home import Home

FILE_NAME = "under_way.json"
_A_DAY = 24 * 3600.0


def begin(home: Path, run_id: str) -> None:
    """Note that a run has begun; the steps of one run, in whatever process, note it once, also those after its end."""
    if (_read(home) or {}).get("run_id") == run_id:
        return
    _forget_old_steps(home / "staging" / "steps")
    started = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    write_whole(
        home / FILE_NAME, json.dumps({"run_id": run_id, "process": os.getpid(), "started_at": started}).encode()
    )


def _forget_old_steps(steps: Path) -> None:
    """Values that steps of runs of earlier days handed on; a run that goes on in another process still needs its own."""
    for folder in [path for path in steps.glob("*") if path.is_dir() and time.time() - path.stat().st_mtime > _A_DAY]:
        shutil.rmtree(folder, ignore_errors=True)


def ended(home: Path) -> None:
    """Close the marker: the run has recorded how it ended."""
    if told := _read(home):
        write_whole(home / FILE_NAME, json.dumps({**told, "is_ended": True}).encode())


def is_of(home: Path, run_id: str) -> bool:
    """True when this run was the last to begin, so that whoever holds the home is a step of it."""
    return bool(run_id) and (_read(home) or {}).get("run_id") == run_id


def unfinished(home: Path) -> dict[str, Any] | None:
    """The run that is under way or was cut off, None when there is none: when and in which process it began, and
    ``is_running``, whether the home is held now."""
    told = _read(home)
    return None if told is None or told.get("is_ended") else {**told, "is_running": Home(home).is_in_use()}


def _read(home: Path) -> dict[str, Any] | None:
    try:
        told = json.loads((home / FILE_NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None

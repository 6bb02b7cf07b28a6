"""Runs that kill themselves at named points, each a child forked from one process that has imported everything.

Run as ``python -m tests.operate.kill_points HOME SOURCE POINT...``; prints after each point how the child ended.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pipelines.defs  # noqa: F401 - imported before the forks
import warehouse.build
import warehouse.release
from expectations import gx
from pipelines.run.early_steps import Options
from pipelines.run.steps import take_steps


def die(*given: Any, **named: Any) -> None:
    """What a power cut does."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_replacing(suffix: str) -> Any:
    """Dies when a file of this kind is about to get its name."""
    replace = Path.replace

    def replaced(path: Path, target: Path) -> Path:
        if Path(target).name.endswith(suffix):
            die()
        return replace(path, target)

    return patch.object(Path, "replace", replaced)


def die_after(holder: Any, name: str) -> Any:
    """Dies when the function has done its work."""
    original: Callable[..., Any] = getattr(holder, name)

    def done(*given: Any, **named: Any) -> None:
        original(*given, **named)
        die()

    return patch.object(holder, name, done)


POINTS: dict[str, Callable[[], Any]] = {
    "an original is archived": lambda: die_replacing(".txt"),
    "a document is staged": lambda: die_replacing(".stage"),
    "tables are loaded": lambda: die_after(warehouse.build.WarehouseBuild, "finish"),
    "the release has its name": lambda: patch.object(warehouse.release, "_point_current", die),
    "the link is about to be swapped": lambda: die_replacing("current"),
}
UNVALIDATED = ("the release has its name", "the link is about to be swapped")


def main() -> None:
    """A child for each point in turn, on one home."""
    home, source, *points = sys.argv[1:]
    for point in points:
        child = os.fork()
        if child == 0:
            with POINTS[point]():
                if point in UNVALIDATED:  # it takes longest, and changes nothing
                    gx.validate_file = lambda *given, **named: []
                failure = take_steps(Options(Path(home), (source,), is_rebuild=True))
            print(f"{point}: {failure or 'ended'}", flush=True)
            os._exit(0)
        _, ended = os.waitpid(child, 0)
        print(f"{point}: signal {os.WTERMSIG(ended)}" if os.WIFSIGNALED(ended) else f"{point}: alive", flush=True)


if __name__ == "__main__":
    main()

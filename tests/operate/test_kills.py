"""Runs killed at every kind of moment: readers see a whole release, and the next run comes to the same.

``make faults`` does this at random moments; here the moments are chosen.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from benches.whole_runs import status, whole
from tests.command.support import fascicle
from tests.operate.kill_points import POINTS
from tests.shared import BUNDLED, ROOT


def kill(home: Path, source: Path, *points: str) -> None:
    """A run killed at each of the points in turn."""
    command = [sys.executable, "-m", "tests.operate.kill_points", str(home), str(source), *points]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.stdout.splitlines() == [f"{point}: signal 9" for point in points], done.stdout + done.stderr


def test_runs_killed_at_every_stage(published: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    shutil.rmtree(home / "staging")
    shutil.rmtree(home / "archive")
    before, expected = status(home)["current_release"], whole(home)
    kill(home, BUNDLED, *POINTS)
    assert status(home)["current_release"] == before and whole(home) == expected
    cut = status(home)["unfinished_run"]
    assert cut is not None and not cut["is_running"]
    assert "was cut off" in fascicle(home, "status").output
    done = fascicle(home, "run", "--rebuild", str(BUNDLED))
    assert done.exit_code == 0 and "1 unchanged" in done.output, done.output
    assert status(home)["current_release"] != before and whole(home) == expected
    assert status(home)["unfinished_run"] is None
    assert not [path.name for path in (home / "releases").iterdir() if path.name.startswith(".")]

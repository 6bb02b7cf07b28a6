"""Exit codes of the contract, and the way from a finding to its printed lines, through the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.shared import BUNDLED, ROOT

_START = "from pipelines.command import main; main()"


def _fascicle(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _START, *arguments, "--home", str(home)], capture_output=True, text=True, cwd=ROOT
    )


def test_published_quarantined_and_nothing_published(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    home = tmp_path / "home"
    assert _fascicle(home, "run", str(empty)).returncode == 4
    assert _fascicle(home, "run", str(empty), str(BUNDLED)).returncode == 3
    assert (home / "quarantine" / "empty.txt").exists()
    assert _fascicle(home, "run", "--strict", str(BUNDLED)).returncode == 4
    findings = json.loads(_fascicle(home, "findings", "--json").stdout)
    explained = _fascicle(home, "explain", findings[0]["finding_id"])
    assert explained.returncode == 0, explained.stderr
    assert "printed lines" in explained.stdout and "violated" in explained.stdout
    assert _fascicle(home, "query", "SELECT 1 AS one", "--format", "json").stdout.strip().startswith("[")

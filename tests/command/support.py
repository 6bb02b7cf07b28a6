"""The command, called in this process: what it imports is imported once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from pipelines.command import cli


def fascicle(home: Path, *arguments: str, typed: str | None = None) -> Result:
    """What the command answers; ``typed`` is its standard input."""
    return CliRunner().invoke(cli, [*arguments, "--home", str(home)], input=typed)


def queried(home: Path, sql: str) -> list[dict[str, Any]]:
    """Rows of a query on the current release."""
    answer = fascicle(home, "query", sql, "--format", "json")
    assert answer.exit_code == 0, answer.output
    rows: list[dict[str, Any]] = json.loads(answer.output)
    return rows

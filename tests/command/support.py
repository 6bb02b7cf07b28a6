"""The command, called in this process: what it imports is imported once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from click.testing import CliRunner, Result

from pipelines.command import cli


@contextmanager
def _nothing_ahead(function: Callable[..., Any], *modules: str) -> Iterator[None]:
    """In place of ``pipelines.run.subprocess.ahead``: this process keeps the libraries of validation from run to run."""
    yield


@contextmanager
def no_rules() -> Iterator[None]:
    """No rules are judged meanwhile: that takes longest, and what is refused for another reason is refused all the same."""
    with patch("expectations.gx.validate_file", lambda *given, **named: []):
        yield


def fascicle(home: Path, *arguments: str, typed: str | None = None) -> Result:
    """What the command answers; ``typed`` is its standard input.

    Few documents are validated in this process; tests/run/test_door.py starts the command as users do.
    """
    with patch("pipelines.run.subprocess.ahead", _nothing_ahead):
        return CliRunner().invoke(cli, [*arguments, "--home", str(home)], input=typed)


def queried(home: Path, sql: str) -> list[dict[str, Any]]:
    """Rows of a query on the current release."""
    answer = fascicle(home, "query", sql, "--format", "json")
    assert answer.exit_code == 0, answer.output
    rows: list[dict[str, Any]] = json.loads(answer.output)
    return rows

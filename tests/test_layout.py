"""The layout of the code: every package and module says in its first line what lives there."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.shared import ROOT

ROOMS = ("warehouse", "expectations", "pipelines")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LOOSE = {"__init__.py", "__main__.py", "definitions.py"}
"""What may stand at the root of ``pipelines``."""


def _docstring(path: Path) -> str:
    return ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_in_its_first_line_what_it_is(path: Path) -> None:
    """A package says what lives there, a module what it does: one sentence, or a phrase, that ends."""
    first = _docstring(path).split("\n\n")[0]
    assert first, f"{path} has no docstring"
    assert first.rstrip().endswith((".", ":", "?")), f"{path}: {first!r} does not end"


def test_the_root_of_pipelines_holds_only_entry_points() -> None:
    """Stages are packages; only the entry points stand at the root."""
    assert {path.name for path in (ROOT / "pipelines").glob("*.py")} == LOOSE


def test_no_module_is_longer_than_can_be_read_in_one_go() -> None:
    """Six hundred lines at most; most are a third of that."""
    assert {str(path): lines for path in FILES if (lines := len(path.read_text("utf-8").splitlines())) > 600} == {}


def test_a_path_that_rows_depend_on_and_that_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that was renamed must not silently stop invalidating what is kept."""
    from pipelines.run import staging_files

    monkeypatch.setattr(staging_files, "_READS", ("pipelines/nowhere.py",))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        staging_files._source_files()

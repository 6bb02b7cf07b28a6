"""The layout of the code: every package and module says in its first line what lives there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
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


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imported(source: str) -> Iterator[str]:
    """Modules, and what may be modules, that a file imports when it is imported itself."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
            yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def _circle(sources: Iterable[tuple[str, str]]) -> list[str]:
    """Modules that import one another in a circle, given by name and source; none where there is no circle."""
    imports = {name: set(_imported(source)) - {name} for name, source in sources}
    try:
        TopologicalSorter({name: found & imports.keys() for name, found in imports.items()}).prepare()
    except CycleError as problem:
        return list(problem.args[1])
    return []


def test_modules_import_one_another_in_no_circle() -> None:
    assert _circle((_module(path), path.read_text("utf-8")) for path in FILES) == []
    assert len(_circle([("a", "from b import c"), ("b", "import a"), ("c", "import a")])) == 3


def _missing(text: str, files: Iterable[str]) -> list[str]:
    """Python files that a page names and that are not there; names in capitals stand for any."""
    named = re.findall(r"`((?:[\w-]+/)*[a-z_]+\.py)`", text)
    return [name for name in named if not any(f"/{file}".endswith(f"/{name}") for file in files)]


def test_files_that_the_documentation_names_are_there() -> None:
    files = [
        str(path.relative_to(ROOT)) for path in (*FILES, *ROOT.glob("benches/**/*.py"), *ROOT.glob("tests/**/*.py"))
    ]
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert {page.name: missing for page in pages if (missing := _missing(page.read_text("utf-8"), files))} == {}
    assert _missing("`nowhere/build.py` and `warehouse/build.py`", files) == ["nowhere/build.py"]


def test_a_path_that_rows_depend_on_and_that_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that was renamed must not silently stop invalidating what is kept."""
    from pipelines.run import staging_files

    monkeypatch.setattr(staging_files, "_READS", ("pipelines/nowhere.py",))
    with pytest.raises(FileNotFoundError, match="nowhere"):
        staging_files._source_files()

"""How much memory DuckDB is granted, what happens when that is too little, and that freed memory is given back."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from expectations.gx import validate_file
from pipelines.run import publish
from tests.command.support import fascicle
from tests.shared import BUNDLED, ROOT
from warehouse import memory
from warehouse.home import Home
from warehouse.memory import MEMORY_VARIABLE, MemoryShortage
from warehouse.release import current_release


@pytest.mark.parametrize(
    ("granted", "cores", "threads"),
    [
        ("150MB", 16, 2),
        ("1GB", 16, 13),
        ("0.1 gib", 16, 1),
        ("10MB", 4, 1),
        ("2GB", 16, 16),
        ("600000000", 4, 4),
        ("much", 3, 3),
    ],
)
def test_more_cores_are_used_where_there_is_memory_for_them(
    monkeypatch: pytest.MonkeyPatch, granted: str, cores: int, threads: int
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, granted)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    assert memory.threads() == threads


def test_memory_is_given_back_and_all_goes_on(tmp_path: Path) -> None:
    """In a process of its own: it is told for good."""
    code = (
        "from warehouse.memory import give_back; give_back()\n"
        "import pyarrow as pa\n"
        "assert pa.default_memory_pool().backend_name == 'system'\n"
        "assert len(pa.array(range(1000))) == 1000\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def _refused(*_: object) -> None:
    raise memory.shortage()


@pytest.mark.parametrize(("granted", "in_writing"), [("12MB", False), ("90MB", True)], ids=["loading", "writing"])
def test_a_run_that_needs_too_much_says_so_in_a_line_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, granted: str, in_writing: bool
) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, granted)
    if in_writing:
        monkeypatch.setattr(publish, "write_out", _refused)
    ended = fascicle(tmp_path, "run", str(BUNDLED))
    assert ended.exit_code == 1
    line = f"DuckDB needs more memory than FASCICLE_MEMORY={granted}; set it higher and run again"
    assert ended.output.strip().splitlines()[-1] == f"Error: {line}"
    assert line in fascicle(tmp_path, "status").output
    assert not list((tmp_path / "releases").iterdir())


def test_expectations_say_that_memory_was_too_little(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MEMORY_VARIABLE, "1MB")
    release = current_release(Home(published))
    assert release is not None
    with pytest.raises(MemoryShortage):
        validate_file(release.database)


def test_pandas_is_not_imported_until_it_is_allowed() -> None:
    told = """
from warehouse.memory import allow_pandas, spare_pandas
spare_pandas()
import sys, duckdb, pyarrow
pyarrow.array([{"a": 1}])
assert duckdb.connect().execute("SELECT $1::VARCHAR[]", [["a"]]).fetchall() == [(["a"],)]
assert "pandas" not in sys.modules
allow_pandas()
import pandas
"""
    subprocess.run([sys.executable, "-c", told], cwd=ROOT, check=True)

"""Secrets stay in the environment, and whatever opens a release for reading opens it locked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import duckdb
import pytest

from tests.command.support import fascicle
from tests.conftest import SECRETS
from tests.shared import ROOT
from warehouse.home import Home
from warehouse.memory import memory_limit, threads
from warehouse.outputs.table_files import opened_to_write
from warehouse.query import READ_ONLY_CONFIG, connect_read_only, lock, read_only_config
from warehouse.release import current_release

WRITES_FILES = {"export_parquet", "opened_to_write"}
"""Functions that open a draft of our own to write files from it."""


def test_no_secret_of_the_environment_is_in_anything_written(published: Path) -> None:
    words = [value.rpartition("/")[2].encode() for value in SECRETS.values()] + [b"not-to-be-told"]
    written = [path for path in published.rglob("*") if path.is_file()]
    assert len(written) > 50
    for path in written:
        data = path.read_bytes()
        assert not [word for word in words if word != b"dagster" and word in data], path
    for verb in (["status", "--json"], ["releases"], ["findings", "--json"]):
        assert "not-to-be-told" not in fascicle(published, *verb).output


def opened_for_reading() -> list[tuple[str, ast.Call]]:
    """Every call in the rooms that opens a DuckDB file read-only: its place, and the call."""
    found = []
    for room in ("warehouse", "expectations", "pipelines"):
        for path in sorted((ROOT / room).rglob("*.py")):
            tree = ast.parse(path.read_text("utf-8"))
            functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
            for function in functions:
                for node in ast.walk(function):
                    is_connect = isinstance(node, ast.Call) and ast.unparse(node.func) == "duckdb.connect"
                    if is_connect and any(one.arg == "read_only" for one in node.keywords):
                        found.append((function.name, node))
    return found


def test_every_handle_on_a_finished_file_is_locked() -> None:
    calls = opened_for_reading()
    assert len(calls) >= 4
    for name, call in calls:
        settings = {one.arg: ast.unparse(one.value) for one in call.keywords}
        is_locked = re.fullmatch(r"READ_ONLY_CONFIG|read_only_config\(.*\)", settings.get("config", "")) is not None
        assert name in WRITES_FILES or is_locked, f"{name}: {ast.unparse(call)}"


def test_a_handle_that_wrote_files_is_locked_before_anything_else_is_asked(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "made.duckdb")) as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS one")
    with opened_to_write(tmp_path / "made.duckdb", tmp_path / "spilled") as connection:
        connection.execute(f"COPY mine TO '{tmp_path}/written.csv'")
        lock(connection)
        for refused in (
            f"COPY mine TO '{tmp_path}/again.csv'",
            "SET enable_external_access = true",
            "SELECT * FROM tables",
        ):
            tables = [1]  # a Python object that DuckDB would read as a table
            with pytest.raises(duckdb.Error):
                connection.execute(refused)
            assert tables == [1]
        assert connection.execute("FROM mine").fetchall() == [(1,)]


def test_more_room_unlocks_nothing(tmp_path: Path) -> None:
    """What makes a release is held to its memory; all else is as for analysts."""
    changed = dict(read_only_config(tmp_path).items() - READ_ONLY_CONFIG.items())
    assert changed == {"memory_limit": memory_limit(), "temp_directory": str(tmp_path), "threads": threads()}


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM glob('/etc/*')",
        "COPY (SELECT 1) TO '/tmp/fascicle-not-to-be-written'",
        "ATTACH '/tmp/fascicle-not-to-be-written.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "CREATE TABLE mine AS SELECT 1",
        "DELETE FROM mart_cell",
        "EXPORT DATABASE '/tmp/fascicle-not-to-be-written'",
        "SELECT getenv('FASCICLE_WEBHOOK')",
    ],
)
def test_a_handle_reaches_nothing_beyond_its_file(published: Path, statement: str) -> None:
    release = current_release(Home(published))
    assert release is not None
    with connect_read_only(release.database) as connection, pytest.raises(duckdb.Error):
        connection.execute(statement).fetchall()
    assert fascicle(published, "query", statement).exit_code != 0

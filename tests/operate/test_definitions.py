"""Sensor, schedules, backfill, freshness and alerts against an instance of Dagster with its storage in files."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    DagsterInstance,
    RunRequest,
    SkipReason,
    build_run_status_sensor_context,
    build_sensor_context,
)

from pipelines.defs import build_definitions
from pipelines.defs.alerts import failure_told
from pipelines.defs.sensors import landing_changed, run_config
from tests.shared import BUNDLED
from warehouse.home import Home
from warehouse.release import current_release
from warehouse.tables import TABLES

SNAPSHOT = Path(__file__).parent / "assets.json"


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    monkeypatch.setenv("FASCICLE_HOME", str(tmp_path / "home"))
    settings = {"telemetry": {"enabled": False}}
    (tmp_path / "dagster").mkdir()
    with DagsterInstance.local_temp(str(tmp_path / "dagster"), overrides=settings) as found:
        yield found


def test_backfill_then_sensor_then_release(instance: DagsterInstance, tmp_path: Path) -> None:
    definitions, home = build_definitions(), tmp_path / "home"
    edition = tmp_path / "edition"
    edition.mkdir()
    source = (
        min((path for path in BUNDLED.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
        if BUNDLED.is_dir()
        else BUNDLED
    )
    (edition / source.name).write_bytes(source.read_bytes())
    config = {"ops": {"copy_edition": {"config": {"folder": str(edition)}}}}
    done = definitions.resolve_job_def("backfill_edition").execute_in_process(config, instance=instance)
    assert done.success
    cursor, asked = None, []
    for _ in range(4):
        context = build_sensor_context(instance, cursor=cursor)
        told = landing_changed(context)
        cursor = context.cursor
        asked += [told] if isinstance(told, RunRequest) else []
        assert isinstance(told, RunRequest | SkipReason)
    assert len(asked) == 1
    job = definitions.resolve_job_def("publish_landing")
    assert job.execute_in_process(asked[0].run_config, instance=instance).success
    release = current_release(Home(home))
    assert release is not None
    (home / "operations.toml").write_text(
        '[[expected]]\nedition = 1990\ndue = 1989-06-30\nsymbols = ["A/44/6 (Sect. 99)"]\n'
    )
    checked = definitions.resolve_job_def("freshness").execute_in_process(instance=instance)
    (evaluation,) = checked.get_asset_check_evaluations()
    assert not evaluation.passed and evaluation.metadata["overdue"].value == 1


def test_a_failed_run_is_told(instance: DagsterInstance, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    config = run_config(tmp_path / "home", [str(tmp_path / "nothing")])
    job = build_definitions().resolve_job_def("publish_landing")
    result = job.execute_in_process(config, instance=instance, raise_on_error=False)
    assert not result.success
    event = next(event for event in result.all_events if event.is_run_failure)
    context = build_run_status_sensor_context("failure_told", event, instance, result.dagster_run)
    with caplog.at_level(logging.ERROR, "fascicle.alerts"):
        failure_told(context.for_run_failure())
    assert "publish_landing failed" in caplog.text and "landed_file" in caplog.text


def test_names_groups_and_dependencies_of_assets_are_as_noted() -> None:
    """Others build on these names; a change is made on purpose, by writing what ``graph`` returns to assets.json.

    Tables are declared elsewhere: each is an asset in the group of its room, after the file it lies in.
    """
    found = graph()
    tables = {table.name: found.pop(table.name) for table in TABLES}
    for one in found.values():
        one["after"] = [name for name in one["after"] if name not in tables]
    assert found == json.loads(SNAPSHOT.read_text("utf-8"))
    assert tables == {table.name: {"group": table.room, "after": ["warehouse_file"]} for table in TABLES}


def graph() -> dict[str, dict[str, Any]]:
    """Group and parents of each asset, by key."""
    nodes = build_definitions().resolve_asset_graph().asset_nodes
    return {
        node.key.to_user_string(): {
            "group": node.group_name,
            "after": sorted(parent.to_user_string() for parent in node.parent_keys),
        }
        for node in sorted(nodes, key=lambda node: node.key)
    }

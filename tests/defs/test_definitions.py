"""Sensor, schedules, backfill, freshness and alerts against instances of Dagster: records in SQLite, in PostgreSQL.

Here they are asked in turn; ``make services`` lets Dagster's daemon and webserver do it by themselves.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    RunRequest,
    SkipReason,
    build_run_status_sensor_context,
    build_schedule_context,
    build_sensor_context,
)

from expectations import gx
from pipelines.defs import build_definitions
from pipelines.defs.automation import failure_told, landing_changed, run_config
from tests.defs.conftest import Landed, steps_alone
from tests.operate.instances import STORAGES, environment_of, hook
from tests.shared import BUNDLED
from warehouse.home import Home
from warehouse.release import current_release
from warehouse.tables import TABLES

SNAPSHOT = Path(__file__).parent / "assets.json"


@pytest.mark.parametrize("storage", STORAGES)
def test_backfill_sensor_schedules_freshness_and_alert(
    storage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    definitions, home = build_definitions(), tmp_path / "home"
    edition = tmp_path / "edition"
    edition.mkdir()
    (edition / BUNDLED.name).write_bytes(BUNDLED.read_bytes())
    with instance_of(storage, tmp_path, monkeypatch) as instance:
        config = {"ops": {"copy_edition": {"config": {"folder": str(edition)}}}}
        done = definitions.resolve_job_def("backfill_edition").execute_in_process(config, instance=instance)
        assert done.success
        assert len(asked_for(instance, looks=4)) == 1
        for schedule in ("poll_watch_list_schedule", "freshness_schedule"):
            tick = definitions.resolve_schedule_def(schedule).evaluate_tick(build_schedule_context(instance))
            assert len(tick.run_requests or []) == 1
        (home / "operations.toml").write_text(
            '[[expected]]\nedition = 1990\ndue = 1989-06-30\nsymbols = ["A/44/6 (Sect. 99)"]\n'
        )
        with caplog.at_level(logging.ERROR, "fascicle.alerts"):
            checked = definitions.resolve_job_def("freshness").execute_in_process(instance=instance)
        (evaluation,) = checked.get_asset_check_evaluations()
        assert not evaluation.passed and evaluation.metadata["overdue"].value == 1
        assert "1 expected documents are overdue" in caplog.text
        job, config = definitions.resolve_job_def("publish_landing"), run_config(home, [str(tmp_path / "nothing")])
        result = job.execute_in_process(config, instance=instance, raise_on_error=False)
        assert not result.success
        event = next(event for event in result.all_events if event.is_run_failure)
        context = build_run_status_sensor_context("failure_told", event, instance, result.dagster_run)
        with caplog.at_level(logging.ERROR, "fascicle.alerts"):
            failure_told(context.for_run_failure())
        assert "publish_landing failed" in caplog.text and "landed_file" in caplog.text


@pytest.mark.parametrize("storage", STORAGES)
def test_a_refused_release_is_reported_once(
    storage: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    definitions, home = build_definitions(), tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    (home / "operations.toml").write_text('[alerts]\nnotifiers = ["webhook"]\n')
    before = current_release(Home(home))
    monkeypatch.setattr(
        gx, "validate_file", lambda *given, **named: []
    )  # it takes longest, and the gate refuses all the same
    strict = run_config(home, [str(BUNDLED)])
    strict["resources"]["run_options"]["config"]["strict"] = True
    with hook() as (address, heard), instance_of(storage, tmp_path, monkeypatch) as instance:
        monkeypatch.setenv("FASCICLE_WEBHOOK", address)
        told = definitions.resolve_sensor_def("failure_told")
        cursor = None

        def look() -> None:
            nonlocal cursor
            context = build_sensor_context(instance, cursor=cursor, definitions=definitions)
            cursor = told.evaluate_tick(context).cursor or cursor

        look()  # from here on: failures that were before it was switched on are not told
        job = steps_alone(definitions)
        assert not job.execute_in_process(strict, instance=instance, raise_on_error=False).success
        for _ in range(3):
            look()
    (alert,) = heard
    assert alert["kind"] == "refused" and alert["subject"] == "Fascicle: the release was refused, the last one stays"
    reasons = json.loads((home / "last_run.json").read_text("utf-8"))["reasons"]
    assert reasons and alert["text"] == "\n".join(reasons)
    assert before is not None and current_release(Home(home)) == before


def test_a_release_makes_a_partition_for_each_document(landed: Landed) -> None:
    home, instance, result = landed
    assert result.success
    release = current_release(Home(home))
    assert release is not None
    key = release.manifest["documents"][0]["document_id"]
    assert instance.get_dynamic_partitions("document") == [key]
    again = build_definitions().resolve_implicit_job_def_def_for_assets([AssetKey("document")])
    assert again is not None
    config = run_config(home, [str(BUNDLED)])
    assert again.execute_in_process(config, instance=instance, partition_key=key).success
    told = instance.get_latest_materialization_event(AssetKey("document"))
    assert told is not None and told.asset_materialization is not None
    assert told.asset_materialization.partition == key
    assert told.asset_materialization.metadata["cell"].value == 822


@contextmanager
def instance_of(storage: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    """An instance as its dagster.yaml says."""
    with environment_of(storage, folder) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        with DagsterInstance.get() as found:
            yield found


def asked_for(instance: DagsterInstance, looks: int) -> list[RunRequest]:
    """Runs that the sensor of the landing folder asks for in so many looks."""
    cursor, asked = None, []
    for _ in range(looks):
        context = build_sensor_context(instance, cursor=cursor)
        told = landing_changed(context)
        assert isinstance(told, RunRequest | SkipReason)
        cursor = context.cursor
        asked += [told] if isinstance(told, RunRequest) else []
    return asked


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

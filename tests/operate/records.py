"""Dagster's records in PostgreSQL dumped, lost and restored by the documented commands. Run by ``make services``."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from dagster import AssetKey, DagsterInstance

from expectations import gx
from pipelines.defs import build_definitions
from pipelines.defs.automation import run_config
from tests.operate.instances import documented_commands, environment_of, run_commands
from tests.shared import BUNDLED


def told(instance: DagsterInstance) -> list[object]:
    """What the records say: runs with their end, materialisations, how much was logged, partitions."""
    runs = [(run.run_id, run.job_name, run.status) for run in instance.get_runs()]
    events = [
        (record.run_id, record.asset_key, record.partition_key, record.timestamp)
        for name in ("release", "mart_cell", "staged_document")
        for record in instance.fetch_materializations(AssetKey(name), limit=100).records
    ]
    logs = {run_id: len(instance.all_logs(run_id)) for run_id, *_ in runs}
    return [runs, events, logs, instance.get_dynamic_partitions("document")]


def test_records_dumped_and_restored(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    shutil.copytree(published, home, symlinks=True)
    definitions = build_definitions()
    monkeypatch.setattr(
        gx, "validate_file", lambda *given, **named: []
    )  # it takes longest, and changes no record's kind
    *_, dump, restore = documented_commands()
    with environment_of("postgresql", tmp_path) as variables:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        address, backup = variables["DAGSTER_POSTGRES_URL"], str(tmp_path / "dagster.dump")
        job, config = definitions.resolve_job_def("publish_landing"), run_config(home, [str(BUNDLED)])
        with DagsterInstance.get() as instance:
            assert job.execute_in_process(config, instance=instance).success
            nothing = run_config(home, [str(tmp_path / "nothing")])
            assert not job.execute_in_process(nothing, instance=instance, raise_on_error=False).success
            before = told(instance)
        run_commands(dump, BACKUP=backup, **variables)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        run_commands(restore, BACKUP=backup, **variables)
        with DagsterInstance.get() as instance:
            assert told(instance) == before
            last = instance.get_latest_materialization_event(AssetKey("release"))
            assert last is not None
            # The numbering of records goes on where it was: new ones come after those restored.
            assert job.execute_in_process(config, instance=instance).success
            after = told(instance)
            assert len(after[0]) == 3 and after[0][1:] == before[0]  # type: ignore[arg-type,index]
            newest = instance.get_latest_materialization_event(AssetKey("release"))
            assert newest is not None and newest.run_id != last.run_id
        # A second time, over records that are there.
        run_commands(restore, BACKUP=backup, **variables)
        with DagsterInstance.get() as instance:
            assert told(instance) == before

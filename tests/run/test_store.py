"""Steps hand over through an address: those that read need nothing of the home, and what comes of it is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from dagster import AssetKey, DagsterInstance

from benches.executors import object_store
from pipelines.defs import build_definitions
from pipelines.defs.automation import run_config
from pipelines.ingest.land import Landing
from pipelines.run import early_steps, results
from pipelines.run.early_steps import Batch, Options, Plan
from pipelines.run.store import STORE, StoreError, read_bytes, write_bytes
from tests.shared import BUNDLED
from warehouse.home import Home

ROOT = "memory://shared/home"


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty store in this process's memory."""
    monkeypatch.setenv(STORE, f"{ROOT}/")
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    yield ROOT
    memory.store.clear()


def planned(home: Path) -> tuple[Options, Landing, Plan]:
    """The bundled document landed and planned to be read in two batches, as another process gets it."""
    options = Options(home, (str(BUNDLED),))
    landing = early_steps.land_sources(options)
    plan = early_steps.plan_batches(options, landing, 2)
    return options, landing, results.from_plain(json.loads(json.dumps(results.to_plain(plan))))


@pytest.mark.parametrize("kind", ["address", "folder"])
def test_reading_needs_the_store_alone(
    kind: str, store: str, published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    if kind == "folder":
        store = str(tmp_path / "shared")
        monkeypatch.setenv(STORE, f"file://{store}")
    options, landing, plan = planned(home)
    (task,) = plan.batches[0]
    assert task.archived.startswith(f"{store}/archive/") and task.stage.startswith(f"{store}/staging/")
    home.rename(tmp_path / "away")
    batches = [early_steps.read_batch(tasks, plan.limits) for tasks in plan.batches]
    assert not home.exists() and batches == [Batch({}, 1), Batch({}, 0)]
    (tmp_path / "away").rename(home)
    staged = early_steps.gather_documents(options, landing, batches)
    (document,) = staged.documents
    assert (staged.parsed, staged.quarantined) == (1, ())
    here = Path(document.stage)
    assert here.parent == home / "staging"
    assert here.read_bytes() == (published / "staging" / here.name).read_bytes()
    # Another home with the same store finds it read.
    other, landing, plan = planned(tmp_path / "other")
    assert plan.batches == ((), ())
    assert early_steps.gather_documents(other, landing, []).reused == 1


def test_what_is_damaged_in_the_store_is_made_again(store: str, tmp_path: Path) -> None:
    *_, plan = planned(tmp_path / "home")
    (task,) = plan.batches[0]
    write_bytes(task.stage, b"fascicle stage 1\n")
    *_, again = planned(tmp_path / "home")
    assert again == plan
    write_bytes(task.archived, b"other bytes")
    with pytest.raises(StoreError, match="is not what was put there; run again"):
        early_steps.read_batch([task], plan.limits)
    with pytest.raises(StoreError, match="is not what was put there; run again"):
        early_steps.read_batch([replace(task, archived=f"{ROOT}/archive/00/none.txt")], plan.limits)


def test_a_document_that_is_refused_is_refused_from_the_store(store: str, tmp_path: Path) -> None:
    source = tmp_path / "note.txt"
    source.write_text("A note about nothing.\n" * 20)
    options = Options(tmp_path / "home", (str(source),))
    landing = early_steps.land_sources(options)
    plan = early_steps.plan_batches(options, landing, 1)
    batch = early_steps.read_batch(plan.batches[0], plan.limits)
    staged = early_steps.gather_documents(options, landing, [batch])
    (refused,) = staged.quarantined
    assert refused.name == "note.txt" and refused.reason
    assert (Home(options.home).quarantine / "note.txt").read_bytes() == source.read_bytes()


def test_values_between_steps_are_in_the_store(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASCICLE_BATCHES", "2")
    steps = {AssetKey("landed_file"), AssetKey("staged_document")}
    whole = build_definitions().resolve_job_def("publish_landing")
    job = whole.get_subset(asset_selection=steps, asset_check_selection=set())
    config, last = (
        run_config(tmp_path, [str(BUNDLED)]),
        whole.get_subset(asset_selection={AssetKey("warehouse_file")}, asset_check_selection=set()),
    )
    with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        done = job.execute_in_process(config, instance=instance)
        assert done.success and not (tmp_path / "staging" / "steps").exists()
        for step in ("landed_file", "staged_document.read_batch_1", "staged_document"):
            kept = read_bytes(f"{store}/steps/{done.run_id}/{step}.json")
            assert kept is not None and kept == read_bytes(f"{store}/steps/{step}.json")
        fsspec.filesystem("memory").store.clear()
        failed = last.execute_in_process(config, instance=instance, raise_on_error=False)
    (event,) = [event for event in failed.all_events if event.is_step_failure]
    assert "materialise staged_document first" in str(event.event_specific_data)


def test_an_unreachable_address_is_reported_without_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StoreError, match=r"FASCICLE_STORE: .*nowhere"):
        read_bytes("nowhere://bucket/a")
    with object_store() as (address, variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        assert read_bytes(f"{address}/a") is None
        write_bytes(f"{address}/a", b"first")
        write_bytes(f"{address}/a", b"second")
        assert read_bytes(f"{address}/a") == b"second"
        with pytest.raises(StoreError) as told:
            write_bytes("s3://no-such-bucket/a", b"")
    assert "no-such-bucket" in str(told.value) and "not-for-logs" not in str(told.value)

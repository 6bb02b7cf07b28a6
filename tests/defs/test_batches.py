"""Reading parted into steps comes to the same as reading in one; the environment chooses executor and steps."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import DagsterInstance, ExecutorDefinition

from expectations import gx
from pipelines.defs import build_definitions
from pipelines.defs.automation import run_config
from pipelines.defs.resources import chosen_batches, chosen_executor
from pipelines.ingest.land import Landing, land
from pipelines.ingest.sources import Candidate
from pipelines.run.early_steps import Options, plan_batches
from tests.command.support import fascicle
from tests.defs.conftest import steps_alone
from tests.shared import BUNDLED
from warehouse.home import Home
from warehouse.release import current_release


def test_batches_come_to_the_same_content(published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FASCICLE_BATCHES", "3")
    monkeypatch.setattr(gx, "validate_file", lambda *given, **named: [])  # it judges the same rows as in other tests
    job = steps_alone(build_definitions())
    with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        done = job.execute_in_process(run_config(tmp_path, [str(BUNDLED)]), instance=instance)
    assert done.success
    names = {event.step_key for event in done.all_events if event.is_step_success}
    assert {f"staged_document.read_batch_{number}" for number in (1, 2, 3)} <= names
    here, there = (current_release(Home(home)) for home in (tmp_path, published))
    assert here is not None and there is not None
    assert here.manifest["content_hash"] == there.manifest["content_hash"]
    assert "1 parsed" not in fascicle(tmp_path, "run", str(BUNDLED)).output


def test_the_largest_documents_are_spread(tmp_path: Path) -> None:
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text("words " * 10 ** (number % 4 + 1) + str(number))
    candidates = [Candidate(path, "") for path in sorted(tmp_path.glob("*.txt"))]
    home = Home(tmp_path / "home").ensure()
    landing: Landing = land(candidates, home.archive, home.quarantine)
    plan = plan_batches(Options(home.root), landing, 3)
    assert sorted(len(batch) for batch in plan.batches) == [2, 2, 3]
    assert sum(len(batch) for batch in plan.batches) == len(landing.inputs) == 7
    assert {batch[0].name for batch in plan.batches} == {"3.txt", "2.txt", "6.txt"}


def test_executors_are_chosen_by_the_environment() -> None:
    assert [chosen_executor({"FASCICLE_EXECUTOR": name}).name for name in ("", "multiprocess", "dask")] == [
        "in_process",
        "multiprocess",
        "dask",
    ]
    assert isinstance(
        chosen_executor({"FASCICLE_EXECUTOR": "dagster:multi_or_in_process_executor"}), ExecutorDefinition
    )
    for name in ("pigeons", "no_such_package:executor", "dagster:Out", "a.b:c"):
        with pytest.raises(ValueError, match="FASCICLE_EXECUTOR="):
            chosen_executor({"FASCICLE_EXECUTOR": name})
    assert chosen_batches({}) == 1 and chosen_batches({"FASCICLE_BATCHES": "8"}) == 8
    for text in ("0", "-1", "many", "1001"):
        with pytest.raises(ValueError, match="FASCICLE_BATCHES="):
            chosen_batches({"FASCICLE_BATCHES": text})

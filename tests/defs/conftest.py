"""A run of the job that publishes, with all its assets and checks, made once for the tests that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from dagster import AssetKey, DagsterInstance, Definitions, ExecuteInProcessResult, JobDefinition

from pipelines.defs import build_definitions
from pipelines.defs.automation import run_config
from tests.shared import BUNDLED


class Landed(NamedTuple):
    """A run of ``publish_landing`` on the bundled edition, and the instance that recorded it."""

    home: Path
    instance: DagsterInstance
    result: ExecuteInProcessResult


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """The bundled edition published by ``publish_landing``; no test publishes another into this home."""
    home = tmp_path_factory.mktemp("landed") / "home"
    job = build_definitions().resolve_job_def("publish_landing")
    with DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield Landed(home, instance, job.execute_in_process(run_config(home, [str(BUNDLED)]), instance=instance))


def steps_alone(definitions: Definitions) -> JobDefinition:
    """The job that publishes without the tables and their checks, which tell the same of each."""
    steps = {AssetKey(name) for name in ("landed_file", "staged_document", "warehouse_file", "validation", "release")}
    job = definitions.resolve_job_def("publish_landing")
    return job.get_subset(asset_selection=steps, asset_check_selection=set())

"""Dagster as services: webserver and daemon in processes of their own, records in SQLite and in PostgreSQL.

Run by ``make services``. Nobody calls a sensor or a schedule here: the daemon does, and the webserver is asked what
came of it.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pipelines.defs.automation import run_config
from tests.operate.instances import STORAGES, environment_of, hook
from tests.shared import BUNDLED, ROOT
from tests.warehouse.outputs.postgres_server import PASSWORD
from warehouse.home import Home
from warehouse.release import current_release

PROGRAMS = Path(sys.executable).parent
PATIENCE = 300.0
RUNS = """{ runsOrError(limit: 100) { ... on Runs { results { runId jobName status tags { key value } } } } }"""


@contextmanager
def started(folder: Path, environment: dict[str, str], *commands: list[str]) -> Iterator[list[Path]]:
    """Services for as long as the block lasts; their logs."""
    logs = [folder / f"{command[0]}.log" for command in commands]
    processes = [
        subprocess.Popen(
            [str(PROGRAMS / command[0]), *command[1:]],
            cwd=ROOT, env=environment, stdout=log.open("wb"), stderr=subprocess.STDOUT, start_new_session=True,
        )
        for command, log in zip(commands, logs, strict=True)
    ]  # fmt: skip
    try:
        yield logs
    finally:
        for process in processes:
            process.send_signal(signal.SIGTERM)
        for process in processes:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def await_that(is_so: Callable[[], Any], words: str, logs: list[Path]) -> Any:
    """What the question answers once it is not empty; fails, with the services' last words, when it stays so."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if found := is_so():
                return found
        except OSError:
            pass  # not listening yet
        time.sleep(0.5)
    said = "\n".join(f"{log.name}: {log.read_text('utf-8', 'replace')[-3000:]}" for log in logs)
    pytest.fail(f"{words}: not within {PATIENCE:g} s\n{said}")


@pytest.mark.parametrize("storage", STORAGES)
def test_daemon_and_webserver(storage: str, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with hook() as (address, heard), environment_of(storage, tmp_path) as variables:
        environment = {
            **os.environ,
            **variables,
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "FASCICLE_WEBHOOK": address,
            "FASCICLE_LOOK_SECONDS": "2",
            "FASCICLE_POLL_CRON": "* * * * *",
            "FASCICLE_FRESHNESS_CRON": "* * * * *",
        }
        home = Home(tmp_path / "home").ensure()
        (home.root / "operations.toml").write_text(
            '[alerts]\nnotifiers = ["log", "webhook"]\n'
            '[[expected]]\nedition = 1990\ndue = 1989-06-30\nsymbols = ["A/44/6 (Sect. 99)"]\n'
        )
        edition = tmp_path / "edition"
        edition.mkdir()
        (edition / BUNDLED.name).write_bytes(BUNDLED.read_bytes())

        def dagster(*arguments: str) -> None:
            done = subprocess.run(
                [str(PROGRAMS / "dagster"), *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
            )
            assert done.returncode == 0, done.stdout + done.stderr

        def runs(job: str, status: str, **tags: str) -> list[dict[str, Any]]:
            body = json.dumps({"query": RUNS}).encode()
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"}
            )
            with urllib.request.urlopen(asked, timeout=30) as answer:
                found = json.load(answer)["data"]["runsOrError"]["results"]
            return [
                run
                for run in found
                if (run["jobName"], run["status"]) == (job, status)
                and {f"dagster/{name}": value for name, value in tags.items()}.items()
                <= {tag["key"]: tag["value"] for tag in run["tags"]}.items()
            ]

        dagster("sensor", "start", "landing_changed", "-w", "workspace.yaml")
        dagster("schedule", "start", "--start-all", "-w", "workspace.yaml")
        webserver = ["dagster-webserver", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
        with started(tmp_path, environment, webserver, ["dagster-daemon", "run", "-w", "workspace.yaml"]) as logs:
            config = {"ops": {"copy_edition": {"config": {"folder": str(edition)}}}}
            backfill = ["-w", "workspace.yaml", "-j", "backfill_edition", "--config-json", json.dumps(config)]
            dagster("job", "launch", *backfill)
            await_that(lambda: runs("backfill_edition", "SUCCESS"), "backfill", logs)
            by_sensor = {"sensor_name": "landing_changed"}
            await_that(lambda: runs("publish_landing", "SUCCESS", **by_sensor), "run by the sensor", logs)
            release = current_release(home)
            assert release is not None and len(release.manifest["documents"]) == 1
            for job in ("poll_watch_list", "freshness"):
                by_schedule = {"schedule_name": f"{job}_schedule"}
                await_that(lambda j=job, t=by_schedule: runs(j, "SUCCESS", **t), f"{job} by its schedule", logs)
            await_that(lambda: [one for one in heard if one["kind"] == "overdue"], "alert of overdue documents", logs)
            # Strict, the gate refuses the same documents for what is wrong in their print: told once, by the daemon.
            strict = run_config(home.root, [str(home.landing)])
            strict["resources"]["run_options"]["config"]["strict"] = True
            launched = ["-w", "workspace.yaml", "-j", "publish_landing", "--config-json", json.dumps(strict)]
            dagster("job", "launch", *launched)
            await_that(lambda: [one for one in heard if one["kind"] == "refused"], "alert of a refused release", logs)
            assert current_release(home) == release
            # A file that nobody can read is all there is now: the run fails, and that is told.
            (home.landing / BUNDLED.name).write_bytes(b"")
            await_that(lambda: runs("publish_landing", "FAILURE", **by_sensor), "a run that fails", logs)
            (told, *_) = await_that(
                lambda: [one for one in heard if "no document could be read" in one["text"]], "alert of it", logs
            )
            assert len([one for one in heard if one["kind"] == "refused"]) == 1
            assert told["kind"] == "failed" and "publish_landing failed" in told["subject"]
            assert current_release(home) == release
        for path in [*logs, *(tmp_path / "dagster").rglob("*")]:
            if path.is_file():
                told = path.read_bytes()
                assert b"a-secret-path" not in told and PASSWORD.encode() not in told, f"a secret is in {path.name}"

"""Kubernetes by configuration, as far as it goes without a cluster: a stand-in for its interface starts processes.

Run by ``make services``. The launcher and the executor are Dagster's own, set up by what deploy/kubernetes says; each
Job they ask for becomes a process here with the environment that its container would have. Images, volumes, networks and
roles are not tried. Steps hand over through an object store, and those that read get no home at all.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from benches.executors import object_store
from benches.whole_runs import status
from pipelines.defs.automation import run_config
from tests.operate.test_kubernetes import INSTANCE, named
from tests.shared import BUNDLED, ROOT
from warehouse.home import Home
from warehouse.release import current_release

PROGRAMS = Path(sys.executable).parent
PATIENCE = 600.0
NO_HOME = "/nowhere/to/be/found"


@dataclass
class Cluster:
    """Jobs by name as they were asked for, and the processes they became; ``given`` is what this machine has its own
    way: paths, and where the store is."""

    folder: Path
    given: Mapping[str, str]
    jobs: dict[str, dict[str, Any]] = field(default_factory=dict)
    pods: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, job: dict[str, Any]) -> None:
        """A process for the job's container."""
        name = job["metadata"]["name"]
        (container,) = job["spec"]["template"]["spec"]["containers"]
        settings = {
            key: value
            for source in container["envFrom"]
            if "configMapRef" in source
            for key, value in named("ConfigMap")[source["configMapRef"]["name"]]["data"].items()
        }
        own = {one["name"]: one["value"] for one in container["env"]}
        outside = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
        environment = {**outside, **settings, **own, **self.given}
        if "read_batch" in own.get("DAGSTER_RUN_STEP_KEY", ""):
            environment["FASCICLE_HOME"] = NO_HOME
        log = (self.folder / f"{name}.log").open("wb")
        program, *rest = container["args"]
        self.jobs[name] = job
        self.pods[name] = subprocess.Popen(
            [str(PROGRAMS / program), *rest], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )

    def status(self, name: str) -> dict[str, Any]:
        """The job's status: one pod, that runs, has done its work or failed."""
        code = self.pods[name].poll()
        return {"active": 1} if code is None else {"succeeded": 1} if code == 0 else {"failed": 1}

    def said(self) -> str:
        """The last words of every pod."""
        return "\n".join(
            f"{log.name}: {log.read_text('utf-8', 'replace')[-1500:]}" for log in self.folder.glob("*.log")
        )


@contextmanager
def serving(cluster: Cluster) -> Iterator[int]:
    """The cluster's interface on loopback, as far as the launcher and the executor ask; its port."""
    place = re.compile(r"/apis/batch/v1/namespaces/fascicle/jobs(?:/([\w-]+)(/status)?)?$")

    class Interface(BaseHTTPRequestHandler):
        def answer(self, body: dict[str, Any], code: int = 200) -> None:
            data = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_POST(self) -> None:
            job = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if not place.match(self.path.partition("?")[0]):
                return self.answer({"kind": "Status", "message": self.path}, 404)
            cluster.start(job)
            return self.answer(job, 201)

        def do_GET(self) -> None:
            found = place.match(self.path.partition("?")[0])
            name = found[1] if found else None
            if name not in cluster.jobs:
                return self.answer({"kind": "Status", "message": self.path}, 404)
            return self.answer({**cluster.jobs[name], "status": cluster.status(name)})

        def log_message(self, *told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Interface) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
            for process in cluster.pods.values():
                process.kill()
                process.wait()


def set_up(folder: Path, port: int) -> None:
    """Dagster's home as deploy/kubernetes has it, but with its records in files, and the way to the stand-in."""
    client = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
        "clusters": [{"name": "here", "cluster": {"server": f"http://127.0.0.1:{port}"}}],
        "users": [{"name": "here", "user": {}}],
    }
    folder.mkdir()
    (folder / "kubeconfig").write_text(yaml.safe_dump(client), "utf-8")
    launcher = {**INSTANCE["run_launcher"], "config": dict(INSTANCE["run_launcher"]["config"])}
    here = {"load_incluster_config": False, "kubeconfig_file": str(folder / "kubeconfig"), "dagster_home": str(folder)}
    launcher["config"].update(here)
    kept = {name: INSTANCE[name] for name in ("telemetry", "compute_logs")}
    # Without the daemon, which would take runs from a queue.
    kept["run_coordinator"] = {"module": "dagster.core.run_coordinator", "class": "DefaultRunCoordinator"}
    (folder / "dagster.yaml").write_text(yaml.safe_dump({**kept, "run_launcher": launcher}), "utf-8")


def test_runs_and_steps_as_jobs(published: Path, tmp_path: Path) -> None:
    home, dagster_home, logs = tmp_path / "home", tmp_path / "dagster", tmp_path / "logs"
    logs.mkdir()
    settings = named("ConfigMap")["fascicle-settings"]["data"]
    with object_store() as (address, access):
        own = {"FASCICLE_HOME": str(home), "DAGSTER_HOME": str(dagster_home), "FASCICLE_BATCHES": "2"}
        cluster = Cluster(logs, {**own, **access, "FASCICLE_STORE": address})
        with serving(cluster) as port:
            set_up(dagster_home, port)
            config = json.dumps(run_config(home, [str(BUNDLED)]))
            command = ["job", "launch", "-m", "pipelines.definitions", "-j", "publish_landing", "--config-json", config]
            launched = subprocess.run(
                [str(PROGRAMS / "dagster"), *command],
                cwd=ROOT, env={**os.environ, **settings, **cluster.given}, capture_output=True, text=True,
            )  # fmt: skip
            assert launched.returncode == 0, launched.stdout + launched.stderr
            (run,) = list(cluster.pods) or [launched.stderr]
            until = time.monotonic() + PATIENCE
            while cluster.pods[run].poll() is None and time.monotonic() < until:
                time.sleep(0.5)
            # A step's pod says that it has done its work a moment before it ends.
            ended = {name: pod.wait(PATIENCE) for name, pod in cluster.pods.items()}
        assert set(ended.values()) == {0}, f"{ended}\n{cluster.said()}"
    here, there = (current_release(Home(one)) for one in (home, published))
    assert here is not None and there is not None, cluster.said()
    assert here.manifest["content_hash"] == there.manifest["content_hash"]
    steps = [
        one["value"] for job in cluster.jobs.values() for one in _variables(job) if one["name"].endswith("STEP_KEY")
    ]
    assert {f"staged_document.read_batch_{number}" for number in (1, 2)} | {"release", "validation"} <= set(steps)
    assert len(steps) == len(set(steps)) == len(cluster.jobs) - 1
    assert not (home / "staging" / "steps").exists()
    assert status(home)["unfinished_run"] is None


def _variables(job: dict[str, Any]) -> list[dict[str, str]]:
    (container,) = job["spec"]["template"]["spec"]["containers"]
    found: list[dict[str, str]] = container["env"]
    return found

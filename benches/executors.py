"""The same documents through each executor: ``make executors`` (SOURCE=folder). Ends with 1 unless all come to one hash.

In one process, in several, on a Dask cluster on loopback, and in several that hand over through an object store (a
server on loopback that speaks S3): nothing differs but the environment and the run's configuration. Without a source, a fascicle is rendered from the facts of the bundled one in two languages and formats.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.defs.automation import run_config
from warehouse.home import Home
from warehouse.release import current_release

ROOT = Path(__file__).parents[1]
BUNDLED = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
EXECUTORS = ("in_process", "multiprocess", "dask")
BUCKET = "fascicle"


@dataclass(frozen=True)
class Run:
    """One executor's run: content hash of its release, documents in it, seconds it took with starting."""

    executor: str
    content_hash: str
    documents: int
    seconds: float


def execution(executor: str, at_once: int) -> dict[str, Any]:
    """The run's configuration of the executor."""
    if executor == "multiprocess":
        start = {"forkserver": {"preload_modules": ["pipelines.definitions"]}}
        return {"execution": {"config": {"max_concurrent": at_once, "start_method": start}}}
    if executor == "dask":
        local = {"n_workers": at_once, "threads_per_worker": 1, "host": "127.0.0.1", "dashboard_address": None}
        return {"execution": {"config": {"cluster": {"local": local}}}}
    return {}


@contextmanager
def object_store() -> Iterator[tuple[str, dict[str, str]]]:
    """Address in a server on loopback that speaks S3, and what the environment has to say of it."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # it tells of every request
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        variables = {
            "AWS_ACCESS_KEY_ID": "worker",
            "AWS_SECRET_ACCESS_KEY": "not-for-logs-6",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        }
        access = {"aws_access_key_id": "worker", "aws_secret_access_key": "not-for-logs-6", "region_name": "us-east-1"}
        boto3.client("s3", endpoint_url=f"http://{host}:{port}", **access).create_bucket(Bucket=BUCKET)
        yield f"s3://{BUCKET}/home", variables
    finally:
        server.stop()


def run_through(
    executor: str,
    home: Path,
    sources: list[str],
    at_once: int = 2,
    batches: int = 0,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Publish the sources through an executor, by Dagster's own command. Raises RuntimeError when it fails."""
    dagster_home = home.parent / f"dagster_{home.name}"
    dagster_home.mkdir(parents=True)
    shutil.copy(ROOT / "dagster.yaml", dagster_home)
    config = dagster_home / "run.yaml"
    settings = run_config(home, sources)
    settings["resources"]["run_options"]["config"]["processes"] = at_once if executor == "in_process" else 1
    config.write_text(json.dumps({**settings, **execution(executor, at_once)}), "utf-8")
    environment = {
        **os.environ,
        **(variables or {}),
        "DAGSTER_HOME": str(dagster_home),
        "FASCICLE_EXECUTOR": executor,
        "FASCICLE_BATCHES": str(batches or (1 if executor == "in_process" else 2 * at_once)),
    }
    command = [str(Path(sys.executable).parent / "dagster"), "job", "execute", "-m", "pipelines.definitions"]
    started = time.monotonic()
    done = subprocess.run(
        [*command, "-j", "publish_landing", "-c", str(config)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=3600,
    )  # fmt: skip
    release = current_release(Home(home))
    if done.returncode or release is None:
        raise RuntimeError(f"{executor}: ended with {done.returncode}: {done.stderr[-3000:]}")
    manifest = release.manifest
    return Run(executor, manifest["content_hash"], len(manifest["documents"]), time.monotonic() - started)


def rendered(folder: Path) -> list[str]:
    """A fascicle of the bundled one's facts in English and Chinese, Word and text, beside itself."""
    from benches.render.facts import fascicle_of
    from benches.render.render import render
    from pipelines.run.document import read_and_judge

    fascicle = fascicle_of(read_and_judge(BUNDLED.read_bytes(), "txt", {}, "0" * 64))
    folder.mkdir()
    shutil.copy(BUNDLED, folder)
    for language, form in (("en", "docx"), ("en", "txt"), ("zh", "docx")):
        (folder / f"made.{language}.{form}").write_bytes(render(fascicle, language, form))  # type: ignore[arg-type]
    return [str(folder)]


def told(name: str, run: Run) -> Run:
    """The run, once its figures are printed."""
    print(f"{name}: {run.documents} documents, {run.seconds:.0f} s, {run.content_hash}", flush=True)
    return run


def main() -> None:
    """Run through every executor and hold the hashes against each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", nargs="*")
    parser.add_argument("--at-once", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sources = [str(Path(one).resolve()) for one in given.sources] or rendered(work / "documents")
        runs = []
        for executor in EXECUTORS:
            runs.append(told(executor, run_through(executor, work / executor, sources, given.at_once)))
        with object_store() as (address, access):
            variables = {**access, "FASCICLE_STORE": address}
            run = run_through("multiprocess", work / "store", sources, given.at_once, variables=variables)
            runs.append(told("multiprocess, handed over through S3", run))
    if len({run.content_hash for run in runs}) != 1:
        sys.exit("the executors came to different content")


if __name__ == "__main__":
    main()

"""Instances of Dagster as an installation has them: the default with its records in files, production in PostgreSQL."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.shared import ROOT
from tests.warehouse.outputs.postgres_server import running

STORAGES = ("sqlite", "postgresql")


@contextmanager
def environment_of(storage: str, folder: Path) -> Iterator[dict[str, str]]:
    """Variables of an installation whose Dagster and home lie in the folder; its server runs while the block lasts."""
    is_served = storage == "postgresql"
    with running() if is_served else nullcontext() as server:
        dagster_home = folder / "dagster"
        dagster_home.mkdir(parents=True)
        shutil.copy(ROOT / ("deploy/dagster.yaml" if is_served else "dagster.yaml"), dagster_home / "dagster.yaml")
        variables = {"DAGSTER_HOME": str(dagster_home), "FASCICLE_HOME": str(folder / "home")}
        if server is not None:
            variables["DAGSTER_POSTGRES_URL"] = server.address()
        yield variables


@contextmanager
def hook() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A webhook on loopback: its address, and what it heard."""
    heard: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *told: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/a-secret-path", heard
        finally:
            server.shutdown()
            thread.join()


def documented_commands() -> list[str]:
    """What docs/operations.md says to type: the home backed up and restored, Dagster's records dumped and restored."""
    commands = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.S)
    assert len(commands) == 4
    return commands


def run_commands(commands: str, **variables: str) -> None:
    """Type documented commands, with our own programs at hand; they have to end well."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **variables, "PATH": path}
    done = subprocess.run(["sh", "-e", "-c", commands], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

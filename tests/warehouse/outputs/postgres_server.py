"""A real PostgreSQL server for tests: own data directory, own port on loopback, own unprivileged user."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

PASSWORD = "not-for-logs-1"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: folder of its programs, port, and its log."""

    programs: Path
    port: int
    log: Path

    def address(self, user: str = "postgres", password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/postgres"

    def psql(self, user: str, *commands: str) -> subprocess.CompletedProcess[str]:
        """What psql answers to commands, each after the last, as lines of bare values."""
        options = [part for command in commands for part in ("-c", command)]
        return subprocess.run(
            [str(self.programs / "psql"), "-X", "-v", "ON_ERROR_STOP=1", self.address(user), *options],
            capture_output=True,
            text=True,
            timeout=30,
        )


def _installed() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if all((f / p).is_file() for p in ("initdb", "pg_ctl", "psql"))), None)


@cache
def _programs() -> Path:
    """Where the server's programs are; Debian's package is installed where that is possible, else the test is skipped."""
    if (folder := _installed()) is not None:
        return folder
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for command in (["update"], ["install", "--yes", "--no-install-recommends", "postgresql"]):
            subprocess.run(["apt-get", "--quiet", *command], capture_output=True, timeout=240)
    if (folder := _installed()) is not None:
        return folder
    pytest.skip("no PostgreSQL server here, and none could be installed: apt-get install postgresql")


def _unprivileged() -> int | None:
    """The user the server runs as: nobody when we are root, whom initdb refuses; None for ourselves."""
    import pwd

    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts; everything it writes is in a folder that goes with it."""
    programs, port, user = _programs(), _free_port(), _unprivileged()
    # Not below pytest's folder, which is closed to every user but the one who runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="fascicle-postgres-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    if user is not None:
        for path in (folder, secret):
            os.chown(path, user, -1)

    def call(*command: str) -> None:
        done = subprocess.run(
            [str(programs / command[0]), *command[1:]],
            user=user,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr.decode()

    data, log = str(folder / "data"), folder / "server.log"
    scram = ("--auth=scram-sha-256", f"--pwfile={secret}", "--username=postgres", "--encoding=UTF8", "--no-sync")
    call("initdb", "-D", data, *scram)
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -c log_statement=all"
    call("pg_ctl", "-D", data, "-l", str(log), "-w", "-o", options, "start")
    try:
        yield Server(programs, port, log)
    finally:
        call("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)

"""Superset started over a home: ``python -m warehouse.bi.serve``, in Superset's own environment.

What it keeps is in ``superset`` within the home: its own database, and the key that signs sessions.
It listens on the loopback address alone.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import secrets
import socket
import sys
from pathlib import Path
from typing import Any

from warehouse.bi.assets import files
from warehouse.bi.dashboards import DASHBOARDS
from warehouse.home import Home
from warehouse.query import connect_read_only

ADDRESS = "127.0.0.1"
USER = "admin"
PASSWORD = "FASCICLE_SUPERSET_PASSWORD"


class StartError(RuntimeError):
    """Superset can't be started; the message is one line with the remedy."""


def main(arguments: list[str] | None = None) -> int:
    """Prepare and serve; returns an exit code, 2 for what the caller can correct."""
    parser = argparse.ArgumentParser(prog="make superset", description="Apache Superset over the current release.")
    parser.add_argument("--home", type=Path, default=Path(os.environ.get("FASCICLE_HOME", ".fascicle")))
    parser.add_argument("--port", type=int, default=8088)
    chosen = parser.parse_args(arguments)
    home = Home(chosen.home.resolve())
    try:
        check(home, chosen.port)
        state = make_state(home)
        set_environment(home)
        prepare(state)
    except StartError as problem:
        print(problem, file=sys.stderr)
        return 2
    print(f"Superset: http://{ADDRESS}:{chosen.port} (user {USER}; Ctrl-C ends it)", flush=True)
    serve(chosen.port, state)
    return 0


def check(home: Home, port: int) -> None:
    """Raise StartError where there is no release that can be shown, or the port is taken."""
    release = home.current / "fascicle.duckdb"
    if not release.is_file():
        raise StartError(
            f"no release in {home.root}: make one first (make run), or say where (make superset FASCICLE_HOME=DIR)"
        )
    with connect_read_only(release.resolve()) as connection:
        found = {name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()}
    if lacking := sorted({chart.dataset for dashboard in DASHBOARDS for chart in dashboard.charts} - found):
        raise StartError(f"the release in {home.root} was made before {lacking[0]} came: make a new one (make run)")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as problem:
            raise StartError(f"port {port} is taken; choose another: make superset PORT=8090") from problem


def make_state(home: Home) -> Path:
    """The folder of Superset's own things, closed to other users, with a key made at random once."""
    state = home.root / "superset"
    state.mkdir(mode=0o700, exist_ok=True)
    state.chmod(0o700)
    key = state / "secret_key"
    if not key.exists():
        unfinished = state / "secret_key.new"
        unfinished.touch(mode=0o600)
        unfinished.write_text(secrets.token_urlsafe(48), "ascii")
        unfinished.rename(key)
    return state


def set_environment(home: Home) -> None:
    """Set the environment that Superset reads when it is imported: its configuration, and no telemetry."""
    os.environ["FASCICLE_HOME"] = str(home.root)
    os.environ["SUPERSET_CONFIG_PATH"] = str(Path(__file__).with_name("superset_config.py"))
    os.environ["FLASK_APP"] = "superset.app:create_app()"
    os.environ["SCARF_ANALYTICS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"


def prepare(state: Path) -> None:
    """Bring Superset's database to its version, make the user, import the dashboards where they changed."""
    assets = files()
    wanted = hashlib.sha256("\0".join([_version(), *assets, *assets.values()]).encode()).hexdigest()
    stamp = state / "prepared"
    is_prepared = stamp.exists() and stamp.read_text("ascii") == wanted
    if is_prepared and not os.environ.get(PASSWORD):
        return
    print("Superset is being prepared; this takes a minute the first time", flush=True)
    from superset.app import create_app

    app = create_app()
    with app.app_context():
        if not is_prepared:
            _upgrade(app)
        _make_user(app, is_first=not stamp.exists())
        if not is_prepared:
            _import(app, assets)
            stamp.write_text(wanted, "ascii")


def _version() -> str:
    from importlib.metadata import version

    return version("apache-superset")


def _upgrade(app: Any) -> None:
    import flask_migrate
    import superset

    flask_migrate.upgrade(directory=str(Path(superset.__file__).with_name("migrations")))
    app.appbuilder.add_permissions(update_perms=True)
    app.appbuilder.sm.sync_role_definitions()


def _make_user(app: Any, is_first: bool) -> None:
    """Create the administrator; a password that is not given is random and printed once."""
    manager = app.appbuilder.sm
    given = os.environ.get(PASSWORD, "")
    user = manager.find_user(username=USER)
    if user is None:
        password = given or secrets.token_urlsafe(12)
        manager.add_user(USER, "Fascicle", "Administrator", "admin@localhost", manager.find_role("Admin"), password)
        if not given:
            print(f"user {USER}, password {password} (told once; {PASSWORD}=... sets another)", flush=True)
    elif given:
        manager.reset_password(user.id, given)


def _import(app: Any, assets: dict[str, str]) -> None:
    from flask import g
    from superset.commands.importers.v1.assets import ImportAssetsCommand

    g.user = app.appbuilder.sm.find_user(username=USER)
    ImportAssetsCommand(assets).run()


def serve(port: int, state: Path) -> None:
    """Become the server: three processes, each asking one question at a time, ended when one takes too long.

    It runs configuration and modules that it finds in its working folder: that is ``state``, not the user's.
    """
    os.chdir(state)
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [
        sys.executable,
        "-P",
        "-m",
        "gunicorn",
        "--bind",
        f"{ADDRESS}:{port}",
        "--workers",
        "3",
        "--timeout",
        "120",
    ]
    command += ["--preload", "--log-level", "warning", os.environ["FLASK_APP"]]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    sys.exit(main())

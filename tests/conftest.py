"""What all tests share: generated examples are the same in every run, and a home with a release to look at."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import settings

from tests.command.support import fascicle
from tests.kept import home_kept
from tests.shared import BUNDLED

settings.register_profile("fascicle", deadline=None, derandomize=True, database=None)
settings.load_profile("fascicle")


SECRETS = {
    "FASCICLE_WEBHOOK": "https://hooks.example/not-to-be-told-1",
    "FASCICLE_SMTP_PASSWORD": "not-to-be-told-2",
    "DAGSTER_POSTGRES_URL": "postgresql://dagster:not-to-be-told-3@127.0.0.1/dagster",
}
"""What is in the environment while the home is made; a test looks for it in everything that was written."""


def _publish(home: Path) -> None:
    with patch.dict(os.environ, SECRETS):
        done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="session")
def untouched() -> Path:
    """A home in which the bundled edition was published and nothing else was done: to be copied, never to be used."""
    return home_kept("bundled", _publish)


@pytest.fixture(scope="session")
def published(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release of the bundled edition, the same for all tests; none publishes another into it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # one home for all workers
        folder = folder.parent
    home = folder / "published" / "home"
    home.parent.mkdir(exist_ok=True)
    with (home.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home.parent / "done").exists():
            shutil.copytree(untouched, home, symlinks=True)
            (home.parent / "done").touch()
    return home

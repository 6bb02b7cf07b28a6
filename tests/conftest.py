"""What all tests share: generated examples are the same in every run, and a home with a release to look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from tests.command.support import fascicle
from tests.shared import BUNDLED

settings.register_profile("fascicle", deadline=None, derandomize=True, database=None)
settings.load_profile("fascicle")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one release of the bundled edition, made once; no test publishes another into it."""
    home = tmp_path_factory.mktemp("published") / "home"
    done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0, done.output
    return home

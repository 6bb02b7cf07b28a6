"""A home with one release of the bundled edition, made once and read by many tests; none publishes another into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command.support import fascicle
from tests.shared import BUNDLED


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published") / "home"
    done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0, done.output
    return home

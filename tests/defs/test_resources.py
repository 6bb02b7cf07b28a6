"""What a user says of documents reaches the reading of each; the home is held by one run, step by step."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from dagster import build_init_resource_context

from pipelines.defs.resources import RunOptions
from pipelines.run import marker
from pipelines.run.document import GIVEN_NAMES, read_and_judge
from tests.shared import BUNDLED, ROOT
from warehouse.home import Home, HomeLockedError


def test_section_and_edition_given_by_the_user_are_read(tmp_path: Path) -> None:
    options = RunOptions(home=str(tmp_path), section="11", edition=2031)
    with options.yield_for_execution(build_init_resource_context()) as resource:
        given = resource.options.given
    assert set(given) <= set(GIVEN_NAMES)
    (document,) = read_and_judge(BUNDLED.read_bytes(), "txt", given, "0" * 64)["mart_document"]
    assert (document["section_code"], document["edition_year"]) == ("11", 2031)


HOLDER = """
import sys
from pathlib import Path
from warehouse.home import Home
with Home(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_step_waits_for_the_step_before_it_and_for_no_other_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own: Any = SimpleNamespace(run=SimpleNamespace(run_id="own"))
    home, options = Home(tmp_path).ensure(), RunOptions(home=str(tmp_path))
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=-1, stdout=-1, cwd=ROOT) as holder:
        assert holder.stdout is not None and holder.stdout.readline()
        with pytest.raises(HomeLockedError), options.yield_for_execution(own):
            pass
        marker.begin(tmp_path, "own")
        waited: list[float] = []

        def let_go(seconds: float) -> None:
            waited.append(seconds)
            holder.communicate()

        clock = SimpleNamespace(sleep=let_go, monotonic=time.monotonic)
        monkeypatch.setattr(sys.modules[RunOptions.__module__], "time", clock)
        with options.yield_for_execution(own):
            assert waited and home.is_held()
            marker.ended(tmp_path)
    # A step after the one that told how the run ended does not begin it again.
    with options.yield_for_execution(own):
        assert marker.unfinished(tmp_path) is None
    with options.yield_for_execution(build_init_resource_context()):
        assert marker.unfinished(tmp_path) is not None

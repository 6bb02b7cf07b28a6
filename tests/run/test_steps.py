"""The steps as the command takes them: those of Dagster's assets, without Dagster."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipelines.defs import STEPS
from pipelines.defs.assets import COPIES
from pipelines.ingest.land import write_whole
from pipelines.run import publish, steps
from pipelines.run.early_steps import Options
from pipelines.run.results import Failure
from tests.command.support import fascicle, no_rules, queried
from tests.shared import BUNDLED, ROOT
from warehouse.home import Home


def test_the_command_takes_the_steps_of_the_assets_and_leaves_what_they_return(untouched: Path) -> None:
    """A step that is added to one and not to the other is missed by half of the users."""
    left = {path.stem for path in (untouched / "staging" / "steps").glob("*.json")}
    assert left == {asset.key.path[-1] for asset in STEPS} - {asset.key.path[-1] for asset in COPIES}


def test_a_run_imports_no_dagster(published: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(published, tmp_path / "home", symlinks=True))
    code = (
        "import sys; from pipelines.command import cli; "
        f"code = cli(['run', {str(BUNDLED)!r}, '--rebuild', '--home', {str(home)!r}], standalone_mode=False); "
        "print(code, 'dagster' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "Published release" in said and said.endswith("0 False\n"), said


@pytest.mark.parametrize(
    ("problem", "kind", "words"),
    [
        (publish.NothingToPublish("no document"), "NothingToPublish", "no document"),
        (ValueError("two\nlines"), "ValueError", "ValueError: two lines"),
    ],
)
def test_a_failure_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, problem: Exception, kind: str, words: str
) -> None:
    def fail(*given: object) -> None:
        raise problem

    monkeypatch.setattr(steps.early_steps, "land_files", fail)
    monkeypatch.delenv("FASCICLE_TRACEBACK", raising=False)
    failure = steps.take_steps(Options(tmp_path))
    assert failure is not None and (failure.kind, failure.words) == (kind, words)
    monkeypatch.setenv("FASCICLE_TRACEBACK", "1")
    with pytest.raises(type(problem)):
        steps.take_steps(Options(tmp_path))


def test_a_copy_that_fails_is_told_and_the_release_stands(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(published, tmp_path / "home", symlinks=True))
    before = json.loads((home / "last_run.json").read_text("utf-8"))["release_id"]
    monkeypatch.setenv("FASCICLE_PUBLISH_TO", "postgresql://nobody@127.0.0.1:1/nowhere")
    with no_rules():
        answer = fascicle(home, "run", str(BUNDLED), "--rebuild")
    told = json.loads((home / "last_run.json").read_text("utf-8"))
    assert answer.exit_code == 1 and "is published, but was not copied" in answer.output, answer.output
    assert told["outcome"] == "published" and told["release_id"] != before
    assert queried(home, "SELECT count(*) > 0 AS has_cells FROM mart_cell") == [{"has_cells": True}]


def test_a_refused_release_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its reasons are in the summary."""
    monkeypatch.setattr(publish, "gate_reasons", lambda *given: ("for a test",))
    with no_rules():
        answer = fascicle(tmp_path, "run", str(BUNDLED))
    assert answer.exit_code == 4 and "because      for a test" in answer.output, answer.output
    assert "Error" not in answer.output


def test_a_home_that_is_held_is_told_and_the_other_runs_word_is_not_taken_for_ours(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(published, tmp_path / "home", symlinks=True))
    take_steps = steps.take_steps

    def after_the_other_ended(options: Options) -> Failure | None:
        write_whole(home / "last_run.json", (home / "last_run.json").read_bytes())
        return take_steps(options)

    monkeypatch.setattr(steps, "take_steps", after_the_other_ended)
    with Home(home).locked(), ThreadPoolExecutor(1) as other:  # a thread may hold a home twice, two may not
        answer = other.submit(fascicle, home, "run", str(BUNDLED)).result()
    assert answer.exit_code == 1 and answer.output.startswith("Error: "), answer.output
    assert "release" not in answer.output and answer.output.count("\n") == 1

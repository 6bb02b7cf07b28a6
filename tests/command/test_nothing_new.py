"""A run without news is answered without the steps, and says the same as they would."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.run import steps
from tests.command.support import fascicle
from tests.shared import BUNDLED, ROOT

HEAVY = ("dagster", "great_expectations", "pandas", "pyarrow")


@pytest.fixture(scope="module")
def published(untouched: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a release of one document, in which nothing else was done."""
    return Path(shutil.copytree(untouched, tmp_path_factory.mktemp("home") / "home", symlinks=True))


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Homes for which the steps were taken; they do nothing."""
    taken: list[Path] = []
    monkeypatch.setattr(steps, "take_steps_after_landing", lambda options, landing: taken.append(options.home))
    return taken


def test_the_answer_is_left_for_status_and_imports_nothing_heavy(published: Path) -> None:
    first = json.loads(fascicle(published, "status", "--json").output)["last_run"]
    code = (
        "import sys; from pipelines.command import cli; "
        f"code = cli(['run', {str(BUNDLED)!r}, '--home', {str(published)!r}], standalone_mode=False); "
        f"print(code, [name for name in {HEAVY!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.startswith("Nothing new") and said.endswith("0 []\n"), said
    status = json.loads(fascicle(published, "status", "--json").output)
    last = status["last_run"]
    assert status["unfinished_run"] is None
    assert last["outcome"] == "unchanged" and (last["parsed"], last["reused"]) == (0, 1)
    same = ("release_id", "content_hash", "counts", "verdicts", "severities", "doubts", "warnings", "known")
    assert {name: last[name] for name in same} == {name: first[name] for name in same}


@pytest.mark.parametrize("news", ["changed", "added", "strict", "rebuild", "register", "damaged", "unstaged", "copy"])
def test_anything_new_or_in_doubt_takes_the_steps(
    published: Path, tmp_path: Path, taken: list[Path], monkeypatch: pytest.MonkeyPatch, news: str
) -> None:
    home = Path(shutil.copytree(published, tmp_path / "home", symlinks=True))
    sources, options = [BUNDLED], []
    if news in ("changed", "added"):
        other = tmp_path / BUNDLED.name
        other.write_text(BUNDLED.read_text("utf-8").replace("2.8", "2.9"), "utf-8")
        sources = [other] if news == "changed" else [BUNDLED, other]
    if news in ("strict", "rebuild"):
        options = [f"--{news}"]
    if news == "register":
        (home / "register.toml").write_text("# nothing is known\n")
    if news == "damaged":
        database = next(home.glob("releases/2*/fascicle.duckdb"))
        database.write_bytes(database.read_bytes()[:-1])
    if news == "unstaged":
        next((home / "staging").glob("*.stage")).unlink()
    if news == "copy":
        monkeypatch.setenv("FASCICLE_PUBLISH_TO", "postgresql://nowhere/")
    fascicle(home, "run", *map(str, sources), *options)
    assert taken == [home]

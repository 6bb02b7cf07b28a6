"""``fascicle status`` and ``fascicle releases``: what there is, what was refused, and the way back."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.command.support import fascicle, queried
from tests.shared import BUNDLED


@pytest.fixture(scope="module")
def home(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two releases of different texts, and an empty file in quarantine."""
    folder = tmp_path_factory.mktemp("status")
    home, source = folder / "home", folder / "in"
    shutil.copytree(published, home, symlinks=True)
    shutil.rmtree(home / "quarantine")  # what other tests left there
    source.mkdir()
    text = source / BUNDLED.name
    mended = BUNDLED.read_text(encoding="utf-8").replace("(2.8) 0.9", "(2.8) (0.9)")
    assert mended != BUNDLED.read_text(encoding="utf-8")
    text.write_text(mended, encoding="utf-8")
    (source / "empty.txt").write_bytes(b"")
    assert fascicle(home, "run", str(source)).exit_code == 3
    return home


def _releases(home: Path) -> list[str]:
    found = json.loads(fascicle(home, "status", "--json").output)["releases"]
    return [release["release_id"] for release in found]


def test_status_lists_releases_documents_quarantine_and_the_last_run(home: Path) -> None:
    told = json.loads(fascicle(home, "status", "--json").output)
    assert [release["is_current"] for release in told["releases"]] == [False, True]
    assert told["current_release"] == told["releases"][1]["release_id"]
    document = told["documents"][0]
    assert (document["symbol"], document["tables"], document["cells"]) == ("A/77/6 (Sect. 10)", 38, 822)
    assert [entry["name"] for entry in told["quarantine"]] == ["empty.txt"]
    assert told["last_run"]["exit_code"] == 3 and told["last_run"]["outcome"] == "published"


def test_status_in_words(home: Path) -> None:
    shown = fascicle(home, "status").output
    assert "A/77/6(Sect.10).zh.txt: 38 tables, 822 cells" in shown
    assert "refused   empty.txt: " in shown
    assert "published, exit code 3" in shown


def test_status_of_a_home_without_anything(tmp_path: Path) -> None:
    answer = fascicle(tmp_path / "none", "status")
    assert answer.exit_code == 0 and "fascicle run" in answer.output
    told = json.loads(fascicle(tmp_path / "none", "status", "--json").output)
    assert told["current_release"] is None and told["releases"] == [] and told["last_run"] is None


def test_releases_are_listed_newest_first_and_compared(home: Path) -> None:
    old, new = _releases(home)
    listed = [line.split()[:2] for line in fascicle(home, "releases").output.splitlines()]
    assert listed[0] == ["*", new] and listed[1][0] == old
    compared = fascicle(home, "releases", "compare", old).output
    assert "changed  A/77/6(Sect.10).zh.txt" in compared
    assert "mart_finding" in compared
    assert "the same" in fascicle(home, "releases", "compare", new, new).output


def test_rollback_and_back(home: Path) -> None:
    old, new = _releases(home)
    findings = "SELECT count(*) AS n FROM mart_finding WHERE class = 'sign'"
    assert queried(home, findings) == [{"n": 0}]
    assert fascicle(home, "releases", "rollback", old).exit_code == 0
    assert queried(home, findings) == [{"n": 1}]
    assert _releases(home) == [old, new]
    assert fascicle(home, "releases", "rollback", new).exit_code == 0
    assert queried(home, findings) == [{"n": 0}]


@pytest.mark.parametrize("arguments", [("rollback", "1999"), ("compare", "1999")])
def test_a_release_that_is_not_there_is_a_usage_error(home: Path, arguments: tuple[str, ...]) -> None:
    answer = fascicle(home, "releases", *arguments)
    assert answer.exit_code == 2 and "no release is called" in answer.output


def test_releases_of_an_empty_home(tmp_path: Path) -> None:
    answer = fascicle(tmp_path, "releases")
    assert answer.exit_code == 0 and "fascicle run" in answer.output

"""Exit codes of the contract: 0 published, 1 unexpected, 2 usage, 3 published with quarantine, 4 refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click
import pytest

import pipelines.command as command
from tests.command.support import fascicle, no_rules
from tests.shared import BUNDLED, ROOT


def test_published_is_0_and_nothing_new_is_0_without_parsing(published: Path) -> None:
    again = fascicle(published, "run", str(BUNDLED))
    assert again.exit_code == 0
    assert "Nothing new" in again.output and "0 parsed, 1 unchanged" in again.output


def test_equal_input_gives_equal_content_whatever_the_home(
    published: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    home = Path(".fascicle")
    done = fascicle(home, "run", str(BUNDLED))
    assert done.exit_code == 0, done.output
    listed = [fascicle(at, "releases").output.split("content ")[1].split()[0] for at in (published, home)]
    assert listed[0] == listed[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere.txt"),
        ("run", "A/99/6 (Sect. 1)"),
        ("run", "--edition", "next"),
        ("run", "--nonsense"),
        ("nonsense",),
    ],
)
def test_usage_is_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    assert fascicle(tmp_path, *arguments).exit_code == 2


def test_published_with_something_in_quarantine_is_3(published: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert fascicle(published, "run", str(empty), str(BUNDLED)).exit_code == 3


def test_refused_by_the_gate_is_4_and_the_last_release_stays(published: Path) -> None:
    releases = published / "releases"
    before = (releases / "current").resolve()
    with no_rules():
        refused = fascicle(published, "run", "--strict", str(BUNDLED))
    assert refused.exit_code == 4
    assert "because" in refused.output and "last release stays" in refused.output
    assert (releases / "current").resolve() == before
    assert sorted(path.name for path in releases.iterdir()) == sorted([before.name, "current"])


def _main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["fascicle", *arguments])
    with pytest.raises(SystemExit) as leaving:
        command.main()
    assert isinstance(leaving.value.code, int)
    return leaving.value.code


def test_an_unexpected_failure_is_1_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @click.command()
    def failing() -> None:
        raise RuntimeError("something\nbroke")

    monkeypatch.delenv("FASCICLE_TRACEBACK", raising=False)
    monkeypatch.setitem(command.cli.commands, "status", failing)
    monkeypatch.setattr(command.cli, "get_command", lambda context, name: failing)
    assert _main(monkeypatch, "status") == 1
    said = capsys.readouterr().err
    assert said == "Error: something broke (FASCICLE_TRACEBACK=1 shows where)\n"


def test_no_release_yet_is_1_and_says_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert _main(monkeypatch, "findings", "--home", str(tmp_path)) == 1
    assert "type: fascicle run" in capsys.readouterr().err


def test_main_hands_on_the_codes_of_verbs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, published: Path) -> None:
    assert _main(monkeypatch, "query", "SELECT 1", "--home", str(published)) == 0
    assert _main(monkeypatch, "query", "DROP TABLE mart_cell", "--home", str(published)) == 2
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert _main(monkeypatch, "run", str(empty), "--home", str(tmp_path / "home")) == 4


def test_the_command_itself_in_a_process_of_its_own(published: Path) -> None:
    start = "from pipelines.command import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", start, "status", "--home", str(published)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert "A/77/6(Sect.10).zh.txt" in done.stdout

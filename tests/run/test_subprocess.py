"""Work in a process of its own: what it returns, raises or prints, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.run import subprocess as apart_module
from pipelines.run.subprocess import run_in_subprocess
from tests.shared import ROOT
from warehouse.load import LoadError

STAND_STILL = "import signal, sys; print('here', file=sys.stderr, flush=True); signal.pause()"
REFUSE = "from warehouse.load import LoadError\ndef refuse(table): raise LoadError(f'{table} has no such column')\nrefuse(table)"
TIDY_LATE = "import atexit, pathlib; atexit.register(pathlib.Path(path).touch)"


def test_a_call_is_answered_by_another_process() -> None:
    assert run_in_subprocess(os.getpid) != os.getpid()
    assert run_in_subprocess(divmod, 7, 2) == (3, 1)


def test_what_is_printed_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_in_subprocess(print, "aside") is None
    assert capfd.readouterr() == ("", "aside\n")


def test_an_error_of_the_process_is_raised_here_with_its_place_on_demand(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LoadError, match=r"^mart_cell has no such column$"):
        run_in_subprocess(exec, REFUSE, {"table": "mart_cell"})
    assert capfd.readouterr() == ("", "")
    monkeypatch.setenv("FASCICLE_TRACEBACK", "1")
    with pytest.raises(LoadError):
        run_in_subprocess(exec, REFUSE, {"table": "mart_cell"})
    assert "in refuse" in capfd.readouterr().err


def test_the_process_tidies_up_before_it_is_over(tmp_path: Path) -> None:
    run_in_subprocess(exec, TIDY_LATE, {"path": str(tmp_path / "tidied")})
    assert (tmp_path / "tidied").exists()


@pytest.mark.parametrize(
    ("end", "said"), [((os._exit, 3), "exit code 3"), ((signal.raise_signal, signal.SIGKILL), "signal SIGKILL")]
)
def test_a_process_that_ends_without_an_answer_is_reported(end: tuple[object, int], said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        run_in_subprocess(*end)  # type: ignore[arg-type]


def test_the_process_ends_with_the_one_that_asked() -> None:
    code = f"from pipelines.run.subprocess import run_in_subprocess; run_in_subprocess(exec, {STAND_STILL!r})"
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True) as asking:
        assert asking.stderr is not None and asking.stderr.readline() == "here\n"
        asking.kill()
        assert asking.stderr.read() == ""  # both ends of the pipe are closed


def test_a_process_started_ahead_takes_the_first_call_alone() -> None:
    with apart_module.ahead(os.getpid, "json"):
        assert apart_module.is_ready(os.getpid)
        waiting = next(iter(apart_module._READY.values()))
        assert run_in_subprocess(os.getpid) == waiting.pid
        assert not apart_module.is_ready(os.getpid)
        assert run_in_subprocess(os.getpid) not in (waiting.pid, os.getpid())
    assert waiting.poll() is not None


def test_a_process_started_ahead_and_not_needed_is_ended() -> None:
    with apart_module.ahead(os.getpid):
        waiting = next(iter(apart_module._READY.values()))
    assert waiting.poll() is not None

"""Whole runs of ``fascicle`` in processes of their own, and a home to disturb: what ``make faults`` is made of."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warehouse.home import Home
from warehouse.load import combine_hashes
from warehouse.release import current_release

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
BUNDLED = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
FEWEST = "FASCICLE_BENCH_FEWEST_ROWS"
"""Rows from which the next release is made from the last one; without it, as the program has it."""
COMMAND = (
    "import os, sys; from pipelines.command import main; from pipelines.run import fill; sys.argv[0] = 'fascicle'; "
    f"fill.FEWEST_ROWS = int(os.environ.get('{FEWEST}', fill.FEWEST_ROWS)); main()"
)


@dataclass
class Told:
    """How often a fault was tried, ended as it should, and what was seen; ``wrong`` has a line per failure."""

    fault: str
    tried: int = 0
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def expect(self, is_so: bool, words: str) -> None:
        """Note a failure unless it is so."""
        if not is_so:
            self.wrong.append(words)
            print(f"  WRONG {self.fault}: {words}", flush=True)


def start(home: Path, *sources: str | Path, prepare: Callable[[], None] | None = None) -> subprocess.Popen[str]:
    """A ``fascicle run`` in a process group of its own."""
    command = [sys.executable, "-c", COMMAND, "run", *map(str, sources), "--home", str(home)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        preexec_fn=prepare,
    )


def finish(home: Path, *sources: str | Path) -> tuple[int, str]:
    """Run to the end; exit code and what was said."""
    running = start(home, *sources)
    said, _ = running.communicate(timeout=600)
    return running.returncode, said


def status(home: Path) -> dict[str, Any]:
    """What ``fascicle status --json`` tells."""
    from pipelines.command.status import gather_status

    return gather_status(home)


def whole(home: Path) -> str:
    """Content hash of the current release as recounted from its file; raises when it is not whole."""
    import duckdb

    from tests.warehouse.made import table_hashes
    from warehouse.query import connect_read_only

    release = current_release(Home(home))
    if release is None:
        raise RuntimeError("no release")
    with connect_read_only(release.database) as connection:
        try:
            names = list(release.manifest["table_hashes"])
            tables = {name: connection.execute(f'SELECT * FROM "{name}"').to_arrow_table() for name in names}
        except duckdb.Error as problem:
            raise RuntimeError(f"{release.release_id}: {problem}") from problem
    return combine_hashes(table_hashes(tables))


STAGES = ("landed_file", "staged_document", "warehouse_file", "validation", "release")
"""Steps of a run, in order; each leaves a file when it has ended."""


@dataclass
class Bench:
    """A home with a release to fall back on, sources for the next one, and what an undisturbed run of them comes to."""

    work: Path
    template: Path
    sources: Path
    before: str
    expected: str
    seconds: dict[str, float]
    random: random.Random
    seed: int

    def home(self, name: str) -> Path:
        """A copy of the home to be disturbed."""
        target = self.work / name
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.template, target, symlinks=True)
        return target

    def settle(self, told: Told, home: Path, codes: tuple[int, ...] = (0,)) -> None:
        """The next run completes, comes to the same as an undisturbed one, and leaves nothing behind."""
        code, said = finish(home, self.sources)
        told.expect(code in codes, f"the next run ended with {code}: {said[-500:]}")
        told.expect(whole(home) == self.expected, "the next run came to something else than an undisturbed one")
        left = [p.name for p in home.rglob("*") if p.name.startswith((".building", ".current-", ".removing"))]
        left += [p.name for p in home.rglob("*.part")]
        told.expect(not left, f"left behind: {left}")
        found = status(home)
        told.expect(found["unfinished_run"] is None and not found["damaged"], f"status: {found['unfinished_run']}")

    def still(self, told: Told, home: Path) -> str:
        """Readers see the release of before, or the whole next one; its content hash."""
        found = whole(home)
        told.expect(found in (self.before, self.expected), "readers saw something that was never published")
        return found


def prepare(work: Path, seed: int, is_next: bool = False) -> Bench:
    """Sources, a home, and the times of an undisturbed run's steps.

    Where it ``is_next``, all documents but one are in the home's release, and the next one is made from that.
    """
    first, sources = work / "first", work / "sources"
    for folder in (first, sources):
        folder.mkdir(parents=True)
    shutil.copy(BUNDLED, first)
    text = BUNDLED.read_text("utf-8").replace("(2.8) 0.9", "(2.8) (0.9)")
    (sources / BUNDLED.name).write_text(text, "utf-8")
    for name in ("A_81_6_Sect.13.en.docx", "A_81_6_Sect.10.en.docx"):
        if (path := SHARED / "corpus" / "A_81_6" / name).is_file():
            for folder in (sources, first) if is_next else (sources,):
                shutil.copy(path, folder)
    template, plain = work / "template", work / "undisturbed"
    code, said = finish(template, first)
    if code:
        raise SystemExit(f"the first run ended with {code}: {said}")
    shutil.rmtree(template / "staging" / "steps")
    shutil.copytree(template, plain, symlinks=True)
    seconds: dict[str, float] = {}
    running, before = start(plain, sources), time.monotonic()
    for stage in STAGES:
        await_stage(plain, stage, running)
        seconds[stage], before = time.monotonic() - before, time.monotonic()
    said, _ = running.communicate(timeout=600)
    if running.returncode:
        raise SystemExit(f"the undisturbed run ended with {running.returncode}: {said}")
    made = current_release(Home(plain))
    if is_next and (made is None or not made.manifest["parts"]["moved"]):
        raise SystemExit("the undisturbed run's release was not made from the last one")
    print(f"undisturbed: {', '.join(f'{name} {took:.1f} s' for name, took in seconds.items())}", flush=True)
    return Bench(work, template, sources, whole(template), whole(plain), seconds, random.Random(seed), seed)


def await_stage(home: Path, stage: str, running: subprocess.Popen[str]) -> None:
    """Wait until the step has ended, or the run has."""
    path = home / "staging" / "steps" / f"{stage}.json"
    while not path.exists() and running.poll() is None:
        time.sleep(0.005)


def ended_stage(home: Path) -> str:
    """The last step that ended."""
    steps = home / "staging" / "steps"
    return next((name for name in reversed(STAGES) if (steps / f"{name}.json").exists()), "nothing")


def workers_of(pid: int) -> list[int]:
    """Processes that a run of ours started."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in children.read_text().split()] if children.is_file() else []

"""Growth, measured: ``make bench-scale`` makes fascicles from facts and takes them from sources to a release.

Three sizes are run, the largest 48 times the smallest. A machine's seconds say little when it is shared, so what counts is
CPU time, of the command and all its processes. Written to docs/performance.md, below its marker.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benches.render.model import Fascicle

ROOT = Path(__file__).parents[1]
SEED = ROOT / "pipelines" / "bundled" / "A_77_6_Sect.10.zh.txt"
REPORT = ROOT / "docs" / "performance.md"
MARKER = "<!-- written by make bench-scale -->"
_KB = 1024 / 1e6  # in MB
_POLL = 0.25  # seconds
_ROUNDS = 3
_FIRST_FACTOR = 11
"""What amounts are multiplied with in the first document that is changed; in each after it, with one more."""
_STEPS = (
    ("early_steps", "land_files"),
    ("early_steps", "stage_documents"),
    ("publish", "build"),
    ("publish", "validate"),
    ("publish", "release"),
)
"""Functions that the steps of a run are, by their module."""


@dataclass
class Run:
    """One run: CPU and wall seconds, peak memory of the largest process and of all together in MB, seconds in all steps
    and in each of them."""

    name: str
    documents: int
    cpu: float
    wall: float
    largest: float
    together: float
    whole: float
    stages: dict[str, float]

    @property
    def each(self) -> float:
        """CPU seconds per document."""
        return self.cpu / self.documents


@contextmanager
def _watched(pid: int, peaks: list[float]) -> Iterator[None]:
    """Record the peak memory of a process and its descendants: ``peaks`` gets the largest one's and that of all."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_POLL):
            sizes = list(_sizes(pid))
            if sizes:
                peaks[0] = max(peaks[0], *(whole for whole, _ in sizes))
                peaks[1] = max(peaks[1], sum(share for _, share in sizes))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _sizes(pid: int) -> Iterator[tuple[float, float]]:
    """Memory of a process and its descendants, MB: the most that each had, and its share, what several have parted."""
    pending = [pid]
    while pending:
        one = pending.pop()
        try:
            most = _told(f"/proc/{one}/status", "VmHWM")
            yield most, _told(f"/proc/{one}/smaps_rollup", "Pss")
            for task in Path(f"/proc/{one}/task").iterdir():
                pending += [int(child) for child in (task / "children").read_text().split()]
        except (FileNotFoundError, ProcessLookupError, KeyError):
            continue


def _told(file: str, what: str) -> float:
    """A size that the kernel tells in such a file, MB. Raises KeyError when it does not."""
    lines = (line.partition(":") for line in Path(file).read_text().splitlines())
    return int({name: value for name, _, value in lines}[what].split()[0]) * _KB


def run_command(name: str, home: Path, source: Path, documents: int, *options: str) -> Run:
    """``fascicle run`` on a folder. Raises RuntimeError when it publishes nothing."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "benches.scale", "child", "run", str(source), "--home", str(home), *options]
    times = home.with_suffix(".json")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "FASCICLE_BENCH_STEPS": str(times)},
    )
    peaks = [0.0, 0.0]
    with _watched(process.pid, peaks):
        output, _ = process.communicate()
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{name} ended with {process.returncode}: {output[-2000:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    told = json.loads(times.read_text())
    wall = time.perf_counter() - started
    return Run(name, documents, cpu, wall, peaks[0], peaks[1], told["whole"], told["steps"])


def child(arguments: Sequence[str]) -> None:
    """``fascicle`` with these arguments, its steps' seconds and those of the whole written to FASCICLE_BENCH_STEPS.

    A run without news takes no steps.
    """
    from pipelines.command import main as command
    from pipelines.run import steps

    told = Path(os.environ["FASCICLE_BENCH_STEPS"])
    told.write_text(json.dumps({"whole": 1.0, "steps": {}}))
    took: dict[str, float] = {}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            started = time.perf_counter()
            try:
                return function(*given)
            finally:
                took[name] = time.perf_counter() - started

        return call

    for module, name in _STEPS:
        owner = getattr(steps, module)
        setattr(owner, name, timed(name, getattr(owner, name)))
    take = steps.take_steps

    def take_all(*given: Any) -> Any:
        started = time.perf_counter()
        failure = take(*given)
        told.write_text(json.dumps({"whole": time.perf_counter() - started, "steps": took}))
        return failure

    steps.take_steps = take_all
    sys.argv = ["fascicle", *arguments]
    command()


def functions_alone(folder: Path, home: Path) -> float:
    """CPU seconds of reading and judging a folder's documents by plain functions in this process."""
    from pipelines.ingest.formats import tell_format
    from pipelines.run.document import Task, perform

    started = time.process_time()
    for file in sorted(folder.iterdir()):
        form = tell_format(file.read_bytes())
        stage = home / f"{file.name}.stage"
        perform(Task(file.name, file.name, form, str(file), str(stage), {}))
    return time.process_time() - started


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the corpora, run them, write the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--editions", type=int, default=8)
    parser.add_argument("--sections", type=int, default=45)
    parser.add_argument("--small", type=int, default=45, help="documents of the smaller run")
    parser.add_argument("--middle", type=int, default=540, help="documents of the run between")
    parser.add_argument("--work", type=Path, default=None, help="folder to work in; else one that is taken away")
    parser.add_argument("--report", type=Path, default=REPORT)
    options = parser.parse_args(arguments)
    work = options.work or Path(tempfile.mkdtemp(prefix="fascicle-scale-"))
    try:
        text = _report(*_measured(work, options.editions, options.sections, [options.small, options.middle]))
    finally:
        if options.work is None:
            shutil.rmtree(work, ignore_errors=True)
    print(text)
    _write(options.report, text)


def _measured(work: Path, editions: int, sections: int, fewer: Sequence[int]) -> tuple[list[Run], float, float]:
    from benches.render.facts import fascicle_of
    from benches.render.scale import write_corpus
    from pipelines.run.document import read_and_judge
    from warehouse.schema.languages import CODES

    facts = fascicle_of(read_and_judge(SEED.read_bytes(), "txt", {}, "0" * 64))
    years = range(2027 - editions + 1, 2028)
    started = time.process_time()
    large = work / "large"
    count = write_corpus(large, facts, list(years), list(range(1, sections + 1)), CODES)
    making = (time.process_time() - started) / count
    runs = []
    for name, some in zip(("small", "middle"), fewer, strict=True):
        part = work / name
        part.mkdir(exist_ok=True)
        for file in sorted(large.iterdir())[:some]:
            shutil.copy(file, part / file.name)
        runs.append(run_command(name, work / f"home-{name}", part, some))
    alone = functions_alone(work / "small", work)
    home = work / "home-large"
    runs.append(run_command("full", home, large, count))
    runs.append(run_command("unchanged", home, large, count))
    runs.append(run_command("publish alone", home, large, count, "--rebuild"))
    changed = {"one changed": (large, home, count, 1), "ten changed": (large, home, count, 10)}
    changed["one changed of the middle"] = (work / "middle", work / "home-middle", fewer[-1], 1)
    runs += [_median(rounds) for rounds in zip(*_changes_in_turns(facts, changed), strict=True)]
    return runs, alone, making


def _changes_in_turns(facts: Fascicle, changed: Mapping[str, tuple[Path, Path, int, int]]) -> Iterator[list[Run]]:
    """Rounds of runs after changes, each given by a folder, its home, how many documents it has and how many change: runs that
    are compared follow one another, for the machine differs from minute to minute."""
    factor = _FIRST_FACTOR
    for _ in range(_ROUNDS):
        found = []
        for name, (folder, home, documents, some) in changed.items():
            _change(folder, facts, some, factor)
            found.append(run_command(name, home, folder, documents))
            factor += 1
        yield found


def _median(rounds: Sequence[Run]) -> Run:
    """The run with the middle of the CPU seconds; its name says from how much to how much they are."""
    ordered = sorted(rounds, key=lambda run: run.cpu)
    one = ordered[len(ordered) // 2]
    return replace(one, name=f"{one.name} (median of {len(ordered)}, {ordered[0].cpu:.1f} to {ordered[-1].cpu:.1f})")


def _change(folder: Path, facts: Fascicle, count: int, factor: int) -> None:
    """Write so many Word files of a corpus with other amounts, spread over it."""
    from benches.render.render import render
    from benches.render.scale import varied

    files = sorted(folder.glob("*.docx"))
    for file in files[:: max(1, len(files) // count)][:count]:
        session, section = file.name.split("_")[1], file.name.split("Sect.")[1].split(".")[0]
        file.write_bytes(render(varied(facts, int(session) + 1946, section, factor), file.name.split(".")[-2], "docx"))


def _report(runs: list[Run], alone: float, making: float) -> str:
    small, middle, full, unchanged, publish, changed, ten, changed_middle = runs
    lines = [
        MARKER,
        "",
        "## Growth",
        "",
        f"Written by `make bench-scale`: fascicles made from facts in six languages, Word and text by turns, taken from "
        f"sources to a release; CPU seconds of the command and its processes, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores. Memory is what is resident, of all processes with what they share counted once. Making a document took {making:.2f} s.",
        "",
        "| run | documents | CPU s | CPU s per document | wall s | largest process, MB | all processes, MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {r.name} | {r.documents:,} | {r.cpu:.1f} | {r.each:.3f} | {r.wall:.0f} | {r.largest:.0f} | {r.together:.0f} |"
            for r in runs
        ),
        "",
        "| what | measured | aim |",
        "| --- | ---: | ---: |",
        f"| time per document at {full.documents:,} over that at {small.documents} | {full.each / small.each:.2f} | <= 1.2 |",
        *(
            f"| largest process at {full.documents:,} over that at {r.documents} | {full.largest / r.largest:.2f} | flat |"
            for r in (small, middle)
        ),
        *(
            f"| all processes at {full.documents:,} over those at {r.documents} | {full.together / r.together:.2f} | flat |"
            for r in (small, middle)
        ),
        f"| nothing changed, share of the full run | {unchanged.cpu / full.cpu:.1%} | < 2 % |",
        f"| one changed document, share of the publish | {changed.cpu / publish.cpu:.1%} | <= 5 % |",
        f"| ten changed documents, share of the publish | {ten.cpu / publish.cpu:.1%} | <= 10 % |",
        f"| one changed document of {full.documents:,} over one of {middle.documents} | {changed.cpu / changed_middle.cpu:.2f} | <= 1.5 |",
        f"| the publish alone (`--rebuild`: nothing is read, all is built, checked and written), s | {publish.cpu:.1f} | |",
        f"| reading and judging {small.documents} documents by plain functions in one process, s per document | {alone / small.documents:.3f} | |",
        "",
    ]
    lines += [
        "| step | " + " | ".join(f"s at {r.documents:,}" for r in (small, middle, full)) + " | last over first |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for step in sorted(set(small.stages) | set(full.stages)):
        took = [r.stages.get(step, 0.0) for r in (small, middle, full)]
        times = f"{took[-1] / took[0]:.1f}" if took[0] else "-"
        lines.append("| " + " | ".join([step, *(f"{seconds:.1f}" for seconds in took), times]) + " |")
    lines.append("")
    return "\n".join(lines)


def _write(report: Path, text: str) -> None:
    before = report.read_text(encoding="utf-8") if report.exists() else ""
    report.write_text(before.partition(MARKER)[0].rstrip() + "\n\n" + text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(sys.argv[2:])
    else:
        main()

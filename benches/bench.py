"""Times and ratios, measured side by side in one run: ``make bench`` prints them and writes docs/performance.md.

A machine's seconds say little, so every time stands beside a floor measured in the same minutes: for the
command, importing the libraries that it is built on; for Word files, parsing their XML (see read_word.py).
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("FASCICLE_SHARED", ROOT.parent / "shared"))
IMPORTS = "import dagster, duckdb, pandas, great_expectations"
ROUNDS = 3
EDITION = (SHARED / "corpus" / "A_80_6", SHARED / "more" / "A_80_6")
END = "<!-- end of what make bench writes -->"


@dataclass(frozen=True)
class Measure:
    """One thing measured: seconds of each round; ``aim`` is its largest ratio to ``floor``, None for none."""

    name: str
    seconds: tuple[float, ...]
    floor: str | None = None
    aim: float | None = None

    @property
    def typical(self) -> float:
        """Median of the rounds."""
        return statistics.median(self.seconds)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _rounds(works: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, tuple[float, ...]]:
    """Seconds of each work, the works taking turns, so that a busy minute hits them alike."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(_timed(work))
    return {name: tuple(seconds) for name, seconds in times.items()}


def _command(*arguments: str) -> Callable[[], object]:
    def call() -> None:
        done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}: {done.stderr[-2000:]}")

    return call


def measure_command() -> list[Measure]:
    """The command on the seed (the bundled edition where it is absent), warm."""
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    source = [str(seeds[0])] if seeds else []
    start = "from pipelines.command import main; main()"
    with tempfile.TemporaryDirectory() as home:
        at = ["--home", home]
        cold = _timed(_command("-c", start, "run", *source, *at))
        times = _rounds(
            {
                "imports": _command("-c", IMPORTS),
                "run": _command("-c", start, "run", *source, *at),
                "rebuild": _command("-c", start, "run", "--rebuild", *source, *at),
                "query": _command("-c", start, "query", "SELECT count(*) FROM mart_cell", *at),
            }
        )
    floor = f'python -c "{IMPORTS}"'
    what = "the seed" if seeds else "the bundled edition"
    return [
        Measure(floor, times["imports"]),
        Measure(f"fascicle run on {what}, first time", (cold,), floor),
        Measure(
            f"fascicle run on {what}, warm: parsed before, all built and checked again", times["rebuild"], floor, 3.0
        ),
        Measure(f"fascicle run on {what}, warm: nothing new", times["run"], floor, 3.0),
        Measure("fascicle query", times["query"], floor, 0.25),
    ]


def measure_edition() -> list[list[Measure]]:
    """Publishing the Word files of an edition, in wall and CPU seconds; nothing where they are absent."""
    paths = sorted(path for folder in EDITION for path in folder.glob("*.docx"))
    if not paths:
        return []
    what = f" {len(paths)} Word files"
    with tempfile.TemporaryDirectory() as work:
        source, home = Path(work) / "source", Path(work) / "home"
        source.mkdir()
        for path in paths:
            (source / path.name).symlink_to(path)
        run = ("-m", "pipelines", "run", str(source), "--home", str(home))
        whole = [_spent(_command(*run))]
        floor, publish = [], []
        for _ in range(ROUNDS):
            floor.append(_spent(lambda: _create_tables(home / "releases" / "current", Path(work) / "floor.duckdb")))
            publish.append(_spent(_command(*run, "--rebuild")))
    groups = []
    for at, unit in enumerate(("wall", "CPU")):
        lowest = f"CREATE TABLE AS of all tables from their Parquet files, {unit}"
        groups.append(
            [
                Measure(lowest, tuple(one[at] for one in floor)),
                Measure(f"publish alone (--rebuild),{what}, {unit}", tuple(one[at] for one in publish), lowest, 6.0),
                Measure(f"sources to release,{what}, {unit}", tuple(one[at] for one in whole), lowest),
            ]
        )
    return groups


def _spent(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of some work, those of processes it starts among them."""
    started, before = time.perf_counter(), os.times()
    work()
    after = os.times()
    return time.perf_counter() - started, sum(after[:4]) - sum(before[:4])


def _create_tables(release: Path, file: Path) -> None:
    """The tables of a release made again from its Parquet files, in a file of their own without keys."""
    import duckdb

    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        for path in sorted((release / "parquet").glob("*.parquet")):
            connection.execute(f"CREATE TABLE {path.stem} AS FROM '{path}'")


def measure_word() -> list[list[Measure]]:
    """Reading the Word files of an edition, in CPU seconds of one process; nothing where they are absent."""
    import read_word

    paths = sorted(read_word.EDITION.glob("*.docx"))
    if not paths:
        return []
    found = read_word.measure(paths, ROUNDS)
    floor, read, both, cells, runs = read_word.TASKS
    totals = {
        name: tuple(map(sum, zip(*(times[name] for times in found.values()), strict=True))) for name in read_word.TASKS
    }
    what = f" {len(paths)} Word files"
    return [
        [
            Measure(floor + what, totals[floor]),
            Measure(read + what, totals[read], floor + what),
            Measure(both + what, totals[both], floor + what, 2.0),
        ],
        [
            Measure(cells + what, totals[cells]),
            Measure(runs + what, totals[runs], cells + what),
            Measure(read + what, totals[read], cells + what),
            Measure(both + what, totals[both], cells + what, 0.2),
        ],
    ]


def measure_pdf() -> list[list[Measure]]:
    """Reading the PDF files of an edition, in CPU seconds of one process; nothing where they are absent."""
    import read_pdf

    paths = sorted(read_pdf.EDITION.glob("*.pdf"))
    if not paths:
        return []
    found = read_pdf.measure(paths, ROUNDS)
    floor, read, both, tables = read_pdf.TASKS
    totals = {name: (sum(times[name] for times in found.values()),) for name in read_pdf.TASKS}
    what = f" {len(paths)} PDF files"
    return [
        [
            Measure(floor + what, totals[floor]),
            Measure(read + what, totals[read], floor + what),
            Measure(both + what, totals[both], floor + what, 3.0),
        ],
        [
            Measure(tables + what, totals[tables]),
            Measure(both + what, totals[both], tables + what, 0.2),
        ],
    ]


def measure_judging() -> list[list[Measure]]:
    """Judging every document here beside reading it, in CPU seconds of one process; nothing where they are absent."""
    import judge

    paths = judge.documents_of(SHARED / folder for folder in ("corpus", "reference", "seeds"))
    if not paths:
        return []
    found = [judge.measure(paths) for _ in range(ROUNDS)]
    times = {name: tuple(round_[name] for round_ in found) for name in judge.TASKS}
    what = f" {len(paths)} documents"
    return [
        [
            Measure(judge.READ + what, times[judge.READ]),
            Measure(judge.JUDGE + what, times[judge.JUDGE], judge.READ + what, 1.0),
        ]
    ]


def rendered(groups: Sequence[Sequence[Measure]]) -> str:
    """The measures as Markdown tables, with their ratios to the floor of their group."""
    lines = []
    for group in groups:
        by_name = {measure.name: measure for measure in group}
        lines += ["| what | seconds | x floor | aim |", "| --- | ---: | ---: | ---: |"]
        for measure in group:
            ratio = f"{measure.typical / by_name[measure.floor].typical:.2f}" if measure.floor else "1"
            aim = f"<= {measure.aim:g}" if measure.aim else ""
            lines.append(f"| {measure.name} | {measure.typical:.2f} | {ratio} | {aim} |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Measure, print, write; returns 1 when an aim is missed."""
    groups = [measure_command(), *measure_edition(), *measure_word(), *measure_pdf(), *measure_judging()]
    text = rendered(groups)
    print(text)
    missed = [
        measure.name
        for group in groups
        for measure in group
        if measure.aim and measure.typical > measure.aim * next(m.typical for m in group if m.name == measure.floor)
    ]
    report = ROOT / "docs" / "performance.md"
    _, end, rest = report.read_text("utf-8").partition(END)
    report.write_text(
        "# Performance\n\nWritten by `make bench`: medians of rounds that took turns, on "
        f"{os.cpu_count()} cores, Python {platform.python_version()}. The first line of each table is its floor.\n\n"
        f"{text}\n{END}" + (rest if end else "\n"),
        "utf-8",
    )
    for name in missed:
        print(f"misses its aim: {name}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

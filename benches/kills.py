"""Faults of a whole run: ``make faults``. After each, readers saw whole releases only, and the next run comes to the same.

- 50 runs killed (SIGKILL) at seeded moments spread over all stages: the run alone, the run with its workers, a worker;
  as many whose release is made from the last one;
- the disk full, at sizes spread over what a run writes;
- landing files that vanish or change while they are read; two runs at once; 8 readers through 20 releases;
- a staged file, an archived original and a release damaged.

Every process that is killed is one that this bench started. Figures go into docs/operations.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benches.whole_runs import (
    BUNDLED,
    FEWEST,
    ROOT,
    STAGES,
    Bench,
    Told,
    await_stage,
    ended_stage,
    finish,
    prepare,
    start,
    status,
    whole,
    workers_of,
)
from warehouse.home import Home
from warehouse.release import current_release, list_releases

MEMORY = ROOT / ".fascicle" / "faults.json"
REPORT = ROOT / "docs" / "operations.md"
_BLOCK = 4096
BEGIN, END = "<!-- begin of what make faults writes -->", "<!-- end of what make faults writes -->"


def killed_runs(bench: Bench, count: int) -> Told:
    """Runs killed at moments of every stage in turn: every other one alone, its workers left to themselves."""
    told = Told("run killed, its release made from the last one" if FEWEST in os.environ else "run killed")
    numbers = itertools.count()
    while told.tried < count:
        number = next(numbers)
        stage = STAGES[number % len(STAGES)]
        home = bench.home("killed")
        running = start(home, bench.sources)
        if number % len(STAGES):
            await_stage(home, STAGES[number % len(STAGES) - 1], running)
        time.sleep(bench.random.uniform(0, bench.seconds[stage]))
        with_workers = bool(number // len(STAGES) % 2)
        if running.poll() is None:
            (os.killpg if with_workers else os.kill)(running.pid, signal.SIGKILL)
            told.tried += 1
        else:
            told.seen["had ended before"] += 1
        running.wait()
        told.seen[f"after {ended_stage(home)}{', with workers' if with_workers else ''}"] += 1
        found = status(home)
        seen = bench.still(told, home)
        is_told = found["unfinished_run"] is not None and not found["unfinished_run"]["is_running"]
        has_begun = ended_stage(home) != "nothing"
        # Between the swap and the word about it, the release is there and the word is not: both are true.
        if seen == bench.before and has_begun:
            told.expect(is_told, f"status does not tell that the run was cut off: {found['unfinished_run']}")
        bench.settle(told, home)
        print(f"  {told.tried} killed, {len(told.wrong)} wrong", flush=True)
    return told


def killed_next(folder: Path, seed: int, count: int) -> Told:
    """As ``killed_runs``, of runs that read one document and make their release from the last one."""
    os.environ[FEWEST] = "0"
    try:
        return killed_runs(prepare(folder, seed, is_next=True), count)
    finally:
        del os.environ[FEWEST]


def killed_workers(bench: Bench, count: int) -> Told:
    """A worker killed while the run goes on: the document is read again, by another."""
    told = Told("worker killed")
    for _ in range(count):
        home = bench.home("worker")
        running = start(home, bench.sources)
        await_stage(home, "landed_file", running)
        until, share = time.monotonic() + 60, bench.random.uniform(0.2, 0.8)
        while not workers_of(running.pid) and time.monotonic() < until and running.poll() is None:
            time.sleep(0.01)
        time.sleep(bench.seconds["staged_document"] * share)
        if workers := workers_of(running.pid):
            os.kill(bench.random.choice(workers), signal.SIGKILL)
            told.tried += 1
        said, _ = running.communicate(timeout=600)
        told.expect(running.returncode == 0, f"the run ended with {running.returncode}: {said[-500:]}")
        bench.settle(told, home)
    return told


@contextmanager
def small_disk(
    bench: Bench, name: str, room: int
) -> Iterator[tuple[Path, Callable[[], None] | None, Callable[[], None]]]:
    """A home with so many bytes left, what to do in a run's process before it begins, and how to make room again."""
    size = _size_of(bench.template)
    point = bench.work / name
    point.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size + room + (1 << 20)}", "tmpfs", str(point)], capture_output=True
    )
    if mounted.returncode:

        def limit() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room // 4, room // 4))

        yield bench.home(name), limit, lambda: None
        return
    try:
        home = point / "home"
        shutil.copytree(bench.template, home, symlinks=True)
        free = os.statvfs(point)
        filler = point / "filler"
        filler.write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - room))
        yield (
            home,
            None,
            lambda: filler.unlink() or subprocess.run(["mount", "-o", "remount,size=2g", str(point)], check=True),
        )  # type: ignore[func-returns-value]
    finally:
        subprocess.run(["umount", str(point)], check=False)


def _size_of(folder: Path) -> int:
    """Bytes of all its files, in whole blocks, as a disk gives them out."""
    return sum(-(-path.lstat().st_size // _BLOCK) * _BLOCK for path in folder.rglob("*"))


def fill_after(step: str, home: Path, room: int, running: subprocess.Popen[str]) -> None:
    """Leave so many bytes of a home's disk as soon as a step has ended."""
    while not (home / "staging" / "steps" / f"{step}.json").exists():
        if running.poll() is not None:
            return
        time.sleep(0.002)
    free = os.statvfs(home)
    with suppress(OSError):  # what the run writes meanwhile may take the room first
        (home.parent / "filled_later").write_bytes(b"\0" * max(0, free.f_bavail * free.f_frsize - room))


def full_disks(bench: Bench, count: int) -> Told:
    """The disk full at sizes spread over what a run writes; every second one as soon as the release is written out.

    Checking takes more room for a while than what is written after it, so a disk that is small from the beginning is
    never full that late.
    """
    told = Told("disk full")
    plain = bench.work / "undisturbed"
    needed = _size_of(plain) - _size_of(bench.template)
    made = current_release(Home(plain))
    last = sum(_size_of(made.path / name) for name in ("parquet", "csv")) if made else needed
    for number in range(count):
        share = (number + bench.random.random()) / count
        is_late = number % 2 == 1
        with small_disk(bench, "full", 3 * needed if is_late else int(needed * share)) as (home, limit, make_room):
            running = start(home, bench.sources, prepare=limit)
            if is_late:
                fill_after("validation", home, int(last * share), running)
            said, _ = running.communicate(timeout=600)
            told.tried += 1
            told.seen[f"exit code {running.returncode}, after {ended_stage(home)}"] += 1
            lines = [line for line in said.splitlines() if line.startswith("Error")]
            told.expect(running.returncode in (0, 1), f"ended with {running.returncode}: {said[-800:]}")
            told.expect(running.returncode == 0 or len(lines) == 1, f"not one line: {said[-800:]}")
            bench.still(told, home)
            if running.returncode:
                found = status(home)
                is_told = found["unfinished_run"] is not None or found["last_run"]["outcome"] == "failed"
                told.expect(is_told, f"status does not tell: {found['last_run']}")
            make_room()
            bench.settle(told, home)
    return told


def changing_files(bench: Bench, count: int) -> Told:
    """A file of the landing folder that is written anew, bit by bit, or taken away, while a run reads the folder."""
    told = Told("landing files change")
    content = {path.name: path.read_bytes() for path in bench.sources.iterdir()}
    for _ in range(count):
        home = bench.home("changing")
        for name, data in content.items():
            (home / "landing" / name).write_bytes(data)
        over = threading.Event()

        def disturb(home: Path = home, over: threading.Event = over) -> None:
            path = home / "landing" / BUNDLED.name
            while not over.is_set():
                with path.open("wb") as handle:
                    for piece in (content[path.name][:90_000], content[path.name][90_000:]):
                        handle.write(piece)
                        handle.flush()
                        over.wait(bench.random.uniform(0, 0.01))
                if bench.random.random() < 0.4:
                    path.unlink()
                    over.wait(bench.random.uniform(0, 0.02))

        disturbing = threading.Thread(target=disturb)
        disturbing.start()
        try:
            code, said = finish(home, home / "landing")
        finally:
            over.set()
            disturbing.join()
        told.tried += 1
        refused = status(home)["quarantine"]
        told.seen[refused[0]["reason"].split(";")[0][:60] if refused else "taken in whole"] += 1
        told.expect(code in (0, 3, 4), f"ended with {code}: {said[-500:]}")
        told.expect((code == 0) == (not refused), f"exit code {code} and {len(refused)} in quarantine")
        found = current_release(Home(home))
        hashes = {d["source_sha256"] for d in found.manifest["documents"]} if found else set()
        whole(home)
        told.expect(len(hashes) >= 1, "nothing published")
        (home / "landing" / BUNDLED.name).write_bytes(content[BUNDLED.name])
        bench.settle(told, home)
        told.expect(not status(home)["quarantine"], "still in quarantine after it was taken in")
    return told


def two_at_once(bench: Bench, count: int) -> Told:
    """Two runs on one home: one waits for nobody, the other says who holds it."""
    told = Told("two runs at once")
    for _ in range(count):
        home = bench.home("two")
        both = [start(home, bench.sources)]
        time.sleep(bench.random.uniform(0, bench.seconds["landed_file"]))
        both.append(start(home, bench.sources))
        ends = [(running.communicate(timeout=600)[0], running.returncode) for running in both]
        told.tried += 1
        told.seen[f"exit codes {sorted(code for _, code in ends)}"] += 1
        told.expect(any(code == 0 for _, code in ends), f"neither published: {ends}")
        for said, code in ends:
            told.expect(
                code == 0 or (code == 1 and "is in use by process" in said), f"ended with {code}: {said[-300:]}"
            )
        told.expect(whole(home) == bench.expected, "came to something else than an undisturbed run")
        bench.settle(told, home)
    return told


def read_on(home: Path, hashes: Sequence[str]) -> None:
    """A reader: looks at the current release over and over until told to stop, and tells what was wrong."""
    reads = 0
    while not (home / "stop").exists():
        release = current_release(Home(home))
        if release is None or release.manifest["content_hash"] not in hashes or whole(home) not in hashes:
            print(f"wrong: {release}", flush=True)
        reads += 1
    print(reads)


def reading(bench: Bench, releases: int, readers: int) -> Told:
    """Readers in a loop through releases of two contents in turn."""
    told = Told(f"{readers} readers through {releases} releases")
    home = bench.home("reading")
    command = [sys.executable, "-m", "benches.kills", "--read", str(home), bench.before, bench.expected]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(readers)]
    for number in range(releases):
        code, said = finish(home, bench.work / "first" if number % 2 else bench.sources)
        told.expect(code == 0, f"release {number} ended with {code}: {said[-300:]}")
        told.tried += 1
    (home / "stop").touch()
    for process in processes:
        said, _ = process.communicate(timeout=600)
        lines = said.split("\n")
        told.expect(process.returncode == 0 and "wrong" not in said, f"a reader saw: {said[:300]}")
        told.seen["reads"] += int(lines[-2]) if lines[-2:] and lines[-2].isdigit() else 0
    told.expect(len(list_releases(Home(home))) == releases + 1, "not every run made a release")
    return told


def damaged(bench: Bench) -> Told:
    """Bytes changed in a staged file, an archived original, a release's file, its manifest; the link to it broken."""
    told = Told("damaged")

    def spoil(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = bench.random.randrange(len(data) // 4, len(data) - 100)
        data[at : at + 64] = bytes(one ^ 0x5A for one in data[at : at + 64])
        path.write_bytes(data)

    def cut(path: Path) -> None:
        os.truncate(path, path.stat().st_size // 3)

    def of_release(name: str) -> Callable[[Path], Path]:
        return lambda home: (home / "releases" / "current").resolve() / name

    cases: dict[str, tuple[Callable[[Path], Path], Callable[[Path], None]]] = {
        "staged file, bytes": (lambda home: next(home.glob("staging/*.stage")), spoil),
        "staged file, cut": (lambda home: next(home.glob("staging/*.stage")), cut),
        "archived original, bytes": (lambda home: next(home.glob("archive/*/*.txt")), spoil),
        "archived original, cut": (lambda home: next(home.glob("archive/*/*.txt")), cut),
        "release, bytes": (of_release("fascicle.duckdb"), spoil),
        "release, cut": (of_release("fascicle.duckdb"), cut),
        "release, gone": (of_release("fascicle.duckdb"), Path.unlink),
        "parquet, bytes": (of_release("parquet/mart_cell.parquet"), spoil),
        "manifest, cut": (of_release("manifest.json"), cut),
        "last word, cut": (lambda home: home / "last_run.json", cut),
    }
    for name, (find, harm) in cases.items():
        home = bench.work / "damaged"
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(bench.work / "undisturbed", home, symlinks=True)
        harm(find(home))
        if "release" in name or "manifest" in name or "parquet" in name:
            told.expect(bool(status(home)["damaged"]), f"{name}: status does not tell")
        if name.startswith("archived"):
            for path in home.glob("staging/*.stage"):
                path.unlink()
        told.tried += 1
        told.seen[name] += 1
        bench.settle(told, home)
    return told


def report(found: Sequence[Told]) -> str:
    """The table for docs/operations.md."""
    lines = ["| fault | tried | ended as it should | what was seen |", "| --- | ---: | ---: | --- |"]
    for told in found:
        seen = "; ".join(f"{words} {count}" for words, count in sorted(told.seen.items()))
        good = told.tried - min(told.tried, len(told.wrong))
        lines.append(f"| {told.fault} | {told.tried} | {good} | {seen} |")
    return "\n".join(lines)


def remember(found: Sequence[Told]) -> str:
    """The table of what was tried now and before: faults may be tried one at a time."""
    known: dict[str, Any] = json.loads(MEMORY.read_text("utf-8")) if MEMORY.is_file() else {}
    for told in found:
        known[told.fault] = {"tried": told.tried, "seen": dict(told.seen), "wrong": told.wrong}
    MEMORY.parent.mkdir(exist_ok=True)
    MEMORY.write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")
    return report([Told(fault, one["tried"], Counter(one["seen"]), one["wrong"]) for fault, one in known.items()])


def write_report(text: str) -> None:
    """Put the figures between their marks."""
    document = REPORT.read_text("utf-8")
    head, rest = document.split(BEGIN, 1)
    REPORT.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END, 1)[1]}", "utf-8")


FAULTS: dict[str, Callable[[Bench, int], Told]] = {
    "kills": killed_runs,
    "next": lambda bench, count: killed_next(bench.work / "next", bench.seed, count),
    "workers": lambda bench, _: killed_workers(bench, 5),
    "disk": lambda bench, _: full_disks(bench, 10),
    "landing": lambda bench, _: changing_files(bench, 10),
    "two": lambda bench, _: two_at_once(bench, 5),
    "readers": lambda bench, _: reading(bench, 20, 8),
    "damaged": lambda bench, _: damaged(bench),
}


def main() -> None:
    """Try the faults named, or all; ends with 1 when one did not end as it should."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faults", nargs="*", help=", ".join(FAULTS))
    parser.add_argument("--seed", type=int, default=20260101)
    parser.add_argument("--kills", type=int, default=50, help="runs that are killed, of each kind")
    parser.add_argument("--read", nargs=3, metavar=("HOME", "HASH", "HASH"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.read:
        read_on(Path(given.read[0]), given.read[1:])
        return
    with tempfile.TemporaryDirectory() as folder:
        bench = prepare(Path(folder), given.seed)
        found = []
        for name in given.faults or FAULTS:
            found.append(FAULTS[name](bench, given.kills))
            print(f"{found[-1].fault}: {found[-1].tried} tried, {found[-1].wrong or 'all well'}", flush=True)
            print(f"  {dict(found[-1].seen)}", flush=True)
    write_report(remember(found))
    sys.exit(1 if any(told.wrong for told in found) else 0)


if __name__ == "__main__":
    main()

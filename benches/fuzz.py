"""Readers fed with mutated documents, guided by coverage: ``make fuzz`` (READER=text, word, pdf or all; MINUTES=60).

A fault is an exception that is no refusal with its reason, a reading that takes too long, memory
beyond a limit, or the end of the process. Each is kept once per place in the code under tests/fuzz/found/<reader>,
where ``make test`` reads it again for good; inputs that reach new code are kept under tests/fuzz/corpus/<reader>.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "tests" / "fuzz" / "found"
KEPT = ROOT / "tests" / "fuzz" / "corpus"
READERS = ("text", "word", "pdf")
POLL = 5.0
STILL = 240.0
"""Seconds without a word after which a process counts as standing still: longer than any input may take."""
STARTING = 1200.0
"""Seconds that its start may take: all code is instrumented, beside whatever else the machine does."""


def drive(reader: str, seconds: int, executions: int, scratch: Path, seed: int) -> dict[str, Any]:
    """Fuzz until so many seconds or executions have been spent, beginning again where a process ended."""
    corpus = scratch / reader
    corpus.mkdir(parents=True, exist_ok=True)
    kept = KEPT / reader
    for path in sorted(kept.glob("*")):
        data = path.read_bytes()
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
    total: dict[str, Any] = {"executions": 0, "read": 0, "refused": 0, "seconds": 0.0, "peak_megabytes": 0, "ends": 0}
    total["faults"] = {}
    until, turn = time.monotonic() + seconds, 0
    while (left := until - time.monotonic()) > 1 and total["executions"] < executions:
        told = scratch / f"{reader}.json"
        told.unlink(missing_ok=True)
        share = int(min(left, 600)) + 1
        command = [sys.executable, "-m", "benches.fuzz_work", reader, str(corpus), str(told), str(share)]
        code, said = attended([*command, str(seed + turn)], told)
        turn += 1
        found = json.loads(told.read_text("utf-8")) if told.is_file() else {}
        for name in ("executions", "read", "refused", "seconds"):
            total[name] += found.get(name, 0)
        total["peak_megabytes"] = max(total["peak_megabytes"], found.get("peak_megabytes", 0))
        total["faults"] |= found.get("faults", {})
        if code:
            total["ends"] += 1
            kept_input = keep_last(reader, told)
            print(f"{reader}: the process ended with {code}, input kept as {kept_input}: {said[-4000:]}", flush=True)
            if not found.get("executions"):
                break
        print(f"{reader}: {total}", flush=True)
    return total


def attended(command: list[str], told: Path) -> tuple[int, str]:
    """Run a process that writes to a file every few seconds; one that stands still tells where, and is killed.

    Returns its exit code (0 when all went well) and the end of what it said on standard error.
    """
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, cwd=ROOT, stderr=errors)
        began = time.time()
        while True:
            try:
                process.wait(timeout=POLL)
                break
            except subprocess.TimeoutExpired:
                is_on = told.is_file()
                last = told.stat().st_mtime if is_on else began
                if time.time() - max(last, began) > (STILL if is_on else STARTING):
                    process.send_signal(signal.SIGUSR1)
                    if not _ended(process):
                        process.kill()
        errors.seek(0)
        return process.returncode, errors.read()[-20_000:].decode("utf-8", "replace")


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(timeout=POLL)  # time for the trace to be written
    except subprocess.TimeoutExpired:
        return False
    return True


def keep_last(reader: str, told: Path) -> str:
    """Keep the input that a process was reading when it ended; returns the name of its file, or nothing."""
    path = told.with_suffix(".input")
    if not path.is_file():
        return "none"
    held = path.read_bytes()
    data = held[8 : 8 + int.from_bytes(held[:8], "big")]
    name = hashlib.sha256(data).hexdigest()[:16]
    (FOUND / reader).mkdir(parents=True, exist_ok=True)
    (FOUND / reader / name).write_bytes(data)
    return name


def main() -> None:
    """Fuzz one reader, or all in turn; ends with 1 when there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=["all", *READERS])
    parser.add_argument("--minutes", type=float, default=60.0, help="for each reader")
    parser.add_argument("--executions", type=int, default=1_000_000, help="for each reader: ends before the time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scratch", type=Path, default=ROOT / ".fascicle" / "fuzz")
    given = parser.parse_args()
    readers = list(READERS) if given.reader == "all" else [given.reader]
    told = {r: drive(r, int(given.minutes * 60), given.executions, given.scratch, given.seed) for r in readers}
    for reader, found in told.items():
        print(f"{reader}: {json.dumps(found, ensure_ascii=False)}")
    sys.exit(1 if any(found["faults"] or found["ends"] for found in told.values()) else 0)


if __name__ == "__main__":
    os.nice(19)
    main()

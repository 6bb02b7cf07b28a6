"""One process of ``make fuzz``: a reader with its code instrumented, given mutated inputs until its time is over."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import mmap
import random
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import Any, cast

import atheris
from lxml import etree

with atheris.instrument_imports(include=["pipelines", "expectations"]):
    # All that a reading imports while it goes on has to be instrumented too, so one is done here.
    from tests.fuzz.seeds import TOKENS, seeds
    from tests.fuzz.targets import PART, RAW, Reader, outcome

    for one_reader in ("text", "word", "pdf"):
        for one_seed in seeds(one_reader):
            outcome(one_reader, one_seed)

ROOT = Path(__file__).parents[1]
FOUND = ROOT / "tests" / "fuzz" / "found"
LONGEST = 10
"""Seconds of the processor that one small input may take."""
MEGABYTES = 2048
LARGEST_INPUT = 24_000
TOLD_EVERY = 5.0


HEAD = 8
"""Bytes before the current input that tell its length."""


class Current:
    """The input being read, in memory shared with a file: it outlives a process that is killed or crashes."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(b"\0" * (HEAD + LARGEST_INPUT))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), HEAD + LARGEST_INPUT)

    def set(self, data: bytes) -> None:
        """Remember an input, cut to the longest there is."""
        self.memory[:HEAD] = min(len(data), LARGEST_INPUT).to_bytes(HEAD, "big")
        self.memory[HEAD : HEAD + min(len(data), LARGEST_INPUT)] = data[:LARGEST_INPUT]


class TooLong(BaseException):
    """An input took longer than LONGEST seconds; no reader may catch it."""


class Counted:
    """How far one process came, written where the parent finds it however the process ends."""

    def __init__(self, reader: Reader, told: Path) -> None:
        self.reader, self.told = reader, told
        self.executions = self.read = self.refused = 0
        self.faults: dict[str, str] = {}
        self.started = self.last = time.monotonic()

    def tell(self) -> None:
        """Write it down."""
        self.last = time.monotonic()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told = {
            "executions": self.executions,
            "read": self.read,
            "refused": self.refused,
            "seconds": round(self.last - self.started, 1),
            "peak_megabytes": peak,
            "faults": self.faults,
        }
        self.told.write_text(json.dumps(told), "utf-8")

    def keep(self, data: bytes, problem: BaseException) -> None:
        """Keep the first input of each fault, told apart by the innermost place in our code."""
        ours = [str(ROOT / room) for room in ("pipelines", "expectations", "warehouse")]
        frames = [f for f in traceback.extract_tb(problem.__traceback__) if f.filename.startswith(tuple(ours))]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
        name = f"{type(problem).__name__} {place}"
        if name in self.faults:
            return
        self.faults[name] = str(problem)[:200]
        folder = FOUND / self.reader
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
        print(f"{self.reader}: {name}: {str(problem)[:120]}", flush=True)
        self.tell()


_MENDING = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)


def mutated(reader: Reader, data: bytes, most: int, seed: int, native: Any) -> bytes:
    """A changed input: bytes as the engine likes, or whole words, lines and elements put in, out, twice, elsewhere."""
    chance = random.Random(seed)
    if chance.random() < 0.25:
        return cast(bytes, native(data, most))
    if chance.random() < 0.02:
        data = chance.choice(seeds(reader))
    before = data
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        data = _step(reader, data, chance)
    if reader == "word" and chance.random() < 0.9:
        data = _well_formed(data)
    return data if len(data) <= most else before[:most]


def _well_formed(data: bytes) -> bytes:
    """The parts with their XML mended: what is no XML ends the reading at its door."""
    if data.startswith(RAW):
        return data
    made = []
    for piece in data.split(PART)[1:]:
        name, _, content = piece.partition(b"\n")
        try:
            root = etree.fromstring(content, _MENDING)
            mended = content if root is None else etree.tostring(root)
        except (etree.XMLSyntaxError, etree.SerialisationError):
            mended = content  # nothing left of it, or a character that cannot be written
        made.append(PART + name + b"\n" + mended)
    return b"".join(made)


def _step(reader: Reader, data: bytes, chance: random.Random) -> bytes:
    mark = b"<" if reader == "word" and not data.startswith(RAW) else b"\n"
    pieces = data.split(mark)
    at, other = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    end = min(len(pieces), at + chance.choice((1, 1, 2, 5, 20)))
    kind = chance.randrange(6)
    if kind == 0 and len(pieces) > 2:
        del pieces[at:end]
    elif kind == 1:
        pieces[other:other] = pieces[at:end]
    elif kind == 2:
        pieces[at], pieces[other] = pieces[other], pieces[at]
    elif kind == 3:
        place = chance.randrange(len(pieces[at]) + 1)
        pieces[at] = pieces[at][:place] + chance.choice(TOKENS[reader]) + pieces[at][place:]
    elif kind == 4:
        words = pieces[at].split(b" ")
        words[chance.randrange(len(words))] = chance.choice(TOKENS[reader])
        pieces[at] = b" ".join(words)
    else:
        pieces[at:at] = [*pieces[at:end]] * chance.choice((1, 2, 8))
    return mark.join(pieces)


def work(reader: Reader, corpus: Path, told: Path, seconds: int, seed: int) -> None:
    """Fuzz one reader in this process; the engine ends it."""
    counted = Counted(reader, told)
    current = Current(told.with_suffix(".input"))
    faulthandler.register(signal.SIGUSR1, all_threads=True)

    def over(number: int, frame: FrameType | None) -> None:
        raise TooLong(f"took longer than {LONGEST} seconds")

    signal.signal(signal.SIGPROF, over)
    resource.setrlimit(resource.RLIMIT_DATA, (MEGABYTES << 20, MEGABYTES << 20))

    def one(data: bytes) -> None:
        counted.executions += 1
        current.set(data)
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        try:
            if outcome(reader, data) == "read":
                counted.read += 1
            else:
                counted.refused += 1
        except (Exception, TooLong) as problem:
            counted.keep(data, problem)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        if time.monotonic() - counted.last > TOLD_EVERY:
            counted.tell()

    def change(data: bytes, most: int, number: int) -> bytes:
        return mutated(reader, data, most, number, atheris.Mutate)

    options = [f"-max_len={LARGEST_INPUT}", f"-max_total_time={seconds}", f"-seed={seed}", "-len_control=0"]
    # The engine's own alarm would end the process; ours names the place.
    options += [
        "-timeout=600",
        "-report_slow_units=600",
        "-rss_limit_mb=0",
        f"-artifact_prefix={FOUND / reader}/",
        "-verbosity=0",
        "-handle_usr1=0",  # ours tells where a process stands still
    ]
    (FOUND / reader).mkdir(parents=True, exist_ok=True)
    for seeded in seeds(reader):
        (corpus / hashlib.sha256(seeded).hexdigest()[:16]).write_bytes(seeded)
    atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=change)
    counted.tell()
    atheris.Fuzz()


if __name__ == "__main__":
    reader_name, corpus_path, told_path, seconds_given, seed_given = sys.argv[1:]
    work(cast(Reader, reader_name), Path(corpus_path), Path(told_path), int(seconds_given), int(seed_given))

"""Pool of worker processes for documents or comparisons, with limits on time and memory."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from typing import IO, Any, ClassVar, Protocol, TypeVar

from pipelines.run.document import Outcome, Task, perform
from pipelines.run.isolated import ONE_THREAD
from pipelines.run.isolated import command as started
from pipelines.vocabulary import OWN_FOLDER

_TOLD = frozenset({"PATH", "HOME", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", OWN_FOLDER})
_TOLD_ABOUT = ("LC_", "MALLOC_")
READER = "pipelines.run.worker"


class Work(Protocol):
    """What a process may be given to do: a dataclass of JSON's types, named by ``key``; the largest is done first."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def key(self) -> str:
        """Unlike that of any other piece of work."""

    @property
    def size(self) -> int:
        """In bytes of what is read."""


W = TypeVar("W", bound=Work)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may take, and how many are read at once.

    ``seconds`` and ``megabytes`` are per document; ``processes`` defaults to the cores this process may use.
    ``in_process_bytes``: a lone text up to this size is read here, without starting a process.
    """

    seconds: float = 300.0
    megabytes: int = 1024
    processes: int = field(default_factory=lambda: len(os.sched_getaffinity(0)))
    in_process_bytes: int = 2 * 1024 * 1024


def perform_all(
    tasks: Sequence[Task], limits: Limits, command: Sequence[str] | None = None, pool: Pool | None = None
) -> Iterator[tuple[Task, Outcome]]:
    """Perform tasks, yielding each as it ends, in no order.

    A task whose process is killed is given out once more; one whose process dies otherwise, runs out of time or out of memory is refused; the others go on.
    An answer that is none costs its task alone. ``command`` is what is started, the process that reads if not given; a ``pool``
    of processes that read is used and left open.
    """
    if len(tasks) == 1 and tasks[0].format == "txt" and tasks[0].size <= limits.in_process_bytes:
        yield tasks[0], perform(tasks[0])
        return
    if pool is not None:
        yield from pool.run(tasks)
        return
    yield from share_out(tasks, limits, command or started(READER))


def share_out(work: Sequence[W], limits: Limits, command: Sequence[str]) -> Iterator[tuple[W, Outcome]]:
    """As ``perform_all``, of any work that what ``command`` starts knows how to do, always in other processes."""
    with Pool(limits, command) as pool:
        yield from pool.run(work)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Environment of a process that parses untrusted bytes: how to run, and the user's vocabulary; no secrets."""
    told = {name: value for name, value in given.items() if name in _TOLD or name.startswith(_TOLD_ABOUT)}
    return {**ONE_THREAD, **told}


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    complaints: IO[bytes]
    task: Any = None
    started: float = 0.0
    answer: bytearray = field(default_factory=bytearray)


class Pool:
    """Processes that do work of the kinds that ``command`` starts one for; used as a context manager, which ends them."""

    def __init__(self, limits: Limits, command: Sequence[str]) -> None:
        self._limits = limits
        self._command = command
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._given_again: set[str] = set()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Processes that were started."""
        return len(self._workers)

    def run(self, work: Iterable[W], may_start: bool = True) -> Iterator[tuple[W, Outcome]]:
        """Give work out, largest first, until all is done; processes that have nothing to do wait for more. Where there are
        some, others are started only if they ``may``."""
        waiting = deque(sorted(work, key=lambda one: one.size, reverse=True))
        for worker in self._workers[: len(waiting)]:
            self._give(worker, waiting)
        most = self._limits.processes if may_start else len(self._workers)
        while waiting and len(self._workers) < max(1, most):
            self._give(self._start(), waiting)
        while any(worker.task for worker in self._workers):
            for key, _ in self._selector.select(timeout=self._patience()):
                worker: _Worker = key.data
                piece = os.read(worker.process.stdout.fileno(), 1 << 16)  # type: ignore[union-attr]
                worker.answer += piece
                if piece and not worker.answer.endswith(b"\n"):
                    continue
                if piece:
                    outcome = self._answer(worker)
                    task = worker.task
                    if outcome.is_lasting:
                        self._give(worker, waiting)
                    else:  # its memory may be in pieces
                        self._replace(worker, waiting)
                else:
                    task, outcome = worker.task, self._death(worker)
                    if task is not None and self._was_killed(worker, task):
                        waiting.append(task)
                        task = None
                    self._replace(worker, waiting)
                if task is not None:
                    yield task, outcome
            for worker in [w for w in self._workers if w.task and self._age(w) > self._limits.seconds]:
                task = worker.task
                outcome = Outcome(
                    f"reading it took more than {self._limits.seconds:g} seconds", self._age(worker), False
                )
                self._replace(worker, waiting)
                if task is not None:
                    yield task, outcome

    def _start(self) -> _Worker:
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with its worker
        process = subprocess.Popen(
            [*self._command, str(self._limits.megabytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            env=environment(os.environ),
        )
        worker = _Worker(process, complaints)
        self._workers.append(worker)
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
        return worker

    def _give(self, worker: _Worker, waiting: deque[Any]) -> None:
        worker.task, worker.answer = None, bytearray()
        if not waiting:
            return
        worker.task, worker.started = waiting.popleft(), time.monotonic()
        try:
            worker.process.stdin.write(json.dumps(asdict(worker.task)).encode() + b"\n")  # type: ignore[union-attr]
            worker.process.stdin.flush()  # type: ignore[union-attr]
        except BrokenPipeError:
            pass  # it died: the end of its answers says so

    def _replace(self, worker: _Worker, waiting: deque[Any]) -> None:
        self._stop(worker)
        if waiting:
            self._give(self._start(), waiting)

    def _stop(self, worker: _Worker) -> None:
        self._workers.remove(worker)
        self._selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
        worker.process.kill()
        worker.process.wait()
        for stream in (worker.process.stdin, worker.process.stdout, worker.complaints):
            with suppress(BrokenPipeError):
                stream.close()  # type: ignore[union-attr]

    def close(self) -> None:
        """End every worker, whatever it is doing."""
        for worker in list(self._workers):
            self._stop(worker)
        self._selector.close()

    def _was_killed(self, worker: _Worker, task: Work) -> bool:
        """True the first time that somebody killed the process: that says nothing of the document."""
        is_first = task.key not in self._given_again
        self._given_again.add(task.key)
        return is_first and worker.process.returncode == -signal.SIGKILL

    def _age(self, worker: _Worker) -> float:
        return time.monotonic() - worker.started

    def _patience(self) -> float:
        """Seconds until the first worker runs out of time."""
        ages = [self._age(worker) for worker in self._workers if worker.task]
        return max(0.01, self._limits.seconds - max(ages, default=0.0))

    def _answer(self, worker: _Worker) -> Outcome:
        """What a process answered; a refusal where that is no answer, and then the process is not asked again."""
        try:
            outcome = Outcome(**json.loads(worker.answer))
            if isinstance(outcome.refusal, str | None) and isinstance(outcome.is_lasting, bool):
                return outcome
        except (ValueError, TypeError):
            pass
        said = worker.answer[:200].decode("utf-8", "replace").strip()
        return Outcome(f"the process reading it gave no answer but {said!r}; run again", self._age(worker), False)

    def _death(self, worker: _Worker) -> Outcome:
        """Why a process ended without an answer."""
        code = worker.process.wait()
        worker.complaints.seek(0)
        said = worker.complaints.read().decode("utf-8", "replace").strip().splitlines()
        why = f"signal {-code}" if code < 0 else f"exit code {code}"
        last = f": {said[-1][:200]}" if said else ""
        return Outcome(f"the process reading it ended with {why}{last}", self._age(worker), False, "\n".join(said))

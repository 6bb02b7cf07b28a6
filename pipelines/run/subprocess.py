"""Run a function in a separate process, which frees all of its memory when it ends.

Such a process can be started before there is work for it, to import meanwhile what the work needs (``ahead``).

Python and the libraries below it keep much of the memory that they free; in one process it would add up from step to
step. ``concurrent.futures`` does not fit: processes of a Dask cluster may not start its processes, they outlive a caller
that is killed, and they get their environment too late for the C library.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import Any, ParamSpec, TypeVar

from pipelines.run.isolated import ONE_THREAD, command, end_at_once, seldom_collect
from warehouse.memory import spare_pandas

_FRUGAL = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "131072",
    "MALLOC_TRIM_THRESHOLD_": "131072",
}
"""What lets the C library give back what is freed: as ``warehouse.memory.give_back``, but from the first moment."""

_SECONDS_TO_TIDY = 60.0

P = ParamSpec("P")
R = TypeVar("R")


_READY: dict[str, subprocess.Popen[bytes]] = {}
"""Processes started ahead, by the name of the function that they will be asked to call."""


@contextmanager
def ahead(function: Callable[..., Any], *modules: str) -> Iterator[None]:
    """Have a process import the function and what it needs within the block; the first call ``run_in_subprocess`` is given to it."""
    name = _name_of(function)
    process = _READY[name] = _started(function.__module__, *modules)
    try:
        yield
    finally:
        if _READY.pop(name, None) is not None:
            process.kill()
            process.communicate()


def is_ready(function: Callable[..., Any]) -> bool:
    """True while a process waits to call the function."""
    return _name_of(function) in _READY


def _name_of(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def _started(*modules: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command("pipelines.run.subprocess", *modules),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**_FRUGAL, **ONE_THREAD, **os.environ},
    )


def run_in_subprocess(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a function of a module in a fresh process, which ends with this one; return or raise what it does.

    Raises RuntimeError when the process ends without an answer.
    """
    process = _READY.pop(_name_of(function), None) or _started()
    try:
        asked = pickle.dumps((function.__module__, function.__qualname__, args, kwargs))
        with suppress(BrokenPipeError):  # it ended before: there will be no answer
            process.stdin.write(len(asked).to_bytes(8, "little") + asked)  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]  # and stays open: its end says that this process is gone
        answer = process.stdout.read()  # type: ignore[union-attr]
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_TIDY)  # what libraries leave in temporary folders is taken away
    finally:
        process.kill()
        process.communicate()
    if not answer:
        raise RuntimeError(f"the process for {function.__name__} ended without an answer ({_end(process.returncode)})")
    returned, raised = pickle.loads(answer)
    if raised is not None:
        raise raised
    result: R = returned
    return result


def _end(code: int) -> str:
    return f"signal {signal.Signals(-code).name}; is there memory enough?" if code < 0 else f"exit code {code}"


def _answered(module: str, name: str, args: Any, kwargs: Any) -> bytes:
    """The outcome of the call: its result and None, or None and its exception."""
    try:
        return pickle.dumps((getattr(import_module(module), name)(*args, **kwargs), None))
    except BaseException as problem:
        if os.environ.get("FASCICLE_TRACEBACK"):
            traceback.print_exc()
        try:
            said = pickle.dumps((None, problem))
            pickle.loads(said)
        except Exception:  # an exception whose making takes more than its message
            said = pickle.dumps((None, RuntimeError(f"{type(problem).__name__}: {problem}")))
        return said


def _read(length: int) -> bytes:
    """So many bytes of standard input, fewer when it ends."""
    read = bytearray()
    while len(read) < length and (piece := os.read(0, length - len(read))):
        read += piece
    return bytes(read)


def _end_with_the_caller() -> None:
    while os.read(0, 1):  # not through Python's own buffer, whose lock would be missed when this process ends
        pass
    os._exit(1)


def main() -> None:
    """Import the modules named, then answer one call, where the last argument says."""
    seldom_collect()
    spare_pandas()
    answers = os.fdopen(int(sys.argv[-1]), "wb")
    gc.disable()  # importing leaves no garbage, however much it makes
    for module in sys.argv[1:-1]:
        with suppress(Exception):  # what cannot be imported is met, and told, by the call
            import_module(module)
    gc.freeze()
    gc.enable()
    if not (length := _read(8)):
        return  # there was nothing to do
    asked = pickle.loads(_read(int.from_bytes(length, "little")))
    threading.Thread(target=_end_with_the_caller, daemon=True).start()
    answers.write(_answered(*asked))
    answers.close()
    end_at_once()


if __name__ == "__main__":
    main()

"""A process that reads documents and compares them: one task per line of JSON on standard input, one answer per line out.

Started with ``pipelines.run.isolated.command``. A process of its own, so that a document that crashes a
library, eats the memory or never ends takes nothing else with it.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any, TypeVar

from pipelines.run.comparisons import ComparisonTask, attempt
from pipelines.run.document import Outcome, Task, perform
from pipelines.run.isolated import seldom_collect
from warehouse.memory import spare_pandas

W = TypeVar("W")


def limit_memory(megabytes: int) -> None:
    """Let this process have so much data and no more: what goes beyond raises MemoryError in it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def serve(tasks: IO[str], answers: IO[str], kind: Callable[..., W], do: Callable[[W], Outcome]) -> None:
    """Do work until there is no more; ``kind`` makes a piece of it from its fields."""
    for line in tasks:
        outcome = do(kind(**json.loads(line)))
        answers.write(json.dumps(asdict(outcome)) + "\n")
        answers.flush()


def work(kind: Callable[..., W], do: Callable[[W], Outcome]) -> None:
    """Serve requests from standard input, within the megabytes of the first argument, and answer to the descriptor of the last one."""
    seldom_collect()
    spare_pandas()
    megabytes, answers = sys.argv[1], os.fdopen(int(sys.argv[-1]), "w", encoding="utf-8")
    limit_memory(int(megabytes))
    serve(sys.stdin, answers, kind, do)


def _task(**fields: Any) -> Task | ComparisonTask:
    """A document to be read, or documents to be compared."""
    return ComparisonTask(**fields) if "check_name" in fields else Task(**fields)


def _do(task: Task | ComparisonTask) -> Outcome:
    if isinstance(task, Task):
        return perform(task)
    gc.freeze()  # after each comparison garbage is looked for: not among all that reading documents left
    return attempt(task)


if __name__ == "__main__":
    work(_task, _do)

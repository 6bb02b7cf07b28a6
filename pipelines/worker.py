"""A process that parses documents: one task per line of JSON on standard input, one answer per line out.

Run as ``python -m pipelines.worker``. A process of its own, so that a document that crashes a
library, eats the memory or never ends takes nothing else with it. ``pipelines.comparer`` is another, which compares.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, TypeVar

from pipelines.document import Outcome, Task, perform

W = TypeVar("W")


def limit_memory(megabytes: int) -> None:
    """Let this process have so much data and no more: what goes beyond raises MemoryError in it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def serve(tasks: IO[str], answers: IO[str], kind: type[W], do: Callable[[W], Outcome]) -> None:
    """Do work of one kind until there is no more."""
    for line in tasks:
        outcome = do(kind(**json.loads(line)))
        answers.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        answers.flush()


def work(kind: type[W], do: Callable[[W], Outcome]) -> None:
    """Serve what is said on standard input, within the megabytes that the first argument grants.

    Keep the answers' channel apart: whatever a library prints goes to standard error.
    """
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    limit_memory(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
    serve(sys.stdin, answers, kind, do)


if __name__ == "__main__":
    work(Task, perform)

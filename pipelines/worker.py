"""A process that parses documents: one task per line of JSON on standard input, one answer per line out.

Run as ``python -m pipelines.worker``. A process of its own, so that a document that crashes a
library, eats the memory or never ends takes nothing else with it.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from typing import IO

from pipelines.document import Task, perform


def limit_memory(megabytes: int) -> None:
    """Let this process have so much data and no more: what goes beyond raises MemoryError in it."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def serve(tasks: IO[str], answers: IO[str]) -> None:
    """Perform tasks until there are no more."""
    for line in tasks:
        outcome = perform(Task(**json.loads(line)))
        answers.write(json.dumps(asdict(outcome), ensure_ascii=False) + "\n")
        answers.flush()


def main() -> None:
    """Keep the answers' channel apart: whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    limit_memory(int(sys.argv[1]) if len(sys.argv) > 1 else 1024)
    serve(sys.stdin, answers)


if __name__ == "__main__":
    main()

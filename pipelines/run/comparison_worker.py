"""A process that holds documents against one another, as ``pipelines.run.worker`` is one that parses them.

Comparing takes memory in many small pieces that a process rarely gives back.
"""

from __future__ import annotations

from pipelines.run.comparisons import Comparing, attempt
from pipelines.run.worker import work

if __name__ == "__main__":
    work(Comparing, attempt)

"""Worker process that compares documents, as ``pipelines.run.worker`` parses them.

ComparisonTask takes memory in many small pieces that a process rarely gives back.
"""

from __future__ import annotations

from pipelines.run.comparisons import ComparisonTask, attempt
from pipelines.run.worker import work

if __name__ == "__main__":
    work(ComparisonTask, attempt)

"""Times judging a corpus beside reading it: every document by itself, then the witnesses together.

Each document is read and parsed, then judged, in turn; times are CPU seconds of one process.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import cast

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from expectations.judging.judge import judge_rows
from expectations.judging.witnesses import NEEDED_TABLES, witness_rows
from pipelines.ingest.formats import FileFormat
from pipelines.run.document import read_rows
from warehouse.schema.declare import Rows

READ = "read and parse"
JUDGE = "judge"
TASKS = (READ, JUDGE)
_FORMATS = {".docx": "docx", ".pdf": "pdf", ".txt": "txt", ".json": "json"}


def documents_of(folders: Iterable[Path]) -> list[Path]:
    """Every file of the folders that has the ending of a format."""
    return [path for folder in folders for path in sorted(folder.rglob("*")) if path.suffix in _FORMATS]


def measure(paths: Iterable[Path]) -> dict[str, float]:
    """CPU seconds of each task over all the documents."""
    times = dict.fromkeys(TASKS, 0.0)

    def timed(task: str, work: Callable[[], Rows]) -> Rows:
        gc.collect()
        started = time.process_time()
        rows = work()
        times[task] += time.process_time() - started
        return rows

    kept: Rows = {}
    for path in paths:
        data, file_format = path.read_bytes(), cast(FileFormat, _FORMATS[path.suffix])
        rows = timed(READ, partial(read_rows, data, file_format, {}, ""))
        rows |= timed(JUDGE, partial(judge_rows, rows))
        for table in NEEDED_TABLES:
            kept.setdefault(table, []).extend(rows.get(table, []))
    timed(JUDGE, partial(witness_rows, kept))
    return times

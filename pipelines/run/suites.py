"""Have Great Expectations judge a draft. A module of its own, so that the process which does so imports little else."""

from __future__ import annotations

import shutil
from pathlib import Path

Told = tuple[str, int, tuple[str, ...], tuple[str, ...], tuple[str, ...]]
"""The fields of a ``SuiteResult``."""


def suites_of(database: Path, docs: Path, compiled: Path, part: Path) -> list[Told]:
    """What Great Expectations says of each table of a draft's file; Data Docs go into a folder, their templates are kept
    ``compiled`` in another.

    Where there is a ``part``, the file was made from the last release: what changed is judged; all of it, where a rule does
    not hold of that. Raises MemoryShortage when DuckDB may not hold as much as it needs.
    """
    from expectations.gx import validate_file

    found = validate_file(database, docs, part=part if part.is_file() else None, compiled=compiled)
    if part.is_file() and any(result.failed or result.crashed for result in found):
        shutil.rmtree(docs)
        found = validate_file(database, docs, compiled=compiled)
    return [(r.table, r.evaluated, r.failed, r.crashed, r.rules) for r in found]

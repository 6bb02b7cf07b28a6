"""Documents of one release held against one another: formats, languages, editions, corrigenda, references."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.stage import StagedTables, code_version, is_whole, write_stage
from warehouse.declare import Rows

_KEPT = 8
"""Documents whose rows are held at once: an edition is held against the one before and the one after it."""


def held_together(documents: Sequence[tuple[dict[str, Any], StagedTables]], folder: Path) -> list[StagedTables]:
    """Relations, findings and check counts between documents, each given as its mart_document row and its stage.

    One stage per comparison, kept in ``folder`` by what it compares, so that only what changed is compared anew; those
    no longer asked for are removed. Memory grows with one comparison, not with the release.
    """
    from expectations.witnesses import NEEDED_TABLES, comparisons, witness_rows

    stages = {row["document_id"]: stage for row, stage in documents}

    @lru_cache(maxsize=_KEPT)
    def rows_of(document_id: str) -> Rows:
        return stages[document_id].rows(NEEDED_TABLES)

    paths = []
    for comparison in comparisons(row for row, _ in documents):
        compared = [(document_id, stages[document_id].crc32) for document_id in comparison.document_ids]
        path = folder / f"{_key(comparison.check_name, compared)}.stage"
        if not is_whole(path):
            write_stage(path, {}, witness_rows(_together(comparison.document_ids, rows_of)))
        paths.append(path)
    kept = set(paths)
    for old in folder.glob("*.stage") if folder.is_dir() else ():
        if old not in kept:
            old.unlink(missing_ok=True)
    return [StagedTables(path) for path in paths]


def _key(check_name: str, compared: Sequence[tuple[str, int]]) -> str:
    """Of what is compared, by the content of its rows, and of the code that compares."""
    said = json.dumps([code_version(), check_name, compared])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _together(document_ids: Sequence[str], rows_of: Callable[[str], Rows]) -> Rows:
    """Rows of several documents by table; documents alone witness for nothing but each other."""
    rows: Rows = {}
    for document_id in document_ids:
        for name, own in rows_of(document_id).items():
            rows.setdefault(name, []).extend(own)
    return rows

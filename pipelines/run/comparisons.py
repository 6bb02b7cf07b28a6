"""Compare documents of one release: formats, languages, editions, corrigenda, reference data."""

from __future__ import annotations

import gc
import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.run.document import Outcome, named
from pipelines.run.isolated import command
from pipelines.run.staging_files import StagedTables, code_version, write_stage
from pipelines.run.workers import READER, Limits, Pool, share_out
from warehouse.schema.declare import Rows

_HERE = 32
"""Comparisons up to which starting processes for them takes as long as making them here."""


@dataclass(frozen=True, slots=True)
class ComparisonTask:
    """Documents to be compared: their stages, and where the result is written."""

    check_name: str
    document_ids: list[str]
    stages: list[str]
    stage: str

    @property
    def key(self) -> str:
        """The name of the stage, which changes with what is compared."""
        return Path(self.stage).stem

    @property
    def size(self) -> int:
        """Bytes of what is compared."""
        return sum(Path(stage).stat().st_size for stage in self.stages)


def compare_documents(
    documents: Sequence[tuple[dict[str, Any], StagedTables]],
    folder: Path,
    limits: Limits | None = None,
    keep: Collection[Path] = (),
    pool: Pool | None = None,
) -> list[StagedTables]:
    """Relations, findings and check counts between documents, each given as its mart_document row and its stage.

    One stage per comparison, kept in ``folder`` by what it compares, so that only what changed is compared anew, in
    processes of their own where that is much or those of a ``pool`` are there already; those no longer asked for are removed,
    but for those to ``keep``. Memory grows with one comparison, not with the release. A comparison that fails costs itself: a
    warning says so. Raises ValueError when a document's stage is damaged.
    """
    from expectations.judging.comparisons import comparisons

    stages = {row["document_id"]: stage for row, stage in documents}
    wanted: list[ComparisonTask] = []
    for comparison in comparisons(row for row, _ in documents):
        compared = [(document_id, stages[document_id].crc32) for document_id in comparison.document_ids]
        paths = [str(stages[document_id].path) for document_id in comparison.document_ids]
        path = folder / f"{_key(comparison.check_name, compared)}.stage"
        wanted.append(ComparisonTask(comparison.check_name, list(comparison.document_ids), paths, str(path)))
    made = {comparing.key: _opened(comparing) for comparing in wanted}
    missing = [comparing for comparing in wanted if made[comparing.key] is None]
    failed = dict(_make(missing, limits or Limits(), pool))
    kept = {*keep, *(Path(comparing.stage) for comparing in wanted)}
    for old in folder.glob("*.stage") if folder.is_dir() else ():
        if old not in kept:
            old.unlink(missing_ok=True)
    return [
        _told(comparing, failed[comparing.key], folder)
        if comparing.key in failed
        else made[comparing.key] or StagedTables(Path(comparing.stage))
        for comparing in wanted
    ]


def _opened(comparing: ComparisonTask) -> StagedTables | None:
    """What a comparison came to before; None where it has to be made."""
    try:
        return StagedTables(Path(comparing.stage))
    except (OSError, ValueError):
        return None


def _make(missing: Sequence[ComparisonTask], limits: Limits, pool: Pool | None) -> Iterator[tuple[str, str]]:
    """Make what is missing; yields those that failed, by key, with the reason."""
    if pool:
        made: Iterable[tuple[ComparisonTask, Outcome]] = _made_by_readers(missing, limits, pool)
    elif len(missing) <= _HERE:
        made = _made_here(missing)
    else:
        made = share_out(missing, limits, command(READER))
    return ((comparing.key, outcome.refusal) for comparing, outcome in made if outcome.refusal is not None)


def _made_by_readers(
    missing: Sequence[ComparisonTask], limits: Limits, pool: Pool
) -> Iterator[tuple[ComparisonTask, Outcome]]:
    """Make comparisons in processes that have read documents. One that fails is made again in a fresh process: what was read
    before may have left too little memory, and what a release says must not depend on that."""
    failed = []
    for comparing, outcome in pool.run(missing, may_start=len(missing) > _HERE):
        if outcome.refusal is None:
            yield comparing, outcome
        else:
            failed.append(comparing)
    yield from share_out(failed, limits, command(READER))


def _made_here(missing: Sequence[ComparisonTask]) -> Iterator[tuple[ComparisonTask, Outcome]]:
    """Make comparisons in this process. What it holds already is not looked through for garbage after each."""
    gc.freeze()
    try:
        for comparing in missing:
            yield comparing, attempt(comparing)
    finally:
        gc.unfreeze()


def _told(comparing: ComparisonTask, reason: str, folder: Path) -> StagedTables:
    """What stands in the place of a comparison that failed: a warning of each document, kept for this release alone."""
    path = folder / "failed" / Path(comparing.stage).name
    rows = [
        {
            "warning_id": f"{document_id}#w-{comparing.key}",
            "document_id": document_id,
            "kind": "other",
            "message": f"{comparing.check_name}: not held against the others ({reason})",
        }
        for document_id in comparing.document_ids
    ]
    write_stage(path, {"document_ids": comparing.document_ids}, {"mart_warning": rows})
    return StagedTables(path)


def run_comparison(comparing: ComparisonTask) -> None:
    """Make the stage of one comparison. Raises ValueError when a document's stage is damaged."""
    from expectations.judging.witnesses import needed_tables, witness_rows

    rows: Rows = {}
    for stage in comparing.stages:
        for name, own in StagedTables(Path(stage)).rows(needed_tables(comparing.check_name)).items():
            rows.setdefault(name, []).extend(own)
    found = witness_rows(rows, comparing.check_name)
    write_stage(Path(comparing.stage), {"document_ids": comparing.document_ids}, found)


def attempt(comparing: ComparisonTask) -> Outcome:
    """Run the comparison; an error becomes part of the outcome and is not raised."""
    started = time.perf_counter()
    try:
        run_comparison(comparing)
    except Exception as problem:  # told by who asked, with its place
        return Outcome(named(problem), time.perf_counter() - started, False)
    finally:
        gc.collect()  # claims and relations lead to one another: left alone, those of several comparisons pile up
    return Outcome(None, time.perf_counter() - started)


def _key(check_name: str, compared: Sequence[tuple[str, int]]) -> str:
    """Of what is compared, by the content of its rows, and of the code that compares."""
    said = json.dumps([code_version(), check_name, compared])
    return hashlib.sha256(said.encode()).hexdigest()[:32]

"""Find the documents that a release cannot be built with, so that the others can be published.

Most defects of a document are found when it is read. This module handles the rest: rows that break a rule of the
release, or that the file cannot be built from. It costs nothing when all is well.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.ingest.land import Quarantined, put_in_quarantine
from pipelines.run.early_steps import Options, Staged, StagedDocument

if TYPE_CHECKING:
    from expectations.gx.asked import Broken

Found = dict[str, str]
"""Reasons by document identifier."""


def breaking_rules(options: Options, staged: Staged, database: Path) -> Found:
    """The documents that break rules in a draft: each that does so alone; else the first whose addition breaks one."""
    from expectations.gx.asked import broken_rules

    broken = [one for one in broken_rules(database) if one.places]
    if not broken:
        return {}  # a rule that cannot be evaluated is no document's fault
    rules = frozenset((one.table, one.sentence) for one in broken)
    named = {document for one in broken for document in one.documents}
    suspects = [document for document in staged.documents if document.document_id in named]
    with _trials(options, rules) as broken_by:
        alone = {one.document_id: reason for one in suspects if (reason := broken_by([one]))}
        return alone or _first_breaking(staged.documents, broken_by)


def breaking_the_file(options: Options, staged: Staged) -> Found:
    """The document with which the making of a file begins to fail; nothing when it does not fail, or without any."""
    with _trials(options) as broken_by:
        if broken_by([]):  # no document is to blame
            return {}
        return _first_breaking(staged.documents, broken_by)


def without(options: Options, staged: Staged, found: Found) -> Staged:
    """What is staged without the documents found, which go to quarantine with their reasons."""
    taken: list[Quarantined] = []
    for document in staged.documents:
        if reason := found.get(document.document_id):
            path = Path(document.path) if document.path else Path(document.name)
            data = Path(document.archived).read_bytes() if document.archived else None
            taken.append(put_in_quarantine(options.place.quarantine, path, data, reason))
    kept = tuple(document for document in staged.documents if document.document_id not in found)
    return replace(staged, documents=kept, quarantined=(*staged.quarantined, *taken))


@contextmanager
def _trials(
    options: Options, rules: frozenset[tuple[str, str]] = frozenset()
) -> Iterator[Callable[[Sequence[StagedDocument]], str | None]]:
    """What tells why no release can be made of some documents, None when one can.

    Of the rules only those count that the release breaks: some hold of a whole edition alone.
    """
    options.place.staging.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="trial-", dir=options.place.staging) as folder:

        def broken_by(documents: Sequence[StagedDocument]) -> str | None:
            room = Path(folder, "trial")
            try:
                return _broken_by(options, documents, room, rules)
            finally:
                shutil.rmtree(room, ignore_errors=True)

        yield broken_by


def _broken_by(
    options: Options, documents: Sequence[StagedDocument], room: Path, rules: frozenset[tuple[str, str]]
) -> str | None:
    from expectations.gx.asked import broken_rules
    from pipelines.run.comparisons import compare_documents
    from pipelines.run.release_tables import build_file
    from pipelines.run.staging_files import StagedTables

    stages = [StagedTables(Path(document.stage)) for document in documents]
    rows = [document.header["document"] for document in documents]
    database = room / "trial.duckdb"
    try:
        witnesses = compare_documents(list(zip(rows, stages, strict=True)), room / "witnesses", options.limits)
        build_file(database, [*stages, *witnesses])
    except (OSError, MemoryError):
        raise
    except Exception as problem:  # whatever it is, a release with these documents cannot be made
        words = " ".join(str(problem).split())[:200]
        return f"our reading is at fault: its rows do not fit the tables ({type(problem).__name__}: {words}); please report it"
    return _told([one for one in broken_rules(database) if (one.table, one.sentence) in rules] if rules else [])


def _told(broken: Sequence[Broken]) -> str | None:
    if not broken:
        return None
    first = broken[0]
    places = f", first at {first.places[0]}" if first.places else ""
    more = f"; {len(broken) - 1} more rules" if len(broken) > 1 else ""
    return (
        f"our reading is at fault: {len(first.places) or 'some'} rows of {first.table} break a rule"
        f"{places}: {first.sentence.rstrip('.')}{more}; please report it"
    )


def _first_breaking(
    documents: Sequence[StagedDocument], broken_by: Callable[[Sequence[StagedDocument]], str | None]
) -> Found:
    """The first document that, joined to those before it, breaks what they alone do not: found by halving."""
    reason = broken_by(documents)
    if reason is None:
        return {}
    good, bad = 0, len(documents)
    while bad - good > 1:
        middle = (good + bad) // 2
        if found := broken_by(documents[:middle]):
            bad, reason = middle, found
        else:
            good = middle
    return {documents[bad - 1].document_id: reason}

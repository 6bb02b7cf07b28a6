"""The first steps of a run: sources are landed, read, judged and staged. Plain functions; Dagster assets call them.

What a step hands to the next is a small value of plain types; rows stay in files. The release holds
exactly the documents that the run's sources lead to: no document is carried over from earlier releases, so
equal sources give equal content, whatever was run before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.ingest.land import Aside, Input, Landing, Quarantined, land, put_in_quarantine
from pipelines.ingest.sources import Found, find_files
from pipelines.model.progress import tell
from pipelines.run import staging_files
from pipelines.run.document import Task
from pipelines.run.store import fetch_stages, localised, put_originals
from pipelines.run.workers import Limits, Pool, perform_all
from warehouse.home import Home

READING = "read and judge"


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked to do. ``given`` is what the user says of documents where their content does not.

    ``register`` is the file of known discrepancies; None for the one in the home.
    """

    home: Path
    sources: tuple[str, ...] = ()
    is_strict: bool = False
    is_rebuild: bool = False
    register: Path | None = None
    given: dict[str, Any] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)

    @property
    def place(self) -> Home:
        """The home as folders."""
        return Home(self.home)

    @property
    def register_path(self) -> Path:
        """The register of known discrepancies; it need not exist."""
        return self.register or self.place.register


@dataclass(frozen=True, slots=True)
class StagedDocument:
    """A document whose rows are staged. ``header`` is the stage's: its mart_document row, counts, verdicts.

    ``path`` is where its file lay, ``archived`` where its bytes are kept.
    """

    name: str
    sha256: str
    stage: str
    header: dict[str, Any]
    path: str = ""
    archived: str = ""

    @property
    def document_id(self) -> str:
        """Symbol, language and format joined."""
        return str(self.header["document"]["document_id"])


@dataclass(frozen=True, slots=True)
class Staged:
    """What reading came to: documents in the order of their identifiers, the refused, what was read and what reused.

    ``duplicates`` and ``passed_over`` are those of the landing.
    """

    documents: tuple[StagedDocument, ...]
    quarantined: tuple[Quarantined, ...]
    parsed: int
    reused: int
    duplicates: tuple[Aside, ...] = ()
    passed_over: tuple[Aside, ...] = ()


def given_of(symbol: str | None, section: str | None, edition: int | None) -> dict[str, Any]:
    """What the user says of every document of a run, as ``Options`` takes it."""
    said = {"symbol": symbol, "section_code": section, "edition_year": edition}
    return {name: value for name, value in said.items() if value}


def land_sources(options: Options) -> Landing:
    """Find and take in the files of the sources. Raises SourceError when a source leads to none."""
    return land_files(options, find_files(options.sources, options.place.ensure().landing))


def land_files(options: Options, found: Found) -> Landing:
    """Take in the files that the sources lead to."""
    home = options.place.ensure()
    return land(found.candidates, home.archive, home.quarantine, found.left_alone)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be read, parted into batches that any executor may read side by side, each in a step of its own."""

    batches: tuple[tuple[Task, ...], ...]
    limits: Limits


@dataclass(frozen=True, slots=True)
class Batch:
    """What came of reading a batch: reasons by hash of the documents that are not staged, and how many were read."""

    reasons: dict[str, str]
    parsed: int


def plan_batches(options: Options, landing: Landing, count: int) -> Plan:
    """Documents that are not staged yet, the largest spread over as many batches as there are."""
    tasks = _tasks(options, landing)
    fetch_stages(tasks.values())
    todo = put_originals(sorted(_unstaged(tasks).values(), key=lambda task: (-task.size, task.sha256)))
    return Plan(tuple(tuple(todo[number::count]) for number in range(count)), options.limits)


def read_batch(tasks: Sequence[Task], limits: Limits, pool: Pool | None = None) -> Batch:
    """Read, parse and judge documents, each within its limits; their rows are staged by hash. ``pool`` as ``perform_all``."""
    reasons: dict[str, str] = {}
    tell(READING, 0, len(tasks))
    with localised(tasks) as (here, keep):
        for done, (task, outcome) in enumerate(perform_all(here, limits, pool=pool), 1):
            tell(READING, done, len(tasks), task.name)
            if not outcome.is_lasting or staging_files.open_stage(Path(task.stage)) is None:
                reasons[task.sha256] = outcome.refusal or "its staged rows could not be read back; run again"
            else:
                keep(task)
    return Batch(reasons, len(tasks))


def stage_documents(options: Options, landing: Landing, pool: Pool | None = None) -> Staged:
    """Read, parse and judge what is not staged yet, in this step; refuse what cannot be. ``pool`` as ``perform_all``."""
    plan = plan_batches(options, landing, 1)
    return gather_documents(options, landing, [read_batch(tasks, plan.limits, pool) for tasks in plan.batches])


def gather_documents(options: Options, landing: Landing, batches: Sequence[Batch]) -> Staged:
    """The documents that are staged; refused is what could not be read, and the second text of one document.

    A document that we misread is refused like one that cannot be read, so that the others go on.
    """
    tasks = _tasks(options, landing)
    fetch_stages(tasks.values())
    reasons = {sha256: reason for batch in batches for sha256, reason in batch.reasons.items()}
    documents: dict[str, StagedDocument] = {}
    for item in landing.inputs:
        if item.sha256 in reasons:
            continue
        staged = staging_files.open_stage(Path(tasks[item.sha256].stage))
        if staged is None:
            reasons[item.sha256] = "its staged rows could not be read back; run again"
            continue
        if staged.refusal:
            reasons[item.sha256] = staged.refusal
            continue
        if defects := staged.header.get("defects"):
            reasons[item.sha256] = defects
            continue
        document = StagedDocument(item.name, item.sha256, str(staged.path), staged.header, item.path, item.archived)
        first = documents.setdefault(document.document_id, document)
        if first is not document:
            reasons[item.sha256] = (
                f"a second text of {document.header['document']['symbol']} in the same language and format, "
                f"with other content than {first.name}; keep one of them"
            )
    quarantined = tuple(
        _refuse(options.place, item, reasons[item.sha256]) for item in landing.inputs if item.sha256 in reasons
    )
    ordered = tuple(documents[key] for key in sorted(documents))
    parsed = sum(batch.parsed for batch in batches)
    refused = (*landing.quarantined, *quarantined)
    return Staged(ordered, refused, parsed, len(tasks) - parsed, landing.duplicates, landing.passed_over)


def is_all_staged(options: Options, landing: Landing) -> bool:
    """True when there is a stage of every file that was taken in; whether it is whole is told when it is read."""
    return all(Path(task.stage).is_file() for task in _tasks(options, landing).values())


def _tasks(options: Options, landing: Landing) -> dict[str, Task]:
    given = {name: value for name, value in options.given.items() if value not in (None, "")}
    return {item.sha256: _task(item, options.place.staging, given) for item in landing.inputs}


def _unstaged(tasks: Mapping[str, Task]) -> dict[str, Task]:
    return {sha256: task for sha256, task in tasks.items() if staging_files.open_stage(Path(task.stage)) is None}


def _task(item: Input, staging: Path, given: dict[str, Any]) -> Task:
    path = staging_files.stage_path(staging, item.sha256, given)
    return Task(item.name, item.sha256, item.format, item.archived, str(path), given)


def _refuse(home: Home, item: Input, reason: str) -> Quarantined:
    return put_in_quarantine(home.quarantine, Path(item.path), Path(item.archived).read_bytes(), reason)

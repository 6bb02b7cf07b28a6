"""The first steps of a run, from sources to staged documents: plain functions that the Dagster assets call.

What a step hands to the next is a small value of plain types; rows stay in files. The release holds
exactly the documents that the run's sources lead to: nothing is carried over from earlier releases, so
equal sources give equal content, whatever was run before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines import stage
from pipelines.document import Task
from pipelines.ingest.land import Input, Landing, Quarantined, land, put_in_quarantine
from pipelines.ingest.sources import find_files
from pipelines.progress import tell
from pipelines.workers import Limits, perform_all
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
    """A document whose rows are staged. ``header`` is the stage's: its mart_document row, counts, verdicts."""

    name: str
    sha256: str
    stage: str
    header: dict[str, Any]

    @property
    def document_id(self) -> str:
        """Symbol, language and format joined."""
        return str(self.header["document"]["document_id"])


@dataclass(frozen=True, slots=True)
class Staged:
    """What reading came to: documents in the order of their identifiers, the refused, what was read and what reused."""

    documents: tuple[StagedDocument, ...]
    quarantined: tuple[Quarantined, ...]
    parsed: int
    reused: int


def land_sources(options: Options) -> Landing:
    """Find and take in the files of the sources. Raises SourceError when a source leads to none."""
    home = options.place.ensure()
    found = find_files(options.sources, home.landing)
    return land(found.candidates, home.archive, home.quarantine)


def stage_documents(options: Options, landing: Landing) -> Staged:
    """Read, parse and judge what is not staged yet; refuse what cannot be, and second texts of one document.

    A document that we misread is refused like one that cannot be read, so that the others go on.
    """
    staging = options.place.staging
    given = {name: value for name, value in options.given.items() if value not in (None, "")}
    tasks = {item.sha256: _task(item, staging, given) for item in landing.inputs}
    stages = {sha: stage.open_stage(Path(task.stage)) for sha, task in tasks.items()}
    todo = [task for sha, task in tasks.items() if stages[sha] is None]
    reasons: dict[str, str] = {}
    tell(READING, len(tasks) - len(todo), len(tasks))
    for done, (task, outcome) in enumerate(perform_all(todo, options.limits), len(tasks) - len(todo) + 1):
        tell(READING, done, len(tasks), task.name)
        stages[task.sha256] = stage.open_stage(Path(task.stage)) if outcome.is_lasting else None
        if stages[task.sha256] is None:
            reasons[task.sha256] = outcome.refusal or "its staged rows could not be read back; run again"
    documents: dict[str, StagedDocument] = {}
    for item in landing.inputs:
        staged = stages[item.sha256]
        if staged is None:
            continue
        if staged.refusal:
            reasons[item.sha256] = staged.refusal
            continue
        if defects := staged.header.get("defects"):
            reasons[item.sha256] = defects
            continue
        document = StagedDocument(item.name, item.sha256, str(staged.path), staged.header)
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
    return Staged(ordered, (*landing.quarantined, *quarantined), len(todo), len(tasks) - len(todo))


def _task(item: Input, staging: Path, given: dict[str, Any]) -> Task:
    path = stage.stage_path(staging, item.sha256, given)
    return Task(item.name, item.sha256, item.format, item.archived, str(path), given)


def _refuse(home: Home, item: Input, reason: str) -> Quarantined:
    return put_in_quarantine(home.quarantine, Path(item.path), Path(item.archived).read_bytes(), reason)

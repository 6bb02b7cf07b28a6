"""Files read, parsed and judged together, in a folder that is thrown away: no home is needed, nothing is published.

The steps are those of a run up to the staged documents. The documents witness for one another, and those of the last
release that state the same facts do too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.run.comparisons import compare_documents
from pipelines.run.early_steps import Options, StagedDocument, land_sources, stage_documents
from pipelines.run.staging_files import StagedTables, write_plain_stage
from pipelines.run.workers import Limits, Pool
from warehouse.schema.declare import Rows

TABLES = (
    "mart_document",
    "mart_table",
    "mart_row",
    "mart_cell",
    "mart_stated_amount",
    "mart_chart_value",
    "mart_org_unit_post",
    "mart_claim",
    "mart_relation",
    "mart_relation_member",
    "mart_finding",
    "mart_doubt",
    "mart_check",
    "mart_warning",
    "mart_source_line",
)
"""Tables whose rows of a document a review looks at."""
_ABOUT_FIGURES = ("mart_finding", "mart_doubt", "mart_relation", "mart_relation_member")
_DOCUMENTS = "SELECT * FROM mart_document ORDER BY document_id"


class ReleaseUnreadable(ValueError):
    """The last release, which would be a witness, can't be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A file that was reviewed: where it lay, its bytes as they were read, and the rows of its document.

    ``rows`` include findings, doubts and relations from holding it against other documents; ``claims`` are the places
    of claims of all documents reviewed, by claim, for equations between them.
    """

    path: Path
    original: Path
    rows: Rows
    claims: Mapping[str, dict[str, Any]] = field(repr=False)

    @property
    def document(self) -> dict[str, Any]:
        """Its row of mart_document."""
        return self.rows["mart_document"][0]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Rows of mart_finding, those of the register marked as acknowledged."""
        return self.rows["mart_finding"]

    @property
    def doubts(self) -> list[dict[str, Any]]:
        """Rows of mart_doubt."""
        return self.rows["mart_doubt"]


@dataclass(frozen=True, slots=True)
class Review:
    """What came of the files: documents in the order of their identifiers, and those refused, with the reason.

    ``held`` has the rows of mart_document that each document was held against, those of the last release among them;
    ``duplicates`` are files with the bytes of another.
    """

    documents: tuple[Reviewed, ...]
    refused: tuple[tuple[str, str], ...]
    held: Mapping[str, Sequence[dict[str, Any]]] = field(default_factory=dict)
    duplicates: tuple[tuple[str, str], ...] = ()

    @property
    def new_findings(self) -> list[dict[str, Any]]:
        """Findings of all documents that the register does not know."""
        return [row for document in self.documents for row in document.findings if not row["acknowledged"]]


def review_files(
    sources: Sequence[str],
    folder: Path,
    *,
    given: Mapping[str, Any] | None = None,
    release: Path | None = None,
    register: Path | None = None,
    limits: Limits | None = None,
    pool: Pool | None = None,
) -> Review:
    """Read and judge files in ``folder``, which is left to the caller to remove; ``pool`` as ``reviewing`` makes it.

    ``release`` is the warehouse file of the last release, whose documents witness too; ``register`` the file of known
    discrepancies. Raises SourceError for a source that leads to no file, RegisterError for a register that cannot be
    read, ReleaseUnreadable for a release that cannot.
    """
    options = Options(folder, tuple(sources), given=dict(given or {}), limits=limits or Limits())
    landing = land_sources(options)
    staged = stage_documents(options, landing, pool)
    drafts = [(document.header["document"], StagedTables(Path(document.stage))) for document in staged.documents]
    others = _of_release(release, [row for row, _ in drafts], folder) if release is not None and drafts else []
    between = compare_documents([*drafts, *others], folder / "between", options.limits)
    rows = [_rows(document, between) for document in staged.documents]
    _mark_known(rows, register)
    claims = {place["claim_id"]: place for one in [*rows, *_claims_of(others)] for place in claim_places(one)}
    return Review(
        tuple(
            Reviewed(Path(document.path), Path(document.archived), own, claims)
            for document, own in zip(staged.documents, rows, strict=True)
        ),
        tuple((refused.name, refused.reason) for refused in staged.quarantined),
        _held([row for row, _ in (*drafts, *others)]),
        tuple((aside.name, aside.reason) for aside in landing.duplicates),
    )


def _rows(document: StagedDocument, between: Sequence[StagedTables]) -> Rows:
    """Rows of a document, with what was found between it and others."""
    own = StagedTables(Path(document.stage)).rows(TABLES)
    rows: Rows = {name: own.get(name, []) for name in TABLES}
    for compared in between:
        found = compared.rows((*_ABOUT_FIGURES, "mart_warning"))
        for name in ("mart_finding", "mart_doubt", "mart_warning", "mart_relation"):
            rows[name] += [row for row in found.get(name, ()) if row["document_id"] == document.document_id]
        relations = {row["relation_id"] for row in rows["mart_relation"]}
        members = found.get("mart_relation_member", ())
        rows["mart_relation_member"] += [row for row in members if row["relation_id"] in relations]
    return rows


def _held(documents: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Which documents each is held against, by identifier."""
    from expectations.judging.comparisons import comparisons

    rows = {row["document_id"]: row for row in documents}
    together: dict[str, dict[str, None]] = {document_id: {} for document_id in rows}
    for comparison in comparisons(documents):
        for one in comparison.document_ids:
            together[one].update((other, None) for other in comparison.document_ids if other != one)
    return {one: [rows[other] for other in others] for one, others in together.items()}


def _mark_known(documents: Sequence[Rows], register: Path | None) -> None:
    """Mark findings that the register knows as they are."""
    from expectations.register import acknowledged, read_register

    found = [row for rows in documents for row in rows["mart_finding"]]
    known = acknowledged(read_register(register), found) if register is not None else set()
    for row in found:
        row["acknowledged"] = row["finding_id"] in known


# -- the last release ------------------------------------------------------------------------------------------------


def _of_release(
    database: Path, drafts: Sequence[dict[str, Any]], folder: Path
) -> list[tuple[dict[str, Any], StagedTables]]:
    """Documents of a release that state what the drafts state, as their rows and stages; a draft stands in for its own.

    Raises ReleaseUnreadable when it cannot be read.
    """
    from expectations.judging.comparisons import comparisons

    own = {row["document_id"] for row in drafts}
    known = [row for row in _asked(database, _DOCUMENTS) if row["document_id"] not in own]
    wanted = {
        document_id
        for comparison in comparisons([*drafts, *known])
        if own & set(comparison.document_ids)
        for document_id in comparison.document_ids
    }
    found = []
    for number, row in enumerate(row for row in known if row["document_id"] in wanted):
        path = folder / "released" / f"{number}.stage"
        write_plain_stage(
            path, {"document": {"language": row["language"]}}, _released_rows(database, row["document_id"])
        )
        found.append((row, StagedTables(path)))
    return found


def _released_rows(database: Path, document_id: str) -> Rows:
    from expectations.judging.witnesses import NEEDED_TABLES
    from warehouse.tables import TABLE_BY_NAME

    rows: Rows = {}
    for name in NEEDED_TABLES:
        columns = TABLE_BY_NAME[name].column_names
        condition = f"WHERE document_id = '{document_id.replace(chr(39), chr(39) * 2)}'"
        sql = f"SELECT * FROM {name} {condition if 'document_id' in columns else ''}"
        rows[name] = _asked(database, sql)
    return rows


def _asked(database: Path, sql: str) -> list[dict[str, Any]]:
    from pipelines.run.last_release import records
    from warehouse.query import QueryError

    try:
        return records(database, sql)
    except QueryError as problem:
        raise ReleaseUnreadable(str(problem)) from problem


def _claims_of(others: Sequence[tuple[dict[str, Any], StagedTables]]) -> list[Rows]:
    names = ("mart_document", "mart_table", *_CLAIMS)
    return [stage.rows(names) for _, stage in others]


_CLAIMS = {
    "mart_cell": "cell_id",
    "mart_stated_amount": "stated_amount_id",
    "mart_chart_value": "chart_value_id",
    "mart_org_unit_post": "org_unit_post_id",
}
"""Tables of claims that are printed somewhere, and their keys."""
_SOURCES = {
    "mart_cell": "cell",
    "mart_stated_amount": "prose",
    "mart_chart_value": "chart",
    "mart_org_unit_post": "org_chart",
}


def claim_places(rows: Rows) -> list[dict[str, Any]]:
    """Claims of a document as ``expectations.messages`` names places: each row with its ``claim_id`` and ``source``."""
    return [
        {**row, "claim_id": row[key], "source": _SOURCES[name]}
        for name, key in _CLAIMS.items()
        for row in rows.get(name, ())
    ]

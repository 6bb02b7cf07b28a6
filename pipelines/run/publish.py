"""The last steps of a run: build the warehouse file, validate it, pass the gate, publish.

Nobody sees the file before the gate has let it through; when it does not, or the process is killed, the
last release stays.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.ingest.land import Aside, write_whole
from pipelines.model.progress import tell
from pipelines.run import known_files, marker
from pipelines.run.early_steps import Options, Staged
from pipelines.run.last_release import counts, counts_before, last_database, may_have_shrunk, records
from pipelines.run.part import PART
from pipelines.run.release_tables import harvest_key
from pipelines.run.results import Built, CheckResult, SuiteResult, Summary, Validation
from pipelines.run.subprocess import is_ready, run_in_subprocess
from pipelines.run.suites import suites_of
from warehouse.home import Home, ReleaseError
from warehouse.memory import MemoryShortage, within_memory
from warehouse.release import Release, ReleaseDraft, begin_release, current_release, damage
from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    from pipelines.report.last_release import LastReport
    from pipelines.run.workers import Pool
    from warehouse.outputs.table_files import Last

LOADING, VALIDATING, PUBLISHING = "load", "validate", "publish"
LAST_RUN = "last_run.json"
DATA_DOCS = "data_docs"
TEMPLATES = "templates"
"""Folder among the staged files where the templates of pages are kept compiled."""
_ROOT = Path(__file__).parents[2]
_FEW = 100
"""Documents up to which validation runs in this process where no other waits for it: its libraries take 130 MB."""


class NothingToPublish(Exception):
    """No document could be read; the last release stays."""


class GateRefused(Exception):
    """The gate refused the draft; the last release stays. The message has the reasons, one per line."""


@cache
def release_version() -> str:
    """Twelve hexadecimal digits that change with any code, vocabulary, SQL or register of the three rooms."""
    digest = hashlib.sha256()
    for room in ("warehouse", "expectations", "pipelines"):
        for path in sorted((_ROOT / room).rglob("*")):
            if path.suffix in {".py", ".toml", ".sql", ".json", ".csv", ".html", ".css"}:
                digest.update(str(path.relative_to(_ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def code_and_wording() -> str:
    """What changes with anything that a release is made by, the user's own vocabulary among it."""
    return f"{release_version()} {vocabulary_version()}"


def input_key(options: Options, staged: Staged) -> str:
    """A hash of all that a release is made from: documents, what the user said of them, code, register, strictness."""
    parts = [Path(document.stage).name for document in staged.documents]
    parts += [code_and_wording(), json.dumps(options.given, sort_keys=True), str(options.is_strict)]
    if options.register_path.is_file():
        parts.append(hashlib.sha256(options.register_path.read_bytes()).hexdigest())
    parts += harvest_key(options.home)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def build(options: Options, staged: Staged, pool: Pool | None = None) -> Built:
    """Load the staged documents into a fresh file in a draft; when the current release was made from the same, take that.
    ``pool`` as ``fill``.

    Raises NothingToPublish when there is no document.
    """
    if not staged.documents:
        raise NothingToPublish("no document could be read; what was refused is in quarantine with its reason")
    from pipelines.run.fill import fill

    key = input_key(options, staged)
    if not options.is_rebuild and (release := unchanged_release(options.place, key)):
        manifest = release.manifest
        return Built(release.release_id, str(release.path), True, key, manifest["row_counts"], manifest["table_hashes"])
    tell(LOADING, 0, 1)
    draft = begin_release(options.place)
    try:
        filled = fill(options, staged, draft, code_and_wording(), pool)
    except (OSError, MemoryError, MemoryShortage, ReleaseError):
        draft.discard()
        raise
    except Exception as problem:
        draft.discard()
        return _built_without_culprits(options, staged, problem)
    except BaseException:
        draft.discard()
        raise
    tell(LOADING, 1, 1)
    rows = {name: one.rows for name, one in filled.sums.items()}
    hashes = {name: one.digest(TABLE_BY_NAME[name]) for name, one in filled.sums.items()}
    parts = asdict(filled.parts)
    carried = (filled.carried_from, filled.touched, filled.groups)
    return Built(draft.release_id, str(draft.path), False, key, rows, hashes, {}, parts, *carried)


def _built_without_culprits(options: Options, staged: Staged, problem: Exception) -> Built:
    """What can be built of the documents that are not at fault. Raises the problem where none is."""
    from pipelines.run.culprits import breaking_the_file, without

    if not (found := breaking_the_file(options, staged)):
        raise problem
    built = build(options, without(options, staged, found))
    return replace(built, taken_out={**found, **built.taken_out})


def unchanged_release(home: Home, key: str) -> Release | None:
    """The current release if it was made from the same and is as it was published; None otherwise."""
    from warehouse.query import QueryError, run_query

    try:
        release = current_release(home)
        if release is None or release.manifest.get("input_key") != key or damage(release):
            return None
        counted = run_query(release.database, "SELECT count(*) FROM mart_cell").rows[0][0]
    except (ReleaseError, QueryError):
        return None
    return release if counted == release.manifest["row_counts"]["mart_cell"] else None


def draft_of(options: Options, built: Built) -> ReleaseDraft:
    """The draft that a build left."""
    return ReleaseDraft(options.place, built.release_id, Path(built.path))


def conclude(options: Options, summary: Summary) -> Summary:
    """Record how the run ended, for ``fascicle status``; returns the summary."""
    options.place.ensure()
    text = json.dumps(asdict(summary), indent=2) + "\n"
    write_whole(options.home / LAST_RUN, text.encode())
    known_files.keep(options.place.staging)
    marker.ended(options.home)
    return summary


def conclude_failed(options: Options, outcome: str, exit_code: int, reason: str) -> None:
    """Record a run that ended without a summary, if the disk has room for it."""
    summary = Summary(outcome, exit_code, _now(), None, None, None, 0, 0, {}, {}, {}, (), 0, (reason,))
    with suppress(OSError):
        conclude(options, summary)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_JUDGED_COUNTS = """
SELECT 'verdict', verdict, count(*) FROM mart_relation GROUP BY verdict
UNION ALL SELECT 'severity', severity, count(*) FROM mart_finding GROUP BY severity
UNION ALL SELECT 'known', 'known', count(*) FILTER (acknowledged) FROM mart_finding
UNION ALL SELECT 'doubt', kind, count(*) FROM mart_doubt GROUP BY kind
UNION ALL SELECT 'warned', kind, count(*) FROM mart_warning GROUP BY kind
"""


def summarised(
    staged: Staged,
    outcome: str,
    exit_code: int,
    release: Release | None,
    database: Path,
    reasons: tuple[str, ...] = (),
) -> Summary:
    """A summary of what was staged, judged in ``database``, and where it went."""
    from warehouse.query import run_query

    found: Counter[str] = Counter()
    for document in staged.documents:
        found.update(document.header["counts"])
    judged: dict[str, dict[str, int]] = {"verdict": {}, "severity": {}, "known": {}, "warned": {}, "doubt": {}}
    for kind, name, count in run_query(database, _JUDGED_COUNTS).rows:
        judged[kind][name] = count
    return Summary(
        outcome=outcome,
        exit_code=exit_code,
        finished_at=_now(),
        release_id=release.release_id if release else None,
        release_path=str(release.path) if release else None,
        content_hash=release.manifest["content_hash"] if release else None,
        parsed=staged.parsed,
        reused=staged.reused,
        counts=dict(release.manifest["row_counts"]) if release else dict(found),
        verdicts=judged["verdict"],
        severities=judged["severity"],
        quarantined=tuple({"name": item.name, "reason": item.reason} for item in staged.quarantined),
        known=judged["known"].get("known", 0),
        reasons=reasons,
        doubts=judged["doubt"],
        warnings=judged["warned"],
        duplicates=_plain(staged.duplicates),
        passed_over=_plain(staged.passed_over),
    )


def _plain(files: Iterable[Aside]) -> tuple[dict[str, str], ...]:
    return tuple({"name": file.name, "reason": file.reason} for file in files)


def release(options: Options, staged: Staged, built: Built, validation: Validation) -> Summary:
    """Publish the draft when the gate lets it through; documents whose rows break rules are taken out first.

    Raises GateRefused; the draft is then gone. Raises NothingToPublish when every document was taken out.
    """
    from pipelines.run.culprits import breaking_rules, without
    from warehouse.outputs.data_package import write_data_package
    from warehouse.release import new_manifest
    from warehouse.tables import TABLES

    staged = without(options, staged, built.taken_out)
    while not built.is_unchanged and any(result.defects for result in validation.results):
        found = breaking_rules(options, staged, draft_of(options, built).database)
        if not found:
            break
        draft_of(options, built).discard()
        staged = without(options, staged, found)
        built = build(options, staged)
        staged, validation = without(options, staged, built.taken_out), validate(options, built)
    exit_code = 3 if staged.quarantined else 0
    if built.is_unchanged:
        current = current_release(options.place)
        return conclude(options, summarised(staged, "unchanged", exit_code, current, draft_of(options, built).database))
    draft = draft_of(options, built)
    try:
        if reasons := gate_reasons(options, draft, validation, built):
            keep_refused_findings(options, draft)
            conclude(options, summarised(staged, "refused", 4, None, draft.database, reasons))
            raise GateRefused("\n".join(reasons))
        tell(PUBLISHING, 0, 1)
        manifest = new_manifest(
            draft.release_id,
            table_hashes=built.table_hashes,
            documents=[document.header["document"] for document in staged.documents],
            row_counts=built.row_counts,
            code_version=release_version(),
            vocabulary_version=vocabulary_version(),
            input_key=built.input_key,
            suites={result.table: result.evaluated for result in validation.results},
            parts=built.parts,
            rules={result.table: result.rules for result in validation.results if result.rules},
            quarantined=[{"name": item.name, "reason": item.reason} for item in staged.quarantined],
        )
        write_data_package(draft.path, TABLES, manifest)
        published = draft.publish(manifest)
    except BaseException:
        draft.discard()
        raise
    tell(PUBLISHING, 1, 1)
    options.place.refused_findings.unlink(missing_ok=True)
    return conclude(options, summarised(staged, "published", exit_code, published, published.database))


def keep_refused_findings(options: Options, draft: ReleaseDraft) -> None:
    """Leave the findings of a refused draft, so that they can be acknowledged before there is a release with them."""
    from warehouse.query import run_query, to_json

    text = to_json(run_query(draft.database, "SELECT * FROM mart_finding ORDER BY finding_id"))
    write_whole(options.place.refused_findings, text.encode())


def vocabulary_version() -> str:
    """Version of the vocabulary files."""
    from pipelines import vocabulary

    return vocabulary.vocabulary_version()


def validate(options: Options, built: Built) -> Validation:
    """Great Expectations on every table of the draft, and what the checks counted in it; beside it the draft's files and
    pages are written, which the gate may yet throw away.

    For an unchanged release, what its manifest says was evaluated: it was published because all of it passed.
    """
    tell(VALIDATING, 0, 1)
    if built.is_unchanged:
        release = current_release(options.place)
        if release is None:
            return Validation(())
        rules = release.manifest.get("rules", {})
        results = [
            SuiteResult(table, count, (), (), tuple(rules.get(table, ())))
            for table, count in release.manifest.get("suites", {}).items()
        ]
        return Validation(tuple(results), check_results(release.database))
    draft = draft_of(options, built)
    try:
        is_large = built.row_counts["mart_document"] > _FEW
        last = _last_files(options, built)
        found = _judge_and_write(draft, last_database(options.place), last, built.touched, is_large)
        checks = check_results(draft.database)
    except BaseException:
        draft.discard()
        raise
    tell(VALIDATING, 1, 1)
    return Validation(found, checks)


def _last_files(options: Options, built: Built) -> Last | None:
    """What the files of a draft are made from; None where it was built from nothing."""
    from warehouse.outputs.table_files import Last

    last = current_release(options.place) if built.carried_from else None
    if last is None or last.release_id != built.carried_from:
        return None
    hashes = last.manifest["table_hashes"]
    same = frozenset(name for name, sha256 in built.table_hashes.items() if hashes.get(name) == sha256)
    return Last(last.path, same, built.groups)


def _judge_and_write(
    draft: ReleaseDraft, before: Path | None, last: Last | None, touched: Iterable[str], is_large: bool
) -> tuple[SuiteResult, ...]:
    """What Great Expectations says of a draft, judged in a process of its own where one is ready or the draft is large;
    ``write_out`` runs meanwhile.

    Where rules are broken the draft is thrown away, so that it does not matter whether it could be written.
    """
    docs, part = draft.report / DATA_DOCS, draft.path / PART
    docs.mkdir(exist_ok=True)
    asked = (draft.database, docs, draft.home.staging / TEMPLATES, part)
    problem: Exception | None = None
    with ThreadPoolExecutor(1) as judging:
        if is_large or is_ready(suites_of):
            judged = judging.submit(run_in_subprocess, suites_of, *asked)
        else:
            judged = judging.submit(suites_of, *asked)
            judged.exception()  # one after the other: here they would share what memory there is
        try:
            write_out(draft, before, last, touched)
        except MemoryShortage:
            raise
        except Exception as raised:
            problem = raised
        found = tuple(SuiteResult(*told) for told in judged.result())
    part.unlink(missing_ok=True)
    if problem is not None and not any(result.defects for result in found):
        raise problem
    return found


def check_results(database: Path) -> tuple[CheckResult, ...]:
    """Rows of mart_check, in the order of their names."""
    names = [field.name for field in fields(CheckResult)]
    rows = records(database, f"SELECT {', '.join(names)} FROM mart_check ORDER BY check_name")
    return tuple(CheckResult(**row) for row in rows)


_GATED = """
SELECT finding_id, severity, message, printed_text, implied_value FROM mart_finding
WHERE finding_id IN (SELECT unnest($1::VARCHAR[])) OR ($2 AND severity <> 'info')
ORDER BY finding_id
"""
"""Findings that the gate looks at: those that the register names, and where it is strict what is wrong in print."""


def _gated(draft: ReleaseDraft, named: Sequence[str], is_strict: bool) -> list[dict[str, Any]]:
    """As ``_GATED``. Where nothing is named all of them would be read for nothing."""
    return records(draft.database, _GATED, [named, is_strict]) if named or is_strict else []


def gate_reasons(options: Options, draft: ReleaseDraft, validation: Validation, built: Built) -> tuple[str, ...]:
    """Why the gate refuses a draft; empty when it lets it through."""
    from expectations.gate import reasons_to_refuse
    from expectations.register import RegisterError, read_register
    from warehouse.query import connect_read_only

    broken = [f"table {result.table}: {line}" for result in validation.results for line in result.defects]
    try:
        register = read_register(options.register_path)
    except RegisterError as problem:
        return (str(problem),)
    counted = may_have_shrunk(options.place, built.carried_from, built.parts)
    with connect_read_only(draft.database):  # kept open: to open it for each question takes longer than to answer it
        reasons = reasons_to_refuse(
            records(draft.database, "SELECT document_id FROM mart_document ORDER BY document_id"),
            _gated(draft, [entry.finding_id for entry in register], options.is_strict),
            records(draft.database, "SELECT * FROM mart_check ORDER BY check_name"),
            register,
            counts(draft.database, counted),
            counts_before(options.place, counted),
            options.is_strict,
        )
    return (*broken, *reasons)


_PICTURED = """
SELECT finding.* FROM mart_finding AS finding JOIN mart_document AS document USING (document_id)
WHERE document.format = 'pdf' AND finding.severity <> 'info' AND NOT finding.acknowledged
ORDER BY list_position(['error', 'warning'], finding.severity), finding.finding_id LIMIT 400
"""
"""Findings whose pictures are made with a release; those of others when they are asked for."""


def write_out(
    draft: ReleaseDraft, before: Path | None = None, last: Last | None = None, touched: Iterable[str] = ()
) -> None:
    """A draft's tables as files and its pages for people; ``before`` is the file of the last release. Where the draft was
    made from it, ``last`` says what of its files is the same, and ``touched`` are the documents that may differ."""
    from pipelines.report import write_report
    from pipelines.report.last_release import LastReport
    from warehouse.outputs.table_files import export_tables, opened_to_write
    from warehouse.query import lock
    from warehouse.tables import TABLES

    # One connection: another would read anew what this one has at hand.
    with within_memory(), opened_to_write(draft.database, draft.path / "writing.tmp") as connection:
        export_tables(connection, draft.path, [table.name for table in TABLES], last)
        lock(connection)
        part = draft.path / PART
        report = None
        if last is not None:
            report = LastReport(last.folder / draft.report.name, frozenset(touched), part if part.is_file() else None)
        compiled = draft.home.staging / TEMPLATES
        write_report(connection, draft.report, before, pictured(draft, connection, report), report, compiled)


def pictured(draft: ReleaseDraft, connection: Any, last: LastReport | None = None) -> frozenset[str]:
    """Make pictures of the errors and warnings that stand in PDFs, beside the report; the findings that have one.

    Those of documents that were not touched are linked from the ``last`` report.
    """
    from pipelines.report.last_release import keep_pictures
    from pipelines.review.evidence import file_name, pictures_of
    from pipelines.run.workers import Limits
    from warehouse.query import records

    wanted: dict[str, list[dict[str, Any]]] = {}
    findings = records(connection, _PICTURED)
    names = [(file_name(finding["finding_id"]), finding["document_id"]) for finding in findings]
    linked = keep_pictures(last, draft.report / "evidence", names)
    kept = {finding["finding_id"] for finding in findings if file_name(finding["finding_id"]) in linked}
    for finding in findings:
        if finding["finding_id"] not in kept:
            wanted.setdefault(finding["document_id"], []).append(finding)
    if not wanted:
        return frozenset(kept)
    made, _ = pictures_of(connection, draft.home.archive, wanted, draft.report / "evidence", Limits())
    return frozenset(made) | kept

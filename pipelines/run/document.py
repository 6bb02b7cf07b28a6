"""One document, from bytes to judged rows: a function of its bytes, what the user states about it, and the code."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.ingest.formats import FileFormat, Refused, decode_text
from pipelines.model.blocks import Document, UnreadableDocument
from pipelines.run.staging_files import write_stage
from pipelines.vocabulary import VocabularyError
from warehouse.schema.declare import Rows

WordReader = Callable[[bytes], Document]
TEXT_KINDS = frozenset({"resolution", "decision", "draft"})
"""Kinds of documents that decide, or are meant to."""
GIVEN_NAMES = ("symbol", "language", "edition_year", "section_code")
"""What a user may say of documents, where their content does not."""


@dataclass(frozen=True, slots=True)
class Task:
    """One document to be parsed: its original, its format, what the user states about it, where its rows go."""

    name: str
    sha256: str
    format: FileFormat
    archived: str
    stage: str
    given: dict[str, Any]

    @property
    def key(self) -> str:
        """The hash of its bytes."""
        return self.sha256

    @property
    def size(self) -> int:
        """Bytes of the original; 0 when it is not there."""
        try:
            return Path(self.archived).stat().st_size
        except OSError:
            return 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task. ``refusal`` is the reason in one line, None when it was parsed.

    ``is_lasting`` is False where the next run should try again: time, memory or a crash, not the bytes.
    """

    refusal: str | None
    seconds: float
    is_lasting: bool = True
    detail: str = ""


def read_and_judge(
    data: bytes, file_format: FileFormat, given: Mapping[str, Any], sha256: str, word: WordReader | None = None
) -> Rows:
    """Rows of one document, judged; raises what ``read_rows`` raises. ``word`` as ``read_document``."""
    from pipelines.assemble.warnings import completeness_doubts

    rows = judged(read_rows(data, file_format, given, sha256, word))
    if doubts := list(completeness_doubts(rows.get("mart_warning", ()))):
        rows["mart_doubt"] = [*rows.get("mart_doubt", ()), *doubts]
    return rows


def read_rows(
    data: bytes, file_format: FileFormat, given: Mapping[str, Any], sha256: str, word: WordReader | None = None
) -> Rows:
    """Rows of one document, read and parsed. Its content tells whether it is a fascicle, a resolution or a
    decision, or a reference dataset. ``word`` as ``read_document``.

    Raises Refused or UnreadableDocument when it cannot be read or is none of these.
    """
    from pipelines.assemble.warnings import may_lack, warning_rows
    from pipelines.read import read_document
    from pipelines.symbols.unread import unread_rows

    if file_format == "json":
        from pipelines.parse.reference import parse_reference

        rows = parse_reference(data)
    else:
        if file_format == "txt":
            data = decode_text(data)[0].encode("utf-8")
        document = read_document(data, file_format, word)
        rows = _read(document, given)
        own = rows["mart_document"][0]
        rows["mart_unread_symbol"] = unread_rows(document, rows, own["language"])
        rows["mart_warning"] = warning_rows(document.warnings, own["document_id"])
        own["is_incomplete"] = any(map(may_lack, rows["mart_warning"]))
    for row in rows["mart_document"]:
        row["source_sha256"] = sha256
    return rows


def _read(document: Document, given: Mapping[str, Any]) -> Rows:
    """Rows of a document as what it is: told by its first page, else by its content.

    Raises Refused for what nothing reads, whatever the user calls it, and where the user calls it by another name.
    """
    from pipelines.symbols.identity import masthead_of, recognised

    masthead = masthead_of(document)
    by_content = _resolution(document, given) if masthead.symbol is None else None
    if by_content is not None:
        return by_content
    kind = recognised(masthead)
    if kind is None:
        return _fascicle(document, given)
    named = f" ({masthead.symbol})" if masthead.symbol else ""
    if kind.reader is None:
        raise Refused(f"{kind.called}{named}: not read")
    if (other := _other_kind(given.get("symbol"), kind.reader)) is not None:
        raise Refused(f"{kind.called}{named}, not {other}; leave out --symbol, or give the symbol it prints")
    if kind.reader == "fascicle":
        return _fascicle(document, given)
    if kind.reader == "report":
        return _report(document, given, kind.kind, f"{kind.called}{named}")
    return _adopted(document, given, f"{kind.called}{named}")


def _other_kind(symbol: str | None, reader: str) -> str | None:
    """A symbol that the user gives, where it is one of another kind of document than the first page prints."""
    from pipelines.symbols import SymbolError, parse_symbol
    from pipelines.symbols.identity import Masthead, recognised

    if not symbol:
        return None
    try:
        given = parse_symbol(symbol)
    except SymbolError:
        return None
    is_adopted = given.kind != "document"
    kind = recognised(Masthead(given, ()))
    is_budget = kind is not None and kind.reader == "fascicle"
    is_other = not is_budget and not is_adopted
    fits = {"fascicle": is_budget, "resolution": is_adopted, "draft": is_other, "report": is_other}
    return None if fits.get(reader, True) else str(given)


def _fascicle(document: Document, given: Mapping[str, Any]) -> Rows:
    from pipelines.parse.completeness import part_of, truncation, unread
    from pipelines.parse.fascicle import parse_document
    from pipelines.parse.prose.points import point_rows
    from pipelines.read.typed_order import in_order
    from pipelines.symbols.identity import identify
    from pipelines.vocabulary import vocabulary_of

    identity = identify(document, **given)
    vocabulary = vocabulary_of(identity.language)
    document = in_order(document, vocabulary)
    rows = parse_document(document, identity, vocabulary)
    if document.format == "txt" and (reason := truncation(document, rows)):
        raise Refused(reason)
    if (given.get("symbol") or given.get("section_code")) and not _has_content(rows, identity.section_code):
        raise Refused(
            f"it is called {identity.symbol}, but nothing of a fascicle is in it; leave out --symbol and --section"
        )
    if reason := unread(document, rows, vocabulary):
        raise Refused(reason)
    if part := part_of(document):
        document.warnings.append(part)
    rows["mart_paragraph_point"] = [
        row for paragraph in rows.get("mart_paragraph", []) for row in point_rows(paragraph)
    ]
    return rows


def _report(document: Document, given: Mapping[str, Any], kind: str, called: str) -> Rows:
    """Rows of a report on a budget that is no fascicle: the same walk, then periods and measures of its own.

    Raises Refused where no table of it could be read.
    """
    from pipelines.parse.completeness import part_of
    from pipelines.parse.prose.points import point_rows
    from pipelines.parse.reports.document import identity_of, parse_budget_report
    from pipelines.vocabulary import vocabulary_of

    identity = identity_of(document, kind, given)
    rows = parse_budget_report(document, identity, vocabulary_of(identity.language))
    if not rows.get("mart_cell"):
        raise Refused(f"{called}: no table of figures could be read; give the Word file or the PDF")
    if part := part_of(document):
        document.warnings.append(part)
    rows["mart_paragraph_point"] = [
        row for paragraph in rows.get("mart_paragraph", []) for row in point_rows(paragraph)
    ]
    return rows


def _has_content(rows: Rows, section: str | None) -> bool:
    """True where a table states a known fact, or a paragraph has a number of the section."""
    facts = any(cell["fact_id"] for cell in rows.get("mart_cell", ()))
    numbers = (row["paragraph_number"] or "" for row in rows.get("mart_paragraph", ()))
    return facts or any(section is None or number.startswith(f"{section}.") for number in numbers)


def _resolution(document: Document, given: Mapping[str, Any]) -> Rows | None:
    """Rows of a resolution or decision told by its content alone; None when the document is neither."""
    from pipelines.parse.resolutions.document import adopted_language

    language = adopted_language(document, given.get("language"), given.get("symbol"))
    return _adopted(document, {**given, "language": language}, "a resolution") if language is not None else None


def _adopted(document: Document, given: Mapping[str, Any], called: str) -> Rows:
    """Rows of a resolution, a decision or a draft of one. Raises Refused for a language whose layout is not known."""
    from pipelines.model.language import language_of
    from pipelines.parse.resolutions.document import cut_off
    from pipelines.parse.resolutions.header import resolution_languages
    from pipelines.parse.resolutions.rows import parse_resolution
    from pipelines.symbols.identity import language_name

    language = given.get("language") or language_of("\n".join(block.text for block in document.blocks))
    if language not in resolution_languages():
        known = " and ".join(language_name(one) for one in resolution_languages())
        raise Refused(f"{called} in {language_name(language)}: not read; resolutions are read in {known}")
    if document.format == "txt" and (reason := cut_off(document, language)):
        raise Refused(reason)
    return parse_resolution(document, language, symbol=given.get("symbol"))


def judged(rows: Rows) -> Rows:
    """Rows of one document with relations, verdicts, findings, facts and dimensions."""
    from expectations.doubts.doubts import doubtful_claims
    from expectations.judging.judge import judge_rows, quality_by_cell
    from pipelines.assemble import dimension_rows, fact_rows

    judgement = judge_rows(rows)
    verdicts = quality_by_cell({**rows, **judgement})
    for deliverable in rows.get("mart_deliverable", []):
        deliverable["quality"] = verdicts.get(deliverable.get("cell_id"), "unassessable")
    # What the Assembly decides is no row of a section's table: its claims are held against the fascicles'.
    doubtful = doubtful_claims({**rows, **judgement})
    facts = fact_rows(rows, verdicts, doubtful) if rows["mart_document"][0]["kind"] not in TEXT_KINDS else {}
    return {**rows, **judgement, **facts, **dimension_rows({**rows, **facts})}


def perform(
    task: Task,
    write: Callable[[Path, Mapping[str, Any], Rows], None] = write_stage,
    word: WordReader | None = None,
) -> Outcome:
    """Parse and judge one document and stage its rows, as ``write`` does, or the reason for refusing it; ``word`` as
    ``read_document``.

    A failure of ours is a refusal too, named with its place in the code, so that other documents go on.
    """
    started = time.perf_counter()
    header: dict[str, Any] = {"name": task.name, "sha256": task.sha256, "format": task.format}
    try:
        rows = read_and_judge(Path(task.archived).read_bytes(), task.format, task.given, task.sha256, word)
        write(Path(task.stage), {**header, **described(rows)}, rows)
    except VocabularyError as reason:
        return Outcome(str(reason), time.perf_counter() - started, False)
    except (Refused, UnreadableDocument) as reason:
        write(Path(task.stage), {**header, "refusal": str(reason)}, {})
        return Outcome(str(reason), time.perf_counter() - started)
    except MemoryError:
        return Outcome("reading it needs more memory than a document may take", time.perf_counter() - started, False)
    except Exception as problem:  # one document's failure must not stop the others; it is reported, never swallowed
        return Outcome(named(problem), time.perf_counter() - started, False, traceback.format_exc())
    return Outcome(None, time.perf_counter() - started)


def named(problem: Exception) -> str:
    """A failure of ours in one line, with the innermost place in our code."""
    frames = [frame for frame in traceback.extract_tb(problem.__traceback__) if "site-packages" not in frame.filename]
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    words = " ".join(str(problem).split())[:300]
    return f"our reader failed on it{place}: {type(problem).__name__}: {words}; please report it"


def described(rows: Rows) -> dict[str, Any]:
    """What a stage's header says: the document's own row, row counts, and verdicts, findings and defects counted."""
    from expectations.doubts.section_totals import other_sections

    document = rows["mart_document"][0]
    verdicts = Counter(row["verdict"] for row in rows.get("mart_relation", ()))
    severities = Counter(row["severity"] for row in rows.get("mart_finding", ()))
    doubts = Counter(row["kind"] for row in rows.get("mart_doubt", ()))
    said = {name: value for name, value in document.items() if isinstance(value, str | int | bool | None)}
    return {
        "document": {**said, "other_sections": " ".join(other_sections(rows))},
        "counts": {name: len(table_rows) for name, table_rows in rows.items()},
        "verdicts": dict(verdicts),
        "severities": dict(severities),
        "doubts": dict(doubts),
        "defects": defects_of(rows),
    }


_MOST_LOST = 1 / 4
"""Share of the lines of tables that may be lost in a document that is published."""


def defects_of(rows: Rows) -> str | None:
    """Where our reading of a document is at fault, in one line with the first place; None when it is not.

    Such a document stays out of the release: what it would publish is not what is printed. A few lines that were not
    understood are doubts about their tables.
    """
    found: list[str] = []
    lost = [row for row in rows.get("mart_source_line", ()) if row["role"] == "unclaimed_table"]
    read = sum(1 for row in rows.get("mart_source_line", ()) if row["role"] == "table")
    if len(lost) > _MOST_LOST * (read + len(lost)):
        found.append(
            f"{len(lost)} lines inside tables were not understood, the first at line {lost[0].get('line_number')}"
        )
    found += [
        f"{check['violated']} of {check['evaluated']} failed {check['check_name']}"
        for check in rows.get("mart_check", ())
        if check["about"] == "reading" and check["violated"] and not found
    ]
    return f"our reading is at fault: {'; '.join(found)}; please report it" if found else None

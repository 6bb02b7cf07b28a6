"""``fascicle review``: files before they are printed, with comments at the figures that are wrong or may be;
``fascicle corrigendum``: the corrections of a published document; ``fascicle evidence``: pictures of the pages they are on.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipelines.command import OK, QUARANTINED
from pipelines.command.common import home_option, register_option, require_release, rows_of

if TYPE_CHECKING:
    from pipelines.review.judging import Review, Reviewed
    from pipelines.run.workers import Pool

FOUND = 5
_SEVERITIES = ("error", "warning", "info")
_SUFFIX = ".reviewed"
_SHOWN = 10
_GIVEN = ("symbol", "section_code", "edition_year")


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where the reviewed file is written; for several files, their folder. Beside each FILE, if not given.",
)
@click.option("--json", "as_json", is_flag=True, help="Findings and doubts as JSON; no file is written without -o.")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    default="info",
    show_default=True,
    help="Lowest severity of a finding that makes the exit code 5.",
)
@click.option("--symbol", help="Symbol of the document, if its content does not say: 'A/77/6 (Sect. 10)'.")
@click.option("--section", help="Section, if its content does not say: 10, 29A.")
@click.option("--edition", type=int, help="Edition (budget year), if its content does not say: 2023.")
@home_option
@register_option
def review(
    files: tuple[str, ...],
    output: Path | None,
    as_json: bool,
    fail_on: str,
    symbol: str | None,
    section: str | None,
    edition: int | None,
    home: Path,
    register: Path | None,
) -> None:
    """Review FILEs before they are printed: Word files come back with comments, PDFs with highlights.

    Several files are compared with one another, and with the last release where the home has one. Nothing is
    published, and no home is needed. A text has no place for notes: its findings are printed.

    Exit codes: 0 nothing found; 2 usage; 3 some file could not be read, and in the others nothing was found;
    5 findings.
    """
    from expectations.register import RegisterError
    from pipelines.ingest.sources import SourceError
    from pipelines.review.judging import ReleaseUnreadable, review_files
    from pipelines.review.marking import reviewing
    from pipelines.run.last_release import last_database
    from pipelines.run.workers import Limits
    from warehouse.home import Home

    given = dict(zip(_GIVEN, (symbol, section, edition), strict=True))
    place = Home(home)
    known = register or (place.register if place.register.is_file() else None)
    with tempfile.TemporaryDirectory(prefix="fascicle-review-") as folder, reviewing(Limits()) as pool:
        release = last_database(place)
        try:
            found = review_files(files, Path(folder), given=given, release=release, register=known, pool=pool)
        except SourceError as problem:
            raise click.UsageError(str(problem)) from problem
        except (RegisterError, ReleaseUnreadable) as problem:
            raise click.ClickException(str(problem)) from problem
        targets = _targets(found.documents, output) if output is not None or not as_json else {}
        failed = _write(found, targets, Path(folder), pool)
    if as_json:
        click.echo(_as_json(found), nl=False)
    else:
        _show(found, targets)
    for name, reason in found.refused:
        click.echo(f"not reviewed: {name}: {reason}", err=True)
    for reason in failed:
        click.echo(f"not written: {reason}", err=True)
    click.get_current_context().exit(_code(found, fail_on, bool(failed)))


def _code(found: Review, fail_on: str, has_failed: bool) -> int:
    counted = _SEVERITIES[: _SEVERITIES.index(fail_on) + 1]
    if any(finding["severity"] in counted for finding in found.new_findings):
        return FOUND
    return QUARANTINED if found.refused or has_failed else OK


def _targets(documents: Sequence[Reviewed], output: Path | None) -> dict[str, Path]:
    """Where the copy of each document goes. Raises UsageError for an output that does not fit."""
    from pipelines.review.marking import MARKED_FORMATS

    marked = [document for document in documents if document.document["format"] in MARKED_FORMATS]
    if output is not None and len(documents) == 1 and not output.is_dir():
        target = {document.document["document_id"]: output for document in marked}
    else:
        if output is not None and output.exists() and not output.is_dir():
            raise click.UsageError(f"{output} is a file; of several files, -o names the folder they go to")
        target = {
            document.document["document_id"]: (output or document.path.parent)
            / (document.path.name if output is not None else _beside(document.path))
            for document in marked
        }
    originals = {document.path.resolve() for document in documents}
    for path in target.values():
        if path.resolve() in originals:
            raise click.UsageError(f"{path} is the file that is reviewed; give another -o")
    if len(set(target.values())) < len(target):
        raise click.UsageError("two of the files have the same name; review them one by one, or rename them")
    return target


def _beside(path: Path) -> str:
    return f"{path.stem}{_SUFFIX}{'.docx' if path.suffix.casefold() == '.doc' else path.suffix}"


def _write(found: Review, targets: dict[str, Path], folder: Path, pool: Pool) -> list[str]:
    """Write the copies; the reasons of those that could not be."""
    from pipelines.review.marking import mark_all, marking
    from pipelines.review.notes import notes_of

    tasks = []
    for document in found.documents:
        target = targets.get(document.document["document_id"])
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
            notes = notes_of(document, found)
            tasks.append(marking(document.original, document.document["format"], notes, target, folder))
    return mark_all(tasks, pool) if tasks else []


def _show(found: Review, targets: dict[str, Path]) -> None:
    """What was found, a document after another: the worst first."""
    from pipelines.review.notes import patterns

    for document in found.documents:
        identity = document.document
        groups = patterns(document.findings)
        severities = Counter(group[0]["severity"] for group in groups)
        counted = ", ".join(f"{severities[name]} {name}" for name in _SEVERITIES if severities[name]) or "nothing wrong"
        doubts = f"; {len(document.doubts)} doubts about our reading" if document.doubts else ""
        click.echo(click.style(f"{document.path.name}: {identity['symbol']}: {counted}{doubts}", bold=True))
        shown = groups if identity["document_id"] not in targets else groups[:_SHOWN]
        for group in shown:
            words = group[0]["message"] if len(group) == 1 else group[0]["pattern_message"]
            click.echo(f"  {group[0]['severity']:<7} {words}")
        if len(groups) > len(shown):
            click.echo(f"  and {len(groups) - len(shown)} more")
        if identity["document_id"] in targets:
            click.echo(f"  written: {targets[identity['document_id']]}")
    for name, reason in found.duplicates:
        click.echo(f"{name}: {reason}")


def _as_json(found: Review) -> str:
    """Documents with their findings and doubts, and the files that were refused."""
    import json

    whole = {
        "findings": len(found.new_findings),
        "documents": [
            {
                "file": str(document.path),
                "document": document.document,
                "held_against": [row["document_id"] for row in found.held.get(document.document["document_id"], ())],
                "findings": document.findings,
                "doubts": document.doubts,
                "checks": document.rows["mart_check"],
            }
            for document in found.documents
        ],
        "refused": [{"file": name, "reason": reason} for name, reason in found.refused],
    }
    return json.dumps(whole, ensure_ascii=False, default=_plain, indent=1) + "\n"


def _plain(value: Any) -> Any:
    """What JSON has no type for: decimals as numbers, dates as text."""
    from decimal import Decimal

    return float(value) if isinstance(value, Decimal) else str(value)


@click.command()
@click.argument("symbol")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A .docx file to hand in, or a .csv file; printed, if not given.",
)
@click.option("--language", help="The language version to correct, where the release has several: en, zh, ...")
@home_option
def corrigendum(symbol: str, output: Path | None, language: str | None, home: Path) -> None:
    """The corrections of the document SYMBOL of the current release: page or table, row, column, "For ... read ...".

    Corrections are proposed where one figure alone explains what is wrong; all else is a question to the office that
    wrote the document. Findings in the register of known discrepancies are left out.
    """
    from pipelines.review.corrigendum import NoDocument, as_csv, as_text, as_word, corrigendum_of

    if output is not None and output.suffix not in (".docx", ".csv"):
        raise click.UsageError(f"{output.name} is neither .docx nor .csv")
    if output is not None and not output.absolute().parent.is_dir():
        raise click.UsageError(f"no folder {output.absolute().parent} to write {output.name} into")
    release = require_release(home)
    try:
        made = corrigendum_of(release.database, symbol, language)
    except NoDocument as problem:
        raise click.UsageError(str(problem)) from problem
    if output is None:
        click.echo(as_text(made), nl=False)
        return
    if output.suffix == ".csv":
        output.write_text(as_csv(made), "utf-8-sig")
    else:
        output.write_bytes(as_word(made))
    click.echo(f"{output}: {len(made.corrections)} corrections, {len(made.questions)} questions to the author office")


@click.command()
@click.argument("identifiers", nargs=-1, metavar="[FINDING]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pictures; that of the report, which links to them, if not given.",
)
@home_option
def evidence(identifiers: tuple[str, ...], output: Path | None, home: Path) -> None:
    """The part of the page around each finding of a PDF, with the figure marked, as FINDING.png.

    All findings of the current release that stand in PDFs, or those named.
    """
    from pipelines.review.evidence import pictures_of
    from pipelines.run.workers import Limits
    from warehouse.home import Home

    release = require_release(home)
    found = rows_of(
        release,
        "SELECT finding.* FROM mart_finding AS finding JOIN mart_document AS document USING (document_id) "
        "WHERE document.format = 'pdf' OR len($1) > 0 ORDER BY finding_id",
        [list(identifiers)],
    )
    wanted: dict[str, list[dict[str, object]]] = {}
    for finding in found:
        if not identifiers or any(finding["finding_id"].startswith(one) for one in identifiers):
            wanted.setdefault(finding["document_id"], []).append(finding)
    if identifiers and not wanted:
        raise click.UsageError(f"no finding {identifiers[0]!r} in the current release; see: fascicle findings")
    folder = output or release.path / "report" / "evidence"
    made, without = pictures_of(release.database, Home(home).archive, wanted, folder, Limits())
    for name, reason in without.items():
        click.echo(f"{name}: no picture: {reason}", err=True)
    click.echo(f"{len(made)} pictures in {folder}")

"""``fascicle run``: from sources to a published, checked release."""

from __future__ import annotations

import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipelines.command.common import home_option, register_option

if TYPE_CHECKING:
    from pipelines.model.progress import Event
    from pipelines.run.results import Failure


@click.command()
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@home_option
@register_option
@click.option("--strict", is_flag=True, help="Refuse to publish while an error or warning is not in the register.")
@click.option("--rebuild", is_flag=True, help="Build and check a release even when nothing is new.")
@click.option("--symbol", help="Symbol of the document, if its content does not say: 'A/77/6 (Sect. 10)'.")
@click.option("--section", help="Section, if its content does not say: 10, 29A.")
@click.option("--edition", type=int, help="Edition (budget year), if its content does not say: 2023.")
@click.option(
    "--processes", type=click.IntRange(1), help="How many documents are read at once; one for each core, if not given."
)
def run(
    sources: tuple[str, ...],
    home: Path,
    register: Path | None,
    strict: bool,
    rebuild: bool,
    symbol: str | None,
    section: str | None,
    edition: int | None,
    processes: int | None,
) -> None:
    """Read documents, check them, and publish them as a DuckDB release.

    SOURCE is a file, a folder (recursive) or a UN symbol whose file lies in the landing folder; without
    one the bundled edition is read. The release holds exactly the documents of this run's sources.

    Exit codes: 0 published; 1 unexpected failure; 2 usage; 3 published, but some input was quarantined;
    4 the gate refused or nothing could be read, and the last release stays.
    """
    from pipelines.run.early_steps import Options, given_of
    from pipelines.run.steps import take_steps
    from pipelines.run.workers import Limits
    from warehouse.home import Home, ReleaseError

    try:
        Home(home).ensure()
    except ReleaseError as problem:
        raise click.UsageError(str(problem)) from problem
    started = time.monotonic()
    before = _stamp(home)
    given = given_of(symbol, section, edition)
    limits = Limits(processes=processes) if processes else Limits()
    options = Options(
        home, sources, is_strict=strict, is_rebuild=rebuild, register=register, given=given, limits=limits
    )
    with _drawing():
        failure = take_steps(options)
    if failure is not None and failure.kind == "SourceError":
        raise click.UsageError(failure.words)
    if failure is not None and failure.kind == "HomeLockedError":  # what is told of a run is then the other's
        raise click.ClickException(failure.words)
    summary = _concluded(home, before)
    if summary is None:
        from pipelines.run.results import Failure

        _end_without_summary(
            home, failure or Failure("", "the run ended without a word; FASCICLE_TRACEBACK=1 shows where")
        )
    show_summary(home, summary, time.monotonic() - started)
    if failure is not None:
        raise click.ClickException(failure.words)
    click.get_current_context().exit(summary["exit_code"])


def _end_without_summary(home: Path, failure: Failure) -> NoReturn:
    """Record a run that ended without a summary, and exit with its code."""
    from pipelines.run.early_steps import Options
    from pipelines.run.publish import conclude_failed

    if failure.kind == "NothingToPublish":
        conclude_failed(Options(home), "empty", 4, failure.words)
        click.echo(f"Nothing published: {failure.words}; the last release stays", err=True)
        click.get_current_context().exit(4)
    conclude_failed(Options(home), "failed", 1, failure.words)
    raise click.ClickException(failure.words)


def _stamp(home: Path) -> tuple[int, int] | None:
    """What tells one run's word about itself from the next: each is a new file."""
    from pipelines.command.status import LAST_RUN

    try:
        told = (home / LAST_RUN).stat()
    except FileNotFoundError:
        return None
    return told.st_ino, told.st_mtime_ns


def _concluded(home: Path, before: tuple[int, int] | None) -> dict[str, Any] | None:
    """What this run left about itself, None when it left nothing: an older run's word does not count."""
    from pipelines.command.status import last_run

    return last_run(home) if _stamp(home) != before else None


@contextmanager
def _drawing() -> Iterator[None]:
    """Draw progress on standard error while the block runs; a line per step where that is no terminal."""
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from pipelines.model.progress import listening

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        steps: dict[str, Any] = {}
        starting = progress.add_task("start", total=None)

        def draw(event: Event) -> None:
            progress.update(starting, visible=False)
            if event.step not in steps:
                steps[event.step] = progress.add_task(event.step, total=event.total or None)
            words = escape((f"{event.step}: {event.detail}" if event.detail else event.step)[:60])
            progress.update(steps[event.step], completed=event.done, total=event.total or None, description=words)

        with listening(draw):
            yield


_HEADLINES = {
    "published": "Published release {release_id}",
    "unchanged": "Nothing new: release {release_id} holds exactly these documents, nothing was parsed",
    "refused": "The gate refused to publish; the last release stays",
    "empty": "Nothing could be published; the last release stays",
}


def show_summary(home: Path, summary: dict[str, Any], seconds: float) -> None:
    """The summary a person can act on: what was read, what was found, where it is, what to type next."""
    good = summary["exit_code"] == 0
    click.echo(
        click.style(_HEADLINES[summary["outcome"]].format(**summary), fg="green" if good else "yellow", bold=True)
    )
    for reason in summary["reasons"]:
        click.echo(f"  because      {reason}")
    counts, verdicts = summary["counts"], summary["verdicts"]
    documents = counts.get("mart_document", 0)
    click.echo(f"  documents    {documents} ({summary['parsed']} parsed, {summary['reused']} unchanged)")
    if documents:
        click.echo(
            f"  tables       {counts.get('mart_table', 0)} with {counts.get('mart_cell', 0)} printed values; "
            f"{counts.get('mart_paragraph', 0)} paragraphs, {counts.get('mart_mandate', 0)} mandates"
        )
        click.echo(f"  claims       {counts.get('mart_claim', 0)} about known facts")
        told = ", ".join(
            f"{verdicts.get(name, 0)} {name}" for name in ("exact", "rounding", "violated", "unassessable")
        )
        click.echo(f"  relations    {sum(verdicts.values())}: {told}")
        severities = summary["severities"]
        worded = ", ".join(
            f"{severities[name]} {name}" for name in ("error", "warning", "info") if severities.get(name)
        )
        known = f"; {summary['known']} in the register" if summary.get("known") else ""
        click.echo(f"  findings     {sum(severities.values())}{': ' + worded if worded else ''}{known}")
        if doubts := summary.get("doubts"):
            told = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(doubts.items()))
            click.echo(f"  doubts       {sum(doubts.values())} about our reading: {told}")
    for line in aside_lines(summary):
        click.echo(f"  {line}")
    for refused in summary["quarantined"]:
        click.echo(f"  quarantined  {refused['name']}: {refused['reason']}")
    if summary["release_path"]:
        click.echo(f"  release      {Path(summary['release_path']) / 'fascicle.duckdb'}")
        click.echo(f"  report       {Path(summary['release_path']) / 'report' / 'index.html'}")
    click.echo(f"  time         {seconds:.1f} s")
    for line in next_steps(home, summary):
        click.echo(line)


_NAMED = 5


def aside_lines(summary: dict[str, Any]) -> list[str]:
    """What readers warned of, and files that are neither taken in nor refused, counted, the first of them named."""
    lines = []
    if warned := summary.get("warnings"):
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(warned.items()))
        lines.append(f"warnings     {sum(warned.values())}: {told}; table mart_warning")
    for same in summary.get("duplicates", ()):
        lines.append(f"duplicate    {same['name']}: {same['reason']}")
    if over := summary.get("passed_over"):
        names = ", ".join(file["name"] for file in over[:_NAMED])
        more = f" and {len(over) - _NAMED} more" if len(over) > _NAMED else ""
        lines.append(f"passed over  {len(over)} in folders that are no documents: {names}{more}")
    return lines


def next_steps(home: Path, summary: dict[str, Any]) -> list[str]:
    """What to type next."""
    at = "" if str(home) == ".fascicle" else f" --home {shlex.quote(str(home))}"
    if summary["outcome"] in {"published", "unchanged"}:
        return [
            f"Next: fascicle findings{at}",
            f'      fascicle query{at} "SELECT * FROM mart_section_total"',
        ]
    if summary["outcome"] == "refused":
        known = ["      fascicle acknowledge ID --reason ...  for a discrepancy of the print that is known"]
        is_known = any(reason.startswith("finding ") for reason in summary["reasons"])
        return [f"Next: fascicle status{at}; mend what is named above and run again", *(known if is_known else [])]
    return [f"Next: look into {shlex.quote(str(home / 'quarantine'))}, mend or replace the files, and run again"]

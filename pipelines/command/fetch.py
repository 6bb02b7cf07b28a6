"""``fascicle fetch``: documents from the document service into the landing folder."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.command.common import home_option
from warehouse.schema.languages import PRECEDENCE

if TYPE_CHECKING:
    from pipelines.ingest.fetch.model import Outcome, Polled, Wanted
    from pipelines.ingest.fetch.settings import WatchList

_MISSING = 3


@click.command()
@click.argument("symbols", nargs=-1, metavar="[SYMBOL]...")
@click.option(
    "--language", "languages", multiple=True, help=f"{' '.join(PRECEDENCE)}; may be given several times.  [en]"
)
@click.option(
    "--format", "formats", multiple=True, help="docx or pdf, the preferred one first: one is enough.  [docx, then pdf]"
)
@click.option(
    "--watch",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fetch what this watch list names and is not here yet.",
)
@click.option("--again", is_flag=True, help="Fetch also what is here already.")
@click.option("--now", "is_now", is_flag=True, help="Try once, even while downloads from the server are paused.")
@home_option
def fetch(
    symbols: tuple[str, ...],
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    watch: Path | None,
    again: bool,
    is_now: bool,
    home: Path,
) -> None:
    """Download documents into the landing folder, each once.

    SYMBOL is a document symbol, such as 'A/77/6 (Sect. 10)'. Where to fetch it from is set in sources.toml of the
    home. Without a connection, put the files into the landing folder by hand.

    Exit codes: 0 everything asked for is here; 1 unexpected failure; 2 usage; 3 some documents are missing.
    """
    from pipelines.ingest.fetch.model import FORMATS, FetchError, wanted
    from pipelines.ingest.fetch.settings import list_of, read_watch_list
    from pipelines.symbols import SymbolError

    if not symbols and watch is None:
        raise click.UsageError("name a symbol, such as 'A/77/6 (Sect. 10)', or a watch list with --watch")
    try:
        watch_list = read_watch_list(watch or list_of(home))
        documents = [
            wanted(symbol, language, formats or FORMATS) for symbol in symbols for language in languages or ("en",)
        ]
    except (FetchError, SymbolError) as problem:
        raise click.UsageError(str(problem)) from problem
    if not watch_list.settings.contact:
        click.echo(
            "Give an address for complaints of the server: FASCICLE_CONTACT, or contact in sources.toml", err=True
        )
    try:
        is_complete = _perform(documents, watch_list, home, is_listed=watch is not None, again=again, is_now=is_now)
    except FetchError as problem:
        raise click.ClickException(str(problem)) from problem
    click.get_current_context().exit(0 if is_complete else _MISSING)


def _perform(
    documents: list[Wanted], watch_list: WatchList, home: Path, *, is_listed: bool, again: bool, is_now: bool
) -> bool:
    """Fetch and say what came of it; True when everything is here."""
    from pipelines.ingest.fetch.service import Means, poll, retry_now
    from pipelines.ingest.fetch.service import fetch as fetch_documents
    from pipelines.model.progress import Event, listening

    def say(event: Event) -> None:
        if event.detail and not event.total:
            click.echo(f"          {event.detail}", err=True)

    means = Means(watch_list.settings, hear=_show)
    outcomes: list[Outcome] = []
    is_complete = True
    with listening(say):
        if is_now:
            retry_now(home, watch_list.settings)
        if documents:
            outcomes += fetch_documents(documents, home, means, again=again)
        if is_listed:
            polled = poll(watch_list, home, means, again=again)
            outcomes += polled.outcomes
            is_complete = _show_left(polled)
            if watch_list.library is not None:
                is_complete = _harvest(watch_list, home) and is_complete
    _show_next([outcome for outcome in outcomes if outcome.is_here], home)
    return is_complete and all(outcome.is_here for outcome in outcomes)


def _harvest(watch_list: WatchList, home: Path) -> bool:
    from pipelines.ingest.fetch.harvest import harvest

    assert watch_list.library is not None
    harvested = harvest(watch_list.library, home, watch_list.settings)
    click.echo(f"{'harvested' if harvested.reason is None else 'failed':<10}Digital Library: {harvested.words}")
    return harvested.reason is None


def _show(outcome: Outcome) -> None:
    name = f"{outcome.symbol} {outcome.language}"
    if not outcome.is_here:
        click.echo(f"{outcome.status:<10}{name}: {outcome.reason}")
        return
    size = f", {outcome.size:,} bytes" if outcome.size is not None else ""
    words = {"same": " has the same bytes", "restored": " was put back from the archive"}.get(outcome.status, "")
    click.echo(f"{outcome.status:<10}{name}: {outcome.file_name}{words}{size}")


def _show_left(polled: Polled) -> bool:
    """Say what the poll left; True when it left nothing."""
    if polled.left:
        names = ", ".join(f"{one.symbol} {one.language}" for one in polled.left[:3])
        more = f" and {len(polled.left) - 3} more" if len(polled.left) > 3 else ""
        click.echo(f"{'left':<10}{names}{more}: failed recently, will be retried later (fascicle status says why)")
    for name, reason in polled.unread:
        click.echo(f"{'not read':<10}{name}: what it cites is not known: {reason}")
    return not polled.left and not polled.unread


def _show_next(here: list[Outcome], home: Path) -> None:
    if here:
        at = "" if str(home) == ".fascicle" else f" --home {shlex.quote(str(home))}"
        named = " ".join(dict.fromkeys(f"'{outcome.symbol}'" for outcome in here[:3]))
        click.echo(
            f"Next: fascicle run {named}{at}" if len(here) <= 3 else f"Next: fascicle run {home / 'landing'}{at}"
        )

"""Downloads as an asset of its own: never part of a run, materialised when someone asks for it."""

import os
from pathlib import Path

from dagster import AssetExecutionContext, Config, Failure, MaterializeResult, asset

from pipelines.defs.assets import OWNERS
from pipelines.ingest.fetch.model import FORMATS, FetchError, Outcome, wanted
from pipelines.ingest.fetch.settings import list_of, read_watch_list
from pipelines.symbols import SymbolError


class FetchConfig(Config):
    """What to fetch: symbols, or else what the watch list names.

    ``home`` empty means FASCICLE_HOME, or .fascicle in the working folder; ``watch`` empty means the home's
    sources.toml, or the bundled one, which watches nothing. ``at_most`` documents are asked for, 0 is all.
    """

    home: str = ""
    symbols: list[str] = []  # noqa: RUF012 - pydantic copies it
    languages: list[str] = ["en"]  # noqa: RUF012
    formats: list[str] = list(FORMATS)  # noqa: RUF012
    watch: str = ""
    again: bool = False
    at_most: int = 0


@asset(group_name="ingest", kinds={"file"}, owners=OWNERS)
def fetched_document(context: AssetExecutionContext, config: FetchConfig) -> MaterializeResult[None]:
    """Documents downloaded into the landing folder, each once, originals archived by hash; failures in the status."""
    # The web client is imported when it is used: runs that download nothing do not wait for it.
    from pipelines.ingest.fetch.service import Means, fetch, poll

    home = _home(config.home)
    try:
        watch_list = read_watch_list(Path(config.watch) if config.watch else list_of(home))
        means = Means(watch_list.settings)
        if config.symbols:
            documents = [
                wanted(symbol, language, tuple(config.formats))
                for symbol in config.symbols
                for language in config.languages
            ]
            outcomes = fetch(documents, home, means, again=config.again)
        else:
            outcomes = list(poll(watch_list, home, means, again=config.again, at_most=config.at_most or None).outcomes)
    except (FetchError, SymbolError) as problem:
        raise Failure(str(problem), allow_retries=False) from problem
    for outcome in outcomes:
        if not outcome.is_here:
            context.log.warning(f"{outcome.symbol} {outcome.language}: {outcome.reason}")
    return MaterializeResult(metadata=_counts(outcomes))


class HarvestConfig(Config):
    """Where to harvest to: ``home`` and ``watch`` as for documents; a list without [library] harvests nothing."""

    home: str = ""
    watch: str = ""


@asset(group_name="ingest", kinds={"xml"}, owners=OWNERS)
def library_record(context: AssetExecutionContext, config: HarvestConfig) -> MaterializeResult[None]:
    """Records of the Digital Library that the watch list names, kept in the home; cut short, it goes on next time."""
    from pipelines.ingest.fetch.harvest import Harvested, harvest

    home = _home(config.home)
    try:
        watch_list = read_watch_list(Path(config.watch) if config.watch else list_of(home))
        harvested = Harvested(0, 0, None)
        if watch_list.library is not None:
            harvested = harvest(watch_list.library, home, watch_list.settings)
    except FetchError as problem:
        raise Failure(str(problem), allow_retries=False) from problem
    if harvested.reason is not None:
        context.log.warning(harvested.words)
    return MaterializeResult(
        metadata={"records": harvested.records, "deleted": harvested.deleted, "stopped": harvested.reason or "no"}
    )


def _home(named: str) -> Path:
    return Path(named or os.environ.get("FASCICLE_HOME") or ".fascicle")


def _counts(outcomes: list[Outcome]) -> dict[str, int]:
    names = ("fetched", "here", "restored", "same", "failed", "waiting")
    return {name: sum(1 for outcome in outcomes if outcome.status == name) for name in names}

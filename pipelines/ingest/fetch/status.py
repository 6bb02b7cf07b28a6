"""Downloads as ``fascicle status`` shows them: failures with reasons, what waits, and hosts that are paused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from pipelines.ingest.fetch.landing import landed_files
from pipelines.ingest.fetch.log import Entry, FetchLog, reading
from pipelines.ingest.fetch.model import FetchError, when
from pipelines.ingest.fetch.pace import is_open, open_words
from pipelines.symbols import parse_symbol
from warehouse.home import Home

_NAMED = 3


def fetch_status(home: Path, now: float | None = None) -> dict[str, Any]:
    """The log of downloads as plain values; empty lists where nothing was ever fetched.

    ``failed`` and ``waiting`` have one item per document, language and format; ``here`` in it names the
    file that lies in the landing folder all the same, in another format, from before or put there by hand.
    """
    empty: dict[str, Any] = {
        "fetched": 0,
        "failed": [],
        "waiting": [],
        "left_alone": [],
        "harvests": [],
        "problem": None,
    }
    try:
        with reading(home) as log:
            return empty if log is None else _gathered(home, log, time.time() if now is None else now, empty)
    except FetchError as problem:
        return {**empty, "problem": str(problem)}


def _gathered(home: Path, log: FetchLog, now: float, empty: dict[str, Any]) -> dict[str, Any]:
    entries = log.entries()
    here = _names_here(home, [entry for entry in entries if entry.status in ("failed", "waiting")])
    return {
        **empty,
        "fetched": sum(1 for entry in entries if entry.status in ("fetched", "same")),
        "failed": [_item(entry, here) for entry in entries if entry.status == "failed"],
        "waiting": [_item(entry, here) for entry in entries if entry.status == "waiting" and _key(entry) not in here],
        "left_alone": [open_words(state) for state in log.breakers() if is_open(state, now)],
        "harvests": [{**one, "records": log.record_count()} for one in log.harvests()],
    }


def _key(entry: Entry) -> tuple[str, str]:
    return entry.symbol, entry.language


def _names_here(home: Path, entries: list[Entry]) -> dict[tuple[str, str], str]:
    """File names of documents that lie in the landing folder."""
    names = {}
    for symbol, language in dict.fromkeys(_key(entry) for entry in entries):
        files = landed_files(Home(home).landing, parse_symbol(symbol), language)
        if files:
            names[symbol, language] = files[0].path.name
    return names


def _item(entry: Entry, here: dict[tuple[str, str], str]) -> dict[str, Any]:
    return {
        "symbol": entry.symbol,
        "language": entry.language,
        "format": entry.format,
        "kind": entry.kind,
        "reason": entry.reason,
        "attempts": entry.attempts,
        "last_at": when(entry.last_at),
        "here": here.get(_key(entry)),
    }


def status_lines(found: dict[str, Any]) -> list[str]:
    """The same as lines for people: one per failure, one per host left alone, one for all that waits."""
    lines = []
    if found["problem"]:
        lines.append(f"fetch     {found['problem']}")
    if found["fetched"] or found["failed"] or found["waiting"]:
        lines.append(f"fetch     {found['fetched']} documents downloaded")
    for item in found["failed"]:
        tries = f"tried {item['attempts']} time{'s' if item['attempts'] != 1 else ''}, last {item['last_at']}"
        instead = f"; {item['here']} is here" if item["here"] else ""
        name = f"{item['symbol']} {item['language']} {item['format']}"
        lines.append(f"missing   {name}: {item['reason']} ({tries}{instead})")
    if found["waiting"]:
        names = [f"{item['symbol']} {item['language']}" for item in found["waiting"]]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        lines.append(
            f"waiting   {', '.join(names[:_NAMED])}{more}: not asked; fetch again when the server may be asked"
        )
    lines += [f"breaker   {words}" for words in found["left_alone"]]
    for harvest in found["harvests"]:
        outcome = f"stopped: {harvest['reason']}; fetch again to go on" if harvest["reason"] else "complete"
        lines.append(
            f"harvest   {harvest['name']}: {harvest['records']} records, {when(harvest['last_at'])}, {outcome}"
        )
    return lines

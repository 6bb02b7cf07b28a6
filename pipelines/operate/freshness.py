"""How old the current release and its documents are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from pipelines.operate.settings import Expected
from warehouse.home import Home
from warehouse.query import run_query
from warehouse.release import current_release


def published_documents(home: Path) -> tuple[tuple[str, str], ...]:
    """Symbol and language of each document of the current release; none without a release. Raises ReleaseError."""
    release = current_release(Home(home))
    if release is None:
        return ()
    answer = run_query(release.database, "SELECT symbol, language FROM mart_document")
    return tuple((str(symbol), str(language)) for symbol, language in answer.rows)


def overdue(expected: Iterable[Expected], published: Iterable[tuple[str, str]], today: dt.date) -> tuple[str, ...]:
    """One line per symbol and language that is overdue; ``published`` has symbol and language of each document."""
    here = {(_plain(symbol), language) for symbol, language in published}
    return tuple(
        f"{symbol} {language}: expected for the edition {one.edition} by {one.due.isoformat()}"
        for one in expected
        if one.due < today
        for symbol in one.symbols
        for language in one.languages
        if (_plain(symbol), language) not in here
    )


def _plain(symbol: str) -> str:
    """A symbol without spaces or case: it is typed in many ways."""
    return "".join(symbol.split()).casefold()

"""Which expected documents are overdue: not in the current release although their day has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pipelines.operate.settings import Expected


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

"""Facts of the resolutions that the bundled edition cites: known without their text."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.parse.symbols import parse_symbol

_PATH = Path(__file__).parents[1] / "bundled" / "resolutions.csv"


def bundled_resolutions(path: Path = _PATH) -> list[dict[str, Any]]:
    """Rows of mart_resolution with the facts of a file: symbol, title, adopted_on, organ, session_number.

    ``text_status`` is metadata: counts and document stay NULL. Raises SymbolError or ValueError, with what
    is wrong, for a symbol or date of another form.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            {
                "symbol": str(parse_symbol(row["symbol"])),
                "organ": row["organ"] or None,
                "session_number": int(row["session_number"]) if row["session_number"] else None,
                "title": row["title"],
                "adopted_on": datetime.date.fromisoformat(row["adopted_on"]) if row["adopted_on"] else None,
                "text_status": "metadata",
            }
            for row in csv.DictReader(handle)
        ]


def with_metadata(read: Iterable[dict[str, Any]], known: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row per symbol, by symbol: what was read from a text goes before what is only known of it.

    Facts that a text does not print stay NULL; they are not filled in from elsewhere.
    """
    rows = {row["symbol"]: row for row in known}
    rows.update({row["symbol"]: row for row in read})
    return [rows[symbol] for symbol in sorted(rows)]

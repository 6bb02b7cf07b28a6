"""Facts of the resolutions that the bundled edition cites: known without their text."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.symbols import parse_symbol

_PATH = Path(__file__).parents[2] / "bundled" / "resolutions.csv"


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


def one_per_symbol(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row of mart_resolution per symbol, by symbol.

    A text goes before what is only known of a resolution, English before other languages. What the first text
    lacks is taken from the resolution's other texts and formats; what is only known never fills a text's gaps,
    so that a fact a text does not print stays NULL.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=_rank):
        first = found.get(row["symbol"])
        if first is None:
            found[row["symbol"]] = dict(row)
        elif row["text_status"] == first["text_status"]:
            first.update({name: value for name, value in row.items() if first.get(name) is None})
    return [found[symbol] for symbol in sorted(found)]


def _rank(row: dict[str, Any]) -> tuple[bool, bool, str]:
    document_id = row.get("document_id") or ""
    return row["text_status"] != "text", ".en." not in document_id, document_id

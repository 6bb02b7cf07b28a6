"""Text shaped like a symbol that nothing in the document's rows stands for: listed, never lost silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.blocks import Document, Place
from pipelines.parse.symbol_mentions import find_symbols, unread_symbols
from pipelines.parse.symbol_words import languages, words_of
from warehouse.declare import Rows

_CONTEXT = 40
_SLASHED = re.compile(r"^(?P<first>\d+)/(?P<second>\d+)$")


def unread_rows(document: Document, rows: Rows, language: str) -> list[dict[str, Any]]:
    """Rows of mart_unread_symbol of one document, given its mandates, citations and own symbol.

    Page furniture is left out: it counts pages as 11/34.
    """
    document_id = rows["mart_document"][0]["document_id"]
    known = _Known(rows)
    found: list[dict[str, Any]] = []
    for text, place in _texts(document):
        for position, printed in unread_symbols(text, []):
            if known.has(printed):
                continue
            if any(one.start <= position < one.end for one in find_symbols(text, language)):
                continue
            found.append(
                {
                    "unread_symbol_id": f"{document_id}#u{len(found) + 1:04d}",
                    "document_id": document_id,
                    "printed_text": printed,
                    "reading": reading_of(printed, text[:position], language),
                    "context": " ".join(text[max(0, position - _CONTEXT) : position + len(printed) + _CONTEXT].split()),
                    "page_number": place.page,
                    "line_first": place.line_first,
                    "table_ordinal": place.table_ordinal,
                }
            )
    return found


def reading_of(printed: str, before: str, language: str) -> str:
    """What text of this shape is taken for: period, ratio, organ_unknown (a noun announces it) or unknown."""
    match = _SLASHED.match(printed)
    if match is not None:
        first, second = match["first"], match["second"]
        if len(first) == 4 and int(second) % 100 == (int(first) + 1) % 100 and len(second) in (2, 4):
            return "period"
        if first == second:
            return "ratio"
    words = words_of(language) if language in languages() else None
    nouns = (*words.resolution, *words.decision) if words is not None else ()
    tail = before[-_CONTEXT:].casefold()
    return "organ_unknown" if any(noun.casefold() in tail for noun in nouns) else "unknown"


class _Known:
    """What the document's rows stand for: symbols as printed in citations and lists of mandates, and its own."""

    def __init__(self, rows: Rows) -> None:
        printed = {
            row.get("printed_text") or "" for name in ("mart_citation", "mart_mandate") for row in rows.get(name, [])
        }
        printed |= {row["symbol"] for row in rows.get("mart_resolution", [])}
        self._printed = "\n".join(sorted(map(_squeezed, printed)))
        self._answers: dict[str, bool] = {}

    def has(self, text: str) -> bool:
        """True when the text stands in one of them, as a whole word."""
        if text not in self._answers:
            word = re.escape(_squeezed(text))
            self._answers[text] = re.search(rf"(?<![\w]){word}(?![\w/])", self._printed) is not None
        return self._answers[text]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _texts(document: Document) -> Iterator[tuple[str, Place]]:
    for block in document.blocks:
        if block.kind == "furniture":
            continue
        if block.text:
            yield block.text, block.place
        cells: Iterable[Any] = (cell for row in block.grid.rows for cell in row) if block.grid is not None else ()
        yield from ((cell.text, cell.place) for cell in cells if cell is not None and cell.text)

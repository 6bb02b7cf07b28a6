"""Text shaped like a symbol that nothing in the document's rows stands for: listed, never lost silently."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.model.blocks import Document, Place
from pipelines.symbols.catalogue import languages, words_of
from pipelines.symbols.mentions import find_symbols, unread_symbols
from pipelines.symbols.model import fold
from warehouse.schema.declare import Rows

_CONTEXT = 40
_NUMBERS = re.compile(r"\d+|\b[IVXLC]+\b")
_SLASHED = re.compile(r"^(?P<first>\d+)/(?P<second>\d+)$")


def unread_rows(document: Document, rows: Rows, language: str) -> list[dict[str, Any]]:
    """Rows of mart_unread_symbol of one document, given its mandates, citations and own symbol.

    Page furniture is left out: it counts pages as 11/34.
    """
    document_id = rows["mart_document"][0]["document_id"]
    known = _Known(rows)
    found: list[dict[str, Any]] = []
    for text, place in _texts(document):
        mentions, is_instrument = None, False
        for position, printed in unread_symbols(text, []):
            if known.has(printed):
                continue
            if mentions is None:  # looked for once in a text, however many leftovers it has
                mentions, is_instrument = find_symbols(text, language), known.is_instrument(text)
            if any(one.start <= position < one.end for one in mentions):
                continue
            found.append(
                {
                    "unread_symbol_id": f"{document_id}#u{len(found) + 1:04d}",
                    "document_id": document_id,
                    "printed_text": printed,
                    "reading": "instrument"
                    if is_instrument
                    else reading_of(printed, text[max(0, position - _CONTEXT) : position], language),
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
    """What the document's rows stand for: symbols as printed in citations and lists of mandates, and its own.

    A cell of a list may hold several symbols: its words stand for those of its numbers that a mandate has.
    """

    def __init__(self, rows: Rows) -> None:
        said = [
            (row.get("printed_text") or "", row["symbol"])
            for name in ("mart_citation", "mart_mandate")
            for row in rows.get(name, [])
            if row["symbol"]
        ]
        said += [(row["symbol"], row["symbol"]) for row in rows.get("mart_resolution", [])]
        self._instruments = {_plain(row["printed_text"]) for row in rows.get("mart_mandate", []) if not row["symbol"]}
        self._said: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for printed, symbol in dict.fromkeys(said):
            numbers = frozenset(_NUMBERS.findall(symbol))
            for number in numbers:
                self._said.setdefault(number, []).append((_plain(printed), numbers))
        self._answers: dict[str, bool] = {}

    def is_instrument(self, cell: str) -> bool:
        """True for the cell of a mandate that has no symbol, such as agreed conclusions by year and number."""
        return _plain(cell) in self._instruments

    def has(self, text: str) -> bool:
        """True when the text stands in one of them, as a whole word, and its numbers are those of the symbol."""
        if text not in self._answers:
            plain = _plain(text)
            numbers = _NUMBERS.findall(plain)
            # The year of 1946/9 (I) only helps to find it.
            numbers = numbers[1:] if plain.endswith(")") and len(numbers) == 3 else numbers
            candidates = self._said.get(numbers[0], []) if numbers else []
            self._answers[text] = any(
                held.issuperset(numbers) and _stands_in(plain, printed) for printed, held in candidates
            )
        return self._answers[text]


def _stands_in(words: str, text: str) -> bool:
    """True when words stand in a text as whole words; a stroke after them goes on with a symbol."""
    start = text.find(words)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(words) :][:1]
        if not (before == "_" or before.isalnum() or after in ("_", "/") or after.isalnum()):
            return True
        start = text.find(words, start + 1)
    return False


def _plain(text: str) -> str:
    return " ".join(fold(text).split())


def _texts(document: Document) -> Iterator[tuple[str, Place]]:
    for block in document.blocks:
        if block.kind == "furniture":
            continue
        if block.text:
            yield block.text, block.place
        cells: Iterable[Any] = (cell for row in block.grid.rows for cell in row) if block.grid is not None else ()
        yield from ((cell.text, cell.place) for cell in cells if cell is not None and cell.text)

"""What the links of a document say of the numbers printed on it: the series behind 74/1 or 13 (III)."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from pipelines.blocks import Link
from pipelines.parse.symbol_addresses import symbol_text_of_address
from pipelines.parse.symbol_model import BRACKETED_PATTERN, SLASHED_PATTERN, Symbol, adopted_symbol, fold

PRINCIPAL = frozenset({"A", "S", "E"})
"""Organs whose names are always known: a link to one of them says nothing of a list of another organ."""
_ADOPTED = re.compile(r"(?P<series>[A-Z][A-Z0-9.\-]*(?:/[A-Z0-9.\-]+)*?)/(?:RES|DEC)/(?P<it>.+)$", re.I)
_NUMBERS = (re.compile(SLASHED_PATTERN), re.compile(BRACKETED_PATTERN))


class Linked:
    """Series by number, as the links of a document lead to them. A number that leads to two tells nothing."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self._series: dict[tuple[str, str], set[str]] = defaultdict(set)
        for link in links:
            symbol = _adopted(link.address)
            if symbol is not None and _stands_on(link, symbol):
                self._series[symbol.session, symbol.number].add(symbol.series)

    def series_of(self, symbol: Symbol, is_other: bool = False) -> str | None:
        """Series that the links give this number; None where there is none, or more than one.

        ``is_other``: of an organ other than the principal ones.
        """
        found = self._series.get((symbol.session, symbol.number), set())
        found = found - PRINCIPAL if is_other else found
        return next(iter(found)) if len(found) == 1 else None


def _adopted(address: str) -> Symbol | None:
    """The resolution or decision that an address of the document servers leads to, of whatever series."""
    text = symbol_text_of_address(address)
    named = _ADOPTED.match(fold(text)) if text is not None else None
    if named is None:
        return None
    match = next((m for pattern in _NUMBERS if (m := pattern.match(named["it"])) is not None), None)
    return adopted_symbol(named["series"].upper(), "resolution", match) if match is not None else None


def _stands_on(link: Link, symbol: Symbol) -> bool:
    """True where the printed words hold the number; words that a format does not give count as holding it."""
    return not link.text.strip() or symbol.number in link.text

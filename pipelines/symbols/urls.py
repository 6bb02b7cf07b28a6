"""Addresses of documents and links in texts, and the symbols that they name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.model.blocks import Link
from pipelines.symbols.model import (
    BRACKETED_PATTERN,
    SLASHED_PATTERN,
    Symbol,
    SymbolError,
    adopted_symbol,
    fold,
    parse_symbol,
)

_HOSTS = {
    "undocs.org",
    "www.undocs.org",
    "docs.un.org",
    "documents.un.org",
    "www.un.org",
    "daccess-ods.un.org",
    "daccessods.un.org",
}
_LANGUAGES = {"ar": "ar", "ch": "zh", "zh": "zh", "en": "en", "fr": "fr", "ru": "ru", "es": "es", "sp": "es"}
_QUERY_NAMES = ("s", "symbol", "finalsymbol", "ds")
_PART_RANGE = re.compile(r"(?P<head>.*\d ?)(?P<first>[A-Za-z]) ?[-–—] ?(?P<last>[A-Za-z])$")


def symbols_of_address(address: str) -> list[Symbol]:
    """Symbols that an address of the document servers leads to, in order; empty for any other address.

    ``https://docs.un.org/en/A/RES/79/93A-B`` leads to two lettered parts.
    """
    named = symbol_text_of_address(address)
    if named is None:
        return []
    ranged = _PART_RANGE.match(named)
    if ranged is not None:
        first, last = ranged["first"].upper(), ranged["last"].upper()
        texts = [f"{ranged['head']}{chr(code)}" for code in range(ord(first), ord(last) + 1)]
    else:
        texts = [named]
    try:
        return [parse_symbol(text) for text in texts]
    except SymbolError:
        return []


def symbol_of_address(address: str) -> Symbol | None:
    """The one symbol that an address leads to; its base where it leads to several parts; else None."""
    symbols = symbols_of_address(address)
    if len(symbols) > 1:
        return symbols[0].base
    return symbols[0] if symbols else None


def language_of_address(address: str) -> str | None:
    """Language that an address asks for, ``zh`` for ``/ch/``; None where it asks for none."""
    split = urlsplit(address.strip())
    first = split.path.strip("/").split("/")[0].lower()
    if first in _LANGUAGES:
        return _LANGUAGES[first]
    query = {name.lower(): value.lower() for name, value in parse_qsl(split.query)}
    asked = (query.get(name, "")[:2] for name in ("l", "lang", "language"))
    return next((_LANGUAGES[code] for code in asked if code in _LANGUAGES), None)


def leads_to(address: str, symbol: Symbol) -> bool:
    """True when an address leads to the symbol it stands on.

    An address without the lettered part leads to the text that holds all parts; one half of a joint
    symbol leads to the document.
    """
    targets = symbols_of_address(address)
    names = {str(symbol), str(symbol.base), *([symbol.twin] if symbol.twin else [])}
    return any(str(target) in names for target in targets)


@lru_cache(maxsize=1 << 12)
def symbol_text_of_address(address: str) -> str | None:
    """The words of an address of the document servers that name a document; None for any other address."""
    split = urlsplit(address.strip())
    if (split.hostname or "").lower() not in _HOSTS:
        return None
    for name, value in parse_qsl(split.query):
        if name.lower() in _QUERY_NAMES:
            return value.strip()
    path = unquote(split.path).strip("/ ").rstrip(".,;")
    first, _, rest = path.partition("/")
    if first.lower() in _LANGUAGES and rest:
        path = rest
    return path or None


_FILE_ENDING = re.compile(r"(?:\.(?:ar|en|es|fr|ru|zh))?\.(?:docx?|pdf|txt)$", re.I)
_FILE_PARENTHESIS = re.compile(
    r"/\(?((?:Income/)?Sect\.? ?\d+[A-Z]?|Plan/outline|Vol\.? ?[IVX]+|Prog\.? ?\d+)\)?(?=/|$)", re.I
)
_FILE_BRACKETED = re.compile(r"^(S/RES/\d+|[AE]/RES/\d+(?:/[A-Z])?)/(\d{4}|(?:E?S-)?[IVXLC]+)$")


def symbol_of_file_name(name: str) -> Symbol | None:
    """Symbol that a file is named after (``A_80_6_Sect.24_Corr.1.en.docx``); None for other names."""
    text = _FILE_ENDING.sub("", name.rsplit("/", 1)[-1]).replace("_", "/")
    text = _FILE_PARENTHESIS.sub(lambda match: " (" + match[1].replace("/", " ") + ")", text)
    text = _FILE_BRACKETED.sub(r"\1 (\2)", text)
    text = re.sub(r"/([A-Z])(?= \(|$)", r" \1", text)
    try:
        return parse_symbol(text)
    except SymbolError:
        return None


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

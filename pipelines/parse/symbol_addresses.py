"""Addresses of documents on the web, and names of files, as the symbols they lead to."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from pipelines.parse.symbol_model import Symbol, SymbolError, parse_symbol

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

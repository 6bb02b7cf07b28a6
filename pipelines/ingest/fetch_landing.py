"""What of a document lies in the landing folder, fetched or put there by hand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.ingest.fetch_model import LANGUAGES
from pipelines.ingest.sources import symbol_key
from pipelines.parse.symbols import Symbol

_NAME = re.compile(rf"(?P<stem>.+)\.(?P<language>{'|'.join(LANGUAGES)})\.(?P<format>docx|pdf|txt)", re.I)
_BEGINNINGS = {"docx": b"PK", "pdf": b"%PDF-", "txt": b""}


@dataclass(frozen=True, slots=True)
class Lying:
    """A file of a document, in the format that its name and its first bytes tell."""

    path: Path
    format: str


def lying_files(landing: Path, symbol: Symbol, language: str) -> list[Lying]:
    """Files of a document in a language, by name: symbol, language and format, as fetched files are named.

    A file whose first bytes are not of the format in its name is none: an error page saved by hand.
    """
    if not landing.is_dir():
        return []
    key = symbol_key(str(symbol))
    found = []
    for path in sorted(landing.rglob("*")):
        named = _NAME.fullmatch(path.name)
        if named is None or path.name.startswith(".") or not path.is_file():
            continue
        if named["language"].lower() != language or symbol_key(named["stem"]) != key:
            continue
        file_format = named["format"].lower()
        with path.open("rb") as handle:
            head = handle.read(1024)
        if head.strip() and _BEGINNINGS[file_format] in head:
            found.append(Lying(path, file_format))
    return found

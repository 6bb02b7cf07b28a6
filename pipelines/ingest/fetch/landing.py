"""What a download is, where it is stored, and which documents it cites."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import quote

from pipelines.ingest.fetch.model import Failure, FetchError
from pipelines.ingest.formats import CutOff, FileFormat, NoDocument, Refused, decode_text, tell_format
from pipelines.ingest.sources import symbol_key
from pipelines.symbols import Symbol, find_symbols, symbols_of_address
from warehouse.schema.languages import CODES

_NAME = re.compile(rf"(?P<stem>.+)\.(?P<language>{'|'.join(CODES)})\.(?P<format>docx|pdf|txt)", re.I)
_BEGINNINGS = {"docx": b"PK", "pdf": b"%PDF-", "txt": b""}


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file of a document, in the format that its name and its first bytes tell."""

    path: Path
    format: str


def landed_files(landing: Path, symbol: Symbol, language: str) -> list[LandedFile]:
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
            found.append(LandedFile(path, file_format))
    return found


SPELLINGS: dict[str, str] = {"quoted": "()", "plain": "/()"}
"""Characters of a symbol left as they are in an address: whether the slash may be one differs, so both are tried."""

_MESSAGE_SIZE = 16 * 1024


def address_of(template: str, symbol: str, language: str, file_format: str, spelling: str) -> str:
    """Address of a document, the symbol in one of two spellings.

    >>> address_of("https://x/?s={symbol}&l={language}&t={format}", "A/77/6(Sect.10)", "zh", "pdf", "quoted")
    'https://x/?s=A%2F77%2F6(Sect.10)&l=zh&t=pdf'
    """
    return (
        template.replace("{symbol}", quote(symbol, safe=SPELLINGS[spelling]))
        .replace("{language}", language)
        .replace("{format}", file_format)
    )


def judged(data: bytes, asked: str) -> tuple[bytes, FileFormat]:
    """Bytes and their format, recognised by the bytes alone. Raises Failure where they are no document of a known format."""
    try:
        found = tell_format(data)
    except NoDocument as problem:
        what = f"a web page of {len(data):,} bytes" if data.strip() else "no bytes"
        raise Failure(
            "no_document",
            f"{what} came instead of a document: there is none, or the server has had enough; try again later",
        ) from problem
    except CutOff as problem:
        raise Failure("cut_off", str(problem), is_transient=True) from problem
    except Refused as problem:
        raise Failure("wrong_type", f"not a .{asked} file: {problem}", data=data) from problem
    if found == "txt":
        if len(data) <= _MESSAGE_SIZE:
            raise Failure(
                "no_document", f"a message of {len(data):,} bytes came instead of a document; try again later"
            )
        raise Failure("wrong_type", f"not a .{asked} file, nor any that is known", data=data)
    return data, found


def cited_resolutions(data: bytes, file_format: str, language: str) -> list[Symbol]:
    """Resolutions with a number that a document cites, each once, in the order of their symbols.

    Raises FetchError, with the reason, for a document that cannot be read.
    """
    from pipelines.model.blocks import UnreadableDocument
    from pipelines.read import read_document

    try:
        if file_format == "txt":
            data = decode_text(data)[0].encode()
        document = read_document(data, cast(FileFormat, file_format))
    except (Refused, UnreadableDocument) as problem:
        raise FetchError(str(problem)) from problem
    text = "\n".join(line.text for line in document.lines)
    named = [mention.symbol for mention in find_symbols(text, language)]
    linked = [symbol for link in document.links for symbol in symbols_of_address(link.address)]
    return sorted({one for one in [*named, *linked] if one.kind == "resolution" and not one.is_pending}, key=str)

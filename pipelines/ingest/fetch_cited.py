"""Which resolutions a document cites, told by the addresses behind its words and by the words themselves."""

from __future__ import annotations

from typing import cast

from pipelines.ingest.fetch_model import FetchError
from pipelines.ingest.formats import FileFormat, Refused, decode_text
from pipelines.parse.symbols import Symbol, find_symbols, symbols_of_address


def cited_resolutions(data: bytes, file_format: str, language: str) -> list[Symbol]:
    """Resolutions with a number that a document cites, each once, in the order of their symbols.

    Raises FetchError, with the reason, for a document that cannot be read.
    """
    from pipelines.blocks import UnreadableDocument
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

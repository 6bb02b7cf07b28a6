"""Documents that a fascicle names: in its words, and where its links lead."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.model.blocks import Document
from pipelines.symbols import Linked, Symbol, find_symbols, symbol_of_address
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows

_CONTEXT_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Spot:
    """Where words stand: paragraph or table by its printed number, page, line."""

    paragraph: str | None
    table: str | None
    page: int | None
    line: int | None


def add_citations(
    rows: Rows, text: str, spot: Spot, identity: Identity, vocabulary: Vocabulary, linked: Linked | None = None
) -> None:
    """A row of mart_citation for each symbol that the words name; ``linked`` is what the document's links say."""
    found = rows.setdefault("mart_citation", [])
    for mention in find_symbols(text, vocabulary.language, linked):
        start = max(0, mention.start - _CONTEXT_CHARACTERS)
        found.append(
            {
                "citation_id": f"{identity.document_id}#c{len(found) + 1:04d}",
                "document_id": identity.document_id,
                "symbol": str(mention.symbol),
                "paragraph_number": spot.paragraph,
                "table_number": spot.table,
                "context": text[start : mention.end + _CONTEXT_CHARACTERS],
                "printed_text": mention.printed_text,
                "page_number": spot.page,
                "line_first": spot.line,
            }
        )


def add_links(rows: Rows, document: Document, identity: Identity, vocabulary: Vocabulary) -> None:
    """A row of mart_link for each address that a document leads to."""
    # A reader that gives a block its links gives them to the document too: each counts once.
    links = document.links or [link for block in document.blocks for link in block.links]
    table = rows.setdefault("mart_link", [])
    for number, link in enumerate(links, start=1):
        target = symbol_of_address(link.address)
        mentions = find_symbols(link.text, vocabulary.language) if link.text else []
        printed: Symbol | None = mentions[0].symbol if mentions else None
        table.append(
            {
                "link_id": f"{identity.document_id}#l{number:04d}",
                "document_id": identity.document_id,
                "address": link.address,
                "target_symbol": str(target) if target else None,
                "printed_text": link.text or None,
                "printed_symbol": str(printed) if printed else None,
                "page_number": link.place.page,
                "line_first": link.place.line_first,
            }
        )

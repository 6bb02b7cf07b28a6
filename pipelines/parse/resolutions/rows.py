"""A resolution or decision as rows: document, lines, paragraphs, tables and amounts, what it cites, its own facts; and rows of
those that are known without their text.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.model.blocks import Document
from pipelines.parse.prose.claims import claims_of
from pipelines.parse.prose.points import point_rows
from pipelines.parse.resolutions.amounts import AmountContext, amount_rows
from pipelines.parse.resolutions.document import ResolutionText, date_after, read_resolution
from pipelines.parse.resolutions.header import Header
from pipelines.parse.resolutions.tables import TableContext, table_rows
from pipelines.parse.resolutions.text import Paragraph, budget_words
from pipelines.symbols import Mention, find_symbols, parse_symbol, symbol_of_address
from warehouse.schema.declare import Rows

_CONTEXT = 60


def parse_resolution(
    document: Document, language: str = "en", source_sha256: str = "", symbol: str | None = None
) -> Rows:
    """Rows of one resolution: what mart_document, mart_source_line, mart_paragraph, mart_paragraph_point,
    mart_table, mart_row, mart_cell, mart_stated_amount, mart_claim, mart_citation, mart_link and mart_resolution hold.

    ``symbol`` is the user's word, which goes before the print. Raises UnreadableDocument when the document is
    no resolution.
    """
    read = read_resolution(document, language, symbol)
    document_id = read.header.symbol.document_id(language, document.format)
    paragraphs = [_paragraph_row(document_id, one) for one in read.paragraphs]
    rows: Rows = {
        "mart_paragraph": paragraphs,
        "mart_paragraph_point": [
            row
            for paragraph, one in zip(paragraphs, read.paragraphs, strict=True)
            for row in point_rows(paragraph, [piece.line_first for piece in one.pieces])
        ],
        "mart_citation": _citation_rows(document_id, read, language),
        "mart_link": _link_rows(document_id, document, language),
        "mart_resolution": [_resolution_row(document_id, read)],
        **_figures(document_id, read, language),
    }
    if read.header.is_draft:
        # What a draft proposes is no fact yet: nothing is held against it.
        for row in (*rows["mart_cell"], *rows["mart_stated_amount"]):
            row["fact_id"] = None
    rows["mart_claim"] = claims_of(rows)
    rows["mart_source_line"] = _line_rows(document_id, document, read)
    rows["mart_document"] = [_document_row(document_id, document, read, language, rows, source_sha256)]
    return rows


def _document_row(
    document_id: str, document: Document, read: ResolutionText, language: str, rows: Rows, source_sha256: str
) -> dict[str, Any]:
    header = read.header
    lines = rows["mart_source_line"]
    return {
        "document_id": document_id,
        "symbol": str(header.symbol),
        "language": language,
        "format": document.format,
        "edition_year": next((cell["fiscal_year"] for cell in rows["mart_cell"] if cell["fact_id"]), None),
        "section_code": None,
        "kind": "draft" if header.is_draft else header.symbol.kind,
        "source_sha256": source_sha256,
        "page_count": document.page_count,
        "title": header.title,
        "session_number": _session_number(header),
        "is_symbol_inferred": not header.is_symbol_printed,
        "line_count": len(lines),
        "unclaimed_line_count": sum(line["role"] == "unclaimed" for line in lines),
        "unclaimed_table_line_count": 0,
        "unreadable_cell_count": sum(cell["value"] is None for cell in rows["mart_cell"]),
    }


def _resolution_row(document_id: str, read: ResolutionText) -> dict[str, Any]:
    header = read.header
    counts = {kind: sum(one.kind == kind for one in read.paragraphs) for kind in ("preambular", "operative")}
    return {
        "symbol": str(header.symbol),
        "organ": header.symbol.organ_name or (read.opening_organ if header.is_draft else None),
        "session_number": _session_number(header),
        "session": header.session,
        "title": header.title,
        "adopted_on": header.adopted_on,
        "agenda_item": header.agenda_item,
        "agenda_title": header.agenda_title,
        "source_document": header.source_document,
        "draft_symbol": header.draft_symbol,
        "meeting": header.meeting,
        "distributed_on": header.distributed_on,
        "operative_count": counts["operative"],
        "preambular_count": counts["preambular"],
        "text_status": "draft" if header.is_draft else "text",
        "header_gaps": ", ".join(header.gaps) or None,
        "document_id": document_id,
    }


def _session_number(header: Header) -> int | None:
    """Session of a resolution, or the one that a draft's own symbol names."""
    if not header.is_draft:
        return header.symbol.session_number
    named = next((part for part in header.symbol.body.split("/") if part.isdigit()), None)
    return int(named) if named and len(named) < len("2021") else None


def _figures(document_id: str, read: ResolutionText, language: str) -> Rows:
    """Tables and amounts, where the words of the language are known."""
    from pipelines.vocabulary import vocabulary_of

    rows: Rows = {"mart_table": [], "mart_row": [], "mart_cell": [], "mart_stated_amount": []}
    words = budget_words(language)
    if words is None:
        return rows
    vocabulary = vocabulary_of(language)
    for order, (block, heading, unit) in enumerate(read.tables, start=1):
        context = TableContext(document_id, order, heading, unit, read.header.title, words, vocabulary)
        for name, found in table_rows(block, context).items():
            rows[name] += found
    amounts = AmountContext(document_id, str(read.header.symbol), read.header.title, words, vocabulary)
    for paragraph in read.paragraphs:
        rows["mart_stated_amount"] += amount_rows(paragraph, amounts)
    return rows


def _line_rows(document_id: str, document: Document, read: ResolutionText) -> list[dict[str, Any]]:
    """Every line with its role: words of paragraphs, else headings, else unclaimed; blank and furniture as read."""
    in_text = {
        number
        for paragraph in read.paragraphs
        for piece in paragraph.pieces
        if piece.line_first is not None
        for number in range(piece.line_first, (piece.line_last or piece.line_first) + 1)
    }
    rows = []
    for line in document.lines:
        role = line.role
        if line.number in read.unclaimed_lines:
            role = "unclaimed"
        elif role == "paragraph" and line.number not in in_text:
            role = "heading"
        rows.append(
            {
                "document_id": document_id,
                "line_number": line.number,
                "page_number": line.page,
                "role": role,
                "text": line.text,
            }
        )
    return rows


def _paragraph_row(document_id: str, paragraph: Paragraph) -> dict[str, Any]:
    return {
        "paragraph_id": f"{document_id}#p{paragraph.number}",
        "document_id": document_id,
        "paragraph_number": paragraph.number,
        "heading_path": " > ".join(paragraph.headings) or None,
        "text": paragraph.text,
        "kind": paragraph.kind,
        "page_number": paragraph.page,
        "line_first": paragraph.line_first,
        "line_last": paragraph.line_last,
    }


def _citation_rows(document_id: str, read: ResolutionText, language: str) -> list[dict[str, Any]]:
    """Mentions in the source bracket (no paragraph), in every paragraph, and in notes (the paragraph they are on)."""
    rows: list[dict[str, Any]] = []

    def take(text: str, mentions: list[Mention], number: str | None, page: int | None, line: Any) -> None:
        for mention in mentions:
            rows.append(
                {
                    "citation_id": f"{document_id}#c{len(rows) + 1:04d}",
                    "document_id": document_id,
                    "symbol": str(mention.symbol),
                    "paragraph_number": number,
                    "context": " ".join(text[max(0, mention.start - _CONTEXT) : mention.end + _CONTEXT].split()),
                    "printed_text": mention.printed_text,
                    "stated_on": date_after(text, mention.end, language),
                    "page_number": page,
                    "line_first": line(mention.start),
                }
            )

    source = read.header.source_document or ""
    take(source, find_symbols(source, language), None, None, lambda _: None)
    for paragraph in read.paragraphs:
        found = find_symbols(paragraph.text, language)
        take(paragraph.text, found, paragraph.number, paragraph.page, paragraph.line_of)
    noted = {mark: paragraph.number for paragraph in read.paragraphs for mark in paragraph.notes}
    for note in read.notes:
        found, place = find_symbols(note.text, language), note.place
        take(note.text, found, noted.get(note.number), place.page, lambda _, line=place.line_first: line)
    return rows


def _link_rows(document_id: str, document: Document, language: str) -> list[dict[str, Any]]:
    """Addresses behind the words, each with the symbol it leads to and the one it stands on."""
    rows = []
    for number, link in enumerate(
        [*document.links, *(link for block in document.blocks for link in block.links)], start=1
    ):
        target = symbol_of_address(link.address)
        named = find_symbols(link.text, language)
        rows.append(
            {
                "link_id": f"{document_id}#l{number:04d}",
                "document_id": document_id,
                "address": link.address,
                "target_symbol": str(target) if target else None,
                "printed_text": link.text or None,
                "printed_symbol": str(named[0].symbol) if named else None,
                "page_number": link.place.page,
                "line_first": link.place.line_first,
            }
        )
    return rows


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

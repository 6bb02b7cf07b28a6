"""A resolution or decision as rows: document, lines, paragraphs, what it cites, and its own facts."""

from __future__ import annotations

from typing import Any

from pipelines.blocks import Document
from pipelines.parse.points import point_rows
from pipelines.parse.resolutions_read import ResolutionText, date_after, read_resolution
from pipelines.parse.resolutions_text import Paragraph
from pipelines.parse.symbols import Mention, find_symbols
from warehouse.declare import Rows

_CONTEXT = 60


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


def parse_resolution(
    document: Document, language: str = "en", source_sha256: str = "", symbol: str | None = None
) -> Rows:
    """Rows of one resolution: mart_document, mart_source_line, mart_paragraph, mart_citation, mart_resolution.

    ``symbol`` is the user's word, which goes before the print. Raises UnreadableDocument when the document is
    no resolution.
    """
    read = read_resolution(document, language, symbol)
    header = read.header
    document_id = header.symbol.document_id(language, document.format)
    counts = {kind: sum(one.kind == kind for one in read.paragraphs) for kind in ("preambular", "operative")}
    lines = _line_rows(document_id, document, read)
    paragraphs = [_paragraph_row(document_id, one) for one in read.paragraphs]
    return {
        "mart_document": [
            {
                "document_id": document_id,
                "symbol": str(header.symbol),
                "language": language,
                "format": document.format,
                "edition_year": None,
                "section_code": None,
                "kind": "resolution" if header.symbol.kind == "resolution" else "decision",
                "source_sha256": source_sha256,
                "page_count": document.page_count,
                "title": header.title,
                "session_number": header.symbol.session_number,
                "is_symbol_inferred": not header.is_symbol_printed,
                "line_count": len(document.lines),
                "unclaimed_line_count": sum(line["role"] == "unclaimed" for line in lines),
                "unclaimed_table_line_count": 0,
                "unreadable_cell_count": 0,
            }
        ],
        "mart_source_line": lines,
        "mart_paragraph": paragraphs,
        "mart_paragraph_point": [
            row
            for paragraph, one in zip(paragraphs, read.paragraphs, strict=True)
            for row in point_rows(paragraph, [piece.line_first for piece in one.pieces])
        ],
        "mart_citation": _citation_rows(document_id, read, language),
        "mart_resolution": [
            {
                "symbol": str(header.symbol),
                "organ": header.symbol.organ_name,
                "session_number": header.symbol.session_number,
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
                "text_status": "text",
                "document_id": document_id,
            }
        ],
    }


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
    """Mentions in the source bracket (no paragraph) and in every paragraph, in order."""
    rows: list[dict[str, Any]] = []

    def take(text: str, mentions: list[Mention], paragraph: Paragraph | None) -> None:
        for mention in mentions:
            rows.append(
                {
                    "citation_id": f"{document_id}#c{len(rows) + 1:04d}",
                    "document_id": document_id,
                    "symbol": str(mention.symbol),
                    "paragraph_number": paragraph.number if paragraph is not None else None,
                    "context": " ".join(text[max(0, mention.start - _CONTEXT) : mention.end + _CONTEXT].split()),
                    "printed_text": mention.printed_text,
                    "stated_on": date_after(text, mention.end, language),
                    "page_number": paragraph.page if paragraph is not None else None,
                    "line_first": paragraph.line_of(mention.start) if paragraph is not None else None,
                }
            )

    source = read.header.source_document or ""
    take(source, find_symbols(source, language), None)
    for paragraph in read.paragraphs:
        take(paragraph.text, find_symbols(paragraph.text, language), paragraph)
    return rows

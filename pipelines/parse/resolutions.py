"""The text of a resolution or decision as rows: header facts, paragraphs and what it cites.

Old and new layouts differ in what they print and where: the date of adoption may stand in the heading or
under the text with the meeting, the agenda item may be missing. What a text lacks is None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.blocks import Block, Document, UnreadableDocument
from pipelines.parse.resolutions_text import Paragraph, read_paragraphs
from pipelines.parse.symbol_words import symbol_data, words_of
from pipelines.parse.symbols import Mention, Symbol, SymbolError, find_symbols, parse_symbol
from warehouse.declare import Rows

_CONTEXT = 60
_NUMBER = re.compile(
    r"^(?P<number>(?:(?:E?S-)?\d{1,4}/\d{1,4}|\d{1,4})(?: ?[A-Z])?"
    r"(?: \((?:\d{4}|[IVXLC]+|E?S-[IVXLC]+)\))?)\.\s*(?P<title>\S.*)$"
)


@dataclass(frozen=True, slots=True)
class Header:
    """Facts that the heading and the closing lines of a resolution print; what they lack is None.

    ``source_document`` is the source bracket without its brackets, ``draft_symbol`` the first symbol in it.
    ``is_symbol_printed`` is False where the symbol was put together from organ and number.
    """

    symbol: Symbol
    is_symbol_printed: bool
    title: str
    adopted_on: datetime.date | None
    distributed_on: datetime.date | None
    session: str | None
    agenda_item: str | None
    agenda_title: str | None
    source_document: str | None
    draft_symbol: str | None
    meeting: str | None


@dataclass(frozen=True, slots=True)
class ResolutionText:
    """A resolution as read: header facts, paragraphs in order, and lines of its heading that no rule understands."""

    header: Header
    paragraphs: tuple[Paragraph, ...]
    unclaimed_lines: frozenset[int]


@cache
def patterns_of(language: str) -> dict[str, re.Pattern[str]]:
    """Compiled patterns of ``resolution_text`` in ``symbols.toml``; raises KeyError for other languages."""
    data = dict(symbol_data()["resolution_text"][language])
    words = words_of(language)
    organs = "|".join(re.escape(name) for name, _ in words.organs)
    date = data.pop("date").replace("{months}", "|".join(words.months))
    return {name: re.compile(text.replace("{organs}", organs).replace("{date}", date)) for name, text in data.items()}


def resolution_languages() -> tuple[str, ...]:
    """Languages whose layout of resolutions is known."""
    return tuple(symbol_data()["resolution_text"])


def looks_like_resolution(text: str, language: str = "en") -> bool:
    """True for the text of a resolution or decision: its line of adoption stands near the top."""
    patterns = patterns_of(language)
    lines = [" ".join(line.split()) for line in text[:6000].splitlines()]
    lines = [line for line in lines if line][:40]
    return any(patterns["adopted"].match(line) or patterns["decided"].match(line) for line in lines)


def is_resolution(document: Document, language: str = "en") -> bool:
    """True when a document as read is a resolution or decision."""
    return looks_like_resolution("\n".join(_whole(block) for block in document.blocks[:40]), language)


def read_resolution(document: Document, language: str = "en") -> ResolutionText:
    """Header facts and paragraphs of a resolution.

    Raises UnreadableDocument when organ, number or the words that open the text are missing.
    """
    patterns = patterns_of(language)
    units = [block for block in document.blocks if block.kind in ("paragraph", "heading") and _whole(block)]
    opening = next((n for n, block in enumerate(units) if patterns["opening"].match(_whole(block))), None)
    if opening is None:
        raise UnreadableDocument(
            "this is not recognised as a resolution: no line such as 'The General Assembly,' opens its text; "
            "check that the text is whole"
        )
    closing = _closing(units, opening, patterns)
    header = _header(units[:opening], document.furniture, units, closing, language)
    body = units[opening + 1 : closing.first if closing is not None else len(units)]
    rest = units[closing.after :] if closing is not None else []
    begins_operative = patterns["opening"].match(_whole(units[opening]))
    comma = begins_operative is not None and bool(begins_operative["comma"])
    paragraphs = read_paragraphs(body, rest, patterns["annex"], patterns["article"], has_preamble=comma)
    return ResolutionText(header, tuple(paragraphs), frozenset(_unclaimed(units[:opening], language)))


def _whole(block: Block) -> str:
    """Words of a block with the mark before them, single spaces."""
    return " ".join(f"{block.number} {block.text}".split())


@dataclass(frozen=True, slots=True)
class _Closing:
    first: int
    after: int
    meeting: str | None
    adopted_on: datetime.date | None


def _closing(units: Sequence[Block], opening: int, patterns: dict[str, re.Pattern[str]]) -> _Closing | None:
    """The lines that name the meeting and date under the text; None where there are none.

    A text adopted by silence procedure names a date alone.
    """
    for n in range(opening + 1, len(units)):
        alone = patterns["date_alone"].match(_whole(units[n]))
        if alone is not None:
            return _Closing(n, n + 1, None, _date(alone))
        match = patterns["meeting"].match(_whole(units[n]))
        if match is None:
            continue
        if match["day"]:
            return _Closing(n, n + 1, match["meeting"], _date(match))
        following = patterns["date_alone"].match(_whole(units[n + 1])) if n + 1 < len(units) else None
        return _Closing(n, n + 2 if following else n + 1, match["meeting"], _date(following) if following else None)
    return None


def _date(match: re.Match[str]) -> datetime.date | None:
    if not match["day"]:
        return None
    month = next(
        words.index(match["month"]) + 1
        for words in (words_of(language).months for language in resolution_languages())
        if match["month"] in words
    )
    return datetime.date(int(match["year"]), month, int(match["day"]))


def _header(
    heading: Sequence[Block], furniture: Sequence[str], units: Sequence[Block], closing: _Closing | None, language: str
) -> Header:
    patterns = patterns_of(language)
    texts = [_whole(block) for block in heading]
    found = {name: _first(patterns[name], texts) for name in ("bracket", "session", "agenda")}
    adopted_at, adopted = _first(patterns["adopted"], texts)
    kind = "RES"
    if adopted is None:
        adopted_at, adopted = _first(patterns["decided"], texts)
        kind = "DEC"
    title_at = next((n for n, text in enumerate(texts) if n > (adopted_at or -1) and _NUMBER.match(text)), None)
    if adopted is None or title_at is None:
        raise UnreadableDocument(
            "this is not recognised as a resolution: its number and the organ that adopted it cannot be told; "
            "check that the heading of the text is whole"
        )
    numbered = _NUMBER.match(texts[title_at])
    assert numbered is not None
    codes = dict(words_of(language).organs)
    symbol, printed = _symbol(codes[adopted["organ"]], kind, numbered["number"], [*furniture, *texts])
    source = found["bracket"][1]
    source_words = source["source"].strip() if source is not None else None
    mentions = find_symbols(source_words, language) if source_words else []
    agenda_item, agenda_title = _agenda(texts, found["agenda"], adopted_at)
    distributed = _search(patterns["distributed"], [" ".join([*furniture, *texts])])
    return Header(
        symbol=symbol,
        is_symbol_printed=printed,
        title=" ".join([numbered["title"], *texts[title_at + 1 :]]),
        adopted_on=_date(adopted) or (closing.adopted_on if closing is not None else None),
        distributed_on=_date(distributed) if distributed is not None else None,
        session=texts[found["session"][0]] if found["session"][0] is not None else None,
        agenda_item=agenda_item,
        agenda_title=agenda_title,
        source_document=source_words,
        draft_symbol=str(mentions[0].symbol) if mentions else None,
        meeting=closing.meeting if closing is not None else None,
    )


def _unclaimed(heading: Sequence[Block], language: str) -> Iterator[int]:
    """Lines above the text that are neither a known line nor part of a title."""
    patterns = patterns_of(language)
    known = [patterns[name] for name in ("adopted", "decided", "bracket", "session", "agenda")]
    in_title = False
    for block in heading:
        text = _whole(block)
        is_known = any(pattern.match(text) for pattern in known) or patterns["distributed"].search(text) is not None
        in_title = (
            _NUMBER.match(text) is not None or patterns["agenda"].match(text) is not None or (in_title and not is_known)
        )
        if not is_known and not in_title and block.place.line_first is not None:
            yield from range(block.place.line_first, (block.place.line_last or block.place.line_first) + 1)


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


def _first(pattern: re.Pattern[str], texts: Sequence[str]) -> tuple[int | None, re.Match[str] | None]:
    for n, text in enumerate(texts):
        if (match := pattern.match(text)) is not None:
            return n, match
    return None, None


def _search(pattern: re.Pattern[str], texts: Sequence[str]) -> re.Match[str] | None:
    return next((match for text in texts if (match := pattern.search(text)) is not None), None)


def _symbol(organ: str, kind: str, number: str, printed: Sequence[str]) -> tuple[Symbol, bool]:
    try:
        symbol = parse_symbol(f"{organ}/{kind}/{number}")
    except SymbolError as error:
        raise UnreadableDocument(f"the number {number!r} of this resolution is of no known form: {error}") from error
    mentions = (mention for text in printed for mention in find_symbols(text, "en"))
    return symbol, any(one.symbol == symbol and one.organ_basis == "printed" for one in mentions)


def _agenda(
    texts: Sequence[str], found: tuple[int | None, re.Match[str] | None], adopted_at: int | None
) -> tuple[str | None, str | None]:
    """Agenda item and its title, which stands in the lines between it and the line of adoption."""
    at, match = found
    if at is None or match is None:
        return None, None
    words = [match["rest"].strip(" .:"), *texts[at + 1 : adopted_at]]
    return match["item"], " ".join(word for word in words if word) or None


def parse_resolution(document: Document, language: str = "en", source_sha256: str = "") -> Rows:
    """Rows of one resolution: mart_document, mart_source_line, mart_paragraph, mart_citation, mart_resolution.

    Raises UnreadableDocument when the document is no resolution.
    """
    read = read_resolution(document, language)
    header = read.header
    document_id = header.symbol.document_id(language, document.format)
    counts = {kind: sum(one.kind == kind for one in read.paragraphs) for kind in ("preambular", "operative")}
    lines = _line_rows(document_id, document, read)
    return {
        "mart_document": [
            {
                "document_id": document_id,
                "symbol": str(header.symbol),
                "language": language,
                "format": document.format,
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
        "mart_paragraph": [_paragraph_row(document_id, one) for one in read.paragraphs],
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
                    "page_number": paragraph.page if paragraph is not None else None,
                    "line_first": paragraph.line_of(mention.start) if paragraph is not None else None,
                }
            )

    source = read.header.source_document or ""
    take(source, find_symbols(source, language), None)
    for paragraph in read.paragraphs:
        take(paragraph.text, find_symbols(paragraph.text, language), paragraph)
    return rows

"""The text of a resolution or decision as read: header facts and paragraphs.

Old and new layouts differ in what they print and where: the date of adoption may stand in the heading or
under the text with the meeting, the agenda item may be missing. What a text lacks is None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from pipelines.blocks import Block, Document, UnreadableDocument
from pipelines.parse.resolutions_text import LONGEST_HEADING, Paragraph, ends_sentence, read_paragraphs
from pipelines.parse.resolutions_words import budget_words
from pipelines.parse.symbol_words import symbol_data, words_of
from pipelines.parse.symbols import Symbol, SymbolError, find_symbols, parse_symbol
from pipelines.read.plain import MARK

_NUMBER = re.compile(
    r"^(?P<number>(?:(?:E?S-)?\d{1,4}/\d{1,4}|\d{1,4})(?: ?[A-Z])?"
    r"(?: \((?:\d{4}|[IVXLC]+|E?S-[IVXLC]+)\))?)\.\s*(?P<title>\S.*)$"
)
_COMMA = re.compile(r",\d{0,2}$")


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
    """A resolution as read: header facts, paragraphs in order, and lines of its heading that no rule understands.

    ``tables`` have the heading and the line in parentheses above them, ``notes`` the footnotes and remarks.
    """

    header: Header
    paragraphs: tuple[Paragraph, ...]
    unclaimed_lines: frozenset[int]
    tables: tuple[tuple[Block, str, str], ...]
    notes: tuple[Block, ...]


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


def adopted_language(document: Document, language: str | None = None, symbol: str | None = None) -> str | None:
    """Language of a resolution or decision; None for any other document.

    The content tells; a symbol that the user gives goes before it, a language narrows what is tried.
    """
    tried = [language] if language else list(resolution_languages())
    known = [one for one in tried if one in resolution_languages()]
    found = next((one for one in known if is_resolution(document, one)), None)
    if not symbol:
        return found
    try:
        is_adopted = parse_symbol(symbol).kind != "document"
    except SymbolError:
        return found
    return (found or next(iter(known), None)) if is_adopted else None


def cut_off(document: Document, language: str) -> str | None:
    """Why the text of a resolution is taken for cut off, None when it is not.

    Words of a paragraph that is longer than any heading end with a mark; so does the last numbered paragraph
    where no meeting and date close the text.
    """
    units = _units(document, language)
    opening = _opening(units, language)
    if opening is None:
        return None
    last = units[-1]
    closing = _closing(units, opening, patterns_of(language))
    is_numbered = closing is None and bool(last.number)
    is_open = not ends_sentence(last.text) or _COMMA.search(last.text.rstrip()) is not None
    if (is_numbered or len(last.text) > LONGEST_HEADING) and is_open:
        return f"cut off: the text ends within a paragraph, on line {last.place.line_last}; extract it again"
    return None


def _units(document: Document, language: str) -> list[Block]:
    """Blocks that hold words of the text, each with its mark apart from them."""
    followed = zip(document.blocks, [*document.blocks[1:], None], strict=True)
    return [
        _marked(block)
        for block, after in followed
        if block.kind in ("paragraph", "heading")
        and _whole(block)
        and not _is_remark(block, language)
        and not (_is_unit(block) and after is not None and after.kind == "table")
    ]


def _is_unit(block: Block) -> bool:
    """True for a line in parentheses alone, as names the unit of the table below it."""
    text = block.text.strip()
    return not block.number and text.startswith("(") and text.endswith(")")


def _is_remark(block: Block, language: str) -> bool:
    """True for the line under a table that explains its abbreviations."""
    words = budget_words(language)
    return block.kind == "paragraph" and words is not None and words["remark"].match(block.text) is not None


def _tables(document: Document) -> Iterator[tuple[Block, str, str]]:
    """Tables with the heading above them and the line in parentheses that names their unit."""
    heading, unit = "", ""
    for block in document.blocks:
        if block.kind == "table":
            yield block, heading, unit
            unit = ""
        elif block.kind in ("paragraph", "heading", "caption"):
            text = _whole(block)
            if _is_unit(block):
                unit = text
            elif block.kind != "paragraph" or not ends_sentence(text):
                heading, unit = text, ""
            else:
                unit = ""


def _marked(block: Block) -> Block:
    match = MARK.match(block.text) if not block.number else None
    return replace(block, number=match["mark"], text=match["text"]) if match is not None else block


def _opening(units: Sequence[Block], language: str) -> int | None:
    pattern = patterns_of(language)["opening"]
    return next((n for n, block in enumerate(units) if pattern.match(_whole(block))), None)


def read_resolution(document: Document, language: str = "en", symbol: str | None = None) -> ResolutionText:
    """Header facts and paragraphs of a resolution; a ``symbol`` that the user gives goes before the printed one.

    Raises UnreadableDocument when organ, number or the words that open the text are missing.
    """
    patterns = patterns_of(language)
    units = _units(document, language)
    opening = _opening(units, language)
    if opening is None:
        raise UnreadableDocument(
            "this is not recognised as a resolution: no line such as 'The General Assembly,' opens its text; "
            "check that the text is whole"
        )
    closing = _closing(units, opening, patterns)
    header = _header(units[:opening], document.furniture, units, closing, language)
    if symbol:
        header = replace(header, symbol=parse_symbol(symbol), is_symbol_printed=True)
    body = units[opening + 1 : closing.first if closing is not None else len(units)]
    rest = units[closing.after :] if closing is not None else []
    begins_operative = patterns["opening"].match(_whole(units[opening]))
    comma = begins_operative is not None and bool(begins_operative["comma"])
    paragraphs = read_paragraphs(body, rest, patterns, has_preamble=comma)
    return ResolutionText(
        header,
        tuple(paragraphs),
        frozenset(_unclaimed(units[:opening], language)),
        tuple(_tables(document)),
        tuple(block for block in document.blocks if block.kind == "note" or _is_remark(block, language)),
    )


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
    try:
        return datetime.date(int(match["year"]), month, int(match["day"]))
    except ValueError:
        return None  # no day of the calendar: a misprint


def date_after(text: str, position: int, language: str) -> datetime.date | None:
    """The date stated right after a place in a text, as in "76/245 of 24 December 2021"; None where there is none."""
    match = patterns_of(language)["stated"].match(text, position)
    return _date(match) if match is not None else None


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

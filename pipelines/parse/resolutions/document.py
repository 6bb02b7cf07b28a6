"""The text of a resolution or decision as read: header facts and paragraphs.

Old and new layouts differ in what they print and where: the date of adoption may stand in the heading or
under the text with the meeting, the agenda item may be missing. What a text lacks is None.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.model.blocks import Block, Document, UnreadableDocument
from pipelines.parse.resolutions.header import (
    NUMBER,
    Closing,
    Header,
    date_of,
    patterns_of,
    read_header,
    resolution_languages,
    unclaimed_lines,
    whole_of,
)
from pipelines.parse.resolutions.text import LONGEST_HEADING, Paragraph, budget_words, ends_sentence, read_paragraphs
from pipelines.read.plain import MARK
from pipelines.symbols import SymbolError, parse_symbol
from pipelines.symbols.identity import masthead_of

_NO_OPENING = (
    "this is not recognised as a resolution: no line such as 'The General Assembly,' opens its text; "
    "check that the text is whole"
)
_ASIDE = re.compile(r"\*+\s*\S")
_COMMA = re.compile(r",\d{0,2}$")


@dataclass(frozen=True, slots=True)
class ResolutionText:
    """A resolution as read: header facts, paragraphs in order, and lines of its heading that no rule understands.

    ``tables`` have the heading and the line in parentheses above them, ``notes`` the footnotes and remarks;
    ``opening_organ`` is the one that the opening words name.
    """

    header: Header
    paragraphs: tuple[Paragraph, ...]
    unclaimed_lines: frozenset[int]
    tables: tuple[tuple[Block, str, str], ...]
    notes: tuple[Block, ...]
    opening_organ: str | None = None


def looks_like_resolution(text: str, language: str = "en") -> bool:
    """True for the text of a resolution or decision: its line of adoption stands near the top, or all else there."""
    patterns = patterns_of(language)
    lines = [" ".join(line.split()) for line in text[:6000].splitlines()]
    lines = [line for line in lines if line][:40]
    if any(patterns["adopted"].match(line) or patterns["decided"].match(line) for line in lines):
        return True
    signs = (NUMBER, patterns["bracket"], patterns["opening"])
    return all(any(sign.match(line) for line in lines) for sign in signs)


def is_resolution(document: Document, language: str = "en") -> bool:
    """True when a document as read is a resolution or decision."""
    return looks_like_resolution("\n".join(whole_of(block) for block in document.blocks[:40]), language)


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
    closing = _closing(units, opening.body, patterns_of(language))
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
        and whole_of(block)
        and not _is_aside(block, language)
        and not (_is_unit(block) and after is not None and after.kind == "table")
    ]


def _is_unit(block: Block) -> bool:
    """True for a line in parentheses alone, as names the unit of the table below it."""
    text = block.text.strip()
    return not block.number and text.startswith("(") and text.endswith(")")


def _is_aside(block: Block, language: str) -> bool:
    """True for what stands beside the text: remarks under tables, and notes marked with asterisks."""
    return _is_remark(block, language) or (not block.number and _ASIDE.match(block.text) is not None)


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
            text = whole_of(block)
            if _is_unit(block):
                unit = text
            elif block.kind != "paragraph" or not ends_sentence(text):
                heading, unit = text, ""
            else:
                unit = ""


def _marked(block: Block) -> Block:
    match = MARK.match(block.text) if not block.number else None
    return replace(block, number=match["mark"], text=match["text"]) if match is not None else block


@dataclass(frozen=True, slots=True)
class _Opening:
    """Where a heading ends and a text begins: ``heading`` units stand above, ``body`` is the first of the text.

    ``is_printed`` is False where the words that open a text are missing; ``has_preamble`` where its first clause decides.
    """

    heading: int
    body: int
    has_preamble: bool
    organ: str | None = None
    is_printed: bool = True


def _opening(units: Sequence[Block], language: str) -> _Opening | None:
    """The words that open the text, alone on a line or running on into the clause; else the first clause there is."""
    patterns = patterns_of(language)
    for n, block in enumerate(units):
        if (match := patterns["opening"].match(whole_of(block))) is not None:
            part = _part_above(units, n, patterns)
            return _Opening(part, n + 1 if part == n else part, bool(match["comma"]), match["organ"])
        if (match := patterns["opening_on"].match(whole_of(block))) is not None and not NUMBER.match(whole_of(block)):
            part = _part_above(units, n, patterns)
            return _Opening(part, part, False, match["organ"])
    return _first_clause(units, patterns)


def _part_above(units: Sequence[Block], opening: int, patterns: dict[str, re.Pattern[str]]) -> int:
    """The line that opens the first of several texts, with its title, right above the opening words; else those."""
    for n in range(max(0, opening - 2), opening):
        text = whole_of(units[n])
        if patterns["draft_part"].match(text) is not None or text == "A":
            return n
    return opening


def _first_clause(units: Sequence[Block], patterns: dict[str, re.Pattern[str]]) -> _Opening | None:
    """The first clause below the number and title, where no words open the text: it ends in a mark, or has a number."""
    texts = [whole_of(block) for block in units]
    title = next((n for n, text in enumerate(texts) if NUMBER.match(text)), None)
    if title is None:
        title = next((n for n, text in enumerate(texts) if patterns["bracket"].match(text)), None)
    if title is None:
        return None
    for n in range(title + 1, len(units)):
        block = units[n]
        is_numbered = re.fullmatch(r"\d{1,3}\.", block.number) is not None
        if is_numbered or (block.kind == "paragraph" and ends_sentence(block.text)):
            if any(pattern.match(texts[n]) for pattern in (patterns["bracket"], patterns["agenda"])):
                continue
            return _Opening(n, n, has_preamble=not is_numbered, is_printed=False)
    return None


def read_resolution(document: Document, language: str = "en", symbol: str | None = None) -> ResolutionText:
    """Header facts and paragraphs of a resolution; a ``symbol`` that the user gives goes before the printed one.

    Any one part of its heading may be missing: ``gaps`` of the header names it. Raises UnreadableDocument when no
    symbol can be told, or no clause of a text.
    """
    patterns = patterns_of(language)
    units = _units(document, language)
    opening = _opening(units, language)
    if opening is None:
        raise UnreadableDocument(_NO_OPENING)
    closing = _closing(units, opening.body, patterns)
    own = parse_symbol(symbol) if symbol else masthead_of(document).symbol
    below = Closing(
        opening.organ,
        closing.meeting if closing is not None else None,
        closing.adopted_on if closing is not None else None,
    )
    header = read_header(units[: opening.heading], document.furniture, own, below, language)
    if not opening.is_printed:
        if {"number", "adoption"} & set(header.gaps):
            raise UnreadableDocument(_NO_OPENING)
        header = replace(header, gaps=("opening", *header.gaps))
    body = units[opening.body : closing.first if closing is not None else len(units)]
    rest = units[closing.after :] if closing is not None else []
    paragraphs = read_paragraphs(body, rest, patterns, has_preamble=opening.has_preamble)
    return ResolutionText(
        header,
        tuple(paragraphs),
        frozenset(unclaimed_lines(units[: opening.heading], language, header.is_draft)),
        tuple(_tables(document)),
        tuple(block for block in document.blocks if block.kind == "note" or _is_aside(block, language)),
        opening.organ,
    )


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
    for n in range(opening, len(units)):
        alone = patterns["date_alone"].match(whole_of(units[n]))
        if alone is not None:
            return _Closing(n, n + 1, None, date_of(alone))
        match = patterns["meeting"].match(whole_of(units[n]))
        if match is None:
            continue
        if match["day"]:
            return _Closing(n, n + 1, match["meeting"], date_of(match))
        following = patterns["date_alone"].match(whole_of(units[n + 1])) if n + 1 < len(units) else None
        return _Closing(n, n + 2 if following else n + 1, match["meeting"], date_of(following) if following else None)
    return None


def date_after(text: str, position: int, language: str) -> datetime.date | None:
    """The date stated right after a place in a text, as in "76/245 of 24 December 2021"; None where there is none."""
    match = patterns_of(language)["stated"].match(text, position)
    return date_of(match) if match is not None else None

"""The heading of a resolution, a decision or a draft of one: its symbol, title, adoption, agenda and source.

What is printed where differs over the years, and any one part may be missing or misprinted: the header says which.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from pipelines.model.blocks import Block, UnreadableDocument
from pipelines.symbols import Symbol, SymbolError, find_symbols, parse_symbol
from pipelines.symbols.catalogue import symbol_data, words_of
from pipelines.symbols.identity import draft_line

NUMBER = re.compile(
    r"^(?P<number>(?:(?:E?S-)?\d{1,4}/\d{1,4}|\d{1,4})(?: ?[A-Z])?"
    r"(?: \((?:\d{4}|[IVXLC]+|E?S-[IVXLC]+)\))?)\.\s*(?P<title>\S.*)$"
)
Gap = Literal["opening", "number", "other_number", "adoption", "date", "source", "session", "agenda_item"]


@dataclass(frozen=True, slots=True)
class Closing:
    """What the text below a heading tells of it: the organ its opening words name, the meeting and date under it."""

    organ: str | None
    meeting: str | None
    adopted_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class Header:
    """Facts that the heading and the closing lines of a resolution print; what they lack is None.

    ``source_document`` is the source bracket without its brackets, ``draft_symbol`` the first symbol in it.
    ``is_symbol_printed`` is False where the symbol was put together from organ and number. ``is_draft`` is True where
    it is not adopted yet; ``gaps`` name what every such document prints and this one does not, or prints otherwise.
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
    is_draft: bool = False
    gaps: tuple[Gap, ...] = ()


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


def whole_of(block: Block) -> str:
    """Words of a block with the mark before them, single spaces."""
    return " ".join(f"{block.number} {block.text}".split())


def date_of(match: re.Match[str]) -> datetime.date | None:
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


def read_header(
    heading: Sequence[Block], furniture: Sequence[str], own: Symbol | None, closing: Closing, language: str
) -> Header:
    """Facts of a heading; ``own`` is the symbol of the first page, which goes before the number above the title.

    Raises UnreadableDocument when neither tells a symbol.
    """
    patterns = patterns_of(language)
    texts = [whole_of(block) for block in heading]
    found = {name: _first(patterns[name], texts) for name in ("bracket", "session", "agenda")}
    line = _adoption_line(texts, own, closing.organ, language)
    symbol, number, gaps = _symbol(texts, own, line, language)
    is_draft = symbol.kind == "document"
    printed = symbol == own or any(
        one.symbol == symbol and one.organ_basis == "printed"
        for text in (*furniture, *texts)
        for one in find_symbols(text, "en")
    )
    title = _title(heading, texts, number, line.at, found["bracket"][0])
    source = found["bracket"][1]
    source_words = source["source"].strip() if source is not None else None
    mentions = find_symbols(source_words, language) if source_words else []
    agenda_item, agenda_title = _agenda(texts, found["agenda"], line.at)
    distributed = _search(patterns["distributed"], [" ".join([*furniture, *texts])])
    adopted_on = line.adopted_on or closing.adopted_on
    header = Header(
        symbol=symbol,
        is_symbol_printed=printed,
        title=title,
        adopted_on=None if is_draft else adopted_on,
        distributed_on=date_of(distributed) if distributed is not None else None,
        session=texts[found["session"][0]] if found["session"][0] is not None else None,
        agenda_item=agenda_item,
        agenda_title=agenda_title,
        source_document=source_words,
        draft_symbol=str(mentions[0].symbol) if mentions else None,
        meeting=closing.meeting,
        is_draft=is_draft,
    )
    return replace(header, gaps=(*gaps, *_gaps(header, has_cover=own is not None)))


@dataclass(frozen=True, slots=True)
class _Adoption:
    """The line that says who adopted a text, or that it is a draft: its place, the organ's code, the kind, the date."""

    at: int | None
    organ: str | None
    kind: str
    adopted_on: datetime.date | None


def _adoption_line(texts: Sequence[str], own: Symbol | None, opening: str | None, language: str) -> _Adoption:
    patterns = patterns_of(language)
    codes = dict(words_of(language).organs)
    for name, kind in (("adopted", "RES"), ("decided", "DEC")):
        at, match = _first(patterns[name], texts)
        if match is not None:
            return _Adoption(at, codes[match["organ"]], kind, date_of(match))
    if own is not None and own.kind == "document":
        return _Adoption(_first(draft_line(), texts)[0], None, "", None)
    return _Adoption(
        None, codes.get(opening or ""), "DEC" if own is not None and own.kind == "decision" else "RES", None
    )


def _symbol(
    texts: Sequence[str], own: Symbol | None, line: _Adoption, language: str
) -> tuple[Symbol, int | None, list[Gap]]:
    """A resolution's symbol, the line of its number, and what its heading lacks of both.

    The symbol of the first page goes before the number above the title, but for a letter that only the number has.
    """
    at = next((n for n, text in enumerate(texts) if n > (line.at or -1) and NUMBER.match(text)), None)
    if own is not None and own.kind == "document":
        return own, None, []
    numbered = NUMBER.match(texts[at]) if at is not None else None
    gaps: list[Gap] = [] if line.at is not None else ["adoption"]
    organ = line.organ if line.at is not None or own is None else own.series
    if numbered is None or organ is None:
        if own is None:
            raise UnreadableDocument(
                "this is not recognised as a resolution: its number and the organ that adopted it cannot be told; "
                "check that the heading of the text is whole"
            )
        return own, at, gaps if numbered is not None else [*gaps, "number"]
    try:
        symbol = parse_symbol(f"{organ}/{line.kind}/{numbered['number']}")
    except SymbolError as error:
        if own is not None:
            return own, at, [*gaps, "other_number"]
        raise UnreadableDocument(
            f"the number {numbered['number']!r} of this resolution is of no known form: {error}"
        ) from error
    if own is None or symbol.base == own.base:
        return symbol, at, gaps
    return own, at, [*gaps, "other_number"]


def _title(
    heading: Sequence[Block], texts: Sequence[str], number: int | None, adopted_at: int | None, bracket: int | None
) -> str:
    """The lines below the number or, where none is printed, below the lines of adoption and source, marks left out."""
    if number is not None:
        match = NUMBER.match(texts[number])
        assert match is not None
        return " ".join([match["title"], *texts[number + 1 :]])
    after = max((at for at in (adopted_at, bracket) if at is not None), default=-1)
    if after < 0:  # nothing above it is told: its last line is the title
        return texts[-1] if texts else ""
    return " ".join(text for text, block in zip(texts[after + 1 :], heading[after + 1 :], strict=True) if block.text)


def _gaps(header: Header, has_cover: bool) -> Iterator[Gap]:
    """What a heading lacks; older texts and those without a first page print less."""
    if header.is_draft:
        return
    if header.adopted_on is None:
        yield "date"
    if header.source_document is None:
        yield "source"
    if has_cover and header.session is None:
        yield "session"
    if has_cover and header.agenda_item is None:
        yield "agenda_item"


def unclaimed_lines(heading: Sequence[Block], language: str, is_draft: bool) -> Iterator[int]:
    """Lines above the text that are neither a known line nor part of a title."""
    patterns = patterns_of(language)
    known = [patterns[name] for name in ("adopted", "decided", "bracket", "session", "agenda", "committee")]
    is_numbered = any(NUMBER.match(whole_of(block)) for block in heading)
    begins_title = [draft_line()] if is_draft else [] if is_numbered else [patterns["bracket"], patterns["adopted"]]
    in_title = False
    for block in heading:
        text = whole_of(block)
        if any(pattern.search(text) for pattern in begins_title):
            in_title = True
            continue
        is_known = any(pattern.match(text) for pattern in known) or patterns["distributed"].search(text) is not None
        in_title = (
            NUMBER.match(text) is not None or patterns["agenda"].match(text) is not None or (in_title and not is_known)
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


def _agenda(
    texts: Sequence[str], found: tuple[int | None, re.Match[str] | None], adopted_at: int | None
) -> tuple[str | None, str | None]:
    """Agenda item and its title, which stands in the lines between it and the line of adoption."""
    at, match = found
    if at is None or match is None:
        return None, None
    words = [match["rest"].strip(" .:"), *texts[at + 1 : adopted_at]]
    return match["item"], " ".join(word for word in words if word) or None

"""What document this is: symbol, section, edition, language, from its content or given by the user.

The masthead is what a document says of itself on its first page: its own symbol, and whose it is. The symbol that stands
alone in a document's header or at its top, or beside the organization's name, is its own; one within a sentence or a note
is another's. What kind of document that makes is told by the first entry of ``KINDS`` that fits; a new kind is a new entry.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pipelines.model.blocks import Document, UnreadableDocument
from pipelines.model.language import language_of
from pipelines.symbols import Symbol, SymbolError, fold, parse_symbol
from pipelines.symbols.place_numbers import plain_number
from pipelines.vocabulary import Vocabulary, vocabulary_of

SESSION_OFFSET = 1946
LONGEST_COVER_LINE = 120
_FASCICLE_SYMBOL = re.compile(
    r"\bA/(?P<session>\d+)/6\s*\(\s*(?P<income>Income\s+)?Sect\.\s*(?P<section>\d+[A-Z]?)\s*\)(?P<suffix>(?:/(?:Add|Corr|Rev)\.\d+)*)",
    re.IGNORECASE,
)
_WHOLE_BUDGET_SYMBOL = re.compile(r"\bA/(?P<session>\d+)/6\s*\(\s*(?P<words>[A-Z][A-Za-z]+(?: [A-Za-z]+){0,3})\s*\)")
"""Documents about the budget as a whole: A/80/6 (Introduction), A/80/6 (Plan outline)."""
_PARAGRAPH_SECTION = re.compile(r"^(?P<section>\d+[A-Z]?)\.")


@dataclass(frozen=True)
class Identity:
    """A document's identity: one per ingested document; ``document_id`` names it in every table."""

    symbol: str
    language: str
    format: str
    edition_year: int | None
    section_code: str | None
    kind: str = "fascicle"
    title: str | None = None
    part_code: str | None = None
    is_symbol_inferred: bool = False

    @cached_property
    def document_id(self) -> str:
        """Symbol without spaces, language and format."""
        return f"{self.symbol.replace(' ', '')}.{self.language}.{self.format}"

    @property
    def session_number(self) -> int | None:
        """Session of the General Assembly that takes up the budget."""
        return self.edition_year - SESSION_OFFSET if self.edition_year else None


def identify(
    document: Document,
    *,
    symbol: str | None = None,
    language: str | None = None,
    edition_year: int | None = None,
    section_code: str | None = None,
) -> Identity:
    """The identity of a fascicle; what the user gives goes before what the content tells.

    A symbol printed in the furniture or on the cover is taken first; else the section is read from
    the numbers of paragraphs and the edition from the headings, and the symbol is worked out.
    Raises UnreadableDocument when section or edition can be told neither way, or the language has no vocabulary.
    """
    language = language or language_of("\n".join(block.text for block in document.blocks))
    try:
        vocabulary = vocabulary_of(language)
    except KeyError as problem:
        raise UnreadableDocument(f"it is in a language that is not read yet: {problem.args[0]}") from problem
    symbol = symbol or _printed_symbol(document)
    section, edition, inferred = section_code, edition_year, symbol is None
    kind, is_whole = "fascicle", False
    if symbol:
        match = _FASCICLE_SYMBOL.search(symbol)
        if match:
            section = section or (f"IS{match['section']}" if match["income"] else match["section"])
            edition = edition or int(match["session"]) + SESSION_OFFSET
            kind = _kind(match["income"], match["suffix"])
        else:
            whole = _WHOLE_BUDGET_SYMBOL.fullmatch(symbol)
            edition = edition or (int(whole["session"]) + SESSION_OFFSET if whole else None)
            kind = whole["words"].lower().replace(" ", "_") if whole else kind
            is_whole = whole is not None
    section = section or (None if is_whole else _section_of_paragraphs(document))
    edition = edition or _edition_of_headings(document, vocabulary)
    missing = [name for name, value in (("section", section), ("edition", edition)) if value is None]
    if missing and not (is_whole and edition):
        raise UnreadableDocument(
            f"this is not recognised as a fascicle, resolution or decision: {' and '.join(missing)} of a fascicle cannot "
            f"be told from the text; if it is one, say so with --symbol 'A/77/6 (Sect. 10)' or --section and --edition"
        )
    if symbol is None and edition is not None:
        symbol = f"A/{edition - SESSION_OFFSET}/6 (Sect. {section})"
    part, title = _part_and_title(document, vocabulary)
    assert symbol is not None
    return Identity(symbol, vocabulary.language, document.format, edition, section, kind, title, part, inferred)


def _kind(income: str | None, suffix: str) -> str:
    if income:
        return "income"
    if "/Corr." in suffix:
        return "corrigendum"
    return "addendum" if "/Add." in suffix else "fascicle"


def _printed_symbol(document: Document) -> str | None:
    """The fascicle's own symbol: that of its first page, else one that a line of a cover without any begins or ends with.

    A symbol within a sentence, or in a note, which ends in a full stop, is that of a document it cites.
    """
    own = masthead_of(document).symbol
    cover = [*document.furniture, *(b.text for b in document.blocks[:12] if b.kind != "paragraph" or not b.number)]
    for text in [str(own)] if own is not None else (line.strip() for line in cover if _may_be_own(line)):
        match = _FASCICLE_SYMBOL.search(text)
        if match:
            income = "Income " if match["income"] else ""
            return f"A/{match['session']}/6 ({income}Sect. {match['section']}){match['suffix']}"
        whole = _WHOLE_BUDGET_SYMBOL.search(text)
        if whole:
            return f"A/{whole['session']}/6 ({whole['words']})"
    return None


def _may_be_own(line: str) -> bool:
    words = line.strip()
    found = _FASCICLE_SYMBOL.search(words) or _WHOLE_BUDGET_SYMBOL.search(words)
    if found is None or len(words) > LONGEST_COVER_LINE or words.endswith((".", "。", ";", ",")):
        return False
    return found.start() == 0 or not words[found.end() :].strip(" *")


def _section_of_paragraphs(document: Document) -> str | None:
    counts: Counter[str] = Counter()
    for block in document.blocks:
        match = _PARAGRAPH_SECTION.match(plain_number(block.number.rstrip("."))) if block.kind == "paragraph" else None
        if match:
            counts[match["section"]] += 1
    if not counts:
        return None
    section, count = counts.most_common(1)[0]
    return section if count >= 2 else None


def _edition_of_headings(document: Document, vocabulary: Vocabulary) -> int | None:
    counts: Counter[int] = Counter()
    pattern = vocabulary.pattern("edition", "pattern")
    for block in document.blocks:
        if block.kind in {"heading", "caption", "paragraph"}:
            for match in pattern.finditer(block.text):
                counts[int(match["year"])] += 5 if block.kind == "heading" else 1
    return counts.most_common(1)[0][0] if counts else None


def _part_and_title(document: Document, vocabulary: Vocabulary) -> tuple[str | None, str | None]:
    part = title = None
    heads = [b.text for b in document.blocks[:40] if b.kind == "heading"]
    for text in [*document.furniture, *heads]:
        if title is None and (match := vocabulary.pattern("furniture", "section").search(text)):
            title = match["title"] or None
        if part is None and (match := vocabulary.pattern("furniture", "part").search(text)):
            part = vocabulary.terms.get("roman", {}).get(match["part"], match["part"])
    return part, title


Reader = Literal["fascicle", "resolution", "draft", "report"]

_PATH = Path(__file__).parents[1] / "vocabulary" / "mastheads.toml"
_TOP = 12
"""Blocks within which the first page says what the document is."""
_ALONE = 4
"""Blocks within which a symbol alone on a line is the document's own; below, the organization's name stands by it."""
_LONGEST_LINE = 2000
_BUDGET_BODY = re.compile(r"\d+/6")
_LIMITED = re.compile(r"(?:^|/)L\.\d+$")


@dataclass(frozen=True, slots=True)
class Masthead:
    """A document's own symbol, None where none is printed, and the lines of its first page."""

    symbol: Symbol | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a document is: who reads it, None where nobody does, what it is called, and the kind of a budget report."""

    reader: Reader | None
    called: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class _Kind:
    fits: Callable[[Masthead], bool]
    reader: Reader | None
    called: Callable[[Masthead], str]


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    return tomllib.loads(_PATH.read_text(encoding="utf-8"))


def masthead_of(document: Document) -> Masthead:
    """What the first page prints; the first symbol of its own is taken, for later ones may be left from a template."""
    return Masthead(next(_own_symbols(document), None), (*_lines(document), *_last_lines(document)))


def recognised(masthead: Masthead) -> Recognised | None:
    """What the document is; None where its first page does not tell, so that its content must."""
    kind = next((kind for kind in KINDS if kind.fits(masthead)), None)
    if kind is None:
        return None
    said = _said(masthead) if kind.reader == "report" else None
    return Recognised(kind.reader, kind.called(masthead), str(said["kind"]) if said else "")


def language_name(language: str) -> str:
    """English name of a language."""
    return str(_words()["languages"].get(language, language))


def _lines(document: Document) -> Iterator[str]:
    for block in document.blocks[:_TOP]:
        if block.kind in ("heading", "paragraph") and len(block.text) <= _LONGEST_LINE:
            yield " ".join(f"{block.number} {block.text}".split())


def _last_lines(document: Document) -> Iterator[str]:
    """Last lines of the first blocks of a text, in which the lines of a title make one block: whose report it is ends it."""
    lines = {line.number: line.text for line in document.lines} if document.format == "txt" else {}
    for block in document.blocks[:_TOP]:
        if (line := lines.get(block.place.line_last or 0)) is not None:
            yield " ".join(line.split())


def _own_symbols(document: Document) -> Iterator[Symbol]:
    for text in document.furniture:
        if (symbol := _symbol_alone(text)) is not None:
            yield symbol
    for number, text in enumerate(_lines(document)):
        if (symbol := _symbol_alone(text)) is not None and (number < _ALONE or _named(text)):
            yield symbol


def _named(text: str) -> bool:
    return any(name in text for name in _words()["names"])


def _symbol_alone(text: str) -> Symbol | None:
    """The symbol that a line is, whatever its note marks, with no more beside it than the organization's name."""
    words = fold(text).replace("–", "-")
    for name in _words()["names"]:
        words = words.replace(name, " ")
    words = re.sub(r"[*\u200e\u200f]+", "", words).strip(" -\t")
    try:
        return parse_symbol(words) if words[:1].isalpha() else None
    except SymbolError:
        return None


# -- kinds -------------------------------------------------------------------------------------------


def _is_adopted(masthead: Masthead) -> bool:
    return masthead.symbol is not None and masthead.symbol.kind != "document"


def _is_budget(masthead: Masthead) -> bool:
    symbol = masthead.symbol
    return (
        symbol is not None
        and symbol.series == "A"
        and _BUDGET_BODY.fullmatch(symbol.body) is not None
        and bool(symbol.section)
    )


def _is_draft(masthead: Masthead) -> bool:
    """True for a document of limited distribution that says it is a draft; notes and lists go by such symbols too."""
    symbol = masthead.symbol
    if symbol is None or symbol.kind != "document" or _LIMITED.search(symbol.body) is None:
        return False
    return any(draft_line().search(line) for line in masthead.lines)


@lru_cache(maxsize=1)
def draft_line() -> re.Pattern[str]:
    """The line of a first page that calls a document a draft resolution or decision."""
    return re.compile(_words()["draft"]["line"], re.IGNORECASE)


def _called(masthead: Masthead) -> str | None:
    """What the lines of the first page say the document is."""
    said = _said(masthead)
    return str(said["called"]) if said is not None else None


def _is_report(masthead: Masthead) -> bool:
    """True for a report on a budget that is no fascicle: of peacekeeping, or of revised estimates."""
    said = _said(masthead)
    return said is not None and "kind" in said and masthead.symbol is not None


def _said(masthead: Masthead) -> dict[str, Any] | None:
    """The first entry of ``is`` that the lines of the first page fit, None where none does."""
    for one in _words()["is"]:
        line, title = re.compile(one["line"]), one.get("title")
        if one.get("needs_symbol") and masthead.symbol is None:
            continue
        if any(line.search(text) for text in masthead.lines) and (
            title is None or any(re.search(title, text, re.IGNORECASE) for text in masthead.lines)
        ):
            return dict(one)
    return None


def _adopted_called(masthead: Masthead) -> str:
    assert masthead.symbol is not None
    return f"a {masthead.symbol.kind}"


KINDS: tuple[_Kind, ...] = (
    _Kind(_is_adopted, "resolution", _adopted_called),
    _Kind(_is_budget, "fascicle", lambda _: "a fascicle of the programme budget"),
    _Kind(_is_draft, "draft", lambda _: "a draft of a resolution or decision"),
    _Kind(_is_report, "report", lambda one: _called(one) or "a report"),
    _Kind(lambda one: _called(one) is not None, None, lambda one: _called(one) or ""),
    _Kind(lambda one: one.symbol is not None, None, lambda _: "a document of another kind"),
)
"""From what a first page prints to what reads such a document, the first that fits; refused where nothing does."""

"""What document this is: symbol, section, edition, language, from its content or given by the user."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from pipelines.model.blocks import Document, UnreadableDocument
from pipelines.model.language import language_of
from pipelines.symbols.masthead import masthead_of
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

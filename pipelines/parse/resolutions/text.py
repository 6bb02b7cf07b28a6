"""Paragraphs of a resolution: preambular, operative, and those of a text it adopts or annexes.

Operative paragraphs keep their printed numbers; preambular ones, which print none, are p1, p2, ...; an
unnumbered operative clause ("Adopts the following ...") is o1. Below an annex numbers begin with its label
("annex II.73"), and where numbers begin anew under several sections or articles, with theirs ("IV.2"), which
those of the lettered parts of a resolution go before ("B.3"). Sub-points and bullets stay within their
paragraph, a line each.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.model.blocks import Block
from pipelines.symbols.model import roman_value

_PATH = Path(__file__).parents[2] / "vocabulary" / "resolutions.toml"


@dataclass(frozen=True, slots=True)
class ResolutionWords:
    """Patterns by name, what a scale multiplies by, and the unit of a currency."""

    patterns: dict[str, re.Pattern[str]]
    scales: dict[str, int]
    currencies: dict[str, str]

    def __getitem__(self, name: str) -> re.Pattern[str]:
        return self.patterns[name]


@cache
def budget_words(language: str) -> ResolutionWords | None:
    """The words of a language; None where the file has none: its tables and amounts are then left as text."""
    data = tomllib.loads(_PATH.read_text(encoding="utf-8")).get(language)
    if data is None:
        return None
    patterns = {name: re.compile(text, re.IGNORECASE) for name, text in data.items() if isinstance(text, str)}
    # Grades are told by their capitals.
    patterns["post_item"] = re.compile(data["post_item"])
    return ResolutionWords(patterns, data["scale"], data["currency"])


def year_in(words: ResolutionWords, *texts: str) -> int | None:
    """The year that the first of some texts names; None where none does."""
    found = (words["year"].search(text) for text in texts)
    return next((int(match["year"]) for match in found if match is not None), None)


ParagraphKind = Literal["preambular", "operative", "annex"]

_NUMBER = re.compile(r"^(\d{1,3})\.$")
_LETTERED = re.compile(r"^\(([a-z])\)$")
_RECITAL_END = re.compile(r",\d{0,2}\s*$")
_TARGET = re.compile(r"^\d{1,2}\.(?:\d{1,2}|[a-z])$")
_ROMAN = re.compile(r"^([IVXLC]+)\.?$")
_ROMAN_TITLE = re.compile(r"^([IVXLC]+)\.? \S")
_LETTER = re.compile(r"^([A-Z])\.?$")
_UNNUMBERED = re.compile(r"^(?P<stem>(?:annex[^.]*\.)?[po])\d*$")
_CLAUSE_END = re.compile(r"[.;:!?]”?\d{0,2}$")
_SENTENCE_END = re.compile(r"[.,;:!?…]\d{0,2}$|[.;:]”\d{0,2}$")
LONGEST_HEADING = 260


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of a paragraph: where its words begin in the paragraph's text, and its lines."""

    start: int
    line_first: int | None
    line_last: int | None


@dataclass(slots=True)
class Paragraph:
    """A paragraph with its sub-points; ``number`` is unique within the document, ``notes`` are marks of footnotes."""

    number: str
    kind: ParagraphKind
    text: str
    headings: tuple[str, ...]
    page: int | None
    pieces: list[Piece] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def line_first(self) -> int | None:
        """First line of the source text."""
        return self.pieces[0].line_first if self.pieces else None

    @property
    def line_last(self) -> int | None:
        """Last line of the source text."""
        return self.pieces[-1].line_last if self.pieces else None

    def line_of(self, position: int) -> int | None:
        """First line of the block that a character of ``text`` stands in."""
        lines = [piece.line_first for piece in self.pieces if piece.start <= position]
        return lines[-1] if lines else None

    def line_last_of(self, position: int) -> int | None:
        """Last line of the block that a character of ``text`` stands in."""
        lines = [piece.line_last for piece in self.pieces if piece.start <= position]
        return lines[-1] if lines else None


@dataclass(slots=True)
class _State:
    opening_pattern: re.Pattern[str]
    annex_pattern: re.Pattern[str]
    article_pattern: re.Pattern[str]
    part_pattern: re.Pattern[str]
    kind: ParagraphKind
    marks_headings: bool
    paragraphs: list[Paragraph] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    current: Paragraph | None = None
    annex: str = ""
    annex_headings: tuple[str, ...] = ()
    part: str = ""
    letter: str = ""
    section: str = ""
    section_headings: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    unnumbered: Counter[str] = field(default_factory=Counter)
    awaits_title: Literal["", "annex", "section"] = ""
    after_heading: bool = False


def read_paragraphs(
    body: Sequence[Block],
    rest: Sequence[Block],
    patterns: Mapping[str, re.Pattern[str]],
    has_preamble: bool,
) -> list[Paragraph]:
    """Paragraphs of the text proper and of what follows its closing lines, in order.

    ``patterns`` has those that open a text, an annex and an article. ``has_preamble`` is False where the
    opening words run on into the clause ("The General Assembly / Adopts ...").
    """
    marks_headings = any(block.kind == "heading" for block in (*body, *rest))
    kind: ParagraphKind = "preambular" if has_preamble else "operative"
    state = _State(
        patterns["opening"], patterns["annex"], patterns["article"], patterns["draft_part"], kind, marks_headings
    )
    for block in body:
        _take(state, block)
    if rest:
        state.current = None
        state.kind = "annex"
        state.part, state.section, state.section_headings, state.heading = "", "", (), ()
        for block in rest:
            _take(state, block)
    _tell_clauses(state)
    _make_unique(state)
    return state.paragraphs


def _take(state: _State, block: Block) -> None:
    mark, text = block.number, block.text
    whole = f"{mark} {text}".strip()
    annex = state.annex_pattern.match(whole)
    if annex is not None:
        state.kind, state.current = "annex", None
        state.annex = f"annex {annex['number']}" if annex["number"] else "annex"
        state.annex_headings, state.section, state.section_headings, state.heading = (text,), "", (), ()
        state.awaits_title = "annex"
    elif not mark and (opening := state.opening_pattern.match(text)) is not None:
        # Each lettered part of a resolution opens anew.
        state.kind, state.current = "preambular" if opening["comma"] else "operative", None
    elif not mark and (several := state.part_pattern.match(text)) is not None:
        # Each of several drafts in one document.
        _enter_section(state, several["number"], (text,))
        state.part, state.section = several["number"], ""
    elif state.article_pattern.match(text) and not mark:
        _enter_section(state, text.lower(), (text,))
    elif not mark and (letter := _LETTER.match(text)) is not None and _goes_on(state.part, letter[1], state.section):
        _enter_section(state, letter[1], (text,))
        state.part, state.section = letter[1], ""
    elif (roman := _ROMAN.match(mark or text)) is not None and _is_section(state, block, roman[1]):
        _enter_section(state, roman[1], (f"{roman[1]} {text}",) if mark else (text,))
        state.awaits_title = "" if mark else "section"
    elif block.kind == "heading" and not mark and (joined := _next_section(state, text)) is not None:
        _enter_section(state, joined[1], (text,))
        state.awaits_title = ""
    elif (number := _NUMBER.match(mark)) is not None:
        if state.kind == "preambular":
            state.kind = "operative"
        _begin(state, number[1], block, text)
    elif _is_lettered_clause(state, mark):
        state.kind, state.letter = "operative", mark.strip("()")
        _begin(state, mark, block, text)
    elif _TARGET.match(mark):
        _begin(state, mark, block, text)
    elif state.awaits_title and not mark and _is_heading(text):
        _add_title(state, text)
    elif _stands_over(state, block):
        # An adopted text may stand in the resolution itself, below an unnumbered clause that ends in a colon.
        if state.kind == "operative" and state.current is not None and state.current.number.startswith("o"):
            state.kind = "annex"
        # A heading right below another stands under it; levels are not printed.
        state.heading = (*state.heading, whole) if state.after_heading else (whole,)
        state.current, state.after_heading = None, True
        return
    else:
        _continue(state, block, whole)
    state.after_heading = False


def _is_lettered_clause(state: _State, mark: str) -> bool:
    """True for a clause of a decision, which letters what a resolution numbers: (a) after recitals, then (b), ..."""
    letter = _LETTERED.match(mark)
    if letter is None:
        return False
    if letter[1] == "a":
        return (
            state.kind == "preambular"
            and state.current is not None
            and _RECITAL_END.search(state.current.text) is not None
        )
    return bool(state.letter) and state.kind == "operative" and ord(letter[1]) == ord(state.letter) + 1


def _stands_over(state: _State, block: Block) -> bool:
    """True for a heading within the text: set as one where the format tells, else short and without an end mark."""
    if state.marks_headings:
        return block.kind == "heading"
    is_open = state.kind == "annex" or bool(state.section) or state.current is not None
    return not block.number and state.kind != "preambular" and _is_heading(block.text) and is_open


def _is_section(state: _State, block: Block, numeral: str) -> bool:
    """True for the numeral of a section: C and D may be letters, and are when they do not go on with the count."""
    if len(block.text) > LONGEST_HEADING:
        return False
    if len(numeral) > 1 or numeral in "IVX":
        return True
    before = _ROMAN.match(state.section)
    return before is not None and roman_value(numeral) == roman_value(before[1]) + 1


def _next_section(state: _State, text: str) -> re.Match[str] | None:
    """The numeral that goes on with the count, on one line with its section's title."""
    joined, before = _ROMAN_TITLE.match(text), _ROMAN.match(state.section)
    if joined is None or before is None or roman_value(joined[1]) != roman_value(before[1]) + 1:
        return None
    return joined


def _goes_on(before: str, letter: str, section: str) -> bool:
    """True for a letter alone that opens a part: A, or the one after the part before."""
    return letter == "A" or (bool(before) and ord(letter) == ord(before) + 1 and not section)


def ends_sentence(text: str) -> bool:
    """True when words end with a mark, whatever the footnote digit glued to it."""
    return _SENTENCE_END.search(text.rstrip()) is not None


def _is_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and not ends_sentence(text)


def _enter_section(state: _State, label: str, headings: tuple[str, ...]) -> None:
    state.section, state.section_headings, state.heading, state.current = label, headings, (), None
    state.letter = ""
    state.awaits_title = "section"
    if state.kind == "operative":
        # A resolution of several sections may begin each with recitals of its own.
        state.kind = "preambular"


def _add_title(state: _State, text: str) -> None:
    if state.awaits_title == "annex":
        state.annex_headings = (*state.annex_headings, text)
    else:
        state.section_headings = (" ".join((*state.section_headings, text)),)
    state.awaits_title = ""


def _begin(state: _State, number: str, block: Block, text: str) -> None:
    headings = (*state.annex_headings, *state.section_headings, *state.heading)
    prefix = f"{state.annex}." if state.annex else ""
    paragraph = Paragraph(f"{prefix}{number}", state.kind, "", headings, block.place.page)
    state.paragraphs.append(paragraph)
    state.labels.append(".".join(label for label in (state.part, state.section) if label))
    state.current, state.awaits_title = paragraph, ""
    _append(paragraph, block, text)


def _continue(state: _State, block: Block, text: str) -> None:
    """Add to the open paragraph, or begin one without a number: every preambular clause is its own."""
    is_point = bool(block.number)
    if state.current is not None and not is_point and _is_broken(state, state.current, block):
        _append(state.current, block, text, " ")
        return
    if state.kind == "preambular" and not is_point:
        state.current = None
    if state.current is not None:
        _append(state.current, block, text)
        return
    letter = "o" if state.kind == "operative" else "p"
    scope = f"{state.annex}{letter}"
    state.unnumbered[scope] += 1
    _begin(state, f"{letter}{state.unnumbered[scope]}", block, text)


def _is_broken(state: _State, paragraph: Paragraph, block: Block) -> bool:
    """True when a page ended within the paragraph: its words have no end, and what comes is no heading.

    Where the format marks no headings, what comes must begin like no sentence.
    """
    if ends_sentence(paragraph.text):
        return False
    return state.marks_headings or block.text[:1].islower() or block.text[:1].isdigit()


def _append(paragraph: Paragraph, block: Block, text: str, joint: str = "\n") -> None:
    if joint == " ":
        paragraph.text = f"{paragraph.text} {text}"
        last = paragraph.pieces[-1]
        paragraph.pieces[-1] = Piece(last.start, last.line_first, block.place.line_last)
    else:
        start = len(paragraph.text) + 1 if paragraph.text else 0
        paragraph.text = f"{paragraph.text}\n{text}" if paragraph.text else text
        paragraph.pieces.append(Piece(start, block.place.line_first, block.place.line_last))
    paragraph.notes += block.notes


def _tell_clauses(state: _State) -> None:
    """Clauses of a section without numbers: those that end in a comma lead up to those that do not, which decide."""
    numbered = {
        (label, _annex_of(paragraph.number))
        for paragraph, label in zip(state.paragraphs, state.labels, strict=True)
        if paragraph.kind == "operative"
    }
    for paragraph, label in zip(state.paragraphs, state.labels, strict=True):
        if paragraph.kind != "preambular" or not label or (label, "") in numbered:
            continue
        if _CLAUSE_END.search(paragraph.text):
            paragraph.kind, paragraph.number = "operative", "o"
    last = state.paragraphs[-1] if state.paragraphs else None
    if last is not None and all(one.kind == "preambular" for one in state.paragraphs) and last.text.endswith("."):
        # The decision itself runs on from its recitals, with its points below.
        last.kind, last.number = "operative", "o"
    _count_unnumbered(state)


def _count_unnumbered(state: _State) -> None:
    """Number the clauses that print no number anew, in order: p1, p2, ... and o1, o2, ..., each annex for itself."""
    counts: Counter[str] = Counter()
    for paragraph in state.paragraphs:
        match = _UNNUMBERED.match(paragraph.number)
        if match is not None:
            counts[match["stem"]] += 1
            paragraph.number = f"{match['stem']}{counts[match['stem']]}"


def _make_unique(state: _State) -> None:
    """Where a number is used twice, put the label of its section or article before the numbers of all sections."""
    counts = Counter(paragraph.number for paragraph in state.paragraphs)
    repeated_in = {_annex_of(number) for number, count in counts.items() if count > 1}
    for paragraph, label in zip(state.paragraphs, state.labels, strict=True):
        annex = _annex_of(paragraph.number)
        if annex in repeated_in and label:
            tail = paragraph.number[len(annex) :].lstrip(".")
            paragraph.number = f"{annex}.{label}.{tail}" if annex else f"{label}.{tail}"
    seen: Counter[str] = Counter()
    for paragraph in state.paragraphs:
        seen[paragraph.number] += 1
        if seen[paragraph.number] > 1:
            paragraph.number = f"{paragraph.number}~{seen[paragraph.number]}"


def _annex_of(number: str) -> str:
    found = re.match(r"annex(?: [IVXLC]+| \d+)?(?=\.)", number)
    return found[0] if found else ""

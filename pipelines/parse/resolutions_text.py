"""Paragraphs of a resolution: preambular, operative, and those of a text it adopts or annexes.

Operative paragraphs keep their printed numbers; preambular ones, which print none, are p1, p2, ...; an
unnumbered operative clause ("Adopts the following ...") is o1. Below an annex numbers begin with its label
("annex II.73"), and where numbers begin anew under several sections or articles, with theirs ("IV.2").
Sub-points and bullets stay within their paragraph, a line each.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from pipelines.blocks import Block

ParagraphKind = Literal["preambular", "operative", "annex"]

_NUMBER = re.compile(r"^(\d{1,3})\.$")
_TARGET = re.compile(r"^\d{1,2}\.(?:\d{1,2}|[a-z])$")
_ROMAN = re.compile(r"^([IVXLC]+)\.?$")
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
    """A paragraph with its sub-points; ``number`` is unique within the document."""

    number: str
    kind: ParagraphKind
    text: str
    headings: tuple[str, ...]
    page: int | None
    pieces: list[Piece] = field(default_factory=list)

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


@dataclass(slots=True)
class _State:
    annex_pattern: re.Pattern[str]
    article_pattern: re.Pattern[str]
    kind: ParagraphKind
    paragraphs: list[Paragraph] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    current: Paragraph | None = None
    annex: str = ""
    annex_headings: tuple[str, ...] = ()
    section: str = ""
    section_headings: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()
    unnumbered: Counter[str] = field(default_factory=Counter)
    awaits_title: Literal["", "annex", "section"] = ""
    after_heading: bool = False


def read_paragraphs(
    body: Sequence[Block],
    rest: Sequence[Block],
    annex_pattern: re.Pattern[str],
    article_pattern: re.Pattern[str],
    has_preamble: bool,
) -> list[Paragraph]:
    """Paragraphs of the text proper and of what follows its closing lines, in order.

    ``has_preamble`` is False where the opening words run on into the clause ("The General Assembly / Adopts ...").
    """
    state = _State(annex_pattern, article_pattern, "preambular" if has_preamble else "operative")
    for block in body:
        _take(state, block)
    if rest:
        state.current = None
        state.kind = "annex"
        state.section, state.section_headings, state.heading = "", (), ()
        for block in rest:
            _take(state, block)
    _make_unique(state)
    return state.paragraphs


def _take(state: _State, block: Block) -> None:
    mark, text = block.number, block.text
    annex = state.annex_pattern.match(f"{mark} {text}".strip())
    if annex is not None:
        state.kind, state.current = "annex", None
        state.annex = f"annex {annex['number']}" if annex["number"] else "annex"
        state.annex_headings, state.section, state.section_headings, state.heading = (text,), "", (), ()
        state.awaits_title = "annex"
    elif state.article_pattern.match(text) and not mark:
        _enter_section(state, text.lower(), (text,))
    elif (roman := _ROMAN.match(mark or text)) is not None and len(text) <= LONGEST_HEADING:
        _enter_section(state, roman[1], (f"{roman[1]} {text}",) if mark else (text,))
        state.awaits_title = "" if mark else "section"
    elif (number := _NUMBER.match(mark)) is not None:
        if state.kind == "preambular":
            state.kind = "operative"
        _begin(state, number[1], block, text)
    elif _TARGET.match(mark):
        _begin(state, mark, block, text)
    elif mark:
        _continue(state, block, f"{mark} {text}")
    elif state.awaits_title and _is_heading(text):
        _add_title(state, text)
    elif state.kind != "preambular" and _is_heading(text) and (state.kind == "annex" or state.section or state.current):
        # An adopted text may stand in the resolution itself, below an unnumbered clause that ends in a colon.
        if state.kind == "operative" and state.current is not None and state.current.number.startswith("o"):
            state.kind = "annex"
        # A heading right below another stands under it; levels are not printed.
        state.heading = (*state.heading, text) if state.after_heading else (text,)
        state.current, state.after_heading = None, True
        return
    else:
        _continue(state, block, text)
    state.after_heading = False


def ends_sentence(text: str) -> bool:
    """True when words end with a mark, whatever the footnote digit glued to it."""
    return _SENTENCE_END.search(text.rstrip()) is not None


def _is_heading(text: str) -> bool:
    return len(text) <= LONGEST_HEADING and not ends_sentence(text)


def _enter_section(state: _State, label: str, headings: tuple[str, ...]) -> None:
    state.section, state.section_headings, state.heading, state.current = label, headings, (), None
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
    state.labels.append(state.section)
    state.current, state.awaits_title = paragraph, ""
    _append(paragraph, block, text)


def _continue(state: _State, block: Block, text: str) -> None:
    """Add to the open paragraph, or begin one without a number: every preambular clause is its own."""
    is_point = bool(block.number)
    if state.kind == "preambular" and not is_point:
        state.current = None
    if state.current is not None:
        _append(state.current, block, text)
        return
    letter = "o" if state.kind == "operative" else "p"
    scope = f"{state.annex}{letter}"
    state.unnumbered[scope] += 1
    _begin(state, f"{letter}{state.unnumbered[scope]}", block, text)


def _append(paragraph: Paragraph, block: Block, text: str) -> None:
    start = len(paragraph.text) + 1 if paragraph.text else 0
    paragraph.text = f"{paragraph.text}\n{text}" if paragraph.text else text
    paragraph.pieces.append(Piece(start, block.place.line_first, block.place.line_last))


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

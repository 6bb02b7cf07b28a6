"""What a document says of itself on its first page: its own symbol, and whose it is.

The symbol that stands alone in a document's header or at its top, or beside the organization's name, is its own; one
within a sentence or a note is another's. What kind of document that makes is told by the first entry of ``KINDS``
that fits; a new kind is a new entry.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pipelines.model.blocks import Document
from pipelines.symbols import Symbol, SymbolError, fold, parse_symbol

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

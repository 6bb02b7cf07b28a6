"""Headings above each paragraph and table of a report, outermost first.

Reports number their headings I., A., 1. and (a); headings of fascicles have fixed places by their words, which reports
do not follow. What stands before the first numbered heading is the title page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.model.blocks import Block, Document, Place
from pipelines.parse.scope.entities import numeral_of, roman_value
from warehouse.schema.declare import Rows

Path = tuple[str, ...]
_Key = tuple[int | None, int | None, int | None]
_DEEPEST = 9
_KINDS = ("roman", "letter", "digit")
"""Kinds of numerals of headings, outermost first."""


def headings_of(document: Document) -> dict[_Key, Path]:
    """The headings above each block that is none itself, by its place; empty above the first numbered heading."""
    found: dict[_Key, Path] = {}
    open_headings: list[tuple[int, str]] = []
    levels = _Levels()
    has_begun = not any(block.kind == "heading" and numeral_of(block)[0] for block in document.blocks)
    for block in document.blocks:
        if block.kind != "heading":
            found[key_of(block.place)] = tuple(words for _, words in open_headings)
            continue
        numeral, words = numeral_of(block)
        has_begun = has_begun or bool(numeral)
        if not has_begun:
            continue
        level = levels.of(numeral, block.level) if numeral else block.level or _DEEPEST
        open_headings = [(known, text) for known, text in open_headings if known < level]
        open_headings.append((level, _words(block, numeral, words)))
    return found


class _Levels:
    """Levels of numbered headings: that of the first of their kind, for styles of some headings are set wrongly.

    I., A. and 1. are of one kind each; a letter that is a Roman number too goes on with what it follows.
    """

    def __init__(self) -> None:
        self._roman = self._letter = 0
        self._known: dict[str, int] = {}

    def of(self, numeral: str, printed: int | None) -> int:
        """The level of a heading with a numeral, in order; deeper than the kinds above it."""
        kind = self._kind(numeral)
        above = [self._known[one] for one in _KINDS[: _KINDS.index(kind)] if one in self._known]
        return self._known.setdefault(kind, max([printed or _DEEPEST, *(level + 1 for level in above)]))

    def _kind(self, numeral: str) -> str:
        if numeral.isdigit():
            return "digit"
        letter = ord(numeral) - ord("A") + 1 if len(numeral) == 1 else 0
        roman = roman_value(numeral)
        goes_on = letter > 0 and letter == self._letter + 1
        if roman and not goes_on and (roman in (1, self._roman + 1) or not letter):
            self._roman, self._letter = roman, 0
            return "roman"
        self._letter = letter
        return "letter"


def key_of(place: Place) -> _Key:
    """A key for the place of a block: equal keys are the same place."""
    return place.page, place.line_first, place.table_ordinal


def key_of_row(row: Mapping[str, Any]) -> _Key:
    """The place of a row of mart_paragraph or mart_table, as ``key_of`` has it."""
    return row.get("page_number"), row.get("line_first"), row.get("table_ordinal")


def _words(block: Block, numeral: str, words: str) -> str:
    return " ".join((f"{block.number} {words}" if block.number else block.text).split())


def tell_paths(rows: Rows, headings: Mapping[_Key, Path]) -> None:
    """Give paragraphs the headings above them, in place; those of the title page and of boxes keep what they have."""
    for row in rows.get("mart_paragraph", ()):
        path = headings.get(key_of_row(row))
        if path:
            row["heading_path"] = " > ".join(path)

"""Headings above each paragraph and table of a report, outermost first.

Reports number their headings I., A., 1. and (a); headings of fascicles have fixed places by their words, which reports
do not follow. What stands before the first numbered heading is the title page.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.model.blocks import Block, Document, Place
from pipelines.parse.scope.entities import numeral_of
from warehouse.schema.declare import Rows

Path = tuple[str, ...]
_Key = tuple[int | None, int | None, int | None]
_DEEPEST = 9


def headings_of(document: Document) -> dict[_Key, Path]:
    """The headings above each block that is none itself, by its place; empty above the first numbered heading."""
    found: dict[_Key, Path] = {}
    open_headings: list[tuple[int, str]] = []
    has_begun = not any(block.kind == "heading" and numeral_of(block)[0] for block in document.blocks)
    for block in document.blocks:
        if block.kind != "heading":
            found[key_of(block.place)] = tuple(words for _, words in open_headings)
            continue
        numeral, words = numeral_of(block)
        has_begun = has_begun or bool(numeral)
        if not has_begun:
            continue
        level = block.level or _DEEPEST
        open_headings = [(known, text) for known, text in open_headings if known < level]
        open_headings.append((level, _words(block, numeral, words)))
    return found


def key_of(place: Place) -> _Key:
    """What tells a block's place apart."""
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

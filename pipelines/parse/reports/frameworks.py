"""Results-based frameworks of missions: expected accomplishments, indicators, outputs and external factors.

Accomplishments are numbered 1.1, their indicators 1.1.1. Heads within the table say what stands below them: indicators
with what was achieved beside them, or planned outputs with what was completed and remarks. Where outputs are a list of
paragraphs below the table, each paragraph is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.model.blocks import Block, Document, GridCell
from pipelines.model.numbers import read_number
from pipelines.parse.reports.headings import Path, key_of
from pipelines.parse.reports.words import meaning, pattern
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary

_NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})\.?\s+(?P<words>\S.*)$", re.DOTALL)
_RESULT = re.compile(r"\d{1,2}(?:\.\d{1,2}){1,2}")
_WORDS = re.compile(r"[^\W\d_]{3}")
_NEXT = re.compile(r"\s+(?=\d{1,2}\.\d{1,2}\.\d{1,2}\s+[A-Z])")
_BULLET = re.compile(r"^[•·▪◦–-]\s*")
_FIGURE = re.compile(r"\d[\d\s,.]*")
_BESIDE = frozenset({"actual", "completed", "remarks"})
_FIELDS = {"actual": "actual_text", "completed": "completed_text", "remarks": "remarks"}

Row = dict[str, Any]


@dataclass(slots=True)
class _Walk:
    """State of a walk over the frameworks of a document: what was read last, and what heads say of the columns."""

    identity: Identity
    mission: str
    component: str | None = None
    rows: list[Row] = field(default_factory=list)
    accomplishment: str | None = None
    group: str | None = None
    kind: str | None = None
    is_open: bool = False
    """True below a framework, whose rows a PDF may print as numbered lines."""
    last: Row | None = None

    def add(self, kind: str, number: str | None, text: str, cell: GridCell | Block) -> Row:
        """A new row; its parent is the accomplishment that is open."""
        parent = number.rpartition(".")[0] if number and kind == "indicator" else self.accomplishment
        row = {
            "result_id": f"{self.identity.document_id}#result{len(self.rows) + 1:04d}",
            "document_id": self.identity.document_id,
            "edition_year": self.identity.edition_year,
            "mission_code": self.mission,
            "component_label": self.component,
            "kind": kind,
            "result_number": number,
            "parent_number": None if kind in ("expected_accomplishment", "external_factors") else parent,
            "group_label": self.group if kind == "output" else None,
            "text": text,
            "actual_text": None,
            "completed_text": None,
            "remarks": None,
            "page_number": cell.place.page,
            "line_first": cell.place.line_first,
            "table_ordinal": cell.place.table_ordinal,
        }
        self.rows.append(row)
        return row


def result_rows(
    document: Document, headings: Mapping[Any, Path], mission: str, identity: Identity, vocabulary: Vocabulary
) -> tuple[list[Row], list[Row]]:
    """Rows of mart_result and of mart_result_value, in printed order."""
    walk = _Walk(identity, mission)
    for block in document.blocks:
        if block.grid is not None:
            walk.kind, walk.last = None, None
            walk.is_open = _is_framework(block, identity.language)
            if walk.is_open:
                above = headings.get(key_of(block.place), ())
                walk.component = above[-1] if above else None
                _take_table(walk, block)
        elif block.kind == "heading":
            walk.kind = meaning(identity.language, "framework", block.text) if walk.is_open else None
            walk.is_open = walk.kind is not None
            walk.last = None
        else:
            _take_line(walk, block)
    values = [value for row in walk.rows for value in _values(row, identity, vocabulary)]
    return walk.rows, values


def _is_framework(block: Block, language: str) -> bool:
    """True for a table with a head such as "Indicators of achievement" or "Planned outputs"."""
    assert block.grid is not None
    roles = [set(_roles(row, language).values()) for row in block.grid.rows]
    return any(len(told) > 1 and told & {"indicator", "actual", "output"} for told in roles)


def _roles(row: tuple[GridCell | None, ...], language: str) -> dict[int, str]:
    """What each cell of a row of heads announces; empty for a row that is none."""
    printed = [(index, cell.text) for index, cell in enumerate(row) if cell is not None and cell.text.strip()]
    told = {index: meaning(language, "framework", text) for index, text in printed}
    return {index: role for index, role in told.items() if role} if printed and all(told.values()) else {}


def _take_table(walk: _Walk, block: Block) -> None:
    assert block.grid is not None
    language = walk.identity.language
    roles: dict[int, str] = {}
    last: Row | None = None
    for grid_row in block.grid.rows:
        heads = _roles(grid_row, language)
        if heads:
            roles, last = heads, None
            walk.group = None
            continue
        printed = [(i, cell) for i, cell in enumerate(grid_row) if cell is not None and cell.text.strip()]
        if not roles and len(printed) == 1 and not pattern(language, "accomplishment").match(printed[0][1].text):
            walk.component = " ".join(printed[0][1].text.split())
            continue
        for index, cell in printed:
            role = roles[max((i for i in roles if i <= index), default=min(roles))] if roles else None
            is_alone = len(printed) == 1 and "completed" in roles.values()
            for text in _items(" ".join(cell.text.split()), role):
                last = _take_cell(walk, cell, text, role, last, is_alone)
    walk.kind = roles[min(roles)] if len(roles) == 1 else None


def _items(text: str, role: str | None) -> list[str]:
    """The indicators of a cell that prints several, one after the other."""
    return _NEXT.split(text) if role == "indicator" else [text]


def _take_cell(
    walk: _Walk, cell: GridCell, text: str, role: str | None, last: Row | None, is_alone: bool
) -> Row | None:
    """Read one cell; the row that cells beside it belong to."""
    named = pattern(walk.identity.language, "accomplishment").match(text)
    numbered = _NUMBERED.match(text)
    number, words = (numbered["number"], numbered["words"]) if numbered else (None, text)
    if named:
        number, words = named["number"], named["words"]
    if role not in _BESIDE and not _WORDS.search(words):
        return last  # figures of a chart within the table
    if role in _BESIDE and last is not None:
        return _beside(walk, last, role, text, cell)
    if number and number.count(".") == 1 and role != "output":
        walk.accomplishment = number
        return walk.add("expected_accomplishment", number, words, cell)
    if number and role != "output":
        return walk.add("indicator", number, words, cell)
    if role == "output":
        if is_alone:
            walk.group = text
            return None
        return walk.add("output", number, _BULLET.sub("", words), cell)
    if role == "external_factors":
        return walk.add("external_factors", None, text, cell)
    if role in ("indicator", "expected_accomplishment") and not (role == "indicator" and last and last["kind"] == role):
        return walk.add(role, None, text, cell)
    if last is not None:
        last["text"] = f"{last['text']} {text}"
    return last


def _beside(walk: _Walk, last: Row, role: str, text: str, cell: GridCell) -> Row:
    """What is printed beside an indicator or output; an output completed in several lines has a row for each."""
    name = _FIELDS[role]
    if role == "actual" and last[name]:
        last[name] = f"{last[name]} {text}"
        return last
    is_next = last[name] is not None or (role == "completed" and last["remarks"] is not None)
    if is_next and last["kind"] == "output":
        last = walk.add("output", last["result_number"], last["text"], cell)
    last[name] = text if last[name] is None else f"{last[name]} {text}"
    return last


def _take_line(walk: _Walk, block: Block) -> None:
    """A line below a framework: a head of its own, a numbered result, or an item of the list that a head announces."""
    text = " ".join(block.text.split())
    told = meaning(walk.identity.language, "framework", text) if walk.is_open else None
    number = block.number.rstrip(".") if block.number else ""
    if not walk.is_open or not text or block.kind == "note":
        return
    if told:
        walk.kind, walk.last = told, None
    elif _RESULT.fullmatch(number) and _WORDS.search(text):
        kind = "indicator" if number.count(".") > 1 else "expected_accomplishment"
        walk.accomplishment = number if number.count(".") == 1 else walk.accomplishment
        walk.kind, walk.last = None, walk.add(kind, number, text, block)
    elif number[:1].isdigit():
        walk.is_open, walk.kind, walk.last = False, None, None
    elif walk.kind in ("output", "external_factors"):
        walk.add(walk.kind, None, _BULLET.sub("", text), block)
    elif walk.last is not None:
        walk.last["text"] = f"{walk.last['text']} {text}"


def _values(row: Row, identity: Identity, vocabulary: Vocabulary) -> Iterator[Row]:
    """The periods that an indicator prints values for, such as (2024/25: 90 per cent; 2025/26: 100 per cent)."""
    for place, found in enumerate(pattern(identity.language, "indicator_value").finditer(row["text"]), start=1):
        text = found["text"].strip(" .,")
        figure = _FIGURE.search(text)
        number = read_number(figure[0].strip(" .,"), vocabulary.decimal) if figure else None
        yield {
            "result_id": row["result_id"],
            "value_number": place,
            "document_id": row["document_id"],
            "fiscal_year": int(found["first"]),
            "printed_text": text,
            "value": number.value if number else None,
        }

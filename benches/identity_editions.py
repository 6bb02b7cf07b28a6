"""Mutations of the bench of identity that make a fascicle one of another edition or of another kind of section.

Years, recosting, names of sources of funding, further columns, the order of tables, captions without the section's
number, parts without letters, names that hold one another, abbreviations, two fascicles in one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

from benches.identity_edit import (
    head_rows,
    map_cells,
    map_words,
    moved,
    parts_of,
    printed_tables,
    renumbered,
    rows_of,
    scaled,
    times,
    with_blocks,
    with_rows,
)
from benches.identity_model import COPY, FOLDERS, NAMED, NEW, SHARED, Key, Original, Variant, original
from benches.identity_structure import FIRST, SECOND, headed
from benches.identity_tables import MONEY, with_tables
from benches.identity_words import component_names, renaming
from pipelines.model.blocks import Block, GridCell
from pipelines.model.numbers import read_number
from pipelines.read import read_document

_YEAR = re.compile(r"(?<![\d.,/])20(?:1[5-9]|2\d|3[0-5])(?![\d.,]\d|\d)")
CASES = 2
"""Copies of another fascicle's tables are numbered twice a thousand above."""


def another_year(document: Original, random: Random) -> list[Variant]:
    """The same fascicle a year or two before: all years, and the session in its symbol."""
    made = []
    for back in (1, 2):

        def earlier(text: str, back: int = back) -> str:
            text = text.replace("A/80/6", f"A/{80 - back}/6")
            return _YEAR.sub(lambda match: str(int(match[0]) - back), text)

        blocks = [map_words(block, earlier) for block in document.document.blocks]
        furniture = [earlier(line) for line in document.document.furniture]
        expected = {
            key: about._replace(year=str(int(about.year) - back)) if about.year else about
            for key, about in document.truth.items()
        }
        changed = replace(document.document, blocks=blocks, furniture=furniture)
        made.append(Variant("another edition", f"{back} year(s) before", changed, expected))
    return made


# -- columns ---------------------------------------------------------------------------------------


def recosting(document: Original, random: Random) -> list[Variant]:
    """ "2026 estimate (before recosting)", "Recosting", "2026 estimate" in tables of money."""
    apart: set[Key] = set()

    def change(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        last = _last_estimate(block)
        if last is None or any(len(row) != len(rows[0]) for row in rows):
            return block
        lowest, column = last
        for index, row in enumerate(rows):
            cell = row[column]
            stub = row[0]
            if cell is None or stub is None:
                row += [None, None]
                continue
            texts = (cell.text, times(cell.text, 2)) if index >= heads else ("", "")
            if index == lowest:
                row[column] = replace(cell, text=f"{cell.text} (before recosting)")
                texts = ("Recosting", cell.text)
            for offset, text in enumerate(texts):
                place = replace(cell.place, row=stub.place.row, column=NEW + offset)
                row.append(replace(cell, text=text, place=place, notes=()))
                if index >= heads and read_number(text):
                    apart.add(Key(place.table_ordinal or 0, place.row or 0, NEW + offset))
        return with_rows(block, rows)

    blocks = with_tables(document, ("financial_by_object", "financial_by_component"), change)
    if not blocks:
        return []
    changed = with_blocks(document.document, blocks)
    return [Variant("recosting", "before, recosting, after", changed, dict(document.truth), apart)]


def _last_estimate(block: Block) -> tuple[int, int] | None:
    """Row and column of the head of the estimate, where it is the last column."""
    rows = rows_of(block)
    for index in range(head_rows(block)):
        cell = rows[index][-1]
        if cell is not None and " ".join(cell.text.split()) == "2026 estimate":
            return index, len(rows[index]) - 1
    return None


def further_year(document: Original, random: Random) -> list[Variant]:
    """One more year of expenditure before the first, half as large again."""
    apart: set[Key] = set()

    def change(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        if any(len(row) != len(rows[0]) for row in rows):
            return block
        found = [
            (r, c)
            for r in range(heads)
            for c, cell in enumerate(rows[r])
            if cell is not None and cell.text.strip() == "2024 expenditure"
        ]
        if len(found) != 1:
            return block
        at, column = found[0]
        for index, row in enumerate(rows):
            cell = row[column]
            if cell is None:
                row.insert(column, None)
                continue
            text = "2023 expenditure" if index == at else times(cell.text, 3) if index >= heads else cell.text
            place = replace(cell.place, column=NEW)
            row.insert(column, replace(cell, text=text, place=place, notes=()))
            number = read_number(text) if index >= heads else None
            if number is not None and number.value:
                apart.add(Key(place.table_ordinal or 0, place.row or 0, NEW))
        return with_rows(block, rows)

    blocks = with_tables(document, MONEY, change)
    if not blocks:
        return []
    changed = with_blocks(document.document, blocks)
    return [Variant("one year more", "2023 expenditure", changed, dict(document.truth), apart)]


def column_groups(document: Original, random: Random) -> list[Variant]:
    """The table by object with columns of the full budget, three times as large, beside those of the share."""
    expected = dict(document.truth)

    def change(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        wide = rows_of(scaled(block, 3))
        width = len(rows[0])
        if not heads or any(len(row) != width for row in rows) or any(_spans(row) for row in rows[heads:]):
            return block
        made: list[list[GridCell | None]] = []
        for own, full in zip(rows, wide, strict=True):
            beside = [
                cell and replace(cell, place=replace(cell.place, column=NEW + (cell.place.column or 0)))
                for cell in full[1:]
            ]
            made.append([own[0], *beside, *own[1:]])
        first = rows[0][0]
        assert first is not None
        place = replace(first.place, row=2 * NEW)
        top: list[GridCell | None] = [replace(first, text="", place=place)]
        for words in ("Full budget (jointly financed activities)", "Regular budget (United Nations share)"):
            top += [replace(first, text=words, place=place, column_span=width - 1), *([None] * (width - 2))]
        for key, about in document.truth.items():
            if key.table == block.place.table_ordinal:
                other = key._replace(column=NEW + key.column)
                expected[other] = about._replace(basis="gross/jointly_financed")
                expected[key] = about._replace(basis="own/share")
        return with_rows(block, [top, *made], heads + 1)

    blocks = with_tables(document, ("financial_by_object",), change)
    if not blocks:
        return []
    changed = with_blocks(document.document, blocks)
    return [Variant("column groups of two budgets", "full budget, share", changed, expected)]


def _spans(row: Sequence[GridCell | None]) -> bool:
    return any(cell is not None and (cell.column_span > 1 or cell.row_span > 1) for cell in row)


# -- words -----------------------------------------------------------------------------------------


def renamed_source(document: Original, random: Random) -> list[Variant]:
    """Extrabudgetary and other assessed resources by names that nothing knows."""
    made = []
    for code, old, new in (("XB", "Extrabudgetary", "Donated"), ("OA", "Other assessed", "Levied")):
        if not any(about.funding == code for about in document.truth.values()):
            continue
        change = renaming(old, new)
        blocks = [map_words(block, change) for block in document.document.blocks]
        lost = {key for key, about in document.truth.items() if about.funding == code}
        expected = {key: about for key, about in document.truth.items() if key not in lost}
        changed = with_blocks(document.document, blocks)
        made.append(Variant("source of funding renamed", f"{old} is now {new}", changed, expected, lost))
    return made


def otherwise_in_the_body(document: Original, random: Random) -> list[Variant]:
    """A component that summary tables call by another name than headings and captions of its own tables."""
    made = []
    for code, words in component_names(document).items():
        if code in {"programme_of_work"}:
            continue
        change = renaming(words, "Directorate")
        blocks = [
            replace(block, text=change(block.text)) if block.kind in {"heading", "caption"} else block
            for block in document.document.blocks
        ]
        expected = {
            key: about._replace(component=f"{NAMED}{code}") if about.component == code else about
            for key, about in document.truth.items()
        }
        changed = with_blocks(document.document, blocks)
        made.append(Variant("component named otherwise in the body", f"{words!r}", changed, expected))
    return made


def bare_numbers(document: Original, random: Random) -> list[Variant]:
    """Tables and figures counted without the number of the section, in captions and in the text."""
    pattern = re.compile(r"\b([Tt]ables?|[Ff]igures?) \d+[A-Z]?(?:\.[IVX]+)?\.(\d+|[IVXL]+)\b")
    blocks = [map_words(block, lambda text: pattern.sub(r"\1 \2", text)) for block in document.document.blocks]
    entities = document.rows.get("dim_entity", [])
    if entities:
        return []  # numbers would be given twice
    changed = with_blocks(document.document, blocks)
    return [Variant("captions without the section's number", "Table 5", changed, dict(document.truth))]


def bare_parts(document: Original, random: Random) -> list[Variant]:
    """Parts of the fascicle without letters."""
    blocks = [
        replace(block, number="") if block.kind == "heading" and block.number in {"A.", "B.", "C."} else block
        for block in document.document.blocks
    ]
    return [Variant("parts without letters", "A., B.", with_blocks(document.document, blocks), dict(document.truth))]


# -- entities --------------------------------------------------------------------------------------


def nested_names(document: Original, random: Random) -> list[Variant]:
    """Entities whose names hold that of another."""
    entities = [e["label"] for e in document.rows.get("dim_entity", []) if len(e["label"]) > 12]
    if len(entities) < 2:
        return []
    first, made = entities[0], []
    for detail, name in (("with a tail", f"{first}: liquidation"), ("with a head", f"Support Office for the {first}")):
        change = renaming(entities[1], name)
        blocks = [map_words(block, change) for block in document.document.blocks]
        changed = with_blocks(document.document, blocks)
        made.append(Variant("one entity named after another", detail, changed, dict(document.truth)))
    return made


def abbreviations(document: Original, random: Random) -> list[Variant]:
    """Missions by abbreviations in the summary tables, by names in the headings."""

    def short(words: str) -> str:
        initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", words) if word[0].isupper())
        return f"{initials}{len(words)}"

    entities = sorted((e["label"] for e in document.rows.get("dim_entity", [])), key=len, reverse=True)

    def change(block: Block) -> Block:
        def cell(one: GridCell) -> GridCell:
            text = one.text
            for name in entities:
                text = renaming(name, short(name))(text) if len(name) > 12 else text
            return replace(one, text=text)

        return map_cells(block, cell)

    blocks = with_tables(document, ("financial_by_mission",), change)
    if not blocks or len(entities) < 2:
        return []
    changed = with_blocks(document.document, blocks)
    return [Variant("missions by abbreviations", "in summary tables", changed, dict(document.truth))]


# -- order, and two in one -------------------------------------------------------------------------


def tables_in_another_order(document: Original, random: Random) -> list[Variant]:
    """Captioned tables that follow one another, the last first."""
    blocks = document.document.blocks
    units: list[tuple[int, int]] = []
    for table in printed_tables(blocks):
        end = table.table + 1
        while end < len(blocks) and (
            blocks[end].kind in {"table", "note"} or (blocks[end].kind == "heading" and blocks[end].number[:1] == "(")
        ):
            end += 1
        units.append((table.first, end))
    runs: list[list[tuple[int, int]]] = []
    for unit in units:
        if runs and runs[-1][-1][1] == unit[0]:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    made: list[Block] = []
    at = 0
    for run in runs:
        made += blocks[at : run[0][0]]
        for first, end in reversed(run):
            made += blocks[first:end]
        at = run[-1][1]
    made += blocks[at:]
    if all(len(run) == 1 for run in runs):
        return []
    changed = with_blocks(document.document, renumbered(made))
    return [Variant("tables in another order", "the last first", changed, dict(document.truth))]


@cache
def _other(name: str) -> Original | None:
    """Another fascicle, of one entity, to be set beside one."""
    paths = (SHARED / folder / f"A_80_6_Sect.{name}.en.docx" for folder in FOLDERS)
    path: Path | None = next((p for p in paths if p.exists()), None)
    return original(name, read_document(path.read_bytes(), "docx")) if path else None


def two_in_one(document: Original, random: Random) -> list[Variant]:
    """Two fascicles as the entities of one section, each with its plan, resources and annexes."""
    other = _other("6" if document.name != "6" else "13")
    if other is None or parts_of(document.document.blocks) is None or parts_of(other.document.blocks) is None:
        return []
    one, two = _as_entity(document, document.name, "I", 0), _as_entity(other, document.name, "II", CASES)
    blocks, parts = document.document.blocks, parts_of(document.document.blocks)
    assert parts is not None
    like_plan = blocks[parts.plan]
    changed = [
        *blocks[: parts.plan],
        headed(like_plan, "I.", FIRST),
        *one,
        headed(like_plan, "II.", SECOND),
        *two,
    ]
    expected = {key: about._replace(entity=f"{NAMED}first") for key, about in document.truth.items()}
    section = next(iter(document.truth.values())).section
    for key, about in other.truth.items():
        moved_key = key._replace(table=key.table + CASES * COPY)
        expected[moved_key] = about._replace(entity=f"{NAMED}second", section=section)
    excused = {table + CASES * COPY for table in other.shaken}
    made = with_blocks(document.document, changed)
    return [Variant("two fascicles in one", other.name, made, expected, set(), excused)]


def _as_entity(source: Original, section: str, numeral: str, copy: int) -> list[Block]:
    """The parts of a fascicle, its captions and paragraphs numbered as those of an entity of a section."""
    parts = parts_of(source.document.blocks)
    assert parts is not None
    captions = re.compile(rf"\b([Tt]ables?|[Ff]igures?) {source.name}\.(\d+|[IVXL]+)\b")
    paragraphs = re.compile(rf"^{source.name}\.(\d+)")

    def change(text: str) -> str:
        return captions.sub(rf"\1 {section}.{numeral}.\2", text)

    made = []
    for block in source.document.blocks[parts.plan :]:
        block = map_words(block, change)
        block = map_cells(block, lambda cell: replace(cell, place=moved(cell.place, copy)))
        number = paragraphs.sub(rf"{section}.\1", block.number)
        made.append(replace(block, place=moved(block.place, copy), number=number))
    return made


EDITIONS: tuple[Callable[[Original, Random], list[Variant]], ...] = (
    another_year,
    recosting,
    further_year,
    column_groups,
    renamed_source,
    otherwise_in_the_body,
    bare_numbers,
    bare_parts,
    nested_names,
    abbreviations,
    tables_in_another_order,
    two_in_one,
)

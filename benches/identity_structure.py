"""Mutations of the bench of identity that change what the headings hold: entities, annexes, groups of subprogrammes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from benches.identity_edit import (
    Parts,
    copied,
    find,
    heading_is,
    parts_of,
    renumbered,
    rows_of,
    with_blocks,
    with_rows,
)
from benches.identity_model import COPY, NAMED, NEW, About, Key, Original, Variant
from pipelines.model.blocks import Block, Document, GridCell, Place

FIRST, SECOND = "Harbour Authority of the Northern Seas", "Inspectorate of Lighthouses"
RESOURCES = "Proposed post and non-post resource requirements for 2026"
ANNEX_WORDS = ("Programme performance in 2024", "Organizational structure and post distribution for 2026")


def tables_in(blocks: Sequence[Block]) -> set[int]:
    """Numbers of the tables that stand there."""
    return {b.place.table_ordinal or 0 for b in blocks if b.kind == "table"}


def known_in(original: Original, blocks: Sequence[Block]) -> dict[Key, About]:
    """What is known of the figures of the tables that stand there."""
    tables = tables_in(blocks)
    return {key: about for key, about in original.truth.items() if key.table in tables}


# -- entities --------------------------------------------------------------------------------------


def headed(like: Block, number: str, text: str) -> Block:
    """A heading that looks like another."""
    return replace(like, number=number, text=text, place=Place(), links=(), notes=())


def two_entities(original: Original, random: Random) -> list[Variant]:
    """A section of one becomes one of two entities: the second has the resources of the first, twice as large."""
    return [
        variant
        for style, numbers in (("Roman", ("I.", "II.")), ("Arabic", ("1.", "2.")), ("no", ("", "")))
        for variant in _two_entities(original, numbers, f"{style} numerals", "section of two entities")
    ]


def annex_between(original: Original, random: Random) -> list[Variant]:
    """An annex before the end: between the plan and the resources, or between two entities."""
    blocks, parts = original.document.blocks, parts_of(original.document.blocks)
    if parts is None:
        return []
    annex = _annex(blocks, parts, ANNEX_WORDS[0])
    changed = [*blocks[: parts.resources], *annex, *blocks[parts.resources :]]
    made = [
        Variant(
            "annex in the middle",
            "between plan and resources",
            with_blocks(original.document, changed),
            dict(original.truth),
        )
    ]
    made += _two_entities(original, ("I.", "II."), "after the plan of the first of two", "annex in the middle", 1)
    made += _two_entities(original, ("I.", "II."), "between two entities", "annex in the middle", 2)
    return made


def _annex(blocks: Sequence[Block], parts: Parts, title: str) -> list[Block]:
    """An annex of words: its heading, its title, paragraphs of the plan."""
    like = blocks[parts.plan]
    words = [b for b in blocks[parts.plan : parts.resources] if b.kind == "paragraph" and not b.number][:3]
    return [headed(like, "", "Annex"), headed(like, "", title), *words]


def _two_entities(
    original: Original, numbers: tuple[str, str], detail: str, name: str, annex: int = 0
) -> Iterator[Variant]:
    blocks, parts = original.document.blocks, parts_of(original.document.blocks)
    if parts is None:
        return
    like, own = blocks[parts.plan], blocks[parts.resources : parts.annex]
    between = _annex(blocks, parts, ANNEX_WORDS[annex - 1]) if annex else []
    changed = [
        *blocks[: parts.plan],
        headed(like, numbers[0], FIRST),
        *blocks[parts.plan : parts.resources],
        *(between if annex == 1 else ()),
        *own,
        *(between if annex == 2 else ()),
        headed(like, numbers[1], SECOND),
        headed(like, "", RESOURCES),
        *copied(own[1:], 1, 2),
        *blocks[parts.annex :],
    ]
    known = known_in(original, own)
    expected = {key: about._replace(entity=f"{NAMED}first") for key, about in known.items()}
    expected |= {
        key._replace(table=key.table + COPY): about._replace(entity=f"{NAMED}second") for key, about in known.items()
    }
    yield Variant(name, detail, with_blocks(original.document, renumbered(changed)), expected)


# -- groups of subprogrammes -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Works:
    """The programme of work in the resources of a section of one: its heading, the heading of each subprogramme,
    the end of the last, the subprogrammes' names."""

    heading: int
    starts: tuple[int, ...]
    end: int
    names: tuple[str, ...]


def works_of(original: Original, parts: Parts) -> Works | None:
    """The programme of work; None where subprogrammes are fewer than two or do not follow one another plainly."""
    blocks = original.document.blocks
    heading = find(blocks, heading_is("Programme of work"), parts.resources, parts.annex)
    if heading is None:
        return None
    starts: list[int] = []
    for index in range(heading + 1, parts.annex):
        block = blocks[index]
        if block.kind != "heading" or (starts and index == starts[-1] + 1):
            continue
        if re.fullmatch(r"Subprogramme \d+", block.text.strip()):
            starts.append(index)
        elif (block.level or 9) <= (blocks[heading].level or 0):
            end = index
            break
    else:
        end = parts.annex
    numbers = [int(blocks[i].text.split()[-1]) for i in starts]
    if numbers != list(range(1, len(starts) + 1)) or len(starts) < 2:
        return None
    if any(find(blocks, heading_is("Component"), heading, end) is not None for _ in (0,)):
        return None
    return Works(heading, tuple(starts), end, tuple(" ".join(blocks[i + 1].text.split()) for i in starts))


GROUPS = ("Conference management, Geneva", "Conference management, Nairobi")
_NUMBERED = re.compile(r"^(?P<number>\d{1,2})(?P<stop>\.\s*)(?P<words>.*)$", re.DOTALL)


def split_by_city(original: Original, random: Random) -> list[Variant]:
    """Subprogrammes under two groups, each counted from 1, with the same names or with their own."""
    _blocks, parts = original.document.blocks, parts_of(original.document.blocks)
    works = works_of(original, parts) if parts else None
    if parts is None or works is None or any(about.subprogramme.count(".") for about in original.truth.values()):
        return []
    if any(about.subprogramme and about.component != "programme_of_work" for about in original.truth.values()):
        return []  # numbers below another component would be taken for subprogrammes
    return [
        Variant(
            "subprogrammes under groups",
            f"{'the same names' if same else 'names of their own'}, headings {'above' if nested else 'beside'} them",
            *_grouped(original, parts, works, same, nested),
        )
        for same in (False, True)
        for nested in (False, True)
    ]


def _grouped(
    original: Original, parts: Parts, works: Works, same: bool, nested: bool
) -> tuple[Document, dict[Key, About]]:
    blocks, half = original.document.blocks, (len(works.starts) + 1) // 2

    def place_of(number: int) -> tuple[int, int]:
        return (0, number) if number <= half else (1, number - half)

    def name_of(number: int) -> str:
        return works.names[place_of(number)[1] - 1] if same else works.names[number - 1]

    def in_prose(text: str) -> str:
        def named(match: re.Match[str]) -> str:
            number = int(match["number"])
            if number > len(works.starts):
                return match[0]
            group, count = place_of(number)
            word = "Subprogramme" if match[0][0] == "S" else "subprogramme"
            return f"{GROUPS[group]}, {word.lower()} {count}"

        return re.sub(r"\b[Ss]ubprogramme (?P<number>\d+)\b", named, text)

    def in_body(block: Block, number: int) -> Block:
        text = re.sub(rf"\bSubprogramme {number}\b", f"Subprogramme {place_of(number)[1]}", block.text)
        return replace(block, text=in_prose(text) if block.kind == "paragraph" and text == block.text else text)

    plan = blocks[: parts.resources]
    surplus = find(
        plan,
        heading_is(f"Subprogramme {half + 1}"),
        find(plan, heading_is("Programme of work"), parts.plan) or parts.resources,
    )
    made = plan[: surplus if surplus is not None else parts.resources]
    for block in blocks[parts.resources : works.heading]:
        if block.kind == "table":
            block = _summary_grouped(original, block, half, len(works.starts), name_of, nested)
        elif block.kind == "paragraph":
            block = replace(block, text=in_prose(block.text))
        made.append(block)
    made.append(blocks[works.heading])
    made += blocks[works.heading + 1 : works.starts[0]]
    ends = (*works.starts[1:], works.end)
    for number, (start, end) in enumerate(zip(works.starts, ends, strict=True), start=1):
        if number in {1, half + 1}:
            made.append(headed(blocks[works.heading], "", GROUPS[number > half]))
        body = [in_body(block, number) for block in blocks[start:end]]
        body[1] = replace(body[1], text=name_of(number))
        made += body
    made += blocks[works.end : parts.annex]
    expected = {}
    for key, about in known_in(original, made).items():
        if about.subprogramme.isdigit() and 1 <= int(about.subprogramme) <= len(works.starts):
            group, count = place_of(int(about.subprogramme))
            about = about._replace(component=f"{NAMED}group {group}", subprogramme=f"{NAMED}{count}")
        expected[key] = about
    return with_blocks(original.document, made), expected


def _summary_grouped(
    original: Original, block: Block, half: int, count: int, name_of: Callable[[int], str], nested: bool
) -> Block:
    """A summary table with a heading row above the subprogrammes of each group."""
    rows = rows_of(block)
    found: dict[int, int] = {}
    for index, row in enumerate(rows):
        match = _NUMBERED.match(row[0].text.strip()) if row and row[0] is not None else None
        if match and int(match["number"]) == len(found) + 1:
            found[len(found) + 1] = index
    if len(found) != count:
        return block
    made: list[list[GridCell | None]] = []
    for index, row in enumerate(rows):
        number = next((n for n, i in found.items() if i == index), None)
        if number is None:
            made.append(row)
            continue
        stub = row[0]
        assert stub is not None
        if number in {1, half + 1}:
            made.append(heading_row(row, GROUPS[number > half], NEW + number, stub.indent))
        match = _NUMBERED.match(stub.text.strip())
        assert match is not None
        own = number if number <= half else number - half
        words = f"{own}{match['stop']}{name_of(number)}"
        made.append([replace(stub, text=words, indent=stub.indent + nested), *row[1:]])
    return with_rows(block, made)


def heading_row(like: Sequence[GridCell | None], words: str, number: int, indent: int) -> list[GridCell | None]:
    """A row that prints a label and nothing beside it."""
    row: list[GridCell | None] = []
    for index, cell in enumerate(like):
        if cell is None:
            row.append(None)
        else:
            place = replace(cell.place, row=number)
            row.append(
                replace(
                    cell, text=words if index == 0 else "", place=place, indent=indent if index == 0 else 0, notes=()
                )
            )
    return row


STRUCTURE = (two_entities, annex_between, split_by_city)

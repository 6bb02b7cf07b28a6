"""Mutations of the bench of identity that insert tables of other kinds, as other fascicles have them.

Each has figures of its own that add up, and is about something that the fascicle's known facts are not: none of its
figures may be taken for one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random

from benches.identity_edit import Printed, copied, find, like, parts_of, printed_tables, renumbered, with_blocks
from benches.identity_model import COPY, About, Key, Original, Variant
from pipelines.model.blocks import Block, Grid, GridCell, Place

INSERTED = 900
"""Inserted tables are numbered from here."""
USD, POSTS = "(Thousands of United States dollars)", "(Number of posts)"
MONEY = ("2024 expenditure", "2025 appropriation", "2026 estimate")
OBJECTS = ("Posts", "Consultants", "Travel of staff", "Contractual services", "General operating expenses")


@dataclass(frozen=True, slots=True)
class Foreign:
    """A table that another fascicle has: title, unit, stub head, heads of columns, labels of rows that a total sums."""

    name: str
    title: str
    unit: str
    stub: str
    heads: tuple[str, ...]
    labels: tuple[str, ...]
    total: str = "Total"
    is_summed_across: bool = False
    digits: int = 1


TABLES = (
    Foreign(
        "multi-year project plan",
        "Renovation of the conference building: projected expenditure by year",
        USD,
        "Category",
        ("2023", "2024", "2025", "2026", "2027", "Total"),
        ("Construction", "Professional fees", "Project management", "Contingency", "Escalation"),
        is_summed_across=True,
    ),
    Foreign(
        "project by object",
        "Renovation of the conference building: projected expenditure by object of expenditure",
        USD,
        "Object of expenditure",
        MONEY,
        OBJECTS,
    ),
    Foreign(
        "grant",
        "Grant to the Harbour Museum: evolution of financial resources",
        USD,
        "Main category of expenditure",
        MONEY,
        ("Posts", "Non-post"),
    ),
    Foreign(
        "liabilities",
        "Liabilities for after-service health insurance",
        USD,
        "Item",
        ("2024 actual", "2025 projected", "2026 projected"),
        ("Service cost", "Interest cost", "Benefits paid"),
        total="Liability at the end of the year",
    ),
    Foreign(
        "other assessed by mission",
        "Other assessed resources by peacekeeping mission",
        USD,
        "Mission",
        ("2024 expenditure", "2025 estimate", "2026 estimate"),
        ("MOONOBS", "MARSFOR", "UNVENUS"),
    ),
    Foreign(
        "extrabudgetary by trust fund",
        "Projected extrabudgetary resources by trust fund",
        USD,
        "Trust fund",
        ("2024 expenditure", "2025 estimate", "2026 estimate"),
        ("Trust fund for lighthouses", "Trust fund for pilots", "Bequest of the harbour master"),
    ),
    Foreign(
        "financial periods",
        "Support account for peacekeeping operations: requirements by object of expenditure",
        USD,
        "Object of expenditure",
        ("2024/25 expenditure", "2025/26 apportionment", "2026/27 estimate"),
        OBJECTS,
    ),
    Foreign(
        "biennia",
        "Requirements by object of expenditure, by biennium",
        USD,
        "Object of expenditure",
        ("2022–2023 expenditure", "2024–2025 appropriation", "2026–2027 estimate"),
        OBJECTS,
    ),
    Foreign(
        "vacancies",
        "Vacant posts by category and grade",
        POSTS,
        "Category and grade",
        ("Vacant 2024", "Vacant 2025", "To be filled in 2026"),
        ("D-1", "P-5", "P-4", "P-3", "P-2/1"),
        digits=0,
    ),
    Foreign(
        "posts of another account",
        "Posts under the support account for peacekeeping operations",
        POSTS,
        "Category and grade",
        ("2025 approved", "2026 proposed"),
        ("D-1", "P-5", "P-4", "P-3", "P-2/1"),
        digits=0,
    ),
    Foreign(
        "by duty station",
        "Extrabudgetary resources by duty station",
        USD,
        "Duty station",
        ("2024 expenditure", "2025 estimate", "2026 estimate"),
        ("New York", "Geneva", "Nairobi", "Vienna"),
    ),
)


def _cell(text: str, ordinal: int, row: int, column: int) -> GridCell:
    return GridCell(text, Place(table_ordinal=ordinal, row=row, column=column))


def printed_as(table: Foreign, caption: str, ordinal: int, random: Random) -> tuple[list[Block], set[Key]]:
    """Blocks of a table as fascicles print it, and the keys of its figures."""
    width = len(table.heads) - table.is_summed_across
    unit = Decimal(1).scaleb(-table.digits)
    body = [[random.randint(11, 9990) * unit for _ in range(width)] for _ in table.labels]
    body.append([sum(column, Decimal(0)) for column in zip(*body, strict=True)])
    if table.is_summed_across:
        body = [[*row, sum(row, Decimal(0))] for row in body]
    texts = [[table.stub, *table.heads], ["", *("" for _ in table.heads)]]
    texts += [
        [label, *(like(value, table.digits) for value in row)]
        for label, row in zip((*table.labels, table.total), body, strict=True)
    ]
    rows = tuple(
        tuple(_cell(text, ordinal, row, column) for column, text in enumerate(line, start=1))
        for row, line in enumerate(texts, start=1)
    )
    keys = {Key(ordinal, row, column) for row in range(3, len(rows) + 1) for column in range(2, len(table.heads) + 2)}
    blocks = [
        Block("caption", caption, level=4),
        Block("heading", table.title, level=4),
        Block("paragraph", table.unit),
        Block("table", place=Place(table_ordinal=ordinal), grid=Grid(rows, 2)),
    ]
    return blocks, keys


def _by_object(original: Original) -> Printed | None:
    blocks = original.document.blocks
    return next(
        (
            table
            for table in printed_tables(blocks)
            if table.title and "resources by object of expenditure" in blocks[table.title].text
        ),
        None,
    )


def _places(original: Original) -> Iterable[tuple[str, int]]:
    """Where a table may be inserted, in words and as the block it goes before."""
    blocks, found = original.document.blocks, _by_object(original)
    if found is not None:
        yield "after the table by object", found.table + 1
    parts = parts_of(blocks)
    if parts is None:
        return
    yield "at the end of resources", parts.annex
    chart = find(blocks, lambda b: b.kind in {"org_unit", "chart", "table"}, parts.annex)
    if chart is not None and parts.annex < len(blocks):
        yield "in an annex", parts.annex + 2


def foreign_tables(original: Original, random: Random) -> list[Variant]:
    """A table of another kind in each of several places."""
    blocks, made = original.document.blocks, []
    caption = next((b.text.strip() for b in blocks if b.kind == "caption" and b.text.startswith("Table ")), "Table 1")
    for number, table in enumerate(TABLES):
        for detail, at in _places(original):
            inserted, keys = printed_as(table, caption, INSERTED + number, random)
            changed = renumbered([*blocks[:at], *inserted, *blocks[at:]])
            made.append(
                Variant(
                    f"inserted: {table.name}",
                    detail,
                    with_blocks(original.document, changed),
                    dict(original.truth),
                    keys,
                )
            )
    return made


# -- tables of the section's own kinds, about a part of it that nothing else names -----------------

CITIES = (
    "Nairobi: evolution of financial resources by object of expenditure",
    "Evolution of financial resources by object of expenditure: Nairobi",
    "Evolution of financial resources by object of expenditure, Nairobi",
    "Lighthouse renovation: evolution of financial resources by object of expenditure",
)


def parts_by_object(original: Original, random: Random) -> list[Variant]:
    """A second table by object, twice as large, about a city or project."""
    blocks, found = original.document.blocks, _by_object(original)
    if found is None or found.title is None:
        return []
    made = []
    for title in CITIES:
        made.append(_twin(original, found, blocks, title))
    return made


def _twin(original: Original, found: Printed, blocks: Sequence[Block], title: str) -> Variant:
    assert found.title is not None
    words = blocks[found.title].text
    own = blocks[found.first : found.table + 1]
    twin = [replace(b, text=title) if b.text == words else b for b in copied(own, 1, 2)]
    ordinal = blocks[found.table].place.table_ordinal or 0
    apart = {key._replace(table=key.table + COPY) for key in original.truth if key.table == ordinal}
    apart = {key for key in apart if not _is_nil(original, key)}
    changed = renumbered([*blocks[: found.table + 1], *twin, *blocks[found.table + 1 :]])
    return Variant("part by object", title, with_blocks(original.document, changed), dict(original.truth), apart)


def _is_nil(original: Original, key: Key) -> bool:
    cell = original.reading.cells.get(key.origin)
    return cell is None or not cell["value"]


def parts_by_category(original: Original, random: Random) -> list[Variant]:
    """A second table of money and posts of a component, twice as large, about an office within it."""
    blocks = original.document.blocks
    found = next(
        (
            table
            for table in printed_tables(blocks)
            if table.title and "evolution of financial and post resources" in blocks[table.title].text
        ),
        None,
    )
    if found is None:
        return []
    return [
        replace(_twin(original, found, blocks, title), mutation="part by category")
        for title in (
            "Registry of harbours: evolution of financial and post resources",
            "Evolution of financial and post resources: registry of harbours",
        )
    ]


def known_of(original: Original, tables: set[int]) -> dict[Key, About]:
    """What is known of the figures of some tables."""
    return {key: about for key, about in original.truth.items() if key.table in tables}


FOREIGN = (foreign_tables, parts_by_object, parts_by_category)

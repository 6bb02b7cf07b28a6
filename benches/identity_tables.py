"""Mutations of the bench of identity that change tables: columns, heads, stubs, rows of summary tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from benches.identity_edit import Rows, head_rows, like, rows_of, scaled, with_blocks, with_rows
from benches.identity_model import NAMED, NEW, Key, Original, Variant
from benches.identity_structure import heading_row
from pipelines.model.blocks import Block, GridCell
from pipelines.model.numbers import read_number

_NUMBERED = re.compile(r"^(?P<number>(?:\d{1,2}|[A-Z])\.)\s*(?P<words>\S.*)$", re.DOTALL)
MONEY = ("financial_by_object", "financial_by_component", "financial_and_posts")


def kinds_of(original: Original) -> dict[int, str]:
    """Kind of each table, by its number."""
    return {t["table_ordinal"] or 0: t["kind"] for t in original.rows["mart_table"]}


def with_tables(original: Original, kinds: Sequence[str], change: Callable[[Block], Block]) -> list[Block] | None:
    """The blocks with every table of these kinds changed; None where there is none."""
    known = kinds_of(original)
    made = [
        change(b) if b.kind == "table" and known.get(b.place.table_ordinal or 0) in kinds else b
        for b in original.document.blocks
    ]
    return made if any(a is not b for a, b in zip(made, original.document.blocks, strict=True)) else None


# -- columns ---------------------------------------------------------------------------------------


def shuffle_columns(original: Original, random: Random) -> list[Variant]:
    """Columns in another order, their heads with them; those under one group head stay together."""
    made = []
    for detail in ("estimate before the changes", "any order"):
        blocks = with_tables(original, MONEY, lambda b, detail=detail: _shuffled(b, random, detail == "any order"))  # type: ignore[misc]
        if blocks:
            made.append(
                Variant(
                    "columns in another order", detail, with_blocks(original.document, blocks), dict(original.truth)
                )
            )
    return made


def _shuffled(block: Block, random: Random, is_any: bool) -> Block:
    rows = rows_of(block)
    width = max(map(len, rows), default=0)
    if any(len(row) != width for row in rows):
        return block
    cuts = [c for c in range(1, width) if all(_starts(row, c) for row in rows)]
    runs = [list(range(a, b)) for a, b in zip(cuts, [*cuts[1:], width], strict=True)]
    if len(runs) < 3:
        return block
    if is_any:
        random.shuffle(runs)
    else:
        runs = [*runs[:-2], runs[-1], runs[-2]]
    order = [*range(cuts[0]), *(c for run in runs for c in run)]
    return with_rows(block, [row if _is_whole(row) else [row[c] for c in order] for row in rows])


def _is_whole(row: Sequence[GridCell | None]) -> bool:
    """True for a row of one cell that spans it."""
    return bool(row) and row[0] is not None and row[0].column_span == len(row) > 1


def _starts(row: Sequence[GridCell | None], column: int) -> bool:
    """True where no cell of the row reaches over the edge to the left of a column."""
    if _is_whole(row):
        return True
    return all(c + cell.column_span <= column for c, cell in enumerate(row[:column]) if cell is not None)


def unknown_column(original: Original, random: Random) -> list[Variant]:
    """A column no vocabulary knows: one more in tables by object, one of a grade renamed in tables of staff."""
    apart: set[Key] = set()

    def added(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        if not heads or (not any(c is not None and c.text.strip() for c in rows[heads - 1]) and heads < 2):
            return block
        lowest = max(r for r in range(heads) if any(c is not None and c.text.strip() for c in rows[r]))
        total = Decimal(0)
        for index, row in enumerate(rows):
            last, stub = row[-1], row[0]
            if last is None or stub is None:
                return block
            place = replace(last.place, column=NEW)
            value = Decimal(random.randint(110, 9990)) / 10
            if stub.text.strip().startswith("Total"):
                value = total
            total += value if index >= heads else 0
            text = "Liquidity reserve held" if index == lowest else "" if index < heads else like(value, 1)
            row.append(replace(last, text=text, place=place, notes=()))
            if index >= heads:
                apart.add(Key(place.table_ordinal or 0, place.row or 0, NEW))
        return with_rows(block, rows)

    made = []
    blocks = with_tables(original, ("financial_by_object",), added)
    if blocks:
        made.append(
            Variant(
                "unknown column",
                "one more at the end",
                with_blocks(original.document, blocks),
                dict(original.truth),
                apart,
            )
        )
    return made + _renamed_grade(original)


def _renamed_grade(original: Original) -> list[Variant]:
    renamed: set[tuple[int, int]] = set()

    def change(block: Block) -> Block:
        rows = rows_of(block)
        for row in rows[: head_rows(block)]:
            for column, cell in enumerate(row):
                if cell is not None and cell.text.strip() == "P-4":
                    row[column] = replace(cell, text="Border monitors")
                    renamed.add((cell.place.table_ordinal or 0, cell.place.column or 0))
                    return with_rows(block, rows)
        return block

    blocks = with_tables(original, ("posts_by_staff_category",), change)
    if not blocks:
        return []
    lost = {
        key
        for key, about in original.truth.items()
        if about.item_code == "P-4" and any(key.table == t for t, _ in renamed)
    }
    expected = {key: about for key, about in original.truth.items() if key not in lost}
    return [Variant("unknown column", "a grade's head renamed", with_blocks(original.document, blocks), expected, lost)]


def misprinted_head(original: Original, random: Random) -> list[Variant]:
    """A wrong year in the head of one column of one table: one finding, about the head, is right."""
    known, made = kinds_of(original), []
    for kind in MONEY:
        tables = [
            b for b in original.document.blocks if b.kind == "table" and known.get(b.place.table_ordinal or 0) == kind
        ]
        if not tables:
            continue
        chosen = random.choice(tables)
        rows = rows_of(chosen)
        for row in rows[: head_rows(chosen)]:
            for column, cell in enumerate(row):
                if cell is not None and cell.text.strip() == "2024 expenditure":
                    row[column] = replace(cell, text="2025 expenditure")
        blocks = [with_rows(chosen, rows) if b is chosen else b for b in original.document.blocks]
        ordinal = chosen.place.table_ordinal or 0
        made.append(
            Variant(
                "misprinted head",
                f"2025 for 2024, {kind}",
                with_blocks(original.document, blocks),
                dict(original.truth),
                set(),
                {ordinal},
            )
        )
    return made


# -- stubs -----------------------------------------------------------------------------------------


def split_stub(original: Original, random: Random) -> list[Variant]:
    """Labels over two grid columns: the number, then the name."""

    def change(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        for index, row in enumerate(rows):
            stub = row[0] if row else None
            if stub is None:
                row.insert(1, None)
                continue
            match = _NUMBERED.match(stub.text.strip()) if index >= heads else None
            if match and stub.column_span == 1:
                row[0] = replace(stub, text=match["number"])
                row.insert(1, replace(stub, text=match["words"], place=replace(stub.place, column=NEW)))
            else:
                row[0] = replace(stub, column_span=stub.column_span + 1)
                row.insert(1, None)
        return with_rows(block, rows)

    blocks = with_tables(original, ("financial_by_component", "posts_by_component"), change)
    return (
        [Variant("stub over two columns", "number, name", with_blocks(original.document, blocks), dict(original.truth))]
        if blocks
        else []
    )


def empty_stub_head(original: Original, random: Random) -> list[Variant]:
    """No words over the labels."""
    made = []
    for kinds in (("financial_by_object",), ("financial_by_component", "posts_by_component"), ("posts_by_grade",)):

        def change(block: Block) -> Block:
            heads, rows = head_rows(block), rows_of(block)
            for row in rows[:heads]:
                if row and row[0] is not None:
                    row[0] = replace(row[0], text="")
            return with_rows(block, rows)

        blocks = with_tables(original, kinds, change)
        if blocks:
            made.append(
                Variant(
                    "empty stub head", " and ".join(kinds), with_blocks(original.document, blocks), dict(original.truth)
                )
            )
    return made


# -- rows of summary tables ------------------------------------------------------------------------


def lettered_parts(original: Original, random: Random) -> list[Variant]:
    """A subprogramme printed in lettered parts with a subtotal below them, in the first summary table."""
    known, apart = kinds_of(original), set[Key]()
    for at, block in enumerate(original.document.blocks):
        if block.kind != "table" or known.get(block.place.table_ordinal or 0) != "financial_by_component":
            continue
        rows = rows_of(block)
        numbered = [
            i for i, row in enumerate(rows) if row and row[0] is not None and re.match(r"^\d+\.\s", row[0].text.strip())
        ]
        if not numbered or any(len(row) != len(rows[0]) for row in rows):
            continue
        chosen = random.choice(numbered)
        row = rows[chosen]
        stub = row[0]
        assert stub is not None
        number = stub.text.strip().partition(".")[0]
        first, second = _parts(original, row, NEW + 1, "(a) North"), _parts(original, row, NEW + 2, "(b) West")
        for index, cell in enumerate(row):
            if index and cell is not None and first[index] is not None and second[index] is not None:
                _split(original, row, index, first, second)
        heading = heading_row(row, stub.text, NEW, stub.indent)
        closing = [replace(stub, text=f"Subtotal, subprogramme {number}"), *row[1:]]
        changed = [*rows[:chosen], heading, first, second, closing, *rows[chosen + 1 :]]
        apart = {
            Key(c.place.table_ordinal or 0, c.place.row or 0, c.place.column or 0)
            for part in (first, second)
            for c in part[1:]
            if c is not None
        }
        blocks = list(original.document.blocks)
        blocks[at] = with_rows(block, changed)
        return [
            Variant(
                "lettered parts and a subtotal",
                f"subprogramme {number}",
                with_blocks(original.document, blocks),
                dict(original.truth),
                apart,
            )
        ]
    return []


def _parts(original: Original, row: Sequence[GridCell | None], number: int, words: str) -> list[GridCell | None]:
    made = heading_row(row, words, number, (row[0].indent if row[0] else 0) + 1)
    return made


def _split(
    original: Original,
    row: Sequence[GridCell | None],
    index: int,
    first: list[GridCell | None],
    second: list[GridCell | None],
) -> None:
    """A figure in two that add up to it; a percentage stays what it is, so the parts have the same share of all."""
    cell, one, two = row[index], first[index], second[index]
    assert cell is not None and one is not None and two is not None
    number = read_number(cell.text)
    if number is None or number.value is None:
        return
    read_as = original.reading.cells.get(
        Key(cell.place.table_ordinal or 0, cell.place.row or 0, cell.place.column or 0)
    )
    if number.is_nil or (read_as and read_as["measure"] == "percent_change"):
        first[index], second[index] = replace(one, text=cell.text), replace(two, text="–")
        return
    # all of it in the first part: percentages hold, and the second is nil
    first[index], second[index] = (
        replace(one, text=like(number.value, number.precision_digits or 0)),
        replace(two, text="–"),
    )


def heading_between(original: Original, random: Random) -> list[Variant]:
    """A heading without a letter between numbered rows of the summary tables, which the text does not have."""

    def change(block: Block) -> Block:
        rows: Rows = []
        for row in rows_of(block):
            if row and row[0] is not None and re.match(r"^2\.\s", row[0].text.strip()):
                rows.append(heading_row(row, "Regional activities", NEW, row[0].indent))
            rows.append(row)
        return with_rows(block, rows)

    if any(about.subprogramme and about.component != "programme_of_work" for about in original.truth.values()):
        return []  # numbers below another component would be taken for subprogrammes
    blocks = with_tables(original, ("financial_by_component", "posts_by_component"), change)
    if not blocks:
        return []
    expected = {
        key: about._replace(component=f"{NAMED}work") if about.subprogramme not in {"", "1"} else about
        for key, about in original.truth.items()
    }
    return [
        Variant(
            "heading between numbered rows", "Regional activities", with_blocks(original.document, blocks), expected
        )
    ]


def partial_total(original: Original, random: Random) -> list[Variant]:
    """ "Total, continuing missions" before the last mission, which stands below a heading of its own."""
    known = kinds_of(original)
    for at, block in enumerate(original.document.blocks):
        if block.kind != "table" or known.get(block.place.table_ordinal or 0) != "financial_by_mission":
            continue
        heads, rows = head_rows(block), rows_of(block)
        labels = [row[0].text.strip() if row and row[0] is not None else "" for row in rows]
        total = next((i for i, label in enumerate(labels) if label.startswith("Total")), None)
        if total is None or total - heads < 4:
            return []
        if any(label.startswith("Total") for label in labels[total + 1 :]):
            return []
        last, partial = total - 1, heading_row(rows[total], "Total, continuing missions", NEW + 1, 1)
        for column in range(1, len(partial)):
            cell = partial[column]
            numbers = [
                read_number(c.text) for row in rows[heads:last] if (c := row[column]) is not None and c.text.strip()
            ]
            if cell is None or not numbers or any(n is None for n in numbers):
                continue
            value = sum((n.value for n in numbers if n is not None and n.value is not None), Decimal(0))
            partial[column] = replace(cell, text=like(value, 1))
        heading = heading_row(rows[last], "Discontinued missions", NEW, 0)
        blocks = list(original.document.blocks)
        blocks[at] = with_rows(block, [*rows[:last], partial, heading, *rows[last:]])
        apart = {
            Key(c.place.table_ordinal or 0, c.place.row or 0, c.place.column or 0) for c in partial[1:] if c is not None
        }
        return [
            Variant(
                "partial total",
                "Total, continuing missions",
                with_blocks(original.document, blocks),
                dict(original.truth),
                apart,
            )
        ]
    return []


def row_groups(original: Original, random: Random) -> list[Variant]:
    """The table by object in two groups of rows: the full budget, three times as large, and the section's share of it."""
    known = kinds_of(original)
    tables = [k for k, kind in known.items() if kind == "financial_by_object"]
    expected = dict(original.truth)

    def grouped(block: Block) -> Block:
        heads, rows = head_rows(block), rows_of(block)
        body = rows_of(scaled(block, 3))[heads:]
        if len(tables) > 1 or not body or not heads:
            return block
        full = [
            [cell and replace(cell, place=replace(cell.place, row=NEW + (cell.place.row or 0))) for cell in row]
            for row in body
        ]
        for key, about in original.truth.items():
            if key.table == block.place.table_ordinal:
                expected[key._replace(row=NEW + key.row)] = about._replace(basis="gross/jointly_financed")
                expected[key] = about._replace(basis="own/share")
        return with_rows(
            block,
            [
                *rows[:heads],
                heading_row(rows[heads], "Full budget (jointly financed activities)", 2 * NEW, 0),
                *full,
                heading_row(rows[heads], "Regular budget (United Nations share)", 2 * NEW + 1, 0),
                *rows[heads:],
            ],
        )

    blocks = with_tables(original, ("financial_by_object",), grouped)
    if not blocks:
        return []
    return [
        Variant("row groups of two budgets", "full budget, share", with_blocks(original.document, blocks), expected)
    ]


TABLES = (
    row_groups,
    shuffle_columns,
    unknown_column,
    misprinted_head,
    split_stub,
    empty_stub_head,
    lettered_parts,
    heading_between,
    partial_total,
)

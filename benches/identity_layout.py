"""Mutations of the bench of identity that put the same rows, captions and tables as other producers and years do.

Rows in another place, captions elsewhere, other names of grades.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from benches.identity_edit import (
    Rows,
    head_rows,
    map_words,
    printed_tables,
    rows_of,
    with_rows,
)
from benches.identity_model import NAMED, NEW, About, Key, Original, Variant
from benches.identity_prints import changed, is_level, known_tables, slipped, variant
from benches.identity_tables import kinds_of
from pipelines.model.blocks import Block, GridCell, Place
from pipelines.model.grades import grade_code, is_grade
from pipelines.model.numbers import read_number


def label_of(row: Sequence[GridCell | None]) -> str:
    """Words of the first cell."""
    return row[0].text.strip() if row and row[0] is not None else ""


def has_figures(row: Sequence[GridCell | None]) -> bool:
    """True where a cell beside the label is a figure."""
    return any(c is not None and read_number(c.text) is not None for c in row[1:])


def in_labels(block: Block, change: Callable[[str], str]) -> Block:
    """A table with the words of its labels changed."""
    heads, rows = head_rows(block), rows_of(block)
    for row in rows[heads:]:
        if row and row[0] is not None and row[0].text.strip():
            row[0] = replace(row[0], text=change(row[0].text.strip()))
    return with_rows(block, rows)


# -- rows ------------------------------------------------------------------------------------------


def _total_first(block: Block) -> Block:
    """The last total above the rows it sums, where it is the only one."""
    heads, rows = head_rows(block), rows_of(block)
    totals = [i for i in range(heads, len(rows)) if label_of(rows[i]).lower().startswith(("total", "subtotal"))]
    if totals != [len(rows) - 1]:
        return block
    return with_rows(block, [*rows[:heads], rows[-1], *rows[heads:-1]])


def _blank_between(block: Block) -> Block:
    heads, rows, made = head_rows(block), rows_of(block), list[list[GridCell | None]]()
    for index, row in enumerate(rows):
        made.append(row)
        if index >= heads:
            made.append([c and replace(c, text="", notes=(), place=replace(c.place, row=NEW + index)) for c in row])
    return with_rows(block, made)


def _wrapped(block: Block, is_below: bool) -> Block:
    """The longest labels over two rows: the figures stand with the first half, or with the second."""
    heads, made = head_rows(block), list[list[GridCell | None]]()
    for index, row in enumerate(rows_of(block)):
        cell, words = row[0], label_of(row).split()
        if index < heads or cell is None or len(words) < 3 or not has_figures(row):
            made.append(row)
            continue
        first, second = " ".join(words[:2]), " ".join(words[2:])
        empty = [c and replace(c, text="", notes=(), place=replace(c.place, row=NEW + index)) for c in row]
        if is_below:
            made += [[replace(empty[0] or cell, text=first), *empty[1:]], [replace(cell, text=second), *row[1:]]]
        else:
            made += [[replace(cell, text=first), *row[1:]], [replace(empty[0] or cell, text=second), *empty[1:]]]
    return with_rows(block, made)


def _headed_again(block: Block) -> Block:
    """The rows of heads once more in the middle, as where a page was cut and pasted together."""
    heads, rows = head_rows(block), rows_of(block)
    if len(rows) < heads + 4 or any(c is not None and c.row_span > 1 for r in rows for c in r):
        return block
    at = heads + (len(rows) - heads) // 2
    again = [[c and replace(c, place=replace(c.place, row=NEW + i)) for c in row] for i, row in enumerate(rows[:heads])]
    return with_rows(block, [*rows[:at], *again, *rows[at:]])


def _noted(block: Block) -> Block:
    """A note below the table, in a row of it."""
    rows = rows_of(block)
    like = next((c for c in rows[-1] if c is not None), None)
    if like is None:
        return block
    words = "Note: the figures for 2025 include 12.3 of provisions that were carried over."
    place = replace(like.place, row=NEW, column=1)
    return with_rows(block, [*rows, [GridCell(words, place, 1, len(rows[-1])), *[None] * (len(rows[-1]) - 1)]])


def _of_which(original: Original, block: Block) -> Block:
    """Below an item what is part of it; the parts count in no total."""
    states = {"expenditure", "appropriation", "approved", "estimate", "proposed"}
    heads, made, done = head_rows(block), list[list[GridCell | None]](), 0
    if _has_items_in_columns(original, block):
        return block  # the parts would have to add up along the row
    for index, row in enumerate(rows_of(block)):
        made.append(row)
        is_item = index >= heads and has_figures(row) and not label_of(row).lower().startswith(("total", "subtotal"))
        if is_item and done < 2:
            done += 1
            part = [c and replace(c, notes=(), place=replace(c.place, row=NEW + index)) for c in row]
            if part[0] is not None:
                part[0] = replace(part[0], text="of which: temporary assistance", indent=part[0].indent + 1)
            for i, cell in enumerate(row):
                key = Key(cell.place.table_ordinal or 0, cell.place.row or 0, cell.place.column or 0) if cell else None
                known = original.reading.cells.get(key) if key is not None else None
                new = part[i]
                if i and new is not None and known is not None:
                    one = "0.1" if known["precision_digits"] else "1"
                    part[i] = replace(new, text=one if known["measure"] in states and known["value"] else "–")
            made.append(part)
    return with_rows(block, made)


def _has_items_in_columns(original: Original, block: Block) -> bool:
    """True where the figures of a row are about several items, such as grades."""
    for row in rows_of(block):
        keys = [Key(c.place.table_ordinal or 0, c.place.row or 0, c.place.column or 0) for c in row if c is not None]
        known = [original.reading.cells[key] for key in keys if key in original.reading.cells]
        if len({(cell["item_kind"], cell["item_code"]) for cell in known}) > 1:
            return True
    return False


def rows_laid_out(original: Original, random: Random) -> list[Variant]:
    """Rows of all tables in another layout."""
    total = re.compile(r"^Total$")
    forms: tuple[tuple[str, Callable[[Block], Block]], ...] = (
        ("total first", _total_first),
        ("empty rows between", _blank_between),
        ("label goes on in the next row", lambda b: _wrapped(b, False)),
        ("label begins in the row above", lambda b: _wrapped(b, True)),
        ("heads again in the middle", _headed_again),
        ("note in the last row", _noted),
        ("of which", lambda b: _of_which(original, b)),
        ("capital labels", lambda b: in_labels(b, str.upper)),
        ("leaders", lambda b: in_labels(b, lambda t: f"{t} ........")),
        ("marks glued to labels", lambda b: in_labels(b, lambda t: f"{t} a/")),
        ("letters glued to labels", lambda b: in_labels(b, lambda t: f"{t}a" if t[-1:].isalpha() else t)),
        ("stars on labels", lambda b: in_labels(b, lambda t: f"{t}*")),
        ("Grand total", lambda b: in_labels(b, lambda t: total.sub("Grand total", t))),
        ("TOTAL", lambda b: in_labels(b, lambda t: total.sub("TOTAL", t))),
        ("Total resources", lambda b: in_labels(b, lambda t: total.sub("Total resources", t))),
        ("Total requirements (net)", lambda b: in_labels(b, lambda t: total.sub("Total requirements (net)", t))),
        ("Sum", lambda b: in_labels(b, lambda t: total.sub("Sum", t))),
        ("Totl", lambda b: in_labels(b, lambda t: total.sub("Totl", t))),
        ("no word for total", lambda b: in_labels(b, lambda t: total.sub("", t))),
        (
            "slips in labels",
            lambda b: in_labels(
                b, lambda t: slipped(t, random) if original.vocabulary.meaning("objects", t) and len(t) > 8 else t
            ),
        ),
        (
            "other words for objects",
            lambda b: in_labels(
                b,
                lambda t: (
                    t.replace("Other staff costs", "Temporary posts")
                    .replace("Consultants", "Consultancies")
                    .replace("Contractual services", "External contracts")
                ),
            ),
        ),
    )
    made = []
    for name, form in forms:
        one = variant(original, "rows laid out otherwise", name, changed(original, form))
        if name in {"slips in labels", "other words for objects"}:
            one.expected.update(_renamed(original, one))
        made.append(one)
    return made


def _renamed(original: Original, one: Variant) -> dict[Key, About]:
    """Figures of rows whose label is another: what they are about may go by any name, but always by the same."""
    words = {
        (cell.place.table_ordinal, cell.place.row): cell.text
        for block in one.document.blocks
        if block.kind == "table"
        for row in rows_of(block)
        for cell in row[:1]
        if cell is not None
    }
    made: dict[Key, About] = {}
    for key, about in one.expected.items():
        cell = original.reading.cells[key]
        text = words.get((key.table, key.row))
        if text is None or text.strip() == (cell["row_label"] or "").strip():
            continue
        if about.item_code:
            made[key] = about._replace(item_code=f"{NAMED}{about.item_code}")
        elif about.component:
            made[key] = about._replace(component=f"{NAMED}{about.component}")
    return made


def row_left_out(original: Original, random: Random) -> list[Variant]:
    """One table by component without one of its components, whose total still holds it: one finding is right."""
    kinds, made = kinds_of(original), []
    for block in original.document.blocks:
        ordinal = block.place.table_ordinal or 0
        if block.kind != "table" or not kinds.get(ordinal, "").endswith(("_by_component", "_by_object", "_by_grade")):
            continue
        if ordinal not in known_tables(original) or not is_level(block):
            continue
        rows, heads = rows_of(block), head_rows(block)
        items = [i for i in range(heads, len(rows)) if has_figures(rows[i]) and "otal" not in label_of(rows[i])]
        if len(items) < 3:
            continue
        at = items[len(items) // 2]
        gone = {Key(ordinal, c.place.row or 0, c.place.column or 0) for c in rows[at] if c is not None}
        changed_block = with_rows(block, [*rows[:at], *rows[at + 1 :]])
        blocks = [changed_block if b is block else b for b in original.document.blocks]
        one = variant(original, "row left out of one table", f"{kinds[ordinal]}: {label_of(rows[at])}", blocks, gone)
        one.excused.add(ordinal)
        made.append(one)
    return made[:6]


# -- captions --------------------------------------------------------------------------------------


def _captions(original: Original, detail: str, change: Callable[[list[Block], Block, str], list[Block]]) -> Variant:
    """Every caption of a known table changed together with its table."""
    blocks, made, at, known = original.document.blocks, list[Block](), 0, known_tables(original)
    for table in printed_tables(blocks):
        if table.title is None or (blocks[table.table].place.table_ordinal or 0) not in known:
            continue
        made += blocks[at : table.first]
        made += change(list(blocks[table.first : table.table]), blocks[table.table], blocks[table.title].text)
        at = table.table + 1
    made += blocks[at:]
    return variant(original, "captions laid out otherwise", detail, made)


def _is_unit(block: Block) -> bool:
    return block.kind == "paragraph" and block.text.strip().startswith("(") and not block.number


def _in_table(caption: list[Block], table: Block, title: str) -> list[Block]:
    """The caption as rows of the table, each over its whole width."""
    rows, heads = rows_of(table), head_rows(table)
    width = max(map(len, rows))
    above: Rows = []
    for index, block in enumerate(caption):
        place = Place(table_ordinal=table.place.table_ordinal, row=NEW + index, column=1)
        above.append([GridCell(block.text, place, 1, width), *[None] * (width - 1)])
    return [with_rows(table, [*above, *rows], heads + len(above))]


def _unit_in_stub(caption: list[Block], table: Block, title: str) -> list[Block]:
    rows, unit = rows_of(table), next((b for b in caption if _is_unit(b)), None)
    cell = rows[0][0]
    if unit is None or cell is None or cell.text.strip():
        return [*caption, table]
    rows[0][0] = replace(cell, text=unit.text)
    return [*(b for b in caption if b is not unit), with_rows(table, rows)]


def captions_laid_out(original: Original, random: Random) -> list[Variant]:
    """Captions of all tables of resources in another place or form."""

    def titled(change: Callable[[str], str]) -> Callable[[list[Block], Block, str], list[Block]]:
        return lambda cap, table, title: [
            *(replace(b, text=change(b.text)) if b.text == title else b for b in cap),
            table,
        ]

    def numbered(change: Callable[[str], str]) -> Callable[[list[Block], Block, str], list[Block]]:
        return lambda cap, table, title: [replace(cap[0], text=change(cap[0].text.strip())), *cap[1:], table]

    return [
        _captions(original, "below the table", lambda cap, table, title: [table, *cap]),
        _captions(original, "in rows of the table", _in_table),
        _captions(original, "left out", lambda cap, table, title: [table]),
        _captions(original, "no unit", lambda cap, table, title: [*(b for b in cap if not _is_unit(b)), table]),
        _captions(original, "unit over the labels", _unit_in_stub),
        _captions(original, "no title", lambda cap, table, title: [*(b for b in cap if b.text != title), table]),
        _captions(
            original,
            "plain paragraphs",
            lambda cap, table, title: [*(replace(b, kind="paragraph", style="", level=None) for b in cap), table],
        ),
        _captions(
            original,
            "all headings",
            lambda cap, table, title: [*(replace(b, kind="heading", level=4) for b in cap), table],
        ),
        _captions(original, "capitals", titled(str.upper)),
        _captions(
            original,
            "slip in the title",
            titled(
                lambda t: (
                    t.replace("financial", "finacial")
                    .replace("posts", "post")
                    .replace("component", "componnt")
                    .replace("object", "obect")
                )
            ),
        ),
        _captions(original, "stop after the number", numbered(lambda t: f"{t}.")),
        _captions(original, "capital word", numbered(str.upper)),
        _captions(original, "hyphen in the number", numbered(lambda t: t.replace(".", "-"))),
        _captions(
            original, "number wrong by one", numbered(lambda t: re.sub(r"(\d+)$", lambda m: str(int(m[1]) + 1), t))
        ),
    ]


# -- grades ----------------------------------------------------------------------------------------

GRADES = {
    "GS (PL)": "General Service (Principal level)",
    "GS (OL)": "General Service (Other level)",
    "LL": "Local level",
    "P-2/1": "P-1/P-2",
    "USG": "Under-Secretary-General",
    "ASG": "Assistant Secretary-General",
    "NPO": "National Professional Officer",
    "FS": "Field Service",
    "P-5": "P5",
    "D-1": "D.1",
    "P-4": "P4/P3",
    "Professional and higher": "Professional and above",
    "General Service and related": "General Service and others",
}


def grades_named_otherwise(original: Original, random: Random) -> list[Variant]:
    """A grade written another way in labels and heads of all tables."""
    made = []
    for old, new in GRADES.items():
        pattern = re.compile(rf"(?<![\w-]){re.escape(old)}(?![\w-])")
        if not any(
            pattern.search(c.text)
            for b in original.document.blocks
            if b.kind == "table"
            for r in rows_of(b)
            for c in r
            if c
        ):
            continue
        blocks = changed(original, lambda b, p=pattern, n=new: map_words(b, lambda t: p.sub(n, t)))  # type: ignore[misc]
        one = variant(original, "grades named otherwise", f"{old}: {new}", blocks)
        code = original.vocabulary.meaning("post_categories", old)
        if code is None and not is_grade(new, original.vocabulary):
            code = grade_code(old, original.vocabulary)
        for key, about in one.expected.items():
            if code and about.item_code == code:  # a category that nothing knows goes by any name, but always the same
                one.expected[key] = about._replace(item_code=f"{NAMED}{code}")
        made.append(one)
    return made


LAYOUT = (
    rows_laid_out,
    row_left_out,
    captions_laid_out,
    grades_named_otherwise,
)

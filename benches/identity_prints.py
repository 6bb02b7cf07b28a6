"""Mutations of the bench of identity that print the same figures as other producers and years do.

Signs of figures, tables that a page cuts in two, heads laid out otherwise, columns left out, rows in another place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from benches.identity_edit import Rows, head_rows, like, printed_tables, rows_of, with_blocks, with_rows
from benches.identity_model import COPY, NEW, Key, Original, Variant
from pipelines.model.blocks import Block, GridCell
from pipelines.model.numbers import read_number

Change = Callable[[Block], Block]
_BELOW_NOTHING = re.compile(r"^\(\s*(?P<figure>[\d][\d .,]*)\)$")
_GROUPED = re.compile(r"(?<=\d)[\s\u00a0\u202f](?=\d{3})")


def known_tables(original: Original) -> set[int]:
    """Numbers of the tables with figures of which it is known what they are about."""
    return {key.table for key in original.truth}


def changed(original: Original, change: Callable[[Block], Block | list[Block]]) -> list[Block]:
    """The blocks with every known table changed."""
    known, made = known_tables(original), list[Block]()
    for block in original.document.blocks:
        if block.kind == "table" and (block.place.table_ordinal or 0) in known:
            found = change(block)
            made += found if isinstance(found, list) else [found]
        else:
            made.append(block)
    return made


def variant(
    original: Original, name: str, detail: str, blocks: Sequence[Block], gone: set[Key] | None = None
) -> Variant:
    """A variant in which all known figures but those that are gone are about what they were about."""
    expected = {key: about for key, about in original.truth.items() if key not in (gone or ())}
    return Variant(name, detail, with_blocks(original.document, blocks), expected)


def is_level(block: Block) -> bool:
    """True for a table whose rows are all of one length."""
    rows = rows_of(block)
    return bool(rows) and all(len(row) == len(rows[0]) for row in rows)


def in_figures(block: Block, change: Callable[[str], str]) -> Block:
    """A table with each figure beside a label printed otherwise."""
    rows = rows_of(block)
    for row in rows[head_rows(block) :]:
        for index, cell in enumerate(row):
            if index and cell is not None and read_number(cell.text) is not None:
                row[index] = replace(cell, text=change(cell.text))
    return with_rows(block, rows)


# -- signs of figures ------------------------------------------------------------------------------


def minus(sign: str) -> Callable[[str], str]:
    """A sign before a figure below nothing in place of brackets."""
    return lambda text: _BELOW_NOTHING.sub(lambda m: sign + m["figure"].strip(), text.strip())


def grouped(mark: str, decimal: str = ".") -> Callable[[str], str]:
    """Other marks between thousands and before decimals."""
    return lambda text: _GROUPED.sub("\0", text).replace(".", decimal).replace("\0", mark)


def nil_as(sign: str) -> Callable[[str], str]:
    """Another sign for nothing."""

    def change(text: str) -> str:
        number = read_number(text)
        return sign if number is not None and number.is_nil else text

    return change


def _plus(text: str) -> str:
    number = read_number(text)
    return f"+{text.strip()}" if number is not None and number.value > 0 else text


SIGNS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("hyphen before a figure below nothing", minus("-")),
    ("dash before a figure below nothing", minus("–")),
    ("minus and a blank", minus("− ")),
    ("commas between thousands", grouped(",")),
    ("nothing between thousands", grouped("")),
    ("decimal comma", grouped(" ", ",")),
    ("stops between thousands, decimal comma", grouped(".", ",")),
    ("narrow blanks between thousands", grouped("\u202f")),
)
NILS = ("-", "..", "n/a", "", "0.0")


def signs_of_figures(original: Original, random: Random) -> list[Variant]:
    """Figures of all tables with other signs for thousands, decimals, and what is below nothing."""
    return [
        variant(original, "signs of figures", name, changed(original, lambda b, f=form: in_figures(b, f)))  # type: ignore[misc]
        for name, form in SIGNS
    ]


def signs_of_nothing(original: Original, random: Random) -> list[Variant]:
    """Another sign for nothing in all tables; what it is about need not be told where it is no sign of nothing."""
    nil = {key for key, cell in original.reading.cells.items() if cell["is_nil"]}
    made = []
    for sign in NILS:
        blocks = changed(original, lambda b, s=sign: in_figures(b, nil_as(s)))  # type: ignore[misc]
        made.append(variant(original, "sign of nothing", repr(sign), blocks, nil))
    return made


def other_scale(original: Original, random: Random) -> list[Variant]:
    """All tables of money in dollars, or the first alone; the unit line says so. Those rounded would not add up."""
    money = {
        key.table for key, about in original.truth.items() if original.reading.cells[key]["unit"] == "thousands_usd"
    } - original.rounded
    made = []
    found = [t for t in printed_tables(original.document.blocks) if t.unit is not None]
    for detail, factor, words, digits in (
        ("dollars", 1000, "(United States dollars)", 0),
        ("millions", Decimal("0.001"), "(Millions of United States dollars)", 3),
    ):
        for scope in ("all tables", "first table"):
            blocks = list(original.document.blocks)
            tables = [t for t in found if (blocks[t.table].place.table_ordinal or 0) in money]
            if not tables:
                continue
            for table in tables if scope == "all tables" else tables[:1]:
                assert table.unit is not None
                if "housands" not in blocks[table.unit].text:
                    continue
                blocks[table.unit] = replace(blocks[table.unit], text=words)
                blocks[table.table] = _times(blocks[table.table], Decimal(factor), digits, original)
            made.append(variant(original, "scale of money", f"{detail}, {scope}", blocks))
    return made


def _times(block: Block, factor: Decimal, digits: int, original: Original) -> Block:
    rows = rows_of(block)
    for row in rows[head_rows(block) :]:
        for index, cell in enumerate(row):
            key = Key(cell.place.table_ordinal or 0, cell.place.row or 0, cell.place.column or 0) if cell else None
            known = original.reading.cells.get(key) if key else None
            if cell is None or known is None or known["unit"] != "thousands_usd" or known["is_nil"]:
                continue
            if known["value"] is not None and known["measure"] != "percent_change":
                text = like(Decimal(known["value"]) * factor, digits)
                row[index] = replace(cell, text="0" if text == "–" else text)
    return with_rows(block, rows)


# -- tables cut by a page --------------------------------------------------------------------------


def cut_tables(original: Original, random: Random) -> list[Variant]:
    """Each table cut in two between its rows, the second piece with and without its heads and a caption."""
    by_table = {t.table: t for t in printed_tables(original.document.blocks)}
    blocks = original.document.blocks
    known = known_tables(original)
    made = []
    for detail in ("heads again", "no heads again", "(continued)", "(continued) and title", "heads again, furniture"):
        result: list[Block] = []
        for index, block in enumerate(blocks):
            pieces = _cut(block, detail != "no heads again") if _is_cut(block, known) else None
            if pieces is None:
                result.append(block)
                continue
            first, second = pieces
            table = by_table.get(index)
            between: list[Block] = []
            if table is not None and "(continued)" in detail:
                caption = blocks[table.first]
                between.append(replace(caption, text=f"{caption.text.strip()} (continued)"))
                if "title" in detail and table.title is not None:
                    between.append(blocks[table.title])
                    between += [blocks[table.unit]] if table.unit is not None else []
            if "furniture" in detail:
                between = [Block("furniture", "A/80/6 (Sect. 99)"), Block("furniture", "12/34")]
            result += [first, *between, second]
        made.append(variant(original, "table cut by a page", detail, result))
    return made


def _is_cut(block: Block, known: set[int]) -> bool:
    if block.kind != "table" or (block.place.table_ordinal or 0) not in known:
        return False
    rows = rows_of(block)
    return len(rows) >= head_rows(block) + 4 and all(c is None or c.row_span == 1 for r in rows for c in r)


def _cut(block: Block, is_headed: bool) -> tuple[Block, Block]:
    heads, rows = head_rows(block), rows_of(block)
    at = heads + (len(rows) - heads) // 2
    second = with_rows(block, [*(rows[:heads] if is_headed else []), *rows[at:]], heads if is_headed else 0)
    place = replace(block.place, table_ordinal=(block.place.table_ordinal or 0) + COPY)
    return with_rows(block, rows[:at]), replace(second, place=place)


# -- heads -----------------------------------------------------------------------------------------

_YEAR_FIRST = re.compile(r"^(?P<year>20\d\d)\s+(?P<words>[a-z].*)$", re.DOTALL)


def in_heads(block: Block, change: Callable[[str], str]) -> Block:
    """A table with the words of its heads changed."""
    heads, rows = head_rows(block), rows_of(block)
    for row in rows[:heads]:
        for index, cell in enumerate(row):
            if cell is not None and cell.text.strip():
                row[index] = replace(cell, text=change(cell.text))
    return with_rows(block, rows)


def _year_last(text: str) -> str:
    return _YEAR_FIRST.sub(lambda m: f"{m['words'][:1].upper()}{m['words'][1:]} {m['year']}", text.strip())


def _bracketed(text: str) -> str:
    return _YEAR_FIRST.sub(lambda m: f"{m['words'][:1].upper()}{m['words'][1:]} ({m['year']})", text.strip())


def _ungrouped(block: Block) -> Block:
    """Heads over several columns without their span, as a table comes from a page."""
    heads, rows = head_rows(block), rows_of(block)
    for row in rows[:heads]:
        for index, cell in enumerate(row):
            if cell is not None and cell.column_span > 1:
                for place in range(index + 1, min(index + cell.column_span, len(row))):
                    row[place] = row[place] or replace(cell, text="", column_span=1)
                row[index] = replace(cell, column_span=1)
    return with_rows(block, rows)


def _without_groups(block: Block) -> Block:
    """Without the row of heads that span several columns."""
    heads, rows = head_rows(block), rows_of(block)
    if (
        heads < 2
        or not any(cell is not None and cell.column_span > 1 for cell in rows[0])
        or not {cell.text.strip() for cell in rows[0] if cell is not None} <= {"Changes", "Change", ""}
    ):
        return block
    return with_rows(block, rows[1:], heads - 1)


def _two_rows(block: Block) -> Block:
    """The year in a row of its own above what it is the year of."""
    heads, rows = head_rows(block), rows_of(block)
    at = next(
        (r for r in range(heads) if any(c is not None and _YEAR_FIRST.match(c.text.strip()) for c in rows[r])), None
    )
    if at is None:
        return block
    years: list[GridCell | None] = []
    for index, cell in enumerate(rows[at]):
        found = _YEAR_FIRST.match(cell.text.strip()) if cell is not None else None
        if cell is None or found is None:
            years.append(cell and replace(cell, text=""))
        else:
            years.append(replace(cell, text=found["year"]))
            rows[at][index] = replace(cell, text=found["words"])
    return with_rows(block, [*rows[:at], years, *rows[at:]], heads + 1)


def slipped(word: str, random: Random) -> str:
    """A word with one letter inside it left out."""
    at = random.randrange(2, len(word) - 1)
    return word[:at] + word[at + 1 :]


def heads_laid_out(original: Original, random: Random) -> list[Variant]:
    """Heads that say the same in another layout."""
    marked = {"2024 expenditure": "2024 expenditurea", "2025 appropriation": "2025 appropriation b/"}
    forms: tuple[tuple[str, Change], ...] = (
        ("no rows marked as heads", lambda b: replace(b, grid=replace(b.grid, header_rows=None)) if b.grid else b),
        ("one row marked as heads", lambda b: replace(b, grid=replace(b.grid, header_rows=1)) if b.grid else b),
        ("groups without span", _ungrouped),
        ("groups left out", _without_groups),
        ("year in a row of its own", _two_rows),
        ("year last", lambda b: in_heads(b, _year_last)),
        ("year in brackets", lambda b: in_heads(b, _bracketed)),
        ("capitals", lambda b: in_heads(b, str.upper)),
        ("marks glued to heads", lambda b: in_heads(b, lambda t: marked.get(" ".join(t.split()), t))),
        (
            "cut words",
            lambda b: in_heads(
                b, lambda t: t.replace("expenditure", "expendi- ture").replace("appropriation", "appropria-\ntion")
            ),
        ),
    )
    return [variant(original, "heads laid out otherwise", name, changed(original, form)) for name, form in forms]


def slips_in_heads(original: Original, random: Random) -> list[Variant]:
    """A letter left out of one word of the heads of all tables, or the head of one column left out."""
    made = []
    for word in (
        "expenditure",
        "appropriation",
        "approved",
        "estimate",
        "Technical",
        "mandates",
        "Other",
        "Total",
        "Percentage",
        "proposed",
    ):
        if not any(
            word in (c.text if c else "")
            for b in original.document.blocks
            if b.kind == "table"
            for r in rows_of(b)[: head_rows(b)]
            for c in r
        ):
            continue
        new = slipped(word, random)
        blocks = changed(original, lambda b, w=word, n=new: in_heads(b, lambda t: t.replace(w, n)))  # type: ignore[misc]
        made.append(variant(original, "slip in a head", f"{word}: {new}", blocks))
    for word in ("expenditure", "Total", "estimate", "Other"):
        blocks = changed(original, lambda b, w=word: in_heads(b, lambda t: "" if w in t else t))  # type: ignore[misc]
        made.append(variant(original, "head left out", word, blocks))
    blocks = changed(original, lambda b: in_heads(b, lambda t: ""))
    made.append(variant(original, "head left out", "all", blocks))
    blocks = changed(original, lambda b: with_rows(b, rows_of(b)[head_rows(b) :], 0))
    made.append(variant(original, "head left out", "rows of heads", blocks))
    blocks = changed(original, lambda b: in_heads(b, lambda t: _YEAR_FIRST.sub(lambda m: m["year"], t.strip())))
    made.append(variant(original, "head left out", "years alone", blocks))
    blocks = changed(original, lambda b: in_heads(b, lambda t: _YEAR_FIRST.sub(lambda m: m["words"], t.strip())))
    made.append(variant(original, "head left out", "no years", blocks))
    return made


# -- columns ---------------------------------------------------------------------------------------


def column_of(block: Block, words: str) -> int | None:
    """The column of one head that begins so."""
    found = {
        index
        for row in rows_of(block)[: head_rows(block)]
        for index, cell in enumerate(row)
        if cell is not None and cell.column_span == 1 and cell.text.strip().startswith(words)
    }
    return found.pop() if len(found) == 1 else None


def without_column(block: Block, column: int) -> Block:
    """A table without one column; heads that span it become narrower."""
    made: Rows = []
    for row in rows_of(block):
        new = list(row)
        owner = next((i for i in range(column, -1, -1) if new[i] is not None), None)
        cell = new[owner] if owner is not None else None
        if owner is not None and cell is not None and cell.column_span > 1 and owner + cell.column_span > column:
            new[owner] = replace(cell, column_span=cell.column_span - 1)
            del new[column if owner != column else column + 1]
        else:
            del new[column]
        made.append(new)
    return with_rows(block, made)


def columns_left_out(original: Original, random: Random) -> list[Variant]:
    """Tables without one of their columns."""
    made = []
    for words in ("2024 expenditure", "Percentage", "Total", "Technical", "2025"):
        gone: set[Key] = set()

        def change(block: Block, words: str = words, gone: set[Key] = gone) -> Block:
            column = column_of(block, words) if is_level(block) else None
            if column is None:
                return block
            for row in rows_of(block):
                cell = row[column]
                if cell is not None and cell.column_span == 1:
                    gone.add(Key(cell.place.table_ordinal or 0, cell.place.row or 0, cell.place.column or 0))
            return without_column(block, column)

        blocks = changed(original, change)
        if gone:
            if words == "Technical":
                continue  # the changes would no longer add up
            made.append(variant(original, "column left out", words, blocks, gone))
    return made


def _spaced(block: Block) -> Block:
    """An empty column after each, as drawn by some producers."""
    made: Rows = []
    for row in rows_of(block):
        new: list[GridCell | None] = []
        for cell in row:
            if cell is None:
                new += [None, None]
            elif cell.column_span > 1:
                new += [replace(cell, column_span=2 * cell.column_span), None]
            else:
                new += [
                    cell,
                    replace(cell, text="", notes=(), place=replace(cell.place, column=NEW + (cell.place.column or 0))),
                ]
        made.append(new)
    return with_rows(block, made)


def _counted(block: Block) -> Block:
    """A column of row numbers before all others."""
    heads, made, count = head_rows(block), list[list[GridCell | None]](), 0
    for index, row in enumerate(rows_of(block)):
        cell = row[0]
        if cell is not None and cell.column_span == len(row):
            made.append([replace(cell, column_span=len(row) + 1), *row[1:], None])
            continue
        count += index >= heads
        text = "No." if index == 0 else str(count) if index >= heads else ""
        place = replace(cell.place, column=NEW) if cell else block.place
        made.append([GridCell(text, place), *row])
    return with_rows(block, made)


def _remarked(block: Block) -> Block:
    """A column of words after all others."""
    heads, made = head_rows(block), list[list[GridCell | None]]()
    for index, row in enumerate(rows_of(block)):
        cell = row[0]
        if cell is not None and cell.column_span == len(row):
            made.append([replace(cell, column_span=len(row) + 1), *row[1:], None])
            continue
        text = "Remarks" if index == 0 else "See annex II" if index >= heads and index % 2 else ""
        place = replace(cell.place, column=NEW) if cell else block.place
        made.append([*row, GridCell(text, place)])
    return with_rows(block, made)


def _percent_first(block: Block) -> Block:
    """The change in per cent before the change."""
    total, percent = column_of(block, "Total"), column_of(block, "Percentage")
    if total is None or percent != total + 1:
        return block
    rows = rows_of(block)
    for row in rows:
        if row[total] is not None and row[percent] is not None:
            row[total], row[percent] = row[percent], row[total]
    return with_rows(block, rows)


def columns_laid_out(original: Original, random: Random) -> list[Variant]:
    """Columns that say nothing of a figure, and a percentage before the change."""
    made = []
    for name, form in (
        ("empty columns between", _spaced),
        ("numbers of rows", _counted),
        ("remarks", _remarked),
        ("percentage before the change", _percent_first),
    ):
        blocks = changed(original, lambda b, f=form: f(b) if is_level(b) and head_rows(b) else b)  # type: ignore[misc]
        made.append(variant(original, "columns laid out otherwise", name, blocks))
    return made


PRINTS = (
    signs_of_figures,
    signs_of_nothing,
    other_scale,
    cut_tables,
    heads_laid_out,
    slips_in_heads,
    columns_left_out,
    columns_laid_out,
)

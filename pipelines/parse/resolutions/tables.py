"""Tables of resolutions: staffing, posts by grade, section amounts, the scale of assessments.

What a table is, is told by its heads and by what its columns hold. A column of figures is one most of whose cells
are numbers; words in other columns belong to the row's label. Totals stand below what they sum.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.model.blocks import Block, GridCell
from pipelines.model.facts import Item, Scope, fact_id
from pipelines.model.grades import grade_code, is_grade
from pipelines.model.numbers import looks_like_number, read_number
from pipelines.parse.resolutions.text import ResolutionWords, year_in
from pipelines.parse.tables.parts import place_columns
from pipelines.vocabulary import Vocabulary
from warehouse.schema.declare import Rows

_MONEY = {"usd": "USD", "thousands_usd": "USD"}
_REGULAR = "RB"


@dataclass(frozen=True, slots=True)
class TableContext:
    """Where a table stands: its document, order, the headings and lines above it, the resolution's title."""

    document_id: str
    order: int
    title: str
    above: str
    resolution_title: str
    words: ResolutionWords
    vocabulary: Vocabulary


@dataclass(slots=True)
class _Row:
    number: int
    label: str
    words: str
    cells: dict[int, GridCell]
    place: GridCell
    role: str = "item"
    parent: int | None = None
    total: int | None = None
    level: int = 0
    section: str | None = None


@dataclass(frozen=True, slots=True)
class _Column:
    number: int
    head: str
    is_total: bool
    grade: str | None


@dataclass(slots=True)
class _Table:
    rows: list[_Row]
    columns: list[_Column]
    kind: str = "other"
    unit: str | None = None
    heads: list[str] = field(default_factory=list)


def table_rows(block: Block, context: TableContext) -> Rows:
    """Rows of mart_table, mart_row and mart_cell of one table; a table without figures has no cells."""
    table = _read(block, context)
    _tell_outline(table.rows, context.words)
    year = year_in(context.words, context.title, context.resolution_title)
    table_id = f"{context.document_id}#t{context.order:03d}"
    cells = [cell for row in table.rows for cell in _cells(table, row, table_id, year, context)]
    place = block.place
    return {
        "mart_table": [
            {
                "table_id": table_id,
                "document_id": context.document_id,
                "title": context.title or None,
                "kind": table.kind,
                "unit": table.unit,
                "printed_unit": context.above.strip("()") if context.above else None,
                "order_number": context.order * 10,
                "row_count": len(table.rows),
                "cell_count": len(cells),
                "funding_source_code": _REGULAR if table.kind != "scale_of_assessments" else None,
                "page_number": place.page,
                "line_first": place.line_first,
                "line_last": place.line_last,
                "table_ordinal": _ordinal(block),
            }
        ],
        "mart_row": [_row_record(table_id, context.document_id, row) for row in table.rows],
        "mart_cell": cells,
    }


def _ordinal(block: Block) -> int | None:
    assert block.grid is not None
    return next((cell.place.table_ordinal for row in block.grid.rows for cell in row if cell is not None), None)


# -- reading the grid --------------------------------------------------------------------------------


def _read(block: Block, context: TableContext) -> _Table:
    assert block.grid is not None
    grid = [[(n, cell) for n, cell in enumerate(row) if cell is not None] for row in block.grid.rows]
    heads = block.grid.header_rows if block.grid.header_rows is not None else _head_count(grid)
    body = [row for row in grid[heads:] if any(cell.text.strip() for _, cell in row)]
    columns = _figure_columns(body)
    head_of = {
        n: " ".join(c.text for row in grid[:heads] for m, c in row if m == n and c.text).strip() for n in columns
    }
    table = _Table([], [_column(n, head_of[n], context) for n in columns])
    for number, row in enumerate(body, start=1):
        texts = [" ".join(cell.text.split()) for n, cell in row if n not in columns and cell.text.strip()]
        values = {n: cell for n, cell in row if n in columns and cell.text.strip()}
        table.rows.append(_Row(number, texts[0] if texts else "", " | ".join(texts[1:]), values, row[0][1]))
    table.heads = [" ".join(cell.text.split()) for row in grid[:heads] for _, cell in row if cell.text.strip()]
    table.unit = _unit(table, context)
    table.kind = _kind(table, context)
    return table


def _head_count(grid: Sequence[Sequence[tuple[int, GridCell]]]) -> int:
    """Leading rows of heads: at least one, then those with words in several cells and no figure."""
    count = 1
    for row in grid[1:]:
        texts = [cell.text for _, cell in row if cell.text.strip()]
        if len(texts) < 2 or any(map(_is_figure, texts)):
            break
        count += 1
    return min(count, len(grid))


def _is_figure(text: str) -> bool:
    return read_number(text) is not None


def _figure_columns(body: Sequence[Sequence[tuple[int, GridCell]]]) -> list[int]:
    """Columns whose filled cells are figures for the most part; the first column is that of labels."""
    filled: dict[int, list[str]] = {}
    for row in body:
        for n, cell in row:
            if cell.text.strip():
                filled.setdefault(n, []).append(cell.text)
    return [n for n, texts in sorted(filled.items()) if n and 2 * sum(map(_is_figure, texts)) > len(texts)]


def _column(number: int, head: str, context: TableContext) -> _Column:
    is_total = context.words["total"].fullmatch(head) is not None
    grade = grade_code(head, context.vocabulary) if is_grade(head, context.vocabulary) else None
    return _Column(number, head, is_total, grade)


def _unit(table: _Table, context: TableContext) -> str | None:
    if sum(column.grade is not None for column in table.columns) > 1:
        return "posts"
    printed = [*table.heads, context.above]
    units = ("posts", "percent", "thousands_usd", "usd")
    return next((unit for unit in units if any(context.words[unit].search(text) for text in printed)), None)


def _kind(table: _Table, context: TableContext) -> str:
    if not table.columns:
        return "other"
    if table.unit == "percent":
        return "scale_of_assessments" if len(table.columns) == 1 else "statistics"
    if table.unit == "posts":
        if any(column.grade for column in table.columns):
            return "adopted_posts"
        return "adopted_post_changes" if any(row.words for row in table.rows) else "adopted_staffing"
    sections = sum(_section_code(row.label, "", context.words) is not None for row in table.rows)
    return "adopted_appropriation" if table.unit in _MONEY and 2 * sections >= len(table.rows) / 2 else "statistics"


def _section_code(label: str, heading: str, words: ResolutionWords) -> str | None:
    """Section that a row is about: 10, 29A, or IS1 for an income section."""
    income = words["income_section"].match(label)
    if income is not None:
        return f"IS{income['code']}"
    match = words["section"].match(label)
    if match is None:
        return None
    return f"IS{match['code']}" if words["income_heading"].match(heading) else match["code"].upper()


# -- outline -----------------------------------------------------------------------------------------


def _tell_outline(rows: Sequence[_Row], words: ResolutionWords) -> None:
    """Role, parent and total of each row.

    A subtotal sums what stands since the last heading or total; a total that names a heading, all that is not
    summed yet since that heading; any other total, all that is not summed yet.
    """
    headings: list[_Row] = []
    unsummed: list[_Row] = []
    group_start = 0
    heading = ""
    for row in rows:
        if not row.cells:
            row.role, row.level = "heading", 0
            headings.append(row)
            heading, group_start = row.label, len(unsummed)
            continue
        sums = _sums(row.label, words)
        if sums is None:
            row.parent = headings[-1].number if headings else None
            row.level = 1 if row.parent else 0
            row.section = _section_code(row.label, heading, words)
            unsummed.append(row)
            continue
        role, closes = sums
        closed = _closed(closes, headings)
        if closed is not None:
            members = [one for one in unsummed if one.number > closed.number]
        else:
            members = unsummed[group_start:] if role == "subtotal" else list(unsummed)
        if not members:  # it sums rows that are not printed
            row.parent = headings[-1].number if headings else None
            continue
        row.role = role
        for member in members:
            member.total = row.number
        above = closed or (headings[-1] if headings and row.role == "subtotal" else None)
        row.parent = above.number if above is not None else None
        unsummed = [one for one in unsummed if one not in members]
        unsummed.append(row)
        group_start = len(unsummed)


def _sums(label: str, words: ResolutionWords) -> tuple[str, str] | None:
    """Role of a row that adds up others, and the heading it says it closes; None for other rows."""
    if (match := words["subtotal"].match(label)) is not None:
        return "subtotal", match["closes"]
    if (match := words["total_of"].match(label)) is not None:
        return "subtotal", match["closes"]
    if (match := words["total"].match(label)) is not None:
        return "total", match["closes"]
    return None


def _closed(closes: str, headings: Sequence[_Row]) -> _Row | None:
    """The last heading that a total names, whole or by its beginning: Part II closes "Part II. Political affairs"."""
    named = closes.strip(" ()").casefold()
    if not named:
        return None
    for heading in reversed(headings):
        label = heading.label.casefold()
        if label == named or re.match(rf"{re.escape(named)}(?!\w)", label):
            return heading
    return None


# -- rows --------------------------------------------------------------------------------------------


def _row_record(table_id: str, document_id: str, row: _Row) -> dict[str, Any]:
    place = row.place.place
    return {
        "table_id": table_id,
        "document_id": document_id,
        "row_number": row.number,
        "row_label": row.label,
        "row_role": row.role,
        "parent_row_number": row.parent,
        "total_row_number": row.total,
        "outline_level": row.level,
        "text": row.words or None,
        "page_number": place.page,
        "line_first": place.line_first,
        "line_last": place.line_last,
    }


def _cells(
    table: _Table, row: _Row, table_id: str, year: int | None, context: TableContext
) -> Iterator[dict[str, Any]]:
    total_column = next((column.number for column in table.columns if column.is_total), None)
    several = sum(not column.is_total for column in table.columns) > 1
    for column in table.columns:
        cell = row.cells.get(column.number)
        if cell is None:
            continue
        number = read_number(cell.text)
        if number is None and not looks_like_number(cell.text):
            continue
        measure = "estimate" if (row.section or "").startswith("IS") else _MEASURES.get(table.kind)
        item = _item(table, row, column, context.vocabulary)
        yield {
            "cell_id": f"{table_id}/r{row.number}c{column.number}",
            "table_id": table_id,
            "document_id": context.document_id,
            "table_number": None,
            "table_part": None,
            "row_number": row.number,
            "row_label": row.label,
            "row_role": row.role,
            "parent_row_number": row.parent,
            "total_row_number": row.total,
            "column_number": column.number,
            "column_label": column.head or None,
            "total_column_number": total_column if several and not column.is_total else None,
            "measure": measure,
            "fiscal_year": year if measure else None,
            "printed_text": cell.text,
            "value": number.value if number is not None else None,
            "precision_digits": number.precision_digits if number is not None else None,
            "is_nil": number is not None and number.is_nil,
            "unit": table.unit or "number",
            "funding_source_code": _REGULAR if measure else None,
            "section_code": row.section,
            "entity_code": None,
            "component_code": None,
            "subprogramme_code": None,
            "item_kind": item.kind if item else None,
            "item_code": item.code or None if item else None,
            "fact_id": _fact(table, row, column, item, measure, year),
            **place_columns(cell.place),
            "note_marks": " ".join(cell.notes) or None,
            "superseded_by": None,
        }


_MEASURES = {
    "adopted_staffing": "approved",
    "adopted_posts": "approved",
    "adopted_appropriation": "appropriation",
}


def _item(table: _Table, row: _Row, column: _Column, vocabulary: Vocabulary) -> Item | None:
    if column.grade:
        return Item("grade", column.grade)
    if table.kind == "adopted_staffing" and row.role == "item":
        return Item("grade", grade_code(row.label, vocabulary))
    if table.kind == "adopted_appropriation":
        return Item()
    return None


def _fact(
    table: _Table, row: _Row, column: _Column, item: Item | None, measure: str | None, year: int | None
) -> str | None:
    """The fact that the next fascicle restates: what is appropriated for a section in the budget year.

    One column of amounts states it; where there are several, which is the appropriation is not told.
    """
    amounts = [one for one in table.columns if not one.is_total] or table.columns
    if table.kind != "adopted_appropriation" or row.section is None or item is None or len(amounts) > 1:
        return None
    if measure is None or year is None or column is not amounts[0]:
        return None
    return fact_id(year, row.section, Scope(funding=_REGULAR), item, measure, year, _MONEY[table.unit or "usd"])

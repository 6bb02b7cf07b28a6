"""A grid with its caption becomes a printed table: its kind, rows in outline, and cells with their facts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pipelines.blocks import Block, GridCell, Place
from pipelines.identity import Identity
from pipelines.parse.alignment import columns_of
from pipelines.parse.captions import Caption, is_of_another_budget, office_of, scope_of
from pipelines.parse.columns import TEXT_MEANINGS, Column, Layout, layout_of
from pipelines.parse.facts import Item, Scope, fact_id
from pipelines.parse.kinds import MONEY_KINDS, POSTS_KINDS, WORDS_ONLY, kind_of
from pipelines.parse.numbers import PrintedNumber, is_nil_mark, looks_like_number, read_number
from pipelines.parse.outline import OutlineRow, outline_label, outline_of_listing, outline_of_sums
from pipelines.parse.subjects import Subject, names_of, row_measure, subjects_of
from pipelines.vocabulary import Vocabulary

Rows = dict[str, list[dict[str, Any]]]

MONEY_UNITS = {"thousands_usd": "USD", "thousands_chf": "CHF"}
LISTING_UNIT = re.compile(r"^(?P<words>.*?)\s*[（(](?P<unit>[^()（）]+)[)）]\s*$")
_WORDY_KINDS = frozenset({"other", "performance_measure", "statistics", *WORDS_ONLY})


@dataclass(frozen=True, slots=True)
class TableContext:
    """What the surroundings tell of a table: document, caption, scope of the headings, order, vocabulary.

    ``place`` is "mandates" or "contents" where the headings say that such a list is printed there;
    ``entities`` maps normalised names of the section's entities to their codes, ``named`` those of components and
    subprogrammes printed so far in the entity.
    """

    identity: Identity
    caption: Caption
    scope: Scope
    order: int
    vocabulary: Vocabulary
    place: str = ""
    entities: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a printed table: its rows in the grid, what they are (financial, posts, ...), the part's name."""

    part: str | None
    unit: str | None
    indices: tuple[int, ...]
    is_posts: bool


@dataclass(slots=True)
class Line:
    """One printed row: its label, its values by column, and the words that stand for values."""

    label: str
    indent: int
    values: list[tuple[Column, GridCell]]
    words: list[str]
    cells: list[GridCell]


def parse_table(block: Block, context: TableContext) -> tuple[Rows, Layout, str]:
    """All rows of one printed table: mart_table, mart_row, mart_cell; its layout and kind.

    Summary tables with money over posts become two parts, ``financial`` and ``posts``.
    """
    assert block.grid is not None
    layout = layout_of(block.grid, context.vocabulary)
    kind = kind_of(layout, context.caption, block, context.place, context.vocabulary)
    rows: Rows = {"mart_table": [], "mart_row": [], "mart_cell": []}
    for part_number, section in enumerate(_sections(block, layout, kind, context)):
        _parse_section(block, layout, kind, context, section, part_number, rows)
    return rows, layout, kind


# -- parts of a table ------------------------------------------------------------------------------


def _sections(block: Block, layout: Layout, kind: str, context: TableContext) -> Iterator[Section]:
    """Parts of a table: one, or money and posts where a row heads each."""
    assert block.grid is not None
    body = range(layout.header_rows, len(block.grid.rows))
    caption, vocabulary = context.caption, context.vocabulary
    groups = {i: group for i in body if (group := vocabulary.meaning("row_groups", _label(block, i, layout)))}
    money = _money_unit(caption)
    if kind != "financial_and_posts" and not (groups and kind in MONEY_KINDS):
        is_posts = caption.unit == "posts" or kind in POSTS_KINDS
        yield Section(caption.part, _unit_of_table(kind, caption, is_posts), tuple(body), is_posts)
        return
    current: list[int] = []
    part: str | None = None
    for index in body:
        group = groups.get(index)
        if group and current and part != group:
            yield Section(part, "posts" if part == "posts" else money, tuple(current), part == "posts")
            current = []
        part = group or part
        current.append(index)
    if current:
        yield Section(part or "financial", "posts" if part == "posts" else money, tuple(current), part == "posts")


def _money_unit(caption: Caption) -> str:
    return "thousands_chf" if caption.unit and "chf" in caption.unit else "thousands_usd"


def _unit_of_table(kind: str, caption: Caption, is_posts: bool) -> str | None:
    if kind == "deliverables":
        return "number"
    if kind in {"compliance_rate", "rates"}:
        return caption.unit or "percent"
    if is_posts:
        return "posts"
    if caption.unit and caption.unit.endswith("_and_posts"):
        return _money_unit(caption)
    return caption.unit


def _label(block: Block, index: int, layout: Layout) -> str:
    assert block.grid is not None
    row = block.grid.rows[index]
    words = [cell.text for c in layout.stub_columns if c < len(row) and (cell := row[c]) is not None]
    return " ".join(" ".join(words).split())


# -- rows ------------------------------------------------------------------------------------------


def _lines(block: Block, section: Section, layout: Layout) -> list[Line]:
    """Printed rows of a part. A row without label and values goes on with the words of the row above it."""
    assert block.grid is not None
    lines: list[Line] = []
    for index in section.indices:
        grid_row = block.grid.rows[index]
        printed = [cell for cell in grid_row if cell is not None and cell.text.strip()]
        if not printed:
            continue
        label = _label(block, index, layout)
        values, words = _row_content(grid_row, layout)
        if not label and not values and lines and len(layout.columns) > 1:
            lines[-1].words += words
            lines[-1].cells += printed
            continue
        stub = grid_row[layout.stub_index] if layout.stub_index < len(grid_row) else None
        indents = [
            cell.indent
            for c in layout.stub_columns
            if c < len(grid_row) and (cell := grid_row[c]) and cell.text.strip()
        ]
        indent = max(indents, default=stub.indent if stub else 0)
        lines.append(Line(label, indent, values, words, printed))
    return lines


def _row_content(
    grid_row: Sequence[GridCell | None], layout: Layout
) -> tuple[list[tuple[Column, GridCell]], list[str]]:
    """Values of a row with their columns, and its words. A value under no head keeps a column without a label."""
    values: list[tuple[Column, GridCell]] = []
    words: list[str] = []
    printed = [
        (index, cell)
        for index, cell in enumerate(grid_row)
        if cell is not None and cell.text.strip() and index not in layout.stub_columns
    ]
    for (index, cell), column in zip(printed, columns_of(printed, layout.columns), strict=True):
        is_number = read_number(cell.text) is not None
        if column is not None and column.meaning in TEXT_MEANINGS:
            words.append(cell.text)
            continue
        if not is_number:
            words.append(cell.text)
        if column is None and not is_number:
            continue
        column = column or Column(index, "", None, None, None, (index,))
        values += [(column, one) for one in _lines_of(cell, column)]
    return values, words


def _lines_of(cell: GridCell, column: Column) -> list[GridCell]:
    """The values of a cell that prints several below one another, one per line; else the cell itself."""
    lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
    if column.meaning == "posts_change" and len(lines) > 1 and all(read_number(line) for line in lines):
        return [replace(cell, text=line) for line in lines]
    return [cell]


def _parse_section(
    block: Block,
    layout: Layout,
    kind: str,
    context: TableContext,
    section: Section,
    part_number: int,
    rows: Rows,
) -> None:
    identity, caption, vocabulary = context.identity, context.caption, context.vocabulary
    scope = scope_of(caption, context.scope, vocabulary, context.named)
    if not scope.funding and (kind in MONEY_KINDS or section.is_posts) and kind != "resources_by_funding_source":
        scope = scope.with_(funding=_default_funding(layout, identity))
    if (
        kind == "posts_by_staff_category"
        and (office := office_of(caption, scope, context.entities, vocabulary)) is not None
    ):
        scope = scope.with_(component=office)
    table_id = f"{identity.document_id}#t{context.order:03d}" + (f".{section.part}" if section.part else "")
    lines = _lines(block, section, layout)
    outline = [
        OutlineRow(
            number,
            outline_label(line.label, vocabulary),
            _has_values(kind, line),
            line.indent,
            printed=line.label,
            figures=_figures_of(line, vocabulary),
        )
        for number, line in enumerate(lines, start=1)
    ]
    records = [_row_record(table_id, identity, line, row) for line, row in zip(lines, outline, strict=True)]
    if kind == "deliverables":
        outline_of_listing(outline)
    else:
        value_columns = sum(1 for column in layout.columns if column.meaning not in TEXT_MEANINGS)
        for row in outline:
            is_stray = not row.label and len(row.figures) < min(2, value_columns - 1)
            row.is_apart = is_stray or (
                kind == "posts_by_staff_category" and row_measure(row.label, vocabulary)[0] is not None
            )
        outline_of_sums(outline, vocabulary)
    for record, row in zip(records, outline, strict=True):
        record.update(
            row_role=row.role, parent_row_number=row.parent, total_row_number=row.total, outline_level=row.level
        )
    subjects = subjects_of(kind, outline, scope, section.is_posts, context.entities, identity.section_code, vocabulary)
    if kind == "financial_by_component":
        rows["named"] = names_of(outline, subjects)
    cells = _cells(table_id, kind, context, section, outline, subjects, lines)
    rows["mart_row"].extend(records)
    rows["mart_cell"].extend(cells)
    place = block.place
    rows["mart_table"].append(
        {
            "table_id": table_id,
            "document_id": identity.document_id,
            "table_number": caption.number,
            "table_part": section.part,
            "title": caption.title or None,
            "kind": kind,
            "unit": section.unit,
            "printed_unit": caption.printed_unit or None,
            "order_number": context.order * 10 + part_number,
            "row_count": len(outline),
            "cell_count": len(cells),
            "section_code": identity.section_code,
            "entity_code": scope.entity or None,
            "component_code": scope.component or None,
            "subprogramme_code": scope.subprogramme or None,
            "funding_source_code": scope.funding or None,
            "page_number": place.page,
            "line_first": place.line_first,
            "line_last": place.line_last,
            "table_ordinal": place.table_ordinal,
        }
    )


def _figures_of(line: Line, vocabulary: Vocabulary) -> dict[int, PrintedNumber]:
    """Figures of a row that totals sum, by column."""
    return {
        column.index: number
        for column, cell in line.values
        if column.measure != "percent_change" and (number := read_number(cell.text, vocabulary.decimal)) is not None
    }


def _default_funding(layout: Layout, identity: Identity) -> str:
    """Source of funding of a table that names none: the regular budget, unless its base year is an estimate,
    for what the Assembly decides on is approved or appropriated."""
    base = {c.measure for c in layout.columns if c.year and identity.edition_year and c.year < identity.edition_year}
    return "" if "estimate" in base and not base & {"approved", "appropriation"} else "RB"


def _has_values(kind: str, line: Line) -> bool:
    """True when a row prints values; in tables of figures words alone make a heading with a remark."""
    if kind in _WORDY_KINDS:
        return bool(line.values)
    return any(read_number(cell.text) is not None or looks_like_number(cell.text) for _, cell in line.values)


def _row_record(table_id: str, identity: Identity, line: Line, row: OutlineRow) -> dict[str, Any]:
    places = [cell.place for cell in line.cells]
    firsts = [p.line_first for p in places if p.line_first]
    lasts = [p.line_last for p in places if p.line_last]
    return {
        "table_id": table_id,
        "document_id": identity.document_id,
        "row_number": row.number,
        "row_label": row.printed,
        "row_role": "item",
        "text": " | ".join(line.words) or None,
        "page_number": next((p.page for p in places if p.page), None),
        "line_first": min(firsts) if firsts else None,
        "line_last": max(lasts) if lasts else None,
    }


# -- cells -----------------------------------------------------------------------------------------


def _cells(
    table_id: str,
    kind: str,
    context: TableContext,
    section: Section,
    outline: Sequence[OutlineRow],
    subjects: Sequence[Subject],
    lines: Sequence[Line],
) -> list[dict[str, Any]]:
    if kind in WORDS_ONLY:
        return []
    precisions: dict[str, int] = {}
    read: list[tuple[OutlineRow, Column, GridCell, PrintedNumber | None]] = []
    for row, line in zip(outline, lines, strict=True):
        for column, cell in line.values:
            number = read_number(cell.text, context.vocabulary.decimal)
            if number is None and (kind in _WORDY_KINDS or not looks_like_number(cell.text)):
                continue
            group = "percent" if column.measure == "percent_change" else "amount"
            if number is not None and not number.is_nil:
                precisions[group] = max(precisions.get(group, 0), number.precision_digits)
            read.append((row, column, cell, number))
    cells = [
        _cell(table_id, kind, context, section, row, subjects[row.number - 1], column, cell, number, precisions)
        for row, column, cell, number in read
    ]
    taken: Counter[str] = Counter()
    for cell_row in cells:
        taken[cell_row["cell_id"]] += 1
        if taken[cell_row["cell_id"]] > 1:
            cell_row["cell_id"] += f".{taken[cell_row['cell_id']]}"
    return cells


def _cell(
    table_id: str,
    kind: str,
    context: TableContext,
    section: Section,
    row: OutlineRow,
    subject: Subject,
    column: Column,
    cell: GridCell,
    number: PrintedNumber | None,
    precisions: Mapping[str, int],
) -> dict[str, Any]:
    identity, caption = context.identity, context.caption
    unit = _unit_of(section, column)
    measure = column.measure or subject.measure
    year = column.year or subject.year or (identity.edition_year if measure else None)
    measure = _posts_measure(kind, unit, measure, year, identity)
    item = _item(subject, column)
    scope = subject.scope.with_(funding=column.funding) if column.funding else subject.scope
    precision = None
    if number is not None:
        precision = (
            precisions.get("percent" if unit == "percent" else "amount", 0)
            if number.is_nil
            else number.precision_digits
        )
    return {
        "cell_id": f"{table_id}/r{row.number}c{column.index}",
        "table_id": table_id,
        "document_id": identity.document_id,
        "table_number": caption.number,
        "table_part": section.part,
        "row_number": row.number,
        "row_label": row.printed,
        "row_role": row.role,
        "parent_row_number": row.parent,
        "total_row_number": row.total,
        "column_number": column.index,
        "column_label": column.label,
        "measure": measure,
        "fiscal_year": year,
        "printed_text": cell.text.strip(),
        "value": number.value if number else None,
        "former_value": number.former if number else None,
        "precision_digits": precision,
        "is_nil": bool(number and number.is_nil),
        "unit": unit,
        "funding_source_code": scope.funding or None,
        "section_code": None if subject.section == "*" else subject.section or identity.section_code,
        "entity_code": scope.entity or None,
        "component_code": scope.component or None,
        "subprogramme_code": scope.subprogramme or None,
        "item_kind": item.kind if item else None,
        "item_code": (item.code or None) if item else None,
        "fact_id": _fact(context, section, scope, item, measure, year, unit, subject),
        **_place(cell.place),
        "note_marks": " ".join(cell.notes) or None,
    }


def _item(subject: Subject, column: Column) -> Item | None:
    """The item of a cell: the row's, narrowed by a head that names a grade, a staff category or an amount."""
    if not column.label:
        return None  # under no head: nothing tells what it is
    if subject.item is None or subject.item.kind != "total":
        return subject.item
    if column.item:
        return Item(*column.item)
    if column.is_sum and column.group:
        return Item("category", column.group)
    return subject.item


def _place(place: Place) -> dict[str, Any]:
    return {
        "page_number": place.page,
        "line_first": place.line_first,
        "line_last": place.line_last,
        "table_ordinal": place.table_ordinal,
        "cell_row": place.row,
        "cell_column": place.column,
        "box_text": " ".join(f"{v:.1f}" for v in place.box) if place.box else None,
    }


def _unit_of(section: Section, column: Column) -> str | None:
    if column.measure == "percent_change":
        return "percent"
    if column.unit == "posts" or column.meaning in {"posts_change", "number"}:
        return "posts" if section.unit in {"posts", None} or column.unit == "posts" else section.unit
    if column.unit == "money" and section.unit == "posts":
        return "thousands_usd"
    return section.unit


def _posts_measure(
    kind: str, unit: str | None, measure: str | None, year: int | None, identity: Identity
) -> str | None:
    """Measure of a column; posts are approved and proposed where the heads, shared with money, say otherwise."""
    if unit != "posts" or kind == "posts_and_changes":
        return measure
    if measure == "appropriation":
        return "approved"
    if measure == "estimate" and year == identity.edition_year:
        return "proposed"
    return measure


def _fact(
    context: TableContext,
    section: Section,
    scope: Scope,
    item: Item | None,
    measure: str | None,
    year: int | None,
    unit: str | None,
    subject: Subject,
) -> str | None:
    if item is None or measure is None or not scope.funding or unit is None:
        return None
    if is_of_another_budget(context.caption, context.vocabulary):
        return None
    base = _base_unit(section.unit if unit == "percent" else unit)
    if base is None:
        return None
    code = context.identity.section_code if subject.section is None else subject.section
    base = f"percent_{base}" if unit == "percent" else base
    return fact_id(context.identity.edition_year, code, scope, item, measure, year, base)


def _base_unit(unit: str | None) -> str | None:
    return "posts" if unit == "posts" else MONEY_UNITS.get(unit or "")


def listing_unit(label: str) -> tuple[str, str | None]:
    """A subcategory's words and the unit printed after them in brackets."""
    match = LISTING_UNIT.match(label)
    return (match["words"], match["unit"]) if match else (label, None)


def is_value(text: str) -> bool:
    """True for a printed number or nil."""
    return is_nil_mark(text) or read_number(text) is not None


__all__ = ["MONEY_UNITS", "Rows", "TableContext", "listing_unit", "parse_table"]

"""A grid with its caption becomes a printed table: its kind, rows in outline, and cells with their facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines.blocks import Block, GridCell, Place
from pipelines.identity import Identity
from pipelines.parse.captions import Caption, scope_of, title_has
from pipelines.parse.columns import Column, Layout, layout_of
from pipelines.parse.facts import Item, Scope, fact_id
from pipelines.parse.numbers import PrintedNumber, is_nil_mark, looks_like_number, read_number
from pipelines.parse.outline import OutlineRow, outline_of_listing, outline_of_sums
from pipelines.vocabulary import Vocabulary, normalised

Rows = dict[str, list[dict[str, Any]]]

MONEY_UNITS = {"thousands_usd": "USD", "thousands_chf": "CHF"}
LISTING_UNIT = re.compile(r"^(?P<words>.*?)\s*[（(](?P<unit>[^()（）]+)[)）]\s*$")


@dataclass(frozen=True, slots=True)
class TableContext:
    """What the surroundings tell of a table: document, caption, scope of the headings, order, vocabulary."""

    identity: Identity
    caption: Caption
    scope: Scope
    order: int
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a printed table: its rows in the grid, what they are (financial, posts, ...), the part's name."""

    part: str | None
    unit: str | None
    indices: tuple[int, ...]
    is_posts: bool


def kind_of(layout: Layout, context: TableContext, block: Block) -> str:
    """What a table is, told by its heads first and by its caption's wording where heads do not tell."""
    caption, vocabulary = context.caption, context.vocabulary
    if block.style == "mandates":
        return "mandates"
    stub = layout.stub_meaning
    if stub == "recommendation":
        return "recommendations"
    if stub == "deliverable":
        return "deliverables"
    if {"number", "details"} <= layout.meanings:
        return "posts_and_changes"
    if stub == "object":
        return "financial_by_object"
    if stub == "grade":
        return "posts_by_grade"
    if stub == "component":
        return "posts_by_component" if caption.unit == "posts" else "financial_by_component"
    if title_has(caption, vocabulary, "financial_and_posts"):
        return "financial_and_posts"
    if layout.columns and layout.measures <= {"planned", "actual"} and layout.measures:
        return "compliance_rate" if _has_figures(block, layout) else "performance_measure"
    return "other"


def _has_figures(block: Block, layout: Layout) -> bool:
    assert block.grid is not None
    values = [
        cell.text
        for row in block.grid.rows[layout.header_rows :]
        for column in layout.columns
        if column.index < len(row) and (cell := row[column.index]) is not None and cell.text.strip()
    ]
    figures = sum(read_number(v) is not None for v in values)
    labels = any(
        (cell := row[layout.stub_index]) is not None and cell.text.strip()
        for row in block.grid.rows[layout.header_rows :]
    )
    return labels and bool(values) and figures >= 0.8 * len(values)


def parse_table(block: Block, context: TableContext) -> tuple[Rows, Layout, str]:
    """All rows of one printed table: mart_table, mart_row, mart_cell; its layout and kind.

    Summary tables with money over posts become two parts, ``financial`` and ``posts``.
    """
    assert block.grid is not None
    layout = layout_of(block.grid, context.vocabulary)
    kind = kind_of(layout, context, block)
    rows: Rows = {"mart_table": [], "mart_row": [], "mart_cell": []}
    for part_number, section in enumerate(_sections(block, layout, kind, context)):
        _parse_section(block, layout, kind, context, section, part_number, rows)
    return rows, layout, kind


def _sections(block: Block, layout: Layout, kind: str, context: TableContext) -> Iterator[Section]:
    assert block.grid is not None
    body = range(layout.header_rows, len(block.grid.rows))
    caption = context.caption
    if kind != "financial_and_posts":
        is_posts = caption.unit == "posts" or kind in {"posts_by_grade", "posts_by_component", "posts_and_changes"}
        unit = caption.unit
        if kind == "deliverables":
            unit = "number"
        elif kind == "compliance_rate":
            unit = caption.unit or "percent"
        elif is_posts:
            unit = "posts"
        yield Section(caption.part, unit, tuple(body), is_posts)
        return
    current: list[int] = []
    part: str | None = None
    money = "thousands_chf" if caption.unit and "chf" in caption.unit else "thousands_usd"
    for index in body:
        group = context.vocabulary.meaning("row_groups", _label(block, index, layout))
        if group and current and part != group:
            yield Section(part, money if part != "posts" else "posts", tuple(current), part == "posts")
            current = []
        part = group or part
        current.append(index)
    if current:
        yield Section(part or "financial", money if part != "posts" else "posts", tuple(current), part == "posts")


def _label(block: Block, index: int, layout: Layout) -> str:
    assert block.grid is not None
    cell = block.grid.rows[index][layout.stub_index] if layout.stub_index < len(block.grid.rows[index]) else None
    return cell.text.strip() if cell else ""


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
    assert block.grid is not None
    scope = scope_of(caption, context.scope, vocabulary)
    if not scope.funding:
        scope = scope.with_(funding="RB" if kind.startswith(("financial", "posts")) else "")
    table_id = f"{identity.document_id}#t{context.order:03d}" + (f".{section.part}" if section.part else "")
    outline: list[OutlineRow] = []
    cells_of: list[list[tuple[Column, GridCell]]] = []
    for index in section.indices:
        grid_row = block.grid.rows[index]
        if all(c is None or not c.text.strip() for c in grid_row):
            continue
        label_cell = grid_row[layout.stub_index] if layout.stub_index < len(grid_row) else None
        label = " ".join((label_cell.text if label_cell else "").split())
        values = [
            (column, cell)
            for column in layout.columns
            if column.index < len(grid_row) and (cell := grid_row[column.index]) is not None and cell.text.strip()
        ]
        outline.append(OutlineRow(len(outline) + 1, label, bool(values), label_cell.indent if label_cell else 0))
        cells_of.append(values)
        _row_record(rows, table_id, identity, grid_row, outline[-1])
    if kind == "deliverables":
        outline_of_listing(outline)
    else:
        outline_of_sums(outline, vocabulary)
    records = rows["mart_row"][-len(outline) :] if outline else []
    for record, row in zip(records, outline, strict=True):
        record.update(
            row_role=row.role, parent_row_number=row.parent, total_row_number=row.total, outline_level=row.level
        )
    cells = _cells(table_id, kind, context, section, scope, outline, cells_of)
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


def _row_record(
    rows: Rows, table_id: str, identity: Identity, grid_row: Sequence[GridCell | None], row: OutlineRow
) -> None:
    places = [c.place for c in grid_row if c is not None and c.text.strip()]
    firsts = [p.line_first for p in places if p.line_first]
    lasts = [p.line_last for p in places if p.line_last]
    words = [c.text for c in grid_row[1:] if c is not None and c.text.strip() and read_number(c.text) is None]
    rows["mart_row"].append(
        {
            "table_id": table_id,
            "document_id": identity.document_id,
            "row_number": row.number,
            "row_label": row.label,
            "row_role": "item",
            "text": " | ".join(words) or None,
            "page_number": next((p.page for p in places if p.page), None),
            "line_first": min(firsts) if firsts else None,
            "line_last": max(lasts) if lasts else None,
        }
    )


# -- cells -----------------------------------------------------------------------------------------


def _cells(
    table_id: str,
    kind: str,
    context: TableContext,
    section: Section,
    scope: Scope,
    outline: Sequence[OutlineRow],
    cells_of: Sequence[Sequence[tuple[Column, GridCell]]],
) -> list[dict[str, Any]]:
    identity, caption = context.identity, context.caption
    subjects = list(_subjects(kind, outline, scope, context, section))
    precisions: dict[str, int] = {}
    read: list[tuple[OutlineRow, Column, GridCell, PrintedNumber | None]] = []
    for row, values in zip(outline, cells_of, strict=True):
        for column, cell in values:
            number = read_number(cell.text)
            if number is None and not _should_be_number(kind, column, cell):
                continue
            group = "percent" if column.measure == "percent_change" else "amount"
            if number is not None and not number.is_nil:
                precisions[group] = max(precisions.get(group, 0), number.precision_digits)
            read.append((row, column, cell, number))
    cells: list[dict[str, Any]] = []
    for row, column, cell, number in read:
        row_scope, item, _ = subjects[row.number - 1]
        unit = _unit_of(kind, section, column, row)
        measure = _measure_of(kind, section, column, identity)
        year = column.year or (identity.edition_year if measure else None)
        group = "percent" if unit == "percent" else "amount"
        precision = None
        if number is not None:
            precision = precisions.get(group, 0) if number.is_nil else number.precision_digits
        cells.append(
            {
                "cell_id": f"{table_id}/r{row.number}c{column.index}",
                "table_id": table_id,
                "document_id": identity.document_id,
                "table_number": caption.number,
                "table_part": section.part,
                "row_number": row.number,
                "row_label": row.label,
                "row_role": row.role,
                "parent_row_number": row.parent,
                "total_row_number": row.total,
                "column_number": column.index,
                "column_label": column.label,
                "measure": measure,
                "fiscal_year": year,
                "printed_text": cell.text.strip(),
                "value": number.value if number else None,
                "precision_digits": precision,
                "is_nil": bool(number and number.is_nil),
                "unit": unit,
                "funding_source_code": row_scope.funding or None,
                "section_code": identity.section_code,
                "entity_code": row_scope.entity or None,
                "component_code": row_scope.component or None,
                "subprogramme_code": row_scope.subprogramme or None,
                "item_kind": item.kind if item else None,
                "item_code": (item.code or None) if item else None,
                "fact_id": _fact(kind, identity, row_scope, item, measure, year, unit, section),
                **_place(cell.place),
                "note_marks": " ".join(cell.notes) or None,
            }
        )
    return cells


def _should_be_number(kind: str, column: Column, cell: GridCell) -> bool:
    """True when words stand where the table prints figures: kept as an unreadable value, never dropped."""
    if kind in {"other", "mandates", "recommendations", "performance_measure"} or column.meaning in {
        "details",
        "reply",
    }:
        return False
    return looks_like_number(cell.text)


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


def _unit_of(kind: str, section: Section, column: Column, row: OutlineRow) -> str | None:
    if column.measure == "percent_change":
        return "percent"
    return section.unit


def _measure_of(kind: str, section: Section, column: Column, identity: Identity) -> str | None:
    """Measure of a column; posts are approved and proposed where the heads, shared with money, say otherwise."""
    measure = column.measure
    if not section.is_posts or kind == "posts_and_changes":
        return measure
    if measure == "appropriation":
        return "approved"
    if measure == "estimate" and column.year == identity.edition_year:
        return "proposed"
    return measure


def _fact(
    kind: str,
    identity: Identity,
    scope: Scope,
    item: Item | None,
    measure: str | None,
    year: int | None,
    unit: str | None,
    section: Section,
) -> str | None:
    if item is None or measure is None or not scope.funding or unit is None:
        return None
    base = "posts" if section.is_posts else MONEY_UNITS.get(section.unit or "")
    if base is None:
        return None
    return fact_id(
        identity.edition_year,
        identity.section_code,
        scope,
        item,
        measure,
        year,
        f"percent_{base}" if unit == "percent" else base,
    )


def _subjects(
    kind: str, outline: Sequence[OutlineRow], scope: Scope, context: TableContext, section: Section
) -> Iterator[tuple[Scope, Item | None, None]]:
    """What each row is about: its scope and item; None where a row is about no known fact."""
    if kind in {"financial_by_component", "posts_by_component"}:
        yield from ((s, i, None) for s, i in _component_subjects(outline, scope, context.vocabulary))
        return
    categories = context.vocabulary
    for row in outline:
        item: Item | None = None
        if row.role == "heading" or kind == "deliverables":
            item = None
        elif row.role == "total":
            item = Item()
        elif kind == "financial_by_object" or (kind == "financial_and_posts" and not section.is_posts):
            code = categories.meaning("objects", row.words)
            item = Item("object", code or normalised(row.words)) if row.role == "item" else None
        elif kind == "posts_by_grade":
            item = _grade_item(row, outline, categories)
        elif kind == "financial_and_posts":
            code = categories.meaning("post_categories", row.words)
            item = Item("category", code or normalised(row.words))
        elif kind == "compliance_rate":
            item = Item("rate", normalised(row.words))
        yield scope, item, None


def _grade_item(row: OutlineRow, outline: Sequence[OutlineRow], vocabulary: Vocabulary) -> Item | None:
    if row.role == "subtotal":
        heading = next((r for r in outline if r.number == row.parent), None)
        code = vocabulary.meaning("post_categories", heading.label) if heading else None
        return Item("category", code or normalised(heading.label)) if heading else None
    return Item("grade", grade_code(row.words, vocabulary))


def grade_code(label: str, vocabulary: Vocabulary) -> str:
    """A grade in its standard form: USG, P-5, GS (OL); words as printed when it is none of these."""
    known = vocabulary.meaning("grades", label)
    if known:
        return known
    text = " ".join(label.replace("‑", "-").split())
    spaced = re.sub(r"^([A-Z]+)\s*\(", r"\1 (", text)
    return "P-2/1" if spaced in {"P-2", "P-1", "P-1/2"} else spaced


def component_code(label: str, vocabulary: Vocabulary) -> str:
    """Code of a component: from the vocabulary, else its label in lower case with underscores."""
    known = vocabulary.meaning("components", label)
    return known or re.sub(r"\W+", "_", label.casefold()).strip("_")


def _component_subjects(
    outline: Sequence[OutlineRow], scope: Scope, vocabulary: Vocabulary
) -> Iterator[tuple[Scope, Item | None]]:
    current = ""
    whole = Scope(entity=scope.entity, funding=scope.funding)
    for row in outline:
        if row.letter or (row.role in {"heading", "item"} and row.ordinal is None):
            current = component_code(row.words, vocabulary)
        if row.role == "heading":
            yield whole, None
        elif row.role == "item" and row.ordinal is not None and row.parent is not None:
            yield replace(whole, component=current, subprogramme=row.ordinal), Item()
        elif row.role == "item":
            yield replace(whole, component=current), Item()
        elif row.role == "subtotal" and row.closes_letter:
            letter = next((r for r in outline if r.letter == row.closes_letter), None)
            yield replace(whole, component=component_code(letter.words, vocabulary) if letter else current), Item()
        elif row.is_grand_total:
            yield replace(whole, funding="ALL"), Item()
        else:
            yield whole, Item()


def listing_unit(label: str) -> tuple[str, str | None]:
    """A subcategory's words and the unit printed after them in brackets."""
    match = LISTING_UNIT.match(label)
    return (match["words"], match["unit"]) if match else (label, None)


def is_value(text: str) -> bool:
    """True for a printed number or nil."""
    return is_nil_mark(text) or read_number(text) is not None

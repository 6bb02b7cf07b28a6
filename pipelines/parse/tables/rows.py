"""A grid with its caption becomes a printed table: its kind, rows in outline, and cells with their facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pipelines.model.blocks import Block, GridCell
from pipelines.model.facts import Scope
from pipelines.model.heads import year_pattern
from pipelines.model.numbers import PrintedNumber, looks_like_number, read_number
from pipelines.parse.grid.captions import Caption
from pipelines.parse.grid.columns import TEXT_MEANINGS, Column, Layout, columns_of, printed_cells
from pipelines.parse.grid.kinds import MONEY_KINDS, POSTS_KINDS, WORDY_KINDS, kind_of
from pipelines.parse.grid.layout import layout_of
from pipelines.parse.grid.outline import (
    OutlineRow,
    is_named,
    is_within,
    outline_label,
    outline_of_listing,
    outline_of_sums,
)
from pipelines.parse.grid.row_labels import with_whole_labels
from pipelines.parse.scope.basis import basis_of_title, with_groups
from pipelines.parse.scope.components import component_subjects, group_names
from pipelines.parse.scope.subjects import Subject, names_of, row_measure, subjects_of
from pipelines.parse.scope.titles import office_of, scope_of
from pipelines.parse.tables.cells import cells_of
from pipelines.parse.tables.formulas import column_formulas
from pipelines.parse.tables.parts import Line, Section, TableContext
from pipelines.parse.tables.unnamed import leave_out, unnamed_rows
from pipelines.symbols.identity import Identity
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows

_LISTING_UNIT = re.compile(r"^(?P<words>.*?)\s*[（(](?P<unit>[^()（）]+)[)）]\s*$")


def parse_table(block: Block, context: TableContext) -> tuple[Rows, Layout, str]:
    """All rows of one printed table: mart_table, mart_row, mart_cell; its layout and kind.

    Summary tables with money over posts become two parts, ``financial`` and ``posts``.
    """
    assert block.grid is not None
    layout = layout_of(block.grid, context.vocabulary)
    kind = kind_of(layout, context.caption, block, context.place, context.vocabulary, context.sibling_kind)
    if kind in MONEY_KINDS or kind in POSTS_KINDS:
        names, vocabulary = context.names_known, context.vocabulary
        block = with_whole_labels(
            block, layout, lambda label: is_named(label, vocabulary) or normalised(label) in names
        )
        assert block.grid is not None
    rows: Rows = {"mart_table": [], "mart_row": [], "mart_cell": []}
    for part_number, section in enumerate(_sections(block, layout, kind, context)):
        _parse_section(block, layout, kind, context, section, part_number, rows)
    formulas = [
        row
        for table in rows["mart_table"]
        for row in column_formulas(block.grid, layout, table["table_id"], context.identity.document_id)
    ]
    if formulas:
        rows["mart_column_formula"] = formulas
    return rows, layout, kind


# -- parts of a table ------------------------------------------------------------------------------


def _sections(block: Block, layout: Layout, kind: str, context: TableContext) -> Iterator[Section]:
    """Parts of a table: one, or money and posts where a row heads each."""
    assert block.grid is not None
    body = range(layout.header_rows, len(block.grid.rows))
    caption, vocabulary = context.caption, context.vocabulary
    groups = {i: group for i in body if (group := _row_group(block, i, layout, vocabulary))}
    if kind == "financial_and_posts" and len(set(groups.values())) < 2:
        groups = _groups_by_figures(block, layout, vocabulary) or groups
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


def _row_group(block: Block, index: int, layout: Layout, vocabulary: Vocabulary) -> str | None:
    return vocabulary.meaning("row_groups", outline_label(_label(block, index, layout), vocabulary))


def _groups_by_figures(block: Block, layout: Layout, vocabulary: Vocabulary) -> dict[int, str]:
    """The two groups of a table of money over posts, where words do not tell them: each is opened by a row without
    figures, money is printed with decimals and posts without. Empty where figures tell no such groups.
    """
    assert block.grid is not None
    opened: list[int] = []
    figures: dict[int, list[int]] = {}
    for index in range(layout.header_rows, len(block.grid.rows)):
        values, words = _row_content(block.grid.rows[index], layout)
        numbers = [
            number
            for column, cell in values
            if column.measure != "percent_change" and (number := read_number(cell.text, vocabulary.decimal))
        ]
        if not values and not words and _label(block, index, layout):
            opened.append(index)
        elif opened:
            figures.setdefault(opened[-1], []).extend(n.precision_digits for n in numbers if not n.is_nil)
    if len(opened) != 2 or not all(figures.get(index) for index in opened):
        return {}
    money, posts = (figures[index] for index in opened)
    is_money = 2 * sum(1 for digits in money if digits) > len(money)
    # a column of percentages whose head is not known has decimals among posts too
    is_posts = 4 * sum(1 for digits in posts if digits) <= len(posts)
    return {opened[0]: "financial", opened[1]: "posts"} if is_money and is_posts else {}


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
    over = row[0] if row and layout.stub_index else None
    if over is not None and over.column_span > layout.stub_index:
        words.insert(0, over.text)  # a heading over the whole row begins before the labels
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
    printed = printed_cells(grid_row, layout.stub_columns)
    for (index, cell), column in zip(printed, columns_of(printed, layout.columns, layout.places), strict=True):
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
    if column.meaning != "posts_change" or "\n" not in cell.text:
        return [cell]
    lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
    if len(lines) > 1 and all(read_number(line) for line in lines):
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
    is_funding_told = bool(scope.funding)
    basis = basis_of_title(caption.title, context.siblings, vocabulary)
    scope = scope.with_(basis=context.headings_basis if basis is None else basis)
    # where a source is named in words that are not known, only the first of several is told: the regular budget
    is_told = not caption.printed_funding or caption.part == "1"
    has_source = kind in MONEY_KINDS or section.is_posts
    if is_told and not scope.funding and has_source and kind != "resources_by_funding_source":
        scope = scope.with_(funding=_default_funding(layout, identity, vocabulary))
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
            is_state = kind == "posts_by_staff_category" and row_measure(row.label, vocabulary)[0] is not None
            row.is_apart = is_stray or is_state or is_within(row.label, vocabulary)
        outline_of_sums(outline, vocabulary, context.totals)
    for record, row in zip(records, outline, strict=True):
        record.update(
            row_role=row.role, parent_row_number=row.parent, total_row_number=row.total, outline_level=row.level
        )
    subjects = _subjects(kind, outline, scope, section, context)
    subjects = with_groups(subjects, outline, is_funding_told, vocabulary)
    # part of the item above, which nothing names: neither that item nor one of its own
    subjects = [
        replace(subject, item=None) if is_within(row.label, vocabulary) else subject
        for row, subject in zip(outline, subjects, strict=True)
    ]
    # a report on many sections names parts of the budget and missions in words of its own
    is_fascicle = identity.section_code is not None
    unnamed = unnamed_rows(kind, layout, outline, context.names_known, vocabulary) if is_fascicle else []
    if kind == "financial_by_component":
        for name, component, subprogramme in names_of(outline, subjects):
            if all(normalised(row.words) != name for row in unnamed):
                context.named.add(name, component, subprogramme)
        for name, code in group_names(outline, context.headings):
            context.named.add(name, code, "", is_group=True)
    cells = cells_of(table_id, kind, context, section, outline, subjects, lines)
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
    if doubts := leave_out(rows["mart_table"][-1], cells, unnamed):
        rows.setdefault("mart_doubt", []).extend(doubts)


def _subjects(
    kind: str, outline: Sequence[OutlineRow], scope: Scope, section: Section, context: TableContext
) -> list[Subject]:
    if kind in {"financial_by_component", "posts_by_component"}:
        return component_subjects(outline, scope, context.headings, context.vocabulary)
    own = context.identity.section_code
    return subjects_of(kind, outline, scope, section.is_posts, context.entities, own, context.vocabulary)


def _figures_of(line: Line, vocabulary: Vocabulary) -> dict[int, PrintedNumber]:
    """Figures of a row that totals sum, by column."""
    return {
        column.index: number
        for column, cell in line.values
        if column.measure != "percent_change" and (number := read_number(cell.text, vocabulary.decimal)) is not None
    }


def _default_funding(layout: Layout, identity: Identity, vocabulary: Vocabulary) -> str:
    """Source of funding of a table that names none: the regular budget, unless its base year is an estimate,
    for what the Assembly decides on is approved or appropriated. A head that is not known is that of an estimate
    where the year proposed has the same words.
    """
    edition = identity.edition_year or 0
    base = [column for column in layout.columns if column.year and column.year < edition]
    measures = {column.measure for column in base}
    if "estimate" in measures and not measures & {"approved", "appropriation"}:
        return ""
    unknown = {_head_words(column, layout, vocabulary) for column in base if not column.measure}
    proposed = {_head_words(column, layout, vocabulary) for column in layout.columns if column.year == edition}
    return "" if identity.section_code and (unknown & proposed) - {""} else "RB"


def _head_words(column: Column, layout: Layout, vocabulary: Vocabulary) -> str:
    """Words of the lowest head of a column without its year, as they are matched."""
    stack = layout.heads[column.index] if column.index < len(layout.heads) else ()
    return year_pattern(vocabulary).sub("", normalised(stack[-1])) if stack and not column.meaning else ""


def _has_values(kind: str, line: Line) -> bool:
    """True when a row prints values; in tables of figures words alone make a heading with a remark."""
    if kind in WORDY_KINDS:
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


def listing_unit(label: str) -> tuple[str, str | None]:
    """A subcategory's words and the unit printed after them in brackets."""
    match = _LISTING_UNIT.match(label)
    return (match["words"], match["unit"]) if match else (label, None)

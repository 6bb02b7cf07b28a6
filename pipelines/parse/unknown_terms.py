"""Fixed terms that a printed table has and the vocabulary lacks: heads, units, objects, grades, groups of rows.

Only places where fascicles print nothing but fixed terms are looked at: names of subprogrammes, of organs or of
deliverables are a document's own, and no vocabulary knows them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipelines.model.blocks import Block, Grid, Place
from pipelines.model.grades import is_grade
from pipelines.model.numbers import looks_like_number
from pipelines.parse.grid.captions import Caption
from pipelines.parse.grid.columns import Column, Layout, is_known_head
from pipelines.parse.grid.kinds import MONEY_KINDS, POSTS_KINDS
from pipelines.parse.grid.outline import names_total
from pipelines.parse.prose.amounts import grades_in_details
from pipelines.parse.scope.basis import basis_of_title
from pipelines.vocabulary import Vocabulary, normalised
from warehouse.schema.declare import Rows

_OWN_HEADS = frozenset({"posts_and_changes", "post_changes"})
_READ_KINDS = MONEY_KINDS | POSTS_KINDS | {"deliverables", "compliance_rate", "performance_measure"}
_LOOSE = " \u00a0,;:"
_SUMMED = MONEY_KINDS | POSTS_KINDS
_TERMED = frozenset({"financial_by_object", "posts_by_grade", "financial_and_posts"})
_EDGES = " \u00a0()[]:,;–—-"


MARK_BEFORE = re.compile(r"^(?:[^\W\d_]{1,4}|\d{1,3}[a-z]?)\s*[.\-–‑]\s+(?=\S)")
MARK_AFTER = re.compile(r"\s*(?:[(（]\s*\w{1,4}\s*[)）]|[,،]\s*\w{1,4})\s*$")


def bare_label(label: str) -> str:
    """A label without the letter or number before it, and without the one in brackets after it, normalised."""
    return normalised(MARK_AFTER.sub("", MARK_BEFORE.sub("", label.strip())))


@dataclass(frozen=True, slots=True)
class Unknown:
    """A term that is not known: the vocabulary's table it would belong to, its words, where it is printed."""

    table: str
    text: str
    place: Place


def unknown_in_table(
    block: Block, layout: Layout, kind: str, caption: Caption, rows: Rows, vocabulary: Vocabulary
) -> Iterator[Unknown]:
    """Terms of one table, in the order of print. A table that nothing tells is one of its own, not a fascicle's."""
    assert block.grid is not None
    has_figures = any(looks_like_number(cell.text) for row in block.grid.rows for cell in row if cell is not None)
    if not has_figures:
        return
    counts = [row["text"] for row in rows["mart_row"] if row["text"] and counts_posts(row["text"], vocabulary)]
    is_read = bool(counts) or kind in _READ_KINDS or bool(layout.measures) or layout.stub_meaning is not None
    if caption.printed_unit and caption.unit is None and is_read:
        yield Unknown("units", caption.printed_unit, caption.place)
    if caption.printed_funding and is_read:
        yield Unknown("funding_sources", caption.printed_funding, caption.place)
    if is_read and kind not in _OWN_HEADS:
        yield from _heads(block.grid, layout, vocabulary)
    yield from _row_terms(block.place, kind, rows, vocabulary)


def counts_posts(text: str, vocabulary: Vocabulary) -> bool:
    """True for words that count posts by grade: 1 D-2, 8 P-5."""
    return len(grades_in_details(text, vocabulary)) > 1


def _heads(grid: Grid, layout: Layout, vocabulary: Vocabulary) -> Iterator[Unknown]:
    place = next((cell.place for row in grid.rows for cell in row if cell is not None), Place())
    if layout.stub and layout.stub_meaning is None and not looks_like_number(layout.stub):
        yield Unknown("stub_heads", layout.stub, place)
    for column in layout.columns:
        if _is_known(column):
            continue
        stack = layout.heads[column.index] if column.index < len(layout.heads) else ()
        text = without_year(stack[-1] if stack else column.label, vocabulary)
        # A first column of words is one of labels, whose head is not known.
        is_stub = column.index == 0 and layout.stub_meaning is None and not _has_numbers(grid, layout, column)
        if text and (not is_stub or text != layout.stub):
            yield Unknown("stub_heads" if is_stub else "column_heads", text, place)
    for stack in layout.heads:
        for text in stack[:-1]:  # heads of groups
            is_known = is_known_head(text, vocabulary) or basis_of_title(text, {}, vocabulary)
            if not is_known and (words := without_year(text, vocabulary)):
                yield Unknown("column_heads", words, place)


def _has_numbers(grid: Grid, layout: Layout, column: Column) -> bool:
    cells = (row[column.index] for row in grid.rows[layout.header_rows :] if column.index < len(row))
    return any(looks_like_number(cell.text) for cell in cells if cell is not None)


def _is_known(column: Column) -> bool:
    says = (column.measure, column.meaning, column.item, column.group, column.unit, column.funding)
    return any(says) or column.is_sum


def without_year(text: str, vocabulary: Vocabulary) -> str:
    """The words of a head without its year and brackets."""
    year = re.compile(vocabulary.terms["year"]["pattern"])
    return " ".join(year.sub(" ", text).split()).strip(_EDGES)


def _row_terms(place: Place, kind: str, rows: Rows, vocabulary: Vocabulary) -> Iterator[Unknown]:
    filled = {(cell["table_id"], cell["row_number"]) for cell in rows["mart_cell"]}
    if kind not in _TERMED and _is_of_objects(rows, vocabulary):
        kind = "financial_by_object"  # but for the head of its labels, which is not known
    expected = _expectations(kind, vocabulary)
    is_in_unknown_group = False
    parts = {table["table_id"]: table.get("table_part") for table in rows["mart_table"]}
    for row in rows["mart_row"]:
        label = (row["row_label"] or "").strip(_LOOSE)
        is_filled = (row["table_id"], row["row_number"]) in filled
        where = Place(page=row["page_number"], line_first=row["line_first"]) if row["line_first"] else place
        if (
            label
            and row["row_role"] in {"subtotal", "total"}
            and kind in _SUMMED
            and not names_total(label, vocabulary)
        ):
            yield Unknown("totals", MARK_AFTER.sub("", label), where)
        if not label or row["row_role"] in {"subtotal", "total"}:
            continue
        for table, is_known in expected(parts.get(row["table_id"]), is_filled):
            if table == "row_groups":
                is_in_unknown_group = not is_known(label)
            elif is_in_unknown_group:
                continue  # whether these are objects or categories of posts, their group would tell
            if not is_known(label):
                yield Unknown(table, label, where)


def _is_of_objects(rows: Rows, vocabulary: Vocabulary) -> bool:
    labels = [row["row_label"] or "" for row in rows["mart_row"] if row["row_role"] == "item"]
    return 2 * sum(1 for label in labels if vocabulary.meaning("objects", label)) > len(labels)


Expected = Callable[[str | None, bool], list[tuple[str, Callable[[str], bool]]]]


def _expectations(kind: str, vocabulary: Vocabulary) -> Expected:
    """What labels of rows a kind of table has: (vocabulary's table, whether it knows a label), by part and filling."""

    def known(*tables: str) -> Callable[[str], bool]:
        return lambda label: any(vocabulary.meaning(table, label) for table in tables)

    def is_graded(label: str) -> bool:
        return is_grade(label, vocabulary) or known("post_categories", "staff_kinds")(label)

    def expected(part: str | None, is_filled: bool) -> list[tuple[str, Callable[[str], bool]]]:
        if kind == "financial_by_object" and is_filled:
            return [("objects", known("objects"))]
        if kind == "posts_by_grade":
            return [("grades", is_graded)] if is_filled else [("post_categories", known("post_categories"))]
        if kind == "financial_and_posts":
            if not is_filled:
                return [("row_groups", known("row_groups", "objects", "post_categories"))]
            if part == "posts":
                return [("post_categories", is_graded)]
            return [("objects", known("objects"))]
        return []

    return expected


def suggested_line(table: str, text: str, vocabulary: Vocabulary, meaning: str | None = None) -> str:
    """A line of TOML that would make a term known, with the meanings there are to choose from, or the one it must have."""
    content = vocabulary.terms.get(table, {})
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if content and all(isinstance(value, str) for value in content.values()):
        if meaning:
            return f'{quoted} = "{meaning}"'
        meanings = sorted(set(content.values()))
        return f'{quoted} = "..."  # one of: {", ".join(meanings)}'
    if meaning:
        key = meaning if re.fullmatch(r"[\w-]+", meaning, re.ASCII) else f'"{meaning}"'
        return f"{key} = [{quoted}]"
    keys = [key for key, value in content.items() if isinstance(value, list)]
    return f"... = [{quoted}]  # one of: {', '.join(keys)}"

"""Rows of which nothing tells what they name: a part of the budget, an object of expenditure, or a total of others.

A word for totals that is not known reads like the name of a part, and where the head of the labels is not known
either, so does the name of an object. Letters, numbers, known terms and names that the document uses elsewhere tell
what a row is; without any of these its figures are kept and state no fact.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pipelines.model.grades import is_grade
from pipelines.parse.grid.kinds import MONEY_KINDS, POSTS_KINDS
from pipelines.parse.grid.layout import Layout
from pipelines.parse.grid.outline import OutlineRow
from pipelines.parse.scope.doubts import doubt, table_name
from pipelines.vocabulary import Vocabulary, normalised

_BY_COMPONENT = frozenset({"financial_by_component", "posts_by_component"})
_BY_CATEGORY = frozenset({"financial_by_category", "posts_by_category"})
_STATES = frozenset({"posts_and_changes", "posts_by_staff_category", "post_changes"})
"""Kinds whose rows are states of a year."""
_ENDED_BY_TOTALS = (MONEY_KINDS | POSTS_KINDS) - _STATES - _BY_CATEGORY
_WITHOUT_OTHERS_BELOW = _BY_COMPONENT | {"financial_by_object"}
"""Kinds in which nothing but a total stands below a total."""
_TERMS = ("objects", "components", "post_categories", "staff_kinds", "funding_sources")
_LETTERED = re.compile(r"^\(?[a-z]\)\s")


def unnamed_rows(
    kind: str, layout: Layout, outline: Sequence[OutlineRow], known: Collection[str], vocabulary: Vocabulary
) -> list[OutlineRow]:
    """Rows of one part of a table of which nothing tells what they name; ``known`` has the document's own names."""
    if kind in _BY_CATEGORY:
        # the head tells what the labels are: parts of the budget, objects or posts
        is_told = layout.stub_meaning is not None or not layout.stub
        terms = ("objects",) if kind.startswith("financial") else ("post_categories",)
        return [] if is_told else [row for row in _items(outline) if not _means(row, terms, vocabulary)]
    filled = [row for row in outline if row.has_values and not row.is_apart]
    if kind not in _ENDED_BY_TOTALS or not filled:
        return []
    found = {row.number: row for row in _strangers(kind, filled, known, vocabulary)}
    if kind == "financial_and_posts":
        found |= {row.number: row for row in _of_unknown_groups(outline, known, vocabulary)}
    last, has_total = filled[-1], any(row.role == "total" for row in filled)
    is_ended = has_total and kind not in _WITHOUT_OTHERS_BELOW
    if last.role == "item" and not is_ended and not _is_named(last, known, vocabulary):
        found[last.number] = last
    return list(found.values())


def _items(outline: Sequence[OutlineRow]) -> list[OutlineRow]:
    return [row for row in outline if row.has_values and row.role == "item"]


def _strangers(
    kind: str, filled: Sequence[OutlineRow], known: Collection[str], vocabulary: Vocabulary
) -> Iterator[OutlineRow]:
    """Rows without a mark or known name among components that have letters or numbers."""
    if kind in _BY_COMPONENT and any(row.letter or row.ordinal for row in filled):
        yield from (row for row in filled if row.role == "item" and not _is_named(row, known, vocabulary))


def _of_unknown_groups(
    outline: Sequence[OutlineRow], known: Collection[str], vocabulary: Vocabulary
) -> Iterator[OutlineRow]:
    """Rows below a heading that is not known, of which nothing tells whether they are money or posts, and a row above
    such a heading that may be the total of its group. Objects of expenditure are money, and so are decimals.
    """
    is_unsure = False
    for row, below in zip(outline, (*outline[1:], None), strict=True):
        if row.role == "heading" and not _means(row, ("row_groups", "objects", "post_categories"), vocabulary):
            is_unsure = row is not outline[0] or not _is_money(outline, vocabulary)
        elif row.role != "heading":
            is_end = below is not None and below.role == "heading"
            if (is_unsure and not _means(row, ("objects",), vocabulary)) or (
                is_end and row.role == "item" and not _is_named(row, known, vocabulary)
            ):
                yield row


def _is_money(rows: Sequence[OutlineRow], vocabulary: Vocabulary) -> bool:
    numbers = [number for row in rows for number in row.figures.values() if number.value]
    has_decimals = 2 * sum(1 for number in numbers if number.precision_digits > 0) > len(numbers)
    return has_decimals or any(_means(row, ("objects",), vocabulary) for row in rows)


def _is_named(row: OutlineRow, known: Collection[str], vocabulary: Vocabulary) -> bool:
    is_marked = row.letter is not None or row.ordinal is not None or bool(_LETTERED.match(row.label))
    is_part = vocabulary.pattern("subprogramme", "part").match(row.label) is not None
    is_known = _means(row, _TERMS, vocabulary) or normalised(row.words) in known
    return is_marked or is_part or is_known or is_grade(row.words, vocabulary)


def _means(row: OutlineRow, tables: Sequence[str], vocabulary: Vocabulary) -> bool:
    return any(vocabulary.meaning(table, row.words) for table in tables)


def leave_out(
    table: dict[str, Any], cells: Sequence[dict[str, Any]], rows: Sequence[OutlineRow]
) -> list[dict[str, Any]]:
    """Take the facts of such rows back in place; a doubt that says so where there were any."""
    numbers = {row.number for row in rows}
    facts = [cell for cell in cells if cell["row_number"] in numbers and cell["fact_id"]]
    if not facts:
        return []
    for cell in facts:
        cell["fact_id"] = cell["item_kind"] = cell["item_code"] = None
        cell["component_code"], cell["subprogramme_code"] = table["component_code"], table["subprogramme_code"]
    labels = list(dict.fromkeys(cell["row_label"] for cell in facts))
    which = f"row “{labels[0]}”" if len(labels) == 1 else f"{len(labels)} rows, such as “{labels[0]}”"
    message = f"{table_name(table)}, {which}: nothing tells what is named; the figures are left out of the facts."
    return [doubt(table, "table_shape", f"{table['table_id']}/names", message, len(facts), row_label=labels[0])]

"""What a printed table is, told by its heads first and by its caption's wording where heads do not tell."""

from __future__ import annotations

import re

from pipelines.blocks import Block
from pipelines.parse.captions import Caption, title_has
from pipelines.parse.columns import Layout
from pipelines.parse.grades import is_grade
from pipelines.parse.numbers import read_number
from pipelines.parse.org_tables import is_organization_chart
from pipelines.parse.outline import outline_label
from pipelines.vocabulary import Vocabulary

WORDS_ONLY = frozenset({"contents", "mandates", "recommendations", "organization_chart"})
"""Kinds whose figures are numbers of pages, documents or paragraphs, or are told as boxes: no values."""
WORDY_KINDS = frozenset({"other", "performance_measure", "statistics", *WORDS_ONLY})
"""Kinds that print words where others print values."""

_STATES = frozenset({"expenditure", "appropriation", "approved", "estimate", "proposed"})

POSTS_KINDS = frozenset(
    {"posts_by_grade", "posts_by_component", "posts_and_changes", "posts_by_staff_category", "post_changes"}
)
MONEY_KINDS = frozenset(
    {
        "financial_by_object",
        "financial_by_component",
        "financial_by_category",
        "financial_by_mission",
        "financial_and_posts",
        "resources_by_funding_source",
        "policymaking_organs",
        "income",
        "net_and_gross_by_section",
    }
)


_FEWEST_GRADES = 3
_COMPONENT_KINDS = frozenset({"financial_by_component", "posts_by_component"})
_NUMBERED = re.compile(r"^(?:[A-Z]|\d{1,3}[a-z]?)\.\s*\S")


def kind_of(
    layout: Layout, caption: Caption, block: Block, place: str, vocabulary: Vocabulary, sibling: str = ""
) -> str:
    """The kind of a table. ``place`` is "mandates" or "contents" where the headings above say so, else empty;
    ``sibling`` is the kind of the part of the same table that stands before this one.

    ``other`` is left for tables without a figure in them; a table of figures that nothing tells is ``statistics``.
    """
    assert block.grid is not None
    if is_organization_chart(block.grid, vocabulary):
        return "organization_chart"
    if block.style == "mandates" or (place == "mandates" and not layout.measures):
        return "mandates"
    if place == "contents" and not layout.measures and not caption.number:
        return "contents"
    return (
        _by_stub(layout, caption, vocabulary)
        or _by_rows(layout, caption, block, vocabulary, sibling)
        or _by_columns(layout, caption, block, vocabulary)
        or ("statistics" if has_figures(block, layout) else "other")
    )


def _by_stub(layout: Layout, caption: Caption, vocabulary: Vocabulary) -> str | None:
    stub, meanings = layout.stub_meaning, layout.meanings
    if stub == "recommendation" or "reply" in meanings:
        return "recommendations"
    if {"number", "details"} <= meanings:
        return "posts_and_changes"
    if meanings & {"grade"} and meanings & {"description", "reason"}:
        return "post_changes"
    if stub == "deliverable":
        return "deliverables"
    if len(layout.fundings - {"ALL"}) > 1 and layout.measures:
        return "resources_by_funding_source"
    if layout.items("grade") > 2 or layout.items("category") > 2:
        return "posts_by_staff_category"
    if stub == "object" and layout.measures:
        return "financial_by_object"
    if stub == "grade":
        return "posts_by_grade"
    if stub == "component" and layout.measures:
        return "posts_by_component" if caption.unit == "posts" else "financial_by_component"
    if stub == "organ" and layout.measures:
        return "policymaking_organs"
    if stub == "section" and layout.measures:
        return "net_and_gross_by_section"
    return None


def _by_rows(layout: Layout, caption: Caption, block: Block, vocabulary: Vocabulary, sibling: str) -> str | None:
    """Kind of a table of money or posts whose labels have no head: its rows tell, else the part printed before it.

    Letters and numbers before names that are no objects of expenditure are those of components and subprogrammes.
    """
    if layout.stub_meaning is not None or not layout.measures & _STATES:
        return None
    assert block.grid is not None
    stubs = [
        " ".join(cell.text for index in layout.stub_columns if index < len(row) and (cell := row[index]) is not None)
        for row in block.grid.rows[layout.header_rows :]
    ]
    labels = [outline_label(" ".join(text.split()), vocabulary) for text in stubs if text.strip()]
    grades = sum(1 for label in labels if is_grade(label, vocabulary))
    if grades >= _FEWEST_GRADES and 2 * grades > len(labels):
        return "posts_by_grade"
    if _are_components(labels, vocabulary) or sibling in _COMPONENT_KINDS:
        return "posts_by_component" if caption.unit == "posts" else "financial_by_component"
    return None


def _are_components(labels: list[str], vocabulary: Vocabulary) -> bool:
    """True for labels half of which are numbered or named as components are, and none of which names an object."""
    words = {label: label.split(".", 1)[1] if _NUMBERED.match(label) else label for label in labels}
    if any(vocabulary.meaning("objects", word) for word in words.values()):
        return False
    numbered = sum(1 for label, word in words.items() if label != word)
    named = sum(1 for word in words.values() if vocabulary.meaning("components", word))
    either = sum(1 for label, word in words.items() if label != word or vocabulary.meaning("components", word))
    return (numbered > 1 or named > 0) and 2 * either >= len(words)


def _by_columns(layout: Layout, caption: Caption, block: Block, vocabulary: Vocabulary) -> str | None:
    if title_has(caption, vocabulary, "financial_and_posts") or _has_groups(block, layout, vocabulary):
        return "financial_and_posts"
    if layout.columns and layout.measures and layout.measures <= {"planned", "actual"}:
        return "compliance_rate" if _has_rates(block, layout) else "performance_measure"
    if not layout.measures:
        return None
    if caption.unit == "percent":
        return "rates"
    if layout.stub_meaning == "mission":
        return "financial_by_mission"
    if layout.measures & {"expenditure", "appropriation", "approved", "estimate"}:
        return "posts_by_category" if caption.unit == "posts" else "financial_by_category"
    return None


def _has_groups(block: Block, layout: Layout, vocabulary: Vocabulary) -> bool:
    """True when rows head a part of money and a part of posts."""
    assert block.grid is not None
    found = {
        group
        for row in block.grid.rows[layout.header_rows :]
        for cell in row[:2]
        if cell is not None and (group := vocabulary.meaning("row_groups", cell.text))
    }
    return bool(found) and bool(layout.measures - {"planned", "actual"})


def _value_cells(block: Block, layout: Layout) -> list[str]:
    assert block.grid is not None
    return [
        cell.text
        for row in block.grid.rows[layout.header_rows :]
        for index, cell in enumerate(row)
        if index not in layout.stub_columns and cell is not None and cell.text.strip()
    ]


def _has_rates(block: Block, layout: Layout) -> bool:
    """True when rows with labels hold figures, not words."""
    assert block.grid is not None
    values = _value_cells(block, layout)
    figures = sum(read_number(v) is not None for v in values)
    labels = any(
        (cell := row[layout.stub_index]) is not None and cell.text.strip()
        for row in block.grid.rows[layout.header_rows :]
        if layout.stub_index < len(row)
    )
    is_stub_apart = not any(layout.stub_index in column.covers for column in layout.columns)
    return labels and is_stub_apart and bool(values) and figures >= 0.8 * len(values)


def has_figures(block: Block, layout: Layout) -> bool:
    """True when a good part of the cells beside the labels are figures."""
    values = _value_cells(block, layout)
    figures = sum(read_number(v) is not None for v in values)
    return figures > 0 and figures >= 0.2 * len(values)

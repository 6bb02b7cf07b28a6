"""The kind of a printed table, recognised by its heads, or by the wording of its caption where heads do not say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from pipelines.model.blocks import Block, Grid, GridCell
from pipelines.model.grades import is_grade
from pipelines.model.numbers import read_number
from pipelines.parse.grid.captions import Caption, title_has
from pipelines.parse.grid.columns import Layout
from pipelines.parse.grid.outline import outline_label
from pipelines.vocabulary import Vocabulary, normalised

_POST = re.compile(r"^(?P<count>\d{1,4})\s+(?P<grade>\S.*)$")
_COUNT = re.compile(r"^\d{1,4}$")
_FEWEST_POSTS = 6


@dataclass(slots=True)
class _Unit:
    """A unit being read: the columns it spans, and its lines."""

    first: int
    last: int
    lines: list[str] = field(default_factory=list)
    is_closed: bool = False

    def covers(self, column: int) -> bool:
        return self.first <= column <= self.last


def is_organization_chart(grid: Grid, vocabulary: Vocabulary) -> bool:
    """True for a table whose cells are posts by grade, set in columns below names of units and sources of funding."""
    texts = [text for row in grid.rows for cell in row if cell is not None and (text := cell.text.strip())]
    posts = sum(1 for text in texts if _is_post(text, vocabulary))
    if posts < _FEWEST_POSTS:
        return False
    heads = sum(1 for text in texts if _is_head(text, vocabulary))
    told = posts + heads + sum(1 for text in texts if _COUNT.match(text))
    return heads > 0 and 3 * told >= 2 * len(texts)


def units_of(block: Block, vocabulary: Vocabulary) -> list[Block]:
    """The units of such a table, as boxes of an organization chart in printed order."""
    assert block.grid is not None
    units: list[_Unit] = []
    for row in block.grid.rows:
        printed = [(index, cell) for index, cell in enumerate(row) if cell is not None and cell.text.strip()]
        for index, cell in printed:
            if _is_name(cell.text.strip(), vocabulary) and not _goes_on(units, index):
                last = index + cell.column_span - 1
                units.append(_Unit(index, _reach(row, index, last), [" ".join(cell.text.split())]))
        for unit in units:
            here = [(i, c.text.strip()) for i, c in printed if unit.covers(i) and not unit.is_closed]
            here = [(i, text) for i, text in here if " ".join(text.split()) != unit.lines[0]]
            if here:
                unit.lines.append(_line(here, unit))
                unit.is_closed = any(vocabulary.pattern("org_chart", "total").match(text) for _, text in here)
    return [Block("org_unit", "\n".join(unit.lines), block.place) for unit in units if len(unit.lines) > 1]


def _reach(row: tuple[GridCell | None, ...], index: int, last: int) -> int:
    """The last column below a name: up to the next name of the row."""
    following = [i for i, cell in enumerate(row) if i > last and cell is not None and cell.text.strip()]
    end = following[0] - 1 if following else len(row) - 1
    return max(last, min(end, len(row) - 1))


def _goes_on(units: list[_Unit], column: int) -> bool:
    return any(unit.covers(column) and not unit.is_closed for unit in units)


def _line(printed: list[tuple[int, str]], unit: _Unit) -> str:
    """One line of a box, values by column set apart by tabs."""
    values = dict(printed)
    return "\t".join(values.get(column, "") for column in range(unit.first, unit.last + 1)).rstrip("\t")


def _is_post(text: str, vocabulary: Vocabulary) -> bool:
    match = _POST.match(text)
    return match is not None and is_grade(match["grade"], vocabulary)


def _is_head(text: str, vocabulary: Vocabulary) -> bool:
    return any(vocabulary.pattern("org_chart", key).match(text) for key in ("funding", "total"))


def _is_name(text: str, vocabulary: Vocabulary) -> bool:
    return not (_is_post(text, vocabulary) or _is_head(text, vocabulary) or _COUNT.match(text)) and any(
        character.isalpha() for character in text
    )


WORDS_ONLY = frozenset({"contents", "mandates", "recommendations", "organization_chart"})
"""Kinds whose figures are numbers of pages, documents or paragraphs, or are told as boxes: no values."""
WORDY_KINDS = frozenset({"other", "performance_measure", "statistics", *WORDS_ONLY})
"""Kinds that print words where others print values."""

_STATES = frozenset({"expenditure", "appropriation", "approved", "estimate", "proposed"})

POSTS_KINDS = frozenset(
    {"posts_by_grade", "posts_by_component", "posts_and_changes", "posts_by_staff_category", "post_changes"}
)
COUNTED_KINDS = frozenset({"posts_by_grade", "posts_by_component", "posts_by_staff_category", "posts_by_category"})
"""Kinds that print nothing but numbers of posts."""
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
    """The kind of a table. ``place`` is "mandates" or "contents" where the headings above say so,
    "organization_chart" for a grid that is one (``is_organization_chart``), else empty;
    ``sibling`` is the kind of the part of the same table that stands before this one.

    ``other`` is left for tables without a figure in them; a table of figures that nothing tells is ``statistics``.
    """
    assert block.grid is not None
    if place == "organization_chart":
        return place
    if block.style == "mandates" or (place == "mandates" and not layout.measures):
        return "mandates"
    if place == "contents" and not layout.measures and not caption.number and _lists_places(block.grid):
        return "contents"
    kind = (
        _by_stub(layout, caption, vocabulary)
        or _by_rows(layout, caption, block, vocabulary, sibling)
        or _by_columns(layout, caption, block, vocabulary)
        or ("statistics" if has_figures(block, layout) else "other")
    )
    return "statistics" if kind in COUNTED_KINDS and not _may_count_posts(block, layout, vocabulary) else kind


def _may_count_posts(block: Block, layout: Layout, vocabulary: Vocabulary) -> bool:
    """Whether figures may be numbers of posts: amounts of money have decimals, or are larger than any staff."""
    numbers = (read_number(text, vocabulary.decimal) for text in _value_cells(block, layout))
    figures = [number for number in numbers if number is not None and not number.is_nil]
    money = sum(1 for number in figures if number.precision_digits > 0 or abs(number.value) >= _LARGEST_STAFF)
    return 2 * money <= len(figures)


_MOST_PAGES = Decimal(2000)
_LARGEST_STAFF = Decimal(100_000)


def _lists_places(grid: Grid) -> bool:
    """True where most rows print one number at most, a whole one such as that of a page: a table of contents."""
    lists = others = 0
    for row in grid.rows:
        numbers = [number for cell in row[1:] if cell is not None and (number := read_number(cell.text)) is not None]
        figures = [n for n in numbers if not n.is_nil]
        is_place = len(numbers) < 2 and all(n.precision_digits == 0 and 0 <= n.value < _MOST_PAGES for n in figures)
        lists, others = lists + is_place, others + (not is_place)
    return lists >= others


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
    if grades >= _FEWEST_GRADES and 2 * grades > sum(1 for label in labels if not _is_category(label, vocabulary)):
        return "posts_by_grade"
    is_told = sibling in _COMPONENT_KINDS or title_has(caption, vocabulary, "by_component")
    if is_told or _are_components(labels, vocabulary):
        return "posts_by_component" if caption.unit == "posts" else "financial_by_component"
    return None


def _is_category(label: str, vocabulary: Vocabulary) -> bool:
    """True for a label that names a category of staff, or a sum of grades."""
    flat = normalised(label)
    sums = (word for kind in ("total", "subtotal") for word in vocabulary.words("totals", kind))
    return bool(vocabulary.meaning("post_categories", label)) or any(flat.startswith(normalised(word)) for word in sums)


def _are_components(labels: list[str], vocabulary: Vocabulary) -> bool:
    """True where a label names a standard component, or half of them are numbered, and none names an object."""
    numbered = [label for label in labels if _NUMBERED.match(label)]
    words = [label.split(".", 1)[1] if _NUMBERED.match(label) else label for label in labels]
    if any(vocabulary.meaning("objects", word) for word in words):
        return False
    is_named = any(vocabulary.meaning("components", word) for word in words)
    return is_named or (len(numbered) > 1 and 2 * len(numbered) >= len(labels))


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
    if not layout.measures - {"planned", "actual"}:
        return False
    assert block.grid is not None
    return any(
        vocabulary.meaning("row_groups", outline_label(cell.text, vocabulary))
        for row in block.grid.rows[layout.header_rows :]
        for cell in row[:2]
        if cell is not None
    )


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

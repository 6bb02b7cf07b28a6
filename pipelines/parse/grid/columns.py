"""Which column each printed value of a row belongs to, where merged cells do not line up with the heads.

Word files merge cells differently from row to row. A value belongs to the column its cell overlaps most, one
value to a column, and values stand in the order of their columns: the assignment with the largest overlap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from pipelines.model.blocks import Grid, GridCell
from pipelines.model.grades import is_grade
from pipelines.model.heads import read_head, year_pattern
from pipelines.model.numbers import is_nil_mark, looks_like_number
from pipelines.vocabulary import Vocabulary, normalised

OWN = ""
_ORDER = ("share", "jointly_financed", "gross", "own")
"""A share is named together with the whole it is of, and both with the regular budget that pays it."""


@lru_cache(maxsize=1 << 12)
def basis_of(text: str, vocabulary: Vocabulary) -> str | None:
    """The basis that words name, empty for the section's own; None when they name none."""
    flat = normalised(text)
    for code in _ORDER:
        if any(normalised(words) in flat for words in vocabulary.words("budget_basis", code)):
            return OWN if code == "own" else code
    return None


CHANGES = frozenset({"technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change"})
_MEASURES = frozenset(
    {"expenditure", "appropriation", "approved", "estimate", "proposed", "planned", "actual"} | CHANGES
)
_CHANGE_WORDS = frozenset({"change", "variance"})
TEXT_MEANINGS = frozenset({"details", "reply", "description", "reason", "grade"})
FORMULA = re.compile(r"^\(\d+\)(?:\s*=.*)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values: grid column (from 0) and those its head spans, words of its heads, what they say.

    ``measure``, ``year``, ``funding`` and ``unit`` ("money", "posts") are None or empty where the heads do not
    tell, ``basis`` (whose budget) None. ``item`` is kind and code where a column is about a grade, a staff category or an amount of its own;
    ``is_sum`` marks a column that sums the items before it, ``is_unsure`` one that says what another says;
    ``total`` is the column that sums it. ``meaning`` is the plain meaning of the lowest head.
    """

    index: int
    label: str
    measure: str | None
    year: int | None
    meaning: str | None
    covers: tuple[int, ...] = ()
    funding: str = ""
    unit: str | None = None
    item: tuple[str, str] | None = None
    group: str | None = None
    is_sum: bool = False
    is_unsure: bool = False
    total: int | None = None
    basis: str | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a grid: rows of heads, columns of labels, meaning of their head, value columns."""

    header_rows: int
    stub_index: int
    stub: str
    stub_meaning: str | None
    columns: tuple[Column, ...]
    stub_columns: tuple[int, ...] = (0,)
    heads: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    places: Mapping[tuple[int, int], Column] = field(default_factory=dict, repr=False)
    """Columns by the grid column and the span of a cell, as a full row tells them; empty where cells stand as heads do."""

    @property
    def measures(self) -> frozenset[str]:
        """Measures of the columns that are known."""
        return frozenset(c.measure for c in self.columns if c.measure)

    @property
    def meanings(self) -> frozenset[str]:
        """Meanings of the heads that are known."""
        return frozenset(c.meaning for c in self.columns if c.meaning)

    @property
    def fundings(self) -> frozenset[str]:
        """Sources of funding that heads name."""
        return frozenset(c.funding for c in self.columns if c.funding)

    def items(self, kind: str) -> int:
        """How many columns are about an item of a kind."""
        return sum(1 for c in self.columns if c.item and c.item[0] == kind)


# -- rows of heads ---------------------------------------------------------------------------------


_PERIOD = re.compile(r"(\d{4})[/–](\d{2})")  # a budget year from July to June


def _is_period(text: str) -> bool:
    found = _PERIOD.fullmatch(text.strip())
    return found is not None and (int(found[1]) + 1) % 100 == int(found[2])


def _is_year(text: str, vocabulary: Vocabulary) -> bool:
    return bool(year_pattern(vocabulary).fullmatch(normalised(text)))


@lru_cache(maxsize=4096)
def is_known_head(text: str, vocabulary: Vocabulary) -> bool:
    """True for a head of which the vocabulary knows what it says, or that is a year or formula."""
    return bool(
        read_head(text, vocabulary)[0]
        or vocabulary.meaning("stub_heads", text)
        or vocabulary.meaning("funding_sources", text)
        or vocabulary.meaning("staff_groups", text)
        or vocabulary.meaning("staff_kinds", text)
        or vocabulary.meaning("column_groups", text)
        or _is_year(text, vocabulary)
        or FORMULA.match(text.strip())
        or is_grade(text, vocabulary)
    )


def _known_heads(texts: Sequence[str], vocabulary: Vocabulary) -> int:
    """How many texts of a row are known heads; a budget year is one beside others, for alone it may be a resolution."""
    known = sum(1 for text in texts if is_known_head(text, vocabulary))
    periods = sum(map(_is_period, texts))
    return known + periods if known or periods > 1 else 0


def _texts(row: Sequence[GridCell | None]) -> list[str]:
    return [cell.text for cell in row if cell is not None and cell.text.strip()]


def _figures(texts: Sequence[str], vocabulary: Vocabulary) -> int:
    return sum(
        1
        for text in texts
        if is_nil_mark(text)
        or (looks_like_number(text) and not _is_year(text, vocabulary) and not FORMULA.match(text.strip()))
    )


def header_rows(grid: Grid, vocabulary: Vocabulary) -> int:
    """Leading rows that are heads.

    What the format marks as repeated heads is a hint: rows of figures are never heads, nor is a row of other
    words below known heads, unless an empty row marks where heads end or each head that spans several columns has
    words under all of them. Rows that are all heads are taken in.
    """
    hint = grid.header_rows
    limit = min(hint if hint is not None else 6, len(grid.rows))
    rows = [_texts(row) for row in grid.rows[: limit + 1]]
    spacer = max((r for r in range(1, limit) if not rows[r]), default=0) if hint is not None else 0
    count, seen = 0, False
    for index in range(limit):
        texts = rows[index]
        if not texts:
            count = index + 1 if hint is not None or seen else count
            continue
        known = _known_heads(texts, vocabulary)
        figures = _figures(texts, vocabulary)
        if figures and figures >= known:
            break
        if hint is None and (known == 0 or known < (len(texts) + 1) // 2):
            break
        if hint is not None and known == 0 and seen and index > spacer and not _fills_groups(grid, index):
            break
        seen = seen or known > 0
        count = index + 1
    while count and count < len(grid.rows):
        texts = _texts(grid.rows[count])
        is_head = len(texts) > 1 and _known_heads(texts, vocabulary) == len(texts) and not _figures(texts, vocabulary)
        if texts and not is_head:
            break
        count += 1
    return count


def _fills_groups(grid: Grid, row: int) -> bool:
    """Whether a row has words in each column below the heads of the row above that span several columns."""
    spanned = [
        place
        for column, cell in enumerate(grid.rows[row - 1])
        if cell is not None and cell.column_span > 1 and cell.text.strip()
        for place in range(column, column + cell.column_span)
    ]
    cells = grid.rows[row]
    return bool(spanned) and all(
        place < len(cells) and (cell := cells[place]) is not None and cell.text.strip() for place in spanned
    )


# -- stacks of heads -------------------------------------------------------------------------------


def cell_over(grid: Grid, row: int, column: int) -> GridCell | None:
    """The cell whose span covers a place in the grid."""
    for r in range(row, -1, -1):
        cells = grid.rows[r]
        for c in range(min(column, len(cells) - 1), -1, -1):
            cell = cells[c]
            if cell is not None:
                if r + cell.row_span > row and c + cell.column_span > column:
                    return cell
                if r == row:
                    break
    return None


def stacks_of(grid: Grid, headers: int, width: int) -> list[tuple[list[str], int | None]]:
    """Per grid column the heads over it, outermost first, and the identity of the lowest head's cell.

    A column that has but the head of a group, while others of the group have heads of their own, is a gap
    between them: it has no head.
    """
    stacks: list[tuple[list[str], int | None]] = []
    groups: set[int] = set()
    for column in range(width):
        texts: list[str] = []
        lowest: int | None = None
        for row in range(headers):
            cell = cell_over(grid, row, column)
            text = " ".join(cell.text.split()) if cell else ""
            if cell is not None and text:
                if lowest is not None and lowest != id(cell) and cell.column_span < _span_at(grid, lowest):
                    groups.add(lowest)
                lowest = id(cell)
                if FORMULA.match(text):
                    continue
                if not texts or texts[-1] != text:
                    texts.append(text)
        stacks.append((texts, lowest))
    return [([], None) if lowest in groups else (texts, lowest) for texts, lowest in stacks]


def _span_at(grid: Grid, identity: int) -> int:
    return next((c.column_span for row in grid.rows for c in row if c is not None and id(c) == identity), 1)


@dataclass(slots=True)
class Said:
    """What a stack of heads says."""

    measure: str | None = None
    year: int | None = None
    meaning: str | None = None
    funding: str = ""
    unit: str | None = None
    item: tuple[str, str] | None = None
    group: str | None = None
    is_change_group: bool = False
    is_total: bool = False
    basis: str | None = None


def read_stack(texts: Sequence[str], vocabulary: Vocabulary) -> Said:
    said = Said()
    for depth, text in enumerate(texts):
        is_lowest = depth == len(texts) - 1
        meaning, year = read_head(text, vocabulary)
        if year is None and _is_year(text, vocabulary):
            year = int(year_pattern(vocabulary).search(normalised(text))["year"])  # type: ignore[index]
        said.year = year if year is not None else said.year
        funding = vocabulary.meaning("funding_sources", text)
        over = vocabulary.meaning("column_groups", text)
        group = vocabulary.meaning("staff_groups", text)
        if funding:
            said.funding = funding
        elif not is_lowest and meaning is None and (basis := basis_of(text, vocabulary)) is not None:
            said.basis = basis
        elif over and not (is_lowest and meaning in TEXT_MEANINGS | {"posts_change"} and depth == 0):
            said.unit = over if over in {"money", "posts"} else said.unit
            said.is_total = over == "all_sources"
        if group:
            said.group = group
        if meaning in _CHANGE_WORDS:
            said.is_change_group = True
        if meaning and meaning not in _CHANGE_WORDS:
            said.meaning = meaning
            said.measure = meaning if meaning in _MEASURES else said.measure
        elif meaning and is_lowest and said.measure is None:
            said.meaning = meaning
        if is_lowest and not said.item:
            said.item = _item_of(text, said, vocabulary)
    if said.measure is None and said.year is not None and len(texts) > 1:
        whole, year = read_head("".join(texts), vocabulary)
        if whole in _MEASURES:
            said.measure, said.meaning = whole, whole
    # Below a group of changes stands which change it is: words that are not known are none of them.
    lowest = read_head(texts[-1], vocabulary)[0] if texts else None
    if said.is_change_group and said.measure is None and lowest in _CHANGE_WORDS:
        said.measure = "total_change"
    return said


def _item_of(text: str, said: Said, vocabulary: Vocabulary) -> tuple[str, str] | None:
    from pipelines.model.grades import grade_code

    if is_grade(text, vocabulary):
        return "grade", grade_code(text, vocabulary)
    kind = vocabulary.meaning("staff_kinds", text) or vocabulary.near("staff_kinds", text)
    if kind:
        return "category", kind
    if said.meaning in {"staff_assessment", "gross_amount"}:
        return "object", said.meaning
    return None


def columns_of(
    printed: Sequence[tuple[int, GridCell]],
    columns: Sequence[Column],
    places: Mapping[tuple[int, int], Column] | None = None,
) -> list[Column | None]:
    """The column of each printed cell (its grid column and the cell), None for a cell under no head.

    ``places`` are those of a full row: a row with blanks alone would leave open which head a cell between two is under.
    """
    if places and all((index, cell.column_span) in places for index, cell in printed):
        return [places[index, cell.column_span] for index, cell in printed]
    column_at = {index: column for column in columns for index in column.covers}
    direct = [column_at.get(index) for index, _ in printed]
    taken = [column.index for column in direct if column is not None]
    is_plain = len(set(taken)) == len(taken) and all(
        cell.column_span == 1 or column is None or cell.column_span == len(column.covers)
        for (_, cell), column in zip(printed, direct, strict=True)
    )
    if is_plain and None not in direct:
        return direct
    return _best(printed, columns)


def places_of(
    grid: Grid, headers: int, stub_columns: Sequence[int], columns: Sequence[Column]
) -> dict[tuple[int, int], Column]:
    """Columns by place and span of the cells of a row that fills each of them; empty where cells stand as heads do."""
    heads = {(column.index, len(column.covers)) for column in columns}
    for row in grid.rows[headers:]:
        if not any(cell is not None and cell.column_span > 1 for cell in row):
            continue
        printed = printed_cells(row, stub_columns)
        if len(printed) < len(columns) or all((index, cell.column_span) in heads for index, cell in printed):
            continue
        found = columns_of(printed, columns)
        if {column.index for column in found if column is not None} == {column.index for column in columns}:
            return {
                (index, cell.column_span): column
                for (index, cell), column in zip(printed, found, strict=True)
                if column is not None
            }
    return {}


def printed_cells(row: Sequence[GridCell | None], stub_columns: Sequence[int]) -> list[tuple[int, GridCell]]:
    """Cells of a row that print something, beside its label, with their grid columns."""
    return [
        (index, cell)
        for index, cell in enumerate(row)
        if cell is not None and cell.text.strip() and index not in stub_columns
    ]


def _overlap(index: int, span: int, column: Column) -> int:
    return sum(1 for covered in column.covers if index <= covered < index + span)


def _best(printed: Sequence[tuple[int, GridCell]], columns: Sequence[Column]) -> list[Column | None]:
    """The monotone assignment of cells to columns with the largest overlap (as in sequence alignment)."""
    cells, heads = len(printed), len(columns)
    score = [[0.0] * (heads + 1) for _ in range(cells + 1)]
    step = [[""] * (heads + 1) for _ in range(cells + 1)]
    for i in range(1, cells + 1):
        index, cell = printed[i - 1]
        for j in range(1, heads + 1):
            best, how = score[i - 1][j], "cell"
            if score[i][j - 1] > best:
                best, how = score[i][j - 1], "head"
            overlap = _overlap(index, cell.column_span, columns[j - 1])
            # one more value in a column counts more than a wider overlap
            if overlap and score[i - 1][j - 1] + 10 + overlap / (1 + len(columns[j - 1].covers)) > best:
                best = score[i - 1][j - 1] + 10 + overlap / (1 + len(columns[j - 1].covers))
                how = "both"
            score[i][j], step[i][j] = best, how
    assigned: list[Column | None] = [None] * cells
    i, j = cells, heads
    while i and j:
        if step[i][j] == "both":
            assigned[i - 1] = columns[j - 1]
            i, j = i - 1, j - 1
        elif step[i][j] == "cell":
            i -= 1
        else:
            j -= 1
    return assigned

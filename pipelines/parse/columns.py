"""Column heads of a grid, whatever its format: what each column measures, of which year, and of whom.

A column is told by the stack of heads over it, outermost first: a source of funding over a year over a
measure, a staff category over a grade. Each head says one thing or several; what it does not say, those
above it do. Heads that the vocabulary does not know stay as the column's label, and its figures are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipelines.blocks import Grid, GridCell
from pipelines.parse.grades import is_grade
from pipelines.parse.numbers import is_nil_mark, looks_like_number
from pipelines.vocabulary import Vocabulary, normalised

CHANGES = frozenset({"technical_adjustment", "new_expanded_mandate", "other_change", "total_change", "percent_change"})
_MEASURES = frozenset(
    {"expenditure", "appropriation", "approved", "estimate", "proposed", "planned", "actual"} | CHANGES
)
_CHANGE_WORDS = frozenset({"change", "variance"})
TEXT_MEANINGS = frozenset({"details", "reply", "description", "reason", "grade"})
_FORMULA = re.compile(r"^\(\d+\)(?:\s*=.*)?$")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of values: grid column (from 0) and those its head spans, words of its heads, what they say.

    ``measure``, ``year``, ``funding`` and ``unit`` ("money", "posts") are None or empty where the heads do not
    tell. ``item`` is kind and code where a column is about a grade, a staff category or an amount of its own;
    ``is_sum`` marks a column that sums the items before it. ``meaning`` is the plain meaning of the lowest head.
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


@lru_cache(maxsize=8)
def _year_pattern(vocabulary: Vocabulary) -> re.Pattern[str]:
    return re.compile(vocabulary.terms["year"]["pattern"])


@lru_cache(maxsize=4096)
def read_head(text: str, vocabulary: Vocabulary) -> tuple[str | None, int | None]:
    """Meaning and year of one head, (None, None) when the vocabulary does not know it.

    Of two years ("2026 vs. 2025") the later counts: a change is the later year's.
    """
    flat = normalised(text)
    if not flat:
        return None, None
    plain = vocabulary.meaning("column_heads", flat)
    if plain:
        return plain, None
    years = [int(match["year"]) for match in _year_pattern(vocabulary).finditer(flat)]
    if not years:
        return None, None
    words = _year_pattern(vocabulary).sub("", flat)
    for noise in vocabulary.words("head_noise", "words"):
        words = words.replace(normalised(noise), "")
    bare = words.strip("()")
    meaning = (
        vocabulary.meaning("column_heads", words)
        or vocabulary.meaning("column_heads", f"({bare})")
        or vocabulary.meaning("column_heads", bare)
    )
    return meaning, max(years)


# -- rows of heads ---------------------------------------------------------------------------------


def _is_year(text: str, vocabulary: Vocabulary) -> bool:
    return bool(_year_pattern(vocabulary).fullmatch(normalised(text)))


@lru_cache(maxsize=4096)
def _is_known(text: str, vocabulary: Vocabulary) -> bool:
    return bool(
        read_head(text, vocabulary)[0]
        or vocabulary.meaning("stub_heads", text)
        or vocabulary.meaning("funding_sources", text)
        or vocabulary.meaning("staff_groups", text)
        or vocabulary.meaning("staff_kinds", text)
        or vocabulary.meaning("column_groups", text)
        or _is_year(text, vocabulary)
        or _FORMULA.match(text.strip())
        or is_grade(text, vocabulary)
    )


def _texts(row: Sequence[GridCell | None]) -> list[str]:
    return [cell.text for cell in row if cell is not None and cell.text.strip()]


def _figures(texts: Sequence[str], vocabulary: Vocabulary) -> int:
    return sum(
        1
        for text in texts
        if is_nil_mark(text)
        or (looks_like_number(text) and not _is_year(text, vocabulary) and not _FORMULA.match(text.strip()))
    )


def _header_rows(grid: Grid, vocabulary: Vocabulary) -> int:
    """Leading rows that are heads.

    What the format marks as repeated heads is a hint: rows of figures are never heads, nor is a row of other
    words below known heads, unless an empty row marks where heads end. Rows that are all heads are taken in.
    """
    hint = grid.header_rows
    limit = min(hint if hint is not None else 6, len(grid.rows))
    rows = [_texts(row) for row in grid.rows]
    spacer = max((r for r in range(1, limit) if not rows[r]), default=0) if hint is not None else 0
    count, seen = 0, False
    for index in range(limit):
        texts = rows[index]
        if not texts:
            count = index + 1 if hint is not None or seen else count
            continue
        known = sum(1 for text in texts if _is_known(text, vocabulary))
        figures = _figures(texts, vocabulary)
        if figures and figures >= known:
            break
        if hint is None and (known == 0 or known < (len(texts) + 1) // 2):
            break
        if hint is not None and known == 0 and seen and index > spacer:
            break
        seen = seen or known > 0
        count = index + 1
    while count and count < len(grid.rows):
        texts = rows[count]
        is_head = len(texts) > 1 and all(_is_known(t, vocabulary) for t in texts) and not _figures(texts, vocabulary)
        if texts and not is_head:
            break
        count += 1
    return count


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


def _stacks(grid: Grid, headers: int, width: int) -> list[tuple[list[str], int | None]]:
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
                if _FORMULA.match(text):
                    continue
                if not texts or texts[-1] != text:
                    texts.append(text)
        stacks.append((texts, lowest))
    return [([], None) if lowest in groups else (texts, lowest) for texts, lowest in stacks]


def _span_at(grid: Grid, identity: int) -> int:
    return next((c.column_span for row in grid.rows for c in row if c is not None and id(c) == identity), 1)


@dataclass(slots=True)
class _Said:
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


def _read_stack(texts: Sequence[str], vocabulary: Vocabulary) -> _Said:
    said = _Said()
    for depth, text in enumerate(texts):
        is_lowest = depth == len(texts) - 1
        meaning, year = read_head(text, vocabulary)
        if year is None and _is_year(text, vocabulary):
            year = int(_year_pattern(vocabulary).search(normalised(text))["year"])  # type: ignore[index]
        said.year = year if year is not None else said.year
        funding = vocabulary.meaning("funding_sources", text)
        over = vocabulary.meaning("column_groups", text)
        group = vocabulary.meaning("staff_groups", text)
        if funding:
            said.funding = funding
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


def _item_of(text: str, said: _Said, vocabulary: Vocabulary) -> tuple[str, str] | None:
    from pipelines.parse.grades import grade_code

    if is_grade(text, vocabulary):
        return "grade", grade_code(text, vocabulary)
    kind = vocabulary.meaning("staff_kinds", text)
    if kind:
        return "category", kind
    if said.meaning in {"staff_assessment", "gross_amount"}:
        return "object", said.meaning
    return None


# -- the layout ------------------------------------------------------------------------------------


def layout_of(grid: Grid, vocabulary: Vocabulary) -> Layout:
    """The layout of a grid: heads read column by column, group heads above taken into the label."""
    headers = _header_rows(grid, vocabulary)
    width = max((len(row) for row in grid.rows), default=0)
    stacks = _stacks(grid, headers, width)
    stub_columns, stub_meaning = _stub_of([texts for texts, _ in stacks], vocabulary)
    if not stub_columns and stacks and _is_of_words(grid, headers, stacks[0][0], vocabulary):
        stub_columns = (0,)  # labels below a head that is not known
    columns: list[Column] = []
    said_of: list[_Said] = []
    for covers, texts in _spans(stacks, stub_columns):
        said = _read_stack(texts, vocabulary)
        columns.append(
            Column(
                covers[0],
                " ".join(texts),
                said.measure,
                said.year,
                said.meaning,
                covers,
                said.funding,
                said.unit,
                said.item,
                said.group,
            )
        )
        said_of.append(said)
    columns = _settled(columns, said_of)
    stub_index = stub_columns[0] if stub_columns else 0
    texts = stacks[stub_index][0] if stacks else []
    heads = tuple(tuple(stack) for stack, _ in stacks)
    return Layout(headers, stub_index, texts[-1] if texts else "", stub_meaning, tuple(columns), stub_columns, heads)


def _spans(
    stacks: Sequence[tuple[list[str], int | None]], stub_columns: Sequence[int]
) -> list[tuple[tuple[int, ...], list[str]]]:
    """Grid columns under one lowest head, with the fullest stack among them: a group head may span fewer."""
    spans: list[tuple[tuple[int, ...], list[str], int | None]] = []
    for index, (texts, lowest) in enumerate(stacks):
        if index in stub_columns or not texts:
            continue
        if spans and lowest is not None and spans[-1][2] == lowest and spans[-1][0][-1] == index - 1:
            covers, fullest, _ = spans[-1]
            spans[-1] = ((*covers, index), texts if len(texts) > len(fullest) else fullest, lowest)
        else:
            spans.append(((index,), texts, lowest))
    return [(covers, texts) for covers, texts, _ in spans]


def _settled(columns: list[Column], said: Sequence[_Said]) -> list[Column]:
    """Columns with what only the whole row of heads tells: a "total" is a change beside changes, a sum beside
    grades, all sources beside sources of funding."""
    has_changes = any(c.measure in CHANGES - {"total_change"} for c in columns) or any(s.is_change_group for s in said)
    has_funding = sum(1 for c in columns if c.funding) > 0
    has_items = any(c.item for c in columns)
    settled: list[Column] = []
    for column, words in zip(columns, said, strict=True):
        is_total = column.meaning == "total_change" and not words.is_change_group and (has_items or not has_changes)
        if is_total or column.meaning == "subtotal":
            # a subtotal is that of its group, or of the group before it where its head stands apart; a total is of
            # all, whatever group head is drawn over it
            before = settled[-1].group if settled and not settled[-1].is_sum else None
            group = None if is_total else column.group or before
            column = replace(column, measure=None, meaning="sum", is_sum=True, group=group)
        if words.is_total and has_funding and not column.funding:
            column = replace(column, funding="ALL")
        settled.append(column)
    return settled


def _is_of_words(grid: Grid, headers: int, head: Sequence[str], vocabulary: Vocabulary) -> bool:
    """True when the first column holds words and no figures, below a head that names no measure, year or grade."""
    said = _read_stack(head, vocabulary)
    if said.measure or said.meaning or said.year or said.item or said.group or said.funding or said.unit:
        return False
    cells = [row[0] for row in grid.rows[headers:] if len(row) > 1]
    printed = [cell.text.strip() for cell in cells if cell is not None and cell.text.strip()]
    return any(any(c.isalpha() for c in text) for text in printed) and not any(map(looks_like_number, printed))


def _stub_of(stacks: Sequence[Sequence[str]], vocabulary: Vocabulary) -> tuple[tuple[int, ...], str | None]:
    """Columns of labels, leftmost first: those before the first head that is none of a label, and their meaning."""
    columns: list[int] = []
    found: str | None = None
    for index, texts in enumerate(stacks):
        meaning = next((m for text in reversed(texts) if (m := vocabulary.meaning("stub_heads", text))), None)
        if meaning and any(read_head(text, vocabulary)[0] for text in texts):
            meaning = None
        if texts and meaning is None:
            break
        columns.append(index)
        if meaning:
            found = meaning
            break
    if len(columns) == len(stacks):
        columns = columns[:1]
    return tuple(columns), found

"""The layout of a grid: which columns hold labels, and what each of the others measures, held against each other.

What a single stack of heads cannot tell, the row of heads can: whether a total is a change or a sum, whose subtotal
a column is, that an unknown head beside a total is an amount of its own, that two columns say the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from pipelines.model.blocks import Grid, GridCell
from pipelines.model.heads import read_head
from pipelines.model.numbers import is_nil_mark, looks_like_number, read_number
from pipelines.parse.grid.columns import (
    CHANGES,
    FORMULA,
    Column,
    Layout,
    Said,
    header_rows,
    places_of,
    read_stack,
    stacks_of,
)
from pipelines.vocabulary import Vocabulary
from warehouse.fact import slug


def without_stray_heads(grid: Grid, headers: int, vocabulary: Vocabulary) -> Grid:
    """The grid with each head that stands alone below a row of heads where it belongs, or left out."""
    rows = list(grid.rows)
    for index in range(1, headers):
        printed = [(place, cell) for place, cell in enumerate(rows[index]) if cell is not None and cell.text.strip()]
        heads = _heads(rows[:index])
        dated = {column for column, text in heads.items() if None not in read_head(text, vocabulary)}
        if not printed or len(dated) < 2 or any(None in read_head(cell.text, vocabulary) for _, cell in printed):
            continue
        if len(printed) > 1:
            said = set(heads.values())
            is_said = all(place in dated and " ".join(cell.text.split()) in said for place, cell in printed)
            rows[index] = _blank(rows[index]) if is_said else rows[index]
            continue
        place, cell = printed[0]
        bare = [column for column in _figured(grid, headers) if column not in heads]
        if bare == [place] and cell.column_span == 1:
            continue
        rows[index] = _moved(rows[index], place, cell, bare[0] if len(bare) == 1 else None)
    return Grid(tuple(rows), grid.header_rows)


def _blank(row: tuple[GridCell | None, ...]) -> tuple[GridCell | None, ...]:
    return tuple(replace(cell, text="") if cell is not None else None for cell in row)


def _heads(rows: list[tuple[GridCell | None, ...]]) -> dict[int, str]:
    """Words of the lowest head over each column."""
    found: dict[int, str] = {}
    for row in rows:
        for place, cell in enumerate(row):
            if cell is not None and cell.text.strip():
                found.update(dict.fromkeys(range(place, place + cell.column_span), " ".join(cell.text.split())))
    return found


def _figured(grid: Grid, headers: int) -> list[int]:
    """Columns with figures below their heads."""
    return sorted(
        {
            place
            for row in grid.rows[headers:]
            for place, cell in enumerate(row)
            if place and cell is not None and read_number(cell.text) is not None
        }
    )


def _moved(row: tuple[GridCell | None, ...], place: int, cell: GridCell, to: int | None) -> tuple[GridCell | None, ...]:
    """A row with its one head over another column, or over none."""
    cells: list[GridCell | None] = [
        replace(cell, text="", column_span=1) if place <= n < place + cell.column_span else one
        for n, one in enumerate(row)
    ]
    if to is not None and to < len(cells):
        cells[to] = replace(cell, column_span=1)
    return tuple(cells)


_NUMERAL = re.compile(r"^\(?(?:[A-Za-z]|[IVXLC]+|\d{1,3}[a-z]?)[.)]?$")
_STATES = frozenset({"expenditure", "appropriation", "approved", "estimate", "proposed"})
_FEWEST_ROWS = 2
_FEWEST_COUNTS = 2
_FEWEST_GROUPS = 2
_SLACK = Decimal("0.15")
"""What a change may be off by, its figures rounded to one decimal each."""
_OPERANDS = re.compile(r"\((\d+)\)")


def layout_of(grid: Grid, vocabulary: Vocabulary) -> Layout:
    """The layout of a grid: heads read column by column, group heads above taken into the label."""
    headers = header_rows(grid, vocabulary)
    grid = without_stray_heads(grid, headers, vocabulary)
    width = max((len(row) for row in grid.rows), default=0)
    stacks = stacks_of(grid, headers, width)
    stub_columns, stub_meaning = _stub_of([texts for texts, _ in stacks], vocabulary)
    if not stub_columns and stacks and _is_of_words(grid, headers, stacks[0][0], vocabulary):
        stub_columns = (0,)  # labels below a head that is not known
    stub_columns = _without_figures(grid, headers, stub_columns)
    stub_columns = _whole_stub(grid, headers, stacks, stub_columns, vocabulary)
    if _counts_rows(grid, headers, stub_columns):
        stub_columns = stub_columns[1:]
        stub_meaning = stub_meaning or _stub_of([stacks[stub_columns[0]][0]], vocabulary)[1]
    columns: list[Column] = []
    said_of: list[Said] = []
    for covers, texts in _spans(stacks, stub_columns):
        said = read_stack(texts, vocabulary)
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
                basis=said.basis,
            )
        )
        said_of.append(said)
    columns = _apart(_settled(columns, said_of), grid, headers)
    stub_index = stub_columns[0] if stub_columns else 0
    texts = stacks[stub_index][0] if stacks else []
    heads = tuple(tuple(stack) for stack, _ in stacks)
    stub = texts[-1] if texts else ""
    places = places_of(grid, headers, stub_columns, columns)
    return Layout(headers, stub_index, stub, stub_meaning, tuple(columns), stub_columns, heads, places)


def _spans(
    stacks: Sequence[tuple[list[str], int | None]], stub_columns: Sequence[int]
) -> list[tuple[tuple[int, ...], list[str]]]:
    """Grid columns under one lowest head, with the fullest stack among them: a group head may span fewer. Of stacks
    as full, that of a group under which no other column has this head: a cell may reach below two groups."""
    spans: list[tuple[list[int], list[list[str]], int | None]] = []
    for index, (texts, lowest) in enumerate(stacks):
        if index in stub_columns or not texts:
            continue
        if spans and lowest is not None and spans[-1][2] == lowest and spans[-1][0][-1] == index - 1:
            spans[-1][0].append(index)
            spans[-1][1].append(texts)
        else:
            spans.append(([index], [texts], lowest))
    found: list[tuple[tuple[int, ...], list[str]]] = []
    for covers, options, _ in spans:
        fullest = [texts for texts in options if len(texts) == max(map(len, options))]
        taken = [texts for _, texts in found]
        found.append((tuple(covers), next((texts for texts in fullest if texts not in taken), fullest[0])))
    return found


def _settled(columns: list[Column], said: Sequence[Said]) -> list[Column]:
    """Columns with what only the whole row of heads tells: a "total" is a change beside changes, a sum beside
    grades, all sources beside sources of funding."""
    has_changes = any(c.measure in CHANGES - {"total_change"} for c in columns) or any(s.is_change_group for s in said)
    has_funding = sum(1 for c in columns if c.funding) > 0
    has_items = any(c.item for c in columns)
    sums = sum(1 for c in columns if c.meaning in {"total_change", "subtotal"})
    settled: list[Column] = []
    for column, words in zip(_with_lost_groups(columns), said, strict=True):
        is_total = column.meaning == "total_change" and not words.is_change_group and (has_items or not has_changes)
        if is_total or column.meaning == "subtotal":
            # a subtotal is that of its group, or of the group before it where its head stands apart; a total is of
            # all, whatever group head is drawn over it
            before = settled[-1].group if settled and not settled[-1].is_sum else None
            group = None if is_total else column.group or before
            # one of several sums, of a group that no head names, is not the total
            own = None if is_total or group or sums == 1 else ("part", f"columns_{column.index}")
            column = replace(column, measure=None, meaning="sum", is_sum=True, group=group, item=own or column.item)
        if words.is_total and has_funding and not column.funding:
            column = replace(column, funding="ALL")
            if column.meaning == "total_change" and column.year:  # "Total" is the group's head, below it a year alone
                column = replace(column, measure=None, meaning=None)
        settled.append(column)
    return _summed([_own_item(column, settled) for column in settled])


def _with_lost_groups(columns: list[Column]) -> list[Column]:
    """Columns with the group to the left, where each head of a group stands over the first of its columns alone."""
    named = [column for column in columns if column.group]
    firsts = {column.group for column in named if column.item and column.item[1] != column.group}
    bare = [column for column in columns if not column.group and (column.item or column.meaning == "subtotal")]
    is_one_each = len({column.group for column in named}) == len(named)
    if not is_one_each or len(firsts) < _FEWEST_GROUPS or len(bare) <= len(named):
        return columns
    filled: list[Column] = []
    group: str | None = None
    for column in columns:
        group = column.group or group
        filled.append(replace(column, group=group) if column in bare else column)
    return filled


def _summed(columns: list[Column]) -> list[Column]:
    """Columns of items with the column that sums each: the subtotal of its group, then the total."""
    if not any(column.is_sum for column in columns):
        return columns
    totals: dict[int, int] = {}
    open_columns: list[Column] = []
    for column in columns:
        if column.is_sum:
            members = [c for c in open_columns if column.group is None or c.group == column.group]
            totals |= {member.index: column.index for member in members}
            open_columns = [c for c in open_columns if c not in members]
        if column.item or column.is_sum:
            open_columns.append(column)
    return [replace(column, total=totals.get(column.index)) for column in columns]


def _own_item(column: Column, columns: Sequence[Column]) -> Column:
    """A column beside one that sums: under an unknown head it is an amount of its own, never the total.

    Of several subtotals in one group none is known to be the group's.
    """
    is_said = column.measure or column.meaning or column.item or column.funding or column.unit or column.is_sum
    if column.is_sum and column.group:
        beside = [c.index for c in columns if c.is_sum and c.group == column.group]
        if len(beside) > 1:
            return replace(column, item=("part", f"{column.group}_{beside.index(column.index) + 1}"))
    if is_said or column.year or not column.label or not any(c.is_sum for c in columns):
        return column
    return replace(column, item=("category", slug(column.label)))


def _apart(columns: list[Column], grid: Grid, headers: int) -> list[Column]:
    """Columns of which no two say the same: where two do, a row of formulas tells which the change leads from or to,
    else the figures do.

    The others keep their figures and their label, and say nothing: their head is misprinted, or read wrongly.
    """
    said = Counter(_key(column) for column in columns if column.measure in _STATES)
    if all(count < 2 for count in said.values()):
        return columns
    bases = _operands_of_changes(columns, grid, headers) or _ends_of_changes(columns, grid, headers)
    return [
        column
        if said[_key(column)] < 2 or (column.index in bases and _is_only(column, columns, bases))
        else replace(column, measure=None, year=None, meaning=None, is_unsure=True)
        for column in columns
    ]


def _key(column: Column) -> tuple[object, ...]:
    # without a year, what stands above its head may tell a column apart from others
    words = "" if column.year else column.label
    return (column.measure, column.year, column.funding, column.unit, column.item, column.group, column.basis, words)


def _is_only(column: Column, columns: Sequence[Column], bases: frozenset[int]) -> bool:
    return sum(1 for c in columns if _key(c) == _key(column) and c.index in bases) == 1


def _operands_of_changes(columns: Sequence[Column], grid: Grid, headers: int) -> frozenset[int]:
    """Grid columns that the formula of a total change names, such as (4) and (5) of (6)=(5)-(4)."""
    numbered: dict[str, int] = {}
    formulas: dict[int, str] = {}
    for row in grid.rows[:headers]:
        for index, cell in enumerate(row):
            text = "".join(cell.text.split()) if cell is not None else ""
            if FORMULA.match(text):
                numbered[text.partition("=")[0].strip("()")] = index
                formulas[index] = text.partition("=")[2]
    changes = {index for column in columns if column.measure == "total_change" for index in column.covers}
    return frozenset(
        numbered[operand]
        for index, formula in formulas.items()
        if index in changes
        for operand in _OPERANDS.findall(formula)
        if operand in numbered
    )


def _ends_of_changes(columns: Sequence[Column], grid: Grid, headers: int) -> frozenset[int]:
    """Grid columns between which the total change lies in every row that prints all three, in two rows at least."""
    changes = [column for column in columns if column.measure == "total_change"]
    states = [column for column in columns if column.measure in _STATES and column.year]
    if len(changes) != 1:
        return frozenset()
    values = {c.index: _values(grid, headers, c.index) for c in (*states, changes[0])}
    found: set[int] = set()
    for base in states:
        for end in states:
            if base.year is None or end.year is None or base.year >= end.year:
                continue
            rows = [
                (before, change, after)
                for before, change, after in zip(
                    values[base.index], values[changes[0].index], values[end.index], strict=True
                )
                if before is not None and change is not None and after is not None
            ]
            told = sum(1 for _, change, _ in rows if change)
            if told >= _FEWEST_ROWS and all(abs(before + change - after) <= _SLACK for before, change, after in rows):
                found |= {base.index, end.index}
    return frozenset(found)


def _values(grid: Grid, headers: int, column: int) -> list[Decimal | None]:
    cells = [row[column] if column < len(row) else None for row in grid.rows[headers:]]
    numbers = [read_number(cell.text) if cell is not None else None for cell in cells]
    return [number.value if number is not None else None for number in numbers]


def _is_of_words(grid: Grid, headers: int, head: Sequence[str], vocabulary: Vocabulary) -> bool:
    """True when the first column holds words and no figures, below a head that names no measure, year or grade."""
    said = read_stack(head, vocabulary)
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


def _whole_stub(
    grid: Grid,
    headers: int,
    stacks: Sequence[tuple[list[str], int | None]],
    columns: tuple[int, ...],
    vocabulary: Vocabulary,
) -> tuple[int, ...]:
    """Columns of labels up to the first of figures: numbers or letters of rows may stand in a column of their own."""
    found = list(columns)
    for index in range(found[-1] + 1 if found else 0, len(stacks)):
        texts, lowest = stacks[index]
        cells = _printed(grid, headers, index)
        is_same_head = bool(found) and lowest is not None and lowest == stacks[found[-1]][1]
        is_silent = not texts or is_same_head or _says_nothing(texts, vocabulary)
        before = [cell for column in found for cell in _printed(grid, headers, column)]
        # words set wide apart look like columns: one without a head, of words alone, goes on with the labels
        is_torn = not texts and any(not _says_nothing(right, vocabulary) for right, _ in stacks[index + 1 :] if right)
        is_numbered = is_torn or not found or all(_NUMERAL.match(cell) for cell in before)
        if not is_silent or not cells or not (is_same_head or is_numbered):
            break
        if _are_words(cells) or (not found and all(_NUMERAL.match(cell) for cell in cells)):
            found.append(index)
        else:
            break
    if found and not columns and not any(_are_words(_printed(grid, headers, column)) for column in found):
        return columns  # numbers alone are no labels
    return tuple(found)


def _without_figures(grid: Grid, headers: int, stub_columns: tuple[int, ...]) -> tuple[int, ...]:
    """Columns of labels up to the first of amounts: the head of a column of figures may have been left out."""
    for place, column in enumerate(stub_columns[1:], start=1):
        cells = _printed(grid, headers, column)
        amounts = sum(1 for text in cells if read_number(text) is not None and not _NUMERAL.match(text))
        if 2 * amounts > len(cells):
            return stub_columns[:place]
    return stub_columns


def _counts_rows(grid: Grid, headers: int, stub_columns: Sequence[int]) -> bool:
    """True where the first of several columns of labels counts all rows from 1 on, totals among them."""
    if len(stub_columns) < 2:
        return False
    counts = _printed(grid, headers, stub_columns[0])
    labels = _printed(grid, headers, stub_columns[1])
    return len(counts) >= _FEWEST_COUNTS and counts == [str(n + 1) for n in range(len(labels))]


def _says_nothing(texts: Sequence[str], vocabulary: Vocabulary) -> bool:
    said = read_stack(texts, vocabulary)
    return not (said.measure or said.meaning or said.year or said.item or said.group or said.funding or said.unit)


def _printed(grid: Grid, headers: int, column: int) -> list[str]:
    """Words of a column below its heads, rows of one cell over the whole width left out."""
    cells = [row[column] for row in grid.rows[headers:] if column < len(row) and not _is_whole(row)]
    return [text for cell in cells if cell is not None and (text := cell.text.strip())]


def _is_whole(row: Sequence[GridCell | None]) -> bool:
    return row[0] is not None and 1 < len(row) <= row[0].column_span


def _are_words(cells: Sequence[str]) -> bool:
    words = sum(1 for text in cells if any(character.isalpha() for character in text) and not _NUMERAL.match(text))
    figures = sum(1 for text in cells if read_number(text) is not None or is_nil_mark(text))
    return 2 * words > len(cells) and figures == 0

"""Tables of words in a text that keeps the look of its pages: cells below the beginnings of their heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from pipelines.blocks import Grid, GridCell, Place
from pipelines.parse.numbers import is_nil_mark
from pipelines.read.lines import Line, join_wrapped
from pipelines.read.text_layout_heads import pieces_of, widest
from pipelines.read.text_layout_lines import Part, is_figure, is_year

_NEAR = 2  # signs by which what stands in line may differ
_WIDE_LABEL = 4


def word_grid(parts: Sequence[Part]) -> tuple[Grid, set[int]] | None:
    """The grid of a table whose cells are words, below the beginnings of their heads."""
    top: list[tuple[GridCell | None, ...]] = []
    lost, rows = set[int](), list[tuple[GridCell | None, ...]]()
    starts: list[int] = []
    for head, body in parts:
        starts = _starts(head, body) or starts
        if len(starts) < 2:
            return None
        if not top:
            top = [_word_row([(line, _in_columns(line, starts) or []) for line in head], len(starts))]
        rows += _word_rows(body, starts, lost)
    return Grid((*top, *rows), header_rows=1), lost


def _starts(head: Sequence[Line], body: Sequence[Line]) -> list[int]:
    """Where the columns of words begin: below each head, where most lines have a piece; and labels that have no head."""
    begun = Counter(start for line in body for start, _, _ in pieces_of(line))
    found: list[int] = []
    for start, end, _ in widest(head):
        near = [at for at in begun if abs(at - start) <= _NEAR] or [at for at in begun if start <= at < end]
        found.append(min(max(near, key=lambda at: begun[at], default=start), start))
    least = min(begun, default=0)
    if (
        found
        and least < found[0] - _WIDE_LABEL
        and sum(pieces_of(line)[0][0] < found[0] - _NEAR for line in body) * 2 > len(body)
    ):
        found.insert(0, least)
    return found


def _in_columns(line: Line, starts: Sequence[int]) -> list[str] | None:
    """The words of a line by column; None where some reach over the beginning of another."""
    cells = [""] * len(starts)
    for start, end, words in pieces_of(line):
        begun = start
        for at in [at for at in starts if start < at < end] + [end]:
            inner = words[begun - start : at - start]
            if at < end and words[at - start - 1] != " ":
                return None
            column = max((i for i, edge in enumerate(starts) if edge <= begun + _NEAR), default=0)
            cells[column] = f"{cells[column]} {inner.strip()}".strip()
            begun = at
    return cells


def _word_rows(lines: Sequence[Line], starts: Sequence[int], lost: set[int]) -> list[tuple[GridCell | None, ...]]:
    """Rows of words: one, or one for each figure where a column has nothing else, or for each group with a label."""
    placed: list[tuple[Line, list[str]]] = []
    for line in lines:
        cells = _in_columns(line, starts)
        if cells is None:
            lost.add(line.number)
        else:
            placed.append((line, cells))
    if not placed:
        return []
    key = next(
        (c for c in range(1, len(starts)) if (own := [cells[c] for _, cells in placed if cells[c]]) and all(map(_is_count, own))),
        None,
    )  # fmt: skip
    begins: Callable[[int], bool] = (
        (lambda i: bool(placed[i][1][key]))
        if key is not None
        else (lambda i: bool(placed[i][1][0]) and placed[i][0].number - placed[i - 1][0].number > 1)
    )
    groups: list[list[tuple[Line, list[str]]]] = []
    for index, one in enumerate(placed):
        if not groups or begins(index):
            groups.append([])
        groups[-1].append(one)
    rows = []
    for group in groups:
        own = {line.number for line, _ in group}
        if lost & set(range(min(own), max(own) + 2)) or min(own) - 1 in lost:
            lost |= own  # half a sentence is no cell
        else:
            rows.append(_word_row(group, len(starts)))
    return rows


def _is_count(words: str) -> bool:
    return is_figure(words) and not is_nil_mark(words) and not is_year(words)


def _word_row(group: Sequence[tuple[Line, list[str]]], count: int) -> tuple[GridCell | None, ...]:
    cells: list[GridCell | None] = []
    for column in range(count):
        own = [(line, words[column]) for line, words in group if words and words[column]]
        first, last = (own[0][0], own[-1][0]) if own else (group[0][0], group[-1][0])
        place = Place(page=first.page, line_first=first.number, line_last=last.number)
        cells.append(GridCell(join_wrapped(words for _, words in own), place))
    return tuple(cells)

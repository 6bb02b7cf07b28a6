"""Tables of a text that keeps the look of its pages: gaps set the cells apart, and columns stand below their heads.

Such a text has no rules and no marks of cells, and the gaps of one line may differ by some signs from those of the
next. So figures are told by their order where a row has all of them, else by where they end; what falls between two
columns is not taken for either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.model.numbers import stands_for_figure
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.read.text.page_heads import Column, Piece, head_rows, pieces_of, widest
from pipelines.read.text.page_lines import (
    BEGINS,
    MARKS,
    Part,
    are_years,
    figures_at_end,
    flat,
    has_figures,
    head_end,
    is_figure,
    repeated,
    word_grid,
)
from pipelines.vocabulary import Vocabulary

_NUMBER = re.compile(r"\s*\d{1,3}\.\s+(?=\S)")
_GROUPS_LEFT = re.compile(r"[(+–−-]?[1-9]\d{0,2}(?: \d{3})*")
_GROUPS_RIGHT = re.compile(r"\d{3}(?: \d{3})*(?:[.,]\d+)?\)?")
_NEAR = 2  # signs by which what stands in line may differ
_WIDE_LABEL = 4
_LONGEST_RUN = 8  # lines of a label
_LONGEST_ROW = 3  # lines of a row whose figures are wrapped


@dataclass(slots=True)
class LaidTable:
    """A table put together: its grid, its lines in their order, and the numbers of those that were not understood."""

    grid: Grid
    lines: list[Line]
    lost: set[int]


@dataclass(frozen=True, slots=True)
class _Labels:
    """How labels are set on a page: how far they reach, the lines that hang below the words after a number, and those
    that the vocabulary knows as headings over rows, which neither go on nor end another label."""

    width: int = 0
    hanging: frozenset[int] = frozenset()
    headings: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Row:
    label: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    values: list[str] | None = None
    indent: int = 0


def lay(parts: Sequence[Sequence[Line]], vocabulary: Vocabulary) -> LaidTable | None:
    """A table of the lines of its pages, heads first on each; None where no columns are found."""
    lines = [line for part in parts for line in part]
    first = parts[0] if parts else ()
    end = head_end(first, vocabulary)
    if not end:
        return None
    split = [(part[:end], part[end:]) if part is first else repeated(part, first[:end]) for part in parts]
    rows = [line for _, body in split for line in body]
    numeric = [line for line in rows if has_figures(line)]
    if numeric and 2 * len(numeric) >= sum(len(pieces_of(line)) > 1 for line in rows):
        made = _figure_grid(split, vocabulary)
    else:
        made = word_grid(split)
    if made is None:
        return None
    grid, lost = made
    return LaidTable(grid, lines, lost)


# -- tables of figures ---------------------------------------------------------------------------


def _figure_grid(parts: Sequence[Part], vocabulary: Vocabulary) -> tuple[Grid, set[int]] | None:
    """The grid of a table with a figure in each column of most rows."""
    top: list[tuple[GridCell | None, ...]] = []
    count, lost, rows = 0, set[int](), list[_Row]()
    lines = [line for _, body in parts for line in body]
    headings = frozenset(line.number for line in lines if vocabulary.meaning("row_groups", flat(line)) is not None)
    labels = _Labels(hanging=_hanging(lines) - headings, headings=headings)
    for head, body in parts:
        columns, left, begin = _columns(head, body, count)
        if not columns and not count:
            return None
        if not columns:
            rows += _wordy(body, labels, lost)
            continue
        if not top:
            made = head_rows(head, columns, left, begin, vocabulary)
            top, count = made.rows, len(columns)
            lost |= made.lost
        rows += _rows(body, columns, left, labels, lost)
    if not count:
        return None
    return Grid((*top, *(_grid_row(row, count) for row in rows)), header_rows=len(top)), lost


def _wordy(lines: Sequence[Line], labels: _Labels, lost: set[int]) -> list[_Row]:
    """The rows of a page on which no columns are found: words, for figures could be of any column."""
    lost |= {line.number for line in lines if figures_at_end(line)}
    kept = [line for line in lines if line.number not in lost]
    begin = min((line.leading_spaces for line in kept), default=0)
    labels = replace(labels, width=max((len(line.raw.rstrip()) for line in kept), default=0))
    return [_heading_row(run, begin) for run in _headings(kept, labels)]


def _heading_row(run: Sequence[Line], begin: int) -> _Row:
    return _Row([flat(line) for line in run], list(run), None, _indent(run[0], begin))


def _columns(head: Sequence[Line], body: Sequence[Line], count: int) -> tuple[list[Column], int, int]:
    """Where the columns of figures stand on a page, where the first of them begins, and where labels do.

    Where ``count`` is not told by an earlier page, rows tell it, or the heads where they are more.
    """
    full = [(line, figures_at_end(line)) for line in body if has_figures(line)]
    counts = Counter(len(figures) for _, figures in full)
    most = count or max(counts, key=lambda number: (counts[number], number), default=0)
    whole = [figures for _, figures in full if len(figures) == most]
    begin = min((line.leading_spaces for line in body), default=0)
    heads = [piece for piece in widest(head) if piece[0] > begin + _NEAR]
    if count == 0 and len(heads) > most:
        return (
            [Column(start, end) for start, end, _ in heads],
            max(begin + _WIDE_LABEL, heads[0][0] - _WIDE_LABEL),
            begin,
        )
    if not whole:
        columns = [Column(start, end) for start, end, _ in heads] if len(heads) == count else []
        return columns, max(begin + _WIDE_LABEL, heads[0][0] - _WIDE_LABEL) if columns else 0, begin
    best = min(whole, key=lambda figures: _distance(figures, heads))
    columns = [
        Column(min(figures[i][0] for figures in whole), best[i][1]) for i in range(len(best))
    ]  # fmt: skip
    margin = min(_WIDE_LABEL + _NEAR, max(1, (columns[0].start - begin) // 2))
    return columns, columns[0].start - margin, begin


def _distance(figures: Sequence[Piece], heads: Sequence[Piece]) -> int:
    return sum(min((abs(end - head[1]) for head in heads), default=0) for _, end, _ in figures)


def _rows(lines: Sequence[Line], columns: Sequence[Column], left: int, labels: _Labels, lost: set[int]) -> list[_Row]:
    """The rows of one page; a label may be wrapped above its figures, or below them."""
    rows: list[_Row] = []
    pending: list[Line] = []
    labels = replace(labels, width=_label_width(lines, left))
    begin = min((line.leading_spaces for line in lines), default=0)

    def close(kept: Sequence[Line]) -> None:
        rows.extend(_heading_row(run, begin) for run in _headings(kept, labels))

    taken = 0
    for at, line in enumerate(lines):
        if line.number <= taken:
            continue
        if line.leading_spaces >= left and all(MARKS.fullmatch(words) for _, _, words in pieces_of(line)):
            continue  # marks raised above the figures of the line below
        if (whole := _wrapped_row(lines[at : at + _LONGEST_ROW], columns, left)) is not None:
            own = _own(pending, whole.lines[0], labels, True)
            close(pending[: len(pending) - len(own)])
            whole.indent = _indent(own[0] if own else whole.lines[0], begin)
            whole.label[:0], whole.lines[:0] = [flat(above) for above in own], own
            rows.append(whole)
            pending, taken = [], whole.lines[-1].number
            continue
        label, values = _parted(line, columns, left)
        if values is None:
            lost.add(line.number)
            continue
        if not any(values):
            if not pending and rows and rows[-1].values is not None and _goes_on(line, rows[-1].lines[-1]):
                rows[-1].label.append(label)
                rows[-1].lines.append(line)
            else:
                pending.append(line)
            continue
        own = _own(pending, line, labels, bool(label))
        close(pending[: len(pending) - len(own)])
        words = [*(flat(above) for above in own), *([label] if label else [])]
        if not words:
            lost.add(line.number)
        else:
            rows.append(_Row(words, [*own, line], values, _indent(own[0] if own else line, begin)))
        pending = []
    close(pending)
    return rows


def _label_width(lines: Sequence[Line], left: int) -> int:
    """How far labels reach, told by those that go on beside their figures; as far as there is place where none does."""
    wrapped = [
        a for a, b in pairwise(lines) if len(pieces_of(a)) == 1 and b.number == a.number + 1 and _starts_small(b) and has_figures(b)
    ]  # fmt: skip
    ends = [pieces_of(line)[0][1] for line in (*wrapped, *filter(has_figures, lines))] if wrapped else []
    return max((end for end in ends if end <= left), default=left)


def _hanging(lines: Sequence[Line]) -> frozenset[int]:
    """The lines that go on with what a number began: they hang below its words, and only the last has figures.

    Where several rows of figures hang there they are parts of it, unless lines that begin small show how labels are set.
    """
    found: list[list[Line]] = []
    hangs = False
    for index, line in enumerate(lines):
        mark = _NUMBER.match(line.raw)
        if mark is None or has_figures(line):
            continue
        below = lines[index + 1 :]
        run = [
            one
            for number, one in enumerate(below[:_LONGEST_RUN], start=1)
            if all(
                abs(other.leading_spaces - mark.end()) < _NEAR and not BEGINS.match(other.raw.strip())
                for other in below[:number]
            )
        ]
        hangs = hangs or any(_starts_small(one) for one in run)
        found.append(run)
    kept: set[int] = set()
    for run in found:
        last = next((number for number, one in enumerate(run, start=1) if _has_figures_beside(one)), 0)
        if last and (hangs or last == len(run)):
            kept |= {one.number for one in run[:last]}
    return frozenset(kept)


def _has_figures_beside(line: Line) -> bool:
    """Whether figures stand beside the first piece of a line, which may be a number itself: the year a label ends with."""
    first = pieces_of(line)[0]
    beside = [piece for piece in figures_at_end(line) if piece != first]
    return bool(beside) and not are_years(beside)


def _indent(line: Line, begin: int) -> int:
    return int(line.leading_spaces > begin)


def _starts_small(line: Line) -> bool:
    return line.raw.strip()[:1].islower()


def _goes_on(line: Line, before: Line) -> bool:
    return _starts_small(line) and line.number == before.number + 1 and BEGINS.match(line.raw.strip()) is None


def _is_wrapped(above: Line, below: Line, labels: _Labels) -> bool:
    """Whether the words of one line go on in the next: they begin small, or would not have fitted above.

    A line that is wider than the labels spans the table; one that is set in further belongs to what stands above.
    """
    words = below.raw.strip()
    if below.number != above.number + 1 or BEGINS.match(words) or {above.number, below.number} & labels.headings:
        return False
    if words[:1].islower() or below.number in labels.hanging:
        return True
    end = len(above.raw.rstrip())
    mark = BEGINS.match(above.raw.strip())
    words_begin = above.leading_spaces + len(mark.group()) if mark else above.leading_spaces
    words_begin += len(above.raw[words_begin:]) - len(above.raw[words_begin:].lstrip())
    is_set_in = below.leading_spaces > above.leading_spaces + 1 and (
        mark is None or abs(below.leading_spaces - words_begin) >= _NEAR
    )
    return not is_set_in and end <= labels.width < end + 1 + len(words.split(maxsplit=1)[0])


def _own(pending: Sequence[Line], line: Line, labels: _Labels, has_words: bool) -> list[Line]:
    """The last of the lines above that are the beginning of this row's label."""
    own: list[Line] = []
    below = line
    for above in reversed(pending):
        if not (_is_wrapped(above, below, labels) or (not has_words and not own)):
            break
        own.insert(0, above)
        below = above
    return own


def _headings(lines: Sequence[Line], labels: _Labels) -> list[list[Line]]:
    runs: list[list[Line]] = []
    for line in lines:
        if runs and _is_wrapped(runs[-1][-1], line, labels):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _parted(line: Line, columns: Sequence[Column], left: int) -> tuple[str, list[str] | None]:
    """Label and the values of a line by column; None for values that stand between columns."""
    words = [piece for piece in pieces_of(line) if piece[0] < left]
    cells = [piece for piece in pieces_of(line) if piece[0] >= left]
    if words and is_figure(words[-1][2]) and len(words) > 1:
        cells.insert(0, words.pop())  # a figure that is wider than those it stands below
    label = " ".join(piece[2] for piece in words)
    if words and not cells and words[-1][1] > columns[0].end:
        return label, [""] * len(columns)  # a label that reaches over the columns
    parts = [part for piece in cells for part in _cut(piece, columns)]
    if not all(_is_value(part[2]) for part in parts):
        return label, None
    return label, _placed(parts, columns)


def _wrapped_row(lines: Sequence[Line], columns: Sequence[Column], left: int) -> _Row | None:
    """The row that lines begin whose cells were wrapped in narrow columns; None where they begin no such row.

    Where a column has something in two lines, they begin and end one figure. Else lines that share one label have the
    figures of the columns that the others lack.
    """
    for count in range(len(lines), 1, -1):
        run = lines[:count]
        if run[-1].number == run[0].number + count - 1 and (row := _of_lines(run, columns, left)) is not None:
            return row
    return None


def _of_lines(run: Sequence[Line], columns: Sequence[Column], left: int) -> _Row | None:
    parts = [_by_column(line, columns, left) for line in run]
    labels = [label for label, _ in parts if label]
    is_label = (
        all(_goes_on(b, a) for a, b in pairwise(run) if _by_column(b, columns, left)[0])
        if len(labels) > 1
        else bool(labels)
    )
    stacks = [[cell for cell in column if cell] for column in zip(*(cells or () for _, cells in parts), strict=False)]
    if not is_label or any(cells is None for _, cells in parts) or max(map(len, stacks), default=0) > 2:
        return None
    pairs = [(stack[0], stack[1]) for stack in stacks if len(stack) == 2]
    values = [_joined(*stack) if len(stack) == 2 else "".join(stack) for stack in stacks]
    if not all(value is not None and (not value or _is_value(value)) for value in values):
        return None
    if pairs:
        is_row = not parts[0][0] or any(_are_parts(*pair) for pair in pairs)
    else:  # each line has some of the columns, and together they have all
        is_row = len(labels) == len(run) and all(any(cells or ()) for _, cells in parts) and all(stacks)
    return _Row(labels, list(run), [value or "" for value in values]) if is_row else None


def _by_column(line: Line, columns: Sequence[Column], left: int) -> tuple[str, list[str] | None]:
    """Label of a line, and what stands in each column, figure or not; None where something stands between them."""
    pieces = pieces_of(line)
    cells = [part for piece in pieces if piece[0] >= left for part in _cut(piece, columns)]
    return " ".join(words for start, _, words in pieces if start < left), _placed(cells, columns)


def _joined(begun: str, ended: str) -> str | None:
    """A figure of its two parts; None where they are none."""
    if begun[-1] in ".,(" or ended[0] in ".,)":
        return begun + ended
    return f"{begun} {ended}" if _GROUPS_LEFT.fullmatch(begun) and _GROUPS_RIGHT.fullmatch(ended) else None


def _are_parts(begun: str, ended: str) -> bool:
    """Whether two figures one above the other can only be parts of one: the lower begins with a zero, or only it has decimals."""
    return begun[-1] in ".,(" or ended[0] in ".,)0" or bool(re.search(r"[.,]\d", ended))


def _is_value(words: str) -> bool:
    return is_figure(words) or stands_for_figure(words)


def _cut(piece: Piece, columns: Sequence[Column]) -> list[Piece]:
    """A piece parted where one column ends in it and only one space stands between that and the next."""
    start, end, words = piece
    parts: list[Piece] = []
    begun = start
    for match in re.finditer(" ", words):
        at = start + match.start()
        is_edge = any(abs(at - column.end) < _NEAR for column in columns[:-1])
        is_apart = is_figure(words[begun - start : match.start()]) and not MARKS.fullmatch(words[match.end() :])
        if is_edge and is_apart:
            parts.append((begun, at, words[begun - start : match.start()]))
            begun = at + 1
    parts.append((begun, end, words[begun - start :]))
    if len(parts) > 1 and not all(_is_value(part[2]) for part in parts):
        return [piece]
    return parts


def _placed(parts: Sequence[Piece], columns: Sequence[Column]) -> list[str] | None:
    """Values by column: in their order where there are as many, else by where they end."""
    if len(parts) > len(columns):
        return None
    if len(parts) == len(columns):
        return [words for _, _, words in parts]
    values = [""] * len(columns)
    at = -1
    for start, end, words in parts:
        first, *others = sorted((abs(column.end - end), index) for index, column in enumerate(columns))
        distance, near = first
        if near <= at or (others and 2 * distance >= others[0][0]) or (near and start < columns[near - 1].end - _NEAR):
            return None
        values[near], at = words, near
    return values


def _grid_row(row: _Row, count: int) -> tuple[GridCell | None, ...]:
    numbers = [line.number for line in row.lines]
    place = Place(page=row.lines[0].page, line_first=min(numbers), line_last=max(numbers))
    label = GridCell(join_wrapped(row.label), place, indent=row.indent)
    return (label, *(GridCell(value, place) for value in row.values or [""] * count))

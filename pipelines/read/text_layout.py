"""Tables of a text that keeps the look of its pages: gaps set the cells apart, and columns stand below their heads.

Such a text has no rules and no marks of cells, and the gaps of one line may differ by some signs from those of the
next. So figures are told by their order where a row has all of them, else by where they end; what falls between two
columns is not taken for either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.blocks import Grid, GridCell, Place
from pipelines.parse.numbers import is_nil_mark, read_number, split_marks, stands_for_figure
from pipelines.read.lines import Line, join_wrapped
from pipelines.read.text_layout_heads import Column, Piece, head_rows, is_known_head, pieces_of
from pipelines.vocabulary import Vocabulary

_MARKS = re.compile(r"(?:[a-z]|[*†‡]+)(?:[,/ ]+(?:[a-z]|[*†‡]+))*/?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEGINS = re.compile(r"(?:\([^\W\d_]{1,4}\)|\(\d{1,2}\)|[A-Z]\.|\d{1,3}\.|[•–—-])(?:\s|$)")
_NUMBER = re.compile(r"\s*\d{1,3}\.\s+(?=\S)")
_NEAR = 2  # signs by which what stands in line may differ
_WIDE_LABEL = 4
_HEAD_LINES = 4


@dataclass(slots=True)
class LaidTable:
    """A table put together: its grid, its lines in their order, and the numbers of those that were not understood."""

    grid: Grid
    lines: list[Line]
    lost: set[int]


@dataclass(frozen=True, slots=True)
class _Labels:
    """How labels are set on a page: how far they reach, and the lines that hang below the words after a number."""

    width: int
    hanging: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Row:
    label: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    values: list[str] | None = None
    indent: int = 0


def is_figure(words: str) -> bool:
    """Whether words are one figure, a dash for nil, or one with footnote marks."""
    return read_number(words) is not None or split_marks(words) is not None


def figures_at_end(line: Line) -> list[Piece]:
    """The pieces at the right end of a line that are figures, each as one."""
    found: list[Piece] = []
    for piece in reversed(pieces_of(line)):
        if not is_figure(piece[2]):
            break
        found.append(piece)
    return found[::-1]


def has_figures(line: Line) -> bool:
    """Whether a line has words and figures to the right of them that are not all years, as rows of tables have."""
    figures = figures_at_end(line)
    return 0 < len(figures) < len(pieces_of(line)) and not _are_years(figures)


def begins_note(line: Line) -> bool:
    """Whether a line begins a note to the table above: a mark alone, or one that a gap sets apart from words."""
    pieces = pieces_of(line)
    is_marked = bool(pieces) and _MARKS.fullmatch(pieces[0][2]) is not None and len(pieces) <= 2
    return is_marked and not any(is_figure(words) for _, _, words in pieces[1:])


def lay(parts: Sequence[Sequence[Line]], vocabulary: Vocabulary) -> LaidTable | None:
    """A table of the lines of its pages, heads first on each; None where no columns are found."""
    lines = [line for part in parts for line in part]
    first = parts[0] if parts else ()
    end = head_end(first, vocabulary)
    if not end:
        return None
    split = [(part[:end], part[end:]) if part is first else _repeated(part, first[:end]) for part in parts]
    rows = [line for _, body in split for line in body]
    numeric = [line for line in rows if has_figures(line)]
    if numeric and 2 * len(numeric) >= sum(len(pieces_of(line)) > 1 for line in rows):
        made = _of_figures(split, vocabulary)
    else:
        made = _of_words(split, vocabulary)
    if made is None:
        return None
    grid, lost = made
    return LaidTable(grid, lines, lost)


def head_end(lines: Sequence[Line], vocabulary: Vocabulary) -> int:
    """How many lines are heads: up to the last one, above the first row of figures, with words over several columns.

    In a table of words it is those the vocabulary knows, else those above a blank line; 0 where nothing stands over
    columns.
    """
    first = next((i for i, line in enumerate(lines) if has_figures(line)), None)
    if first is not None:
        return _last_head(lines, first) + 1
    known = next((i for i, line in enumerate(lines) if not _is_known(line, vocabulary)), len(lines))
    gap = next((i for i in range(1, len(lines)) if lines[i].number - lines[i - 1].number > 1), 1)
    end = known or (gap if gap <= _HEAD_LINES else 1)
    return end if any(len(pieces_of(line)) > 1 for line in lines[:end]) else 0


def _is_known(line: Line, vocabulary: Vocabulary) -> bool:
    return all(is_known_head(words, vocabulary) for _, _, words in pieces_of(line))


def _last_head(lines: Sequence[Line], first: int) -> int:
    def is_head(line: Line) -> bool:
        figures = figures_at_end(line)
        return (len(pieces_of(line)) > 1 and not figures) or (bool(figures) and _are_years(figures))

    return next((i for i in range(first - 1, -1, -1) if is_head(lines[i])), -1)


def _are_years(pieces: Sequence[Piece]) -> bool:
    return bool(pieces) and all(_YEAR.fullmatch(words) for _, _, words in pieces)


def _flat(line: Line) -> str:
    return " ".join(line.raw.split())


def repeats(line: Line, heads: Sequence[Line]) -> bool:
    """Whether a line is printed like one of the heads."""
    return _flat(line) in {_flat(head) for head in heads}


def _repeated(part: Sequence[Line], heads: Sequence[Line]) -> tuple[Sequence[Line], Sequence[Line]]:
    """Heads that are printed again at the top of a page, and the lines below them."""
    end = 0
    while end < len(part) and repeats(part[end], heads):
        end += 1
    return part[:end], part[end:]


# -- tables of figures ---------------------------------------------------------------------------


def _of_figures(
    parts: Sequence[tuple[Sequence[Line], Sequence[Line]]], vocabulary: Vocabulary
) -> tuple[Grid, set[int]] | None:
    """The grid of a table with a figure in each column of most rows."""
    top: list[tuple[GridCell | None, ...]] = []
    count, lost, rows = 0, set[int](), list[_Row]()
    hanging = _hanging([line for _, body in parts for line in body])
    for head, body in parts:
        columns, left, begin = _columns(head, body, count)
        if not columns and not count:
            return None
        if not columns:
            rows += _wordy(body, hanging, lost)
            continue
        if not top:
            made = head_rows(head, columns, left, begin, vocabulary)
            top, count = made.rows, len(columns)
            lost |= made.lost
        rows += _rows(body, columns, left, hanging, lost)
    if not count:
        return None
    return Grid((*top, *(_grid_row(row, count) for row in rows)), header_rows=len(top)), lost


def _wordy(lines: Sequence[Line], hanging: frozenset[int], lost: set[int]) -> list[_Row]:
    """The rows of a page on which no columns are found: words, for figures could be of any column."""
    lost |= {line.number for line in lines if figures_at_end(line)}
    kept = [line for line in lines if line.number not in lost]
    begin = min((line.leading_spaces for line in kept), default=0)
    labels = _Labels(max((len(line.raw.rstrip()) for line in kept), default=0), hanging)
    return [_heading_row(run, begin) for run in _headings(kept, labels)]


def _heading_row(run: Sequence[Line], begin: int) -> _Row:
    return _Row([_flat(line) for line in run], list(run), None, _indent(run[0], begin))


def _columns(head: Sequence[Line], body: Sequence[Line], count: int) -> tuple[list[Column], int, int]:
    """Where the columns of figures stand on a page, where the first of them begins, and where labels do.

    Where ``count`` is not told by an earlier page, rows tell it, or the heads where they are more.
    """
    full = [(line, figures_at_end(line)) for line in body if has_figures(line)]
    counts = Counter(len(figures) for _, figures in full)
    most = count or max(counts, key=lambda number: (counts[number], number), default=0)
    whole = [figures for _, figures in full if len(figures) == most]
    begin = min((line.leading_spaces for line in body), default=0)
    heads = [piece for piece in _widest(head, begin) if piece[0] > begin + _NEAR]
    if count == 0 and len(heads) > most:
        return [Column(start, end) for start, end, _ in heads], max(begin + _WIDE_LABEL, heads[0][0] - _WIDE_LABEL), begin
    if not whole:
        columns = [Column(start, end) for start, end, _ in heads] if len(heads) == count else []
        return columns, max(begin + _WIDE_LABEL, heads[0][0] - _WIDE_LABEL) if columns else 0, begin
    best = min(whole, key=lambda figures: _distance(figures, heads))
    columns = [
        Column(min(figures[i][0] for figures in whole), best[i][1]) for i in range(len(best))
    ]  # fmt: skip
    margin = min(_WIDE_LABEL + _NEAR, max(1, (columns[0].start - begin) // 2))
    return columns, columns[0].start - margin, begin


def _widest(head: Sequence[Line], begin: int) -> list[Piece]:
    """The pieces of the line of heads that has most of them; of equals the lowest."""
    return max((pieces_of(line) for line in reversed(head)), key=len, default=[])


def _distance(figures: Sequence[Piece], heads: Sequence[Piece]) -> int:
    return sum(min((abs(end - head[1]) for head in heads), default=0) for _, end, _ in figures)


def _rows(
    lines: Sequence[Line], columns: Sequence[Column], left: int, hanging: frozenset[int], lost: set[int]
) -> list[_Row]:
    """The rows of one page; a label may be wrapped above its figures, or below them."""
    rows: list[_Row] = []
    pending: list[Line] = []
    labels = _Labels(_label_width(lines, left), hanging)
    begin = min((line.leading_spaces for line in lines), default=0)

    def close(kept: Sequence[Line]) -> None:
        rows.extend(_heading_row(run, begin) for run in _headings(kept, labels))

    for line in lines:
        if line.leading_spaces >= left and all(_MARKS.fullmatch(words) for _, _, words in pieces_of(line)):
            continue  # marks raised above the figures of the line below
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
        words = [*(_flat(above) for above in own), *([label] if label else [])]
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
    """The lines that go on with what a number began, where some that begin small show that such lines hang below it."""
    found: set[int] = set()
    hangs, at = False, -1
    for above, line in pairwise(lines):
        if mark := _NUMBER.match(above.raw):
            at = -1 if has_figures(above) else mark.end()
        elif above.number not in found or has_figures(above):
            at = -1
        if line.leading_spaces == at and line.number == above.number + 1 and not _BEGINS.match(line.raw.strip()):
            found.add(line.number)
            hangs = hangs or _starts_small(line)
    return frozenset(found if hangs else ())


def _indent(line: Line, begin: int) -> int:
    return int(line.leading_spaces > begin)


def _starts_small(line: Line) -> bool:
    return line.raw.strip()[:1].islower()


def _goes_on(line: Line, before: Line) -> bool:
    return _starts_small(line) and line.number == before.number + 1 and _BEGINS.match(line.raw.strip()) is None


def _is_wrapped(above: Line, below: Line, labels: _Labels) -> bool:
    """Whether the words of one line go on in the next: they begin small, or would not have fitted above.

    A line that is wider than the labels spans the table; one that is set in further belongs to what stands above.
    """
    words = below.raw.strip()
    if below.number != above.number + 1 or _BEGINS.match(words):
        return False
    if words[:1].islower() or below.number in labels.hanging:
        return True
    end = len(above.raw.rstrip())
    is_set_in = below.leading_spaces > above.leading_spaces + 1 and not _BEGINS.match(above.raw.strip())
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
    if not all(is_figure(part[2]) or stands_for_figure(part[2]) for part in parts):
        return label, None
    return label, _placed(parts, columns)


def _cut(piece: Piece, columns: Sequence[Column]) -> list[Piece]:
    """A piece parted where one column ends in it and only one space stands between that and the next."""
    start, end, words = piece
    parts: list[Piece] = []
    begun = start
    for match in re.finditer(" ", words):
        at = start + match.start()
        is_edge = any(abs(at - column.end) < _NEAR for column in columns[:-1])
        is_apart = is_figure(words[begun - start : match.start()]) and not _MARKS.fullmatch(words[match.end() :])
        if is_edge and is_apart:
            parts.append((begun, at, words[begun - start : match.start()]))
            begun = at + 1
    parts.append((begun, end, words[begun - start :]))
    if len(parts) > 1 and not all(is_figure(part[2]) or stands_for_figure(part[2]) for part in parts):
        return [piece]
    return parts


def _placed(parts: Sequence[Piece], columns: Sequence[Column]) -> list[str] | None:
    """Values by column: in their order where there are as many, else by where they end."""
    if len(parts) > len(columns):
        return None
    if len(parts) == len(columns):
        return [words for _, _, words in parts]
    values = [""] * len(columns)
    span = min((b.end - a.end for a, b in pairwise(columns)), default=columns[0].end)
    at = -1
    for start, end, words in parts:
        near = min(range(at + 1, len(columns)), key=lambda i: abs(columns[i].end - end), default=None)
        if near is None or 2 * abs(columns[near].end - end) > span or (near and start < columns[near - 1].end - _NEAR):
            return None
        values[near], at = words, near
    return values


def _grid_row(row: _Row, count: int) -> tuple[GridCell | None, ...]:
    numbers = [line.number for line in row.lines]
    place = Place(page=row.lines[0].page, line_first=min(numbers), line_last=max(numbers))
    label = GridCell(join_wrapped(row.label), place, indent=row.indent)
    return (label, *(GridCell(value, place) for value in row.values or [""] * count))


# -- tables of words -----------------------------------------------------------------------------


def _of_words(
    parts: Sequence[tuple[Sequence[Line], Sequence[Line]]], vocabulary: Vocabulary
) -> tuple[Grid, set[int]] | None:
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
    for start, end, _ in _widest(head, 0):
        near = [at for at in begun if abs(at - start) <= _NEAR] or [at for at in begun if start <= at < end]
        found.append(min(max(near, key=lambda at: begun[at], default=start), start))
    least = min(begun, default=0)
    if found and least < found[0] - _WIDE_LABEL and sum(pieces_of(line)[0][0] < found[0] - _NEAR for line in body) * 2 > len(body):
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
    return is_figure(words) and not is_nil_mark(words) and not _YEAR.fullmatch(words)


def _word_row(group: Sequence[tuple[Line, list[str]]], count: int) -> tuple[GridCell | None, ...]:
    cells: list[GridCell | None] = []
    for column in range(count):
        own = [(line, words[column]) for line, words in group if words and words[column]]
        first, last = (own[0][0], own[-1][0]) if own else (group[0][0], group[-1][0])
        place = Place(page=first.page, line_first=first.number, line_last=last.number)
        cells.append(GridCell(join_wrapped(words for _, words in own), place))
    return tuple(cells)

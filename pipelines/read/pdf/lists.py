"""Tables without rules in running text: lists whose words stand in columns side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from pipelines.read.pdf.columns import Columns
from pipelines.read.pdf.flow import Habits, Line, lines_in_order
from pipelines.read.pdf.pieces import Piece
from pipelines.read.pdf.tables import Part
from pipelines.read.shared.line_kinds import is_caption
from pipelines.read.shared.marks import MARK_OPEN, flat_text

_SAME_START = 4.0  # points
_SAME_SIZE = 0.8  # points
_SMALL = 0.92  # of the size of running text
_WRAP_STEP = 1.45  # of the font size
_ROW_STEP = 4.5  # of the font size: rows farther apart are lists of their own


def split_lists(
    pieces: Sequence[Piece], habits: Habits, before: Line | None = None, open_list: Sequence[Part] = ()
) -> list[Line | Part]:
    """Running text of one page in drawing order: its lines, and the parts of tables without rules among them.

    ``before`` is the last line of the running text above, also that of the page before; ``open_list`` the parts of the
    list that the page before ended with, which may go on here.
    """
    lines = lines_in_order(pieces)
    found: list[Line | Part] = []
    index = 0
    starts = _continued(lines, open_list, habits)
    if starts:
        index = _end_of_list(lines, 0, starts)
        found += _parts(lines[:index], starts)
    while index < len(lines):
        above = lines[index - 1] if index else before
        single = _single_list(lines, index, above, habits)
        if single > index:
            found += _parts(lines[index:single], [lines[index].first.x0])
            index = single
            continue
        starts = _opens_list(lines, index, above) or _opens_bare(lines, index, above, habits)
        if not starts:
            found.append(lines[index])
            index += 1
            continue
        if len(starts) == 3 and (parted := _part_at_page_column(lines, index, starts[:2], 0.0)):
            starts, lines[index : index + 1] = starts[:2], parted
        end = _end_of_list(lines, index, starts)
        begun = _wrapped_first_cell(found, lines[index]) if len(lines[index].pieces) > 1 else []
        rows = [*begun, *lines[index:end]]
        found += _parts(rows, starts)
        index = end
    return found


def _continued(lines: Sequence[Line], open_list: Sequence[Part], habits: Habits) -> list[float]:
    """Where the columns begin of the list of the page before, when the first line of this page goes on with it."""
    if not lines or not open_list or lines[0].number or lines[0].first.text.startswith(MARK_OPEN):
        return []
    first = min(open_list, key=lambda part: part.x0)
    if first.columns is None or lines[0].size >= _SMALL * habits.body_size:
        return []
    starts = [first.columns.x0, *(edge + _SAME_START for edge in first.columns.edges)]
    line = lines[0]
    if abs(line.size - first.pieces[-1].size) > _SAME_SIZE or _is_set_as_heading(line):
        return []
    return starts if all(_is_start(piece.x0, starts, 0.0) for piece in line.pieces) else []


def _is_set_as_heading(line: Line) -> bool:
    return all(piece.is_bold_throughout or piece.is_slanted_throughout for piece in line.pieces)


def _opens_bare(lines: Sequence[Line], start: int, above: Line | None, habits: Habits) -> list[float]:
    """Where the columns begin of a list whose first rows have a first cell only, right below a heading."""
    if above is None or not _is_below_heading(lines, start, above, habits):
        return []
    left = lines[start].first.x0
    for before, line in zip([lines[start], *lines[start:]], lines[start:], strict=False):
        if line.size >= _SMALL * habits.body_size or line.first.text.startswith(MARK_OPEN) or line.number:
            return []
        if line.first.baseline > before.first.baseline and line.first.x0 > before.last.x1:
            left = line.first.x0
        if abs(line.first.x0 - left) > _SAME_START:
            return []
        if len(line.pieces) > 1:
            return [lines[start].first.x0 + piece.x0 - left for piece in line.pieces]
    return []


def _opens_list(lines: Sequence[Line], index: int, above: Line | None) -> list[float]:
    """Where the columns begin, when a line opens a list whose words stand side by side; empty when it opens none."""
    line = lines[index]
    if line.number or line.first.text.startswith(MARK_OPEN) or all(p.is_bold_throughout for p in line.pieces):
        return []
    if len(line.pieces) < 2:
        return _beside(lines, index)
    gaps = [right.x0 - left.x1 for left, right in zip(line.pieces, line.pieces[1:], strict=False)]
    below = [piece.x0 for one in lines[index + 1 : index + 3] for piece in one.pieces]
    if len(gaps) > 1 and max(gaps) - min(gaps) <= 0.25 * line.size and max(gaps) < 2.5 * line.size:
        return []  # a line spread out to both margins
    if max(gaps) < 1.1 * line.size and not any(abs(x0 - line.pieces[1].x0) < 1 for x0 in below):
        return []
    if above is not None and above.first.page == line.first.page:
        step = (above.last.baseline - line.first.baseline) / line.size
        is_next = 0.5 < step <= _WRAP_STEP and abs(above.text_start - line.first.x0) <= _SAME_START
        if is_next and above.last.is_wrapped and len(above.pieces) < 3:
            return []
    return [piece.x0 for piece in line.pieces]


def _beside(lines: Sequence[Line], index: int) -> list[float]:
    """Where the columns begin when the first cell of a row has several lines, and the next cell is drawn after it."""
    line = lines[index]
    reach = line.last.x1
    for before, other in zip(lines[index : index + 5], lines[index + 1 : index + 6], strict=False):
        if abs(other.size - line.size) > _SAME_SIZE or other.number:
            return []
        if abs(other.first.baseline - line.first.baseline) <= 0.35 * line.size:
            return [line.first.x0, other.first.x0] if other.first.x0 > reach else []
        step = (before.first.baseline - other.first.baseline) / line.size
        if abs(other.first.x0 - line.first.x0) > _SAME_START or not 0.5 < step <= _WRAP_STEP:
            return []
        reach = max(reach, other.last.x1)
    return []


def _single_list(lines: Sequence[Line], start: int, above: Line | None, habits: Habits) -> int:
    """The index after the last line of a list of one column: small lines right below a heading; ``start`` for none."""
    if above is None or not _is_below_heading(lines, start, above, habits):
        return start
    index = start
    while index < len(lines):
        line = lines[index]
        if len(line.pieces) > 1 or line.size >= _SMALL * habits.body_size or line.first.text.startswith(MARK_OPEN):
            break
        before = lines[index - 1] if index > start else line
        is_moved = line.first.baseline > before.first.baseline and line.first.x0 > before.first.x0
        if abs(line.first.x0 - before.first.x0) > _SAME_START and not is_moved:
            return start
        if is_moved and line.first.x0 <= max(one.last.x1 for one in lines[start:index]):
            return start
        index += 1
    if index < len(lines) and lines[index].size < _SMALL * habits.body_size:
        return start  # its lines are first cells of rows with more cells
    return index


def _is_below_heading(lines: Sequence[Line], start: int, above: Line, habits: Habits) -> bool:
    """Whether a line stands below the beginning of a heading in the size of running text, which is no caption."""
    if above.size < _SMALL * habits.body_size or not _is_set_as_heading(above):
        return False
    return abs(above.first.x0 - lines[start].first.x0) <= _SAME_START and not _stands_in_caption(lines, start)


def _stands_in_caption(lines: Sequence[Line], index: int) -> bool:
    """Whether a line belongs to a caption: a unit or a source of funding in parentheses, or below a number line."""
    if lines[index].text.startswith(("(", "\uff08")):
        return True
    return any(is_caption(flat_text(line.text)[0], False) for line in lines[max(0, index - 4) : index])


def _wrapped_first_cell(found: list[Line | Part], line: Line) -> list[Line]:
    """Lines right above that are the beginning of the row's first cell; they are taken back from ``found``."""
    taken: list[Line] = []
    below = line
    while found and isinstance(found[-1], Line):
        above = found[-1]
        step = (above.first.baseline - below.first.baseline) / below.size
        is_same = len(above.pieces) == 1 and abs(above.first.x0 - line.first.x0) <= _SAME_START
        if not (is_same and 0.5 < step <= _WRAP_STEP and abs(above.size - line.size) <= _SAME_SIZE):
            break
        if above.first.x1 >= line.pieces[1].x0 or above.first.is_bold != line.first.is_bold:
            break
        taken.insert(0, above)
        found.pop()
        below = above
    return taken


def _end_of_list(lines: list[Line], start: int, starts: list[float]) -> int:
    """The index after the last line of a list, which may go on in a further column of the page."""
    index = start + 1
    shift = 0.0
    lowest = _lowest(lines[start])
    while index < len(lines):
        line = lines[index]
        if line.number and line.first.x0 < starts[0] + shift - _SAME_START:
            break
        if abs(line.size - lines[start].size) > _SAME_SIZE or _is_heading_below(line, lines[start]):
            break
        moved = _shift(lines, index, starts, shift)
        if moved is None and (parted := _part_at_page_column(lines, index, starts, shift)):
            lines[index : index + 1] = parted
            continue
        if moved is None:
            break
        if moved != shift:
            lowest = _lowest(line)
        if (lowest - line.first.baseline) / line.size > _ROW_STEP:
            break
        lowest = min(lowest, _lowest(line))
        shift = moved
        index += 1
    return index


def _part_at_page_column(lines: Sequence[Line], index: int, starts: Sequence[float], shift: float) -> list[Line]:
    """The two lines that one is, when the last row of a column of the page and the first of the next one stand on one
    baseline; empty when it is one.
    """
    pieces = lines[index].pieces
    for count in range(1, len(pieces)):
        left, right = pieces[:count], pieces[count:]
        moved = right[0].x0 - starts[0]
        if moved <= shift + 40 or not all(_is_start(piece.x0, starts, shift) for piece in left):
            continue
        following = [piece.x0 for line in lines[index + 1 : index + 4] for piece in line.pieces]
        beside = [piece.x0 for piece in right[1:]] or following
        if all(_is_start(piece.x0, starts, moved) for piece in right) and any(
            _is_start(x0, starts[1:], moved) for x0 in beside
        ):
            return [Line(left), Line(right)]
    return []


def _lowest(line: Line) -> float:
    """The lowest baseline of a line: signs of a word that is too wide for its column stand below one another."""
    return min(piece.baseline - piece.depth for piece in line.pieces)


def _is_heading_below(line: Line, first: Line) -> bool:
    """Whether a bold line ends a list that is set in plain type: the heading of what follows."""
    is_bold = [all(piece.is_bold_throughout for piece in one.pieces) for one in (line, first)]
    return is_bold[0] and not is_bold[1] and len(line.pieces) == 1


def _shift(lines: Sequence[Line], index: int, starts: list[float], shift: float) -> float | None:
    """How far right of the first column of the page the list stands at a line, None when the line is none of it."""
    line = lines[index]
    if all(_is_start(piece.x0, starts, shift) for piece in line.pieces):
        return shift
    above = lines[index - 1]
    if line.first.baseline <= above.first.baseline or _is_start(line.first.x0, starts, shift):
        return None
    following = [line, *takewhile(lambda one: one.first.baseline < line.first.baseline - 1, lines[index + 1 :])]
    for column, start in enumerate(starts):
        moved = line.first.x0 - start
        others = [one for other, one in enumerate(starts) if other != column]
        if moved <= shift + 40:
            continue
        if not others or any(_is_start(p.x0, others, moved) for one in following for p in one.pieces):
            return moved
    is_below_bare = len(above.pieces) == 1 and abs(above.first.x0 - starts[0] - shift) <= _SAME_START
    moved = line.first.x0 - starts[0]
    return moved if is_below_bare and moved > shift + 40 else None  # rows without a second cell go on


def _is_start(x0: float, starts: Sequence[float], shift: float) -> bool:
    return any(abs(x0 - start - shift) <= _SAME_START for start in starts)


def _parts(lines: Sequence[Line], starts: list[float]) -> list[Line | Part]:
    """The list as parts of a table, one for each column of the page it stands in."""
    runs: list[list[Piece]] = [[]]
    shift = 0.0
    shifts = [shift]
    for index, line in enumerate(lines):
        moved = _shift(lines, index, starts, shift) if index else 0.0
        if moved is not None and moved != shift:
            shift = moved
            runs.append([])
            shifts.append(shift)
        runs[-1] += line.pieces
    parts: list[Line | Part] = []
    for run, moved in zip(runs, shifts, strict=True):
        edges = tuple(start + moved - _SAME_START for start in starts[1:])
        x0, x1 = starts[0] + moved, max(piece.x1 for piece in run)
        part = Part(run[0].page, x0, x1, list(edges), run, columns=Columns(x0, x1, edges))
        part.is_open = part.is_first_on_page = part.is_last_on_page = True
        parts.append(part)
    return parts

"""Running text of a PDF put together from lines: headings, numbered paragraphs, captions, notes.

A word processor prints white space at the end of a line that goes on below, and none at the end of a paragraph.
Where a document shows that, it parts paragraphs; elsewhere, and beside it, a line ends a paragraph when the first
word of the next line would still have stood on it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pipelines.model.blocks import Block, BlockKind, Place
from pipelines.read.pdf.grids import box_of, line_gap
from pipelines.read.pdf.pieces import Piece, split_first_word
from pipelines.read.shared import line_kinds
from pipelines.read.shared.marks import MARK_CLOSE, MARK_OPEN, flat_text
from pipelines.symbols.place_numbers import PARAGRAPH, PARAGRAPH_ALONE, leads_arabic

_WRAP_STEP = 1.45  # of the font size
_SAME_LINE = 0.35
_SAME_SIZE = 0.6  # points
_HEADING_SIZES = ((1.65, 1), (1.32, 2), (1.12, 3))  # share of the body's size, outline level
_SMALL = 0.92  # of the body's size: notes
_NUMBERED = re.compile(
    rf"^(?P<number>[A-Z]{{0,3}}\d+[A-Z]?\.(?:[IVXLC]+\.)?\d+|{PARAGRAPH})\s+(?P<text>\S.*)$", re.DOTALL
)
_BARE_NUMBER = re.compile(r"[A-Z]{0,3}\d+[A-Z]?")
_PARAGRAPH_NUMBER = re.compile(rf"(?:{PARAGRAPH_ALONE})\.?")
_LEAST_NUMBERED, _LEAST_WORDS = 3, 16
_LONGEST_HEADING = 400
_POINTED_NUMBER, _SAME_START = re.compile(r"\d{1,4}\."), 1.0  # points
_LIST_MARK = re.compile(r"\(\w{1,6}\)")
_LEADERS = re.compile(r"[.․…·\s]{3,}")
_SENTENCE_ENDS = (".", ";", ":", ",", "。", "；", "：")
_SPACE = 0.25  # of the font size
_MARGIN = 3.0  # points
_LEAST_LINES = 4  # of a page, to tell its margin
_START_STEP = 6.0  # points
_FLUSH, _LEAST_FLUSH, _FLUSH_SHARE = 1.5, 8, 0.15  # points; lines; of the lines that begin at one place
_FIRST_LINE_INDENT = 45.0  # points
_WIDE_ROOM = 0.35  # of the width of lines: a line that leaves more was not wrapped


@dataclass(slots=True)
class Line:
    """Pieces on one baseline, from left to right, in running text."""

    pieces: list[Piece]

    @property
    def first(self) -> Piece:
        """Leftmost piece."""
        return self.pieces[0]

    @property
    def last(self) -> Piece:
        """Rightmost piece."""
        return self.pieces[-1]

    @property
    def size(self) -> float:
        """Font size of the words."""
        if len(self.pieces) == 1:
            return self.pieces[0].size
        return max(self.pieces, key=lambda piece: len(piece.text)).size

    @property
    def text(self) -> str:
        """Words of the line, with footnote marks enclosed."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def number(self) -> str:
        """The number or list mark at the beginning, set off from the words; empty when there is none."""
        if len(self.pieces) < 2:
            return ""
        token = self.first.text.strip()
        is_number = line_kinds.is_number(token) or leads_arabic(token, self.pieces[1].text)
        return token if is_number and not _BARE_NUMBER.fullmatch(token) else ""

    @property
    def text_start(self) -> float:
        """Where the words begin, after a number."""
        return self.pieces[1].x0 if self.number else self.first.x0


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, with the number that stands before them."""

    lines: list[Line] = field(default_factory=list)

    @property
    def pieces(self) -> list[Piece]:
        """All pieces."""
        return [piece for line in self.lines for piece in line.pieces]


@dataclass(frozen=True, slots=True)
class Habits:
    """What a document does throughout: size of its running text, right margins, white space after wrapped lines.

    ``margins`` has the right margin of lines by page (0 for the document) and by where they begin, in
    steps of six points: margins change within a document. ``flush`` has the ends at which lines that begin there
    end time and again, as justified lines do.
    """

    body_size: float
    margins: dict[tuple[int, int], float]
    marks_wraps: bool
    flush: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def is_flush(self, piece: Piece, start: float) -> bool:
        """Whether a piece ends a line that begins at ``start`` where justified lines end."""
        ends = self.flush.get(round(start / _START_STEP), ())
        return any(abs(piece.x1 - end) <= _FLUSH for end in ends)

    def margin(self, page: int, *starts: float) -> float:
        """The right margin of lines that begin at the first of ``starts`` that is known, on this page or anywhere."""
        for start in starts:
            for key in (round(start / _START_STEP), int(start / _START_STEP), int(start / _START_STEP) + 1):
                for where in (page, 0):
                    if (where, key) in self.margins:
                        return self.margins[where, key]
        return max(self.margins.values(), default=0.0)


def habits_of(bodies: Iterable[Sequence[Piece]]) -> Habits:
    """The habits of a document, counted over the pieces of its pages."""
    sizes: Counter[float] = Counter()
    numbered: Counter[float] = Counter()
    ends: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    wrapped = total = 0
    for body in bodies:
        for piece, below in itertools.pairwise(body):
            sizes[round(piece.size * 2) / 2] += len(piece.text)
            is_beside = abs(piece.baseline - below.baseline) < 1 and len(below.text) > _LEAST_WORDS
            if is_beside and _PARAGRAPH_NUMBER.fullmatch(piece.text.strip()):
                numbered[round(below.size * 2) / 2] += 1
            step = (piece.baseline - below.baseline) / piece.size
            if 0.8 < step < 1.35 and abs(piece.size - below.size) < _SAME_SIZE and len(piece.text) > 40:
                total += 1
                wrapped += piece.is_wrapped
                for where in (0, piece.page):
                    ends[where, round(below.x0 / _START_STEP)][round(piece.x1 / 2) * 2] += 1
    # running text is what numbered paragraphs are set in: tables may hold more words than all of them
    if numbered.total() >= _LEAST_NUMBERED:
        sizes = numbered
    body_size = sizes.most_common(1)[0][0] if sizes else 10.0
    margins = {where: margin for where, found in ends.items() if (margin := _margin(found, is_page=bool(where[0])))}
    flush = {key: _flush(found) for (where, key), found in ends.items() if not where}
    return Habits(body_size, margins, total > 0 and 2 * wrapped > total, flush)


def _flush(ends: Counter[int]) -> tuple[int, ...]:
    """Ends of lines that come so often that the lines are justified."""
    least = max(_LEAST_FLUSH, _FLUSH_SHARE * ends.total())
    return tuple(end for end, count in ends.items() if count >= least)


def _margin(ends: Counter[int], *, is_page: bool) -> float:
    """The right margin told by the ends of lines: of a page where most agree, else the farthest that is no chance.

    0 where they tell none.
    """
    if is_page:
        end, count = ends.most_common(1)[0]
        return float(end) if count >= _LEAST_LINES and 2 * count >= ends.total() else 0.0
    return float(max((end for end, count in ends.items() if 20 * count >= ends.total()), default=0))


def lines_in_order(pieces: Sequence[Piece]) -> list[Line]:
    """Lines of running text, in drawing order."""
    lines: list[Line] = []
    for piece in pieces:
        last = lines[-1].last if lines else None
        if (
            last is not None
            and last.page == piece.page
            and abs(last.baseline - piece.baseline) <= _SAME_LINE * max(last.size, piece.size)
            and (piece.x0 >= last.x1 - 0.3 * piece.size or piece.x1 <= lines[-1].first.x0)
        ):
            lines[-1].pieces.append(piece)
        else:
            lines.append(Line([piece]))
    for line, below in itertools.pairwise(lines):
        if _hangs_on_number(line, below):
            line.pieces[:1] = split_first_word(line.first)
    return lines


def _hangs_on_number(line: Line, below: Line) -> bool:
    """Whether a line begins with a paragraph's number that a narrow tab parts from the words, under which the next begins."""
    words = line.first.words
    if len(words) < 2 or not _POINTED_NUMBER.fullmatch(words[0][0].text) or words[0][0].ends_spaced:
        return False
    step = (line.first.baseline - below.first.baseline) / max(line.size, below.size)
    start = below.first.x0
    is_under = line.first.page == below.first.page and 0.5 < step <= _WRAP_STEP
    return is_under and start > words[0][0].x1 and abs(words[1][0].x0 - start) < _SAME_START


def goes_on(above: Line, line: Line, habits: Habits) -> bool:
    """Whether a line goes on with the paragraph of the line above it."""
    if line.number or line.first.text.startswith(MARK_OPEN) or line_kinds.is_caption(flat_text(line.text)[0], False):
        return False
    if abs(above.size - line.size) > _SAME_SIZE:
        return False
    if above.first.page != line.first.page:
        return _goes_on_overleaf(above, line, habits)
    step = (above.last.baseline - line.first.baseline) / max(above.size, line.size)
    if not 0.5 < step <= _WRAP_STEP:
        return False
    if above.last.is_wrapped and habits.marks_wraps:
        return not _leaves_wide_room(above, line, habits)
    if above.last.is_wrapped and _is_bold(above) and _is_bold(line):
        return not _leaves_wide_room(above, line, habits)  # headings show it also where justified lines do not
    if not habits.marks_wraps and above.last.is_bold != line.first.is_bold and _is_bold(above) != _is_bold(line):
        return False
    return not _would_fit(above, line, habits)


def _goes_on_overleaf(above: Line, line: Line, habits: Habits) -> bool:
    if line.first.is_bold_throughout != above.last.is_bold_throughout:
        return False
    if _would_fit(above, line, habits) or (_is_bold(line) and not above.last.is_wrapped):
        return False
    back = above.first.x0 - line.first.x0
    if abs(line.first.x0 - above.text_start) > _MARGIN and not 0 < back <= _FIRST_LINE_INDENT:
        return False
    if above.last.is_wrapped and habits.marks_wraps:
        return True
    is_sentence = above.text.rstrip().endswith((".", ";", ":", "。"))
    return not is_sentence or habits.is_flush(above.last, line.first.x0)  # the last line of a paragraph is hardly ever


def _would_fit(above: Line, line: Line, habits: Habits) -> bool:
    """Whether the first word of a line would still have stood on the line above it."""
    if above.last.text.endswith(("-", "‐", "–", "/")) and len(above.last.text) > 1:
        return False
    if habits.is_flush(above.last, line.first.x0):
        return False
    room = habits.margin(above.first.page, line.first.x0, above.text_start) - above.last.x1
    return room > line.first.first_width + _SPACE * line.size


def _leaves_wide_room(above: Line, line: Line, habits: Habits) -> bool:
    """Whether a line ends so early that white space after it cannot come from wrapping."""
    margin = habits.margin(above.first.page, line.first.x0, above.text_start)
    room = margin - above.last.x1
    return room > _WIDE_ROOM * (margin - above.text_start) and _would_fit(above, line, habits)


def _is_bold(line: Line) -> bool:
    return all(piece.is_bold_throughout for piece in line.pieces)


def is_note(paragraph: Paragraph, habits: Habits) -> bool:
    """Whether a paragraph is a note: small, with a raised mark or a reference sign before it, or below a table."""
    first = paragraph.lines[0]
    if first.size >= _SMALL * habits.body_size and not first.first.text.startswith(MARK_OPEN):
        return False
    text = first.first.text
    return text.startswith(MARK_OPEN) or bool(re.fullmatch(r"[*†‡§]+", text.strip()))


def is_small(paragraph: Paragraph, habits: Habits) -> bool:
    """Whether a paragraph is smaller than running text, as notes and remarks on tables are."""
    return paragraph.lines[0].size < _SMALL * habits.body_size or is_note(paragraph, habits)


def block_of(paragraph: Paragraph, habits: Habits, number: int) -> Block:
    """The block of a paragraph; ``number`` is that of the block in ``Document.lines``."""
    lines = paragraph.lines
    mark = lines[0].number
    pieces = paragraph.pieces
    raw = _text(lines, bool(mark))
    is_raised = False
    lead = re.match(f"^\\s*{MARK_OPEN}([^{MARK_CLOSE}]*){MARK_CLOSE}\\s*", raw)
    if lead and not mark:
        mark, raw, is_raised = lead.group(1), raw[lead.end() :], True
    elif not mark and (numbered := _NUMBERED.match(raw)) and _hangs(lines):
        mark, raw = numbered["number"], numbered["text"]
    elif not mark and _hangs_on_mark(lines):
        mark, raw = raw.split(maxsplit=1)
    text, notes = flat_text(_LEADERS.sub(" ", raw) if _LEADERS.search(raw) and len(lines) == 1 else raw)
    place = Place(pieces[0].page, number, number, box=box_of(pieces))
    kind: BlockKind = "paragraph"
    level: int | None = None
    whole = f"{mark} {text}".strip()
    is_small = lines[0].size < _SMALL * habits.body_size
    if line_kinds.is_caption(whole, False):
        kind, text, mark, level = "caption", whole, "", 4
    elif line_kinds.is_note_mark(mark, is_raised) and (is_small or is_raised):
        kind = "note"
    elif level_of := _heading_level(lines, mark, text, habits):
        kind, level = "heading", level_of
    return Block(kind, text, place, "", level, mark, notes=notes)


def _hangs(lines: Sequence[Line]) -> bool:
    return len(lines) < 2 or lines[1].first.x0 > lines[0].first.x0 + 10


def _hangs_on_mark(lines: Sequence[Line]) -> bool:
    """Whether a list's mark stands close before the words that the lines below begin under."""
    words = lines[0].first.words
    if len(lines) < 2 or len(words) < 2 or not _LIST_MARK.fullmatch(words[0][0].text):
        return False
    start = lines[1].first.x0
    return start > words[0][0].x1 and abs(words[1][0].x0 - start) < 1 and not words[0][0].ends_spaced


def _text(lines: Sequence[Line], has_mark: bool) -> str:
    parts: list[str] = []
    for index, line in enumerate(lines):
        words = " ".join(piece.text for piece in (line.pieces[1:] if has_mark and index == 0 else line.pieces))
        if index:
            parts.append(line_gap(lines[index - 1].last, line.first))
        parts.append(words)
    return "".join(parts)


def _heading_level(lines: Sequence[Line], mark: str, text: str, habits: Habits) -> int:
    """The outline level of a paragraph that reads like a heading, 0 for running text."""
    pieces = [piece for line in lines for piece in line.pieces]
    words = pieces[1:] if mark and len(pieces) > 1 else pieces
    is_bold = all(piece.is_bold_throughout for piece in words)
    if is_bold and words is not pieces and pieces[0].is_bold_throughout and _LIST_MARK.fullmatch(mark):
        mark = ""  # a letter that counts headings, as bold as they are
    if not text or not line_kinds.may_be_heading(mark, text[:1] if is_bold and len(text) < _LONGEST_HEADING else text):
        return 0
    if text.endswith(_SENTENCE_ENDS):
        return 0
    share = lines[0].size / habits.body_size
    level = next((level for least, level in _HEADING_SIZES if share >= least), 0)
    if is_bold and share > _SMALL:
        return level or 4
    if level and level <= 2:
        return level
    if all(piece.is_slanted_throughout for piece in words) and share > _SMALL and not mark:
        return 5
    return 0

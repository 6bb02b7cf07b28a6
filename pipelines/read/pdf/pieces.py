"""Words of a PDF page put together into pieces: what stands on one baseline without a gap of columns.

Pieces keep the order in which they are drawn, which a word processor makes the order of reading, cell by
cell. Raised signs that are footnote marks stand in a piece's text between the signs that
``pipelines.read.word.text`` takes out of texts, so that both formats treat them alike.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.read.pdf.page import WHOLE, Frame, PdfPage, PdfWord, Stroke
from pipelines.read.shared.line_kinds import is_number
from pipelines.read.shared.marks import MARK_CLOSE, MARK_OPEN, UNIT_POWER

_SPACED_GAP, _BARE_GAP, _FIGURE_GAP = 1.15, 0.62, 0.45  # of the font size: a wider gap parts pieces
_EDGE_GAP = 0.42  # of the font size: a wider gap parts pieces where an edge of columns runs through it
_SAME_LINE = 0.25  # of the font size
_TAB = 0.4  # of the font size
_POINTED = re.compile(r"\d{2,3}\.")
_SAME_GAP, _SAME_LEVEL = 0.8, 0.5  # points
_LEAST_SIGN_STEP, _SIGN_STEP, _LEAST_SIGNS = 0.7, 1.45, 3  # of the font size: steps down; signs of a word one a line
_READS_ON = re.compile(r"\d/|/\d|\d ?\(|[a-z]{3}")
_UNSPACED = re.compile(r"(?<=\d)(?=[^\W\d_]|\()|(?<=[^\W\d_])(?=\d)")  # white space on a line of its own is lost
_SAME_STROKE = 0.8  # points
_GAP = 2.0  # points
_DASH, _LEAST_DASHES = 9.0, 12  # points; strokes
_RAISED_SIZE, _RAISED_LOW, _RAISED_HIGH = 0.8, 0.12, 0.75  # of the size of the words beside a raised sign
_MARK = re.compile(r"(?:[a-z]{1,2}|\d{1,3}|[*†‡§]{1,4})(?:[,، ]+(?:[a-z]{1,2}|\d{1,3}))*[,،]?")
_FIGURE_END, _FIGURE_START = re.compile(r"[\d)\]%–—‒−-]$"), re.compile(r"[(\[]?\$?[\d–—‒−-]")
_FIGURE = re.compile(r"[(\[]?\d[\d.,]*[)\]]?")
_GROUP_BEFORE, _THOUSANDS, _GROUP_GAP = (
    re.compile(r"[(\[$]*\d{1,3}"),
    re.compile(r"\d{3}[.,]\d+[)\]]?"),
    0.35,
)  # of the font size: between groups of digits
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")


@dataclass(slots=True, eq=False)
class Piece:
    """Words side by side on one baseline: text with footnote marks enclosed, box and font.

    ``is_wrapped`` tells that white space is printed after it, as at the end of a line that goes on below;
    ``first_width`` is the width of its first word; ``order`` its number in drawing order over all pages;
    ``words`` its words, each with whether it is a raised mark; ``frame`` where its page lies on the paper; ``depth``
    how far below the baseline the last sign of a word stands that was too wide for its column.
    """

    page: int
    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    is_bold: bool
    is_slanted: bool
    is_wrapped: bool = False
    first_width: float = 0.0
    order: int = 0
    is_bold_throughout: bool = True
    is_slanted_throughout: bool = True
    words: list[tuple[PdfWord, bool]] = field(default_factory=list)
    frame: Frame = WHOLE
    depth: float = 0.0

    @property
    def bottom(self) -> float:
        """Where the lowest signs end, in points."""
        return self.baseline - self.depth - 0.22 * self.size

    @property
    def top(self) -> float:
        """Where the highest signs end, in points."""
        return self.baseline + 0.72 * self.size

    @property
    def middle(self) -> float:
        """Middle of the piece from left to right."""
        return (self.x0 + self.x1) / 2

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top, in points of the paper to a tenth."""
        return self.frame.on_paper((self.x0, self.bottom, self.x1, self.top))


def pieces_of(page: PdfPage, order: int) -> list[Piece]:
    """The pieces of a page in drawing order, numbered from ``order``."""
    pieces: list[Piece] = []
    builder = _Builder(page.number, page.frame)
    for word, following in itertools.zip_longest(page.words, page.words[1:]):
        if not builder.takes(word, following):
            pieces += builder.close()
            builder.open(word)
    pieces += builder.close()
    pieces = _with_whole_words(pieces)
    for number, piece in enumerate(pieces, start=order):
        piece.order = number
    return pieces


def _with_whole_words(pieces: Sequence[Piece]) -> list[Piece]:
    """Pieces in which words that stand one sign a line, in columns too narrow for them, are one piece each.

    Only what reads like a symbol or like words is put together: figures below one another are a column of figures.
    """
    whole: list[Piece] = []
    index = 0
    while index < len(pieces):
        end = index + 1
        while end < len(pieces) and _is_next_sign(pieces[end - 1], pieces[end]):
            end += 1
        column = pieces[index:end]
        text = "".join(piece.text + " " * piece.is_wrapped for piece in column)
        if len(column) >= _LEAST_SIGNS and _READS_ON.search(text):
            first, last = column[0], column[-1]
            first.text, first.is_wrapped = _UNSPACED.sub(" ", text.strip()), last.is_wrapped
            first.x1, first.depth = max(piece.x1 for piece in column), first.baseline - last.baseline
            first.words = [word for piece in column for word in piece.words]
            column = column[:1]
        whole += column
        index = end
    return whole


def _is_next_sign(above: Piece, below: Piece) -> bool:
    """Whether two pieces are signs of one word, one below the other."""
    if len(above.text) > 1 or len(below.text) > 1 or abs(above.x0 - below.x0) > 1:
        return False
    step = (above.baseline - below.baseline) / above.size
    return abs(above.size - below.size) < _SAME_LEVEL and _LEAST_SIGN_STEP <= step <= _SIGN_STEP


class _Builder:
    """Gathers words into one piece at a time."""

    def __init__(self, page: int, frame: Frame) -> None:
        self._page, self._frame = page, frame
        self._words: list[tuple[PdfWord, bool]] = []
        self._baseline = self._size = 0.0

    def open(self, word: PdfWord) -> None:
        """Begin a piece."""
        self._words = [(word, False)]
        self._baseline, self._size = word.baseline, word.size

    def takes(self, word: PdfWord, following: PdfWord | None) -> bool:
        """Add a word to the piece when it belongs there; ``following`` is the word drawn after it."""
        if not self._words or word.is_apart:
            return False
        last = self._words[-1][0]
        gap = word.x0 - last.x1
        if not word.text.isascii() and _RIGHT_TO_LEFT.search(word.text) and word.x1 <= last.x0 + 0.3 * word.size:
            gap = last.x0 - word.x1
        size = max(self._size, word.size)
        limit = (_SPACED_GAP if last.ends_spaced else _BARE_GAP) * size
        if _FIGURE_END.search(last.text) and _FIGURE_START.match(word.text):
            limit = _FIGURE_GAP * size
        if len(self._words) == 1 and self._ends_number(word, following, gap):
            return False
        if gap < -0.6 * size or (gap > limit and not self._is_justified(word, following, gap)):
            return False
        lift = word.baseline - self._baseline
        is_raised = self._is_raised(word, lift, self._size)
        if not is_raised and abs(lift) <= _SAME_LINE * min(size, self._size):
            self._words.append((word, False))
            self._size = size
            return True
        if is_raised:
            self._words.append((word, UNIT_POWER.search(last.text + word.text) is None))
            return True
        if len(self._words) == 1 and self._is_raised(last, -lift, word.size):  # a raised mark comes first
            self._words = [(last, True), (word, False)]
            self._baseline, self._size = word.baseline, word.size
            return True
        return False

    def _ends_number(self, word: PdfWord, following: PdfWord | None, gap: float) -> bool:
        """Whether the only word so far is a paragraph's number of several digits, close before a tab, not a space."""
        last = self._words[-1][0]
        if last.ends_spaced or gap <= _TAB * word.size or not _POINTED.fullmatch(last.text):
            return False
        return following is None or word.ends_spaced or abs(following.x0 - word.x1 - gap) >= _SAME_GAP

    def _is_justified(self, word: PdfWord, following: PdfWord | None, gap: float) -> bool:
        """Whether a gap before a word is white space of a justified line: another one on the line is as wide."""
        if gap > _SPACED_GAP * word.size or (not word.text[0].isalpha() and not self._words[-1][0].text[-1].isalpha()):
            return False
        before = self._words[-1][0]
        if len(self._words) == 1 and is_number(before.text):
            return False  # a list's mark
        others = [(self._words[-2][0], before)] if len(self._words) > 1 else []
        others += [(word, following)] if following is not None else []
        return abs(before.baseline - word.baseline) < _SAME_LEVEL and any(
            abs(right.x0 - left.x1 - gap) < _SAME_GAP
            and abs(right.baseline - left.baseline) < _SAME_LEVEL
            and (word.text[0].islower() or left.text[-1].islower() or right.text[0].islower())
            and not (_FIGURE_END.search(left.text) and _FIGURE_START.match(right.text))
            for left, right in others
        )

    @staticmethod
    def _is_raised(word: PdfWord, lift: float, size: float) -> bool:
        if word.size > _RAISED_SIZE * size or not _RAISED_LOW * size <= lift <= _RAISED_HIGH * size:
            return False
        return _MARK.fullmatch(word.text) is not None

    def close(self) -> list[Piece]:
        """The gathered piece, if any."""
        if not self._words:
            return []
        piece = _piece(self._page, self._words, self._baseline, self._size)
        piece.frame = self._frame
        self._words = []
        return [piece]


def _piece(page: int, words: list[tuple[PdfWord, bool]], baseline: float, size: float) -> Piece:
    body = [word for word, is_raised in words if not is_raised] or [words[0][0]]
    first, last = words[0][0], words[-1][0]
    return Piece(
        page=page,
        text=_text(words),
        x0=min([word.x0 for word, _ in words]),
        x1=max([word.x1 for word, _ in words]),
        baseline=baseline,
        size=size,
        is_bold=body[0].is_bold,
        is_slanted=body[0].is_slanted,
        is_wrapped=last.ends_spaced,
        first_width=first.x1 - first.x0,
        is_bold_throughout=all(word.is_bold for word in body),
        is_slanted_throughout=all(word.is_slanted for word in body),
        words=words,
    )


def _text(words: list[tuple[PdfWord, bool]]) -> str:
    parts: list[str] = []
    before: PdfWord | None = None
    for word, is_raised in words:
        if before is not None and not is_raised and (word.is_spaced or word.x0 - before.x1 > _SAME_LINE * word.size):
            parts.append(" ")
        parts.append(f"{MARK_OPEN}{word.text.strip(',،')}{MARK_CLOSE}" if is_raised else word.text)
        before = word
    return "".join(parts)


def split_at(piece: Piece, edges: Sequence[float]) -> list[Piece]:
    """A piece parted where an edge of columns runs between two figures, between a figure and words right of the labels,
    or through white space wider than that between words: what stands close together, each in its column."""
    if not edges:
        return [piece]
    parts: list[list[tuple[PdfWord, bool]]] = [[]]
    for word, is_raised in piece.words:
        last = parts[-1][-1][0] if parts[-1] else None
        if (
            last is not None
            and not is_raised
            and (
                (
                    _FIGURE_END.search(last.text)
                    and _FIGURE_START.match(word.text)
                    and not _are_groups(last, word, piece.size)
                )
                or (_is_all_figure(parts[-1], edges) and not _FIGURE_START.match(word.text))
                or word.x0 - last.x1 > _EDGE_GAP * piece.size
            )
            and any(last.x1 - 1 <= edge <= word.x0 + 1 for edge in edges)
        ):
            parts.append([])
        parts[-1].append((word, is_raised))
    return _as_pieces(piece, parts)


def split_heads(piece: Piece, edges: Sequence[float]) -> list[Piece]:
    """A piece parted between words whose middles stand in different columns: heads that reach over their columns."""
    parts: list[list[tuple[PdfWord, bool]]] = []
    known = None
    for word, is_raised in piece.words:
        column = bisect_right(edges, (word.x0 + word.x1) / 2)
        if known is None or (column != known and not is_raised):
            parts.append([])
            known = column
        parts[-1].append((word, is_raised))
    return _as_pieces(piece, parts)


def split_first_word(piece: Piece) -> list[Piece]:
    """The first word of a piece, and the others."""
    return _as_pieces(piece, [piece.words[:1], piece.words[1:]])


def split_words(piece: Piece) -> list[Piece]:
    """A piece for each word, footnote marks with the word before them."""
    parts: list[list[tuple[PdfWord, bool]]] = []
    for word, is_raised in piece.words:
        if not parts or not is_raised:
            parts.append([])
        parts[-1].append((word, is_raised))
    return _as_pieces(piece, parts)


def _as_pieces(piece: Piece, parts: Sequence[list[tuple[PdfWord, bool]]]) -> list[Piece]:
    """The parts of a piece as pieces; the piece itself where it is one part."""
    if len(parts) == 1:
        return [piece]
    found = [_piece(piece.page, words, piece.baseline, piece.size) for words in parts]
    for one in found:
        one.order, one.frame = piece.order, piece.frame
    return found


def _is_all_figure(words: Sequence[tuple[PdfWord, bool]], edges: Sequence[float]) -> bool:
    """Whether words are the digits of one figure, right of the column of labels."""
    return words[0][0].x0 > edges[0] - 1 and all(_FIGURE.fullmatch(word.text) for word, _ in words)


def _are_groups(left: PdfWord, right: PdfWord, size: float) -> bool:
    """Whether two words are groups of digits of one amount with decimals, wider than its column."""
    is_amount = _GROUP_BEFORE.fullmatch(left.text) and _THOUSANDS.fullmatch(right.text)
    return bool(is_amount) and right.x0 - left.x1 < _GROUP_GAP * size


@dataclass(slots=True)
class Rule:
    """A level rule over one width, with the places where it is put together from strokes: edges of columns.

    ``gaps`` are where nothing is drawn, from left to right.
    """

    x0: float
    x1: float
    y: float
    edges: list[float]
    thickness: float
    gaps: list[tuple[float, float]] = field(default_factory=list)


def rules_of(page: PdfPage) -> list[Rule]:
    """The level rules of a page from top to bottom; strokes that follow one another are one rule."""
    rules: list[Rule] = []
    group: list[Stroke] = []
    for stroke in sorted(page.level_rules, key=lambda stroke: (-stroke.y0, stroke.x0)):
        if group and abs(group[0].y0 - stroke.y0) > 1.2:
            rules += _rules_at(group)
            group = []
        group.append(stroke)
    if group:
        rules += _rules_at(group)
    return rules


def _rules_at(strokes: list[Stroke]) -> list[Rule]:
    """Rules at one height: strokes with gaps of no more than a third of the whole are one rule."""
    strokes = _each_once(sorted(strokes, key=lambda stroke: (stroke.x0, stroke.x1)))
    if _is_dashed(strokes):
        return _dashed(strokes)
    x0, x1 = strokes[0].x0, max(stroke.x1 for stroke in strokes)
    edges: list[float] = []
    gaps: list[tuple[float, float]] = []
    reach, drawn = x0, 0.0
    for stroke in strokes:
        if stroke.x1 - stroke.x0 < 3:  # the corner between two cells
            edges.append((stroke.x0 + stroke.x1) / 2)
        elif stroke.x0 > x0 + 1:
            edges.append((stroke.x0 + reach) / 2)
        if stroke.x0 - reach > _GAP:
            gaps.append((reach, stroke.x0))
        drawn += max(0.0, stroke.x1 - max(stroke.x0, reach))
        reach = max(reach, stroke.x1)
    if x1 - x0 < 10:
        return []
    y = max(stroke.y1 for stroke in strokes)
    thickness = max(stroke.y1 - stroke.y0 for stroke in strokes)
    if drawn < 0.66 * (x1 - x0):
        return [Rule(s.x0, s.x1, y, [], thickness) for s in strokes if s.x1 - s.x0 >= 10]
    return [Rule(x0, x1, y, _distinct(edges, x0, x1), thickness, gaps)]


def _is_dashed(strokes: Sequence[Stroke]) -> bool:
    """Whether strokes at one height, from left to right, are dashes or dots of lines: many, all short."""
    short = sum(stroke.x1 - stroke.x0 <= _DASH for stroke in strokes)
    return len(strokes) >= _LEAST_DASHES and short >= 0.8 * len(strokes)


def _dashed(strokes: Sequence[Stroke]) -> list[Rule]:
    """The rules that dashes make: one as far as no gap is wider than a dash may be."""
    rules: list[Rule] = []
    for stroke in strokes:
        if rules and stroke.x0 - rules[-1].x1 <= _DASH:
            rules[-1].x1 = max(rules[-1].x1, stroke.x1)
        else:
            rules.append(Rule(stroke.x0, stroke.x1, stroke.y1, [], stroke.y1 - stroke.y0))
    return [one for one in rules if one.x1 - one.x0 >= 10]


def _each_once(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Strokes without those that are drawn a second time in one place."""
    kept: list[Stroke] = []
    for stroke in strokes:
        if not kept or abs(stroke.x0 - kept[-1].x0) > _SAME_STROKE or abs(stroke.x1 - kept[-1].x1) > _SAME_STROKE:
            kept.append(stroke)
    return kept


def _distinct(edges: list[float], x0: float, x1: float) -> list[float]:
    """Edges a few points apart at least, without those at the ends."""
    kept: list[float] = []
    for edge in sorted(edges):
        if x0 + 4 < edge < x1 - 4 and (not kept or edge - kept[-1] > 4):
            kept.append(edge)
    return kept

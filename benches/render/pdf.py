"""PDFs of composed fascicles, by fpdf2 with fonts of every script, set as a word processor sets fascicles.

Words are drawn cell by cell in the order of reading, a line that goes on below ends in a space, rules are strokes from
column to column, heads are printed again overleaf, and section, part and page number stand on every page.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

from benches.render.fonts import font_files
from benches.render.printed import Grid, GridRow, HeadCell, Lines, Plot, Printed, Words

_WIDTH, _HEIGHT = 612.0, 792.0
_LEFT, _TEXT, _RIGHT = 60.0, 123.0, 552.0
_TOP, _BOTTOM = 82.0, 735.0
_BODY, _LIST, _TABLE = 10.0, 8.5, 7.0
_LEADING = 1.2
_THIN, _THICK = 0.25, 1.25
_HEADING_SIZES = {1: 14.0, 2: 14.0, 3: 12.0}
_STEP = 9.0


_TYPED_FROM_RIGHT = re.compile(r"\(?\d{3}(?:\.\d+)?(?: \d{1,3})+\)?")
_BREAKS = re.compile(r" (?!\d{1,3}(?!\d))|(?<!\d) ")  # not within a number
_MIXED = re.compile(r"(?<![\w/.])\d[\d./-]*[A-Za-z][\w./-]*")


def write_pdf(printed: Printed) -> bytes:
    """The document's bytes."""
    return _Writer(printed).bytes()


class _Writer:
    def __init__(self, printed: Printed) -> None:
        from fpdf import FPDF

        self.printed = printed
        self.pdf: Any = FPDF(unit="pt", format="letter")
        self.pdf.set_auto_page_break(False)
        self.pdf.alias_nb_pages("")
        files = font_files(printed.language, frozenset(_signs(printed)))
        self.family = next(iter(files))[0]
        for (family, style), data in files.items():
            self.pdf.add_font(family, style, data)
        self.pdf.set_fallback_fonts(sorted({family for family, _ in files} - {self.family}))
        self.y = _TOP
        self.pages = 0

    def bytes(self) -> bytes:
        """Write everything."""
        self._first_page()
        for position, block in enumerate(self.printed.blocks):
            match block:
                case Words():
                    self._words(block, self.printed.blocks[position + 1 : position + 4])
                case Grid():
                    self._grid(block)
                case Plot():
                    self._plot(block)
                case Lines():
                    self._box(block)
        self._feet()
        return bytes(self.pdf.output())

    # -- drawing ---------------------------------------------------------------------------------

    def _font(self, size: float, *, bold: bool = False) -> None:
        self.pdf.set_font(self.family, "B" if bold else "", size)

    def _draw(self, x: float, y: float, text: str, *, size: float, bold: bool = False, right: bool = False) -> None:
        """Words on a baseline, from ``x`` or up to it; from the other side where lines run from right to left."""
        if self.printed.is_right_to_left:
            self._draw_right_to_left(x, y, text, size=size, bold=bold, right=right)
            return
        self._font(size, bold=bold)
        left = x - self.pdf.get_string_width(text.rstrip()) if right else x
        self.pdf.set_xy(left - self.pdf.c_margin, y - 0.8 * size)
        self.pdf.cell(self.pdf.get_string_width(text) + 20, size, text)

    def _draw_right_to_left(self, x: float, y: float, text: str, *, size: float, bold: bool, right: bool) -> None:
        """Words in the order in which they stand, letters in the forms they take; ``x`` is told from the other side."""
        runs = self._visual_runs(text.rstrip())
        width = sum(self._run_width(family, run, size, bold=bold) for family, run in runs)
        left = _WIDTH - (x - width if right else x) - width
        end = left
        for family, run in runs:
            self.pdf.set_font(family, "B" if bold else "", size)
            self.pdf.text(left, y, run)
            left += self.pdf.get_string_width(run)
        if text.endswith(" "):
            self.pdf.text(end - self._run_width(self.family, " ", size, bold=bold), y, " ")

    def _run_width(self, family: str, run: str, size: float, *, bold: bool) -> float:
        self.pdf.set_font(family, "B" if bold else "", size)
        return float(self.pdf.get_string_width(run))

    def _visual_runs(self, text: str) -> list[tuple[str, str]]:
        """Runs of one font from left to right."""
        import arabic_reshaper
        from fpdf.bidi import BidiParagraph
        from fpdf.enums import TextDirection

        from_right = any(_is_arabic(sign) and sign.isalpha() for sign in text) or _TYPED_FROM_RIGHT.fullmatch(text)
        base = TextDirection.RTL if from_right else TextDirection.LTR
        # symbols and numbers with Latin letters run from left to right as one
        marked = _MIXED.sub("\u200e\\g<0>", arabic_reshaper.reshape(text))
        shaped = BidiParagraph(marked, base_direction=base).get_reordered_string().replace("\u200e", "")
        runs: list[tuple[str, str]] = []
        for sign in shaped:
            family = self.family if _is_arabic(sign) else "latin"
            if runs and runs[-1][0] == family:
                runs[-1] = (family, runs[-1][1] + sign)
            else:
                runs.append((family, sign))
        return runs

    def _width_of(self, text: str, size: float, *, bold: bool = False) -> float:
        """Width of words, in the forms they are drawn in."""
        if self.printed.is_right_to_left:
            return sum(self._run_width(family, run, size, bold=bold) for family, run in self._visual_runs(text))
        self._font(size, bold=bold)
        return float(self.pdf.get_string_width(text))

    def _wrapped(self, text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
        """A text in lines no wider than ``width``; each but the last keeps the space it was broken at."""
        lines: list[str] = []
        line = ""
        for piece in _breakable(text):
            if line and self._width_of((line + piece).rstrip(), size, bold=bold) > width:
                lines.append(line)
                line = ""
            line += piece
        return [*lines, line.rstrip()]

    def _rule(self, y: float, ends: Sequence[float], thickness: float) -> None:
        """A rule in strokes from each of ``ends`` to the next."""
        self.pdf.set_line_width(thickness)
        for left, right in itertools.pairwise(ends):
            if self.printed.is_right_to_left:
                left, right = _WIDTH - right, _WIDTH - left
            self.pdf.line(left, y, right, y)

    def _need(self, height: float) -> bool:
        """Begin a page where ``height`` is not left on this one; True when a page was begun."""
        if self.y + height <= _BOTTOM:
            return False
        self._page()
        return True

    # -- furniture -------------------------------------------------------------------------------

    def _page(self) -> None:
        self.pdf.add_page()
        self.pages += 1
        self.y = _TOP
        if self.pages > 1:
            line = self.printed.part_line if self.pages % 2 == 0 else self.printed.section_line
            front, _, back = line.partition("  ")
            self._draw(_LEFT, 54, front, size=7.5, bold=True)
            self._draw(_TEXT, 54, back, size=7.5, bold=True)
            self._rule(58, (_LEFT, _RIGHT), _THIN)

    def _first_page(self) -> None:
        self._page()
        organization, assembly, symbol, *rest = self.printed.masthead
        self._draw(_TEXT, 55, organization, size=12)
        self._draw(_RIGHT, 55, symbol, size=10, right=True)
        self._rule(58, (_LEFT, _RIGHT), _THIN)
        self._draw(_TEXT, 88, assembly, size=16, bold=True)
        for position, words in enumerate(rest):
            self._draw(397, 86 + 12 * position, words, size=9)
        self._rule(205, (_LEFT, _RIGHT), _THICK)
        self.y = 222
        session, budget, part, part_title, section, title = self.printed.cover
        self._block(session, _LEFT, _RIGHT, _BODY)
        for text, level in ((budget, 1), (part, 3), (part_title, 3), (section, 2), (title, 1)):
            self._words(Words("heading", text, level=level), ())
        self._page()

    def _feet(self) -> None:
        count = self.pages
        for number in range(1, count + 1):
            self.pdf.page = number
            if number == 1:
                self._draw(_LEFT, 750, self.printed.job, size=7.5)
            elif number % 2 == 0:
                self._draw(_LEFT, 752, f"{number}/{count} ", size=7.5, bold=True)
                self._draw(_RIGHT, 752, self.printed.job, size=7, right=True)
            else:
                self._draw(_LEFT, 752, self.printed.job, size=7)
                self._draw(_RIGHT, 752, f"{number}/{count}", size=7.5, bold=True, right=True)
        self.pdf.page = count

    # -- words -----------------------------------------------------------------------------------

    def _words(self, words: Words, following: Sequence[object]) -> None:
        if words.kind in {"heading", "annex"}:
            size = _HEADING_SIZES.get(words.level, _BODY)
            self.y += 0.9 * size
            self._need(size * 4)
            self._block(words.text, _TEXT, _RIGHT, size, bold=True)
        elif words.kind == "caption":
            if words.level == 1:
                self.y += 10
                self._need(60 + max((_plot_height(b) for b in following if isinstance(b, Plot)), default=60.0))
            self._block(words.text, _LEFT, _RIGHT, _TABLE if words.level == 3 else _BODY, bold=words.level in {2, 4})
        elif words.number:
            self.y += 6
            indent = 28.0 if words.kind == "point" else 0.0
            self._need(26)
            top = self.y + _BODY
            if words.kind == "point":
                self._draw(_TEXT, top, words.number, size=_BODY)
            else:
                self._draw(_TEXT - 13, top, words.number, size=_BODY, right=True)
            self._block(words.text, _TEXT + indent, _RIGHT, _BODY)
        else:
            self._block(words.text, _LEFT, _RIGHT, 8.0)

    def _block(self, text: str, left: float, right: float, size: float, *, bold: bool = False) -> None:
        for line in self._wrapped(text, right - left, size, bold=bold):
            self._need(size * _LEADING)
            self.y += size * _LEADING
            self._draw(left, self.y - 0.2 * size, line, size=size, bold=bold)

    # -- tables ----------------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> None:
        self.y += 6
        ends = _ends(grid)
        size = _BODY if grid.kind in {"words", "recommendations"} else self._table_size(grid, ends)
        if not grid.heads:
            self._pairs(grid)
            return
        rows = [self._row_lines(row, grid, ends, size) for row in grid.rows]
        self._need(self._heads_height(grid, ends, size) + 30)
        self._heads(grid, ends, size)
        for position, (row, lines) in enumerate(zip(grid.rows, rows, strict=True)):
            height = max(len(cell) for cell in lines) * size * _LEADING + 3
            is_last = position == len(rows) - 1
            if self.y + height > _BOTTOM - 4 and position:
                self._page()
                self._heads(grid, ends, size)
            self._row(row, lines, grid, ends, size)
            if row.role in {"subtotal", "total"} and grid.kind == "figures" and not is_last:
                self._rule(self.y + 1, ends, _THIN)
        self.y += 2
        self._rule(self.y, ends, _THICK)
        self.y += 4

    def _table_size(self, grid: Grid, ends: Sequence[float]) -> float:
        """The size of print at which the longest word of each head stands in its column."""
        size = _TABLE
        for heads in grid.heads:
            for column, head in enumerate(heads):
                if head is None or not head.text:
                    continue
                longest = max(self._width_of(word.strip(), _TABLE) for word in _breakable(head.text))
                room = ends[column + head.columns] - ends[column] - 4
                size = min(size, _TABLE * room / longest)
        return size

    def _heads_height(self, grid: Grid, ends: Sequence[float], size: float) -> float:
        return sum(
            max(len(lines) for lines in self._head_row_lines(heads, ends, size)) * size * _LEADING + 4
            for heads in grid.heads
        )

    def _head_row_lines(self, heads: Sequence[HeadCell | None], ends: Sequence[float], size: float) -> list[list[str]]:
        found: list[list[str]] = []
        for column, head in enumerate(heads):
            if head is None:
                found.append([])
                continue
            width = ends[column + head.columns] - ends[column] - 4
            found.append(self._wrapped(head.text, width, size) if head.text else [])
        return found

    def _heads(self, grid: Grid, ends: Sequence[float], size: float) -> None:
        self._rule(self.y, ends, _THIN)
        for heads in grid.heads:
            lines = self._head_row_lines(heads, ends, size)
            height = max(len(one) for one in lines) * size * _LEADING
            for column, (head, cell) in enumerate(zip(heads, lines, strict=True)):
                if head is None:
                    continue
                right = ends[column + head.columns] - 2
                for number, line in enumerate(cell):
                    baseline = self.y + height - (len(cell) - 1 - number) * size * _LEADING
                    is_right = grid.kind == "figures" and column > 0 and head.columns == 1
                    x = right if is_right else ends[column] + (2 if column and head.columns == 1 else 0)
                    if head.columns > 1:
                        x = (ends[column] + right - self._width_of(line, size)) / 2
                    self._draw(x, baseline, line, size=size, right=is_right)
                if head.columns > 1:
                    self._rule(self.y + height + 2, (ends[column], right), _THIN)
            self.y += height + 4
        self._rule(self.y, ends, _THICK)
        self.y += 3

    def _row_lines(self, row: GridRow, grid: Grid, ends: Sequence[float], size: float) -> list[list[str]]:
        found = []
        for column, text in enumerate(row.cells):
            width = ends[column + 1] - ends[column] - 6 - (10 * row.indent if column == 0 else 0)
            if (row.role == "heading" or row.role == "merged") and column == 0:
                width = ends[-1] - ends[0] - 10
            found.append(self._wrapped(text, width, size, bold=row.role in {"total", "subtotal"}) if text else [])
        del grid
        return found

    def _row(
        self, row: GridRow, lines: Sequence[Sequence[str]], grid: Grid, ends: Sequence[float], size: float
    ) -> None:
        bold = row.role in {"heading", "subtotal", "total"} and grid.kind == "figures"
        height = max((len(cell) for cell in lines), default=1) * size * _LEADING
        for column, cell in enumerate(lines):
            is_figure = grid.kind == "figures" and column > 0
            for number, line in enumerate(cell):
                baseline = self.y + (height if is_figure else (number + 1) * size * _LEADING)
                x = ends[column + 1] - 2 if is_figure else ends[column] + (10 * row.indent if column == 0 else 2)
                self._draw(x, baseline, line, size=size, bold=bold, right=is_figure)
        self.y += height + 3

    def _pairs(self, grid: Grid) -> None:
        """A list of symbols and titles, without rules."""
        for row in grid.rows:
            symbols, title = (
                self._wrapped(text, width, _LIST) for text, width in zip(row.cells, (90, 320), strict=True)
            )
            height = max(len(symbols), len(title)) * _LIST * _LEADING
            self._need(height + 4)
            for x, cell in ((_TEXT, symbols), (_TEXT + 100, title)):
                for number, line in enumerate(cell):
                    self._draw(x, self.y + (number + 1) * _LIST * _LEADING, line, size=_LIST)
            self.y += height + 4

    # -- charts and boxes --------------------------------------------------------------------------

    def _plot(self, plot: Plot) -> None:
        """Shares one below the other: name, total, and each label with its bar and value."""
        for share in plot.shares:
            self.y += 8
            self._block(share.name, _TEXT, _RIGHT, 8.0, bold=True)
            self._block(share.total_words, _TEXT, _RIGHT, 8.0)
            largest = max((float(_plain(value)) for _, value in share.points), default=1.0) or 1.0
            for label, value in share.points:
                self.y += 10
                length = 120 * float(_plain(value)) / largest
                self._draw(_TEXT, self.y, label, size=7)
                self._bar(_TEXT + 150, length)
                self._draw(_TEXT + 154 + length, self.y, value, size=7)

    def _bar(self, left: float, length: float) -> None:
        x = _WIDTH - left - length if self.printed.is_right_to_left else left
        self.pdf.set_fill_color(160)
        self.pdf.rect(x, self.y - 5, length, 5, style="F")

    def _box(self, box: Lines) -> None:
        self._need(11 * len(box.lines) + 12)
        self.y += 8
        top = self.y
        for line in box.lines:
            self.y += 10
            self._draw(_TEXT + 8, self.y, line, size=8)
        self.y += 6
        left = _WIDTH - _TEXT - 200 if self.printed.is_right_to_left else _TEXT
        self.pdf.set_line_width(_THIN)
        self.pdf.rect(left, top, 200, self.y - top)


def _plot_height(plot: Plot) -> float:
    return sum(30.0 + 10 * len(share.points) for share in plot.shares)


def _plain(text: str) -> str:
    """A printed number as a plain one."""
    kept = "".join(c for c in text.replace(",", ".").replace("٫", ".") if c.isdigit() or c == ".")
    return kept or "0"


def _is_arabic(sign: str) -> bool:
    return "\u0600" <= sign <= "\u08ff" or "\ufb50" <= sign <= "\ufeff" or sign == " "


def _ends(grid: Grid) -> list[float]:
    """Edges of columns from left to right."""
    width = _RIGHT - _LEFT
    if grid.kind == "figures":
        each = min(49.0, (width - 110) / max(grid.width - 1, 1))
        return [_LEFT, *(_RIGHT - each * left for left in range(grid.width - 1, 0, -1)), _RIGHT]
    if grid.kind == "details":
        return [_LEFT, _LEFT + 100, _LEFT + 150, _RIGHT]
    return [_LEFT + width * column / grid.width for column in range(grid.width + 1)]


def _breakable(text: str) -> list[str]:
    """Pieces that a line may be broken between: words with their space, and single Han signs."""
    pieces: list[str] = []
    for word in _BREAKS.split(text.replace("\t", " ")):
        run = ""
        for sign in word:
            is_han = "\u2e80" <= sign <= "\u9fff" or "\uff00" <= sign <= "\uffef" or "\u3000" <= sign <= "\u303f"
            if is_han and run and sign not in "。，、；：！？）》」』":
                pieces.append(run)
                run = ""
            run += sign
            if is_han:
                continue
        pieces.append(f"{run} ")
    return pieces


def _signs(printed: Printed) -> set[str]:
    """All signs that a document prints."""
    found = set(" 0123456789/-.(),:")
    found.update(*printed.cover, *printed.masthead, printed.section_line, printed.part_line, printed.job)
    for block in printed.blocks:
        match block:
            case Words():
                found.update(block.text, block.number)
            case Grid():
                found.update(*(head.text for row in block.heads for head in row if head is not None))
                found.update(*(cell for row in block.rows for cell in row.cells))
            case Plot():
                for share in block.shares:
                    found.update(
                        share.name, share.total_words, share.total, *(label + value for label, value in share.points)
                    )
            case Lines():
                found.update(*block.lines)
    if printed.is_right_to_left:
        found.update(map(chr, range(0xFE70, 0xFEFD)))  # letters in the forms they take beside others
    return found

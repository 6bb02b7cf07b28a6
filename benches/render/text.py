"""Text of composed fascicles as it comes out of their PDF, with the layout lost.

Three things survive and carry the structure, as in texts really extracted: a blank line stands between printed lines,
a trailing space ends a paragraph or a cell, and a cell with nothing printed leaves a space of its own. Heads whose
cells are merged over two rows come first; values plotted in charts are dumped at the end of their page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from benches.render.printed import Grid, GridRow, HeadCell, Lines, Plot, Printed, Share, Words

_LINES_ON_PAGE = 52
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f]")
_UNBREAKABLE = re.compile(r"[^\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f\s]+|\s+|.")
_NO_START = "。，、；：！？）》」』)];,.:!?%"


def write_text(printed: Printed) -> bytes:
    """The text's bytes, in UTF-8."""
    pages = _Paginator(printed).pages()
    return "".join(_page_text(printed, page, number, len(pages)) for number, page in enumerate(pages, 1)).encode()


@dataclass(slots=True)
class _Page:
    """Lines of a page, each with its trailing space or none; ``dump`` holds the plotted values of its chart."""

    lines: list[str] = field(default_factory=list)
    dump: list[str] = field(default_factory=list)


def _page_text(printed: Printed, page: _Page, number: int, count: int) -> str:
    if number % 2:
        head = [f"{printed.section_line} ", " ", f"{number}/{count} {printed.job} ", " "]
    else:
        head = [f"{printed.part_line} ", " ", f"{printed.job} {number}/{count} ", " "]
    body = "\n\n".join([*head, *page.lines])
    dump = "".join(f"\n\n{line}" for line in page.dump)
    return f"\n\n\n\n{body}{dump}\n" if number > 1 else f"{body}{dump}\n"


class _Paginator:
    """Sets blocks into pages; a table that goes on overleaf has its heads printed again."""

    def __init__(self, printed: Printed) -> None:
        self.printed = printed
        self.page = _Page()
        self.done: list[_Page] = []
        self.width = 46 if printed.language == "zh" else 92

    def pages(self) -> list[_Page]:
        """All pages."""
        for block in self.printed.blocks:
            match block:
                case Words():
                    self._keep(list(self._words(block)))
                case Grid():
                    self._grid(block)
                case Plot():
                    self._plot(block)
                case Lines():
                    self._keep([f"{line} " for line in block.lines])
        self._turn()
        return self.done

    def _turn(self) -> None:
        if self.page.lines:
            self.done.append(self.page)
        self.page = _Page()

    def _keep(self, lines: Sequence[str]) -> None:
        """Put lines on the page, or on the next where they do not fit."""
        if len(self.page.lines) + len(lines) > _LINES_ON_PAGE and self.page.lines:
            self._turn()
        self.page.lines += lines

    # -- words ---------------------------------------------------------------------------------

    def _words(self, words: Words) -> Iterator[str]:
        if words.kind in {"heading", "annex"}:
            indent = "" if words.kind == "annex" else "  "
            yield from self._wrapped(words.text, indent=indent)
        elif words.kind == "paragraph":
            yield from self._wrapped(f"{words.number} {words.text}", indent=" ")
        elif words.kind == "point":
            yield from self._wrapped(f"{words.number} {words.text}")
        else:
            yield from self._wrapped(words.text)

    def _wrapped(self, text: str, *, width: int | None = None, indent: str = "") -> list[str]:
        lines = wrap(text, width or self.width)
        lines[0] = indent + lines[0]
        lines[-1] += " "
        return lines

    # -- tables --------------------------------------------------------------------------------

    def _grid(self, grid: Grid) -> None:
        heads = head_lines(grid)
        rows = [list(self._row(row, grid)) for row in grid.rows]
        if len(self.page.lines) + len(heads) + len(rows[0]) + 4 > _LINES_ON_PAGE:
            self._carry_caption()
        self.page.lines += heads
        for position, lines in enumerate(rows):
            if len(self.page.lines) + len(lines) > _LINES_ON_PAGE and position:
                self._turn()
                self.page.lines += heads
            self.page.lines += lines

    def _carry_caption(self) -> None:
        """Begin a page, and take the caption that stands last on the one before along."""
        captions = [block.text for block in self.printed.blocks if isinstance(block, Words) and block.kind == "caption"]
        flat = {line for text in captions for line in self._wrapped(text)}
        kept: list[str] = []
        while self.page.lines and self.page.lines[-1] in flat:
            kept.insert(0, self.page.lines.pop())
        self._turn()
        self.page.lines += kept

    def _row(self, row: GridRow, grid: Grid) -> Iterator[str]:
        if grid.kind == "figures":
            yield from self._figure_row(row)
        elif grid.kind == "words":
            yield from self._word_row(row, grid)
        elif grid.kind == "details":
            yield from self._wrapped(" ".join(row.cells))
        elif grid.kind == "pairs":
            symbols, title = row.cells
            listed = wrap(symbols, 18)
            if len(listed) > 1:
                yield from [*listed[:-1], f"{listed[-1]} "]
                yield from self._wrapped(title, width=self.width // 2)
            else:
                yield from self._wrapped(f"{symbols} {title}", width=self.width // 2)
        elif row.role == "heading":
            yield f"  {row.cells[0]}  "
        else:
            for cell in row.cells:
                yield from self._wrapped(cell, width=self.width // 2)

    def _figure_row(self, row: GridRow) -> Iterator[str]:
        label, figures = row.cells[0], [cell.replace("\u00a0", " ") for cell in row.cells[1:]]
        values = "".join(f"{figure} " for figure in figures)
        indent = " " if row.indent or row.role in {"subtotal", "total"} else ""
        if row.role == "merged":
            yield from self._wrapped(label, indent=indent)
            return
        lines = wrap(label, self.width // 2 + 8)
        lines[0] = indent + lines[0]
        if len(lines) == 1:
            yield f"{lines[0]} {values}"
        else:
            lines[-1] += " "
            yield from lines
            yield values

    def _word_row(self, row: GridRow, grid: Grid) -> Iterator[str]:
        """Cells of words one after another; a dash stands on the line of the words that follow it."""
        lead = ""
        for cell in row.cells:
            if len(cell) == 1:
                lead += f"{cell} "
                continue
            lines = self._wrapped(cell, width=self.width // grid.width)
            lines[0] = lead + lines[0]
            lead = ""
            yield from lines
        if lead:
            yield lead

    # -- charts --------------------------------------------------------------------------------

    def _plot(self, plot: Plot) -> None:
        lines = [
            line for share in plot.shares for line in (f"{share.name} ", f"{share.total_words.replace(chr(160), ' ')} ")
        ]
        if self.page.dump:
            self._carry_caption()
        self.page.lines += [*lines, " "]
        self.page.dump = [line.replace("\u00a0", " ") for share in plot.shares for line in _dumped(share)]


def _dumped(share: Share) -> Iterator[str]:
    """A share's values as dumped: labels with their value where they are two, else all values before all labels."""
    if len(share.points) <= 2:
        for label, value in share.points:
            yield label
            yield f"{value} "
    else:
        yield from (f"{value} " for _, value in share.points)
        yield from (label for label, _ in share.points)


def head_lines(grid: Grid) -> list[str]:
    """Heads of a table in the order they are extracted in, and the row of empty cells below them."""
    if not grid.heads:
        return []
    lines = [""]
    rows = [list(row) for row in grid.heads]
    if len(rows) == 2 and rows[0][-1] is not None and not rows[0][-1].text:
        # the last head is merged over both rows: it comes with the first
        rows[0][-1], rows[1] = rows[1][-1], rows[1][:-1]
    for row in rows:
        for head in row:
            if head is not None:
                _add_head(lines, head, is_dated=grid.kind == "figures")
    spacer = " " * grid.width
    return [*[line for line in lines if line.strip()], spacer] if grid.kind != "recommendations" else [lines[0]]


def _add_head(lines: list[str], head: HeadCell, *, is_dated: bool) -> None:
    words = head.text
    year = re.search(r"\d{4}", words)
    if not words:
        lines[-1] += " "
    elif is_dated and year:
        # narrow columns wrap a dated head: the year's line, then the words'
        cut = words.find(" ", year.end()) if year.start() == 0 else year.start() - 1
        first, second = (words[:cut], words[cut + 1 :]) if cut > 0 else (words, "")
        if re.match(r"^\d{4} 年", words):
            first, second = words[:6], words[6:]
        lines += [f"{first} ", f"{second} "] if second else [f"{first} "]
    elif lines[-1] and re.search(r"\d", lines[-1]) and not lines[-1].endswith("  "):
        lines.append(f"{words} ")
    else:
        lines[-1] += f"{words} "


def wrap(text: str, width: int) -> list[str]:
    """A text in lines of at most ``width`` (Han characters count one, others half): broken at spaces and between Han."""
    lines, line, used = [], "", 0.0
    for piece in _UNBREAKABLE.findall(text.replace("\u00a0", " ")):
        size = sum(1.0 if _WIDE.match(c) else 0.5 for c in piece) if _WIDE.search(text) else float(len(piece))
        if used + size > width and line.strip() and piece not in _NO_START and not piece.isspace():
            lines.append(line.strip())
            line, used = "", 0.0
        line += piece
        used += size
    lines.append(line.strip())
    return [line for line in lines if line] or [""]

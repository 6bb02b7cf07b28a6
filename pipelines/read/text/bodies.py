"""Tables of a text: the caption, the heads, which are known by their words, and rows below them; lists that are printed without
lines between their cells: mandates, recommendations with replies.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipelines.model.blocks import Block, Grid, GridCell, Place
from pipelines.model.numbers import is_nil_mark
from pipelines.read.text.lines import Line, join_wrapped
from pipelines.read.text.tables import (
    Heads,
    Row,
    RowReader,
    fit_to_columns,
    grid_of,
    parse_heads,
    read_detail_row,
    read_word_cells,
    split_tokens,
    tail_values,
)
from pipelines.read.text.walk import NUMBERED, Walk

_LETTER = re.compile(r"^\s*[^\W\d_]{1,4}\s*[.‑–-]\s+")
_ROW_LINES, _HEADING_LINES, _HEAD_LINES = 6, 3, 60


class TableWalk(Walk):
    """A walk that knows tables."""

    def _caption_lines(self, kind: str) -> list[Line]:
        """Take a caption: number, title, unit in brackets, part; each becomes a caption block."""
        taken = [self._take("caption")]
        self._add("caption", taken, taken[0].text)
        if self._peek() is None:
            return taken
        title = self._collect("caption")
        self._add("caption", title, join_wrapped(t.raw for t in title))
        while (line := self._peek()) is not None:
            part = self._vocabulary.pattern("caption", "part").match(line.raw)
            unit = self._vocabulary.pattern("caption", "unit").match(line.raw)
            known_unit = unit and self._vocabulary.meaning("units", unit["unit"])
            if not (part or known_unit or (unit and kind == "figure")):
                break
            more = [self._take("caption")]
            self._add("caption", more, more[0].text)
            if part:
                break
        return taken

    def _table(self, line: Line) -> bool:
        is_caption = bool(self._vocabulary.pattern("caption", "table").match(line.raw))
        part = None if is_caption else self._vocabulary.pattern("caption", "part").match(line.raw)
        is_part = bool(part and self._vocabulary.meaning("funding_sources", part["words"]))
        if not (is_caption or is_part):
            return False
        first = line
        if is_caption:
            self._caption_lines("table")
        else:
            taken = [self._take("caption")]
            self._add("caption", taken, taken[0].text)
        self._table_body(first)
        return True

    def _take_laid(self, first: Line) -> bool:
        """Take a table that was put together before the walk, where one begins here, or pass one that could not be."""
        if first.number in self._laid:
            return True
        line = self._peek()
        laid = self._laid.get(line.number) if line is not None else None
        if laid is None:
            return False
        taken = [self._take("table") for _ in laid.lines]
        for one in taken:
            if one.number in laid.lost:
                one.role = "unclaimed_table"
        place = Place(page=first.page, line_first=first.number, line_last=taken[-1].number)
        self.blocks.append(Block(kind="table", place=place, grid=laid.grid))
        return True

    def _table_body(self, first: Line) -> None:
        if self._take_laid(first):
            return
        # words before the heads (a funding source over the table, say) belong to the caption
        head_lines, heads, lead = self._take_heads()
        for lead_line in lead:
            self._add("caption", [lead_line], lead_line.text)
        if heads is None:
            self.warnings.append(f"line {first.number}: no column heads recognised below the caption {first.text!r}")
            return
        for unknown in heads.unknown:
            self.warnings.append(
                f'line {head_lines[0].number}: unknown column head "{unknown}" in table {first.text}; '
                f"add it to the vocabulary of {self._vocabulary.language}"
            )
        meanings = {h.meaning for h in heads.columns}
        if "details" in meanings:
            grid = self._detail_rows(heads)
        elif meanings <= {"planned", "actual"} and not heads.stub and not self._figures_follow(len(heads.columns)):
            grid = self._word_rows(heads)
        else:
            grid = self._value_rows(heads, head_lines)
        place = Place(page=first.page, line_first=first.number, line_last=self._lines[self._at - 1].number)
        self.blocks.append(Block(kind="table", place=place, grid=grid))

    def _figures_follow(self, count: int) -> bool:
        """True when one of the next lines ends in a figure for every column."""
        for ahead in range(_ROW_LINES):
            line = self._peek(ahead)
            if line is None or self._starts_block(line) or NUMBERED.match(line.raw):
                return False
            split = tail_values(split_tokens(line.raw), count)
            if split is not None and all(split[1]) and not all(is_nil_mark(value) for value in split[1]):
                return True
        return False

    def _take_heads(self) -> tuple[list[Line], Heads | None, list[Line]]:
        """Lines of the column heads, the heads, and lines before them that are no heads."""
        taken: list[Line] = []
        lead: list[Line] = []
        best: Heads | None = None
        stream = ""
        while (line := self._peek()) is not None and len(taken) < _HEAD_LINES:
            if best is not None and self._spacer_before(line, len(best.columns)):
                break
            if self._starts_block(line) or (NUMBERED.match(line.raw) and not best):
                break
            funding = self._vocabulary.meaning("funding_sources", line.text)
            if not taken and funding:
                lead.append(self._take("caption"))
                continue
            candidate = parse_heads(stream + line.text, self._vocabulary)
            if best is not None and (candidate is None or len(candidate.unknown) > len(best.unknown)):
                partial = self._could_continue(stream + line.text)
                if not partial:
                    break
            stream += line.text
            best = candidate or best
            taken.append(self._take("table"))
        return taken, parse_heads(stream, self._vocabulary) if stream else None, lead

    def _could_continue(self, stream: str) -> bool:
        """True when the next lines may complete the last head of a stream."""
        following = "".join(line.text for line in self._lines[self._at : self._at + 3])
        now, later = parse_heads(stream, self._vocabulary), parse_heads(stream + following, self._vocabulary)
        return now is None or later is None or len(later.columns) > len(now.columns)

    def _spacer_before(self, line: Line, columns: int) -> bool:
        """True when a row of empty cells, the end of the heads, stands before this line or at its start."""
        if columns >= 2 and self._indent(line) >= max(3, columns):
            return True
        number = line.number - 1
        while number in self._blanks:
            if len(self._blanks[number].strip("\n\r")) >= max(2, columns):
                return True
            number -= 1
        return False

    def _value_rows(self, heads: Heads, head_lines: Sequence[Line]) -> Grid:
        reader = RowReader(len(heads.columns))
        is_listing = self._vocabulary.meaning("stub_heads", heads.stub) == "deliverable"
        while (line := self._peek()) is not None:
            if self._repeats_heads(line, heads):
                continue
            if reader.is_between_rows and self._ends_table(line, is_listing):
                break
            if self._starts_block(line):
                break
            taken = self._take("table")
            reader.feed(taken, self._peek())
        for cut in reader.cut_lines:
            cut.role = "unclaimed_table"
        rows = reader.close()
        if not is_listing:
            self._check_wordy_rows(rows)
        return grid_of(heads, rows)

    def _check_wordy_rows(self, rows: Sequence[Row]) -> None:
        """In a table of figures a row without values must be a heading row; other words are unclaimed.

        A heading shows by its empty cells, or where they are merged by words that the vocabulary has as one.
        """
        for row in rows:
            if row.values is None and not row.is_heading and not self._is_row_heading(join_wrapped(row.label_parts)):
                for line in row.label_lines:
                    line.role = "unclaimed_table"

    def _is_row_heading(self, words: str) -> bool:
        plain = _LETTER.sub("", words)
        return any(self._vocabulary.meaning(table, plain) for table in ("row_groups", "post_categories", "components"))

    def _ends_table(self, line: Line, is_listing: bool) -> bool:
        if self._starts_block(line) or self._vocabulary.pattern("caption", "note").match(line.raw):
            return True
        if NUMBERED.match(line.raw):
            return True
        part = self._vocabulary.pattern("caption", "part").match(line.raw)
        if part and self._vocabulary.meaning("funding_sources", part["words"]):
            return True
        indent = self._indent(line)
        closes = line.raw.endswith(" ") and not line.raw.endswith("  ")
        if line.number in self._first_of_page and closes and self._is_standard_heading(line.text):
            return True
        if indent >= 2 and not closes and self._is_standard_heading(self._paragraph_ahead()):
            return True
        return indent >= 2 and closes and not any((tail_values(split_tokens(line.raw), 2) or ([], []))[1])

    def _paragraph_ahead(self) -> str:
        """The words from here to the end of the paragraph, if it has a few lines."""
        raw: list[str] = []
        for ahead in range(_HEADING_LINES):
            line = self._peek(ahead)
            if line is None:
                return ""
            raw.append(line.raw)
            if line.ends_cell:
                return join_wrapped(raw)
        return ""

    def _repeats_heads(self, line: Line, heads: Heads) -> bool:
        """Take the heads when they are printed again at the top of a page."""
        start, stream, page = self._at, "", line.page
        if line.number not in self._first_of_page and not self._follows_furniture(line):
            return False
        end = start
        while end < len(self._lines) and self._lines[end].page == page and end - start < _HEAD_LINES:
            if end > start and self._spacer_before(self._lines[end], len(heads.columns)):
                repeated = parse_heads(stream, self._vocabulary)
                if repeated and repeated.signature == heads.signature and not repeated.unknown:
                    while self._at < end:
                        self._take("table")
                    return True
                return False
            stream += self._lines[end].text
            candidate = parse_heads(stream, self._vocabulary)
            if end - start > 3 and (candidate is None or len(candidate.unknown) > 1):
                return False
            end += 1
        return False

    def _detail_rows(self, heads: Heads) -> Grid:
        rows: list[tuple[GridCell | None, ...]] = []
        while (line := self._peek()) is not None and not self._ends_table(line, False):
            taken = self._collect("table")
            label, number, details = read_detail_row(taken)
            place = Place(page=taken[0].page, line_first=taken[0].number, line_last=taken[-1].number)
            indent = 1 if taken[0].leading_spaces else 0
            rows.append((GridCell(label, place, indent=indent), GridCell(number, place), GridCell(details, place)))
        blank = Place()
        head = (GridCell(heads.stub, blank), *(GridCell(h.text, blank) for h in heads.columns))
        return Grid((head, *rows), header_rows=1)

    def _word_rows(self, heads: Heads) -> Grid:
        body: list[Line] = []
        while (line := self._peek()) is not None:
            if self._starts_block(line) or (NUMBERED.match(line.raw) and (not body or body[-1].ends_cell)):
                break
            at_start = not body or body[-1].ends_cell
            if at_start and self._vocabulary.pattern("caption", "note").match(line.raw):
                break
            if at_start and body and self._indent(line) >= 2:
                break
            body.append(self._take("table"))
        cells = read_word_cells(body)
        count = len(heads.columns)
        if len(cells) > count:
            cells = fit_to_columns(cells, body, count)
        if len(cells) < count:
            self.warnings.append(
                f"line {body[0].number if body else 0}: {len(cells)} cells of words do not fill {count} columns"
            )
            for line in body:
                line.role = "unclaimed_table"
        blank = Place()
        rows: list[tuple[GridCell | None, ...]] = [
            (GridCell(heads.stub, blank), *(GridCell(h.text, blank) for h in heads.columns))
        ]
        for start in range(0, len(cells), count):
            group = cells[start : start + count]
            filled = [
                GridCell(text, Place(page=first.page, line_first=first.number, line_last=last.number))
                for text, first, last in group
            ]
            filled += [GridCell("", blank)] * (count - len(filled))
            rows.append((GridCell("", blank), *filled))
        return Grid(tuple(rows), header_rows=1)


SYMBOL_LIST = re.compile(
    r"(?<![\w/-])(?:\d{1,4}/(?:\d+|X{2,})(?:\s[A-Z](?:-[A-Z])?(?![\w]))?|\d{2,4}(?:\s[A-Z])?\s?\((?:\d{4}|[IVXLC]+|[A-Z]+-[IVX]+)\)|S-\d+/\d+)"
    r"(?:\s*[;；,、]\s*(?:\d{1,4}/(?:\d+|X{2,})(?:\s[A-Z](?:-[A-Z])?(?![\w]))?|\d{2,4}(?:\s[A-Z])?\s?\((?:\d{4}|[IVXLC]+)\)|S-\d+/\d+))*"
)
_REFERENCE_END = re.compile(r"[(（][^()（）]*\d[^()（）]*[)）]\s*[。.]?\s*$")


def mandate_rows(body: Sequence[Line]) -> list[tuple[GridCell | None, ...]]:
    """Rows of symbols and title: a list of symbols begins a row, the words up to the next list are its title."""
    text, starts = "", []
    for line in body:
        piece = line.text
        joiner = "" if not text else ("\x00" if _continues(text, piece) else " ")
        starts.append((len(text) + len(joiner), line))
        text += joiner + piece
    rows: list[tuple[GridCell | None, ...]] = []
    matches = list(SYMBOL_LIST.finditer(text))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        title = text[match.end() : end].replace("\x00", "").strip()
        lines = [line for start, line in starts if start < end and start + len(line.text) > match.start()]
        place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
        rows.append((GridCell(match.group().replace("\x00", ""), place), GridCell(title, place)))
    return rows


def _continues(text: str, piece: str) -> bool:
    """True when a wrapped line goes on without a space: Han script on one side at least, no letter on the other."""
    return join_wrapped([text[-1], piece[:1]]) == text[-1] + piece[:1]


def recommendation_rows(
    cells: Sequence[Sequence[Line]], indent: Callable[[Line], int]
) -> list[tuple[GridCell | None, ...]]:
    """Rows of recommendation and reply: a recommendation ends in its reference in brackets; an indented line names the body."""
    rows: list[tuple[GridCell | None, ...]] = []
    recommendation: list[Line] = []
    reply: list[Line] = []

    def flush() -> None:
        if recommendation:
            rows.append((_words_cell(recommendation), _words_cell(reply)))
        recommendation.clear()
        reply.clear()

    is_reply = False
    for position, cell in enumerate(cells):
        words = join_wrapped(line.raw for line in cell)
        follows = cells[position + 1 :]
        if indent(cell[0]) >= 2:
            flush()
            is_reply = False
            rows.append((_words_cell(cell), None))
        elif not is_reply:
            recommendation.extend(cell)
            is_reply = bool(_REFERENCE_END.search(words)) or not follows
        else:
            reply.extend(cell)
    flush()
    return rows


def _words_cell(lines: Sequence[Line]) -> GridCell:
    if not lines:
        return GridCell("", Place())
    place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
    return GridCell(join_wrapped(line.raw for line in lines), place)

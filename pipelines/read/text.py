"""Reads the text of a fascicle, as extracted from its PDF, into blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipelines.blocks import Block, Document, Grid, GridCell, Place, Series, SourceLine
from pipelines.parse.numbers import is_nil_mark, read_number
from pipelines.read.lines import (
    GRADE,
    ChartDump,
    Line,
    claim_chart_dumps,
    claim_furniture_and_links,
    join_wrapped,
    printed_page_count,
    split_pages,
)
from pipelines.read.text_tables import (
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
from pipelines.vocabulary import Vocabulary, normalised

_NUMBERED = re.compile(r"^\s*(?P<number>\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+)\s+(?P<rest>\S.*)$")
_POINT = re.compile(r"^\s*(?P<number>\([a-z]{1,4}\))\s+(?P<rest>\S.*)$")
_SYMBOL_LIST = re.compile(
    r"(?<![\w/-])(?:\d{1,4}/(?:\d+|X{2,})(?:\s[A-Z](?:-[A-Z])?(?![\w]))?|\d{2,4}(?:\s[A-Z])?\s?\((?:\d{4}|[IVXLC]+|[A-Z]+-[IVX]+)\)|S-\d+/\d+)"
    r"(?:\s*[;；,、]\s*(?:\d{1,4}/(?:\d+|X{2,})(?:\s[A-Z](?:-[A-Z])?(?![\w]))?|\d{2,4}(?:\s[A-Z])?\s?\((?:\d{4}|[IVXLC]+)\)|S-\d+/\d+))*"
)
_LETTER = re.compile(r"^\s*[^\W\d_]{1,4}\s*[.‑–-]\s+")
_ROW_LINES, _HEADING_LINES = 6, 3
_SENTENCE_END = ("。", "；", ".", ";", "：", ":", "，", ",")


def read_text(text: str, vocabulary: Vocabulary) -> Document:
    """The blocks of a fascicle's extracted text.

    Lines that no rule claims keep the role ``unclaimed``; those inside a table ``unclaimed_table``.
    """
    lines, blanks = split_pages(text, vocabulary)
    links = claim_furniture_and_links(lines, vocabulary)
    dumps = claim_chart_dumps(lines, blanks, vocabulary)
    scanner = _Scanner(lines, blanks, dumps, vocabulary)
    blocks = scanner.scan()
    return Document(
        format="txt",
        blocks=blocks,
        lines=[SourceLine(line.number, line.raw.rstrip(), line.role, line.page) for line in lines],
        furniture=[line.text for line in lines if line.role == "furniture"],
        links=links,
        page_count=printed_page_count(lines, vocabulary) or (lines[-1].page if lines else None),
        warnings=scanner.warnings,
    )


class _Scanner:
    """Walks the lines once and turns them into blocks, each rule claiming the lines it understands."""

    def __init__(
        self, lines: Sequence[Line], blanks: dict[int, str], dumps: dict[int, ChartDump], vocabulary: Vocabulary
    ) -> None:
        first_of_page: set[int] = set()
        seen: set[int] = set()
        for line in lines:
            if line.page not in seen:
                seen.add(line.page)
                first_of_page.add(line.number)
        self._first_of_page = first_of_page
        self._lines = [line for line in lines if line.role == "unclaimed"]
        self._blanks = blanks
        self._dumps = dumps
        self._vocabulary = vocabulary
        self._at = 0
        self._in_annex = False
        self._in_mandates = False
        self.blocks: list[Block] = []
        self.warnings: list[str] = []

    # -- walking -------------------------------------------------------------------------------

    def _peek(self, ahead: int = 0) -> Line | None:
        index = self._at + ahead
        return self._lines[index] if index < len(self._lines) else None

    def _take(self, role: str) -> Line:
        line = self._lines[self._at]
        line.role = role
        self._at += 1
        return line

    def _indent(self, line: Line) -> int:
        """Leading spaces, less the one that marks the first line of a page."""
        return max(0, line.leading_spaces - (1 if line.number in self._first_of_page else 0))

    def scan(self) -> list[Block]:
        """All blocks in reading order."""
        while (line := self._peek()) is not None:
            for rule in (
                self._table,
                self._figure,
                self._annex,
                self._mandates,
                self._recommendations,
                self._org_chart,
                self._note,
                self._numbered,
                self._heading,
            ):
                if rule(line):
                    break
            else:
                self._prose(line)
        return self.blocks

    def _add(self, kind: str, lines: Sequence[Line], text: str, **more: object) -> None:
        place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
        self.blocks.append(Block(kind=kind, text=text, place=place, **more))  # type: ignore[arg-type]

    def _collect(self, role: str, stop: Callable[[Line], bool] | None = None) -> list[Line]:
        """Take lines to the end of the paragraph or cell (a trailing space), or to where ``stop`` says."""
        taken = [self._take(role)]
        while not taken[-1].ends_cell and (line := self._peek()) is not None:
            if self._starts_block(line) or (stop and stop(line)):
                break
            taken.append(self._take(role))
        return taken

    def _starts_block(self, line: Line) -> bool:
        pattern = self._vocabulary.pattern
        return bool(
            pattern("caption", "table").match(line.raw)
            or pattern("caption", "figure").match(line.raw)
            or pattern("caption", "annex").match(line.raw)
        )

    # -- simple blocks -------------------------------------------------------------------------

    def _annex(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "annex").match(line.raw):
            return False
        taken = [self._take("heading")]
        self._add("heading", taken, line.text, level=1)
        self._in_annex, self._in_mandates = True, False
        return True

    def _note(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "note").match(line.raw):
            return False
        taken = self._collect("note")
        self._add("note", taken, join_wrapped(t.raw for t in taken))
        return True

    def _numbered(self, line: Line) -> bool:
        match = _NUMBERED.match(line.raw)
        point = None if match else _POINT.match(line.raw)
        found = match or point
        if found is None:
            return False
        taken = self._collect("paragraph")
        words = join_wrapped([found["rest"] + (" " if line.ends_cell else ""), *(t.raw for t in taken[1:])])
        self._add("paragraph", taken, words, number=found["number"], indent=1 if point else 0)
        self._in_mandates = False
        return True

    def _heading(self, line: Line) -> bool:
        if self._indent(line) < 2 and not self._is_standard_heading(line.text):
            return False
        if line.text.endswith(_SENTENCE_END) or tail_values(split_tokens(line.raw), 3) is not None:
            return False
        taken = self._collect("heading")
        self._add("heading", taken, join_wrapped(t.raw for t in taken))
        return True

    def _is_standard_heading(self, text: str) -> bool:
        flat = normalised(text)
        return any(p.search(flat) for p, _ in self._vocabulary.heading_levels)

    def _prose(self, line: Line) -> None:
        taken = self._collect("paragraph", stop=lambda following: bool(_NUMBERED.match(following.raw)))
        self._add("paragraph", taken, join_wrapped(t.raw for t in taken))

    # -- tables --------------------------------------------------------------------------------

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
        self._in_mandates = False
        self._table_body(first)
        return True

    def _table_body(self, first: Line) -> None:
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
            if line is None or self._starts_block(line) or _NUMBERED.match(line.raw):
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
        while (line := self._peek()) is not None and len(taken) < 60:
            if best is not None and self._spacer_before(line, len(best.columns)):
                break
            if self._starts_block(line) or (_NUMBERED.match(line.raw) and not best):
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
        if reader.is_cut:
            for cut in reader._row.label_lines:
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
        if _NUMBERED.match(line.raw):
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
        while end < len(self._lines) and self._lines[end].page == page and end - start < 60:
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

    def _follows_furniture(self, line: Line) -> bool:
        previous = self._lines[self._at - 1] if self._at else None
        return previous is None or previous.page != line.page

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
            if self._starts_block(line) or (_NUMBERED.match(line.raw) and (not body or body[-1].ends_cell)):
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

    # -- charts, mandates, annexes ---------------------------------------------------------------

    def _figure(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "figure").match(line.raw):
            return False
        self._in_mandates = False
        self._caption_lines("figure")
        shares: list[tuple[str, list[tuple[str, str, Place]]]] = []
        taken: list[Line] = [line]
        while (inner := self._peek()) is not None and not self._spacer_before(inner, 99):
            share = self._vocabulary.meaning("chart", inner.text)
            total = self._vocabulary.pattern("chart", "posts_total").match(inner.text)
            if share:
                taken.append(self._take("chart"))
                shares.append((inner.text, []))
            elif shares and (total or read_number(inner.text) is not None):
                taken.append(self._take("chart"))
                value = total["value"] if total else inner.text
                shares[-1][1].append(("", value, _place_of(inner)))
            else:
                break
        self._plot(taken[-1].page, shares)  # a caption may stand at the foot of the page before
        series = tuple(
            Series(name, tuple((label, value) for label, value, _ in points), tuple(p for *_, p in points))
            for name, points in shares
        )
        self._add("chart", taken, "", series=series)
        return True

    def _plot(self, page: int, shares: list[tuple[str, list[tuple[str, str, Place]]]]) -> None:
        """Give the values dumped at the end of the page to the parts of its chart, by what labels them."""
        dump = self._dumps.pop(page, None)
        if dump is None or not shares:
            return
        by_share = {self._vocabulary.meaning("chart", name): points for name, points in shares}
        for numbers, labels, lines in dump.runs:
            first = labels[0]
            if GRADE.match(first) or self._vocabulary.meaning("grades", first):
                points = by_share.get("posts_share")
            elif self._vocabulary.meaning("objects", first) in {"posts", "non_post"}:
                points = by_share.get("financial_share")
            else:
                points = by_share.get("non_post_share")
            if points is None:
                for line in lines:
                    line.role = "unclaimed"
                continue
            half = len(numbers)
            number_lines = [line for line in lines if read_number(line.text) is not None][:half]
            for number, label, line in zip(numbers, labels, number_lines, strict=True):
                points.append((label, number, _place_of(line)))

    def _mandates(self, line: Line) -> bool:
        organ = self._vocabulary.meaning("organs", line.text)
        if organ is None:
            return False
        heading = [self._take("heading")]
        self._add("heading", heading, line.text, style="organ")
        body: list[Line] = []
        while (inner := self._peek()) is not None:
            if self._vocabulary.meaning("organs", inner.text) or self._starts_block(inner):
                break
            if (self._indent(inner) >= 2 and not _SYMBOL_LIST.match(inner.text)) or _NUMBERED.match(inner.raw):
                break
            body.append(self._take("table"))
        rows = _mandate_rows(body)
        if rows:
            place = Place(page=body[0].page, line_first=body[0].number, line_last=body[-1].number)
            self.blocks.append(
                Block(kind="table", place=place, grid=Grid(tuple(rows), header_rows=0), style="mandates")
            )
        return True

    def _recommendations(self, line: Line) -> bool:
        heads = parse_heads(line.text, self._vocabulary)
        if heads is None or heads.unknown or self._vocabulary.meaning("stub_heads", heads.stub) != "recommendation":
            return False
        first = self._take("table")
        rows: list[tuple[GridCell | None, ...]] = [
            (GridCell(heads.stub, Place()), *(GridCell(h.text, Place()) for h in heads.columns))
        ]
        cells: list[list[Line]] = []
        while (inner := self._peek()) is not None and not self._starts_block(inner):
            cells.append(self._collect("table"))
        rows.extend(_recommendation_rows(cells, self._indent))
        place = Place(page=first.page, line_first=first.number, line_last=self._lines[self._at - 1].number)
        self.blocks.append(Block(kind="table", place=place, grid=Grid(tuple(rows), header_rows=1)))
        return True

    def _org_chart(self, line: Line) -> bool:
        """A box of the organization chart: words, a funding source, posts by grade, a total."""
        if not self._in_annex:
            return False
        total, funding = (
            self._vocabulary.pattern("org_chart", "total"),
            self._vocabulary.pattern("org_chart", "funding"),
        )
        has_funding = False
        for ahead in range(40):
            inner = self._peek(ahead)
            if inner is None or self._starts_block(inner):
                return False
            has_funding = has_funding or bool(funding.match(inner.text))
            if total.match(inner.text):
                break
            if not has_funding and (ahead > 6 or self._vocabulary.pattern("caption", "note").match(inner.raw)):
                return False
        else:
            return False
        if not has_funding or (self._indent(line) >= 2):
            return False
        taken = [self._take("org_chart") for _ in range(ahead + 1)]
        self._add("org_unit", taken, "\n".join(t.text for t in taken))
        return True


def _place_of(line: Line) -> Place:
    return Place(page=line.page, line_first=line.number, line_last=line.number)


def _mandate_rows(body: Sequence[Line]) -> list[tuple[GridCell | None, ...]]:
    """Rows of symbols and title: a list of symbols begins a row, the words up to the next list are its title."""
    text, starts = "", []
    for line in body:
        piece = line.text
        joiner = "" if not text else ("\x00" if line_continues(text, piece) else " ")
        starts.append((len(text) + len(joiner), line))
        text += joiner + piece
    rows: list[tuple[GridCell | None, ...]] = []
    matches = list(_SYMBOL_LIST.finditer(text.replace("\x00", "\x00")))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        title = text[match.end() : end].replace("\x00", "").strip()
        lines = [line for start, line in starts if match.start() - len(line.text) < start < end]
        held = [line for start, line in starts if start < end and start + len(line.text) > match.start()]
        lines = held or lines
        place = Place(page=lines[0].page, line_first=lines[0].number, line_last=lines[-1].number)
        rows.append((GridCell(match.group().replace("\x00", ""), place), GridCell(title, place)))
    return rows


def line_continues(text: str, piece: str) -> bool:
    """True when a wrapped line goes on without a space: Han script on one side at least, no letter on the other."""
    return join_wrapped([text[-1], piece[:1]]) == text[-1] + piece[:1]


_REFERENCE_END = re.compile(r"[(（][^()（）]*\d[^()（）]*[)）]\s*[。.]?\s*$")


def _recommendation_rows(
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

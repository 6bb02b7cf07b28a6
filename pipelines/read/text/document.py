"""Reads the text of a fascicle, as extracted from its PDF, into blocks."""

from __future__ import annotations

import re

from pipelines.model.blocks import Block, Document, Grid, GridCell, Place, Remark, Series, SourceLine
from pipelines.model.characters import NARROW_BRACKETS
from pipelines.model.numbers import read_number
from pipelines.read.text.bodies import SYMBOL_LIST, TableWalk, mandate_rows, recommendation_rows
from pipelines.read.text.line_ends import keeps_ends, restore
from pipelines.read.text.lines import (
    GRADE,
    Line,
    claim_chart_dumps,
    claim_furniture_and_links,
    join_wrapped,
    printed_page_count,
    split_pages,
)
from pipelines.read.text.page_extent import rows_among_words
from pipelines.read.text.page_tables import LaidTable
from pipelines.read.text.tables import parse_heads, split_tokens, tail_values
from pipelines.read.text.walk import NUMBERED
from pipelines.vocabulary import Vocabulary

_POINT = re.compile(r"^\s*(?P<number>[(（][a-z]{1,4}[)）])\s+(?P<rest>\S.*)$")
_PAIR = re.compile(r"^\s*(?P<label>\S+(?: \S+)*)\s{2,}(?P<value>\S+(?: \S+)*)\s*$")
"""A label of a chart and its figure, set apart."""
_SENTENCE_END = ("。", "；", ".", ";", "：", ":", "，", ",")


def read_text(text: str, vocabulary: Vocabulary) -> Document:
    """The blocks of a fascicle's extracted text.

    Lines that no rule claims keep the role ``unclaimed``; those inside a table ``unclaimed_table``.
    """
    lines, blanks = split_pages(text, vocabulary)
    links = claim_furniture_and_links(lines, vocabulary)
    laid: dict[int, LaidTable | None] = {}
    remarks: list[Remark] = []
    source = lines
    if not keeps_ends(text):
        restored = restore(lines, blanks, vocabulary)
        lines, laid, remarks = restored.lines, restored.tables, restored.remarks
    dumps = claim_chart_dumps(lines, blanks, vocabulary)
    scanner = _Scanner(lines, blanks, dumps, vocabulary, laid)
    scanner.warnings += remarks
    blocks = scanner.scan()
    scanner.warnings += rows_among_words(source, {line.number: line.role for line in lines})
    return Document(
        format="txt",
        blocks=blocks,
        lines=[SourceLine(line.number, line.raw.rstrip(), line.role, line.page) for line in lines],
        furniture=[line.text for line in lines if line.role == "furniture"],
        links=links,
        page_count=printed_page_count(lines, vocabulary) or (lines[-1].page if lines else None),
        warnings=scanner.warnings,
    )


class _Scanner(TableWalk):
    """Walks the lines once and turns them into blocks, each rule claiming the lines it understands."""

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

    # -- simple blocks -------------------------------------------------------------------------

    def _annex(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "annex").match(line.raw):
            return False
        taken = [self._take("heading")]
        self._add("heading", taken, line.text, level=1)
        self._in_annex = True
        return True

    def _note(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "note").match(line.raw):
            return False
        taken = self._collect("note")
        self._add("note", taken, join_wrapped(t.raw for t in taken))
        return True

    def _numbered(self, line: Line) -> bool:
        match = NUMBERED.match(line.raw)
        point = None if match else _POINT.match(line.raw)
        found = match or point
        if found is None:
            return False
        taken = self._collect("paragraph")
        words = join_wrapped([found["rest"] + (" " if line.ends_cell else ""), *(t.raw for t in taken[1:])])
        self._add(
            "paragraph", taken, words, number=found["number"].translate(NARROW_BRACKETS), indent=1 if point else 0
        )
        return True

    def _heading(self, line: Line) -> bool:
        if self._indent(line) < 2 and not self._is_standard_heading(line.text):
            return False
        if line.text.endswith(_SENTENCE_END) or tail_values(split_tokens(line.raw), 3) is not None:
            return False
        taken = self._collect("heading")
        self._add("heading", taken, join_wrapped(t.raw for t in taken))
        return True

    def _prose(self, line: Line) -> None:
        taken = self._collect("paragraph", stop=lambda following: bool(NUMBERED.match(following.raw)))
        self._add("paragraph", taken, join_wrapped(t.raw for t in taken))

    # -- charts, mandates, annexes ---------------------------------------------------------------

    def _figure(self, line: Line) -> bool:
        if not self._vocabulary.pattern("caption", "figure").match(line.raw):
            return False
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
            elif shares and (pair := _PAIR.match(inner.raw)) and read_number(pair["value"]) is not None:
                taken.append(self._take("chart"))
                shares[-1][1].append((pair["label"], pair["value"], _place_of(inner)))
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
            if (self._indent(inner) >= 2 and not SYMBOL_LIST.match(inner.text)) or NUMBERED.match(inner.raw):
                break
            body.append(self._take("table"))
        rows = mandate_rows(body)
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
        rows.extend(recommendation_rows(cells, self._indent))
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

"""Texts whose line ends and blank lines were lost or replaced: both are restored from other evidence.

The text of a fascicle as it is usually extracted says by a trailing space where a paragraph or a cell ends. Other
extractors set columns apart by gaps, as they stand on the page, and strip what stands at the ends of lines. There a
paragraph ends before a blank line, a number or a caption, and where the next word would still have fitted; the columns
of a table are the gaps that its rows have in common.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.model.blocks import Place, Remark
from pipelines.model.numbers import read_number
from pipelines.read.text.lines import Line
from pipelines.read.text.page_lines import chart_lines, extent, names_funding, starts_block
from pipelines.read.text.page_tables import LaidTable, lay
from pipelines.read.text.stacked import SCRAMBLED, claim_edges, is_stacked, paragraph_of, take
from pipelines.vocabulary import Vocabulary

_GAP = re.compile(r"(?<=\S)\s{2,}(?=\S)")
_PIECE = re.compile(r"\S+(?: \S+)*")
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3})((?: \d{3})+)(?=(?:[.,]\d+)?(?:[^\w.,]|$))")
_BEGINS = re.compile(
    r"\s*(?:\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+|\([a-z]{1,4}\)|\(\d{1,2}\)|[A-Z]\.|\d{1,2}\.|[•–—-])(?:\s|$)"
)
_NUMBER_ALONE = re.compile(r"\s*(?:\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+|\([a-z]{1,4}\)|[A-Z]\.|\d{1,2}\.)\s*")
_SENTENCE_END = (".", ";", ":", ",", "。", "；", "：", "，")
_ENOUGH = 20  # lines
_SLACK = 2
_EVEN = 88  # per cent


def keeps_ends(text: str) -> bool:
    """Whether trailing spaces still tell where paragraphs and cells end."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) < _ENOUGH or sum(line.endswith((" ", "\u00a0")) for line in lines) * 20 > len(lines)


@dataclass(slots=True)
class Restored:
    """Lines with their ends, tables that were told by where their cells stand, by the number of their first line; None
    by that of their caption for others, of which remarks tell."""

    lines: list[Line] = field(default_factory=list)
    tables: dict[int, LaidTable | None] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def restore(lines: Sequence[Line], blanks: dict[int, str], vocabulary: Vocabulary) -> Restored:
    """The lines with the spaces that tell where paragraphs, cells, heads and headings end."""
    is_wide = sum(_GAP.search(line.raw.strip()) is not None for line in lines) * 10 > len(lines)
    every_other = sum(line.number + 1 in blanks for line in lines) * 4 > len(lines) * 3
    width = _width(lines, is_wide)
    width = width * _EVEN // 100 if is_wide else width  # signs of different width fill lines of one width
    restored = Restored()
    out = restored.lines
    stacked = not is_wide and is_stacked(lines)
    if stacked:
        claim_edges(lines)
    last: tuple[str, int] | None = None
    at = 0
    while at < len(lines):
        text = _plain(lines[at])
        number = paragraph_of(lines[at])
        last = number if number and (last is None or number[0] != last[0] or number[1] > last[1]) else last
        is_caption = vocabulary.pattern("caption", "table").match(text) is not None
        if is_wide and lines[at].role == "unclaimed" and (is_caption or names_funding(text, vocabulary)):
            at = _laid_table(lines, at, blanks, vocabulary, restored)
        elif is_wide and vocabulary.pattern("caption", "figure").match(text):
            at = _caption(lines, at, blanks, vocabulary, out, False)
            chart = chart_lines(lines, at, vocabulary)
            out += chart
            at += len(chart)
        elif stacked and (is_caption or names_funding(text, vocabulary)):
            at = _stacked_table(lines, at, last, vocabulary, restored)
        elif is_caption:
            at = _table(lines, at, blanks, vocabulary, out, every_other)
        else:
            at = _prose(lines, at, blanks, vocabulary, out, every_other, width)
    return restored


def _laid_table(
    lines: Sequence[Line], at: int, blanks: dict[int, str], vocabulary: Vocabulary, restored: Restored
) -> int:
    """Take a table whose columns stand as on the page; where the next line stands."""
    out = restored.lines
    if names_funding(_plain(lines[at]), vocabulary):
        out.append(Line(lines[at].number, _plain(lines[at]) + " ", lines[at].page, lines[at].role))
        at += 1
    else:
        at = _caption(lines, at, blanks, vocabulary, out, False)
    end, parts = extent(lines, at, vocabulary)
    table = lay(parts, vocabulary)
    if table is None:
        return _table_lines(lines, at, end, out)
    restored.tables[table.lines[0].number] = table
    out += lines[at:end]
    return end


def _stacked_table(
    lines: Sequence[Line], at: int, last: tuple[str, int] | None, vocabulary: Vocabulary, restored: Restored
) -> int:
    """Take a table with one cell in each line; where the next line stands."""
    out = restored.lines
    caption = lines[at]
    if names_funding(_plain(caption), vocabulary):
        out.append(Line(caption.number, _plain(caption) + " ", caption.page, caption.role))
        at += 1
    else:
        at = _caption(lines, at, {}, vocabulary, out, False)
    table = take(lines, at, last, vocabulary)
    if not table.lines:
        return at
    end = next(index for index in range(at, len(lines)) if lines[index] is table.lines[-1]) + 1
    if table.grid is not None:
        restored.tables[table.lines[0].number] = LaidTable(table.grid, table.lines, set())
    else:
        restored.tables[caption.number] = None
        for line in table.lines:
            line.role = SCRAMBLED
        restored.remarks.append(
            Remark(
                "incomplete",
                f"line {caption.number}: the cells of {_plain(caption)} stand in no order that tells their columns; it is not "
                "read; extract the text again with its layout, or give the Word file or the PDF",
                Place(line_first=caption.number),
            )
        )
    out += lines[at:end]
    return end


def _table_lines(lines: Sequence[Line], at: int, end: int, out: list[Line]) -> int:
    """Lines below a caption in which no columns are found, each for itself."""
    out += [
        Line(line.number, _plain(line) + " ", line.page, line.role) if line.role == "unclaimed" else line
        for line in lines[at:end]
    ]
    return end


def _plain(line: Line) -> str:
    return " ".join(line.raw.split())


def _width(lines: Sequence[Line], is_wide: bool) -> int:
    """Signs that a full line of prose has: nearly the longest."""
    lengths = sorted(len(line.raw.rstrip()) for line in lines if not (is_wide and _GAP.search(line.raw.strip())))
    return lengths[len(lengths) * 19 // 20] if lengths else 0


def _prose(
    lines: Sequence[Line],
    at: int,
    blanks: dict[int, str],
    vocabulary: Vocabulary,
    out: list[Line],
    every_other: bool,
    width: int,
) -> int:
    """Take one paragraph; where the next line stands."""
    taken = [lines[at]]
    following = at + 1
    while following < len(lines):
        last, line = taken[-1], lines[following]
        text = _plain(line)
        alone = len(taken) == 1 and _NUMBER_ALONE.fullmatch(last.raw) is not None
        apart = last.number + 1 in blanks and (not every_other or last.number + 2 in blanks)
        fits = len(last.raw.rstrip()) + len(text.split(" ", 1)[0]) + _SLACK < width
        if starts_block(text, vocabulary) or _BEGINS.match(line.raw) or (last.page != line.page and fits):
            break
        if not alone and (apart or fits):
            break
        taken.append(line)
        following += 1
    words = [_plain(line) for line in taken]
    if len(taken) > 1 and _NUMBER_ALONE.fullmatch(taken[0].raw):
        first, second = words[0], words[1]
        words[:2] = [f"{first} {second}"]
        taken = [taken[0], *taken[2:]]
    is_heading = (
        len(taken) <= 2
        and not words[-1].endswith(_SENTENCE_END)
        and not re.match(r"\s*(?:\d+\.\d|\()", words[0])
        and not starts_block(words[0], vocabulary)
    )
    for index, (line, text) in enumerate(zip(taken, words, strict=True)):
        lead = "  " if is_heading and index == 0 else ""
        out.append(Line(line.number, lead + text + (" " if index == len(taken) - 1 else ""), line.page, line.role))
    return following


def _table(
    lines: Sequence[Line],
    at: int,
    blanks: dict[int, str],
    vocabulary: Vocabulary,
    out: list[Line],
    every_other: bool,
) -> int:
    """Take a table with its caption; where the next line stands."""
    at = _caption(lines, at, blanks, vocabulary, out, every_other)
    end = at
    while end < len(lines):
        line = lines[end]
        text = _plain(line)
        if line.role != "unclaimed" or starts_block(text, vocabulary):
            break
        if re.match(r"\d+[A-Z]?(?:\.[IVXLC]+)?\.\d+\s+[^\W\d]", text):
            break
        part = vocabulary.pattern("caption", "part").match(text)
        if part and vocabulary.meaning("funding_sources", part["words"]) and end > at:
            break
        gap = sum(number in blanks for number in range(lines[end - 1].number + 1, line.number))
        if end > at and gap >= (4 if every_other else 2) and not _values(line):
            break
        end += 1
    _body(lines[at:end], out)
    return end


def _caption(
    lines: Sequence[Line], at: int, blanks: dict[int, str], vocabulary: Vocabulary, out: list[Line], every_other: bool
) -> int:
    """Take number, title, unit and part of a caption, each to its end."""
    taken = [lines[at]]
    out.append(Line(taken[0].number, _plain(taken[0]) + " ", taken[0].page, taken[0].role))
    at += 1
    title: list[Line] = []
    while at < len(lines) and len(title) < 4:
        text = _plain(lines[at])
        unit = vocabulary.pattern("caption", "unit").match(text)
        part = vocabulary.pattern("caption", "part").match(text)
        known = unit and vocabulary.meaning("units", unit["unit"])
        named = part and vocabulary.meaning("funding_sources", part["words"])
        if known or named:
            _end(out)
            out.append(Line(lines[at].number, text + " ", lines[at].page, lines[at].role))
            at += 1
            title = [lines[at - 1]] * 4 if named else title
            if named:
                break
            continue
        if title and (
            (title[-1].number + 1 in blanks and not every_other)
            or _GAP.search(lines[at].raw.strip())
            or vocabulary.meaning("stub_heads", text)
            or out[-1].raw.endswith(" ")
        ):
            break
        title.append(lines[at])
        out.append(Line(lines[at].number, text, lines[at].page, lines[at].role))
        at += 1
    _end(out)
    return at


def _end(out: list[Line]) -> None:
    if out and not out[-1].raw.endswith(" "):
        out[-1].raw += " "


def _pieces(line: Line) -> list[tuple[int, int, str]]:
    """The pieces of a line that gaps set apart: where each begins and ends, and its words."""
    return [(found.start(), found.end(), found.group()) for found in _PIECE.finditer(line.raw)]


def _values(line: Line) -> list[tuple[int, int, str]]:
    """The figures at the right end of a line; thousands are held together by a no-break space."""
    found: list[tuple[int, int, str]] = []
    for start, _, words in reversed(_pieces(line)):
        held = _GROUPED.sub(lambda match: match[1] + match[2].replace(" ", "\u00a0"), words)
        tokens = [(start + token.start(), start + token.end(), token.group()) for token in re.finditer(r"[^ ]+", held)]
        figures: list[tuple[int, int, str]] = []
        for token in reversed(tokens):
            if read_number(token[2]) is None:
                break
            figures.append(token)
        found += figures
        if len(figures) < len(tokens):
            break
    return found[::-1]


def _body(lines: Sequence[Line], out: list[Line]) -> None:
    """Heads and rows of a table: columns are where most rows have their figures."""
    counts: dict[int, int] = {}
    for line in lines:
        if (count := len(_values(line))) >= 2 and _pieces(line)[0][1] < _values(line)[0][0] + 1:
            counts[count] = counts.get(count, 0) + 1
    columns = max(counts, key=lambda count: (counts[count], count), default=0)
    first = next((i for i, line in enumerate(lines) if columns and len(_values(line)) == columns and _says(line)), None)
    if first is None:
        out += [Line(line.number, _plain(line) + " ", line.page, line.role) for line in lines]
        return
    edges = [end for _, end, _ in _values(lines[first])]
    head_end = _head_end(lines, first)
    _heads(lines[:head_end], edges, out)
    lead = " " * max(3, columns)
    for index in range(head_end, len(lines)):
        line = lines[index]
        values = _values(line)
        label = line.raw[: values[0][0]] if values else line.raw
        words = " ".join(label.split())
        if values and len(values) <= columns:
            cells = [""] * columns
            for _, end, text in values:
                nearest = min(range(columns), key=lambda column: abs(edges[column] - end))
                cells[nearest] = text
            raw = f"{words} {' '.join(cells)} " if words else f"{' '.join(cells)} "
        else:
            below = lines[index + 1] if index + 1 < len(lines) else None
            opens = below is not None and _opens(line, below)
            raw = words + (" " * (columns + 1) if opens or below is None else "")
        out.append(Line(line.number, (lead if index == head_end else "") + raw, line.page, line.role))


def _opens(line: Line, below: Line) -> bool:
    """Whether words without figures stand over the row below: it is set in, or begins with a mark of its own."""
    words = below.raw.strip()
    return _BEGINS.match(below.raw) is not None or (
        below.leading_spaces > line.leading_spaces and not words[:1].islower() and not words[:1].isdigit()
    )


def _says(line: Line) -> bool:
    """Whether a line has words beside its figures."""
    values = _values(line)
    return bool(values) and any(sign.isalpha() for sign in line.raw[: values[0][0]])


def _head_end(lines: Sequence[Line], first: int) -> int:
    """Where the rows begin: after the last line of heads, which have words over the columns, or after a blank line."""
    for index in range(first - 1, -1, -1):
        if len(_pieces(lines[index])) >= 2 and not _values(lines[index]):
            return index + 1
        if lines[index + 1].number - lines[index].number > 1:
            return index + 1
    return first


def _heads(lines: Sequence[Line], edges: Sequence[int], out: list[Line]) -> None:
    """Heads column by column, the words of each one below the other; a head over several columns goes first."""
    if not lines:
        return
    bounds = [(a + b) // 2 for a, b in pairwise(edges)]
    stacks: list[list[str]] = [[] for _ in edges]
    stub: list[str] = []
    group: list[str] = []
    bottom = len(lines) - 1
    left = _left_edge(lines, edges)
    for number, line in enumerate(lines):
        pieces = [part for piece in _pieces(line) for part in _split_piece(piece, edges)]
        for start, end, words in pieces:
            if start < left:
                stub.append(words)
            elif number < bottom and len(pieces) == 1 and len(edges) > 1 and number == 0:
                group.append(words)
            else:
                stacks[min(bisect_left(bounds, end - 1), len(edges) - 1)].append(words)
    last = lines[-1]
    texts = [" ".join(stub), *(" ".join(group) for _ in group[:1]), *(" ".join(stack) for stack in stacks)]
    for text in filter(None, texts):
        out.append(Line(last.number, text + " ", last.page, last.role))


def _left_edge(lines: Sequence[Line], edges: Sequence[int]) -> int:
    """Where the columns of figures begin: the words over the labels stand to the left of it."""
    span = edges[1] - edges[0] if len(edges) > 1 else edges[0]
    return max(1, edges[0] - max(span, 14))


def _split_piece(piece: tuple[int, int, str], edges: Sequence[int]) -> list[tuple[int, int, str]]:
    """A piece of heads that reaches over the edges of several columns, parted at the words that end there."""
    start, end, words = piece
    inner = [edge for edge in edges if start < edge < end - 1]
    parts: list[tuple[int, int, str]] = []
    begun = start
    for edge in inner:
        cut = words.find(" ", max(0, edge - start - 1))
        if cut >= 0 and abs(start + cut - edge) <= _SLACK and start + cut > begun:
            parts.append((begun, start + cut, words[begun - start : cut].strip()))
            begun = start + cut + 1
    parts.append((begun, end, words[begun - start :].strip()))
    return parts

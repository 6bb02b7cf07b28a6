"""Lists of a text that are printed without lines between their cells: mandates, recommendations with replies."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipelines.model.blocks import GridCell, Place
from pipelines.read.text.lines import Line, join_wrapped

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

"""Plain texts that keep the look of their pages: where their paragraphs begin, and which lines are heads and feet."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_FOOT = re.compile(r"^\d{1,4}/\d{1,4}(?:\s{2,}|$)|(?:^|\s{2,})\d{1,4}/\d{1,4}$|^\d{2}-\d{5}(?:\s|$)|\s{2,}\d{2}-\d{5}$")
_MARKED = re.compile(r"\s*(?:\d{1,3}\.|\([^\W\d_]{1,4}\)|\(\d{1,2}\)|•|[–—-](?=\s))\s+(?=\S)")
_ROW = re.compile(r"[^\W\d_][^\d]*\s{2,}[(–—-]?\d[\d ,.]*\)?$")
_HEAD = re.compile(r"^[AES]/(?:RES/|C\.\d/)?\S*\d\S*(?:\s{3,}|$)|\s{3,}[AES]/\S*\d\S*$")
_NOTES = re.compile(r"_{6,}$")
_SET_IN = 2
_SET_OUT = 6
_HEADER, _HEAD_LINES = 3, 3  # lines


@dataclass(frozen=True, slots=True)
class Look:
    """By index of a line: paragraphs that begin there or go on from the page before, heads and feet of pages, notes at
    their feet, lines of which each piece is for itself, rows of tables."""

    begins: frozenset[int] = frozenset()
    goes_on: frozenset[int] = frozenset()
    furniture: frozenset[int] = frozenset()
    notes: frozenset[int] = frozenset()
    parted: frozenset[int] = frozenset()
    rows: frozenset[int] = frozenset()


def look_of(lines: Sequence[str], feeds: Sequence[int]) -> Look:
    """What the look of the lines tells; nothing where most of them begin at the left edge.

    ``feeds`` are the indexes of lines that begin pages.
    """
    printed = [index for index, line in enumerate(lines) if line.strip()]
    if 2 * sum(_indent(lines[index]) >= _SET_IN for index in printed) < len(printed):
        return Look()
    furniture = _furniture(lines, printed, feeds)
    begins: set[int] = set()
    goes_on: set[int] = set()
    notes: set[int] = set()
    pages = [
        [index for index in printed if begin <= index < end and index not in furniture]
        for begin, end in pairwise([0, *feeds, len(lines)])
    ]
    for number, page in enumerate(pages):
        rule = next((i for i in page if _NOTES.fullmatch(lines[i].strip())), len(lines))
        notes |= {index for index in page if index >= rule}
        body = [index for index in page if index < rule]
        begun = _begun(lines, body)
        begins |= begun
        if number and body and body[0] not in begun:
            goes_on.add(body[0])
    first = pages[0] if pages else []
    margin = _margin(lines, first)
    begins |= {index for index in first if _indent(lines[index]) < margin - _SET_OUT and index not in notes}
    top = next((i for i in printed if i > _HEADER and not lines[i - 1].strip()), 0)
    parted = frozenset(i for i in printed if i < top and _GAP.search(lines[i].strip()))
    rows = frozenset(i for i in printed if i not in furniture | notes and _ROW.search(lines[i].strip()))
    return Look(
        frozenset(begins | parted | {i + 1 for i in parted}), frozenset(goes_on), frozenset(furniture), frozenset(notes), parted, rows
    )  # fmt: skip


def _begun(lines: Sequence[str], body: Sequence[int]) -> set[int]:
    """The lines of a page that begin a paragraph: those with a mark, and those set in from where most lines begin."""
    margin = _margin(lines, body)
    begun: set[int] = set()
    hang = margin
    for index in body:
        indent = _indent(lines[index])
        if mark := _MARKED.match(lines[index]):
            hang = mark.end()
            begun.add(index)
        elif (indent > margin + _SET_IN and abs(indent - hang) > 1) or lines[index].lstrip().startswith("["):
            begun.add(index)
            hang = margin
    return begun


def _margin(lines: Sequence[str], body: Sequence[int]) -> int:
    indents = Counter(_indent(lines[index]) for index in body)
    return max(indents, key=lambda indent: (indents[indent], -indent), default=0)


def pieces(line: str) -> list[str]:
    """The pieces of a line, separated by gaps."""
    return _GAP.split(line.strip())


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _furniture(lines: Sequence[str], printed: Sequence[int], feeds: Sequence[int]) -> set[int]:
    """Feet, and the first lines of pages where the symbol stands beside the title."""
    found: set[int] = set()
    for begin, end in pairwise([0, *feeds, len(lines)]):
        own = [index for index in printed if begin <= index < end]
        if own and _FOOT.search(lines[own[-1]].strip()):
            found.add(own[-1])
        if begin and own:
            head = [
                own[0],
                *(index for index, before in zip(own[1:_HEAD_LINES], own, strict=False) if index == before + 1),
            ]
            if any(_HEAD.search(lines[index].strip()) for index in head):
                found |= set(head)
    return found

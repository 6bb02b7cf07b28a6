"""Reads a plain text without page furniture, such as that of a resolution, into paragraphs and their marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipelines.model.blocks import Block, Document, Place, Remark, SourceLine

# What numbers a paragraph, a sub-point or a section: 12. (a) (1) • IV
MARK = re.compile(
    r"^\s*(?P<mark>\d{1,3}\.|\([a-z]{1,4}\)|\([0-9]{1,2}\)|•|[–—-](?=\s)|\d{1,2}\.(?:\d{1,2}|[a-z])(?=\s)|[IVXLC]+\.?(?=\t|\s{2,}|\.\s))"
    r"\s+(?P<text>\S.*)$"
)


_LINE_END = re.compile(r"\n\f|\n|\f")
"""A form feed at the beginning of a line ends no other one."""
_FEWEST_ROWS = 2


def read_plain(text: str) -> Document:
    """Blocks of a plain text: one per run of lines without a blank line between, or with a mark of its own.

    ``Block.number`` holds a leading mark ("12.", "(a)", "•", "IV"), ``Block.text`` the words after it with
    single spaces. Every line keeps its number; a line is ``paragraph`` or ``blank``, for what the words
    mean is for the parser to say.
    """
    whole = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    lines = _LINE_END.sub("\n", whole).split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    look = look_of(lines, _feeds(whole, len(lines)))
    document = Document(
        format="txt",
        blocks=list(_blocks(lines, look)),
        lines=[SourceLine(n, line, _role(n - 1, line, look)) for n, line in enumerate(lines, start=1)],
    )
    if len(look.rows) > _FEWEST_ROWS:
        first = min(look.rows) + 1
        document.warnings.append(
            Remark(
                "incomplete",
                f"{len(look.rows)} lines, the first at line {first}, look like rows of tables, which are not read from a "
                "text; give the Word file or the PDF",
                Place(line_first=first),
            )
        )
    return document


def _feeds(text: str, count: int) -> list[int]:
    """Indexes of the lines that begin pages."""
    ends = list(_LINE_END.finditer(text))
    return [index for index, end in enumerate(ends, start=1) if "\f" in end.group() and index < count]


def _role(index: int, line: str, look: Look) -> str:
    if not line.strip():
        return "blank"
    return "furniture" if index in look.furniture else "paragraph"


def _blocks(lines: list[str], look: Look) -> Iterator[Block]:
    """Paragraphs in their order; notes at the foot of a page come after the one that goes on over it."""
    gathered: list[str] = []
    notes: list[Block] = []
    first = last = 0
    ends = False
    for index, line in enumerate(lines):
        if index in look.notes and line.strip():
            _add_note(notes, line, index + 1)
        if index in look.furniture or index in look.notes:
            continue
        if not line.strip():
            ends = True
            continue
        goes_on = index in look.goes_on
        if gathered and not goes_on and (ends or MARK.match(line) or index in look.begins):
            yield _block(gathered, first, last)
            gathered = []
        if not gathered:
            yield from notes
            notes = []
        ends, last = False, index + 1
        if index in look.parted:
            yield from (_block([words], index + 1, index + 1) for words in pieces(line))
        else:
            first = first if gathered else index + 1
            gathered.append(line)
    if gathered:
        yield _block(gathered, first, last)
    yield from notes


def _add_note(notes: list[Block], line: str, number: int) -> None:
    """Add a line to the notes: a new one begins with its mark alone in a line."""
    words = " ".join(line.split())
    if notes and words.strip("_*0123456789"):
        notes[-1].text = f"{notes[-1].text} {words}".strip()
        notes[-1].place = Place(line_first=notes[-1].place.line_first, line_last=number)
    elif words.strip("_"):
        notes.append(Block(kind="paragraph", text=words, place=Place(line_first=number, line_last=number)))


def _block(lines: list[str], first: int, last: int) -> Block:
    match = MARK.match(lines[0])
    words = [match["text"], *lines[1:]] if match is not None else lines
    return Block(
        kind="paragraph",
        text=" ".join(" ".join(words).split()),
        number=match["mark"] if match is not None else "",
        place=Place(line_first=first, line_last=last),
    )


_GAP = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_FOOT = re.compile(r"^\d{1,4}/\d{1,4}(?:\s{2,}|$)|(?:^|\s{2,})\d{1,4}/\d{1,4}$|^\d{2}-\d{5}(?:\s|$)|\s{2,}\d{2}-\d{5}$")
_MARKED = re.compile(r"\s*(?:\d{1,3}\.|\([^\W\d_]{1,4}\)|\(\d{1,2}\)|•|[–—-](?=\s))\s+(?=\S)")
_ROW = re.compile(r"[^\W\d_][^\d]*\s{2,}[(–—-]?\d[\d ,.]*\)?$")
_FIGURE = r"\s{2,}(?:[(–—-]?\d[\d ,.]*\)?|[–—-])"
_FIGURES = re.compile(rf"[^\W\d_].*{_FIGURE}{_FIGURE}$")
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
        return Look(rows=frozenset(index for index in printed if _FIGURES.search(lines[index].strip())))
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
    rows = frozenset(
        i
        for i in printed
        if i not in furniture | notes and (_ROW.search(lines[i].strip()) or _FIGURES.search(lines[i].strip()))
    )
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

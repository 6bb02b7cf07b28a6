"""Reads a plain text without page furniture, such as that of a resolution, into paragraphs and their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.blocks import Block, Document, Place, Remark, SourceLine
from pipelines.read.plain_layout import Look, look_of, pieces

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

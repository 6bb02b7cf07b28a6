"""Reads a plain text without page furniture, such as that of a resolution, into paragraphs and their marks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.blocks import Block, Document, Place, SourceLine

# What numbers a paragraph, a sub-point or a section: 12. (a) (1) • IV
MARK = re.compile(
    r"^\s*(?P<mark>\d{1,3}\.|\([a-z]{1,4}\)|\([0-9]{1,2}\)|•|[–—-](?=\s)|\d{1,2}\.(?:\d{1,2}|[a-z])(?=\s)|[IVXLC]+\.?(?=\t|\s{2,}|\.\s))"
    r"\s+(?P<text>\S.*)$"
)


def read_plain(text: str) -> Document:
    """Blocks of a plain text: one per run of lines without a blank line between, or with a mark of its own.

    ``Block.number`` holds a leading mark ("12.", "(a)", "•", "IV"), ``Block.text`` the words after it with
    single spaces. Every line keeps its number; a line is ``paragraph`` or ``blank``, for what the words
    mean is for the parser to say.
    """
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return Document(
        format="txt",
        blocks=list(_blocks(lines)),
        lines=[SourceLine(n, line, "paragraph" if line.strip() else "blank") for n, line in enumerate(lines, start=1)],
    )


def _blocks(lines: list[str]) -> Iterator[Block]:
    gathered: list[str] = []
    first = 0
    for number, line in enumerate([*lines, ""], start=1):
        if gathered and (not line.strip() or MARK.match(line)):
            yield _block(gathered, first, first + len(gathered) - 1)
            gathered = []
        if line.strip():
            if not gathered:
                first = number
            gathered.append(line)


def _block(lines: list[str], first: int, last: int) -> Block:
    match = MARK.match(lines[0])
    words = [match["text"], *lines[1:]] if match is not None else lines
    return Block(
        kind="paragraph",
        text=" ".join(" ".join(words).split()),
        number=match["mark"] if match is not None else "",
        place=Place(line_first=first, line_last=last),
    )

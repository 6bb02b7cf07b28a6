"""Bytes of a document to blocks: one entrance for all formats."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from pipelines.model.blocks import Document, Grid, GridCell, UnreadableDocument
from pipelines.model.characters import fold_document, plain_lines, shown
from pipelines.model.language import language_of
from pipelines.model.numbers import is_nil_mark, read_number, split_marks
from pipelines.symbols.place_numbers import PARAGRAPH, PARAGRAPH_ALONE, plain_number
from pipelines.vocabulary import Vocabulary, vocabulary_of
from warehouse.tables.common import FileFormat

_PARAGRAPH = re.compile(rf"^\s*(?P<number>{PARAGRAPH})\s+\S")
_NUMBER_ALONE = re.compile(rf"^\s*(?P<number>{PARAGRAPH_ALONE})\s*$")


def read_document(data: bytes, file_format: FileFormat, word: Callable[[bytes], Document] | None = None) -> Document:
    """The blocks of a document, their words in one spelling (``folding``); text must be UTF-8 by now.

    ``word`` reads Word files, in the place of ``read_word``.
    Raises UnreadableDocument with a one-line reason and remedy.
    """
    document = fold_document(_read(data, file_format, word))
    for block in document.blocks:
        if block.grid is not None:
            part_marks(block.grid)
    return document


def _read(data: bytes, file_format: FileFormat, word: Callable[[bytes], Document] | None) -> Document:
    if file_format == "docx":
        from pipelines.read.old_word import OLE2, converted
        from pipelines.read.word.document import read_word

        return (word or read_word)(converted(data) if data.startswith(OLE2) else data)
    if file_format == "txt":
        text = shown(plain_lines(data.decode("utf-8")))
        vocabulary = vocabulary_of(language_of(text))
        if vocabulary.is_spaced and not is_fascicle_text(text, vocabulary):
            from pipelines.read.plain import read_plain

            return read_plain(text)
        from pipelines.read.text.document import read_text
        from pipelines.read.typed_order import with_marks

        return read_text(with_marks(text, vocabulary), vocabulary)
    if file_format == "pdf":
        from pipelines.read.pdf.document import read_pdf

        return read_pdf(data)
    raise UnreadableDocument("data of this kind has no blocks to read; give a Word, PDF or text document")


def is_fascicle_text(text: str, vocabulary: Vocabulary) -> bool:
    """True for a text whose paragraphs carry a section's number, and which prints numbered tables: a fascicle's."""
    caption = vocabulary.pattern("caption", "table")
    lines = text.splitlines()
    numbers = [match["number"] for line in lines if (match := _PARAGRAPH.match(line))]
    numbers = numbers or [match["number"] for line in lines if (match := _NUMBER_ALONE.match(line))]
    sections = [plain_number(number).partition(".")[0] for number in numbers]
    return len(sections) >= 2 and any(
        plain_number(match["number"]).startswith(f"{section}.")
        for line in lines
        if (match := caption.match(line))
        for section, _ in Counter(sections).most_common(1)
    )


_LONGEST = 40  # signs of a figure with its marks


def part_marks(grid: Grid) -> None:
    """Take footnote marks out of cells that hold a figure with marks, into ``notes``; the grid is changed in place.

    "705.6a" is a figure where its row or column holds other figures; the first column names the rows.
    """
    found: list[tuple[int, int, GridCell, tuple[str, tuple[str, ...]]]] = []
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if column and cell is not None and _may_have_marks(cell.text):
                parted = split_marks(cell.text)
                if parted is not None:
                    found.append((number, column, cell, parted))
    for number, column, cell, (figure, marks) in found:
        beside = (one for other, one in enumerate(grid.rows[number]) if other not in (0, column))
        above = (row[column] for other, row in enumerate(grid.rows) if other != number and column < len(row))
        if any(_is_figure(one) for one in (*beside, *above)):
            cell.text, cell.notes = figure, (*cell.notes, *marks)


def _may_have_marks(text: str) -> bool:
    if not text or len(text) > _LONGEST:
        return False
    return not text[-1].isdecimal() or not (text[0].isdecimal() or text[0] in "(-")


def _is_figure(cell: GridCell | None) -> bool:
    return cell is not None and not is_nil_mark(cell.text) and read_number(cell.text) is not None

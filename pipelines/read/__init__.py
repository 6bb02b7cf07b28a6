"""Bytes of a document to blocks: one entrance for all formats."""

from __future__ import annotations

import re
from typing import Literal

from pipelines.blocks import Document, UnreadableDocument
from pipelines.vocabulary import LANGUAGES_KNOWN, Vocabulary, vocabulary_of

FileFormat = Literal["txt", "docx", "pdf", "json"]

_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_SAMPLE = 20_000
_PARAGRAPH = re.compile(r"^\s*(?P<section>\d+[A-Z]?)\.\d+\s+\S")


def read_document(data: bytes, file_format: FileFormat) -> Document:
    """The blocks of a document; text must be UTF-8 by now.

    Raises UnreadableDocument with a one-line reason and remedy.
    """
    if file_format == "docx":
        from pipelines.read.word import read_word

        return read_word(data)
    if file_format == "txt":
        text = data.decode("utf-8")
        vocabulary = vocabulary_of(language_of(text))
        if vocabulary.is_spaced and not is_fascicle_text(text, vocabulary):
            from pipelines.read.plain import read_plain

            return read_plain(text)
        from pipelines.read.text import read_text

        return read_text(text, vocabulary)
    if file_format == "pdf":
        from pipelines.read.pdf import read_pdf

        return read_pdf(data)
    raise UnreadableDocument("data of this kind has no blocks to read; give a Word, PDF or text document")


def is_fascicle_text(text: str, vocabulary: Vocabulary) -> bool:
    """True for a text whose paragraphs carry a section's number, and which prints numbered tables: a fascicle's."""
    caption = vocabulary.pattern("caption", "table")
    lines = text.splitlines()
    sections = [match["section"] for line in lines if (match := _PARAGRAPH.match(line))]
    return len(sections) >= 2 and any(
        match["number"].startswith(f"{section}.")
        for line in lines
        if (match := caption.match(line))
        for section in sections[:1]
    )


def language_of(text: str) -> str:
    """Language of a text, by its script. Raises UnreadableDocument when no vocabulary reads it."""
    sample = text[:_SAMPLE]
    han, latin = len(_HAN.findall(sample)), len(_LATIN.findall(sample))
    if han * 2 > latin and han:
        return "zh"
    if latin:
        return "en"
    known = ", ".join(LANGUAGES_KNOWN)
    raise UnreadableDocument(f"its language is not recognised; there are vocabularies for {known}")

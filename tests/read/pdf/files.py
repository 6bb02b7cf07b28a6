"""PDF files made for the tests, and where the real ones are."""

from __future__ import annotations

import itertools
from functools import lru_cache
from pathlib import Path

import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from pipelines.model.blocks import Block, Document
from pipelines.read.pdf.document import read_pdf
from tests.kept import blocks_kept
from tests.shared import SHARED

CORPUS = SHARED / "corpus"
TWINS = (
    "A_81_6_Sect.8",
    "A_81_6_Sect.9",
    "A_81_6_Sect.10",
    "A_81_6_Sect.13",
    "A_81_6_Sect.19",
    "A_81_6_Sect.28",
    "A_81_6_Sect.29A",
)
RESOLUTIONS = ("A_RES_78_252", "A_RES_78_253", "A_RES_78_255", "A_RES_79_249", "A_RES_79_257", "A_RES_80_242")


def path_of(name: str, suffix: str = "pdf") -> Path:
    """Where a document of the corpus is."""
    folder = "resolutions" if "RES" in name else "_".join(name.split("_")[:3])
    places = [where / folder / f"{name}.en.{suffix}" for where in (CORPUS, SHARED / "more")]
    return next((place for place in places if place.exists()), places[0])


def each(*names: str) -> pytest.MarkDecorator:
    """A test for each document of the corpus; skipped, visibly, where it is not there."""
    return pytest.mark.parametrize(
        "name",
        [
            pytest.param(
                name,
                marks=pytest.mark.skipif(not path_of(name).exists(), reason=f"no document at {path_of(name)}"),
            )
            for name in names
        ],
    )


@lru_cache(maxsize=4)
def real(name: str) -> Document:
    """A document of the corpus, read once."""
    return blocks_kept(path_of(name))


class Paper:
    """A PDF drawn word by word: places in points from the upper left corner."""

    def __init__(self, *, password: str = "") -> None:
        self.pdf = FPDF(unit="pt", format="letter")
        self.pdf.set_auto_page_break(False)
        self.pdf.set_font("Times", size=10)
        if password:
            self.pdf.set_encryption("owner", password, EncryptionMethod.RC4)

    def page(self) -> Paper:
        """Begin a page."""
        self.pdf.add_page()
        return self

    def text(self, x: float, y: float, words: str, *, size: float = 10, style: str = "") -> Paper:
        """Words on one baseline."""
        self.pdf.set_font("Times", style=style, size=size)
        self.pdf.text(x, y, words)
        return self

    def right(self, x: float, y: float, words: str, *, size: float = 8.5, style: str = "") -> Paper:
        """Words that end at ``x``."""
        self.pdf.set_font("Times", style=style, size=size)
        self.pdf.text(x - self.pdf.get_string_width(words), y, words)
        return self

    def rule(self, y: float, *ends: float, width: float = 0.5) -> Paper:
        """A level rule made of strokes between one end and the next."""
        self.pdf.set_line_width(width)
        for left, right in itertools.pairwise(ends):
            self.pdf.line(left, y, right, y)
        return self

    def bytes(self) -> bytes:
        """The file."""
        return bytes(self.pdf.output())

    def read(self) -> Document:
        """Its blocks."""
        return read_pdf(self.bytes())


def tables(document: Document) -> list[Block]:
    """The table blocks of a document."""
    return [block for block in document.blocks if block.kind == "table"]


def texts(block: Block) -> list[list[str | None]]:
    """Texts of a table's cells; None where a neighbour covers the place."""
    assert block.grid is not None
    return [[None if cell is None else cell.text for cell in row] for row in block.grid.rows]

"""Small fascicles made of blocks, as readers hand them on, and what their figures were read to be about."""

from __future__ import annotations

from typing import Any

from pipelines.model.blocks import Block, Document, Grid, GridCell, Place, Series
from pipelines.parse.fascicle import parse_document
from pipelines.run.document import judged
from pipelines.symbols.identity import identify
from pipelines.vocabulary import vocabulary_of
from warehouse.schema.declare import Rows

MONEY = ["2024 expenditure", "2025 approved", "2026 estimate"]
UNIT = "(Thousands of United States dollars)"
POSTS = "(Number of posts)"


def heading(text: str, number: str = "", level: int | None = None, style: str = "") -> Block:
    return Block("heading", text, number=number, level=level, style=style)


def paragraph(text: str, number: str = "") -> Block:
    return Block("paragraph", text, number=number)


def grid(rows: list[list[str]], header_rows: int = 1) -> Block:
    """A table of one cell per place; a text that begins with "<n>" spans n columns, "" is an empty cell."""
    made: list[tuple[GridCell | None, ...]] = []
    for number, row in enumerate(rows, start=1):
        cells: list[GridCell | None] = []
        for text in row:
            span = int(text[1]) if text[:1] == "<" and text[2:3] == ">" else 1
            words = text[3:] if span > 1 else text
            cells.append(GridCell(words, Place(table_ordinal=1, row=number, column=len(cells) + 1), column_span=span))
            cells += [None] * (span - 1)
        made.append(tuple(cells))
    return Block("table", grid=Grid(tuple(made), header_rows))


def table(number: str, title: str, unit: str, heads: list[str], rows: list[list[str]], stub: str) -> list[Block]:
    """A caption of three lines and its table; ``heads`` are those of the columns of values."""
    return [
        Block("caption", f"Table {number}"),
        Block("heading", title, level=4),
        paragraph(unit),
        grid([[stub, *heads], *rows]),
    ]


def by_object(number: str, title: str, *rows: list[str]) -> list[Block]:
    return table(number, title, UNIT, MONEY, list(rows), "Object of expenditure")


def chart(name: str, *points: tuple[str, str]) -> Block:
    return Block("chart", series=(Series(name, points),))


def fascicle(*parts: Block | list[Block], symbol: str = "A/80/6 (Sect. 99)") -> Document:
    """A document of blocks; lists of blocks are laid out one after the other."""
    blocks = [block for part in parts for block in (part if isinstance(part, list) else [part])]
    return Document("docx", blocks)


def read(document: Document, symbol: str = "A/80/6 (Sect. 99)") -> Rows:
    """Judged rows of a fascicle."""
    identity = identify(document, symbol=symbol, language="en")
    return judged(parse_document(document, identity, vocabulary_of("en")))


def subjects(rows: Rows, table_number: str | None = None) -> dict[str, str]:
    """Row label to what its figures are about: entity, component, subprogramme, source, basis, item; "-" for none."""
    found: dict[str, str] = {}
    for cell in rows["mart_cell"]:
        if table_number in (None, cell["table_number"]):
            found.setdefault(cell["row_label"], _subject(cell))
    return found


def _subject(cell: dict[str, Any]) -> str:
    return "|".join(cell["fact_id"].split("|")[2:9]) if cell["fact_id"] else "-"


def errors(rows: Rows) -> list[str]:
    return [f["message"] for f in rows["mart_finding"] if f["severity"] == "error"]


def doubts(rows: Rows) -> list[str]:
    return [doubt["kind"] for doubt in rows["mart_doubt"]]

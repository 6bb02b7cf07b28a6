"""Word documents for the tests: made up from a few lines of XML, and the real ones where the folder is there."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines.model.blocks import Block, Document, GridCell
from pipelines.read.word.document import read_word
from pipelines.read.word.numbering import Numbering
from tests.shared import SHARED

CORPUS = SHARED / "corpus"
PATHS = sorted(CORPUS.glob("A_8?_6/*.docx"))
NEEDS_CORPUS = pytest.mark.skipif(not PATHS, reason=f"no Word documents in {CORPUS}")
EACH_DOCUMENT = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=path.name.removesuffix(".en.docx")) for path in PATHS]
    or [pytest.param(CORPUS, marks=NEEDS_CORPUS)],
)

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def document_xml(body: str) -> str:
    """A main part with this body."""
    return f'<?xml version="1.0" encoding="UTF-8"?><w:document {NAMESPACES}><w:body>{body}</w:body></w:document>'


def package(parts: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def word(
    body: str,
    *,
    links: dict[str, str] | None = None,
    related: dict[str, tuple[str, str, str]] | None = None,
    parts: dict[str, str | bytes] | None = None,
    **named: str,
) -> bytes:
    """A Word file with this body.

    ``named`` are the contents of styles, numbering, footnotes and endnotes parts; ``links`` addresses by
    relationship id; ``related`` further parts by relationship id: (kind, name, XML).
    """
    relations: list[str] = []
    files: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>", "word/document.xml": document_xml(body)}
    for kind, content in named.items():
        files[f"word/{kind}.xml"] = f"<w:{kind} {NAMESPACES}>{content}</w:{kind}>"
        relations.append(f'<Relationship Id="{kind}" Type="{_TYPES}{kind}" Target="{kind}.xml"/>')
    for key, (kind, name, content) in (related or {}).items():
        files[f"word/{name}"] = content
        relations.append(f'<Relationship Id="{key}" Type="{_TYPES}{kind}" Target="{name}"/>')
    for key, address in (links or {}).items():
        relations.append(
            f'<Relationship Id="{key}" Type="{_TYPES}hyperlink" Target="{address}" TargetMode="External"/>'
        )
    files["word/_rels/document.xml.rels"] = (
        f'<Relationships xmlns="{_RELATIONSHIPS}">{"".join(relations)}</Relationships>'
    )
    return package(files | (parts or {}))


def run(text: str, properties: str = "") -> str:
    """A run of words."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(content: str, properties: str = "") -> str:
    """A paragraph; plain words become a run."""
    inner = content if content.startswith("<") or not content else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A cell; plain words become a paragraph."""
    inner = content if content.startswith("<") else par(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    """A row of cells, plain words among them."""
    inner = "".join(one if one.startswith("<w:tc") else cell(one) for one in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inner}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


RAISED = '<w:vertAlign w:val="superscript"/>'


def read(body: str, **rest: object) -> Document:
    """The document with this body, as read."""
    return read_word(word(body, **rest))  # type: ignore[arg-type]


def only(body: str, **rest: object) -> Block:
    """The one block of a document with this body."""
    blocks = read(body, **rest).blocks
    assert len(blocks) == 1, blocks
    return blocks[0]


def texts(block: Block) -> list[list[str | None]]:
    """The words of a grid, None where a merged cell covers the place."""
    assert block.grid is not None
    return [[None if one is None else one.text for one in line] for line in block.grid.rows]


def cell_at(document: Document, ordinal: int, row_number: int, column: int) -> GridCell:
    """A cell by its place."""
    for block in document.blocks:
        if block.kind == "table" and block.place.table_ordinal == ordinal:
            assert block.grid is not None
            found = block.grid.rows[row_number - 1][column - 1]
            assert found is not None
            return found
    raise AssertionError(f"no table {ordinal}")


@cache
def _read_with_marks(path: Path) -> tuple[Document, str]:
    marks: list[str] = []
    mark = Numbering.mark

    def noted(self: Numbering, *of: str) -> str:
        marks.append(mark(self, *of))
        return marks[-1]

    with patch.object(Numbering, "mark", noted):
        return read_word(path.read_bytes()), "".join(marks)


def real(path: Path) -> Document:
    """A real document as read, once for all tests of a process."""
    return _read_with_marks(path)[0]


def automatic_marks(path: Path) -> str:
    """All marks of automatic numbering that were put before the paragraphs of a real document."""
    return _read_with_marks(path)[1]


def corpus(name: str) -> Document:
    """A real document by its file name without ending, as read."""
    return real(next(path for path in PATHS if path.name == f"{name}.en.docx"))

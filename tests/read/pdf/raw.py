"""PDF files written operator by operator, for what no library draws: layers, forms within forms, signs that are hidden."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from pipelines.model.blocks import Document
from pipelines.read.pdf.document import read_pdf

FONTS = ("Times-Roman", "Times-Bold")
FIRST = 3 + len(FONTS)
"""The number of the first further object."""

ROWS = (("Posts", "100.0", "110.5"), ("Travel of staff", "20.0", "21.0"), ("Total", "120.0", "131.5"))
EDGES = (72, 300, 400, 500)


def raw_pdf(
    *streams: str,
    objects: Sequence[str | bytes] = (),
    page: str | Sequence[str] = "/MediaBox[0 0 612 792]",
    names: str = "",
    catalogue: str = "",
    fonts: str = "",
) -> bytes:
    """A PDF of one page for each stream of operators.

    ``objects`` are further objects, numbered from FIRST; ``names`` goes into the resources of pages, ``page`` into their
    dictionaries (one for all, or one for each), ``catalogue`` into that of the document, ``fonts`` among its fonts.
    """
    named = "".join(f"/F{index} {3 + index} 0 R " for index in range(len(FONTS)))
    parts: list[bytes] = [b"", b""]
    parts += [f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode() for name in FONTS]
    parts += [one if isinstance(one, bytes) else one.encode("latin-1") for one in objects]
    kids: list[int] = []
    entries = [page] * len(streams) if isinstance(page, str) else page
    for content, own in zip(streams, entries, strict=True):
        kids.append(len(parts) + 1)
        parts.append(
            f"<</Type/Page/Parent 2 0 R{own}/Resources<</Font<<{named}{fonts}>>{names}>>/Contents {len(parts) + 2} 0 R>>".encode()
        )
        parts.append(stream(content))
    parts[0] = f"<</Type/Catalog/Pages 2 0 R{catalogue}>>".encode()
    parts[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + part + b" endobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(out)


def stream(content: str, entries: str = "") -> bytes:
    """A stream object."""
    data = content.encode("latin-1")
    return f"<<{entries}/Length {len(data)}>>stream\n".encode() + data + b"\nendstream"


def form(content: str, matrix: str = "1 0 0 1 0 0", names: str = "", entries: str = "") -> bytes:
    """A form: drawing that pages, and other forms, call by name."""
    fonts = " ".join(f"/F{index} {3 + index} 0 R" for index in range(len(FONTS)))
    return stream(
        content,
        f"/Type/XObject/Subtype/Form/BBox[0 0 2000 2000]/Matrix[{matrix}]"
        f"/Resources<</Font<<{fonts}>>{names}>>{entries}",
    )


def picture(width: int = 8, height: int = 8, sign: bytes = b"\xc0") -> bytes:
    """A grey picture."""
    data = sign * (width * height)
    return (
        f"<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
        f"/Length {len(data)}>>stream\n".encode()
        + data
        + b"\nendstream"
    )


def words(x: float, y: float, text: str, size: float = 10, font: int = 0, extra: str = "") -> str:
    """Words on one baseline."""
    shown = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT {extra} /F{font} {size} Tf 1 0 0 1 {x} {y} Tm ({shown}) Tj ET\n"


def rule(y: float) -> str:
    """A level rule put together from strokes, one for each column."""
    return "".join(f"{a} {y} m {b} {y} l S\n" for a, b in itertools.pairwise(EDGES))


def budget_page(draw_rule=rule, number: int = 1) -> str:  # type: ignore[no-untyped-def]
    """A page of a fascicle: a caption, a table between rules, three numbered paragraphs and a foot."""
    content = "0.5 w\n" + words(72, 744, "Part II", 8.5) + words(105, 660, "Resources", 14, 1)
    content += words(72, 630, f"Table 4.{number}", font=1) + words(72, 616, "Financial resources by object", font=1)
    content += draw_rule(602)
    content += words(74, 590, "Object of expenditure", 7)
    for x, head in zip(EDGES[2:], ("2029 expenditure", "2030 appropriation"), strict=True):
        content += words(x - 62, 590, head, 7)
    content += draw_rule(582)
    for index, (label, *figures) in enumerate(ROWS):
        y = 568 - 14 * index
        content += words(74, y, label, 8.5)
        for x, figure in zip(EDGES[2:], figures, strict=True):
            content += words(x - 2 - 4.3 * len(figure), y, figure, 8.5)
    content += draw_rule(532)
    for index in range(3):
        content += words(72, 490 - 40 * index, f"4.{10 * number + index}")
        content += words(105, 490 - 40 * index, "The Office answers for what it was asked to do in the year before.")
    return content + words(72, 36, "30-01234", 7) + words(500, 36, f"{number}/2", 8.5)


def shown(document: Document) -> list[object]:
    """What is read of a document, places apart."""
    found: list[object] = []
    for block in document.blocks:
        grid = block.grid and [[cell and (cell.text, cell.notes) for cell in row] for row in block.grid.rows]
        found.append((block.kind, block.number, block.text, grid))
    return found


def read(*streams: str, **given) -> Document:  # type: ignore[no-untyped-def]
    """The document of pages written by operators."""
    return read_pdf(raw_pdf(*streams, **given))

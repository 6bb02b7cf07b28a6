"""What is fuzzed: for each reader, bytes to a document of its format, and what may come of it.

A mutated Word file or PDF is rarely one: a wrong checksum or offset ends the reading at its door. So most inputs
are what lies behind the door (parts of the Word file, drawing operators of the page), from which a file is made;
one in sixteen is the file itself.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable
from typing import Literal

from pipelines.ingest.formats import Refused, tell_format
from pipelines.model.blocks import UnreadableDocument
from pipelines.run.document import read_and_judge
from tests.read.word.files import package

Reader = Literal["text", "word", "pdf"]
FORMATS = {"text": "txt", "word": "docx", "pdf": "pdf"}
RAW = b"\x00raw\n"
PART = b"\x00part "
REFUSALS = (Refused, UnreadableDocument)


def as_text(data: bytes) -> bytes:
    """A text as it is."""
    return data


def as_word(data: bytes) -> bytes:
    """A Word file: after the marks, parts with their names in the first line; else the file itself."""
    if data.startswith(RAW):
        return data[len(RAW) :]
    parts: dict[str, str | bytes] = {"[Content_Types].xml": "<Types/>"}
    for piece in data.split(PART)[1:]:
        name, _, content = piece.partition(b"\n")
        parts[name.decode("latin-1").replace("\0", "") or "word/document.xml"] = content
    return package(parts, 0)


def as_pdf(data: bytes) -> bytes:
    """A PDF: pages of drawing operators between the marks, in four fonts; else the file itself."""
    if data.startswith(RAW):
        return data[len(RAW) :]
    streams = [piece.partition(b"\n")[2] for piece in data.split(PART)[1:]][:8]
    kids = " ".join(f"{7 + 2 * index} 0 R" for index in range(len(streams)))
    fonts = "".join(f"/F{index} {3 + index} 0 R " for index in range(4))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Kids[{kids}]/Count {len(streams)}>>".encode()]
    for name in ("Times-Roman", "Times-Bold", "Times-Italic", "Symbol"):
        objects.append(f"<</Type/Font/Subtype/Type1/BaseFont/{name}/Encoding/WinAnsiEncoding>>".encode())
    for index, stream in enumerate(streams):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<<{fonts}>>>>"
            f"/Contents {8 + 2 * index} 0 R>>".encode()
        )
        packed = zlib.compress(stream, 1)
        objects.append(b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed))
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\n" % (
        len(objects) + 1, table, len(objects) + 1,
    )  # fmt: skip
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)


MADE: dict[Reader, Callable[[bytes], bytes]] = {"text": as_text, "word": as_word, "pdf": as_pdf}


def outcome(reader: Reader, data: bytes) -> str:
    """Read, parse and judge what the input makes: "read" or "refused". Anything else that is raised is a fault."""
    document = MADE[reader](data)
    try:
        file_format = tell_format(document)
        given = {} if len(data) % 4 == 0 else {"symbol": "A/85/6 (Sect. 4)"}  # with it, everything is a fascicle
        read_and_judge(document, file_format, given, hashlib.sha256(document).hexdigest())
    except REFUSALS as reason:
        assert "\n" not in str(reason), f"a reason of several lines: {reason}"
        return "refused"
    return "read"

"""What the document service is asked, and what its answer is, told by its bytes."""

from __future__ import annotations

from urllib.parse import quote

from pipelines.ingest.fetch_model import Failure
from pipelines.ingest.formats import CutOff, FileFormat, NoDocument, Refused, tell_format

SPELLINGS: dict[str, str] = {"quoted": "()", "plain": "/()"}
"""Characters of a symbol left as they are in an address: whether the slash may be one differs, so both are tried."""

_MESSAGE_SIZE = 16 * 1024


def address_of(template: str, symbol: str, language: str, file_format: str, spelling: str) -> str:
    """Address of a document, the symbol in one of two spellings.

    >>> address_of("https://x/?s={symbol}&l={language}&t={format}", "A/77/6(Sect.10)", "zh", "pdf", "quoted")
    'https://x/?s=A%2F77%2F6(Sect.10)&l=zh&t=pdf'
    """
    return (
        template.replace("{symbol}", quote(symbol, safe=SPELLINGS[spelling]))
        .replace("{language}", language)
        .replace("{format}", file_format)
    )


def judged(data: bytes, asked: str) -> tuple[bytes, FileFormat]:
    """Bytes and their format, told by the bytes alone. Raises Failure for what is no document that is read."""
    try:
        found = tell_format(data)
    except NoDocument as problem:
        what = f"a web page of {len(data):,} bytes" if data.strip() else "no bytes"
        raise Failure(
            "no_document",
            f"{what} came instead of a document: there is none, or the server has had enough; try again later",
        ) from problem
    except CutOff as problem:
        raise Failure("cut_off", str(problem), is_transient=True) from problem
    except Refused as problem:
        raise Failure("wrong_type", f"not a .{asked} file: {problem}", data=data) from problem
    if found == "txt":
        if len(data) <= _MESSAGE_SIZE:
            raise Failure(
                "no_document", f"a message of {len(data):,} bytes came instead of a document; try again later"
            )
        raise Failure("wrong_type", f"not a .{asked} file, nor any that is known", data=data)
    return data, found

"""The format of a file, recognised by its bytes and never by its name, and the encoding of text.

Document services answer a failed download with a page of HTML and status 200, and serve WordPerfect
or old Word files under a new file's name: only the first bytes tell.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
import zlib

from pipelines.read.old_word import OLE2, can_convert, is_old_word
from warehouse.tables.common import FileFormat

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes. The largest document of an edition is below 2 MB."""

LARGEST_MEMBER_SUM = 1024 * 1024 * 1024
LARGEST_EXPANSION = 400
"""A Word file's members together, in bytes and as a multiple of the file: beyond, it is a zip bomb.
Word's own files stay below 40 times."""

_WORDPERFECT = b"\xffWPC"
_RTF = b"{\\rtf"
_PDF = b"%PDF-"
_PDF_OBJECT = re.compile(rb"\b\d{1,7} \d{1,5} obj\b|\bendobj\b|\bendstream\b")
_LINEAR = re.compile(rb"/Linearized\b[^>]{0,200}?/L\s+(?P<length>\d{1,12})\b")
_LAST_WORDS = re.compile(rb"startxref\s+\d+\s*\Z")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_WORD_TYPE = re.compile(rb"(?:wordprocessingml|ms-word)\.(?:document|template)[\w.]*\.main\+xml")
_OTHER_OFFICE = (
    ("xl/", "an Excel file"),
    ("ppt/", "a PowerPoint file"),
    ("meta-inf/manifest.xml", "an OpenDocument or Java file"),
)
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_XML = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<\?xml\s")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_HAN_TEXT = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef]")


class Refused(Exception):
    """A file that is not taken in: the message is one line with the reason and what to do about it."""


class NoDocument(Refused):
    """Nothing, or a web page, in a document's place."""


class CutOff(Refused):
    """A document that ends too early, or is damaged."""


def tell_format(data: bytes) -> FileFormat:
    """The format of a file's bytes. Raises Refused with the reason for anything that is not read."""
    if not data.strip():
        raise NoDocument("the file is empty; fetch it again")
    if len(data) > LARGEST_FILE:
        raise Refused(f"the file has {len(data):,} bytes, more than the {LARGEST_FILE:,} a document may have")
    if data.startswith(OLE2):
        if is_old_word(data) and can_convert():
            return "docx"
        raise Refused(_ole2_reason(data))
    if data.startswith(_WORDPERFECT):
        raise Refused("a WordPerfect file; convert it to Word or take the PDF")
    if data.startswith(_RTF):
        raise Refused("a Rich Text file; convert it to Word or take the PDF")
    if data.startswith(_ZIP):
        _require_word(data)
        return "docx"
    if _PDF in data[:1024]:
        if _is_cut_off(data):
            raise CutOff("a PDF without its end: the download was cut off; fetch it again")
        return "pdf"
    if _HTML.match(_in_bytes(data[:2048])):
        raise NoDocument("a web page, not a document: the download failed; fetch it again")
    if _XML.match(data[:256]):
        raise Refused("an XML file, not a document; take the Word file or the PDF")
    if data.lstrip()[:1] == b"{":
        return _json_or_text(data)
    return "txt"


def _in_bytes(data: bytes) -> bytes:
    """The beginning of a text that says it is in UTF-16, as UTF-8; other bytes as they are."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "ignore").encode("utf-8")
    return data


def _is_cut_off(data: bytes) -> bool:
    """Whether a PDF ends before its end: without the mark of it, with objects after the last one, or too short.

    What is no part of a PDF may stand after its end, as servers and mail programs add it. A PDF made for the web has
    such a mark near its beginning too, and tells its length there.
    """
    start = data.find(_PDF)
    end = max(data.rfind(b"%%EOF"), _last_start(data))
    if end < 0 or _PDF_OBJECT.search(data, end):
        return True
    linear = _LINEAR.search(data, start, start + 2048)
    return linear is not None and len(data) - start < int(linear["length"])


def _last_start(data: bytes) -> int:
    """Where a PDF's last word is the place of its table of objects, which some programs end with; -1 if it is not."""
    found = _LAST_WORDS.search(data, max(len(data) - 1024, 0))
    return found.start() if found else -1


def _json_or_text(data: bytes) -> FileFormat:
    """Reference datasets are JSON. Raises Refused for JSON of any other kind."""
    try:
        content = json.loads(data)
    except ValueError:
        return "txt"
    if not isinstance(content, dict) or not {"meta", "nodes"} <= content.keys():
        raise Refused("JSON that is no reference dataset of open.un.org, which has meta and nodes")
    return "json"


def _ole2_reason(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a Word file protected by a password; take the open file"
    if not is_old_word(data):
        return "an old Office file (Word 97-2003 or another) in which no Word document is found; take the Word file or the PDF"
    return (
        "a Word 97-2003 file (.doc): LibreOffice (soffice), which converts such files, is not installed; "
        "convert it to .docx or take the PDF"
    )


def _require_word(data: bytes) -> None:
    """Raise Refused unless the zip is a Word file of sane size; reads the directory only."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as problem:
        raise CutOff("a zip that cannot be opened: the download was cut off or damaged; fetch it again") from problem
    if any(member.flag_bits & 1 for member in members):
        raise Refused("a Word file protected by a password; take the open file")
    total = sum(member.file_size for member in members)
    if total > LARGEST_MEMBER_SUM or total > LARGEST_EXPANSION * max(len(data), 64 * 1024):
        raise Refused(f"a zip bomb: {len(data):,} bytes would expand to {total:,}")
    names = {member.filename.replace("\\", "/").lstrip("/").casefold(): member for member in members}
    if "word/document.xml" not in names and not _WORD_TYPE.search(_beginning(data, names.get("[content_types].xml"))):
        kinds = (what for folder, what in _OTHER_OFFICE if any(name.startswith(folder) for name in names))
        raise Refused(f"{next(kinds, 'a zip')} that holds no Word document")


def _beginning(data: bytes, member: zipfile.ZipInfo | None) -> bytes:
    """The first bytes of a member; none where there is no such member or it is damaged."""
    if member is None:
        return b""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as part:
            return part.read(256 * 1024)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        return b""


_OVERWRITTEN = bytes(64)
"""What disks and downloads leave where nothing was written."""
_BROKEN_AT_ITS_ENDS = 6
"""Bytes of characters that a gap may cut in two."""


def decode_text(data: bytes) -> tuple[str, str]:
    """Text of a file and the encoding it was in: utf-8, utf-16 or gb18030.

    A byte order mark decides where there is one. Without, UTF-8 is taken when it fits, UTF-16 when
    every second byte of Latin characters is nil, GB18030 when what comes out is Chinese as people
    write it. Raises Refused for anything else, binary files included.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _plain(_strict(data, encoding), encoding.removesuffix("-sig"))
    if encoding16 := _utf16_without_mark(data):
        return _plain(_strict(data, encoding16), "utf-16")
    if b"\x00" in data:
        raise Refused(_why_nil_bytes(data))
    try:
        return _plain(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as problem:
        if problem.end == len(data) and "end of data" in problem.reason:  # cut off within a character
            return _plain(data[: problem.start].decode("utf-8"), "utf-8")
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as problem:
        raise Refused(
            "text in an encoding that is none of UTF-8, UTF-16 and GB18030, or a binary file; save it as UTF-8"
        ) from problem
    _require_chinese(text)
    return _plain(text, "gb18030")


def _why_nil_bytes(data: bytes) -> str:
    """Why bytes with nils among them are no text: a text that was overwritten in one place, or none at all."""
    at = data.find(_OVERWRITTEN)
    rest = data.replace(b"\x00", b"").decode("utf-8", "replace")
    lost = sum(sign == "\ufffd" or not (sign.isprintable() or sign.isspace()) for sign in rest)
    is_text = at > len(_OVERWRITTEN) and lost <= _BROKEN_AT_ITS_ENDS
    if is_text:
        return f"a text with nil bytes from byte {at + 1} on: the file is damaged; fetch it again and check its size"
    return "a binary file: neither text nor Word nor PDF"


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as problem:
        raise Refused(
            f"marked as {encoding.removesuffix('-sig').upper()}, but not all of it is: damaged, or saved wrongly; "
            "save it as UTF-8"
        ) from problem


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16's byte order, told by where line ends and blanks put their nil bytes; None when it is not UTF-16."""
    if len(data) % 2 or len(data) < 4:
        return None
    sample = data[: 64 * 1024]
    if b"\x00" not in sample:  # as in nearly every text
        return None
    for encoding, ascii_bytes, zero_bytes in (
        ("utf-16-le", sample[::2], sample[1::2]),
        ("utf-16-be", sample[1::2], sample[::2]),
    ):
        pairs = sum(1 for low, high in zip(ascii_bytes, zero_bytes, strict=True) if high == 0 and low in b"\n\r \t")
        if pairs and pairs * 200 >= len(ascii_bytes) and zero_bytes.count(0) > 4 * ascii_bytes.count(0):
            return encoding
    return None


def _require_chinese(text: str) -> None:
    """Raise Refused unless text decoded as GB18030 is Chinese in common characters: any bytes decode to something."""
    foreign = [character for character in text if ord(character) > 127]
    han = sum(1 for character in foreign if _HAN_TEXT.match(character))
    common = sum(1 for character in foreign if _in_gb2312(character))
    if not foreign or han < 0.7 * len(foreign) or common < 0.95 * len(foreign):
        raise Refused("text in an encoding that is none of UTF-8, UTF-16 and GB18030; save it as UTF-8")


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _plain(text: str, encoding: str) -> tuple[str, str]:
    """Text and encoding, unless control characters show that it is none. Raises Refused."""
    if not text.strip():
        raise Refused("the file has no words; fetch it again")
    if len(_CONTROL.findall(text[:200_000])) > len(text[:200_000]) // 200:
        raise Refused("a binary file: neither text nor Word nor PDF")
    if text.count("\ufffd") > max(2, len(text) // 500):
        raise Refused("characters were lost when this text was saved (replacement characters in it); extract it again")
    return text, encoding

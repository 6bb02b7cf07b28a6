"""What a document may cost to read: bounds on archives and XML, refused before any harm is done.

A document is somebody else's bytes. An archive is judged by its directory (how many parts, how large,
how strongly packed) before a part is unpacked, and again while unpacking; XML that declares a document
type is refused unread, so that no entity is ever resolved. Every refusal is an ``UnreadableDocument``
with one line: the reason, and what a person can do about it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from pipelines.model.blocks import UnreadableDocument

_MIB = 1 << 20
_SURELY_FEW = 24 * _MIB
_MOST_TAGS = 8_000_000  # the largest documents have 0.8 million; each costs 150 bytes of memory once parsed
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<[^\s!?/>]")
_REMEDY_DOWNLOAD = "fetch it again and check its size"
_REMEDY_TRUST = "do not trust its source; if it is genuine, save it anew in a word processor"

# First bytes of what is served in place of a Word document: (beginning, what it is, remedy).
_DISGUISES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0", "a legacy .doc or a password-protected file", "save it as .docx without a password"),
    (b"\xffWPC", "a WordPerfect file", "convert it to .docx"),
    (b"%PDF", "a PDF file", "name it .pdf"),
    (b"{\\rtf", "a Rich Text file", "save it as .docx"),
)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """Bounds on a zip archive; sizes in bytes.

    ``ratio`` bounds unpacked to packed size of any part above ``ratio_floor`` bytes. Word documents of
    120 pages have 200 parts, 20 MiB unpacked in all, and a ratio of 25 at most.
    """

    members: int = 4096
    total: int = 512 * _MIB
    part: int = 64 * _MIB
    ratio: int = 200
    ratio_floor: int = _MIB


DEFAULT_LIMITS = ArchiveLimits()


def describe_bytes(data: bytes) -> tuple[str, str]:
    """What bytes that are no zip archive look like, and the remedy: two parts of one line."""
    for beginning, what, remedy in _DISGUISES:
        if data.startswith(beginning):
            return what, remedy
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")) or b"<html" in head:
        return f"a web page of {len(data)} bytes", "the server answered with an error page: fetch it again later"
    if not data:
        return "empty", _REMEDY_DOWNLOAD
    if data.startswith(b"PK\x03\x04"):
        return f"a damaged or truncated zip archive ({len(data)} bytes)", _REMEDY_DOWNLOAD
    return "not a zip archive", "check that it is a .docx file"


def part_name(name: str) -> str:
    """The name of a part as links give it, also where the archive was packed with backslashes or from the root."""
    return name.replace("\\", "/").lstrip("/")


class Archive:
    """A zip archive whose directory has been found within limits; parts are unpacked on demand."""

    __slots__ = ("_infos", "_limits", "_names", "_unpacked", "_zip")

    def __init__(self, zip_file: zipfile.ZipFile, limits: ArchiveLimits) -> None:
        self._zip = zip_file
        self._limits = limits
        self._infos = {part_name(info.filename): info for info in zip_file.infolist()}
        self._names = {name.lower(): name for name in self._infos}
        self._unpacked = 0

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    def read(self, name: str) -> bytes:
        """The bytes of a part; raises UnreadableDocument when it is absent, damaged or above the limits.

        Names of parts are the same whatever the case of their letters (ECMA-376 part 2).
        """
        info = self._infos.get(self._names.get(name.lower(), ""))
        if info is None:
            raise UnreadableDocument(f"the archive has no part {name}; {_REMEDY_DOWNLOAD}")
        try:
            with self._zip.open(info) as part:
                data = part.read(self._limits.part + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            raise UnreadableDocument(f"part {name} is damaged ({reason}); {_REMEDY_DOWNLOAD}") from error
        self._unpacked += len(data)
        if len(data) > self._limits.part or self._unpacked > self._limits.total:
            raise UnreadableDocument(f"part {name} unpacks to more than the limits allow; {_REMEDY_TRUST}")
        return data


def open_archive(data: bytes, limits: ArchiveLimits = DEFAULT_LIMITS) -> Archive:
    """Open a zip archive held in memory, after judging its directory.

    Raises UnreadableDocument when the bytes are no zip archive (saying what they are instead), when it
    is truncated, encrypted or packed in an unusual way, and when it is larger than ``limits``.
    """
    try:
        zip_file = zipfile.ZipFile(io.BytesIO(data))
        infos = zip_file.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        what, remedy = describe_bytes(data)
        raise UnreadableDocument(f"no Word document but {what}; {remedy}") from error
    if len(infos) > limits.members:
        raise UnreadableDocument(f"the archive has {len(infos)} parts, {limits.members} are allowed; {_REMEDY_TRUST}")
    total = 0
    for info in infos:
        total += info.file_size
        if info.flag_bits & 1:
            raise UnreadableDocument("the archive is encrypted; save it without a password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableDocument(f"part {info.filename} is packed in an unusual way; save it anew as .docx")
        if info.file_size > limits.part:
            raise UnreadableDocument(f"part {info.filename} unpacks to {info.file_size} bytes; {_REMEDY_TRUST}")
        if info.file_size > limits.ratio_floor and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise UnreadableDocument(f"part {info.filename} is packed like a zip bomb; {_REMEDY_TRUST}")
    if total > limits.total:
        raise UnreadableDocument(f"the archive unpacks to {total} bytes, {limits.total} are allowed; {_REMEDY_TRUST}")
    return Archive(zip_file, limits)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element of an XML part, with comments and processing instructions left out.

    Nothing is fetched, no document type is loaded, no entity resolved; libxml2's bounds on depth (256)
    and on the size of a text stand. Raises UnreadableDocument when the part declares a document type,
    is not well-formed UTF-8 or UTF-16, or is nested too deeply; ``name`` is used in the message.
    """
    data = as_utf8(data, name)
    position = 0
    while skipped := _PROLOG.match(data, position):
        position = skipped.end()
    if data[position : position + 9] == b"<!DOCTYPE":
        raise UnreadableDocument(f"part {name} declares a document type or entities; {_REMEDY_TRUST}")
    if len(data) > _SURELY_FEW and (data.count(b"<") > _MOST_TAGS or data.count(b"=") > _MOST_TAGS):
        raise UnreadableDocument(f"part {name} has more than {_MOST_TAGS:,} tags; {_REMEDY_TRUST}")
    if not _ROOT.match(data, position):
        raise UnreadableDocument(f"part {name} is no XML; {_REMEDY_DOWNLOAD}")
    # The encoding is set, not believed: what was judged above is what the parser sees.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        reason = " ".join(str(error.msg).split())
        if "depth" in reason.lower():
            raise UnreadableDocument(f"part {name} is nested too deeply; {_REMEDY_TRUST}") from error
        raise UnreadableDocument(f"part {name} is no well-formed XML ({reason}); {_REMEDY_DOWNLOAD}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(f"part {name} declares a document type or entities; {_REMEDY_TRUST}")
    return root


def as_utf8(data: bytes, name: str) -> bytes:
    """A part's bytes as UTF-8 without a byte order mark; they are UTF-8 unless they begin with that of UTF-16.

    Raises UnreadableDocument when they begin like UTF-16 and are not.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return data
    try:
        return data.decode("utf-16").encode("utf-8")
    except UnicodeError as error:
        raise UnreadableDocument(f"part {name} is no UTF-16 text; {_REMEDY_DOWNLOAD}") from error

"""Comments written into a Word file, without touching anything else in it.

The bytes of the main part stay as they are, but for the anchors put between them; comments of others stay in front of
ours; all other parts are copied. Two small parts that name the parts of the file learn of a part for comments where
there was none.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.old_word import OLE2, converted
from pipelines.read.shared.zip_archive import as_utf8, parse_xml
from pipelines.read.word import xml as x
from pipelines.read.word.package import Package
from pipelines.review.notes import Note
from pipelines.review.word_places import Anchor, WordPlaces

_TYPES = "[Content_Types].xml"
_TYPES_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS_NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATION_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_INITIALS = re.compile(r"\b\w")
_ANCHORS = ("commentRangeStart", "commentRangeEnd", "commentReference")
_HEAD = 4096
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def with_comments(
    data: bytes, notes: Sequence[Note], when: datetime, places: WordPlaces | None = None
) -> tuple[bytes, list[Note]]:
    """The file with a comment for each note, and the notes that found no place in it; a note that sums up stands first.

    ``places`` are those of these bytes, where they were read before. A Word 97-2003 file comes back as .docx. Raises
    UnreadableDocument for what is no Word document.
    """
    data = converted(data) if data.startswith(OLE2) else data
    places = places or WordPlaces(Package(data))
    anchored: list[tuple[Note, Anchor]] = []
    left: list[Note] = []
    for note in notes:
        anchor = places.start() if note.spot is None and note.kind == "summary" else None
        anchor = places.anchor(note.spot) if note.spot is not None else anchor
        if anchor is None:
            left.append(note)
        else:
            anchored.append((note, anchor))
    return _Comments(data, places.package, places.root).written(anchored, when), left


class _Comments:
    """Changes to the parts of one package."""

    def __init__(self, data: bytes, package: Package, root: etree._Element) -> None:
        self._data, self._package, self._root = data, package, root
        self._main = package.main
        raw = package.raw(self._main)
        self._is_strict = x.NS_W_STRICT.encode() in as_utf8(raw, self._main)[:_HEAD]
        self._namespace = x.NS_W_STRICT if self._is_strict else x.NS_W
        self._changed: dict[str, bytes] = {}

    def written(self, anchored: Sequence[tuple[Note, Anchor]], when: datetime) -> bytes:
        """The bytes of the package with these comments."""
        if not anchored:
            return self._data
        name = self._package.name_of(self._main, "comments")
        first = self._first_id(name)
        body = "".join(
            _comment(note, number, self._namespace, when) for number, (note, _) in enumerate(anchored, start=first)
        )
        if name:
            self._changed[name] = _with_last(self._package.raw(name), name, body)
        else:
            self._add_part(f'<w:comments xmlns:w="{self._namespace}">{body}</w:comments>')
        insertions = _insertions(anchored, first, self._namespace)
        self._changed[self._main] = _spliced(self._package.raw(self._main), self._main, self._root, insertions)
        return self._packed()

    def _first_id(self, name: str) -> int:
        """A number above those of all comments and their anchors."""
        used = [element.get(x.ID) for tag in _ANCHORS for element in self._root.iter(x.PREFIX + tag)]
        if name:
            used += [element.get(x.ID) for element in self._package.part(name).iter(f"{x.PREFIX}comment")]
        return max((x.integer(one) for one in used), default=-1) + 1

    def _add_part(self, content: str) -> None:
        """A part for comments, known to the main part and to the package."""
        folder, base = posixpath.split(self._main)
        name = posixpath.join(folder, "comments.xml")
        number = 1
        while name in self._package:
            number += 1
            name = posixpath.join(folder, f"comments{number}.xml")
        self._changed[name] = _DECLARATION + content.encode()
        links = posixpath.join(folder, "_rels", f"{base}.rels")
        taken = set(self._package.relationships(self._main))
        key = next(one for number in range(1, len(taken) + 2) if (one := f"rIdFascicle{number}") not in taken)
        relation = f"{_RELATION_STRICT if self._is_strict else _RELATION}/comments"
        link = f'<Relationship xmlns="{_LINKS_NAMESPACE}" Id="{key}" Type="{relation}" Target="{posixpath.basename(name)}"/>'
        if links in self._package:
            self._changed[links] = _with_last(self._package.raw(links), links, link)
        else:
            whole = f'<Relationships xmlns="{_LINKS_NAMESPACE}">{link}</Relationships>'
            self._changed[links] = _DECLARATION + whole.encode()
        kind = f'<Override xmlns="{_TYPES_NAMESPACE}" PartName="/{name}" ContentType="{_COMMENTS_TYPE}"/>'
        self._changed[_TYPES] = _with_last(self._package.raw(_TYPES), _TYPES, kind)

    def _packed(self) -> bytes:
        """The archive with the changed parts in their places and new ones at the end."""
        out = io.BytesIO()
        waiting = dict(self._changed)
        with zipfile.ZipFile(io.BytesIO(self._data)) as given, zipfile.ZipFile(out, "w") as made:
            for info in given.infolist():
                made.writestr(info, waiting.pop(info.filename, None) or given.read(info), info.compress_type)
            for name, data in waiting.items():
                made.writestr(name, data, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def _comment(note: Note, number: int, namespace: str, when: datetime) -> str:
    """A comment, a paragraph for each line of its note."""
    lines = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(_UNPRINTABLE.sub("", line))}</w:t></w:r></w:p>'
        for line in note.lines
    )
    initials = "".join(_INITIALS.findall(note.author))[:4]
    return (
        f'<w:comment xmlns:w="{namespace}" w:id="{number}" w:author={quoteattr(note.author)} '
        f'w:date="{when:%Y-%m-%dT%H:%M:%SZ}" w:initials={quoteattr(initials)}>{lines}</w:comment>'
    )


# -- anchors between the bytes ---------------------------------------------------------------------------------------

_Insertions = dict[tuple[etree._Element, bool], list[str]]
"""What is put before an element, or before its end tag where the flag is set."""


def _insertions(anchored: Iterable[tuple[Note, Anchor]], first: int, namespace: str) -> _Insertions:
    ends: _Insertions = defaultdict(list)
    starts: _Insertions = defaultdict(list)
    names = f'xmlns:w="{namespace}"'
    for number, (_, anchor) in enumerate(anchored, start=first):
        at = (anchor.first_paragraph, True) if anchor.first is None else (anchor.first, False)
        starts[at].append(f'<w:commentRangeStart {names} w:id="{number}"/>')
        following = None if anchor.last is None else next(anchor.last.itersiblings("*"), None)
        after = (anchor.last_paragraph, True) if following is None else (following, False)
        target = starts if at == after else ends  # of an empty paragraph: the start first
        target[after].append(
            f'<w:commentRangeEnd {names} w:id="{number}"/><w:r {names}><w:commentReference w:id="{number}"/></w:r>'
        )
    return {key: [*ends.get(key, []), *starts.get(key, [])] for key in (*ends, *starts)}


def _spliced(raw: bytes, name: str, root: etree._Element, insertions: _Insertions) -> bytes:
    """A part's bytes with insertions; ``root`` is its tree, every element of the file in it."""
    wanted: dict[etree._Element, None] = {element: None for element, _ in insertions}
    numbers = {element: number for number, element in enumerate(root.iter("*")) if element in wanted}
    by_number: dict[tuple[int, bool], str] = {
        (numbers[element], at_end): "".join(texts) for (element, at_end), texts in insertions.items()
    }
    return _put(raw, name, by_number)


def _with_last(raw: bytes, name: str, content: str) -> bytes:
    """A part's bytes with more at the end of its root."""
    parse_xml(as_utf8(raw, name), name)  # refuses what is no XML or declares a document type
    return _put(raw, name, {(0, True): content})


def _put(raw: bytes, name: str, by_number: Mapping[tuple[int, bool], str]) -> bytes:
    """Bytes with insertions before elements, or their end tags, by the number of the element in the file, from 0.

    The tag of an element without content is parted into two. ``raw`` is a part that the reader could parse.
    """
    data = as_utf8(raw, name)
    starts = _offsets(data, {number for number, _ in by_number})
    pieces: list[tuple[int, int, bytes]] = []
    for (number, at_end), text in by_number.items():
        start = starts[number]
        at, is_empty = _end(data, start) if at_end else (start, False)
        if is_empty:
            tag = data[start + 1 : at - 2].split(None, 1)[0]
            pieces.append((at - 2, at, b">" + text.encode() + b"</" + tag + b">"))
        else:
            pieces.append((at, at, text.encode()))
    out: list[bytes] = []
    done = 0
    for first, last, piece in sorted(pieces):  # an element without content ends where the next one starts
        out += (data[done:first], piece)
        done = last
    out.append(data[done:])
    return _encoded(b"".join(out), raw)


_START = re.compile(rb"<(?=[^/?])")
_MARKUP = re.compile(rb"<(?:!--.*?-->|!\[CDATA\[.*?]]>|\?.*?\?>|(?P<start>[^/!?]))", re.DOTALL)
_TAG = re.compile(
    rb"<(?:!--.*?-->|!\[CDATA\[.*?]]>|\?.*?\?>"
    rb"|(?P<end>/)[^>]*>|(?:[^>\"']|\"[^\"]*\"|'[^']*')+?(?P<empty>/)?>)",
    re.DOTALL,
)


def _offsets(data: bytes, numbers: Set[int]) -> dict[int, int]:
    """Where the elements of these numbers start; lxml tells no offsets, and expat is four times slower."""
    if b"<!" in data or data.find(b"<?", 1) >= 0:
        starts = (tag.start() for tag in _MARKUP.finditer(data) if tag.lastgroup)
    else:  # nothing but tags, below the declaration
        starts = (tag.start() for tag in _START.finditer(data))
    found: dict[int, int] = {}
    at = -1
    for number in sorted(numbers):
        found[number] = next(islice(starts, number - at - 1, None))
        at = number
    return found


def _end(data: bytes, start: int) -> tuple[int, bool]:
    """Where the end tag of the element that starts here stands; the end of its only tag, and True, where it is empty."""
    depth = 0
    for tag in _TAG.finditer(data, start):
        if data.startswith((b"<!", b"<?"), tag.start()):
            continue
        if tag["end"]:
            depth -= 1
        elif not tag["empty"]:
            depth += 1
        if depth == 0:
            return (tag.start(), False) if tag["end"] else (tag.end(), True)
    raise UnreadableDocument("it is no XML that can be parsed")


def _encoded(data: bytes, like: bytes) -> bytes:
    """UTF-8 bytes in the encoding that a part had."""
    if like[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-8").encode("utf-16")
    return b"\xef\xbb\xbf" + data if like.startswith(b"\xef\xbb\xbf") else data

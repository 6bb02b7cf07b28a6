"""What stands on the pages of a PDF: words with their places and fonts, drawn rules, links.

The library is asked in bulk for the text of a page, then for the places of the first and last sign of
each word. A word is what white space parts; white space that the library only supposes, where letters are
merely spaced, parts no word. Places are in points from the lower left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.blocks import UnreadableDocument

MAX_PAGES = 2_000
MAX_PAGE_SIGNS = 200_000
MAX_PAGE_OBJECTS = 200_000
_MAX_DEPTH = 8
_MAX_RULE = 3.0  # points: what is drawn thicker is no rule but an area
_SUPPOSED_SPACE, _NO_SPACE = 0.18, 0.09  # of the font size: narrower white space parts no word
_OVERHANG = 0.05
_FIGURE_STEP = 1.3  # of the narrowest step between two digits
_DASHES = "–—‒-"
_BROKEN_HYPHENS = "\ufffe\x02"  # what the library makes of a hyphen at the end of a line
_WORD = re.compile(rf"[^\s{_BROKEN_HYPHENS}]*[{_BROKEN_HYPHENS}]|[^\s{_BROKEN_HYPHENS}]+")
_MAY_BE_MIXED = re.compile(r"[^\W\d]\d|\W\w|\w[*†‡§]|\d[^\W\d]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_LETTERS_AND_DIGITS = re.compile(r"[^\W\d].*\d|\d.*[^\W\d]")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_SLANTED = re.compile(r"italic|oblique", re.IGNORECASE)
_BOLD_WEIGHT = 600
_SAME_LEVEL = 0.5  # points


@dataclass(slots=True)
class PdfWord:
    """A word, or the part of one in one size: its text, box and baseline in points, and its font.

    ``is_spaced`` tells that printed white space stands before it, ``ends_spaced`` that white space is
    printed after it at the end of a line, which is how a word processor ends a line that it wrapped;
    ``is_apart`` that a gap as between columns stands before it.
    """

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    is_bold: bool
    is_slanted: bool
    is_spaced: bool
    ends_spaced: bool = False
    is_apart: bool = False


@dataclass(frozen=True, slots=True)
class Stroke:
    """A thin drawn line or bar, by its bounds in points."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address and the area it stands on."""

    address: str
    box: tuple[float, float, float, float]


@dataclass(slots=True)
class PdfPage:
    """One page as it is shown: size in points, words in the order they are drawn, rules and other drawing."""

    number: int
    width: float
    height: float
    words: list[PdfWord] = field(default_factory=list)
    level_rules: list[Stroke] = field(default_factory=list)
    areas: list[Stroke] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)
    pictures: int = 0


def open_pdf(data: bytes) -> pypdfium2.PdfDocument:
    """The PDF document of these bytes; close it when done.

    Raises UnreadableDocument for a password, for bytes that are no PDF, and beyond the limits.
    """
    if b"%PDF" not in data[:1024]:
        raise UnreadableDocument("no PDF file: it does not begin like one; fetch it again and check its format")
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = pdfium.FPDF_GetLastError()
        if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY) or "assword" in str(error):
            raise UnreadableDocument("the PDF is protected by a password; save it without one") from error
        raise UnreadableDocument("the PDF is damaged or cut short; fetch it again and check its size") from error
    count = len(document)
    if not 0 < count <= MAX_PAGES:
        document.close()
        if not count:
            raise UnreadableDocument("the PDF has no pages; fetch it again and check its size")
        raise UnreadableDocument(f"the PDF has {count} pages, {MAX_PAGES} are allowed; split it into documents")
    return document


def read_pages(document: pypdfium2.PdfDocument) -> Iterator[PdfPage]:
    """The pages of a document, one after another. Raises UnreadableDocument for a page beyond the limits."""
    for index in range(len(document)):
        try:
            page = document[index]
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument(f"page {index + 1} is damaged; fetch the PDF again or save it anew") from error
        try:
            yield _read_page(page, document, index + 1)
        finally:
            page.close()


def _read_page(page: pypdfium2.PdfPage, document: pypdfium2.PdfDocument, number: int) -> PdfPage:
    width, height = page.get_size()
    read = PdfPage(number, width, height)
    turn = _Turn(page)
    text_page = pdfium.FPDFText_LoadPage(page)
    if text_page:
        try:
            read.words = _Words(text_page, turn, number).read()
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    _read_drawing(page, turn, read)
    read.links = list(_links(page, document, turn))
    return read


class _Turn:
    """From a page's own coordinates to those of the page as it is shown: its origin and quarter turns."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        left, bottom, right, top = page.get_cropbox()
        self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.quarter = page.get_rotation() // 90 % 4
        self.is_plain = self.quarter == 0 and left == 0 and bottom == 0

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point as it is shown."""
        if self.quarter == 1:
            return y - self.bottom, self.right - x
        if self.quarter == 2:
            return self.right - x, self.top - y
        if self.quarter == 3:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box as it is shown: left, bottom, right, top."""
        if self.is_plain:
            return x0, y0, x1, y1
        a, b = self.point(x0, y0), self.point(x1, y1)
        return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


class _Words:
    """Reads the words of one page."""

    def __init__(self, text_page: Any, turn: _Turn, number: int) -> None:
        self._page = text_page
        self._turn = turn
        self._number = number
        self._rect = pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._fonts: dict[tuple[bytes, int], tuple[bool, bool]] = {}
        self._is_turned = False

    def read(self) -> list[PdfWord]:
        """The words of the page in the order they are drawn."""
        text = self._text()
        self._is_turned = self._turn.is_plain and _RIGHT_TO_LEFT.search(text) is not None
        words: list[PdfWord] = []
        end = 0
        last: PdfWord | None = None
        for found in _WORD.finditer(text):
            start = found.start()
            gap = text[end:start]
            before = last
            for first, stop, is_apart in self._parts(found.group(), start):
                word = self._word(text, first, stop)
                if not word.text:
                    continue
                word.is_apart = is_apart
                if first == start:
                    # white space before a line's end belongs to the line above
                    line_end = gap.find("\r") if "\r" in gap else gap.find("\n")
                    if before is not None and (line_end > 0 or (line_end < 0 and gap)):
                        before.ends_spaced = line_end > 0 or not pdfium.FPDFText_IsGenerated(self._page, end)
                    if gap and line_end < 0:
                        word.is_spaced = self._is_space(end, before, word)
                words.append(word)
                last = word
            end = found.end()
        if last is not None and text[end:].strip("\r\n"):
            last.ends_spaced = True
        return words

    def _is_space(self, at: int, before: PdfWord | None, word: PdfWord) -> bool:
        """Whether the white space before a word is wide enough to part words."""
        if before is None or abs(before.baseline - word.baseline) > 0.2 * word.size:
            return True
        share = (word.x0 - before.x1) / word.size
        overhang = _OVERHANG if before.text[-1] == "f" else 0.0  # its box is wider than its advance
        if share < -1 or share + overhang >= _SUPPOSED_SPACE:
            return True
        if pdfium.FPDFText_IsGenerated(self._page, at):
            return False
        return share >= _NO_SPACE or before.text[-1] not in _DASHES  # a space drawn back upon a dash is none

    def _text(self) -> str:
        count = pdfium.FPDFText_CountChars(self._page)
        if count <= 0:
            return ""
        if count > MAX_PAGE_SIGNS:
            raise UnreadableDocument(
                f"page {self._number} holds {count} signs, {MAX_PAGE_SIGNS} are allowed; do not trust its source"
            )
        buffer = ctypes.create_string_buffer(2 * (count + 1))
        written = pdfium.FPDFText_GetText(self._page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", errors="replace")
        if len(text) != count:  # signs beyond the basic plane: one by one, so that positions agree
            codes = (pdfium.FPDFText_GetUnicode(self._page, index) for index in range(count))
            text = "".join(chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)
        return text

    def _parts(self, token: str, start: int) -> Iterator[tuple[int, int, bool]]:
        """Where the parts of a token begin and end, and whether a part is set apart from the one before it.

        It is one part, unless signs of another size stand in it, or figures of two columns run together.
        """
        stop = start + len(token)
        if len(token) == 1:
            yield start, stop, False
            return
        if token.isdigit() and len(token) > 2:
            yield from self._figures(start, stop)
            return
        if self._is_turned and token[0] in "()" and self._stands_apart(start):
            yield start, start + 1, False  # the bracket that closes a word before it
            yield start + 1, stop, False
            return
        first, last = self._level(start), self._level(stop - 1)
        if abs(first - last) < _SAME_LEVEL and not _MAY_BE_MIXED.search(token):
            yield start, stop, False
            return
        begun, level = start, first
        for index in range(start + 1, stop):
            other = self._level(index)
            if abs(other - level) >= _SAME_LEVEL:
                yield begun, index, False
                begun, level = index, other
        yield begun, stop, False

    def _stands_apart(self, index: int) -> bool:
        """Whether a sign is set apart from the one after it in a word."""
        pdfium.FPDFText_GetLooseCharBox(self._page, index, self._rect)
        left, right, size = self._rect.left, self._rect.right, self._rect.top - self._rect.bottom
        pdfium.FPDFText_GetLooseCharBox(self._page, index + 1, self._rect)
        return max(left - self._rect.right, self._rect.left - right) > _SUPPOSED_SPACE * size

    def _figures(self, start: int, stop: int) -> Iterator[tuple[int, int, bool]]:
        """Parts of a run of digits: digits are of one width, so that a wider step parts two figures."""
        places: list[tuple[float, float]] = []
        for index in range(start, stop):
            pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
            places.append((self._x.value, self._y.value))
        steps = [math.dist(a, b) for a, b in itertools.pairwise(places)]
        least = min(steps)
        begun, is_apart = start, False
        for offset, step in enumerate(steps, start=1):
            is_raised = abs(places[offset][1] - places[offset - 1][1]) >= _SAME_LEVEL
            if is_raised or step > _FIGURE_STEP * least:
                yield begun, start + offset, is_apart
                begun, is_apart = start + offset, not is_raised
        yield begun, stop, is_apart

    def _level(self, index: int) -> float:
        """Where the baseline of a sign is; along the line where the page is turned."""
        pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
        return self._x.value if self._turn.quarter % 2 else self._y.value

    def _word(self, text: str, start: int, stop: int) -> PdfWord:
        page, rect = self._page, self._rect
        pdfium.FPDFText_GetCharOrigin(page, start, self._x, self._y)
        x0, baseline = self._x.value, self._y.value
        pdfium.FPDFText_GetLooseCharBox(page, stop - 1, rect)
        x1, size = rect.right, self._size(start, rect.top - rect.bottom)
        words = text[start:stop]
        if not self._turn.is_plain or x1 <= x0 or _RIGHT_TO_LEFT.search(words):  # turned, or from right to left
            ends = (rect.left, rect.bottom, rect.right, rect.top)
            pdfium.FPDFText_GetLooseCharBox(page, start, rect)
            both = min(ends[0], rect.left), min(ends[1], rect.bottom), max(ends[2], rect.right), max(ends[3], rect.top)
            baseline = self._turn.point(x0, baseline)[1]
            x0, _, x1, _ = self._turn.box(*both)
        is_bold, is_slanted = self._font(start)
        if self._is_turned and _LATIN_OR_DIGIT.search(words):
            placed, x0, x1 = self._by_place(start, stop, words)
            words = placed if _LETTERS_AND_DIGITS.search(words) and not _RIGHT_TO_LEFT.search(words) else words
        for sign in _BROKEN_HYPHENS:
            words = words.replace(sign, "-")
        return PdfWord(words.replace("\x00", ""), x0, x1, baseline, size, is_bold, is_slanted, False)

    def _by_place(self, start: int, stop: int, words: str) -> tuple[str, float, float]:
        """A word's signs from left to right, and its ends: in lines from right to left, letters and digits of a word
        are turned about one another."""
        places: list[tuple[float, str]] = []
        right = 0.0
        for index in range(start, stop):
            pdfium.FPDFText_GetLooseCharBox(self._page, index, self._rect)
            places.append((self._rect.left, words[index - start]))
            right = max(right, self._rect.right)
        places.sort(key=lambda place: place[0])
        return "".join(sign for _, sign in places), places[0][0], right

    def _size(self, index: int, height: float) -> float:
        size = float(pdfium.FPDFText_GetFontSize(self._page, index))
        # a size of one is that of a font scaled by the matrix of its text
        return size if size > 1.5 else max(height / 1.15, 1.0)

    def _font(self, index: int) -> tuple[bool, bool]:
        """Whether the sign's font is bold, and whether it is slanted."""
        pdfium.FPDFText_GetFontInfo(self._page, index, self._name, len(self._name), self._flags)
        key = (self._name.value, self._flags.value)
        known = self._fonts.get(key)
        if known is None:
            name = key[0].decode("utf-8", "replace").partition("+")[2] or key[0].decode("utf-8", "replace")
            weight = pdfium.FPDFText_GetFontWeight(self._page, index)
            is_slanted = bool(key[1] & 0x40) or _SLANTED.search(name) is not None
            is_bold = _BOLD.search(name) is not None or bool(key[1] & 0x40000) or weight >= _BOLD_WEIGHT
            known = self._fonts[key] = (is_bold, is_slanted)
        return known


def _read_drawing(page: pypdfium2.PdfPage, turn: _Turn, read: PdfPage) -> None:
    """Sort what is drawn on a page into level rules and areas, and count its pictures."""
    edges = [ctypes.c_float() for _ in range(4)]
    seen = 0
    count = pdfium.FPDFPage_CountObjects(page)
    if count > MAX_PAGE_OBJECTS:
        raise UnreadableDocument(
            f"page {read.number} holds {count} objects, {MAX_PAGE_OBJECTS} are allowed; do not trust its source"
        )
    for index in range(count):
        item = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            continue
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            read.pictures += 1
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            seen += 1
            if pdfium.FPDFPageObj_GetBounds(item, *edges):
                _sort_path(turn.box(*(edge.value for edge in edges)), read)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM:
            read.pictures += _has_picture(item, 0)


def _has_picture(form: Any, depth: int) -> bool:
    if depth > _MAX_DEPTH:
        return False
    for index in range(min(pdfium.FPDFFormObj_CountObjects(form), MAX_PAGE_OBJECTS)):
        item = pdfium.FPDFFormObj_GetObject(form, index)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            return True
        if kind == pdfium.FPDF_PAGEOBJ_FORM and _has_picture(item, depth + 1):
            return True
    return False


def _sort_path(box: tuple[float, float, float, float], read: PdfPage) -> None:
    x0, y0, x1, y1 = box
    if y1 - y0 <= _MAX_RULE:
        read.level_rules.append(Stroke(x0, y0, x1, y1))
    elif x1 - x0 > _MAX_RULE and x1 - x0 < 0.98 * read.width:
        read.areas.append(Stroke(x0, y0, x1, y1))


def _links(page: pypdfium2.PdfPage, document: pypdfium2.PdfDocument, turn: _Turn) -> Iterator[PageLink]:
    position = ctypes.c_int(0)
    link = pdfium.FPDF_LINK()
    rect = pdfium.FS_RECTF()
    while pdfium.FPDFLink_Enumerate(page, position, link):
        action = pdfium.FPDFLink_GetAction(link)
        length = pdfium.FPDFAction_GetURIPath(document, action, None, 0) if action else 0
        if length <= 1 or not pdfium.FPDFLink_GetAnnotRect(link, rect):
            continue
        buffer = ctypes.create_string_buffer(length)
        pdfium.FPDFAction_GetURIPath(document, action, buffer, length)
        address = buffer.value.decode("utf-8", "replace")
        box = turn.box(rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top))
        yield PageLink(address, box)

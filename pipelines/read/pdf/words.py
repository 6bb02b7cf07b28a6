"""Words of a PDF page: their signs, places and looks, asked of the library for each word, not for each sign.

A word is what white space parts; white space that the library only supposes, where letters are merely spaced, parts
no word. How signs are set is asked once for each text object: a word processor makes one of a word or a line.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.pdf import objects
from pipelines.read.pdf.drawing import Turn

_SUPPOSED_SPACE, _NO_SPACE = 0.18, 0.09  # of the font size: narrower white space parts no word
_OVERHANG = 0.05
_FIGURE_STEP = 1.3  # of the narrowest step between two digits
_DASHES = "–—‒-"
_BROKEN_HYPHENS = "\ufffe\x02"  # what the library makes of a hyphen at the end of a line
_MENDED_HYPHENS = dict.fromkeys(map(ord, _BROKEN_HYPHENS), "-")
_WORD = re.compile(rf"[^\s{_BROKEN_HYPHENS}]*[{_BROKEN_HYPHENS}]|[^\s{_BROKEN_HYPHENS}]+")
_MAY_BE_MIXED = re.compile(r"[^\W\d]\d|\W\w|\w[*†‡§]|\d[^\W\d]")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff\ufb1d-\ufefc]")
_LATIN_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_LETTERS_AND_DIGITS = re.compile(r"[^\W\d].*\d|\d.*[^\W\d]")
_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_SLANTED = re.compile(r"italic|oblique", re.IGNORECASE)
_BOLD_WEIGHT = 600
_SAME_LEVEL = 0.05  # of the font size
UNSEEN_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_PAPER, _PALE = 0.92, 0.5  # brightness: from here on signs may not stand out from white, or are light
_MOST_CLIPS = 64
_CLEAR, _SHEER = 8, 160  # opacity up to 255: what is below cannot be seen, or is light

_Part = tuple[int, int, bool]


@dataclass(slots=True, eq=False)
class Look:
    """How the signs of one text object are set.

    ``size`` is in points as shown, ``angle`` the direction of the baseline in degrees from the left to the right of the
    paper, counter-clockwise. ``is_unseen`` tells that nothing is painted, ``is_doubtful`` that it may not stand out
    from the paper or is cut off, ``is_unmapped`` that the font does not tell which letters its signs are. ``address`` is
    that of the library's object, of use while the page is open.
    """

    size: float
    is_bold: bool
    is_slanted: bool
    angle: float = 0.0
    is_pale: bool = False
    is_unseen: bool = False
    is_doubtful: bool = False
    is_unmapped: bool = False
    address: int = 0


@dataclass(slots=True)
class PdfWord:
    """A word, or the part of one in one size: its text, box and baseline in points, and its font.

    ``is_spaced`` tells that printed white space stands before it, ``ends_spaced`` that white space is
    printed after it at the end of a line, which is how a word processor ends a line that it wrapped;
    ``is_apart`` that a gap as between columns stands before it; ``look`` tells more of how it is set.
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
    look: Look | None = None


class WordReader:
    """Reads the words of one page; raises UnreadableDocument when it holds more than ``most`` signs.

    With ``by_object`` words are parted where a text object ends: what is hidden may touch what is shown.
    """

    def __init__(self, text_page: Any, turn: Turn, number: int, most: int, *, by_object: bool = False) -> None:
        self._page = text_page
        self._most, self._by_object = most, by_object
        self._turn = turn
        self._number = number
        self._rect = pdfium.FS_RECTF()
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()
        self._fonts: dict[tuple[bytes, int], tuple[bool, bool]] = {}
        self._looks: dict[int, Look] = {}
        self._known: dict[int, tuple[bool, bool]] = {}
        self._mapped: set[int] = set()
        self._matrix = pdfium.FS_MATRIX()
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._edges = [ctypes.c_float() for _ in range(4)]
        self._is_turned = False
        self._asked, self._found = -1, 0

    @property
    def looks(self) -> Collection[Look]:
        """How text objects of the page are set: those met so far."""
        return self._looks.values()

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
        if count > self._most:
            raise UnreadableDocument(
                f"page {self._number} holds {count} signs, {self._most} are allowed; do not trust its source"
            )
        buffer = ctypes.create_string_buffer(2 * (count + 1))
        written = pdfium.FPDFText_GetText(self._page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
        text = buffer.raw[: 2 * max(written - 1, 0)].decode("utf-16-le", errors="replace")
        if len(text) != count:  # signs beyond the basic plane: one by one, so that positions agree
            codes = (pdfium.FPDFText_GetUnicode(self._page, index) for index in range(count))
            text = "".join(chr(code) if code and not 0xD800 <= code < 0xE000 else "\ufffd" for code in codes)
        return text

    def _parts(self, token: str, start: int) -> Iterable[_Part]:
        """Where the parts of a token begin and end, and whether a part is set apart from the one before it.

        It is one part, unless signs of another size stand in it, or figures of two columns run together.
        """
        stop = start + len(token)
        if len(token) == 1:
            return ((start, stop, False),)
        if self._by_object:
            return self._objects(start, stop)
        if len(token) > 2 and token.isdigit():
            return self._figures(start, stop)
        if self._is_turned and token[0] in "()" and self._stands_apart(start):
            return (start, start + 1, False), (start + 1, stop, False)  # the bracket closes a word before it
        if _MAY_BE_MIXED.search(token) is not None:
            return self._levels(start, stop)
        if self._address(start) == objects.object_of_sign(self._page, stop - 1):
            return ((start, stop, False),)  # one text object stands on one level
        if abs(self._level(start) - self._level(stop - 1)) < _SAME_LEVEL * self._look(start).size:
            return ((start, stop, False),)
        return self._levels(start, stop)

    def _levels(self, start: int, stop: int) -> Iterator[_Part]:
        """Parts of a token by the height of their signs."""
        same_level = _SAME_LEVEL * self._look(start).size
        begun, level = start, self._level(start)
        for index in range(start + 1, stop):
            other = self._level(index)
            if abs(other - level) >= same_level:
                yield begun, index, False
                begun, level = index, other
        yield begun, stop, False

    def _stands_apart(self, index: int) -> bool:
        """Whether a sign is set apart from the one after it in a word."""
        pdfium.FPDFText_GetLooseCharBox(self._page, index, self._rect)
        left, right, size = self._rect.left, self._rect.right, self._rect.top - self._rect.bottom
        pdfium.FPDFText_GetLooseCharBox(self._page, index + 1, self._rect)
        return max(left - self._rect.right, self._rect.left - right) > _SUPPOSED_SPACE * size

    def _objects(self, start: int, stop: int) -> Iterator[_Part]:
        """Parts of a token by the text objects that its signs belong to."""
        begun, address = start, self._look(start).address
        for index in range(start + 1, stop):
            other = self._look(index).address
            if other != address:
                yield begun, index, False
                begun, address = index, other
        yield begun, stop, False

    def _figures(self, start: int, stop: int) -> Iterator[_Part]:
        """Parts of a run of digits: digits are of one width, so that a wider step parts two figures."""
        places: list[tuple[float, float]] = []
        for index in range(start, stop):
            pdfium.FPDFText_GetCharOrigin(self._page, index, self._x, self._y)
            places.append((self._x.value, self._y.value))
        steps = [math.dist(a, b) for a, b in itertools.pairwise(places)]
        least = min(steps)
        same_level = _SAME_LEVEL * self._look(start).size
        begun, is_apart = start, False
        for offset, step in enumerate(steps, start=1):
            is_raised = abs(places[offset][1] - places[offset - 1][1]) >= same_level
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
        x1 = rect.right
        words = text[start:stop]
        is_left = not words.isascii() and _RIGHT_TO_LEFT.search(words) is not None
        if is_left or x1 <= x0 or not self._turn.is_plain:  # from right to left, or turned
            ends = (rect.left, rect.bottom, rect.right, rect.top)
            pdfium.FPDFText_GetLooseCharBox(page, start, rect)
            both = min(ends[0], rect.left), min(ends[1], rect.bottom), max(ends[2], rect.right), max(ends[3], rect.top)
            baseline = self._turn.point(x0, baseline)[1]
            x0, _, x1, _ = self._turn.box(*both)
        look = self._look(start)
        if self._is_turned and _LATIN_OR_DIGIT.search(words):
            placed, x0, x1 = self._by_place(start, stop, words)
            words = placed if _LETTERS_AND_DIGITS.search(words) and not _RIGHT_TO_LEFT.search(words) else words
        if words[-1] in _BROKEN_HYPHENS or self._is_turned:  # elsewhere in a word only where signs were turned
            words = words.translate(_MENDED_HYPHENS)
        words = words.replace("\x00", "")
        return PdfWord(words, x0, x1, baseline, look.size, look.is_bold, look.is_slanted, False, False, False, look)

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

    def _address(self, index: int) -> int:
        """The address of a sign's text object; that of the sign asked for last is known."""
        if index != self._asked:
            self._asked, self._found = index, objects.object_of_sign(self._page, index) or 0
        return self._found

    def _look(self, index: int) -> Look:
        """How the sign is set: that of its text object, asked once."""
        address = self._address(index)
        known = self._looks.get(address)
        if known is None:
            if not address:
                return Look(max(float(pdfium.FPDFText_GetFontSize(self._page, index)), 1.0), *self._font(index))
            known = self._looks[address] = self._new_look(index, address)
        return known

    def _new_look(self, index: int, address: int) -> Look:
        matrix, colour = self._matrix, self._colour
        size = float(pdfium.FPDFText_GetFontSize(self._page, index))
        angle = 0.0
        if pdfium.FPDFText_GetMatrix(self._page, index, matrix):
            if matrix.b or matrix.c or matrix.a <= 0 or size < 0:
                sign = -1 if size < 0 else 1
                angle = math.degrees(math.atan2(sign * matrix.b, sign * matrix.a))
            size = abs(size) * math.hypot(matrix.c, matrix.d)
        font = objects.font_of(address) or 0
        known = self._known.get(font)
        if known is None:
            known = self._known[font] = self._font(index)
        look = Look(size or 0.01, *known, angle=angle, address=address)
        look.is_unmapped = font not in self._mapped and self._is_unmapped(index, font)
        mode = objects.render_mode(address)
        asked = objects.fill_colour
        if mode:
            look.is_unseen = mode in UNSEEN_MODES
            if mode in (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP):
                asked = objects.stroke_colour
        if asked(address, *colour):
            red, green, blue, opacity = (one.value for one in colour)
            if opacity < 255 or red or green or blue:
                brightness = (0.3 * red + 0.59 * green + 0.11 * blue) / 255
                look.is_unseen = look.is_unseen or opacity < _CLEAR
                look.is_pale = brightness >= _PALE or opacity < _SHEER
                look.is_doubtful = brightness >= _PAPER
        clip = objects.clip_of(address)
        if clip and objects.count_of_clips(clip) > 0:
            is_cut_off = look.is_doubtful or self._is_cut_off(objects.as_object(address), objects.as_clip(clip), size)
            look.is_doubtful = is_cut_off
        return look

    def _is_unmapped(self, index: int, font: int) -> bool:
        """Whether the font does not tell which letter a sign is; a font that told it once is not asked again."""
        if pdfium.FPDFText_HasUnicodeMapError(self._page, index) == 1:
            return True
        self._mapped.add(font)
        return False

    def _is_cut_off(self, item: Any, clip: Any, size: float) -> bool:
        """Whether a text object stands in part outside the area that it may be painted in."""
        if not pdfium.FPDFPageObj_GetBounds(item, *self._edges):
            return False
        left, bottom, right, top = (edge.value for edge in self._edges)
        x, y = ctypes.c_float(), ctypes.c_float()
        for number in range(min(pdfium.FPDFClipPath_CountPaths(clip), _MOST_CLIPS)):
            places: list[tuple[float, float]] = []
            for at in range(min(pdfium.FPDFClipPath_CountPathSegments(clip, number), _MOST_CLIPS)):
                if pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFClipPath_GetPathSegment(clip, number, at), x, y):
                    places.append((x.value, y.value))
            if not places:
                continue
            slack = 0.4 * size
            if left < min(p[0] for p in places) - slack or right > max(p[0] for p in places) + slack:
                return True
            if (bottom + top) / 2 < min(p[1] for p in places) or (bottom + top) / 2 > max(p[1] for p in places):
                return True
        return False

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

"""Words in the file of a PDF that are not shown on its page, found so that they can be left out.

Some words are surely not shown: painted in no way, beyond the edge of the page, too small to be seen. Of others it
may be so: signs as light as paper, signs cut off by a clip, signs that something is painted over, signs of a layer that
may be switched off. There the page is painted with them and without: where the two pictures are alike nothing shows.
"""

from __future__ import annotations

import ctypes
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from operator import attrgetter
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.read.pdf import objects
from pipelines.read.pdf.drawing import Box, Drawing
from pipelines.read.pdf.words import UNSEEN_MODES, Look, PdfWord

LAYERS = b"/OCProperties"
"""The name under which a PDF says which of its layers are switched off."""

PORTFOLIO = b"/Collection"
"""The name under which a PDF says that it is no more than a cover for the files it carries."""

_TINY = 1 / 600  # of the height of a page: ten-point type is a seventieth
_SAME_PLACE = 0.17  # of the font size: signs set again to look bold are moved by less
_SEEN = 24  # of 255: a difference of grey that can be seen
_MOST_GROUPS, _MOST_COVERS = 12, 2_000
_BAND, _FAR = 20.0, 20_000.0  # points: height of a band of the page; farther from its corner nothing is printed
_LARGEST_PICTURE, _SHARPEST = 2_000, 1.5  # dots; dots for a point
_SCAN_SHARE = 0.5  # of the page that a picture covers which is the page
_RECOGNISED = 4  # times as many hidden signs as shown ones
_STREAM = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
_LARGEST_STREAM = 1 << 23
_left, _right, _baseline = attrgetter("x0"), attrgetter("x1"), attrgetter("baseline")


def names_in_catalogue(data: bytes, *names: bytes) -> set[bytes]:
    """Which of these names stand anywhere in a PDF's dictionaries, also in packed ones; all where it is encrypted."""
    found = {name for name in names if name in data}
    if b"/Encrypt" in data:
        return set(names)
    for match in _STREAM.finditer(data):
        if len(found) == len(names):
            break
        try:
            content = zlib.decompressobj().decompress(
                data[match.end() : match.end() + _LARGEST_STREAM], _LARGEST_STREAM
            )
        except zlib.error:
            return set(names)  # packed in another way
        found |= {name for name in names if name in content}
    return found


def unseen(
    page: pypdfium2.PdfPage, words: Sequence[PdfWord], drawing: Drawing, size: tuple[float, float], *, has_layers: bool
) -> set[int]:
    """Indexes of the words of a page, ``size`` points wide and high, that are not shown on it."""
    width, height = size
    found: set[int] = set()
    groups: dict[str, list[int]] = defaultdict(list)
    for index, word in enumerate(words):
        look = word.look
        if look is None:
            continue
        middle = (word.x0 + word.x1) / 2
        is_outside = not (0 <= middle <= width and -0.2 * word.size <= word.baseline <= height)
        if look.is_unseen or is_outside or look.size < _TINY * height:
            found.add(index)
        elif look.is_doubtful:
            groups["look"].append(index)
    if drawing.covers:
        for index in _covered(words, drawing):
            if index not in found:
                groups["cover"].append(index)
    if has_layers:
        _add_layers(words, drawing, found, groups)
    if groups:
        found |= _not_painted(page, words, groups, height)
    return found


def may_hide(
    words: Sequence[PdfWord], looks: Collection[Look], drawing: Drawing, size: tuple[float, float], *, has_layers: bool
) -> bool:
    """Whether a page may hold words that it does not show: the quick question before ``unseen``."""
    if not words:
        return False
    width, height = size
    if any(look.is_unseen or look.is_doubtful or look.size < _TINY * height for look in looks):
        return True
    if min(map(_right, words)) <= 0 or max(map(_left, words)) >= width:
        return True
    if min(map(_baseline, words)) < -1 or max(map(_baseline, words)) > height:
        return True
    wordless = drawing.texts.keys() - {look.address for look in looks}
    if any(objects.render_mode(address) in UNSEEN_MODES for address in wordless):
        return True
    if has_layers and (drawing.in_forms or any(_layer(look) for look in looks)):
        return True
    return bool(drawing.covers) and bool(_covered(words, drawing))


def _covered(words: Sequence[PdfWord], drawing: Drawing) -> list[int]:
    """Indexes of the words that something is painted over later."""
    first = min(drawing.texts.values(), default=0)
    covers = [cover for cover in drawing.covers if cover[0] > first]  # the others lie below all words
    if not covers:
        return []
    if len(covers) > _MOST_COVERS:
        covers = sorted(covers, key=lambda one: -_area(one[1]))[:_MOST_COVERS]
    last = max(order for order, _ in covers)
    found: list[int] = []
    bands = _bands(covers)
    for index, word in enumerate(words):
        middle, level = (word.x0 + word.x1) / 2, word.baseline + 0.3 * word.size
        near = bands.get(level // _BAND)
        if near is None or word.look is None:
            continue
        around = [order for order, box in near if box[0] <= middle <= box[2] and box[1] <= level <= box[3]]
        if not around:
            continue
        if drawing.texts.get(word.look.address, last) < max(around):
            found.append(index)
    return found


def _bands(covers: Sequence[tuple[int, Box]]) -> dict[float, list[tuple[int, Box]]]:
    """Covers by the bands of the page that they reach into, by number from below."""
    bands: dict[float, list[tuple[int, Box]]] = defaultdict(list)
    for cover in covers:
        _, bottom, _, top = cover[1]
        for number in range(int(max(bottom, -_FAR) // _BAND), int(min(top, _FAR) // _BAND) + 1):
            bands[number].append(cover)
    return bands


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _add_layers(words: Sequence[PdfWord], drawing: Drawing, found: set[int], groups: dict[str, list[int]]) -> None:
    """Add the words that a switched-off layer may hold, layer by layer; a form may be in one as a whole."""
    names: dict[int, str] = {}
    for index, word in enumerate(words):
        if word.look is None or index in found:
            continue
        address = word.look.address
        if address not in names:
            names[address] = _layer(word.look)
        name = names[address] or ("form" if drawing.in_forms else "")
        if name:
            groups[name if len(groups) < _MOST_GROUPS or name in groups else "form"].append(index)


def _layer(look: Look) -> str:
    """A name for the layer that a text object belongs to; empty for none."""
    item = objects.as_object(look.address)
    for number in range(pdfium.FPDFPageObj_CountMarks(item)):
        mark = pdfium.FPDFPageObj_GetMark(item, number)
        if _text_of(pdfium.FPDFPageObjMark_GetName, mark) == "OC":
            return f"layer {_text_of(pdfium.FPDFPageObjMark_GetParamStringValue, mark, b'Name')}"
    return ""


def _text_of(asked: Callable[..., int], *given: Any) -> str:
    """A text that the library tells, at most 200 signs of it."""
    buffer, length = (ctypes.c_ushort * 200)(), ctypes.c_ulong(0)
    if not asked(*given, buffer, ctypes.sizeof(buffer), length):
        return ""
    return bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace")


def _not_painted(
    page: pypdfium2.PdfPage, words: Sequence[PdfWord], groups: dict[str, list[int]], height: float
) -> set[int]:
    """Indexes of the words of each group that leave no trace on the painted page."""
    scale = min(_SHARPEST, _LARGEST_PICTURE / max(page.get_size()))
    whole = _Painted(page, scale, height)
    found: set[int] = set()
    for indexes in groups.values():
        addresses = {look.address for index in indexes if (look := words[index].look) is not None}
        items = [objects.as_object(address) for address in addresses]
        for item in items:
            pdfium.FPDFPageObj_SetIsActive(item, False)
        without = _Painted(page, scale, height)
        for item in items:
            pdfium.FPDFPageObj_SetIsActive(item, True)
        found |= {index for index in indexes if whole.is_like(without, words[index])}
    return found


class _Painted:
    """A page painted in greys."""

    def __init__(self, page: pypdfium2.PdfPage, scale: float, height: float) -> None:
        bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False, draw_annots=False)
        self._dots = bytes(bitmap.buffer)
        self._stride, self._width, self._rows = bitmap.stride, bitmap.width, bitmap.height
        self._scale, self._height = scale, height
        bitmap.close()

    def is_like(self, other: _Painted, word: PdfWord) -> bool:
        """Whether two pictures show the same where a word stands."""
        left = max(int(word.x0 * self._scale), 0)
        right = min(int(word.x1 * self._scale) + 1, self._width)
        upper = max(int((self._height - word.baseline - 0.8 * word.size) * self._scale), 0)
        lower = min(int((self._height - word.baseline + 0.1 * word.size) * self._scale) + 1, self._rows)
        for row in range(upper, lower):
            at = row * self._stride
            one, two = self._dots[at + left : at + right], other._dots[at + left : at + right]
            if one != two and any(abs(a - b) > _SEEN for a, b in zip(one, two, strict=True)):
                return False
        return True


def repeated(words: Sequence[PdfWord], passed: Collection[int] = ()) -> set[int]:
    """Indexes of the words that are set a second time in one place, as is done to make them look bold.

    Those ``passed`` over count for nothing. Of two, the word in the shorter text object is the second one.
    """
    signs: Counter[int] = Counter()
    places: dict[str, list[tuple[int, PdfWord]]] = {}
    found: set[int] = set()
    for index, word in enumerate(words):
        if index in passed:
            continue
        before = places.get(word.text)
        if before is None:
            places[word.text] = [(index, word)]
            continue
        least = _SAME_PLACE * word.size
        baseline = word.baseline
        low, high = word.x0 - least, word.x0 + least
        for at, (number, other) in enumerate(before):
            if low <= other.x0 <= high and abs(other.baseline - baseline) <= least:
                signs = signs or _signs_of_objects(words)
                if signs[id(word.look)] > signs[id(other.look)]:
                    before[at] = index, word
                    index = number
                found.add(index)
                break
        else:
            before.append((index, word))
    return found


def _signs_of_objects(words: Sequence[PdfWord]) -> Counter[int]:
    """How many signs each text object has."""
    signs: Counter[int] = Counter()
    for word in words:
        signs[id(word.look)] += len(word.text)
    return signs


def take_out(words: Sequence[PdfWord], found: set[int]) -> set[tuple[str, int, int]]:
    """Switch off the text objects whose words are all among those found; the places of words left over."""
    kept = {word.look.address for index, word in enumerate(words) if index not in found and word.look is not None}
    left: set[tuple[str, int, int]] = set()
    for index in found:
        look = words[index].look
        if look is None or look.address in kept:
            left.add(place_of(words[index]))
        else:
            pdfium.FPDFPageObj_SetIsActive(objects.as_object(look.address), False)
    return left


def place_of(word: PdfWord) -> tuple[str, int, int]:
    """A word with its place in tenths of a point."""
    return word.text, round(word.x0 * 10), round(word.baseline * 10)


def is_recognised(words: Sequence[PdfWord], found: set[int], drawing: Drawing, size: tuple[float, float]) -> bool:
    """Whether a page is a picture and its words are what a program recognised in it: hidden, and nearly all there are."""
    if not found or picture_share(drawing, size) < _SCAN_SHARE:
        return False
    hidden = sum(len(words[index].text) for index in found)
    shown = sum(len(word.text) for index, word in enumerate(words) if index not in found)
    return hidden >= _RECOGNISED * shown


def picture_share(drawing: Drawing, size: tuple[float, float]) -> float:
    """The share of a page that pictures cover, up to 1."""
    width, height = size
    areas = (
        max(min(box[2], width) - max(box[0], 0), 0) * max(min(box[3], height) - max(box[1], 0), 0)
        for box in drawing.pictures
    )
    return min(sum(areas) / max(width * height, 1), 1.0)

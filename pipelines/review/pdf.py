"""Where on the page of a PDF a figure is drawn, found by its box or the words around it; and notes written there: highlights that
any viewer reads. What is drawn on the pages stays as it is.
"""

from __future__ import annotations

import ctypes
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.model.blocks import UnreadableDocument
from pipelines.review.notes import Note
from pipelines.review.places import Spot

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page's own coordinates."""

_NEAR = 14.0  # points that a figure may lie from where the reader has it
_CONTEXT = 24  # signs before and after an amount that tell it from others alike
_OPENING = 60  # signs of a block that are marked where it is meant as a whole
_FIGURE = re.compile(r"\d(?:[\d.,٫/]*\d)?")
_ALIKE = 3.2  # what the words around an amount must share with those of its block
_MOST = 0.4  # of a sign's height that must lie beside the line it goes on
_ENOUGH = 12  # signs that a block's opening must share with the page


@dataclass(slots=True)
class PageText:
    """The signs of a page that show, without spaces, with the box of each."""

    text: str = ""
    boxes: list[Box] = field(default_factory=list)

    def found(self, wanted: str) -> list[int]:
        """Where a text begins, each time."""
        places, at = [], self.text.find(wanted) if wanted else -1
        while at >= 0:
            places.append(at)
            at = self.text.find(wanted, at + 1)
        return places


def page_text(page: pypdfium2.PdfPage) -> PageText:
    """The signs of a page, in the order in which the library gives them."""
    text_page = page.get_textpage()
    signs, boxes = [], []
    for number in range(text_page.count_chars()):
        sign = plain(chr(pdfium.FPDFText_GetUnicode(text_page.raw, number)))
        if sign:
            box = text_page.get_charbox(number, loose=True)
            signs.append(sign)
            boxes += [box] * len(sign)
    return PageText("".join(signs), boxes)


def plain(text: str) -> str:
    """Text as it is searched: without spaces and controls, dashes and signs of other forms made alike."""
    whole = unicodedata.normalize("NFKC", text)
    return "".join(
        "-" if unicodedata.category(sign) == "Pd" else sign
        for sign in whole
        if sign.strip() and unicodedata.category(sign)[0] != "C"
    )


def boxes_of(spot: Spot, page: pypdfium2.PdfPage, text: PageText) -> list[Box]:
    """Boxes to be marked for a spot of this page, one for each line of print; none where it is not found."""
    wanted = plain(spot.printed or "")
    if spot.box is not None:
        # as it is shown; else as it was drawn, where the reader turned a page that is shown lying
        shown = [*(_on_paper(box, page) for box in _as_shown(spot.box, page)), spot.box]
        if not wanted:
            return shown[:1]
        places = text.found(wanted)
        near = min(
            ((_apart(_around(text.boxes[at : at + len(wanted)]), box), at) for at in places for box in shown),
            default=None,
        )
        if near is not None and near[0] <= _NEAR:
            return lines_of(text.boxes[near[1] : near[1] + len(wanted)])
        return shown[:1]
    for part in _parts(wanted, spot.printed or "") or [""]:
        at, length = _by_words(spot, wanted, part, text)
        if length:
            return lines_of(text.boxes[at : at + length])
    return []


def _parts(wanted: str, printed: str) -> list[str]:
    """What is looked for of a text: all of it, else the figure in it, as it stands in lines from right to left too."""
    figure = max(_FIGURE.findall(wanted), key=len, default="")
    turned = "/".join(reversed(wanted.split("/")))
    groups = "".join(reversed(re.findall(r"\d+", printed)))
    return list(dict.fromkeys(filter(None, (wanted, figure, turned, "/".join(reversed(figure.split("/"))), groups))))


def _by_words(spot: Spot, whole: str, wanted: str, text: PageText) -> tuple[int, int]:
    """Where an amount stands, told by the words around it; for a block as a whole, where it begins."""
    words = plain(spot.words)
    if not wanted:
        words = words.replace("|", "")  # cells of a table stand beside one another on the page
        for length in range(min(_OPENING, len(words)), _ENOUGH - 1, -8):
            if (at := text.text.find(words[:length])) >= 0:
                return at, length
        return 0, 0
    own = -1
    for _ in range(spot.times_before + 1):
        following = words.find(whole, own + 1)
        if following < 0:
            break
        own = following
    places = text.found(wanted)
    if len(places) == 1:
        return places[0], len(wanted)
    if own < 0 or not places:
        return 0, 0
    before, after = words[max(own - _CONTEXT, 0) : own], words[own + len(whole) :][:_CONTEXT]

    def likeness(at: int) -> float:
        ahead, behind = text.text[max(at - _CONTEXT, 0) : at], text.text[at + len(wanted) :][:_CONTEXT]
        return _common(before[::-1], ahead[::-1]) + _common(after, behind) + _shared(before + after, ahead + behind)

    best = max(places, key=likeness)
    return (best, len(wanted)) if likeness(best) >= min(_ALIKE, len(before + after)) else (0, 0)


def _shared(one: str, other: str) -> float:
    """How many signs two texts share in whatever order, which in lines from right to left is another; 4 where all."""
    return 4 * (Counter(one) & Counter(other)).total() / max(len(one), 1)


def _common(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def lines_of(boxes: Sequence[Box]) -> list[Box]:
    """Boxes around the signs of each line of print."""
    found: list[Box] = []
    for box in boxes:
        if found and _is_one_line(found[-1], box):
            found[-1] = _around((found[-1], box))
        else:
            found.append(box)
    return found


def _is_one_line(line: Box, box: Box) -> bool:
    """Whether a sign goes on a line of print, level or, on a page that is drawn lying, upright."""
    level = min(line[3], box[3]) - max(line[1], box[1]) > _MOST * (box[3] - box[1])
    upright = min(line[2], box[2]) - max(line[0], box[0]) > _MOST * (box[2] - box[0])
    is_tall = line[3] - line[1] > 1.5 * (line[2] - line[0])
    is_next = -2 * (box[2] - box[0]) < max(box[1] - line[3], line[1] - box[3]) < box[2] - box[0]
    return level or (upright and is_next and (is_tall or box[3] - box[1] < box[2] - box[0]))


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _apart(one: Box, other: Box) -> float:
    """How far one box lies from another; 0 where they touch, and then less, the nearer their middles."""
    across = max(one[0] - other[2], other[0] - one[2], 0.0)
    down = max(one[1] - other[3], other[1] - one[3], 0.0)
    middles = abs(one[0] + one[2] - other[0] - other[2]) + abs(one[1] + one[3] - other[1] - other[3])
    return max(across, down) + middles / 1000


def _as_shown(box: Box, page: pypdfium2.PdfPage) -> list[Box]:
    """Where a box lies on the page as it is shown; readers turn pages set from right to left."""
    width, _ = page.get_size()
    return [box, (width - box[2], box[1], width - box[0], box[3])]


def _on_paper(box: Box, page: pypdfium2.PdfPage) -> Box:
    """A box of the page as it is shown in the page's own coordinates."""
    left, bottom, right, top = page.get_cropbox()
    quarter = page.get_rotation() // 90 % 4

    def point(x: float, y: float) -> tuple[float, float]:
        if quarter == 1:
            return right - y, x + bottom
        if quarter == 2:
            return right - x, top - y
        if quarter == 3:
            return y + left, top - x
        return x + left, y + bottom

    a, b = point(box[0], box[1]), point(box[2], box[3])
    return min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])


_COLOURS = {"error": (255, 120, 110), "warning": (255, 200, 80), "info": (255, 240, 130), "": (140, 200, 255)}
"""Of highlights by severity, and of doubts, which have none."""
_CORNER = 24.0  # points of the sign for the note that sums up, from the upper left corner
_PRINTED = 4  # flag of an annotation that is printed with its page
_MARGIN = 0.5


def with_annotations(data: bytes, notes: Sequence[Note], when: datetime) -> tuple[bytes, list[Note]]:
    """The PDF with an annotation for each note, and the notes whose figure was not found on its page.

    Raises UnreadableDocument for a PDF that cannot be opened.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as problem:
        raise UnreadableDocument(f"the PDF cannot be opened: {problem}") from problem
    with document:
        left = _Annotations(document, when).add(notes)
        return _saved(document), left


class _Annotations:
    """Adds annotations page by page; the text of a page is read once."""

    def __init__(self, document: pypdfium2.PdfDocument, when: datetime) -> None:
        self._document, self._when = document, when
        self._pages: dict[int, tuple[pypdfium2.PdfPage, PageText]] = {}

    def add(self, notes: Sequence[Note]) -> list[Note]:
        """Add those that find their place; the others."""
        left = []
        for note in notes:
            if note.spot is None and note.kind == "summary":
                self._sum_up(note)
            elif note.spot is None or not self._highlight(note):
                left.append(note)
        return left

    def _page(self, index: int) -> tuple[pypdfium2.PdfPage, PageText]:
        if index not in self._pages:
            page = self._document[index]
            self._pages[index] = page, page_text(page)
        return self._pages[index]

    def _highlight(self, note: Note) -> bool:
        """Mark the figure of a note, on its page or, for a paragraph that goes on, the next one."""
        spot = note.spot
        if spot is None or spot.page is None:
            return False
        pages = [spot.page - 1] if spot.box is not None else [spot.page - 1, spot.page]
        for index in pages:
            if 0 <= index < len(self._document):
                page, text = self._page(index)
                if boxes := boxes_of(spot, page, text):
                    self._annotate(page, note, pdfium.FPDF_ANNOT_HIGHLIGHT, boxes)
                    return True
        return False

    def _sum_up(self, note: Note) -> None:
        page = self._document[0]
        left, _, _, top = page.get_cropbox()
        box = (left + _CORNER, top - 2 * _CORNER, left + 2 * _CORNER, top - _CORNER)
        self._annotate(page, note, pdfium.FPDF_ANNOT_TEXT, [box])

    def _annotate(self, page: pypdfium2.PdfPage, note: Note, kind: int, boxes: Sequence[Box]) -> None:
        annotation = pdfium.FPDFPage_CreateAnnot(page.raw, kind)
        try:
            red, green, blue = _COLOURS[note.severity]
            pdfium.FPDFAnnot_SetColor(annotation, pdfium.FPDFANNOT_COLORTYPE_Color, red, green, blue, 255)
            pdfium.FPDFAnnot_SetRect(annotation, _rectangle(boxes))
            for left, bottom, right, top in boxes if kind == pdfium.FPDF_ANNOT_HIGHLIGHT else ():
                corners = pdfium.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
                pdfium.FPDFAnnot_AppendAttachmentPoints(annotation, corners)
            pdfium.FPDFAnnot_SetFlags(annotation, _PRINTED)
            told = {
                b"Contents": note.text,
                b"T": note.author,
                b"M": f"D:{self._when:%Y%m%d%H%M%S}Z",
                b"NM": "-".join(("fascicle", *note.identifiers[:1])),
            }
            for key, value in told.items():
                words = ctypes.create_string_buffer(value.encode("utf-16-le", "replace") + b"\0\0")
                pdfium.FPDFAnnot_SetStringValue(annotation, key, ctypes.cast(words, pdfium.FPDF_WIDESTRING))
        finally:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _rectangle(boxes: Sequence[Box]) -> pdfium.FS_RECTF:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return pdfium.FS_RECTF(min(lefts) - _MARGIN, max(tops) + _MARGIN, max(rights) + _MARGIN, min(bottoms) - _MARGIN)


def _saved(document: pypdfium2.PdfDocument) -> bytes:
    """The bytes of the document, written anew: other readers cannot open what the library adds behind some files."""
    out = io.BytesIO()
    document.save(out, flags=pdfium.FPDF_NO_INCREMENTAL)
    return out.getvalue()

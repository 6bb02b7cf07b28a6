"""What the pages of a PDF show: words with their places and looks, drawn strokes, links, notes laid over a page.

Places are in points from the lower left corner of the page as it is shown. A page that is drawn askew or lies on its
side is set upright before it is read; what stands in the file but is not shown is taken out.
"""

from __future__ import annotations

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.pdf.drawing import Drawing, Stroke, Turn, direction, drawing_of, moved, set_upright
from pipelines.read.pdf.hidden import is_recognised, may_hide, picture_share, place_of, repeated, take_out, unseen
from pipelines.read.pdf.words import Look, PdfWord, WordReader

MAX_PAGES = 2_000
MAX_PAGE_SIGNS = 200_000
MAX_PAGE_OBJECTS = 200_000
MAX_FILES = 1_000
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_SHOWN_NOTES = (pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WATERMARK)


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address and the area it stands on."""

    address: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """Position of a measured page on its paper: size of its point in points of the paper, and its lower left corner."""

    unit: float = 1.0
    left: float = 0.0
    bottom: float = 0.0

    def on_paper(self, box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
        """A box of the page in points of the paper, to a tenth."""
        unit, left, bottom = self.unit, self.left, self.bottom
        return (
            round(box[0] * unit + left, 1),
            round(box[1] * unit + bottom, 1),
            round(box[2] * unit + left, 1),
            round(box[3] * unit + bottom, 1),
        )


WHOLE = Frame()
"""A page that is measured as it is."""


@dataclass(slots=True)
class PdfPage:
    """One page as it is shown: size in points, words in the order they are drawn, strokes of all kinds.

    ``looks`` tell how the words are set; ``level_rules`` and ``areas`` are sorted from the strokes by ``pipelines.read.pdf.scale``, and ``frame`` tells where
    the page as it is measured lies on its paper. ``pictures`` and ``outlines`` count pictures and filled paths,
    ``picture_share`` is the share of the page that pictures cover. ``hidden`` has the words that the file holds and the
    page does not show; ``is_recognised`` tells that the page is a picture and its words were recognised in it;
    ``notes`` are texts of notes laid over the page; ``is_damaged`` that it could not be read.
    """

    number: int
    width: float
    height: float
    words: list[PdfWord] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    level_rules: list[Stroke] = field(default_factory=list)
    areas: list[Stroke] = field(default_factory=list)
    links: list[PageLink] = field(default_factory=list)
    frame: Frame = WHOLE
    pictures: int = 0
    outlines: int = 0
    picture_share: float = 0.0
    hidden: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_recognised: bool = False
    is_damaged: bool = False


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


def attached_files(document: pypdfium2.PdfDocument) -> list[str]:
    """Names of the files that a document carries."""
    names: list[str] = []
    for index in range(min(max(pdfium.FPDFDoc_GetAttachmentCount(document), 0), MAX_FILES)):
        item = pdfium.FPDFDoc_GetAttachment(document, index)
        length = pdfium.FPDFAttachment_GetName(item, None, 0) if item else 0
        buffer = (ctypes.c_ushort * (length // 2 + 1))()
        if item:
            pdfium.FPDFAttachment_GetName(item, buffer, length)
        names.append(bytes(buffer)[: max(length - 2, 0)].decode("utf-16-le", "replace") or "without a name")
    return names


def read_pages(document: pypdfium2.PdfDocument, *, has_layers: bool = False) -> Iterator[PdfPage]:
    """The pages of a document, one after another; ``has_layers`` tells that parts of it may be switched off.

    A page that is damaged comes out empty and marked. Raises UnreadableDocument for a page beyond the limits.
    """
    for number in range(1, len(document) + 1):
        try:
            yield _read_page(document, number, has_layers=has_layers)
        except pypdfium2.PdfiumError:
            yield PdfPage(number, 612.0, 792.0, is_damaged=True)


def _read_page(document: pypdfium2.PdfDocument, number: int, *, has_layers: bool) -> PdfPage:
    page = document[number - 1]
    try:
        words, reader = _words_of(page, number)
        turn = Turn(page)
        matrix = None
        if turn.quarter or any(look.angle for look in reader.looks):
            askew = direction(_angles(words), 90 * turn.quarter)
            if askew:
                matrix = set_upright(page, askew)
                page.close()
                page = document[number - 1]
                words, reader = _words_of(page, number)
                turn = Turn(page)
        size = page.get_size()
        read = PdfPage(number, *size)
        drawing = drawing_of(page, turn, number, MAX_PAGE_OBJECTS)
        read.words, reader = _shown(page, words, reader, drawing, read, has_layers=has_layers)
        read.strokes, read.picture_share = drawing.strokes, picture_share(drawing, size)
        read.pictures, read.outlines = len(drawing.pictures), drawing.outlines
        read.links = list(_links(page, document, turn, matrix))
        read.notes = list(_notes(page))
        read.looks = list(reader.looks)
        if turn.quarter:
            for look in read.looks:
                look.angle -= 90 * turn.quarter
        return read
    finally:
        page.close()


def _words_of(page: pypdfium2.PdfPage, number: int, *, by_object: bool = False) -> tuple[list[PdfWord], WordReader]:
    text_page = pdfium.FPDFText_LoadPage(page)
    reader = WordReader(text_page, Turn(page), number, MAX_PAGE_SIGNS, by_object=by_object)
    if not text_page:
        return [], reader
    try:
        # what stands nowhere is painted nowhere
        return [w for w in reader.read() if isfinite(w.x0 + w.x1 + w.baseline + w.size)], reader
    finally:
        pdfium.FPDFText_ClosePage(text_page)


def _angles(words: list[PdfWord]) -> Counter[float]:
    """The angles of baselines, with the number of signs on each."""
    found: Counter[float] = Counter()
    for word in words:
        if word.look is not None:
            found[round(word.look.angle, 3)] += len(word.text)
    return found


def _shown(
    page: pypdfium2.PdfPage,
    words: list[PdfWord],
    reader: WordReader,
    drawing: Drawing,
    read: PdfPage,
    *,
    has_layers: bool,
) -> tuple[list[PdfWord], WordReader]:
    """The words that the page shows, each once; what is hidden is noted on the page."""
    size = read.width, read.height
    if not (may_hide(words, reader.looks, drawing, size, has_layers=has_layers) or repeated(words)):
        return words, reader
    parts, reader = _words_of(page, read.number, by_object=True)
    hidden = unseen(page, parts, drawing, size, has_layers=has_layers)
    if is_recognised(parts, hidden, drawing, size):
        read.is_recognised, hidden = True, set()
    read.hidden = [parts[index].text for index in sorted(hidden)]
    over = take_out(parts, hidden | repeated(parts, hidden))
    words, reader = _words_of(page, read.number)
    twice = repeated(words)
    return [w for index, w in enumerate(words) if index not in twice and place_of(w) not in over], reader


def _links(
    page: pypdfium2.PdfPage, document: pypdfium2.PdfDocument, turn: Turn, matrix: pdfium.FS_MATRIX | None
) -> Iterator[PageLink]:
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
        box = rect.left, min(rect.bottom, rect.top), rect.right, max(rect.bottom, rect.top)
        yield PageLink(address, turn.box(*moved(matrix, box)))


def _notes(page: pypdfium2.PdfPage) -> Iterator[str]:
    """The words of notes and stamps that are laid over a page, not printed on it."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        if pdfium.FPDFAnnot_GetSubtype(note) in _SHOWN_NOTES and not pdfium.FPDFAnnot_GetFlags(note) & _HIDDEN:
            length = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
            buffer = (ctypes.c_ushort * (length // 2 + 1))()
            pdfium.FPDFAnnot_GetStringValue(note, b"Contents", buffer, length)
            yield " ".join(bytes(buffer)[: max(length - 2, 0)].decode("utf-16-le", "replace").split())
        pdfium.FPDFPage_CloseAnnot(note)

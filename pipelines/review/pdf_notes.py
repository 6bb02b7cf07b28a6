"""Notes written into a PDF: highlights on the figures, read by any viewer; what is drawn on the pages stays as it is."""

from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from datetime import datetime

import pypdfium2
import pypdfium2.raw as pdfium

from pipelines.model.blocks import UnreadableDocument
from pipelines.review.notes import Note
from pipelines.review.pdf_figures import Box, PageText, boxes_of, page_text

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

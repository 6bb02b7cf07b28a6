"""PDFs come back with highlights on their figures, and the same words and rows."""

from __future__ import annotations

import ctypes
import io
from datetime import UTC, datetime

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from benches.review import page_faults
from pipelines.model.blocks import UnreadableDocument
from pipelines.review.marking import marked
from pipelines.review.notes import Note
from pipelines.review.pdf import boxes_of, page_text
from pipelines.review.places import Spot
from tests.review.drafts import draft, draft_notes

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.filterwarnings("ignore::UserWarning:pdfplumber")
@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_finding_is_highlighted_at_its_figure(language: str) -> None:
    notes = draft_notes(language, "pdf")
    assert sum(note.spot is not None for note in notes) == len(notes) - 1
    made = marked(draft(language, "pdf"), "pdf", notes, WHEN)
    assert page_faults(draft(language, "pdf"), made, notes) == []


def test_a_block_as_a_whole_is_marked_where_it_begins() -> None:
    with pypdfium2.PdfDocument(draft("en", "pdf")) as document:
        text = page_text(document[0])
        opening = text.text[200:260]
        spot = Spot(1, 1, 1, words=f"{opening[:30]} | {opening[30:]}")
        (first, *_) = boxes_of(spot, document[0], text)
    assert first[:2] == pytest.approx(text.boxes[200][:2], abs=1)


def test_pages_drawn_on_their_side_and_shown_upright_are_marked_where_the_figures_are() -> None:
    notes = draft_notes("en", "pdf")
    with pypdfium2.PdfDocument(draft("en", "pdf")) as document:
        width, height = document[0].get_size()
        for page in document:
            pdfium.FPDFPage_TransFormWithClip(page.raw, pdfium.FS_MATRIX(0, 1, -1, 0, height, 0), None)
            page.set_mediabox(0, 0, height, width)
            page.set_cropbox(0, 0, height, width)
            page.set_rotation(90)
        out = io.BytesIO()
        document.save(out)
    with pypdfium2.PdfDocument(marked(out.getvalue(), "pdf", notes, WHEN)) as made:
        turned = _highlights(made)
    with pypdfium2.PdfDocument(marked(draft("en", "pdf"), "pdf", notes, WHEN)) as made:
        upright = _highlights(made)
    for text, (left, top, right, bottom) in upright.items():
        middle = ((left + right) / 2, (top + bottom) / 2)
        x1, y1, x4, y4 = turned[text]
        assert ((y1 + y4) / 2, height - (x1 + x4) / 2) == pytest.approx(middle, abs=2), text


def _highlights(document: pypdfium2.PdfDocument) -> dict[str, list[float]]:
    """First corner and last of each annotation by its words, in the page's own coordinates."""
    found = {}
    for page in document:
        for number in range(pdfium.FPDFPage_GetAnnotCount(page.raw)):
            annotation = pdfium.FPDFPage_GetAnnot(page.raw, number)
            if pdfium.FPDFAnnot_GetSubtype(annotation) == pdfium.FPDF_ANNOT_HIGHLIGHT:
                size = pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", None, 0)
                words = ctypes.create_string_buffer(size)
                pdfium.FPDFAnnot_GetStringValue(
                    annotation, b"Contents", ctypes.cast(words, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
                )
                quad = pdfium.FS_QUADPOINTSF()
                pdfium.FPDFAnnot_GetAttachmentPoints(annotation, 0, quad)
                found[words.raw.decode("utf-16-le").rstrip("\0")] = [quad.x1, quad.y1, quad.x4, quad.y4]
            pdfium.FPDFPage_CloseAnnot(annotation)
    return found


def test_notes_without_a_place_on_the_page_come_first() -> None:
    notes = [
        Note("summary", ("Reviewed.",), None),
        Note(
            "finding", ("Nowhere.",), Spot(line=1, page=1, printed="99 999.9", words="no such words"), ("n",), "error"
        ),
        Note("finding", ("No page.",), Spot(line=1, page=999, printed="1"), ("p",), "error"),
    ]
    with pypdfium2.PdfDocument(marked(draft("en", "pdf"), "pdf", notes, WHEN)) as made:
        assert _highlights(made) == {}


def test_what_cannot_be_opened_is_refused() -> None:
    with pytest.raises(UnreadableDocument):
        marked(b"%PDF-1.7 nothing", "pdf", [], WHEN)

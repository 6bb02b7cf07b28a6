"""PDFs come back with highlights on their figures, and the same words and rows."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pypdfium2
import pytest

from benches.review import page_faults, review_of_bytes
from pipelines.blocks import UnreadableDocument
from pipelines.review.marking import marked
from pipelines.review.notes import Note
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


def test_pages_that_lie_on_their_side_are_marked_where_the_figures_are() -> None:
    with pypdfium2.PdfDocument(draft("en", "pdf")) as document:
        for page in document:
            page.set_rotation(90)
        out = io.BytesIO()
        document.save(out)
    turned = out.getvalue()
    notes = review_of_bytes(turned, "pdf")
    upright = {tuple(note.lines): note for note in draft_notes("en", "pdf")}
    with pypdfium2.PdfDocument(marked(turned, "pdf", notes, WHEN)) as made:
        shown = _highlights(made)
    with pypdfium2.PdfDocument(marked(draft("en", "pdf"), "pdf", draft_notes("en", "pdf"), WHEN)) as made:
        expected = _highlights(made)
    assert len(notes) == len(upright)
    for text, box in expected.items():
        assert shown[text] == pytest.approx(box, abs=0.5), text


def _highlights(document: pypdfium2.PdfDocument) -> dict[str, list[float]]:
    """First corner and last of each annotation by its words, in the page's own coordinates."""
    import ctypes

    import pypdfium2.raw as pdfium

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


def test_what_is_not_found_on_its_page_is_told_first() -> None:
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

"""The picture in ``docs/editor.md``: a reviewed page of the bundled edition, its notes beside it.

python -m benches.reviewed_page docs/images/reviewed-page.png
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2
from PIL import Image

from benches.render.facts import fascicle_of
from benches.render.fonts import font_files
from benches.render.render import render
from benches.review import review_of_bytes
from pipelines.ingest.sources import BUNDLED
from pipelines.review.marking import marked
from pipelines.run.document import read_and_judge

_PAGE = 15
_TOP, _BOTTOM = 0.33, 0.72  # the part of the page that is shown
_SCALE = 1.6
_WIDTH = 300.0  # points of the column of notes
_WHEN = datetime(2026, 1, 1, tzinfo=UTC)


def main(target: Path) -> None:
    """Print, review and draw the page."""
    text = next(BUNDLED.glob("*.txt")).read_bytes()
    data = render(fascicle_of(read_and_judge(text, "txt", {}, "0")), "en", "pdf")
    notes = review_of_bytes(data, "pdf")
    here = [note for note in notes if note.spot is not None and note.spot.page == _PAGE and note.severity != "info"]
    here.sort(key=lambda note: (note.spot.line or 0) if note.spot else 0)
    with pypdfium2.PdfDocument(marked(data, "pdf", notes, _WHEN)) as document:
        page = document[_PAGE - 1].render(scale=_SCALE).to_pil()
    page = page.crop((0, int(page.height * _TOP), page.width, int(page.height * _BOTTOM)))
    beside = _column([note.text for note in here], page.height / _SCALE)
    whole = Image.new("RGB", (page.width + beside.width, page.height), "white")
    whole.paste(page, (0, 0))
    whole.paste(beside, (page.width, 0))
    whole.quantize(200).save(target, optimize=True)


def _column(texts: list[str], height: float) -> Image.Image:
    """Notes one below the other, as a viewer shows them beside a page."""
    from fpdf import FPDF

    pdf = FPDF(unit="pt", format=(_WIDTH, height))
    pdf.set_auto_page_break(False)
    pdf.add_page()
    for (_, style), file in font_files("en", frozenset("".join(texts))).items():
        pdf.add_font("notes", style, str(file))
    pdf.set_font("notes", size=7.5)
    pdf.set_fill_color(255, 250, 225)
    pdf.set_xy(8, 8)
    for text in texts:
        pdf.multi_cell(_WIDTH - 16, 9.5, text, border=1, fill=True, padding=4, new_x="LEFT", new_y="NEXT")
        pdf.set_xy(8, pdf.get_y() + 8)
    with pypdfium2.PdfDocument(io.BytesIO(bytes(pdf.output()))) as document:
        return document[0].render(scale=_SCALE).to_pil()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

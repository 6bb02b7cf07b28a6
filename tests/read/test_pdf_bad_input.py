"""What is no readable PDF is refused with its reason and remedy, in one line."""

from __future__ import annotations

import pytest
from fpdf import FPDF

from pipelines.blocks import UnreadableDocument
from pipelines.read import pdf_page
from pipelines.read.pdf import read_pdf
from tests.read.pdf_files import Paper


def refusal(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_pdf(data)
    message = str(caught.value)
    assert "\n" not in message and ";" in message  # the reason; the remedy
    return message


def test_password() -> None:
    assert "password" in refusal(Paper(password="secret").page().text(50, 50, "words").bytes())


def test_pictures_only() -> None:
    pdf = FPDF()
    pdf.add_page()
    from PIL import Image

    pdf.image(Image.new("L", (200, 200), 128), x=10, y=10, w=100)
    assert "pictures" in refusal(bytes(pdf.output()))


def test_empty_page() -> None:
    assert "no text" in refusal(Paper().page().bytes())


@pytest.mark.parametrize("data", [b"", b"\x00" * 100, b"<html>an error page</html>", b"PK\x03\x04 a zip"])
def test_no_pdf(data: bytes) -> None:
    assert "no PDF" in refusal(data)


def test_cut_short() -> None:
    data = Paper().page().text(50, 50, "words").bytes()
    refusal(data[:60])
    refusal(b"%PDF-1.7\n" + b"\xff\x00" * 500)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_page, "MAX_PAGES", 2)
    paper = Paper()
    for _ in range(3):
        paper.page().text(50, 50, "words of a page")
    assert "3 pages" in refusal(paper.bytes())


def test_too_many_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_page, "MAX_PAGE_SIGNS", 5)
    assert "page 1 holds" in refusal(Paper().page().text(50, 50, "words of a page").bytes())

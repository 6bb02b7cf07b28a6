"""What is no readable PDF is refused with its reason and remedy, in one line."""

from __future__ import annotations

import pypdfium2
import pytest
from fpdf import FPDF
from fpdf.enums import EncryptionMethod

from pipelines.ingest.formats import CutOff, tell_format
from pipelines.model.blocks import UnreadableDocument
from pipelines.read.pdf import page
from pipelines.read.pdf.document import read_pdf
from tests.read.pdf.files import Paper
from tests.read.pdf.raw import FIRST, budget_page, picture, raw_pdf, shown, stream


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
    assert refusal(bytes(pdf.output())).startswith("a scan without text: ")


def test_a_scan_of_several_pages_with_a_stamped_number() -> None:
    pages = ["q 612 0 0 792 0 0 cm /P Do Q BT /F0 8 Tf 500 36 Td (30-01234) Tj ET"] * 3
    data = raw_pdf(*pages, objects=[picture()], names=f"/XObject<</P {FIRST} 0 R>>")
    assert refusal(data).startswith("a scan without text: ")


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
    monkeypatch.setattr(page, "MAX_PAGES", 2)
    paper = Paper()
    for _ in range(3):
        paper.page().text(50, 50, "words of a page")
    assert "3 pages" in refusal(paper.bytes())


def test_too_many_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MAX_PAGE_SIGNS", 5)
    assert "page 1 holds" in refusal(Paper().page().text(50, 50, "words of a page").bytes())


PAGES = budget_page(), budget_page(number=2)
WHOLE = raw_pdf(*PAGES)


def test_pages_without_text_give_a_warning_and_most_of_them_a_refusal() -> None:
    whole = budget_page(), budget_page(number=2), budget_page(number=3)
    (warning,) = read_pdf(raw_pdf(*whole, "0 0 m 90 0 l S")).warnings
    assert "page 4 could not be read, the file is damaged there" in str(warning)
    (warning,) = read_pdf(raw_pdf(*whole, "")).warnings
    assert "page 4 is blank" in str(warning)
    assert "3 of 5 pages" in refusal(raw_pdf(*whole[:2], "", "", ""))


@pytest.mark.parametrize("junk", [b"\n", b"\x00" * 5_000, b"<!-- served by a proxy -->" * 300, b"%junk\r\n" * 900])
def test_bytes_after_the_end_do_no_harm(junk: bytes) -> None:
    assert tell_format(WHOLE + junk) == "pdf"
    assert shown(read_pdf(WHOLE + junk)) == shown(read_pdf(WHOLE))


@pytest.mark.parametrize("junk", [b"\r\n\r\n", b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", b"{junk}" * 100])
def test_bytes_before_the_beginning_do_no_harm(junk: bytes) -> None:
    assert tell_format(junk + WHOLE) == "pdf"
    assert shown(read_pdf(junk + WHOLE)) == shown(read_pdf(WHOLE))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_download_that_was_cut_off(share: float) -> None:
    with pytest.raises(CutOff):
        tell_format(WHOLE[: int(share * len(WHOLE))])
    with pytest.raises(CutOff):  # a later version added to the file, cut off
        tell_format(WHOLE + b"\n9 0 obj<</Length 70>>stream\nhalf a str")
    with pytest.raises(CutOff):  # made for the web: the first end stands near the beginning
        tell_format(b"%PDF-1.7\n1 0 obj<</Linearized 1/L 99999/N 2>>endobj\nxref\nstartxref\n0\n%%EOF\n" + b"\0" * 500)


def test_the_table_of_objects_is_found_again() -> None:
    damaged = WHOLE.replace(b"startxref\n", b"startxref\n9").replace(b"0000000", b"0000091")
    assert shown(read_pdf(damaged)) == shown(read_pdf(WHOLE))
    without = WHOLE[: WHOLE.rindex(b"%%EOF")]
    assert tell_format(without) == "pdf"
    assert shown(read_pdf(without)) == shown(read_pdf(WHOLE))


def test_a_password_that_only_forbids_changes_is_none() -> None:
    pdf = Paper()
    pdf.pdf.set_encryption("owner", "", EncryptionMethod.RC4)
    document = pdf.page().text(50, 200, "Words that may be read, not changed").read()
    assert "may be read" in str(document.blocks)


def coded(plain: int, count: int) -> bytes:
    """Pages that can be read, and after them pages in a font that gives numbers of glyphs and no letters."""
    fonts = [
        f"<</Type/Font/Subtype/Type0/BaseFont/Own/Encoding/Identity-H/DescendantFonts[{FIRST + 1} 0 R]>>",
        f"<</Type/Font/Subtype/CIDFontType2/BaseFont/Own/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        f"/FontDescriptor {FIRST + 2} 0 R/DW 500>>",
        "<</Type/FontDescriptor/FontName/Own/Flags 4/FontBBox[0 0 1000 1000]/ItalicAngle 0/Ascent 800/Descent -200>>",
    ]
    codes = "".join(
        f"BT /C 10 Tf 72 {700 - 14 * line} Td <{''.join(f'{3 + n % 60:04x}' for n in range(line, line + 40))}> Tj ET\n"
        for line in range(30)
    )
    return raw_pdf(*(PAGES[:1] * plain), *([codes] * count), objects=fonts, names="", fonts=f"/C {FIRST} 0 R")


def test_fonts_without_a_mapping_to_letters() -> None:
    assert "no Unicode map" in refusal(coded(1, 4))


def test_a_page_of_codes_gives_a_warning() -> None:
    document = read_pdf(coded(5, 1))
    assert document.warnings[-1].startswith("encoding: the fonts of page 6 do not tell ")


def test_a_portfolio_is_refused_as_that() -> None:
    objects = [stream("%PDF", "/Type/EmbeddedFile"), f"<</Type/Filespec/F(a.pdf)/UF(a.pdf)/EF<</F {FIRST} 0 R>>>>"]
    catalogue = f"/Collection<<>>/Names<</EmbeddedFiles<</Names[(a.pdf) {FIRST + 1} 0 R]>>>>"
    cover = "BT /F0 12 Tf 72 700 Td (For the best experience, open this portfolio in another program.) Tj ET"
    message = refusal(raw_pdf(cover, objects=objects, catalogue=catalogue))
    assert message == "a PDF portfolio of 1 file(s) (a.pdf); take them out and give each by itself"


def test_a_damaged_page_costs_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pypdfium2.PdfDocument.get_page

    def get_page(document: pypdfium2.PdfDocument, index: int) -> pypdfium2.PdfPage:
        if index == 1:
            raise pypdfium2.PdfiumError("Failed to load page.")
        return whole(document, index)

    monkeypatch.setattr(pypdfium2.PdfDocument, "get_page", get_page)
    monkeypatch.setattr(pypdfium2.PdfDocument, "__getitem__", get_page)
    document = read_pdf(WHOLE)
    assert any(
        warning.startswith("page 2 could not be read, the file is damaged there") for warning in document.warnings
    )
    assert "Travel of staff" in str(document.blocks)

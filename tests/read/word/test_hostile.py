"""Bytes that are no Word document, or mean harm, are refused at once, in one line with a remedy."""

import io
import struct
import time
import zipfile

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.model.blocks import UnreadableDocument
from pipelines.read.shared import zip_archive
from pipelines.read.shared.zip_archive import ArchiveLimits, open_archive, parse_xml
from pipelines.read.word.document import read_word
from tests.read.word.files import (
    NAMESPACES,
    cell,
    document_xml,
    only,
    package,
    par,
    read,
    row,
    run,
    table,
    texts,
    word,
)  # fmt: skip

PAGE = b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>" + b"<p>Not found.</p>" * 75 + b"</body></html>"
TYPES = {"[Content_Types].xml": "<Types/>"}
REMEDIES = ("fetch", "save", "check", "convert", "name it", "trust", "split", "have its text")


def genuine() -> bytes:
    """A document as a word processor writes it."""
    document = docx.Document()
    document.add_heading("Overall orientation", 1)
    document.add_paragraph("10.1 Words")
    grid = document.add_table(rows=2, cols=3)
    for number, one in enumerate(one for line in grid.rows for one in line.cells):
        one.text = str(number)
    grid.cell(0, 1).merge(grid.cell(0, 2))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def reason(data: bytes) -> str:
    """Why bytes are refused; fails when they are not, or when the reason is not one line with a remedy."""
    with pytest.raises(UnreadableDocument) as refused:
        read_word(data)
    text = str(refused.value)
    assert "\n" not in text and len(text) < 300
    assert any(word in text for word in REMEDIES), text
    return text


def part(xml: str) -> bytes:
    return package(TYPES | {"word/document.xml": xml}, zipfile.ZIP_STORED)


def test_a_genuine_document_is_read() -> None:
    blocks = read_word(genuine()).blocks
    assert [(block.kind, block.text) for block in blocks[:2]] == [
        ("heading", "Overall orientation"),
        ("paragraph", "10.1 Words"),
    ]
    assert texts(blocks[2]) == [["0", "1\n2", None], ["3", "4", "5"]]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "empty", id="nothing"),
        pytest.param(PAGE, f"a web page of {len(PAGE)} bytes", id="web page"),
        pytest.param(b"\xef\xbb\xbf \n<html>", "a web page", id="web page with mark"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "legacy .doc or a password", id="doc"),
        pytest.param(b"\xffWPC\x10\0\0\0" + b"\0" * 2000, "WordPerfect", id="WordPerfect"),
        pytest.param(b"%PDF-1.7\n", "a PDF", id="PDF"),
        pytest.param(b"{\\rtf1 a}", "Rich Text", id="rtf"),
        pytest.param(b"\x00\x01\x02" * 99, "not a zip archive", id="binary"),
        pytest.param(genuine()[:5000], "damaged or truncated zip", id="truncated"),
        pytest.param(genuine()[:-40], "damaged or truncated zip", id="end cut off"),
        pytest.param(package({"a.txt": "a"}), "holds no Word document", id="other zip"),
        pytest.param(package({"xl/workbook.xml": "<w/>"}), "holds no Word document", id="workbook"),
        pytest.param(
            package(
                {
                    "xl/workbook.xml": "<w/>",
                    "_rels/.rels": '<Relationships><Relationship Id="1" Type="x/officeDocument" '
                    'Target="xl/workbook.xml"/></Relationships>',
                }
            ),
            "an Office file with xl/workbook.xml",
            id="workbook with relationships",
        ),
        pytest.param(
            package(
                {
                    "_rels/.rels": '<Relationships><Relationship Id="1" Type="x/officeDocument" '
                    'Target="word/other.xml"/></Relationships>'
                }
            ),
            "lacks its main part word/other.xml",
            id="main part missing",
        ),
        pytest.param(part(f"<w:document {NAMESPACES}/>"), "has no body", id="no body"),
        pytest.param(part(document_xml("")), "holds no words", id="empty body"),
        pytest.param(part(document_xml(par("") + par(" "))), "holds no words", id="blank"),
        pytest.param(part(f"<w:styles {NAMESPACES}><w:body/></w:styles>"), "no Word document", id="other part"),
        pytest.param(part("<document><body/></document>"), "no Word document", id="other namespace"),
        pytest.param(part("words"), "no XML", id="no XML"),
        pytest.param(part(document_xml(par("a"))[:-20]), "well-formed", id="XML cut off"),
        pytest.param(part(document_xml(par("a") + "<w:p>")), "well-formed", id="unbalanced"),
    ],
)
def test_what_is_no_word_document_is_refused(data: bytes, expected: str) -> None:
    assert expected in reason(data)


@pytest.mark.parametrize(
    "prolog",
    [
        pytest.param('<!DOCTYPE d [<!ENTITY a "AAAA"><!ENTITY b "&a;&a;&a;">]>', id="entities"),
        pytest.param('<!DOCTYPE d SYSTEM "file:///etc/passwd">', id="outside"),
        pytest.param('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', id="outside entity"),
        pytest.param("<!DOCTYPE d>", id="bare"),
        pytest.param("<!-- a --><?b c?>\n<!DOCTYPE d>", id="after a comment"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels"])
def test_document_types_are_refused_in_every_part(prolog: str, encoding: str, name: str) -> None:
    declaration = '<?xml version="1.0"?>'
    evil = f"{declaration}{prolog}" + document_xml(par("&x;")).split("?>", 1)[1]
    data = word(par("a"), styles="", parts={name: evil.encode(encoding)})
    assert "document type or entities" in reason(data)


def test_entities_are_never_resolved() -> None:
    assert "well-formed" in reason(part(document_xml(par("&x;"))))
    with pytest.raises(UnreadableDocument, match="document type"):
        parse_xml(b'<!DOCTYPE d [<!ENTITY x "words">]><d>&x;</d>', "d")


def test_utf_16_and_strict_documents_are_read() -> None:
    xml = document_xml(table(row("1 257.7", "é—字")))
    assert read_word(package(TYPES | {"word/document.xml": xml.encode("utf-16")})).blocks[0].grid is not None
    assert "UTF-16" in reason(package(TYPES | {"word/document.xml": xml.encode("utf-16")[:-1]}))
    strict = xml.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert texts(read_word(part(strict)).blocks[0]) == [["1 257.7", "é—字"]]
    assert "well-formed" in reason(package(TYPES | {"word/document.xml": xml.encode("latin-1", "replace")}))


def zip_with(name: str, size: int, **more: object) -> bytes:
    """A Word file with a part of so many zero bytes."""
    return word(par("a"), parts={name: b"\0" * size}, **more)  # type: ignore[arg-type]


def test_zip_bombs_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    def unread(*_: object) -> bytes:
        raise AssertionError("unpacked")

    bomb = zip_with("word/media/a.bin", 64 << 20)
    monkeypatch.setattr(zipfile.ZipFile, "open", unread)
    assert "packed like a zip bomb" in reason(bomb)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (ArchiveLimits(members=2), "parts, 2 are allowed"),
        (ArchiveLimits(total=500), "500 are allowed"),
        (ArchiveLimits(part=100), "unpacks to"),
        (ArchiveLimits(ratio=2, ratio_floor=10), "zip bomb"),
    ],
)
def test_every_bound_of_an_archive_holds(bounds: ArchiveLimits, expected: str) -> None:
    with pytest.raises(UnreadableDocument, match=expected):
        open_archive(word(par("a" * 2000)), bounds)


def test_wrong_sizes_in_an_archive_directory_are_detected() -> None:
    data = word(par("a" * 5000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    lied = data.replace(struct.pack("<I", size), struct.pack("<I", 900))
    assert lied != data
    assert "is damaged" in reason(lied)


def test_encrypted_and_oddly_packed_archives_are_refused() -> None:
    data = bytearray(word(par("a")))
    at = data.rindex(b"PK\x01\x02", 0, data.index(b"PK\x01\x02") + 4)
    data[at + 8] |= 1
    assert "encrypted" in reason(bytes(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("word/document.xml", document_xml(par("a")))
    assert "packed in an unusual way" in reason(out.getvalue())


def test_a_damaged_part_is_refused() -> None:
    data = bytearray(genuine())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        begun = archive.getinfo("word/document.xml").header_offset + 60
    data[begun : begun + 40] = b"\xff" * 40
    assert "word/document.xml is damaged" in reason(bytes(data))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("<w:sdt><w:sdtContent>" * 60 + par("a") + "</w:sdtContent></w:sdt>" * 60, id="wrappers"),
        pytest.param("<w:sdt>" * 400 + par("a") + "</w:sdt>" * 400, id="deeper than the parser goes"),
        pytest.param(
            "<w:tbl><w:tr><w:tc>" * 40 + par("a") + "</w:tc></w:tr></w:tbl>" * 40 + par("b"), id="nested tables"
        ),
        pytest.param(
            par(
                "<w:r><w:pict><v:textbox><w:txbxContent><w:p>" * 40
                + "</w:p></w:txbxContent></v:textbox></w:pict></w:r>" * 40
            ),
            id="nested text boxes",
        ),
    ],
)
def test_deep_nesting_is_refused(body: str) -> None:
    assert "nested too deeply" in reason(part(document_xml(body)))


def test_a_text_longer_than_any_and_too_many_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "well-formed" in reason(part(document_xml(par("a" * 10_000_010))))
    monkeypatch.setattr(zip_archive, "_SURELY_FEW", 1000)
    monkeypatch.setattr(zip_archive, "_MOST_TAGS", 5000)
    assert "more than 5,000 tags" in reason(part(document_xml(par("a") * 1000)))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(par(" " * 200_000 + "\tx"), id="spaces before a tab"),
        pytest.param(par("x" + " " * 200_000 + "\ty"), id="spaces within"),
        pytest.param(par("<w:r>" + "<w:tab/>" * 100_000 + "<w:t>x</w:t></w:r>"), id="tabs"),
        pytest.param(par(run("a, " * 60_000, '<w:vertAlign w:val="superscript"/>')), id="raised list"),
        pytest.param(par("\u0363" * 100_000), id="combining letters"),
        pytest.param(
            par("<w:r><w:fldChar w:fldCharType='begin'/><w:instrText>" + 'HYPERLINK "' * 60_000 + "</w:instrText>"
                "<w:fldChar w:fldCharType='separate'/><w:t>a</w:t><w:fldChar w:fldCharType='end'/></w:r>"),
            id="instruction",
        ),
        pytest.param("".join(par("<w:r><w:fldChar w:fldCharType='begin'/></w:r>") for _ in range(20_000)) + par("a")),
        pytest.param(
            table(row(cell("x", '<w:vMerge w:val="restart"/>')), *[row(cell("y" * 99, "<w:vMerge/>"))] * 15_000),
            id="merged down",
        ),
        pytest.param(
            table(*[row(cell("x", '<w:gridSpan w:val="500"/>')), row(*"ab")] * 300), id="wide and narrow rows"
        ),
        pytest.param(
            par("<w:r><w:pict>" + "<v:imagedata/>" * 3_000 + "</w:pict></w:r>") * 4 + par("a"), id="pictures"
        ),
        pytest.param(
            par("<w:r><w:pict>" + ("<v:textbox><w:txbxContent>" + par("1 P-5") + "</w:txbxContent></v:textbox>") * 2_000
                + "</w:pict></w:r>"),
            id="text boxes",
        ),
    ],
)  # fmt: skip
def test_what_is_merely_long_costs_no_more_than_its_length(body: str) -> None:
    began = time.process_time()
    assert read_word(part(document_xml(body))).blocks
    assert time.process_time() - began < 5


def test_references_that_lead_nowhere_or_in_circles_do_no_harm() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="x"/></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="9"/></w:num>'
        '<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="-1"><w:start w:val="99999999999"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="3"/></w:num>'
    )
    numbered = '<w:numPr><w:ilvl w:val="Q"/><w:numId w:val="Z"/></w:numPr>'
    body = par("a", '<w:pStyle w:val="A"/>') + "".join(
        par("b", numbered.replace("Q", level).replace("Z", number))
        for level in ("0", "-1", "٣", "²", "99999999999", "")
        for number in ("1", "2", "3", "x", "-1")
    )
    body += par("<w:r><w:footnoteReference w:id='5'/></w:r><w:hyperlink r:id='none'>" + run("c") + "</w:hyperlink>")
    body += par("<w:r><w:drawing><c:chart r:id='none'/></w:drawing></w:r>")
    document = read(body, styles=styles, numbering=numbering, related={"r1": ("header", "../../../etc/passwd", "<x/>")})
    assert [block.text for block in document.blocks][:2] == ["a", "b"]
    assert document.blocks[-1].text == "c"
    assert any("1 chart(s)" in one for one in document.warnings)


def test_a_part_outside_the_archive_is_never_opened() -> None:
    relations = (
        '<Relationships><Relationship Id="h" Type="x/header" Target="file:///etc/passwd" TargetMode="External"/>'
        '<Relationship Id="i" Type="x/header" Target="../../../../etc/passwd"/></Relationships>'
    )
    sections = (
        "<w:sectPr><w:headerReference w:type='first' r:id='h'/><w:headerReference w:type='first' r:id='i'/></w:sectPr>"
    )
    data = package(
        TYPES | {"word/document.xml": document_xml(par("a") + sections), "word/_rels/document.xml.rels": relations}
    )
    assert read_word(data).furniture == []


def test_attributes_that_mean_nothing_mean_nothing() -> None:
    odd = '<w:ind w:left="a" w:hanging="²" w:firstLine="99999999999999"/><w:outlineLvl w:val="٣"/>'
    assert only(par("a", odd)).kind == "paragraph"
    assert texts(only(table(row(cell("a", '<w:gridSpan w:val="-5"/>'), cell("b", '<w:gridSpan w:val="x"/>'))))) == [
        ["a", "b"]
    ]


@settings(max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 100))
def test_any_damage_is_refused_or_read_never_a_crash(noise: bytes, where: int) -> None:
    data = word(table(row("a", "b")) + par("c"), styles="", numbering="")
    at = len(data) * where // 100
    for damaged in (data[:at] + noise, data[:at] + noise + data[at:], data[:at] + noise + data[at + len(noise) :]):
        try:
            assert read_word(damaged).blocks
        except UnreadableDocument as refusal:
            assert "\n" not in str(refusal)


@settings(max_examples=60)
@given(st.text(alphabet="<>/=\"' w:prtclvfdPSTbkMgsn\x00&;#é", max_size=60), st.integers(0, 100))
def test_any_xml_is_refused_or_read_never_a_crash(noise: str, where: int) -> None:
    xml = document_xml(table(row("a", cell("b", "<w:vMerge/>"))) + par(run("c", "<w:b/>"), "<w:keepNext/>"))
    at = xml.index("<w:body>") + (len(xml) - xml.index("<w:body>")) * where // 100
    try:
        assert read_word(part(xml[:at] + noise + xml[at:])).blocks
    except UnreadableDocument as refusal:
        assert "\n" not in str(refusal)

"""What a file is, told by its bytes; and text in its encoding."""

import io
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.ingest.formats import Refused, decode_text, tell_format

CHINESE = "表 10.16\n按支出用途列示的资源变动情况\n(千美元)\n员额 5 246.3 5 100.0\n共计 6 000.1\n" * 4


def _zip(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


WORD = _zip({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def _written_by_a_library() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_table(rows=2, cols=2)
    document.save(out)
    return out.getvalue()


GENUINE = _written_by_a_library()
PAGE = b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>" + b"<p>Not found.</p>" * 75 + b"</body></html>"


def _encrypted(data: bytes) -> bytes:
    """A zip whose directory says that its members are encrypted."""
    changed, at = bytearray(data), -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        changed[at + 8] |= 1
    return bytes(changed)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (CHINESE.encode(), "txt"),
        (WORD, "docx"),
        (GENUINE, "docx"),
        (b"%PDF-1.7\n1 0 obj\n%%EOF\n", "pdf"),
        (b"<bookmarks are not html> 10.1 text", "txt"),
    ],
)
def test_the_format_is_recognised_by_bytes(data: bytes, expected: str) -> None:
    assert tell_format(data) == expected


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"<!DOCTYPE html>\n<html><body>Not found</body></html>", "web page"),
        (b"\xef\xbb\xbf  <HTML><head>", "web page"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "97-2003"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xffWPC\x10\0\0\0", "WordPerfect"),
        (b"{\\rtf1\\ansi}", "Rich Text"),
        (_zip({"a.txt": b"a"}), "no Word document"),
        (_zip({"xl/workbook.xml": b"<w/>"}), "Excel"),
        (WORD[: len(WORD) // 2], "cut off or damaged"),
        (GENUINE[:-30], "cut off or damaged"),
        (GENUINE[: 12 * 1024], "cut off or damaged"),
        (_encrypted(GENUINE), "password"),
        (PAGE, "web page"),
        (_zip({"ppt/presentation.xml": b"<p/>"}), "no Word document"),
        (b"%PDF-1.7\n1 0 obj\n", "cut off"),
        (_zip({"word/document.xml": b"\0" * 60_000_000}), "zip bomb"),
    ],
)
def test_what_is_not_read_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        tell_format(data)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode("utf-8"), "utf-8"),
        (CHINESE.encode("utf-8-sig"), "utf-8"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (CHINESE.encode("utf-16-le"), "utf-16"),
        (CHINESE.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode("gb18030"), "gb18030"),
    ],
)
def test_encodings_of_chinese_text_give_one_text(data: bytes, encoding: str) -> None:
    assert decode_text(data) == (CHINESE, encoding)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("Décidé à l'été, où ça coûte très cher. ".encode("latin-1") * 20, "encoding"),
        (("第十款 最不發達國家、內陸發展中國家" * 30).encode("big5"), "encoding"),
        ("Бюджет по программам на год".encode("cp1251") * 20, "encoding"),
        (bytes(range(256)) * 8, "binary"),
        (CHINESE.encode("utf-16")[:-1], "UTF-16"),
        (b"\x7fELF\x02\x01\x01" + b"\0" * 64, "binary"),
        (
            CHINESE.encode()[:301] + bytes(90) + CHINESE.encode()[-60:],
            "nil bytes from byte 302 on: the file is damaged",
        ),
        (("\x01\x02\x03\x04" * 50 + "x" * 100).encode(), "binary"),
        ("\ufffd\ufffd\ufffd\ufffdabc".encode(), "characters were lost"),
    ],
)
def test_other_encodings_and_binaries_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        decode_text(data)


def test_a_text_cut_off_within_a_character_is_read_up_to_it() -> None:
    assert decode_text(CHINESE.encode()[:-1]) == (CHINESE[:-1], "utf-8")


@given(st.binary(max_size=400))
def test_any_bytes_are_either_recognised_or_refused(data: bytes) -> None:
    try:
        if tell_format(data) == "txt":
            decode_text(data)
    except Refused as reason:
        assert "\n" not in str(reason)


def test_json_is_a_reference_dataset_or_refused() -> None:
    assert tell_format(b' {"meta": {}, "nodes": []}') == "json"
    assert tell_format(b"{a text that begins so}") == "txt"
    with pytest.raises(Refused, match="no reference dataset"):
        tell_format(b'{"rows": []}')

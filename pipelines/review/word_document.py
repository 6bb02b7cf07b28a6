"""A plain Word document: paragraphs of runs, nothing else."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_LINKS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WHEN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look; ``size`` in half points."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    size: int = 20


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Runs; ``indent`` in twentieths of a point. ``keeps_next`` holds it on the page of the next one."""

    runs: tuple[Run, ...]
    indent: int = 0
    is_right: bool = False
    keeps_next: bool = False
    starts_page: bool = False


def write_document(paragraphs: Iterable[Paragraph], is_right_to_left: bool = False) -> bytes:
    """The bytes of a .docx file; equal paragraphs give equal bytes."""
    body = "".join(_paragraph(one, is_right_to_left) for one in paragraphs)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{_LINKS_TYPE}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_MAIN_TYPE}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}<w:sectPr/></w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(zipfile.ZipInfo(name, _WHEN), _HEAD + content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _paragraph(paragraph: Paragraph, is_right_to_left: bool) -> str:
    look = "<w:keepNext/>" if paragraph.keeps_next else ""
    look += "<w:pageBreakBefore/>" if paragraph.starts_page else ""
    look += "<w:bidi/>" if is_right_to_left else ""
    look += '<w:spacing w:after="120"/>'
    look += f'<w:ind w:left="{paragraph.indent}"/>' if paragraph.indent else ""
    look += '<w:jc w:val="right"/>' if paragraph.is_right else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{''.join(_run(run, is_right_to_left) for run in paragraph.runs)}</w:p>"


def _run(run: Run, is_right_to_left: bool) -> str:
    look = ("<w:b/>" if run.is_bold else "") + ("<w:i/>" if run.is_italic else "")
    look += f'<w:sz w:val="{run.size}"/>' + ("<w:rtl/>" if is_right_to_left else "")
    pieces = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in run.text.split("\t"))
    return f"<w:r><w:rPr>{look}</w:rPr>{pieces}</w:r>"

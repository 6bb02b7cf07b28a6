"""Word documents of composed fascicles, by python-docx and a little XML of our own for what it does not write.

Laid out as fascicles are: symbol, distribution and date in a header part of the first page, section and part in those
of the others, captions of up to three paragraphs, two rows of heads with a spacer below them, heads repeated overleaf,
charts with their values, boxes of the organization chart as shapes.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape

from benches.render.printed import Grid, GridRow, HeadCell, Lines, Plot, Printed, Words

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMES = (
    f'xmlns:w="{_W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
_CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_CHART_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chart"
_PAGE_WIDTH = 9846
_BODY_SIZE, _TABLE_SIZE = 20, 14


def write_word(printed: Printed) -> bytes:
    """The document's bytes. Equal input gives equal blocks, though not equal bytes (zip times)."""
    return _Writer(printed).bytes()


class _Writer:
    def __init__(self, printed: Printed) -> None:
        from docx import Document

        self.printed = printed
        self.document: Any = Document()
        self._xml: list[str] = []
        self._charts = 0
        self._shapes = 0

    def bytes(self) -> bytes:
        """Write everything."""
        from lxml import etree

        self._furniture()
        self._cover()
        for block in self.printed.blocks:
            match block:
                case Words():
                    self._words(block)
                case Grid():
                    self._xml.append(self._table(block))
                    self._xml.append("<w:p/>")
                case Plot():
                    self._plot(block)
                case Lines():
                    self._box(block)
        body = self.document.element.body
        parsed = etree.fromstring(f"<w:body {_NAMES}>{''.join(self._xml)}</w:body>")
        last = body[-1]  # the section's properties stand last
        for element in list(parsed):
            last.addprevious(element)
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # -- furniture -----------------------------------------------------------------------------

    def _furniture(self) -> None:
        printed, section = self.printed, self.document.sections[0]
        section.different_first_page_header_footer = True
        self.document.settings.odd_and_even_pages_header_footer = True
        first = section.first_page_header
        for text in printed.masthead:
            first.add_paragraph(text)
        section.header.paragraphs[0].text = printed.section_line
        section.even_page_header.paragraphs[0].text = printed.part_line
        for footer in (section.footer, section.even_page_footer, section.first_page_footer):
            self._page_number(footer.paragraphs[0], printed.job)

    def _page_number(self, paragraph: Any, job: str) -> None:
        from lxml import etree

        fields = "".join(
            f'<w:fldSimple {_NAMES} w:instr=" {code} "><w:r><w:t>{value}</w:t></w:r></w:fldSimple>'
            for code, value in (("PAGE", 2), ("NUMPAGES", 3))
        )
        parsed = etree.fromstring(f"<w:p {_NAMES}>{fields}</w:p>")
        for position, field in enumerate(list(parsed)):
            paragraph._p.append(field)
            if position == 0:
                paragraph.add_run("/")
        paragraph.add_run(f" {job}")

    def _cover(self) -> None:
        session, budget, part, part_title, section, title = self.printed.cover
        self._paragraph(session)
        for text, level in ((budget, 1), (part, 3), (part_title, 3), (section, 2), (title, 1)):
            self._paragraph(text, style=f"Heading{level}")

    # -- words ---------------------------------------------------------------------------------

    def _words(self, words: Words) -> None:
        if words.kind in {"heading", "annex"}:
            self._paragraph(words.text, style=f"Heading{min(words.level, 9)}")
        elif words.kind == "caption":
            self._paragraph(
                words.text, bold=words.level in {2, 4}, size=_TABLE_SIZE if words.level == 3 else _BODY_SIZE
            )
        elif words.number:
            self._paragraph(f"{words.number}\t{words.text}", indent=567 if words.kind == "point" else 0)
        else:
            self._paragraph(words.text, size=_TABLE_SIZE)

    def _paragraph(
        self, text: str, *, style: str = "", bold: bool = False, size: int = _BODY_SIZE, indent: int = 0
    ) -> None:
        look = f'<w:pStyle w:val="{style}"/>' if style else ""
        look += "<w:bidi/>" if self.printed.is_right_to_left else ""
        look += f'<w:ind w:left="{indent}"/>' if indent else ""
        self._xml.append(f"<w:p><w:pPr>{look}</w:pPr>{self._run(text, bold=bold, size=size)}</w:p>")

    def _run(self, text: str, *, bold: bool = False, italic: bool = False, size: int = _BODY_SIZE) -> str:
        look = ("<w:b/>" if bold else "") + ("<w:i/>" if italic else "") + f'<w:sz w:val="{size}"/>'
        look += "<w:rtl/>" if self.printed.is_right_to_left else ""
        pieces = "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\t"))
        return f"<w:r><w:rPr>{look}</w:rPr>{pieces}</w:r>"

    # -- tables --------------------------------------------------------------------------------

    def _table(self, grid: Grid) -> str:
        widths = _widths(grid)
        visual = "<w:bidiVisual/>" if self.printed.is_right_to_left else ""
        columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        rows = [self._head_row(heads, widths) for heads in grid.heads]
        if grid.heads:
            rows.append(self._head_row(tuple(HeadCell(("",)) for _ in range(grid.width)), widths))
        rows += [self._row(row, grid, widths) for row in grid.rows]
        return (
            f'<w:tbl><w:tblPr>{visual}<w:tblW w:w="{_PAGE_WIDTH}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
            f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
        )

    def _head_row(self, heads: Iterable[HeadCell | None], widths: list[int]) -> str:
        cells, at = [], 0
        for head in heads:
            if head is None:
                continue
            width = sum(widths[at : at + head.columns])
            span = f'<w:gridSpan w:val="{head.columns}"/>' if head.columns > 1 else ""
            rules = (
                '<w:tcBorders><w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/></w:tcBorders>'
                if span
                else ""
            )
            cells.append(self._cell(head.text, width, span + rules, is_figure=at > 0, italic=True))
            at += head.columns
        return f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"

    def _row(self, row: GridRow, grid: Grid, widths: list[int]) -> str:
        bold = row.role in {"heading", "subtotal", "total"}
        if grid.kind == "recommendations" and row.role == "heading":
            span = f'<w:gridSpan w:val="{grid.width}"/>'
            return f"<w:tr>{self._cell(row.cells[0], _PAGE_WIDTH, span)}</w:tr>"
        cells = [
            self._cell(
                text,
                widths[i],
                is_figure=i > 0 and grid.kind == "figures",
                bold=bold,
                indent=row.indent if i == 0 else 0,
            )
            for i, text in enumerate(row.cells)
        ]
        return f"<w:tr>{''.join(cells)}</w:tr>"

    def _cell(
        self,
        text: str,
        width: int,
        more: str = "",
        *,
        is_figure: bool = False,
        bold: bool = False,
        italic: bool = False,
        indent: int = 0,
    ) -> str:
        look = "<w:bidi/>" if self.printed.is_right_to_left and not is_figure else ""
        look += f'<w:ind w:left="{288 * indent}"/>' if indent else ""
        look += '<w:jc w:val="right"/>' if is_figure else ""
        run = self._run(text, bold=bold, italic=italic, size=_TABLE_SIZE) if text else ""
        return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}</w:tcPr><w:p><w:pPr>{look}</w:pPr>{run}</w:p></w:tc>'

    # -- charts and boxes ------------------------------------------------------------------------

    def _plot(self, plot: Plot) -> None:
        for share in plot.shares:
            self._charts += 1
            self._shapes += 1
            relation = self._chart_part(share.name, [*([("", share.total)] if share.total else []), *share.points])
            self._xml.append(
                '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="2000000" cy="1500000"/>'
                f'<wp:docPr id="{self._shapes}" name="Chart {self._charts}"/><a:graphic>'
                '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
                f'<c:chart r:id="{relation}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
            )

    def _chart_part(self, name: str, points: list[tuple[str, str]]) -> str:
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        labels = "".join(f'<c:pt idx="{i}"><c:v>{escape(label)}</c:v></c:pt>' for i, (label, _) in enumerate(points))
        values = "".join(f'<c:pt idx="{i}"><c:v>{_plain(text)}</c:v></c:pt>' for i, (_, text) in enumerate(points))
        shown = "".join(
            f'<c:dLbl><c:idx val="{i}"/><c:tx><c:rich><a:bodyPr/><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></c:rich></c:tx>'
            '<c:showVal val="1"/></c:dLbl>'
            for i, (_, text) in enumerate(points)
        )
        xml = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_NAMES}><c:chart><c:plotArea><c:barChart>'
            '<c:barDir val="bar"/><c:ser><c:idx val="0"/><c:order val="0"/>'
            f'<c:tx><c:strRef><c:f>S!B1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{escape(name)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
            f'<c:dLbls>{shown}<c:showVal val="1"/></c:dLbls>'
            f'<c:cat><c:strRef><c:f>S!A2</c:f><c:strCache><c:ptCount val="{len(points)}"/>{labels}</c:strCache></c:strRef></c:cat>'
            f'<c:val><c:numRef><c:f>S!B2</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(points)}"/>{values}'
            "</c:numCache></c:numRef></c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>"
        )
        main = self.document.part
        part = Part(PackURI(f"/word/charts/chart{self._charts}.xml"), _CHART, xml.encode(), main.package)
        return str(main.relate_to(part, _CHART_RELATION))

    def _box(self, box: Lines) -> None:
        self._shapes += 1
        lines = "".join(f"<w:p>{self._run(line)}</w:p>" for line in box.lines)
        self._xml.append(
            '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="2400000" cy="1800000"/>'
            f'<wp:docPr id="{self._shapes}" name="Box {self._shapes}"/><a:graphic>'
            '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
            '<wps:cNvSpPr/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="2400000" cy="1800000"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
            f"<wps:txbx><w:txbxContent>{lines}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
            "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
        )


def _plain(text: str) -> str:
    """A printed number as a chart's cache keeps it; words around it left out."""
    return "".join(c for c in text.replace(",", ".") if c.isdigit() or c == ".") or "0"


def _widths(grid: Grid) -> list[int]:
    """Widths of columns in twentieths of a point: labels take what figures leave."""
    if grid.kind == "figures":
        each = min(970, (_PAGE_WIDTH - 2000) // max(grid.width - 1, 1))
        return [_PAGE_WIDTH - each * (grid.width - 1), *[each] * (grid.width - 1)]
    if grid.kind == "details":
        return [2000, 1000, _PAGE_WIDTH - 3000]
    if grid.kind == "pairs":
        return [2200, _PAGE_WIDTH - 2200]
    each = _PAGE_WIDTH // grid.width
    return [each] * grid.width

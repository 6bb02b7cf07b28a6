"""Where fuzzing begins: small made-up documents that have one of each thing a reader knows, and words to put in."""

from __future__ import annotations

import re

from tests.fuzz.targets import PART, RAW, Reader, as_pdf, as_word
from tests.read.word.files import NAMESPACES, document_xml, par, row, run, table

ENGLISH = """Section 4  Disarmament

A/85/6 (Sect. 4)

Proposed programme budget for 2031

Overall orientation

4.1 The Office answers under General Assembly resolution 73/4 and costs $1,234.5 thousand, up by 2.5 per cent.

Table 4.1
Financial resources by object of expenditure
(Thousands of United States dollars)
Object of expenditure  2029 expenditure  2030 appropriation  Total  Percentage  2031 estimate (before recosting)
Posts  100.0  110.5  (3.5)  (3.2)  107.0
Other staff costs  20.0  21.0  –  –  21.0
Total  120.0  131.5  (3.5)  (2.7)  128.0
"""
CHINESE = """A/85/6 (Sect. 4)

第4款  裁军

2031年拟议方案预算

总方向

4.1 本厅按照大会第73/4 号决议，所需资源为 1 234.5 千美元，增加2.5%。

表4.1
按支出用途开列的财政资源
(千美元)
支出用途  2029年支出  2030年批款  共计  百分比  2031年估计数(重计费用前)
员额  100.0  110.5  (3.5)  (3.2)  107.0
其他工作人员费用  20.0  21.0  –  –  21.0
共计  120.0  131.5  (3.5)  (2.7)  128.0
"""
RESOLUTION = """United Nations  A/RES/85/9
General Assembly
Eighty-fifth session
Agenda item 139
Resolution adopted by the General Assembly on 24 December 2030
85/9. Things decided

The General Assembly,
Recalling its resolution 84/1,
1. Decides to appropriate 1,234,500 United States dollars;
2. Requests a report:
(a) On one thing;
(b) On another.
"""
_TOKENS = """(Thousands of United States dollars)|(Number of posts)|Table 4.2|Figure 4.I|Annex I|Subprogramme 1|Total|
Subtotal|Grand total|Net decrease|表4.2|(千美元)|(员额数目)|图4.一|附件一|次级方案1|共计|小计|注：|–|—|…|(1)|(100.0)|1 234.5|
1,234.5|-0.1|P-5|USG|GS (OL)|D-2|a b/|a/|b/|2029|2030 appropriation|2031 estimate|XXIV|A/RES/84/1 A|A/85/6 (Sect. 4)|
\u00a0|\u202f|\u200f|\ufeff|\x0c|\t|2029年支出|2030年批款|2031年估计数(重计费用前)|99999999999999999999|1e400|NaN"""
_WORD_TOKENS = """<w:tab/>|<w:br w:type="page"/>|<w:vMerge/>|<w:vMerge w:val="restart"/>|<w:gridSpan w:val="3"/>|
<w:gridSpan w:val="-1"/>|<w:gridSpan w:val="99999"/>|<w:gridBefore w:val="2"/>|<w:ins w:id="1">|</w:ins>|<w:del>|</w:del>|
<w:footnoteReference w:id="2"/>|<w:fldChar w:fldCharType="begin"/>|<w:fldChar w:fldCharType="end"/>|<w:instrText>PAGE</w:instrText>|
<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>|<w:lastRenderedPageBreak/>|<w:sectPr/>|<w:sdt><w:sdtContent>|
</w:sdtContent></w:sdt>|<w:pStyle w:val="H1"/>|<mc:AlternateContent>|</mc:AlternateContent>|<mc:Choice>|<wps:txbx>|
<w:txbxContent>|<c:pt idx="0"><c:v>1.5</c:v></c:pt>|<m:oMath/>|w:val=""|w:val="0"|w:val="-2147483649"|r:id="rId1"|&#x0;|&amp;"""
_PDF_TOKENS = """BT|ET|/F0 10 Tf|/F1 12 Tf|/F2 0 Tf|1 0 0 1 72 700 Tm|0 1 -1 0 72 72 Tm|0 0 0 0 0 0 Tm|0 -12 Td|(Table 4.1) Tj|
(1 234.5) Tj|[(To) -250 (tal)] TJ|72 650 m 500 650 l S|72 600 400 0.5 re f|0 0 m|q|Q|1 0 0 1 0 0 cm|1e9 0 0 1e9 0 0 cm|3 Tr|
() Tj|( ) Tj|-99999 0 Td|0.0001 0 0 0.0001 0 0 Tm|T*|14 TL|5 Ts"""
TOKENS: dict[Reader, list[bytes]] = {
    name: [token.strip("\n").encode() for token in re.split(r"\|\n?", text)]
    for name, text in (("text", _TOKENS), ("word", f"{_WORD_TOKENS}|{_TOKENS}"), ("pdf", f"{_PDF_TOKENS}|{_TOKENS}"))
}  # type: ignore[misc]

_RELATED = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def _part(name: str, content: str) -> bytes:
    return PART + name.encode() + b"\n" + content.encode()


def _word_of(text: str) -> bytes:
    """A Word file of a text: lines with two blanks between cells are rows of one table."""
    body, rows = "", ""
    for line in text.splitlines():
        cells = line.split("  ")
        if len(cells) > 2:
            rows += row(*cells)
        elif line:
            body += par(line)
    number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body += table(rows) + par(run("words") + note) + par("numbered", number) + par("heading", '<w:pStyle w:val="H1"/>')
    relations = "".join(
        f'<Relationship Id="{one}" Type="{_KIND}{one}" Target="{one}.xml"/>'
        for one in ("styles", "numbering", "footnotes")
    )
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%1)"/></w:lvl>'
    return b"".join(
        [
            _part("word/document.xml", document_xml(body)),
            _part("word/_rels/document.xml.rels", _RELATED.format(relations)),
            _part(
                "word/styles.xml",
                f'<w:styles {NAMESPACES}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/>'
                '<w:basedOn w:val="H1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style></w:styles>',
            ),
            _part(
                "word/numbering.xml",
                f'<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
                '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
            ),
            _part("word/footnotes.xml", f'<w:footnotes {NAMESPACES}><w:footnote w:id="2">{par("note")}</w:footnote></w:footnotes>'),
        ]
    )  # fmt: skip


def _pdf_of(text: str) -> bytes:
    """Pages of a text: rows of a table between rules, cells at fixed places."""
    lines, height, was_row = ["/F0 10 Tf"], 740, False
    for line in text.splitlines():
        cells = line.split("  ")
        is_row = len(cells) > 2
        if is_row != was_row:
            lines.append(" ".join(f"{x} {height + 9} m {x + 70} {height + 9} l S" for x in range(72, 500, 75)))
        for index, words in enumerate(cells):
            shown = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            lines.append(f"BT /F0 10 Tf 1 0 0 1 {72 + 75 * index if is_row else 72} {height} Tm ({shown} ) Tj ET")
        height, was_row = height - 13, is_row
    page = "\n".join(lines)
    return PART + b"1\n" + page.encode("latin-1", "replace") + PART + b"2\n" + page.encode("latin-1", "replace")


_CHANGES = (
    "{page}\n3 Tr\n{page}",  # an invisible copy
    "{page}\nq 1 0 0 1 0.3 0 cm\n{page}\nQ",  # set twice
    "q 0.85 g BT /F1 60 Tf 0.7 0.7 -0.7 0.7 90 180 Tm (DRAFT) Tj ET Q\n{page}",
    "q 1 0.007 -0.007 1 0 0 cm\n{page}\nQ",  # askew
    "q 0 1 -1 0 792 0 cm\n{page}\nQ",  # on its side
    "q 0.7 0 0 0.7 60 90 cm\n{page}\nQ",  # smaller than its paper
    "q 1 g\n{page}\nQ",  # white
    "{page}\nq 1 g 0 0 612 792 re f Q",  # painted over
    "q 9 9 9 9 re W n\n{page}\nQ",  # clipped away
)
"""What PDFs hold that their pages do not show, and how pages are laid."""


def _drawn(pages: bytes, change: str) -> bytes:
    """Pages drawn in another way."""
    parts = [part.partition(b"\n") for part in pages.split(PART)[1:]]
    drawn = [change.replace("{page}", content.decode("latin-1")).encode("latin-1") for _, _, content in parts]
    return b"".join(PART + name + b"\n" + content for (name, _, _), content in zip(parts, drawn, strict=True))


def _laid(text: str) -> str:
    """A text that keeps the look of its pages: words set in, cells ending where those above them do, feet."""
    lines: list[str] = []
    for line in text.splitlines():
        label, *cells = line.split("  ")
        is_row = len(cells) > 1
        lines.append(
            f"{label:32}" + "".join(f"{cell.strip():>18}" for cell in cells) if is_row else f"            {line}"
        )
    half = len(lines) // 2
    return "\n".join(
        [*lines[:half], "1/2       30-12345", "\f" + lines[half], *lines[half + 1 :], "30-12345       2/2"]
    )


def _stacked(text: str) -> str:
    """A text with one cell in each line, blank lines between."""
    return "\n\n".join(cell for line in text.splitlines() for cell in line.split("  ") if cell.strip())


def _spelled(text: str) -> str:
    """A text in other spellings: decomposed letters, signs without width, line ends of another system, other minus signs."""
    marked = text.replace("Posts", "Poste\u0301s").replace("20.0", "20\u200b.0").replace("(3.5)", "\u00ad3.5")
    return (
        marked.replace("-", "\u2010").replace("131.5", "131.5a").replace("110.5", "1\u2019110.5").replace("\n", "\r\n")
    )


_TABLE_CHANGES = (
    ("<w:tbl>", "<w:tbl><w:tr><w:tc><w:p/><w:tbl>", "</w:tbl>", "</w:tbl><w:p/></w:tc></w:tr></w:tbl>"),
    ("</w:tr>", "</w:tr></w:tbl><w:tbl>", "", ""),
    ("<w:tc>", '<w:tc><w:tcPr><w:hMerge w:val="restart"/></w:tcPr>', "", ""),
    ("<w:sectPr", '<w:altChunk r:id="rId9"/><w:sectPr', "</w:body>", '<w:altChunk r:id="rId9"/></w:body>'),
)
"""Tables of Word files as others compose them: within another, in pieces, merged the old way, embedded."""


def _composed(word: bytes, change: tuple[str, str, str, str]) -> bytes:
    first, instead, last, instead_of_last = (part.encode() for part in change)
    made = word.replace(first, instead)
    return made.replace(last, instead_of_last) if last else made


def seeds(reader: Reader) -> list[bytes]:
    """Inputs to begin with."""
    texts = [ENGLISH, CHINESE, RESOLUTION]
    spelled = _spelled(ENGLISH)
    if reader == "text":
        made_of = [made(text) for text in (ENGLISH, RESOLUTION) for made in (_laid, _stacked)]
        return [text.encode() for text in (*texts, spelled, *made_of)]
    if reader == "word":
        made = [_word_of(text) for text in (*texts, spelled)]
        return [*made, RAW + as_word(made[0]), *(_composed(made[0], change) for change in _TABLE_CHANGES)]
    made = [_pdf_of(text) for text in (ENGLISH, RESOLUTION)]
    return [*made, RAW + as_pdf(made[0]), *(_drawn(made[0], change) for change in _CHANGES)]

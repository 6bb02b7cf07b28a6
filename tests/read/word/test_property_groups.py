"""A document reads the same whether its properties were folded before parsing or not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.model.blocks import Document, UnreadableDocument
from pipelines.read.word import property_groups, story
from pipelines.read.word.document import read_word
from pipelines.read.word.xml import NS_W
from tests.read.word.files import NEEDS_CORPUS, PATHS, RAISED, cell, document_xml, par, row, run, table, word

NUMBERING = (
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
)
STYLES = (
    '<w:style w:type="paragraph" w:styleId="Bold"><w:name w:val="Bold"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Gone"><w:name w:val="Gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


def both_ways(body: str) -> tuple[Document, Document]:
    """A document read folded, and read as it is."""
    data = word(body, numbering=NUMBERING, styles=STYLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(property_groups, "_SMALLEST", 0)
        folded = read_word(data)
        patch.setattr(story, "fold", lambda *_: None)
        return folded, read_word(data)


def fold(xml: str) -> property_groups.Folded | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(property_groups, "_SMALLEST", 0)
        return property_groups.fold(xml.encode(), NS_W)


RUN_LOOKS = st.sampled_from(["", "<w:b/>", RAISED, "<w:vanish/>", "<w:i/>", '<w:b w:val="0"/><w:sz w:val="28"/>'])
PARAGRAPH_LOOKS = st.sampled_from(
    [
        "",
        "<w:keepNext/>",
        '<w:pStyle w:val="Bold"/>',
        '<w:pStyle w:val="Gone"/>',
        '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>',
        '<w:ind w:left="576"/>',
        '<w:outlineLvl w:val="1"/>',
        "<w:rPr><w:del/></w:rPr>",
        "<w:jc w:val='right'/><w:pPrChange w:id='1'><w:pPr><w:jc w:val='left'/></w:pPr></w:pPrChange>",
    ]
)
CELL_LOOKS = st.sampled_from(
    [
        '<w:tcW w:w="93" w:type="dxa"/>',
        "",
        '<w:gridSpan w:val="2"/>',
        "<w:vMerge/>",
        '<w:vMerge w:val="restart"/>',
        "<w:cellDel/>",
    ]
)
ROW_LOOKS = st.sampled_from(
    [
        "",
        "<w:tblHeader/>",
        "<w:del/>",
        '<w:gridBefore w:val="1"/>',
        '<w:trHeight w:val="115" w:hRule="exact"/>',
    ]
)
WORDS = st.sampled_from(
    ["93.7", "(175.3)", "–", " ", "", "Total", "a &amp; b", "1\u00a0257.7", "c", "<w:tab/>", "\t", "x  y"]
)


@st.composite
def runs(draw: st.DrawFn) -> str:
    text = draw(WORDS)
    if text.startswith("<"):
        return f"<w:r>{text}<w:t>x</w:t></w:r>"
    shape = draw(st.sampled_from(["run", "bare", "attributes", "deleted"]))
    if shape == "bare":
        return f"<w:r><w:t>{text}</w:t></w:r>"
    if shape == "attributes":
        look = draw(RUN_LOOKS)
        return f'<w:r w:rsidRPr="00632C90"><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>'
    if shape == "deleted":
        return f"<w:del>{run('gone')}</w:del>"
    return run(text, draw(RUN_LOOKS))


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    content = "".join(draw(st.lists(runs(), max_size=3)))
    if draw(st.booleans()):
        return f"<w:p w:rsidR='0' w:rsidP='1'>{content}</w:p>"
    return f"<w:p><w:pPr>{draw(PARAGRAPH_LOOKS)}</w:pPr>{content}</w:p>"


@st.composite
def tables(draw: st.DrawFn, nested: bool = True) -> str:
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        cells = []
        for _ in range(draw(st.integers(1, 4))):
            content = "".join(draw(st.lists(paragraphs(), min_size=1, max_size=2)))
            if nested and draw(st.integers(0, 9)) == 0:
                content += draw(tables(nested=False)) + par("")
            cells.append(cell(content, draw(CELL_LOOKS)))
        rows.append(row(*cells, properties=draw(ROW_LOOKS)))
    return table(*rows)


@given(st.lists(st.one_of(paragraphs(), tables()), min_size=1, max_size=5))
def test_any_document_reads_the_same_folded(parts: list[str]) -> None:
    folded, plain = both_ways(par("Begins") + "".join(parts))
    assert folded == plain


SMALL = [path for path in PATHS if path.stat().st_size < 500_000]  # the large ones cost seconds


@NEEDS_CORPUS
@pytest.mark.parametrize("path", SMALL, ids=[path.name.removesuffix(".en.docx") for path in SMALL])
def test_real_documents_read_the_same_folded(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = path.read_bytes()
    folded = read_word(data)
    monkeypatch.setattr(story, "fold", lambda *_: None)
    assert read_word(data) == folded


def test_groups_are_kept_once_and_plain_cells_taken_out() -> None:
    jc = '<w:jc w:val="right"/>'
    figure = cell(par(run("93.7", "<w:b/>"), jc), '<w:tcW w:w="1" w:type="dxa"/><w:vAlign w:val="top"/>')
    other = cell(par(run("5", "<w:b/>"), jc), '<w:tcW w:w="2" w:type="dxa"/><w:vAlign w:val="top"/>')
    folded = fold(document_xml(table(row(figure, other)) + par(run("Words", "<w:b/>"), jc)))
    assert folded is not None
    assert folded.cells == [[("0", "0", "0", "93.7"), ("0", "0", "0", "5")]]
    assert folded.data.count(b"fold=") == 3  # the row, the paragraph and its run
    assert [folded.groups[kind].count(b"Pr>") for kind in ("p", "r", "tc", "tr")] == [2, 2, 2, 2]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(par("a") + "<!-- <w:pPr>x</w:pPr> -->" + par("b"), id="comment"),
        pytest.param("<w:p><w:r><w:t><![CDATA[<w:pPr>a</w:pPr>]]></w:t></w:r></w:p>", id="CDATA"),
        pytest.param(par("a") + "<?x <w:pPr>?>" + par("b"), id="instruction"),
        pytest.param(f"<w:sdt xmlns:w='{NS_W}'><w:sdtContent>{par('a')}</w:sdtContent></w:sdt>", id="bound anew"),
        pytest.param(
            table(row(cell(par("a").replace("<w:p>", "<w:p xmlns:w='urn:x'>")), "b")) + par("c"), id="not Word"
        ),
        pytest.param(table(row(cell(par(run("a\x7f")), "<w:tcW w:w='1'></w:tcW><w:vMerge/>"), "b")), id="long width"),
        pytest.param(par("a").replace("</w:pPr>", "</w:pPr >"), id="space in an end tag"),
        pytest.param("<w:p>\n <w:pPr>\n <w:ind w:left='576'/>\n </w:pPr>\n" + run("a") + "</w:p>", id="laid out"),
        pytest.param("<w:p/><w:p></w:p>" + par("a"), id="empty paragraphs"),
        pytest.param(par("a", "<w:pPrChange><w:pPr><w:pStyle w:val='Gone'/></w:pPr></w:pPrChange>"), id="change"),
        pytest.param("<w:p><w:r fold='0' plain='0'><w:t>a</w:t></w:r></w:p>" + par("b"), id="our own names"),
        pytest.param(table("<w:tr><w:tc plain='7'/><w:tc fold='99'>" + par("a") + "</w:tc></w:tr>") + par("b")),
    ],
)
def test_odd_xml_reads_the_same(body: str) -> None:
    folded, plain = both_ways(body)
    assert [(block.kind, block.text, block.grid) for block in folded.blocks] == [
        (block.kind, block.text, block.grid) for block in plain.blocks
    ]


def test_a_box_of_one_cell_per_row_gives_its_content_folded_or_not() -> None:
    width = '<w:tcW w:w="1" w:type="dxa"/>'
    jc = '<w:jc w:val="right"/>'
    words = [cell(par(run(text, "<w:b/>"), jc), width) for text in ("Summary", "Figures below.")]
    figures = table(row(cell(par(run("93.7", "<w:b/>"), jc), width), cell(par(run("5", "<w:b/>"), jc), width)))
    box = table(row(words[0]), row(words[1]), row(cell(par("Resources") + figures + par("After"))))
    for document in both_ways(box + par("End")):
        blocks = [(block.kind, block.text) for block in document.blocks]
        assert [text for kind, text in blocks if kind != "table"] == [
            "Summary",
            "Figures below.",
            "Resources",
            "After",
            "End",
        ]
        assert [kind for kind, _ in blocks].count("table") == 1


@pytest.mark.parametrize(
    "damage", ["<w:p><w:pPr></w:p>", "<w:p><w:pPr><w:b></w:pPr></w:p>", "<w:p></w:pPr></w:p>", "&x;"]
)
def test_malformed_xml_is_refused_folded_or_not(damage: str) -> None:
    with pytest.raises(UnreadableDocument, match="well-formed"):
        both_ways(par("a") + damage + par("b"))


@pytest.mark.parametrize("text", ["a\x01b", "a\x0bb", "a\ufffeb"])
def test_signs_that_xml_forbids_are_refused_in_plain_cells_too(text: str) -> None:
    with pytest.raises(UnreadableDocument, match="well-formed"):
        both_ways(table(row(cell(par(run(text))), "b")))


def test_looking_for_the_end_of_a_cell_does_not_add_up() -> None:
    """Cells whose ends are missing are looked at once each, and no farther than a few kilobytes."""
    reached = 0

    class Watched(bytes):
        def find(self, *arguments: object) -> int:  # type: ignore[override]
            nonlocal reached
            begin, end = (*arguments, len(self))[1:3] if len(arguments) > 1 else (0, len(self))
            found = super().find(*arguments)  # type: ignore[arg-type]
            reached += (int(end) if found < 0 else found) - int(begin)  # type: ignore[call-overload]
            return found

    data = Watched(b"<w:tc><w:tcPr><w:x/></w:tcPr><w:p>" * 2_000)
    property_groups._take_plain_cells(data, {kind: {} for kind in ("p", "r", "tc", "tr")})
    assert reached < 2_000 * 3 * property_groups._REACH

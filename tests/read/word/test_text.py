"""Paragraphs of made-up Word documents: what is text, what is a mark, a link, a number, a kind of block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.read.shared.marks import flat_text
from tests.read.word.files import RAISED, only, par, read, run

WORDS = "Words "
HEADINGS = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="_ H_1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H23"><w:name w:val="_ H_2/3"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Session"><w:name w:val="Session"/><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Note"><w:name w:val="footnote text"/></w:style>'
    '<w:style w:type="character" w:styleId="Ref"><w:name w:val="footnote reference"/>'
    f"<w:rPr>{RAISED}</w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="Gone"><w:name w:val="gone"/><w:rPr><w:vanish/></w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(f"{run('a')}<w:ins>{run('b')}</w:ins>", "ab", id="insertion kept"),
        pytest.param(f"{run('a')}<w:del><w:r><w:delText>b</w:delText></w:r></w:del>", "a", id="deletion dropped"),
        pytest.param(
            f"<w:moveFrom>{run('b')}</w:moveFrom>{run('a')}<w:moveTo>{run('b')}</w:moveTo>", "ab", id="moved once"
        ),
        pytest.param(f"{run('a')}{run('b', '<w:vanish/>')}{run('c')}", "ac", id="hidden dropped"),
        pytest.param(f"{run('a')}{run('b', '<w:rStyle w:val=Q/>'.replace('Q', chr(34) + 'Gone' + chr(34)))}", "a"),
        pytest.param(f"{run('a', '<w:vanish w:val=Q/>'.replace('Q', chr(34) + '0' + chr(34)))}", "a", id="not hidden"),
        pytest.param(
            f"<w:smartTag>{run('a')}</w:smartTag><w:sdt><w:sdtContent>{run('b')}</w:sdtContent></w:sdt>", "ab"
        ),
        pytest.param(f"<w:dir>{run('a')}</w:dir><w:bdo>{run('b')}</w:bdo>", "ab", id="direction"),
        pytest.param("<w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>operate</w:t></w:r>", "co-operate"),
        pytest.param("<w:r><w:t>co</w:t><w:softHyphen/><w:t>op\u00aderate</w:t></w:r>", "cooperate"),
        pytest.param("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", "a b c d"),
        pytest.param("<w:r><w:t>1 257.7\u00a0\u202f5</w:t></w:r>", "1 257.7\u00a0\u202f5", id="spaces kept"),
        pytest.param("<w:r><w:t>2024\u2013\u200d2029\ufeff</w:t></w:r>", "2024\u20132029", id="invisible signs"),
        pytest.param('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:t>5</w:t></w:r>', "≥5", id="symbol"),
        pytest.param("<w:r><w:t>\uf02d</w:t></w:r>", "−", id="symbol font in words"),
        pytest.param(
            "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>x</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>字</w:t></w:r>"
            "</w:rubyBase></w:ruby></w:r>",
            "字",
            id="ruby",
        ),
        pytest.param(f"{run('a')}<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "ax=1", id="formula"),
        pytest.param(
            f"<mc:AlternateContent><mc:Choice Requires='wps'>{run('a')}</mc:Choice>"
            f"<mc:Choice Requires='x'>{run('b')}</mc:Choice><mc:Fallback>{run('c')}</mc:Fallback></mc:AlternateContent>",
            "a",
            id="first alternative",
        ),
        pytest.param(f"<mc:AlternateContent><mc:Fallback>{run('c')}</mc:Fallback></mc:AlternateContent>", "c"),
        pytest.param(f"<w:fldSimple w:instr='PAGE'>{run('7')}</w:fldSimple>", "7", id="result of a field"),
        pytest.param(
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>"
            "<w:r><w:t>not shown</w:t></w:r><w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>9</w:t></w:r>"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r><w:r><w:t>!</w:t></w:r>",
            "9!",
            id="instruction dropped",
        ),
    ],
)
def test_accepted_text(content: str, expected: str) -> None:
    assert only(par(content), styles=HEADINGS).text == expected


@pytest.mark.parametrize(
    ("before", "raised", "text", "notes"),
    [
        ("planned", "a", "planned", ("a",)),
        ("1 021 729", "b", "1 021 729", ("b",)),
        ("4 P-4", "i,j", "4 P-4", ("i", "j")),
        ("(23)", "*", "(23)", ("*",)),
        ("the 82", "nd", "the 82nd", ()),
        ("12 m", "2", "12 m2", ()),
        ("on 5", "th", "on 5th", ()),
        ("P-3", "ra ", "P-3", ("ra",)),
        ("word", "long words", "wordlong words", ()),
    ],
)
def test_raised_runs_are_marks_unless_they_belong_to_the_words(
    before: str, raised: str, text: str, notes: tuple[str, ...]
) -> None:
    block = only(par(run(before) + run(raised, RAISED)))
    assert (block.text, block.notes) == (text, notes)


def test_ordinals_of_french_are_words_in_a_french_document() -> None:
    defaults = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="Q"/></w:rPr></w:rPrDefault></w:docDefaults>'
    body = par(run("LIX") + run("e", RAISED) + run(" session, n") + run("o", RAISED) + run(" 3"))
    assert only(body, styles=defaults.replace("Q", "fr-FR")).text == "LIXe session, no 3"
    assert only(body, styles=defaults.replace("Q", "en-US")).notes == ("e", "o")


def test_a_mark_raised_by_its_style_or_its_own_code_point() -> None:
    assert only(par(run("D-2 \u0363 post"))).notes == ("a",)
    block = only(par(run("x") + run("b", '<w:rStyle w:val="Ref"/>')), styles=HEADINGS)
    assert (block.text, block.notes) == ("x", ("b",))


def test_links_have_an_address_and_their_words() -> None:
    field = (
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r>"
        '<w:r><w:instrText>HYPERLINK \\l "x" "https://a.org"</w:instrText></w:r>'
        "<w:r><w:fldChar w:fldCharType='separate'/></w:r><w:r><w:t>A/80/50</w:t></w:r>"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
    ).replace('\\l "x" ', "")
    body = par(run("See ") + f"<w:hyperlink r:id='l1'>{run('75/')}{run('233')}</w:hyperlink>" + run(", ") + field)
    document = read(body, links={"l1": "https://undocs.org/A/RES/75/233"})
    assert [(link.address, link.text) for link in document.blocks[0].links] == [
        ("https://undocs.org/A/RES/75/233", "75/233"),
        ("https://a.org", "A/80/50"),
    ]
    assert document.links == list(document.blocks[0].links)
    assert document.blocks[0].text == "See 75/233, A/80/50"


@pytest.mark.parametrize(
    ("line", "number", "text"),
    [
        ("\t10.61\tWords", "10.61", "Words"),
        ("\t5.I.17\tWords", "5.I.17", "Words"),
        ("\t29A.4\tWords", "29A.4", "Words"),
        ("IS1.2\tWords", "IS1.2", "Words"),
        ("\t\t(a)\tWords", "(a)", "Words"),
        ("\t\t\t(iv)\tWords", "(iv)", "Words"),
        ("\tA.\tWords", "A.", "Words"),
        ("\tXVIII.\tWords", "XVIII.", "Words"),
        ("•\tWords", "•", "Words"),
        ("In 2026,\twords", "", "In 2026, words"),
        ("10.61 Words", "", "10.61 Words"),
    ],
)
def test_a_number_before_a_tab_is_separate(line: str, number: str, text: str) -> None:
    content = "".join("<w:r><w:tab/></w:r>" if one == "\t" else run(one) for one in line)
    block = only(par(content))
    assert (block.number, block.text, block.indent) == (number, text, len(line) - len(line.lstrip("\t")))


@pytest.mark.parametrize(
    ("body", "kind", "level", "number", "text"),
    [
        (par("Objective", '<w:pStyle w:val="H1"/>'), "heading", 3, "", "Objective"),
        (par("Objective", '<w:pStyle w:val="Own"/>'), "heading", 2, "", "Objective"),
        (par("Objective", '<w:outlineLvl w:val="0"/>'), "heading", 1, "", "Objective"),
        (par("Objective", '<w:outlineLvl w:val="9"/>'), "paragraph", None, "", "Objective"),
        (par("Eightieth session", '<w:pStyle w:val="Session"/>'), "paragraph", None, "", "Eightieth session"),
        (par(run("Objective", '<w:b/><w:sz w:val="28"/>')), "heading", 2, "", "Objective"),
        (par(run("Objective", "<w:b/>")), "heading", 4, "", "Objective"),
        (par(run("It grew in 2024.", "<w:b/>")), "paragraph", None, "", "It grew in 2024."),
        (par(run("Object", "<w:b/>") + run("ive")), "paragraph", None, "", "Objective"),
        (par(run("Objective", '<w:b w:val="0"/>')), "paragraph", None, "", "Objective"),
        (par("Table 10.15", '<w:pStyle w:val="H23"/>'), "caption", 4, "", "Table 10.15"),
        (par("Figure 5.I.II"), "caption", None, "", "Figure 5.I.II"),
        (par("Table 10.18 (continued)"), "caption", None, "", "Table 10.18 (continued)"),
        (par("Table", '<w:pStyle w:val="H23"/>'), "caption", 4, "", "Table"),
        (par("Table"), "paragraph", None, "", "Table"),
        (par("Table 10.15 shows the change"), "paragraph", None, "", "Table 10.15 shows the change"),
        (par("Tableau 4"), "caption", None, "", "Tableau 4"),
        (par(run("a", RAISED) + run(" Redeployment.")), "note", None, "a", "Redeployment."),
        (par(run("* ") + "<w:r><w:tab/></w:r>" + run("A/80/50.")), "note", None, "*", "A/80/50."),
        (par("b Redeployment.", '<w:pStyle w:val="Note"/>'), "note", None, "b", "Redeployment."),
        (par("Abbreviation: RB", '<w:pStyle w:val="Note"/>'), "note", None, "", "Abbreviation: RB"),
    ],
)
def test_kinds_of_paragraphs(body: str, kind: str, level: int | None, number: str, text: str) -> None:
    block = only(body, styles=HEADINGS)
    assert (block.kind, block.level, block.number, block.text) == (kind, level, number, text)


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next() -> None:
    joined = "<w:rPr><w:del/></w:rPr>"
    assert [block.text for block in read(par("One ", joined) + par("two.") + par("Three")).blocks] == [
        "One two.",
        "Three",
    ]
    assert [block.text for block in read(par("One ", joined)).blocks] == ["One"]


def test_notes_follow_the_block_that_refers_to_them_once() -> None:
    reference = "<w:r><w:footnoteReference w:id='Q'/></w:r>"
    own = "<w:r><w:footnoteReference w:customMarkFollows='1' w:id='9'/></w:r>" + run("*", RAISED)
    footnotes = (
        "<w:footnote w:type='separator' w:id='0'>" + par("___") + "</w:footnote>"
        "<w:footnote w:id='4'>" + par("First of all.") + par("And on.") + "</w:footnote>"
        "<w:footnote w:id='7'>" + par("Second.") + "</w:footnote>"
        "<w:footnote w:id='9'>" + par(run("*", RAISED) + run(" Third.")) + "</w:footnote>"
    )
    endnotes = "<w:endnote w:id='4'>" + par("At the end.") + "</w:endnote>"
    body = par(run("A") + reference.replace("Q", "7") + run(" B") + reference.replace("Q", "4")) + par(
        run("C") + "<w:r><w:endnoteReference w:id='4'/></w:r>" + own
    )
    blocks = read(body, footnotes=footnotes, endnotes=endnotes).blocks
    assert [(block.kind, block.number, block.text, block.notes) for block in blocks] == [
        ("paragraph", "", "A B", ("1", "2")),
        ("note", "1", "Second.", ()),
        ("note", "2", "First of all. And on.", ()),
        ("paragraph", "", "C", ("1", "*")),
        ("note", "1", "At the end.", ()),
        ("note", "*", "Third.", ()),
    ]


def test_blocks_count_their_lines_and_lines_say_what_they_were_taken_for() -> None:
    document = read(par("Objective", '<w:pStyle w:val="H1"/>') + par("Words"), styles=HEADINGS)
    assert [(line.number, line.text, line.role) for line in document.lines] == [
        (1, "Objective", "heading"),
        (2, "Words", "paragraph"),
    ]
    assert [block.place.line_first for block in document.blocks] == [1, 2]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=80))
def test_flat_text_has_no_outer_or_double_spaces_and_is_stable(text: str) -> None:
    flat, marks = flat_text(text)
    assert flat == flat.strip()
    assert "  " not in flat
    assert marks == () or any("\u0363" <= one <= "\u036f" or one in "ᵃᵇᶜ" for one in text)
    assert flat_text(flat) == (flat, ())

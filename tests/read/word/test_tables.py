"""Tables of made-up Word documents: the grid, with every place accounted for."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.assemble.warnings import remark_of
from pipelines.model.blocks import UnreadableDocument
from tests.read.word.files import RAISED, cell, only, par, read, row, run, table, texts

DOWN, ON = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"


def span(width: int) -> str:
    return f'<w:gridSpan w:val="{width}"/>'


def test_places_count_table_row_and_column_from_one() -> None:
    blocks = read(table(row("a", "b"), row("c", "d")) + par("Between") + table(row("e"))).blocks
    first, _, second = blocks
    assert first.grid is not None and second.grid is not None
    assert [(one.place.table_ordinal, one.place.row, one.place.column) for one in first.grid.rows[1] if one] == [
        (1, 2, 1),
        (1, 2, 2),
    ]
    assert second.place.table_ordinal == 2
    assert first.grid.rows[0][0].place.line_first == 1  # type: ignore[union-attr]


def test_merged_cells_cover_their_places() -> None:
    block = only(
        table(
            row(cell("Object", DOWN), cell("Changes", span(2)), "2026"),
            row(cell("", ON), "Total", "Percentage", ""),
            row("Posts", cell("1.0", span(3))),
        )
    )
    assert texts(block) == [
        ["Object", "Changes", None, "2026"],
        [None, "Total", "Percentage", ""],
        ["Posts", "1.0", None, None],
    ]
    assert block.grid is not None
    top = block.grid.rows[0]
    assert top[0] is not None and top[1] is not None
    assert (top[0].row_span, top[0].column_span, top[1].column_span) == (2, 1, 2)


def test_a_cell_that_continues_nothing_is_its_own() -> None:
    block = only(table(row(cell("a", ON), "b"), row(cell("c", DOWN + span(2))), row(cell("d", ON), "e")))
    assert texts(block) == [["a", "b"], ["c", None], ["d", "e"]]


def test_words_of_continued_cells_are_kept() -> None:
    block = only(table(row(cell("a", DOWN), "1"), row(cell("b", ON), "2")))
    assert texts(block) == [["a\nb", "1"], [None, "2"]]


def test_places_left_out_before_and_after_are_empty_cells() -> None:
    block = only(
        table(row("a", "b", "c"), row("d", properties='<w:gridBefore w:val="1"/>'), row(properties="<w:cantSplit/>"))
    )
    assert texts(block) == [["a", "b", "c"], ["", "d", ""], ["", "", ""]]
    assert block.grid is not None
    assert all(one is not None and not one.text for one in block.grid.rows[2])


def test_deleted_rows_and_cells_are_left_out_and_inserted_ones_kept() -> None:
    block = only(
        table(
            row("a", cell("gone", "<w:cellDel/>"), "b"),
            row("gone", "gone", properties="<w:del/>"),
            row("c", "d", properties="<w:ins/>"),
        )
    )
    assert texts(block) == [["a", "b"], ["c", "d"]]


def test_wrapped_rows_cells_and_paragraphs_count() -> None:
    wrapped = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{row('a', 'b')}</w:sdtContent></w:sdt>"
        f"<w:tr><w:sdt><w:sdtContent>{cell('c')}</w:sdtContent></w:sdt>"
        f"{cell('<w:sdt><w:sdtContent>' + par('d') + '</w:sdtContent></w:sdt>')}</w:tr>"
    )
    assert texts(only(table(wrapped))) == [["a", "b"], ["c", "d"]]


def test_header_rows_are_the_leading_ones_that_repeat() -> None:
    block = only(
        table(
            row("a", properties="<w:tblHeader/>"),
            row("b", properties='<w:tblHeader w:val="1"/>'),
            row("c", properties='<w:tblHeader w:val="0"/>'),
            row("d", properties="<w:tblHeader/>"),
        )
    )
    assert block.grid is not None
    assert block.grid.header_rows == 2
    assert only(table(row("a"))).grid.header_rows is None  # type: ignore[union-attr]


LOW = '<w:tblHeader/><w:trHeight w:val="115" w:hRule="exact"/>'


@pytest.mark.parametrize(
    ("properties", "is_shown"),
    [
        pytest.param(LOW, False, id="spacer"),
        pytest.param(LOW.replace("115", "216"), True, id="high enough"),
        pytest.param(LOW.replace("exact", "atLeast"), True, id="grows with its words"),
        pytest.param('<w:trHeight w:val="115"/>', True, id="no rule"),
    ],
)
def test_words_hidden_by_the_height_of_a_row_are_left_out_with_a_warning(properties: str, is_shown: bool) -> None:
    document = read(
        table(
            row("Mission", "Total", properties="<w:tblHeader/>"), row("", "666", properties=properties), row("a", "5")
        )
    )
    (block,) = document.blocks
    assert texts(block) == [["Mission", "Total"], ["", "666" if is_shown else ""], ["a", "5"]]
    told = [(remark.kind, remark.place.row, remark.message) for remark in map(remark_of, document.warnings)]
    message = '"666" in row 2 of table 1 is left out: the row is too low to show it'
    assert told == ([] if is_shown else [("hidden_text", 2, message)])


@pytest.mark.parametrize(
    ("content", "text", "notes", "indent", "is_bold"),
    [
        pytest.param(par("(175.3)"), "(175.3)", (), 0, False, id="figure"),
        pytest.param(par(run("12 888") + run("c", RAISED)), "12 888", ("c",), 0, False, id="mark on a figure"),
        pytest.param(par(run("3") + run("1")), "31", (), 0, False, id="figure in two runs"),
        pytest.param(par(run("Total", "<w:b/>")), "Total", (), 0, True, id="bold"),
        pytest.param(par(run("To", "<w:b/>") + run("tal")), "Total", (), 0, False, id="half bold"),
        pytest.param(par("<w:r><w:tab/><w:tab/><w:t>Total</w:t></w:r>"), "Total", (), 2, False, id="tabs"),
        pytest.param(par("Item", '<w:ind w:left="576"/>'), "Item", (), 2, False, id="indentation"),
        pytest.param(par("Item", '<w:ind w:left="576" w:hanging="288"/>'), "Item", (), 1, False, id="hanging"),
        pytest.param(par("One") + par("") + par("two"), "One\ntwo", (), 0, False, id="paragraphs"),
        pytest.param(par(""), "", (), 0, False, id="nothing"),
        pytest.param(par(" "), "", (), 0, False, id="blank"),
        pytest.param(par(run("a", RAISED)), "", ("a",), 0, False, id="mark alone"),
        pytest.param(par(run("x &lt; y &amp; z")), "x < y & z", (), 0, False, id="escaped"),
    ],
)
def test_what_a_cell_holds(content: str, text: str, notes: tuple[str, ...], indent: int, is_bold: bool) -> None:
    grid = only(table(row(cell(content), "other"))).grid
    assert grid is not None
    one = grid.rows[0][0]
    assert one is not None
    assert (one.text, one.notes, one.indent, one.is_bold) == (text, notes, indent, is_bold)


def test_nested_tables_and_notes_follow_their_table() -> None:
    inner = table(row("b", "c"))
    note = par(run("a") + "<w:r><w:footnoteReference w:id='2'/></w:r>")
    footnotes = "<w:footnote w:id='2'>" + par("Words") + "</w:footnote>"
    blocks = read(table(row(cell(note + inner + par("d")), "e")), footnotes=footnotes).blocks
    assert [block.kind for block in blocks] == ["table", "table", "note"]
    assert texts(blocks[0]) == [["a\nd", "e"]]
    assert texts(blocks[1]) == [["b", "c"]]
    assert [block.place.table_ordinal for block in blocks[:2]] == [1, 2]


def test_links_of_a_table_say_in_which_cell_they_are() -> None:
    link = par("<w:hyperlink r:id='l1'>" + run("79/226") + "</w:hyperlink>")
    block = only(table(row("a", "b"), row(cell("c"), cell(link))), links={"l1": "https://undocs.org/A/RES/79/226"})
    assert [(one.text, one.place.row, one.place.column) for one in block.links] == [("79/226", 2, 2)]


def test_automatic_marks_precede_the_words_of_a_cell() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
    )
    listed = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    block = only(table(row(cell(par("Posts", listed))), row(cell(par("Other", listed)))), numbering=numbering)
    assert texts(block) == [["1. Posts"], ["2. Other"]]


@pytest.mark.parametrize(
    "rows", [row(*["x"] * 600), row(cell("x", span(9_999_999))), row("x", cell("y", span(511)), cell("z", span(2)))]
)
def test_a_table_wider_than_any_is_refused(rows: str) -> None:
    with pytest.raises(UnreadableDocument, match="columns; if it is genuine"):
        read(table(rows))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", DOWN, ON])), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_any_grid_is_rectangular_and_covers_each_place_once(shape: list[list[tuple[int, str]]]) -> None:
    rows = (
        row(*(cell(f"{r}.{c}", span(w) + merge) for c, (w, merge) in enumerate(one))) for r, one in enumerate(shape)
    )
    grid = only(table(*rows)).grid
    assert grid is not None
    width = len(grid.rows[0])
    covered: dict[tuple[int, int], Any] = {}
    for r, line in enumerate(grid.rows):
        assert len(line) == width
        for c, one in enumerate(line):
            if one is not None:
                assert (one.place.row, one.place.column) == (r + 1, c + 1)
                for place in ((r + i, c + j) for i in range(one.row_span) for j in range(one.column_span)):
                    assert place not in covered
                    covered[place] = one
    assert len(covered) == width * len(grid.rows)
    words = [
        text
        for line in texts(only(table(*(row(*(f"{r}.{c}" for c in range(len(one)))) for r, one in enumerate(shape)))))
        for text in line
        if text
    ]
    found = [text for line in grid.rows for one in line if one is not None for text in one.text.split("\n") if text]
    assert sorted(found) == sorted(words)

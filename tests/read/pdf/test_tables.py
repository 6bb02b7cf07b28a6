"""Tables drawn for the test: ruled, partly ruled, over pages, with wrapped labels and notes."""

from __future__ import annotations

from tests.read.pdf.files import RESOLUTIONS, Paper, each, real, tables, texts

EDGES = (60.0, 300.0, 380.0, 460.0, 550.0)
HEADS = ("Object of expenditure", "2024", "2025", "2026")


def heads(paper: Paper, y: float, names: tuple[str, ...] = HEADS) -> Paper:
    paper.rule(y, *EDGES)
    paper.text(60, y + 20, names[0], size=7, style="I")
    for right, name in zip(EDGES[2:], names[1:], strict=True):
        paper.right(right - 2, y + 20, name, size=7, style="I")
    return paper.rule(y + 26, *EDGES, width=1.5)


def row(paper: Paper, y: float, label: str, *values: str, style: str = "") -> Paper:
    paper.text(60, y, label, size=8.5, style=style)
    for right, value in zip(EDGES[2:], values, strict=False):
        if value:
            paper.right(right - 2, y, value, style=style)
    return paper


def caption(paper: Paper) -> Paper:
    paper.text(60, 80, "Table 5.1").text(60, 92, "Evolution of financial resources", style="B")
    return paper


def test_ruled_table_with_wrapped_label() -> None:
    paper = heads(caption(Paper().page()), 110)
    row(paper, 160, "Posts", "9 237.0", "(0.2)", "11 877.4")
    paper.text(60, 176, "Contractual services of the kind", size=8.5)
    row(paper, 186, "that goes on", "-", "1 040.5", "95.1")
    row(paper, 202, "Total", "9 237.0", "1 040.3", "11 972.5", style="B").rule(212, *EDGES, width=1.5)
    document = paper.text(60, 260, "10.1").text(110, 260, "Running text below the table.").read()
    (table,) = tables(document)
    assert texts(table) == [
        ["Object of expenditure", "2024", "2025", "2026"],
        ["Posts", "9 237.0", "(0.2)", "11 877.4"],
        ["Contractual services of the kind that goes on", "-", "1 040.5", "95.1"],
        ["Total", "9 237.0", "1 040.3", "11 972.5"],
    ]
    assert table.grid is not None and table.grid.header_rows == 1
    assert [block.kind for block in document.blocks] == ["caption", "heading", "table", "paragraph"]
    assert document.blocks[-1].number == "10.1"
    assert all(cell.is_bold for cell in table.grid.rows[-1] if cell is not None)


def test_table_over_pages_is_one() -> None:
    paper = heads(caption(Paper().page()), 110)
    row(paper, 160, "Posts", "1.0", "2.0", "3.0")
    row(paper, 176, "Travel of staff", "4.0", "5.0", "6.0").rule(186, *EDGES, width=1.5)
    heads(paper.page(), 60)
    row(paper, 110, "Consultants", "7.0", "8.0", "9.0")
    row(paper, 126, "Total", "12.0", "15.0", "18.0").rule(136, *EDGES, width=1.5)
    document = paper.read()
    (table,) = tables(document)
    assert [line[0] for line in texts(table)] == [
        "Object of expenditure",
        "Posts",
        "Travel of staff",
        "Consultants",
        "Total",
    ]
    assert table.grid is not None and table.grid.rows[3][0] is not None and table.grid.rows[3][0].place.page == 2
    assert sum(line.role == "repeated_head" for line in document.lines) == 4


def test_columns_without_edges_in_the_rules() -> None:
    paper = caption(Paper().page()).rule(110, 60, 550)
    paper.text(60, 130, "Category", size=7).right(378, 130, "2024", size=7).right(458, 130, "2025", size=7)
    paper.rule(136, 60, 550, width=1.5)
    for y, label, first, second in (
        (160, "Posts", "12", "3"),
        (176, "Other staff costs", "-", "14.5"),
        (192, "Travel", "7", "8"),
    ):
        paper.text(60, y, label, size=8.5).right(378, y, first).right(458, y, second)
    (table,) = tables(paper.rule(202, 60, 550, width=1.5).read())
    assert texts(table)[1:] == [["Posts", "12", "3"], ["Other staff costs", "-", "14.5"], ["Travel", "7", "8"]]


def test_figures_close_together_are_in_their_columns() -> None:
    paper = heads(caption(Paper().page()), 110)
    paper.text(60, 160, "Posts", size=8.5).right(379, 160, "126").text(381, 160, "140", size=8.5).right(548, 160, "3")
    (table,) = tables(paper.rule(212, *EDGES, width=1.5).read())
    assert texts(table)[1] == ["Posts", "126", "140", "3"]


def test_a_figure_close_to_words_is_in_its_column() -> None:
    paper = heads(caption(Paper().page()), 110)
    paper.text(60, 160, "Judgments", size=8.5).right(379, 160, "28").text(381, 160, "Unforeseeable", size=8.5)
    (table,) = tables(paper.right(548, 160, "3").rule(212, *EDGES, width=1.5).read())
    assert texts(table)[1] == ["Judgments", "28", "Unforeseeable", "3"]


def test_an_amount_wider_than_its_column_is_not_parted() -> None:
    paper = heads(caption(Paper().page()), 110)
    paper.text(60, 160, "Posts", size=8.5).right(305, 160, "1 546.9").right(458, 160, "2").right(548, 160, "3")
    (table,) = tables(paper.rule(212, *EDGES, width=1.5).read())
    assert [text for text in texts(table)[1] if text] == ["Posts", "1 546.9", "2", "3"]


def test_heads_close_together_are_in_their_columns() -> None:
    paper = caption(Paper().page()).rule(110, *EDGES)
    paper.text(60, 130, "Personnel", size=7).text(355, 130, "national", size=7).text(383, 130, "National", size=7)
    paper.text(330, 130, "Police", size=7).right(548, 130, "Total", size=7).rule(136, *EDGES, width=1.5)
    (table,) = tables(row(paper, 160, "Volunteers", "38", "1", "39").rule(212, *EDGES, width=1.5).read())
    assert texts(table)[0][2] == "National"


def test_head_over_several_columns_spans_them() -> None:
    paper = caption(Paper().page()).text(60, 101, "(Thousands of United States dollars)", size=7).rule(110, *EDGES)
    paper.text(410, 122, "Changes", size=7, style="I").rule(128, 300, 460)
    paper.text(60, 140, "Object of expenditure", size=7, style="I")
    for right, name in zip(EDGES[2:], ("Other", "Total", "2026"), strict=True):
        paper.right(right - 2, 140, name, size=7, style="I")
    paper.rule(146, *EDGES, width=1.5)
    document = row(paper, 170, "Posts", "1.0", "2.0", "3.0").rule(180, *EDGES, width=1.5).read()
    (table,) = tables(document)
    assert texts(table) == [
        ["", "Changes", None, ""],
        ["Object of expenditure", "Other", "Total", "2026"],
        ["Posts", "1.0", "2.0", "3.0"],
    ]
    assert [block.kind for block in document.blocks] == ["caption", "heading", "paragraph", "table"]


def test_list_without_rules() -> None:
    paper = Paper().page().text(60, 80, "General Assembly resolutions", style="I")
    for y, symbol, title in ((100, "70/1", "Transforming our world"), (126, "72/266 A", "Shifting the management")):
        paper.text(60, y, symbol, size=8.5).text(134, y, title, size=8.5)
        paper.text(134, y + 10, "that goes on below", size=8.5)
    (table,) = tables(paper.text(123, 180, "10.17").text(160, 180, "Running text with a number before it.").read())
    assert texts(table) == [
        ["70/1", "Transforming our world that goes on below"],
        ["72/266 A", "Shifting the management that goes on below"],
    ]


def test_notes_are_separate_from_words() -> None:
    paper = heads(caption(Paper().page()), 110)
    paper.text(60, 160, "Posts", size=8.5).right(374, 160, "1").text(374, 157, "a", size=5.5, style="I")
    paper.right(458, 160, "2").right(548, 160, "3").rule(180, *EDGES, width=1.5)
    paper.text(62, 195, "a", size=5.5, style="I").text(68, 198, "Includes one post of another kind.", size=8.5)
    document = paper.read()
    (table,) = tables(document)
    assert table.grid is not None and table.grid.rows[1][1] is not None
    assert (table.grid.rows[1][1].text, table.grid.rows[1][1].notes) == ("1", ("a",))
    note = document.blocks[-1]
    assert (note.kind, note.number, note.text) == ("note", "a", "Includes one post of another kind.")


def test_running_heads_and_feet_are_furniture() -> None:
    paper = Paper()
    for page in range(1, 5):
        paper.page().text(60, 40, "Running head").rule(46, 60, 550)
        for line in range(3):
            paper.text(60, 90 + 40 * line, f"Paragraph {page}.{line} of the running text.")
        paper.text(60, 760, f"{page}/4", size=8.5).text(520, 760, "26-02021", size=7)
    document = paper.read()
    assert [block.text for block in document.blocks] == [
        f"Paragraph {page}.{line} of the running text." for page in range(1, 5) for line in range(3)
    ]
    assert {"Running head", "26-02021", "3/4"} <= set(document.furniture)


@each(*(name for name in RESOLUTIONS if name.endswith(("78_252", "79_249", "79_257", "80_242"))))
def test_annex_columns_add_up(name: str) -> None:
    """The figures of the annexes are whole: each column of posts adds up to its printed total, shares to a hundred."""
    found = tables(real(name))
    assert found
    if name.endswith("79_249"):
        shares = [float(line[1] or 0) for table in found for line in texts(table)[1:] if line[0] != "Total"]
        assert round(sum(shares), 3) == 100.0
        return
    lines = texts(found[-1])
    for column in range(1, len(lines[0])):
        members = total = 0
        for line in lines[1:]:
            text = (line[column] or "").replace("\u00a0", " ").replace(" ", "")
            value = int(text) if text.isdigit() else 0
            label = line[0] or ""
            if label == "Total":
                total = value
            elif "otal" not in label:
                members += value
        assert members == total > 0


def test_a_short_stroke_is_a_nil_and_parts_no_notes() -> None:
    paper = heads(caption(Paper().page()), 110)
    row(paper, 160, "Posts", "_", "_", "3.0")
    row(paper, 176, "Consultants", "4.0", "_", "6.0")
    row(paper, 192, "Total", "4.0", "_", "9.0").rule(202, *EDGES, width=1.5)
    (table,) = tables(paper.read())
    assert texts(table)[1:] == [
        ["Posts", "_", "_", "3.0"],
        ["Consultants", "4.0", "_", "6.0"],
        ["Total", "4.0", "_", "9.0"],
    ]


def test_a_row_too_low_for_its_words_stays_a_row_of_its_own() -> None:
    paper = heads(caption(Paper().page()), 110)
    paper.text(60, 150, "2027 planned", size=8.5)
    row(paper, 154, "Meetings of the committee")
    row(paper, 170, "Total", "4.0", "5.0", "9.0").rule(180, *EDGES, width=1.5)
    (table,) = tables(paper.read())
    assert [line[0] for line in texts(table)[1:]] == ["2027 planned", "Meetings of the committee", "Total"]


def test_a_line_broken_by_hand_ends_a_heading_though_white_space_follows() -> None:
    paper = Paper().page()
    running = "Words that run on to the right margin of the page, as those of all of its paragraphs do here, "
    for line in range(12):
        paper.text(60, 60 + 12 * line, running)
    paper.text(60, 230, "Component 2 ", size=12, style="B").text(60, 243.5, "Tides of the north", size=12, style="B")
    headings = [block.text for block in paper.read().blocks if block.kind == "heading"]
    assert headings == ["Component 2", "Tides of the north"]


def test_a_number_that_touches_its_words_is_split_off() -> None:
    paper = heads(caption(Paper().page()), 110)
    row(paper, 160, "22.Training centre", "1.0", "2.0", "3.0")
    row(paper, 176, "Total", "1.0", "2.0", "3.0").rule(186, *EDGES, width=1.5)
    (table,) = tables(paper.read())
    assert texts(table)[1][0] == "22. Training centre"


def test_a_chart_within_a_cell_is_no_row() -> None:
    paper = (
        Paper()
        .page()
        .text(60, 120, "Running text above.")
        .rule(140, 60, 300, 550)
        .text(60, 154, "Accomplishments", size=7)
    )
    paper.text(302, 154, "Indicators", size=7).rule(160, 60, 300, 550, width=1.5)
    paper.text(60, 180, "Rapid support").text(302, 180, "Share of requests answered in time")
    for number, tick in enumerate(("100%", "50%", "0%")):
        paper.right(322, 200 + 30 * number, tick, size=7)
    for x, label, value in ((340, "2025/26", "90%"), (420, "2026/27", "95%")):
        paper.text(x + 4, 202, value, size=7).text(x, 272, label, size=7)
    paper.text(302, 300, "Days until delivery")
    document = paper.rule(310, 60, 300, 550, width=1.5).read()
    (table,) = tables(document)
    words = [cell for line in texts(table)[1:] for cell in line if cell]
    assert words == ["Rapid support", "Share of requests answered in time", "Days until delivery"]
    (chart,) = [block for block in document.blocks if block.kind == "chart"]
    assert [series.points for series in chart.series] == [(("2025/26", "90%"), ("2026/27", "95%"))]


def _open_table(paper: Paper) -> Paper:
    heads(caption(paper.page()), 110)
    row(paper, 160, "Posts", "1.0", "2.0", "3.0")
    return row(paper, 700, "Travel of staff", "4.0", "5.0", "6.0")


def test_a_table_without_a_last_rule_goes_on_over_pages_without_rules() -> None:
    paper = _open_table(Paper())
    row(paper.page(), 150, "Consultants", "7.0", "8.0", "9.0")
    row(paper, 700, "Furniture and", "", "", "")
    row(paper, 710, "equipment", "1.0", "", "")
    row(paper.page(), 110, "Supplies", "2.0", "3.0", "4.0")
    row(paper, 126, "Grants", "2.0", "", "4.0")
    paper.text(60, 160, "10.1").text(110, 160, "Running text that stands below the table, from one end to the other.")
    document = paper.read()
    (table,) = tables(document)
    assert [line[0] for line in texts(table)][1:] == [
        "Posts",
        "Travel of staff",
        "Consultants",
        "Furniture and equipment",
        "Supplies",
        "Grants",
    ]
    assert [block.number for block in document.blocks if block.kind == "paragraph"] == ["10.1"]


def test_running_text_overleaf_is_no_row_of_an_open_table() -> None:
    paper = _open_table(Paper())
    paper.page().text(60, 100, "10.1").text(
        110, 100, "Running text that stands below the table, from end to end of it."
    )
    paper.text(60, 114, "It goes on in a second line, and gives the figure of the year, 12.0, in words.")
    document = paper.read()
    (table,) = tables(document)
    assert [line[0] for line in texts(table)][1:] == ["Posts", "Travel of staff"]
    assert [block.kind for block in document.blocks] == ["caption", "heading", "table", "paragraph"]


def test_one_line_in_two_columns_overleaf_is_no_row_of_an_open_table() -> None:
    paper = _open_table(Paper())
    row(paper.page(), 100, "Annex", "12", "", "")
    paper.text(60, 130, "Running text that stands below the heading, from one end of it to the other.")
    table, *_ = tables(paper.read())
    assert [line[0] for line in texts(table)][1:] == ["Posts", "Travel of staff"]

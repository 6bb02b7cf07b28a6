"""Pages as other producers draw them: rules that show no columns, charts drawn last, lines spread to both margins."""

from __future__ import annotations

from pipelines.read.pdf.document import read_pdf
from tests.read.pdf.files import Paper, tables, texts
from tests.read.pdf.raw import raw_pdf

LEFT, RIGHT = 60.0, 550.0
ENDS = (200.0, 260.0, 330.0, 470.0, 548.0)


def money(paper: Paper, y: float) -> Paper:
    """Heads of a table with changes, between a thin and a thick rule."""
    paper.rule(y, LEFT, RIGHT)
    paper.text(350, y + 10, "Changes", size=7).rule(y + 16, 264, 473)
    for right, name in zip(ENDS, ("2024", "2025", "Other", "Percentage", "2026"), strict=True):
        paper.right(right, y + 28, name, size=7)
    paper.text(LEFT, y + 28, "Object of expenditure", size=7)
    return paper.rule(y + 34, LEFT, RIGHT, width=1.5)


def figures(paper: Paper, y: float, label: str, *values: str) -> Paper:
    paper.text(LEFT, y, label, size=8.5)
    for right, value in zip(ENDS, values, strict=True):
        paper.right(right, y, value)
    return paper


def test_a_rule_under_heads_ends_where_columns_end() -> None:
    paper = money(Paper().page(), 110)
    figures(paper, 165, "Posts", "1.0", "2.0", "(0.5)", "(25.0)", "1.5")
    figures(paper, 181, "Travel", "4.0", "5.0", "-", "-", "5.0").rule(190, LEFT, RIGHT, width=1.5)
    (table,) = tables(paper.read())
    assert texts(table) == [
        ["", "", "", "Changes", None, ""],
        ["Object of expenditure", "2024", "2025", "Other", "Percentage", "2026"],
        ["Posts", "1.0", "2.0", "(0.5)", "(25.0)", "1.5"],
        ["Travel", "4.0", "5.0", "-", "-", "5.0"],
    ]


def test_figures_separate_columns_that_are_close() -> None:
    paper = Paper().page().rule(110, LEFT, RIGHT)
    paper.text(LEFT, 130, "Category", size=7).right(400, 130, "Net", size=7).right(437, 130, "Gross", size=7)
    paper.rule(136, LEFT, RIGHT, width=1.5)
    for y, label, net, gross in ((160, "Posts", "(1 234.5)", "(1 234.5)"), (176, "Travel", "9.0", "(1 240.5)")):
        paper.text(LEFT, y, label, size=8.5).right(400, y, net).right(437, y, gross)
    (table,) = tables(paper.rule(190, LEFT, RIGHT, width=1.5).read())
    assert texts(table)[1:] == [["Posts", "(1 234.5)", "(1 234.5)"], ["Travel", "9.0", "(1 240.5)"]]


def test_figures_separate_columns_below_heads_that_are_close() -> None:
    paper = Paper().page().rule(110, LEFT, RIGHT)
    paper.text(LEFT, 130, "Staff", size=7).right(400, 130, "LL", size=7).text(402, 130, "Subtotal", size=7)
    paper.right(500, 130, "Total", size=7).rule(136, LEFT, RIGHT, width=1.5)
    for y, label, values in ((160, "Approved", ("22", "31", "80")), (176, "Proposed", ("22", "32", "81"))):
        paper.text(LEFT, y, label, size=8.5)
        for right, value in zip((400, 424, 500), values, strict=True):
            paper.right(right, y, value)
    (table,) = tables(paper.rule(190, LEFT, RIGHT, width=1.5).read())
    assert texts(table) == [
        ["Staff", "LL", "Subtotal", "Total"],
        ["Approved", "22", "31", "80"],
        ["Proposed", "22", "32", "81"],
    ]


def test_what_is_drawn_last_above_a_table_does_not_split_it_from_the_next_page() -> None:
    paper = money(Paper().page(), 300)
    figures(paper, 355, "Posts", "1.0", "2.0", "0.5", "25.0", "2.5")
    for x, label in ((100, "Actual"), (300, "Planned")):
        paper.text(x, 200, label, size=7)  # the legend of a chart above the table
    money(paper.page(), 60)
    figures(paper, 115, "Travel", "4.0", "5.0", "-", "-", "5.0").rule(125, LEFT, RIGHT, width=1.5)
    labels = [[line[0] for line in texts(table)] for table in tables(paper.read())]
    assert ["", "Object of expenditure", "Posts", "Travel"] in labels


def test_a_number_before_a_narrow_tab_numbers_the_paragraph() -> None:
    paper = Paper().page()
    for y, number in ((90, "101."), (150, "102.")):
        for x, word in ((60, number), (80, "In"), (91, "the"), (107, "year"), (129, "before.")):
            paper.text(x, y, word)  # between all words the white space of a justified line
        paper.text(80, y + 12, "that went on below")
    assert [block.number for block in paper.read().blocks] == ["101.", "102."]


def test_a_figure_before_words_that_are_not_indented_is_part_of_them() -> None:
    paper = Paper().page().text(60, 90, "1200. In the year before that went on").text(60, 102, "below the line.")
    (block,) = paper.read().blocks
    assert block.text.startswith("1200. In")


def test_rows_go_on_below_a_rule_that_ends_the_page() -> None:
    edges = (LEFT, 300.0, 420.0, RIGHT)
    paper = Paper().page().text(LEFT, 90, "Words above.").rule(110, *edges)
    for right, name in ((418, "Number"), (548, "Total")):
        paper.right(right, 125, name, size=7)
    paper.rule(130, *edges, width=1.5)
    paper.text(LEFT, 150, "Military observers", size=8.5).right(418, 150, "1").right(548, 150, "2").rule(156, *edges)
    paper.page().text(LEFT, 70, "Police", size=8.5).right(418, 70, "3").right(548, 70, "4").rule(76, *edges)
    paper.text(LEFT, 90, "Net change in police", size=8.5).right(548, 90, "5").rule(96, *edges, width=1.5)
    (table,) = tables(paper.read())
    assert texts(table)[1:] == [
        ["Military observers", "1", "2"],
        ["Police", "3", "4"],
        ["Net change in police", "", "5"],
    ]


def test_a_small_table_may_have_a_rule_under_its_heads_only() -> None:
    paper = Paper().page()
    for y, label, amount, share, words in (
        (110, "Military contingents", "($14.9)", "(49.4%)", "The requirements rose, as prices of fuel did."),
        (200, "Official travel", "$2.8", "34.3%", "The requirements fell, as fewer journeys were made."),
    ):
        paper.text(420, y - 6, "Variance", size=7).rule(y, 375, 432, 489)
        paper.text(123, y + 12, label, size=8.5, style="B").right(430, y + 12, amount).right(487, y + 12, share)
        paper.rule(y + 17, 123, 375, 432, 489).text(123, y + 35, "60.").text(147, y + 35, words)
    document = paper.read()
    assert [texts(table) for table in tables(document)] == [
        [["", "Variance", None], ["Military contingents", "($14.9)", "(49.4%)"]],
        [["", "Variance", None], ["Official travel", "$2.8", "34.3%"]],
    ]
    assert [block.number for block in document.blocks if block.kind == "paragraph"] == ["60.", "60."]


def test_the_grid_of_a_chart_is_no_table() -> None:
    paper = Paper().page().text(LEFT, 80, "Words above the chart, which has no title of its own.")
    for step, label in enumerate(("40%", "30%", "20%", "10%", "0%")):
        paper.rule(110 + 20 * step, 120, 400).right(116, 113 + 20 * step, label)
    document = paper.read()
    assert tables(document) == []
    assert [block.text for block in document.blocks][1:] == ["40%", "30%", "20%", "10%", "0%"]


def test_a_word_wider_than_its_cell_is_one_word() -> None:
    edges = (LEFT, 120.0, 300.0, RIGHT)
    paper = Paper().page().text(LEFT, 80, "Contributions are told below.").rule(110, *edges)
    paper.text(LEFT, 125, "Object", size=7).right(298, 125, "2025", size=7).rule(130, *edges, width=1.5)
    paper.text(LEFT, 150, "Contribut", size=8.5).text(LEFT, 160, "ions", size=8.5).right(298, 160, "1.0")
    (table,) = tables(paper.rule(170, *edges, width=1.5).read())
    assert texts(table)[1][:2] == ["Contributions", "1.0"]


def test_numbers_of_three_digits_are_close_to_their_words() -> None:
    paper = Paper().page()
    for index, number in enumerate(("99.", "100.", "101.")):
        paper.text(123, 110 + 30 * index, number).text(147, 110 + 30 * index, "For the period the requirements rose.")
    assert [block.number for block in paper.read().blocks] == ["99.", "100.", "101."]


def test_powers_of_units_are_no_marks() -> None:
    width = Paper().pdf.get_string_width("2,050 m")
    paper = Paper().page().text(72, 110, "2,050 m").text(72 + width, 106.5, "3", size=6.5)
    (block,) = paper.text(72 + width + 6, 110, "of waste were taken away").read().blocks
    assert block.text.startswith("2,050 m3 of waste") and not block.notes


def test_heads_set_sideways_are_furniture() -> None:
    body = "".join(f"BT/F0 10 Tf 72 {700 - 14 * line} Td(Line {line} of the text.)Tj ET\n" for line in range(6))
    pages = [f"{body}BT/F1 8 Tf 0 1 -1 0 30 500 Tm({head})Tj ET\n" for head in ("Section 36", "26-00248")]
    document = read_pdf(raw_pdf(*pages))
    words = {word for block in document.blocks for word in block.text.split()}
    assert words == {"Line", "of", "the", "text.", *"012345"}
    beside = "".join(line.text for line in document.lines if line.role == "furniture").replace(" ", "")
    assert sorted(beside) == sorted("Section3626-00248")


def test_a_head_of_a_year_is_no_list_mark() -> None:
    paper = Paper().page().text(LEFT, 90, "Words above.").rule(110, LEFT, RIGHT)
    paper.text(LEFT, 124, "2022", size=7).text(LEFT, 132, "(actual)", size=7)
    for x, head in ((120, "2023 (actual)"), (260, "2024 (planned)")):
        paper.text(x, 132, head, size=7)
    paper.rule(138, LEFT, RIGHT, width=1.5).text(LEFT, 160, "-").text(120, 160, "-").text(260, 160, "Access to data")
    (table,) = tables(paper.rule(170, LEFT, RIGHT, width=1.5).read())
    assert texts(table)[-1] == ["-", "-", "Access to data"]


WORDS = "The number of special zones on the continent has grown over the past decades to approximately 240 "


def chart_at_the_head(paper: Paper) -> Paper:
    """A chart drawn after the words of its page, though it stands above them."""
    for x, label, value in ((120, "2025", "5"), (260, "2026", "9")):
        paper.text(x, 120, label, size=7).text(x + 2, 90, value, size=7)
    for number, tick in enumerate(("10", "5", "0")):
        paper.right(74, 70 + 20 * number, tick, size=7)
    return paper


def test_a_chart_overleaf_from_its_title_is_a_chart() -> None:
    paper = Paper().page()
    for number in range(10):
        paper.text(90, 80 + 12 * number, WORDS)
    paper.text(LEFT, 680, "Figure 9.I").text(LEFT, 692, "Number of zones", style="B").page()
    paper.text(LEFT, 160, "9.4").text(90, 160, WORDS)
    document = chart_at_the_head(paper).page().text(90, 60, "zones of the last line.").read()
    (chart,) = [block for block in document.blocks if block.kind == "chart"]
    assert [series.points for series in chart.series] == [(("2025", "5"), ("2026", "9"))]
    (words,) = [block.text for block in document.blocks if block.number == "9.4"]
    assert words == f"{WORDS.strip()} zones of the last line."


def test_a_justified_line_at_the_foot_of_a_page_continues_after_a_full_stop() -> None:
    paper = Paper().page()
    sentence = f"{WORDS.strip()}."
    for number in range(20):
        paper.text(LEFT, 80 + 12 * number, sentence)
    document = paper.page().text(LEFT, 60, "It goes on here.").read()
    assert document.blocks[-1].text.endswith(f"{sentence} It goes on here.")

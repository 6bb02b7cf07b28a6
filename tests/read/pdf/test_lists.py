"""Lists without rules, as mandates are listed: rows without a title, several columns of a page, pages, narrow columns."""

from __future__ import annotations

from tests.read.pdf.files import Paper, tables, texts

BODY = ("Running text of the document, which tells how large words are set in it.",) * 4


def heading(paper: Paper, y: float = 120) -> Paper:
    """Running text, and below it the heading of a list."""
    for number, line in enumerate(BODY):
        paper.text(60, 40 + 14 * number, line)
    return paper.text(60, y, "Security Council resolutions", style="I")


def signs(paper: Paper, x: float, y: float, *lines: str, step: float = 10) -> Paper:
    """Lines of one cell, from top to bottom."""
    for number, line in enumerate(lines):
        paper.text(x, y + step * number, line, size=8.5)
    return paper


def rows(paper: Paper, x: float, y: float, *found: tuple[str, str]) -> Paper:
    """Rows of a symbol and a title of one line, drawn row by row."""
    for number, (symbol, title) in enumerate(found):
        paper.text(x, y + 14 * number, symbol, size=8.5)
        if title:
            paper.text(x + 74, y + 14 * number, title, size=8.5)
    return paper


def test_rows_without_a_title_belong_to_the_list() -> None:
    paper = rows(heading(Paper().page()), 60, 140, ("1196 (1998)", ""), ("1197 (1998)", ""), ("1208 (1998)", ""))
    rows(paper, 312, 140, ("2118 (2013)", ""), ("S/2013/759", "Mandate of an office"), ("2139 (2014)", ""))
    (table,) = tables(paper.read())
    assert texts(table) == [
        ["1196 (1998)", ""],
        ["1197 (1998)", ""],
        ["1208 (1998)", ""],
        ["2118 (2013)", ""],
        ["S/2013/759", "Mandate of an office"],
        ["2139 (2014)", ""],
    ]


def test_a_list_goes_on_overleaf_with_the_rest_of_a_title() -> None:
    paper = rows(heading(Paper().page()), 60, 700, ("79/236", "Israeli practices "))
    paper.text(134, 710, "affecting the rights of the ", size=8.5)
    paper.page().text(134, 60, "Palestinian people", size=8.5)
    rows(paper, 60, 74, ("79/237", "Decade of peace"), ("79/238", ""))
    (table,) = tables(paper.text(60, 130, "Running text below the list.").read())
    assert texts(table) == [
        ["79/236", "Israeli practices affecting the rights of the Palestinian people"],
        ["79/237", "Decade of peace"],
        ["79/238", ""],
    ]


def test_the_next_column_of_the_page_begins_on_the_baseline_of_the_last_row() -> None:
    paper = signs(heading(Paper().page()), 60, 140, "3376 (XXX); ", "32/40 B; ", "50/84 A")
    paper.text(134, 140, "Question of Palestine", size=8.5)
    (table,) = tables(rows(paper, 312, 140, ("64/16", "Committee"), ("64/17", "Division")).read())
    assert texts(table) == [
        ["3376 (XXX); 32/40 B; 50/84 A", "Question of Palestine"],
        ["64/16", "Committee"],
        ["64/17", "Division"],
    ]


def test_a_symbol_broken_sign_by_sign_is_read_as_in_a_wider_column() -> None:
    paper = signs(heading(Paper().page()), 123, 140, *"56/227")
    paper.text(134, 140, "Third Conference", size=8.5)
    signs(paper, 123, 204, *"79/1").text(134, 204, "The Pact for the Future", size=8.5)
    (table,) = tables(paper.read())
    assert texts(table) == [["56/227", "Third Conference"], ["79/1", "The Pact for the Future"]]


def test_a_symbol_broken_sign_by_sign_continues_in_the_next_column() -> None:
    paper = signs(heading(Paper().page()), 123, 140, *"56/227")
    paper.text(134, 140, "Third Conference", size=8.5)
    signs(paper, 123, 204, *"70/").text(134, 204, "The 2030 Agenda", size=8.5)
    signs(paper, 376, 140, "1")
    signs(paper, 376, 154, *"79/2").text(387, 154, "The Pact for the Future", size=8.5)
    (table,) = tables(paper.read())
    assert texts(table) == [
        ["56/227", "Third Conference"],
        ["70/1", "The 2030 Agenda"],
        ["79/2", "The Pact for the Future"],
    ]


def test_figures_below_one_another_are_no_word() -> None:
    paper = Paper().page().rule(110, 60, 300, 420).text(60, 125, "Item", size=7).right(418, 125, "2026", size=7)
    paper.rule(130, 60, 300, 420, width=1.5)
    for number, label in enumerate(("Reports", "Meetings", "Days", "Missions")):
        paper.text(60, 145 + 10 * number, label, size=8.5)
        paper.right(418, 145 + 10 * number, str(number + 1))
    (table,) = tables(paper.rule(182, 60, 300, 420, width=1.5).read())
    assert [row[1] for row in texts(table)[1:]] == ["1", "2", "3", "4"]

"""Pages are given where the record of the last layout is whole."""

import pytest

from tests.read.word.files import cell, par, read, row, table

BREAK = "<w:r><w:lastRenderedPageBreak/></w:r>"


def pages(body: str, stated: int | None) -> tuple[list[int | None], int | None]:
    app = {} if stated is None else {"docProps/app.xml": f"<Properties><Pages>{stated}</Pages></Properties>"}
    document = read(body, parts=app)
    return [block.place.page for block in document.blocks], document.page_count


def words(text: str, before: str = "", after: str = "") -> str:
    return par(f"{before}<w:r><w:t>{text}</w:t></w:r>{after}")


def test_page_breaks_count_before_and_within_paragraphs() -> None:
    body = words("a") + words("b", BREAK) + words("c", after=BREAK + "<w:r><w:t>d</w:t></w:r>") + words("e")
    assert pages(body, 3) == ([1, 2, 2, 3], 3)


def test_a_row_that_crosses_a_page_ends_it_once() -> None:
    crossing = row(cell(words("a") + words("b", BREAK)), cell(words("c") + words("d", BREAK)))
    body = table(row("x", "y"), crossing, row(cell(words("e")), "f")) + words("g")
    document = read(body, parts={"docProps/app.xml": "<Properties><Pages>2</Pages></Properties>"})
    grid = document.blocks[0].grid
    assert grid is not None
    assert [[one.place.page for one in line if one] for line in grid.rows] == [[1, 1], [1, 1], [2, 2]]
    assert document.blocks[1].place.page == 2


def test_a_row_that_begins_a_page_is_on_it() -> None:
    body = table(row("x", "y"), row(cell(words("a", BREAK)), "b")) + words("c")
    document = read(body, parts={"docProps/app.xml": "<Properties><Pages>2</Pages></Properties>"})
    assert document.blocks[0].grid is not None
    assert [line[0].place.page for line in document.blocks[0].grid.rows if line[0]] == [1, 2]


@pytest.mark.parametrize(
    ("stated", "count"), [pytest.param(5, 5, id="gap"), pytest.param(1, None, id="wrong"), pytest.param(None, None)]
)
def test_an_incomplete_record_gives_no_page(stated: int | None, count: int | None) -> None:
    assert pages(words("a") + words("b", BREAK), stated) == ([None, None], count)


def test_a_document_of_one_page_is_on_it() -> None:
    assert pages(words("a"), 1) == ([1], 1)

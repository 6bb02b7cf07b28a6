"""Whether a document is here as a whole: each rule with a small document made for it."""

from __future__ import annotations

import pytest

from pipelines.ingest.formats import Refused
from pipelines.model.blocks import Block, Document, Place, Remark, SourceLine
from pipelines.parse.completeness import part_of, truncation, unread
from pipelines.run.document import read_and_judge
from pipelines.vocabulary import vocabulary_of
from warehouse.schema.declare import Rows

TABLE = {"mart_table": [{"order_number": 1, "table_number": "4.1"}, {"order_number": 2, "table_number": "4.2"}]}
FASCICLE: Rows = {"mart_document": [{"kind": "fascicle", "symbol": "A/85/6 (Sect. 4)"}]}


def _text(*lines: tuple[str, str, int], pages: int | None = None, last: str = "table") -> Document:
    made = [SourceLine(number, text, role, page) for number, (text, role, page) in enumerate(lines, start=1)]
    blocks = [Block("paragraph", "Words.", Place(page=1)), Block(last, "", Place(page=1))]  # type: ignore[arg-type]
    return Document(format="txt", blocks=blocks, lines=made, page_count=pages)


def test_a_text_that_ends_before_its_last_page_is_cut_off() -> None:
    lines = (("Words.", "paragraph", 1), ("1/5", "furniture", 1), ("More.", "paragraph", 2))
    assert truncation(_text(*lines, pages=5), {}) == "cut off: the text ends on page 2 of 5; extract it again"
    assert truncation(_text(*lines, pages=2), {}) is None
    assert truncation(_text(*lines), {}) is None


def test_a_text_that_ends_within_a_numbered_table_is_cut_off() -> None:
    lines = (("Words.", "paragraph", 1), ("Total 1 2", "table", 1))
    assert truncation(_text(*lines), TABLE) == "cut off: the text ends within table 4.2; extract it again"
    assert truncation(_text(*lines, last="note"), TABLE) is None
    unnumbered: Rows = {"mart_table": [{"order_number": 1, "table_number": None}]}
    assert truncation(_text(*lines), unnumbered) is None


@pytest.mark.parametrize(
    ("foot", "is_whole"), [("9/9", True), ("30-12345      9/9", True), ("8/9", False), ("9", False)]
)
def test_a_text_that_ends_with_the_foot_of_its_last_page_is_whole(foot: str, is_whole: bool) -> None:
    document = _text(("Total 1 2", "table", 9), (foot, "furniture", 9), ("30-12345", "furniture", 9), pages=9)
    assert (truncation(document, TABLE) is None) == is_whole


@pytest.mark.parametrize(("below", "is_whole"), [(2, True), (3, False)])
def test_a_foot_counts_among_the_last_three_lines(below: int, is_whole: bool) -> None:
    words = [("30-12345", "furniture", 9)] * below
    document = _text(("Total 1 2", "table", 9), ("9/9", "furniture", 9), *words, pages=9)
    assert (truncation(document, TABLE) is None) is is_whole


def _pdf(*feet: str, pages: int) -> Document:
    lines = [SourceLine(number, foot, "furniture", number) for number, foot in enumerate(feet, start=1)]
    return Document(format="pdf", blocks=[], lines=lines, page_count=pages)


def test_a_pdf_whose_feet_number_more_pages_is_a_part() -> None:
    told = part_of(_pdf("1/9  30-12345", "30-12345  2/9", "3/9", pages=3))
    assert told is not None and told.kind == "incomplete"
    assert "its feet number 9 pages, 3 are here, the last one numbered 3" in told.message


@pytest.mark.parametrize(
    ("feet", "pages"),
    [
        (("1/3", "2/3", "3/3"), 3),  # all are here
        (("73/4", "Words", "More"), 3),  # a resolution, not a page
        (("1/9", "Words", "More", "Words", "More"), 5),  # one foot says so, the others nothing
        ((), 3),
    ],
)
def test_a_pdf_with_all_its_pages_is_no_part(feet: tuple[str, ...], pages: int) -> None:
    assert part_of(_pdf(*feet, pages=pages)) is None


def test_feet_of_a_text_do_not_make_it_a_part() -> None:
    document = _pdf("1/9", "2/9", "3/9", pages=3)
    document.format = "txt"
    assert part_of(document) is None


def _announced(captions: int, pages: int) -> Document:
    lines = [SourceLine(number, f"Table 4.{number}", "caption", 1) for number in range(1, captions + 1)]
    return Document(format="pdf", blocks=[], lines=lines, page_count=pages)


def test_what_gives_no_figure_though_it_announces_tables_is_refused() -> None:
    english = vocabulary_of("en")
    told = unread(_announced(2, 1), FASCICLE, english)
    assert told is not None and "2 captions of tables, no table, 0 paragraphs" in told
    assert unread(_announced(2, 1), {**FASCICLE, "mart_cell": [{}]}, english) is None
    corrigendum: Rows = {"mart_document": [{"kind": "corrigendum", "symbol": "A/85/6 (Sect. 4)/Corr.1"}]}
    assert unread(_announced(2, 1), corrigendum, english) is None


def test_pages_without_paragraphs_are_refused_and_a_few_pages_of_words_are_not() -> None:
    english = vocabulary_of("en")
    told = unread(_announced(0, 12), FASCICLE, english)
    assert told is not None and "12 pages, no table, 0 paragraphs" in told
    assert unread(_announced(0, 1), FASCICLE, english) is None
    assert unread(_announced(0, 12), {**FASCICLE, "mart_paragraph": [{}] * 12}, english) is None


def test_tables_reported_as_left_out_leave_the_paragraphs() -> None:
    document = _announced(2, 3)
    document.warnings.append(Remark("incomplete", "the cells of Table 4.1 stand in no order"))
    english = vocabulary_of("en")
    assert unread(document, {**FASCICLE, "mart_paragraph": [{}] * 3}, english) is None
    assert unread(document, FASCICLE, english) is not None


def test_a_cut_off_text_is_refused_as_that() -> None:
    text = "A/85/6 (Sect. 4)\n\nProposed programme budget for 2031\n\n4.1 Words of the Office. \n\n4.2 More of them. \n\nTable 4.1 \n"
    text += (
        "Financial resources by object of expenditure \n(Thousands of United States dollars) \nObject of expenditure \n"
    )
    text += "2029 expenditure \n2030 appropriation \n      \nPosts 1.0 2.0 \nTotal 1.0 2.0 \n"
    with pytest.raises(Refused, match=r"cut off: the text ends within table 4\.1"):
        read_and_judge(text.encode(), "txt", {}, "0" * 64)

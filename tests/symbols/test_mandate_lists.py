"""Lists of mandates of Word files made for it: rows pair by column, instruments, headings, parts of subprogrammes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document as Word

from pipelines.run.document import read_and_judge
from warehouse.schema.declare import Rows

Piece = str | list[list[str]]
_OPENING = (
    "A/81/6 (Sect. 99)",
    "# Proposed programme budget for 2027",
    "99.1\tThe programme is responsible for tides.",
    "# Legislative mandates",
    "99.2\tThe list below provides all mandates entrusted to the programme.",
)


def rows_of(*pieces: Piece) -> Rows:
    """Rows of a fascicle whose body is paragraphs ("# " opens a heading) and tables."""
    word = Word()
    for piece in (*_OPENING, *pieces):
        if isinstance(piece, str):
            if piece.startswith("# "):
                word.add_heading(piece[2:], 2)
            else:
                word.add_paragraph(piece)
            continue
        table = word.add_table(len(piece), max(map(len, piece)))
        for number, row in enumerate(piece):
            for column, text in enumerate(row):
                table.cell(number, column).text = text
    sink = io.BytesIO()
    word.save(sink)
    return read_and_judge(sink.getvalue(), "docx", {"symbol": "A/81/6 (Sect. 99)"}, "0" * 64)


def mandates(*pieces: Piece) -> list[dict[str, Any]]:
    return list(rows_of(*pieces).get("mart_mandate", []))


def names(*pieces: Piece) -> list[tuple[Any, ...]]:
    return [(row["subprogramme_code"], row["symbol"], row["title"]) for row in mandates(*pieces)]


def test_an_empty_first_cell_goes_on_with_the_title_above() -> None:
    table = [["75/290 A; ", "Review of an earlier one"], ["", "and of resolutions 9/1 and 9/2"], ["76/1", "Another"]]
    assert names("# General Assembly resolutions", table) == [
        (None, "A/RES/75/290 A", "Review of an earlier one and of resolutions 9/1 and 9/2"),
        (None, "A/RES/76/1", "Another"),
    ]


def test_lists_of_symbols_alone_may_be_side_by_side() -> None:
    table = [["S/PRST/2017/27", "S/PRST/2018/20"], ["2178 (2014)", "2396 (2017)"], ["2535 (2020)", "Youth"]]
    assert [(symbol, title) for _, symbol, title in names("# Security Council resolutions", table)] == [
        ("S/PRST/2017/27", None),
        ("S/PRST/2018/20", None),
        ("S/RES/2178 (2014)", None),
        ("S/RES/2396 (2017)", None),
        ("S/RES/2535 (2020)", "Youth"),
    ]


def test_two_lists_side_by_side_pair_by_column() -> None:
    table = [["75/1", "One", "75/2", "Two"], ["", "of them", "75/3", "Three"], ["75/4", "Four", "", ""]]
    assert [(symbol, title) for _, symbol, title in names("# General Assembly resolutions", table)] == [
        ("A/RES/75/1", "One of them"),
        ("A/RES/75/2", "Two"),
        ("A/RES/75/3", "Three"),
        ("A/RES/75/4", "Four"),
    ]


def test_symbols_without_titles_are_mandates_of_their_own() -> None:
    table = [["S/PRST/2019/5", ""], ["S/PRST/2020/1", ""]]
    assert [symbol for _, symbol, _ in names("# Statements by the President of the Security Council", table)] == [
        "S/PRST/2019/5",
        "S/PRST/2020/1",
    ]


def test_bullets_below_a_heading_are_instruments_without_a_symbol() -> None:
    found = mandates(
        "# Conventions and protocols",
        "•\tConvention on Tides of 1961",
        "•\tProtocol on Ebb of 1972",
        "# General Assembly resolutions",
        [["76/1", "One"]],
    )
    assert [(row["symbol"], row["title"], row["organ"]) for row in found] == [
        (None, "Convention on Tides of 1961", "Conventions and protocols"),
        (None, "Protocol on Ebb of 1972", "Conventions and protocols"),
        ("A/RES/76/1", "One", "General Assembly resolutions"),
    ]
    assert len({row["mandate_id"] for row in found}) == 3


def test_a_misprinted_heading_of_a_subprogramme_is_that_heading() -> None:
    for heading in ("Subprogamme 3", "Subprogramme 3", "Subprogrammme 3"):
        found = names(f"# {heading}", "# Tides", "# General Assembly resolutions", [["76/1", "One"]])
        assert found == [("3", "A/RES/76/1", "One")], heading


def test_a_component_in_the_heading_of_its_subprogramme() -> None:
    pieces = ["# Tides", "# General Assembly resolutions", [["76/1", "One"]]]
    assert names("# Subprogramme 9, component 2", *pieces) == [("9.2", "A/RES/76/1", "One")]
    assert names("# Subprogramme 9", "# Tides", "# Component 2", *pieces)[0][0] == "9.2"
    assert names("# Subprogramme 9. Component parts of tides", *pieces[1:])[0][0] == "9"


def test_organs_of_the_catalogue_and_others() -> None:
    found = mandates(
        "# Economic Commission for Africa resolutions",
        [["822 (XXXI)", "One"]],
        "# Executive Board decisions",
        [["2023/5", "Two"]],
        "# Committee of Permanent Representatives recommendations",
        [["1/2", "Three"]],
        "# Charter of the United Nations",
        [["Article 98", ""]],
    )
    assert [(row["symbol"], row["organ_code"], row["act"], row["act_number"]) for row in found] == [
        ("E/ECA/RES/822 (XXXI)", "E/ECA", "resolution", "822 (XXXI)"),
        (None, None, "decision", "2023/5"),
        (None, None, "recommendation", "1/2"),
        (None, None, None, None),
    ]
    assert found[1]["organ"] == "Executive Board decisions" and found[3]["title"] == "Article 98"


def test_an_organ_right_below_the_name_of_a_subprogramme() -> None:
    pieces = ("# Subprogramme 1", "# Tides", "# Tidal Council decisions", [["4/1", "One"]])
    assert [(row["subprogramme_code"], row["organ"]) for row in mandates(*pieces)] == [("1", "Tidal Council decisions")]
    bare = ("# Subprogramme 1", "# Tidal Council decisions", [["4/1", "One"]])
    assert [(row["subprogramme_code"], row["organ"]) for row in mandates(*bare)] == [("1", "Tidal Council decisions")]


def test_organs_that_are_not_known_are_listed_once() -> None:
    rows = rows_of("# Tidal Council decisions", [["4/1", "One"]], "# Tidal Council resolutions", [["4/2", "Two"]])
    unknown = [(row["vocabulary_table"], row["printed_text"]) for row in rows["mart_unknown_term"]]
    assert unknown == [("organs", "Tidal Council")]


@pytest.mark.parametrize(
    "pieces",
    [
        [[["75/1", "One"], ["S-27/2", "Two"]]],
        [[["One", "75/1"], ["Two", "S-27/2"]]],
        [[["75/1 One"], ["S-27/2 Two"]]],
        [[["Resolution", "Title"], ["75/1", "One"], ["S-27/2", "Two"]]],
        [[["75\u20441", "One"], ["S\u201327/2", "Two"]]],
        [[["75 / 1", "One"], ["S\u221227/2", "Two"]]],
        ["75/1\tOne", "S-27/2\tTwo"],
    ],
)
@pytest.mark.parametrize("heading", ["# General Assembly resolutions", "General Assembly resolutions and decisions"])
def test_a_list_is_read_however_it_is_laid_out(heading: str, pieces: list[Piece]) -> None:
    assert names(heading, *pieces) == [(None, "A/RES/75/1", "One"), (None, "A/RES/S-27/2", "Two")]


def test_words_in_a_list_that_begin_with_no_symbol_are_no_mandate() -> None:
    words = "See also resolution 75/1 of the General Assembly."
    assert names("# General Assembly resolutions", [["75/2", "One"]], words) == [(None, "A/RES/75/2", "One")]
    assert names("# General Assembly resolutions", "75/1 and its annexes are reviewed.") == []

"""Texts that keep the look of their pages, as pdftotext -layout gives them: figures stand where the page has them."""

from __future__ import annotations

from pipelines.model.blocks import Document, Grid
from pipelines.read import read_document

PAGE_FOOT = "\n\n30-12345{:>90}\n\f"
TEXT = """\
                United Nations                                                        A/85/6 (Sect. 4)
                General Assembly                                                      Distr.: General
                                                                                      20 April 2030


                Proposed programme budget for 2031

                Overall orientation
           4.1  The Office answers under General Assembly resolution 73/4, and does so with a programme of some
                length.
           4.2  See table 4.1, table 4.2 and table 4.3, in which the figures of the Office stand one below the
                other.

Table 4.1
Financial resources by object of expenditure
(Thousands of United States dollars)

                                                                                  Changes
                                       2029           2030      Technical New/expanded
Object of expenditure           expenditure  appropriation    adjustments      mandates     Total  Percentage

Posts                               1 778.4        1 175.0          152.5             –     152.5        13.0
Other staff costs and
consultants                             8.2          336.9              –             –         –           –
Grants                                                10.0          (2.8)a                  (2.8)       (28.0)
Travel of Staff                         1.0              –                                                  –
Total                               1 787.6        1 521.9          149.7             –     149.7         9.8


                Deliverables
           4.3  The Office continues its work.
           4.4  The Office continues its work in the same way, and tells of it.

Table 4.2
Subprogramme 1: deliverables for the period 2029–2031, by category and subcategory

                                                               2029      2029        2030      2031
Category and subcategory                                    planned    actual   planned a   planned


A. Facilitation of the intergovernmental process
    Documents (number of documents)                              10        19  166 [277]         8
    1. The report of the Office of the Programme for
       Matters of the Bench                                       8        10           7        5
    2. The notes                                                  2         9         159        3

""" + PAGE_FOOT.format("1/2") + """\
Part IV           International cooperation

                                                              2029      2029        2030      2031
Category and subcategory                                   planned    actual   planned a   planned

B. Knowledge
    Publications (number of publications)                        1         –           1        –
a   Changed later.

Table 4.3
Performance measure

2029 (actual)                      2030 (planned)                     2031 (planned)

–                                  The measure is reached by          The measure is reached by all
                                   some

                Lessons learned
           4.5  The programme continues its work.

""" + PAGE_FOOT.format("2/2").removesuffix("\f")  # fmt: skip


def _read(text: str = TEXT) -> Document:
    return read_document(text.encode(), "txt")


def _grids(document: Document) -> list[Grid]:
    return [block.grid for block in document.blocks if block.grid is not None]


def _words(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell is not None else "<" for cell in row] for row in grid.rows]


def test_figures_are_under_their_heads() -> None:
    grid = _grids(_read())[0]
    assert grid.header_rows == 2
    assert _words(grid) == [
        ["", "", "", "Changes", "<", "<", "<"],
        ["Object of expenditure", "2029 expenditure", "2030 appropriation", "Technical adjustments",
         "New/expanded mandates", "Total", "Percentage"],
        ["Posts", "1 778.4", "1 175.0", "152.5", "–", "152.5", "13.0"],
        ["Other staff costs and consultants", "8.2", "336.9", "–", "–", "–", "–"],
        ["Grants", "", "10.0", "(2.8)", "", "(2.8)", "(28.0)"],
        ["Travel of Staff", "1.0", "–", "", "", "", "–"],
        ["Total", "1 787.6", "1 521.9", "149.7", "–", "149.7", "9.8"],
    ]  # fmt: skip
    grants = grid.rows[4][3]
    assert grants is not None and grants.notes == ("a",)


def test_a_table_continues_over_a_page_with_hanging_labels() -> None:
    grid = _grids(_read())[1]
    assert _words(grid) == [
        ["Category and subcategory", "2029 planned", "2029 actual", "2030 planned", "2031 planned"],
        ["A. Facilitation of the intergovernmental process", "", "", "", ""],
        ["Documents (number of documents)", "10", "19", "166 [277]", "8"],
        ["1. The report of the Office of the Programme for Matters of the Bench", "8", "10", "7", "5"],
        ["2. The notes", "2", "9", "159", "3"],
        ["B. Knowledge", "", "", "", ""],
        ["Publications (number of publications)", "1", "–", "1", "–"],
    ]
    head = grid.rows[0][3]
    assert head is not None and head.notes == ("a",)


def test_words_are_below_the_beginnings_of_their_heads() -> None:
    assert _words(_grids(_read())[2]) == [
        ["2029 (actual)", "2030 (planned)", "2031 (planned)"],
        ["–", "The measure is reached by some", "The measure is reached by all"],
    ]


def test_every_line_has_a_role_and_feet_are_no_rows() -> None:
    document = _read()
    roles = {line.text.strip(): line.role for line in document.lines}
    assert not [text for text, role in roles.items() if role.startswith("unclaimed")]
    assert roles["30-12345" + f"{'1/2':>90}"] == "furniture"
    assert [block.number for block in document.blocks if block.number] == ["4.1", "4.2", "4.3", "4.4", "4.5"]


def test_a_figure_between_two_columns_is_taken_for_neither() -> None:
    moved = TEXT.replace(
        "Travel of Staff                         1.0              –   ",
        "Travel of Staff                              7.7              ",
    )
    document = _read(moved)
    lost = [line.text for line in document.lines if line.role == "unclaimed_table"]
    assert len(lost) == 1 and "7.7" in lost[0]
    assert not any("7.7" in cell for grid in _grids(document) for row in _words(grid) for cell in row)


def test_labels_go_on_though_a_sign_further_or_with_a_year_alone() -> None:
    wrapped = TEXT.replace(
        "    1. The report of the Office of the Programme for\n"
        "       Matters of the Bench                                       8        10           7        5\n"
        "    2. The notes                                                  2         9         159        3\n",
        "    9. The report of the Office of the Programme of 17 December\n"
        "       2019                                                       8        10           7        5\n"
        "    10. The notes of the Office for\n"
        "         Matters of the Bench                                     2         9         159        3\n",
    )
    assert wrapped != TEXT
    assert _words(_grids(_read(wrapped))[1])[2:5] == [
        ["Documents (number of documents)", "10", "19", "166 [277]", "8"],
        ["9. The report of the Office of the Programme of 17 December 2019", "8", "10", "7", "5"],
        ["10. The notes of the Office for Matters of the Bench", "2", "9", "159", "3"],
    ]


def _with_rows(rows: str) -> Document:
    return _read(TEXT.replace(
        "Travel of Staff                         1.0              –                                                  –\n", rows
    ))  # fmt: skip


def test_a_figure_wrapped_in_a_narrow_column_is_one_figure() -> None:
    rows = _with_rows(
        "                                         10              9                                                  –\n"
        "Travel of Staff                       735.8          010.0              –           –         –\n"
        "Fees and                                                11\n"
        "rents                                   2.0          139.3              –           –         –           –\n"
        "                                                                                            (1\n"
        "Studies                                 3.0            4.0              –           –    706.0)           –\n"
    )
    grid = _grids(rows)[0]
    assert _words(grid)[5:8] == [
        ["Travel of Staff", "10 735.8", "9 010.0", "–", "–", "–", "–"],
        ["Fees and rents", "2.0", "11 139.3", "–", "–", "–", "–"],
        ["Studies", "3.0", "4.0", "–", "–", "(1 706.0)", "–"],
    ]
    assert not [line for line in rows.lines if line.role == "unclaimed_table"]


def test_cells_of_one_row_may_stand_in_its_first_and_last_line() -> None:
    rows = _with_rows(
        "Travel of                                                               –           –                       –\n"
        "representatives                         1.0            7.0                                     –\n"
    )
    assert _words(_grids(rows)[0])[5] == ["Travel of representatives", "1.0", "7.0", "–", "–", "–", "–"]


def test_a_total_without_words_below_a_row_is_no_part_of_it() -> None:
    rows = _with_rows(
        "Travel of Staff                           1              2              –           –         –           –\n"
        "                                        100            200              –           –         –           –\n"
    )
    assert _words(_grids(rows)[0])[5] == ["Travel of Staff", "1", "2", "–", "–", "–", "–"]
    assert [line.text.split() for line in rows.lines if line.role == "unclaimed_table"] == [
        ["100", "200", "–", "–", "–", "–"]
    ]


SPACED = TEXT.replace(
    "                                                                                  Changes\n"
    "                                       2029           2030      Technical New/expanded\n"
    "Object of expenditure           expenditure  appropriation    adjustments      mandates     Total  Percentage\n\n",
    "                                                                                  Changes\n\n"
    "                                       2029        2030   Technical       New/expanded\n"
    "Object of expenditure           expenditure    approved adjustments           mandates     Total  Percentage\n\n\n"
    "Resources by main category\n",
)  # fmt: skip


def test_rows_that_stand_apart_from_heads_with_gaps_are_of_their_table() -> None:
    assert SPACED != TEXT
    rows = _words(_grids(_read(SPACED))[0])
    assert rows[1][2:4] == ["2030 approved", "Technical adjustments"], "parted where the year above ends"
    assert rows[2] == ["Resources by main category", "", "", "", "", "", ""]
    assert rows[3] == ["Posts", "1 778.4", "1 175.0", "152.5", "–", "152.5", "13.0"]
    assert rows[-1][0] == "Total"


def test_a_number_apart_from_its_words_is_no_head() -> None:
    apart = _read(TEXT.replace("A. Facilitation of the intergov", "A.       Facilitation of the intergov"))
    grid = _grids(apart)[1]
    assert grid.header_rows == 1
    assert _words(grid)[1] == ["A. Facilitation of the intergovernmental process", "", "", "", ""]


def test_what_follows_heads_printed_again_is_of_their_table_however_it_is_set() -> None:
    document = _read(TEXT.replace("B. Knowledge\n", "\n            and of its peers\nB. Knowledge\n", 1))
    words = _words(_grids(document)[1])
    assert [row[0] for row in words[-2:]] == ["B. Knowledge", "Publications (number of publications)"]
    assert ["Publications (number of publications)", "1", "–", "1", "–"] in words


def test_rows_of_a_table_that_nothing_names_are_told() -> None:
    rows = "                Resources of all\n\n" + "".join(
        f"                {name:40}{1000 + n:>10}{2000 + n:>12}\n" for n, name in enumerate(("Maps", "Roads", "Total"))
    )
    document = _read(TEXT.replace("                Deliverables\n", f"{rows}\n                Deliverables\n", 1))
    (told,) = [one for one in document.warnings if "look like rows" in getattr(one, "message", "")]
    assert getattr(told, "kind", None) == "incomplete" and "3 of them" in getattr(told, "message", "")
    assert not [one for one in _read().warnings if "look like rows" in getattr(one, "message", "")]


def test_rows_of_a_text_without_numbered_tables_are_told() -> None:
    text = "Section 29\n\n29.1  A summary stands below.\n\n" + "".join(
        f"{name:30}     {n} 358.9     {n} 820.5        (26.3)\n" for n, name in enumerate(("Maps", "Roads", "Total"), 1)
    )
    (told,) = _read(text).warnings
    assert getattr(told, "kind", None) == "incomplete" and "3 lines" in getattr(told, "message", "")
    assert not _read("\n".join(" ".join(line.split()) for line in text.splitlines())).warnings

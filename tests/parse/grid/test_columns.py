"""What heads of columns say together."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.model.heads import read_head
from pipelines.parse.grid.columns import columns_of, header_rows, printed_cells
from pipelines.parse.grid.layout import layout_of
from pipelines.vocabulary import vocabulary_of


def _cell(text: str, row_span: int = 1, column_span: int = 1) -> GridCell:
    return GridCell(text, Place(), row_span, column_span)


def test_a_subtotal_with_a_separate_head_is_of_the_group_before_it() -> None:
    group = _cell("Professional and higher", column_span=2)
    grid = Grid(
        (
            (_cell("Component", 2), group, None, _cell("Subtotal", 2), _cell("Local level", 2), _cell("Total", 2)),
            (None, _cell("P-5"), _cell("P-4"), None, None, None),
            tuple(_cell(text) for text in ("Programme of work", "1", "2", "3", "4", "7")),
        ),
        header_rows=2,
    )
    columns = layout_of(grid, vocabulary_of("en")).columns
    subtotal, total = columns[2], columns[4]
    assert (subtotal.is_sum, subtotal.group) == (True, "professional_and_higher")
    assert (total.is_sum, total.group) == (True, None)


@pytest.mark.parametrize(
    ("row", "heads"),
    [
        pytest.param(("Item", "2022/23", "2023/24"), 2, id="budget years beside one another"),
        pytest.param(("2022/23", "Strengthening of the work"), 1, id="a resolution that could be a year"),
        pytest.param(("2022/25", "2023/31"), 1, id="resolutions that are no years"),
    ],
)
def test_budget_years_are_heads_and_resolutions_are_not(row: tuple[str, ...], heads: int) -> None:
    first = tuple(_cell(text) for text in ("Component", "Total", "Total")[: len(row)])
    figures = tuple(_cell(text) for text in ("Programme of work", "1", "2")[: len(row)])
    grid = Grid((first, tuple(map(_cell, row)), figures), header_rows=None)
    assert header_rows(grid, vocabulary_of("en")) == heads


@pytest.mark.parametrize(
    ("row", "heads"),
    [
        pytest.param(("", "Report", "Amount", "Report", "Amount"), 2, id="words under each column of a group"),
        pytest.param(("", "Report", "", "Report", "Amount"), 1, id="a column of a group without words"),
        pytest.param(("Parts of the work", "", "", "", ""), 1, id="a heading of rows"),
        pytest.param(("", "1", "2", "3", "4"), 1, id="figures"),
    ],
)
def test_words_under_all_columns_of_spanning_heads_are_heads(row: tuple[str, ...], heads: int) -> None:
    groups = (_cell(""), _cell("2022/23", column_span=2), None, _cell("2023/24", column_span=2), None)
    body = tuple(_cell(text) for text in ("Budget", "A/78/1", "1.0", "A/79/1", "2.0"))
    grid = Grid((groups, tuple(map(_cell, row)), body), header_rows=2)
    assert header_rows(grid, vocabulary_of("en")) == heads


@pytest.mark.parametrize(
    ("head", "year"),
    [("2026 vs. 2025", 2026), ("2025 vs. 2026", 2026), ("vs. 2025 increase/(decrease)", None), ("2025 approved", 2025)],
)
def test_the_year_a_change_is_counted_from_is_not_its_own(head: str, year: int | None) -> None:
    assert read_head(head, vocabulary_of("en"))[1] == year


def _posts_by_grade(groups: tuple[int, int]) -> Grid:
    """Heads of two groups over three and two columns, each as wide as ``groups`` says; a subtotal ends each."""
    first, second = groups
    heads: list[GridCell | None] = [_cell(""), _cell("International staff", column_span=first)]
    heads += [None] * (first - 1) + [_cell("")] * (3 - first)
    heads += [
        _cell("National staff", column_span=second),
        *[None] * (second - 1),
        *[_cell("")] * (2 - second),
        _cell(""),
    ]
    below = tuple(map(_cell, ("", "P-5", "P-4", "Subtotal", "NPO", "Subtotal", "Total")))
    body = tuple(map(_cell, ("Approved 2025", "1", "2", "3", "4", "4", "7")))
    return Grid((tuple(heads), below, body), header_rows=2)


@pytest.mark.parametrize(
    "groups", [(3, 2), (1, 1)], ids=["heads that span their groups", "heads that lost their spans"]
)
def test_a_subtotal_is_of_its_group_whether_or_not_the_head_spans_it(groups: tuple[int, int]) -> None:
    columns = layout_of(_posts_by_grade(groups), vocabulary_of("en")).columns
    assert [column.group for column in columns if column.is_sum] == ["international_staff", "national_staff", None]
    assert [column.item for column in columns if column.is_sum] == [None, None, None]


def test_a_subtotal_of_a_group_that_no_head_names_is_not_the_total() -> None:
    heads = tuple(map(_cell, ("", "P-5", "P-4", "Subtotal", "NPO", "Subtotal", "Total")))
    body = tuple(map(_cell, ("Approved 2025", "1", "2", "3", "4", "4", "7")))
    columns = layout_of(Grid((heads, body), header_rows=1), vocabulary_of("en")).columns
    assert [column.item and column.item[0] for column in columns if column.is_sum] == ["part", "part", None]


def test_a_row_with_blanks_stands_under_the_heads_that_a_full_row_shows() -> None:
    """Cells a grid column to the left of their heads, as old merges leave them: each lies below two heads."""
    heads: list[GridCell | None] = [_cell("")]
    full: list[GridCell | None] = [_cell("Approved 2025"), _cell("1")]
    blank: list[GridCell | None] = [_cell("Proposed 2026"), _cell("1")]
    for number, grade in enumerate(("USG", "ASG", "D-2", "D-1", "P-5")):
        heads += [_cell(grade, column_span=2), None]
        if number:
            full += [_cell(str(number), column_span=2), None]
            blank += [_cell(str(number) if number > 2 else "", column_span=2), None]
    full.append(None)
    blank.append(None)
    grid = Grid((tuple(heads), tuple(full), tuple(blank)), header_rows=1)
    layout = layout_of(grid, vocabulary_of("en"))
    printed = printed_cells(grid.rows[2], layout.stub_columns)
    found = columns_of(printed, layout.columns, layout.places)
    assert [column and column.label for column in found] == ["USG", "D-1", "P-5"]

"""What heads of columns say together."""

from __future__ import annotations

import pytest

from pipelines.model.blocks import Grid, GridCell, Place
from pipelines.parse.grid.columns import header_rows
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

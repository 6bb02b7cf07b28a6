"""Which rows a total stands for, where words alone do not tell."""

from __future__ import annotations

from decimal import Decimal

from pipelines.model.numbers import PrintedNumber
from pipelines.parse.grid.outline import OutlineRow, outline_of_sums
from pipelines.vocabulary import vocabulary_of


def _row(number: int, label: str, *figures: int) -> OutlineRow:
    row = OutlineRow(number, label, True)
    row.figures = {column: PrintedNumber(Decimal(value), 0) for column, value in enumerate(figures)}
    return row


def test_a_total_of_each_year_leaves_out_the_years_before_it_though_dollars_are_rounded() -> None:
    rows = [
        _row(1, "January 2024", 600_000, 300_000, 900_000),
        _row(2, "February 2024", 400_000, 200_000, 600_000),
        _row(3, "Total, 2024", 1_000_000, 500_000, 1_500_000, 11),
        _row(4, "January 2025", 700_000, 300_000, 1_000_000),
        _row(5, "February 2025", 500_000, 200_001, 700_001),
        _row(6, "Total, 2025", 1_200_001, 500_001, 1_700_001, 12),
    ]
    outline_of_sums(rows, vocabulary_of("en"))
    assert [row.total for row in rows] == [3, 3, None, 6, 6, None]


def test_place_and_sums_decide_whether_a_word_means_subtotal_or_total() -> None:
    rows = [
        _row(1, "Должности", 10),
        _row(2, "Консультанты", 5),
        _row(3, "Итого", 15),
        _row(4, "Поездки персонала", 7),
        _row(5, "Представительские расходы", 1),
        _row(6, "Итого", 8),
        _row(7, "Итого", 23),
    ]
    outline_of_sums(rows, vocabulary_of("ru"))
    assert [row.role for row in rows if row.words == "Итого"] == ["subtotal", "subtotal", "total"]
    assert [row.total for row in rows] == [3, 3, 7, 6, 6, 7, None]
    without_total = rows[:6]
    outline_of_sums(without_total, vocabulary_of("ru"))
    assert [row.role for row in without_total if row.words == "Итого"] == ["subtotal", "subtotal"]

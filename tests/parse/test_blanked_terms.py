"""A fascicle whose language lacks a third of its terms: its cells are kept, and figures tell what the terms must mean."""

from __future__ import annotations

from decimal import Decimal

import pytest

from benches.blanked_terms import LANGUAGES, SEEDS, measure
from pipelines.model.grades import grade_code
from pipelines.model.numbers import PrintedNumber, split_marks
from pipelines.parse.grid.outline import OutlineRow, outline_of_sums
from pipelines.parse.heads_by_place import Head, told_by_place
from pipelines.vocabulary import vocabulary_of

ENOUGH = 0.8
"""Share of the missing terms that must be proposed, and rightly."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_of_the_terms_is_missing(language: str) -> None:
    found = [measure(language, seed) for seed in SEEDS]
    assert all(one.kept == one.cells > 800 for one in found)
    assert [fact for one in found for fact in one.wrong_facts] == []
    asked, right = sum(one.asked for one in found), sum(len(one.right) for one in found)
    assert asked > 40 and right >= ENOUGH * asked, [(one.wrong, one.silent) for one in found]
    assert [wrong for one in found for wrong in one.wrong] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_alone_nothing_is_proposed_wrongly(language: str) -> None:
    alone = measure(language, SEEDS[0], is_beside=False)
    assert alone.wrong == [] and 2 * len(alone.right) > alone.asked


def _head(year: int | None, measure: str | None, *figures: str) -> Head:
    return Head(year, measure, {row: Decimal(figure) for row, figure in enumerate(figures)})


def test_years_and_sums_tell_what_columns_measure() -> None:
    heads = [
        _head(2024, None, "90.0", "40.0"),
        _head(2025, None, "100.0", "50.0"),
        _head(None, None, "-10.0", "5.0"),
        _head(None, None, "4.0", "1.0"),
        _head(None, None, "1.0", "-2.0"),
        _head(None, None, "-5.0", "4.0"),
        _head(None, None, "-5.0", "8.0"),
        _head(2026, None, "95.0", "54.0"),
    ]
    told = {place: one.measure for place, one in told_by_place(heads, 2026, False).items()}
    assert [told.get(place) for place in range(8)] == [
        *("expenditure", "base", "technical_adjustment", "new_expanded_mandate", "other_change"),
        *("total_change", "percent_change", "estimate"),
    ]
    heads[7] = _head(2026, None, "96.0", "54.0")  # base plus changes is something else
    assert told_by_place(heads, 2026, False) == {}


def _row(number: int, label: str, *figures: str) -> OutlineRow:
    values = {i: PrintedNumber(Decimal(figure), 1) for i, figure in enumerate(figures)}
    return OutlineRow(number, label, bool(figures), figures=values)


def test_rows_that_others_add_up_to_are_totals_in_any_words() -> None:
    told: dict[str, str] = {}
    rows = [
        _row(1, "Heading"),
        _row(2, "One", "1.0", "2.0"),
        _row(3, "Two", "3.0", "4.0"),
        _row(4, "Ensemble (B)", "4.0", "6.0"),
        _row(5, "Three", "2.0", "2.0"),
        _row(6, "Somme", "6.0", "8.0"),
    ]
    outline_of_sums(rows, vocabulary_of("fr"), told)
    assert [row.role for row in rows] == ["heading", "item", "item", "subtotal", "item", "total"]
    later = [_row(1, "One", "1.0", "1.0"), _row(2, "Somme", "1.0", "1.0")]
    outline_of_sums(later, vocabulary_of("fr"), told)
    assert [row.role for row in later] == ["item", "total"]
    copies = [_row(1, "One", "1.0", "1.0"), _row(2, "Two", "1.0", "1.0")]
    outline_of_sums(copies, vocabulary_of("fr"))
    assert [row.role for row in copies] == ["item", "item"], "that two rows are alike tells nothing"


def test_grades_in_letters_that_look_alike() -> None:
    codes = {label: grade_code(label, vocabulary_of("ru")) for label in ("С-4", "C-4", "P-4", "Р-4", "Д-1")}
    assert codes == {"С-4": "P-4", "C-4": "P-4", "P-4": "P-4", "Р-4": "P-4", "Д-1": "D-1"}


def test_footnotes_of_other_scripts_stand_beside_figures() -> None:
    assert split_marks("302 705,6а") == ("302 705,6", ("а",))
    assert split_marks("12.5 (أ)") == split_marks("(أ) 12.5") == ("12.5", ("أ",))

"""A fascicle whose language lacks a third of its terms: its cells are kept, and figures tell what the terms must mean."""

from __future__ import annotations

from decimal import Decimal
from math import exp
from pathlib import Path

import pytest

from benches.blanked_terms import ENOUGH, LANGUAGES, SECTIONS, SEEDS, SHARED, measure, printed_in, rows_of
from pipelines.model.grades import grade_code
from pipelines.model.numbers import PrintedNumber, split_marks
from pipelines.parse.grid.outline import OutlineRow, outline_of_sums
from pipelines.parse.heads_by_place import Head, told_by_place
from pipelines.parse.object_order import USUAL, ObjectTable, likelihood, told_by_order
from pipelines.vocabulary import Vocabulary, vocabulary_of

SECTION_13 = SHARED / "corpus/A_80_6/A_80_6_Sect.13.en.docx"
SECTION_5 = SHARED / "corpus/A_80_6/A_80_6_Sect.5.en.docx"
# sections 6, 10, 11 and 28 of A/80/6, printed in each language
needs_sections = pytest.mark.skipif(not all(path.exists() for path in SECTIONS), reason="no ../shared")


@needs_sections
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_of_the_terms_is_missing_from_several_sections(language: str) -> None:
    found = [measure(language, seed, False, SECTIONS) for seed in SEEDS]
    assert all(one.kept == one.cells > 2500 for one in found)
    assert [fact for one in found for fact in one.wrong_facts] == []
    asked, right = sum(one.asked for one in found), sum(len(one.right) for one in found)
    assert asked > 45 and 100 * right >= ENOUGH * asked, [one.silent for one in found]
    assert [wrong for one in found for wrong in one.wrong] == []


@needs_sections
@pytest.mark.parametrize("section", [SECTION_13, SECTION_5], ids=["tables of one row", "money over posts"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nothing_tells_is_doubted_and_not_published(language: str, section: Path) -> None:
    found = [measure(language, seed, False, (section,)) for seed in SEEDS]
    assert all(one.kept == one.cells > 200 for one in found)
    assert [fact for one in found for fact in one.wrong_facts] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_third_of_the_terms_is_missing_beside_a_known_language(language: str) -> None:
    found = [measure(language, seed) for seed in SEEDS]
    assert all(one.kept == one.cells > 800 for one in found)
    assert [fact for one in found for fact in one.wrong_facts] == []
    asked, right = sum(one.asked for one in found), sum(len(one.right) for one in found)
    assert asked > 40 and 100 * right >= ENOUGH * asked, [(one.wrong, one.silent) for one in found]
    assert [wrong for one in found for wrong in one.wrong] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_section_alone_has_nothing_proposed_wrongly(language: str) -> None:
    alone = measure(language, SEEDS[0], is_beside=False)
    assert alone.wrong == [] and 3 * len(alone.right) > 2 * alone.asked


def _objects(section: str, *rows: str) -> ObjectTable:
    """A table of objects; labels in capitals are not known."""
    return ObjectTable(section, tuple((row, None if row.isupper() else row) for row in rows))


def test_order_and_usual_objects_give_labels_their_meaning() -> None:
    first = _objects("1", "posts", "other_staff_costs", "A", "B", "travel_of_staff", "C", "supplies_and_materials")
    assert told_by_order([first]).get("A") is None, "hospitality or what others are paid"
    second = _objects("2", "posts", "other_staff_costs", "A", "B", "D", "travel_of_staff", "C", "E")
    third = _objects("3", "posts", "other_staff_costs", "A", "B", "D", "travel_of_staff", "contractual_services", "E")
    told = told_by_order([first, second, third])
    assert told["A"] == "hospitality" and told["B"] == "consultants"
    assert "C" not in told, "two objects may stand there and as many are usual"


def test_a_label_has_no_meaning_that_its_table_prints() -> None:
    tables = [
        _objects(str(n), "posts", "other_staff_costs", "hospitality", "A", "consultants", "experts") for n in (1, 2)
    ]
    assert told_by_order(tables) == {}
    assert told_by_order([]) == {}


def test_an_object_that_is_known_elsewhere_is_not_told_for_another_label() -> None:
    usual = ("posts", "other_staff_costs", "hospitality", "consultants", "travel_of_staff", "contractual_services")
    tables = [_objects(str(n), *usual) for n in range(3)]
    rare = _objects("rare", "posts", "other_staff_costs", "A", "consultants", "contractual_services")
    assert told_by_order([*tables, rare]).get("A") != "hospitality"


@pytest.mark.parametrize("shift", [-1.0, 1.0])
def test_shares_of_another_edition_tell_nothing_wrong(monkeypatch: pytest.MonkeyPatch, shift: float) -> None:
    """Shares are moved by one in the logit, rare objects to the one side and frequent ones to the other."""
    for number, (meaning, share) in enumerate(USUAL.items()):
        odds = share / (1 - share) * exp(shift * (-1) ** number)
        monkeypatch.setitem(USUAL, meaning, odds / (1 + odds))
    likelihood.cache_clear()
    known = ["posts", "other_staff_costs", "hospitality", "consultants", "experts", "travel_of_staff"]
    known += ["contractual_services", "general_operating_expenses", "supplies_and_materials", "furniture_and_equipment"]
    sections = (known, [one for one in known if one != "experts"], known[:3] + known[5:], known)
    for gone in known:
        tables = [
            _objects(str(n), *(one.upper() if one == gone else one for one in rows)) for n, rows in enumerate(sections)
        ]
        assert told_by_order(tables).get(gone.upper(), gone) == gone
    likelihood.cache_clear()


def test_tables_of_two_rows_or_without_a_known_one_tell_nothing() -> None:
    whole = [_objects(str(n), "posts", "other_staff_costs", "A", "consultants", "experts") for n in range(1, 4)]
    assert told_by_order(whole) == {"A": "hospitality"}
    short = [_objects(str(n), "hospitality", "B") for n in range(4, 9)]
    unknown = [_objects(str(n), "C", "D", "E") for n in range(9, 12)]
    assert told_by_order([*whole, *short, *unknown]) == {"A": "hospitality"}
    assert told_by_order(short) == told_by_order(unknown) == {}


def _head(year: int | None, measure: str | None, *figures: str) -> Head:
    return Head(year, measure, {row: Decimal(figure) for row, figure in enumerate(figures)})


def test_years_and_sums_show_what_columns_measure() -> None:
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


def test_footnote_marks_of_other_scripts_are_split_from_figures() -> None:
    assert split_marks("302 705,6а") == ("302 705,6", ("а",))
    assert split_marks("12.5 (أ)") == split_marks("(أ) 12.5") == ("12.5", ("أ",))


@needs_sections
def test_a_total_of_one_row_is_doubted_where_its_word_is_not_known() -> None:
    document = printed_in("fr", SECTION_13)
    terms = dict(vocabulary_of("fr").terms) | {"totals": {"total": [], "subtotal": ["Total partiel"]}}
    rows = rows_of(document, Vocabulary("fr", terms))
    table = next(table for table in rows["mart_table"] if table["table_number"] == "13.3")
    last = [cell for cell in rows["mart_cell"] if cell["table_id"] == table["table_id"] and cell["row_number"] == 2]
    assert last and all(cell["fact_id"] is None and cell["value"] is not None for cell in last)
    assert any(doubt["table_id"] == table["table_id"] for doubt in rows["mart_doubt"])

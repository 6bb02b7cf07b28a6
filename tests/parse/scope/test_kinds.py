"""What a figure is about, one small picture for each kind of document that was misread."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipelines.model.blocks import Block
from pipelines.model.facts import Scope
from pipelines.parse.grid.layout import layout_of
from pipelines.parse.grid.outline import OutlineRow, outline_label
from pipelines.parse.scope.subjects import entity_of, subjects_of
from pipelines.vocabulary import vocabulary_of
from tests.parse.fascicle_blocks import (
    MONEY,
    POSTS,
    UNIT,
    by_object,
    chart,
    doubts,
    errors,
    fascicle,
    grid,
    heading,
    paragraph,
    read,
    subjects,
    table,
)

PLAN = heading("Proposed programme plan for 2026", "A.", 1)
RESOURCES = heading("Proposed post and non-post resource requirements for 2026", "B.", 1)
COMPONENTS = "Component/subprogramme"


def components(number: str, *rows: list[str], stub: str = COMPONENTS) -> list[Block]:
    title = "Overall: evolution of financial resources by component and subprogramme"
    return table(number, title, UNIT, MONEY, list(rows), stub)


# -- K1: whose budget ------------------------------------------------------------------------------


def test_captions_that_differ_in_brackets_name_different_budgets() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            by_object("99.1", "Overall: by object (regular budget)", ["Posts", "9.0", "9.5", "10.0"]),
            by_object("99.2", "Overall: by object (jointly financed activities)", ["Posts", "13.0", "13.5", "14.0"]),
        )
    )
    assert subjects(rows, "99.1") == {"Posts": "|||RB||object|posts"}
    assert subjects(rows, "99.2") == {"Posts": "|||ALL|jointly_financed|object|posts"}
    assert errors(rows) == []


def test_unknown_brackets_still_distinguish_captions() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            by_object("99.1", "Overall: by object (northern wing)", ["Posts", "9.0", "9.5", "10.0"]),
            by_object("99.2", "Overall: by object (southern wing)", ["Posts", "13.0", "13.5", "14.0"]),
        )
    )
    assert subjects(rows, "99.1") != subjects(rows, "99.2")
    assert errors(rows) == []


def test_groups_of_rows_say_whose_budget_they_are_of() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Evolution of financial resources",
                UNIT,
                MONEY,
                [
                    ["Full budget (jointly financed activities)", "", "", ""],
                    ["Posts", "10.0", "11.0", "12.0"],
                    ["Total", "10.0", "11.0", "12.0"],
                    ["Regular budget (United Nations share)", "", "", ""],
                    ["Posts", "3.0", "3.5", "4.0"],
                    ["Total", "3.0", "3.5", "4.0"],
                ],
                "Category",
            ),
        )
    )
    told = {(c["row_label"], c["budget_basis"], c["funding_source_code"]) for c in rows["mart_cell"] if c["fact_id"]}
    assert told == {
        ("Posts", "jointly_financed", "ALL"),
        ("Total", "jointly_financed", "ALL"),
        ("Posts", "share", "RB"),
        ("Total", "share", "RB"),
    }
    assert errors(rows) == []


def test_groups_of_columns_say_whose_budget_they_are_of() -> None:
    block = grid(
        [
            ["", "<3>Full budget (jointly financed activities)", "<3>Regular budget (United Nations share)"],
            ["Object of expenditure", *MONEY, *MONEY],
            ["Posts", "10.0", "11.0", "12.0", "3.0", "3.5", "4.0"],
            ["Total", "10.0", "11.0", "12.0", "3.0", "3.5", "4.0"],
        ],
        header_rows=2,
    )
    title = heading("Evolution of financial resources by object of expenditure", level=4)
    rows = read(fascicle(RESOURCES, Block("caption", "Table 99.1"), title, paragraph(UNIT), block))
    told = {c["value"]: (c["budget_basis"], c["funding_source_code"]) for c in rows["mart_cell"] if c["fact_id"]}
    assert told[Decimal("12.0")] == ("jointly_financed", "ALL")
    assert told[Decimal("4.0")] == ("share", "RB")
    assert errors(rows) == []


def test_a_source_that_nothing_knows_is_missing_from_the_sum_of_sources() -> None:
    def part(number: str, source: str, *rows: list[str]) -> list[Block]:
        return [heading(source, f"({number})", 5), grid([[COMPONENTS, *MONEY], *rows])]

    rows = read(
        fascicle(
            RESOURCES,
            Block("caption", "Table 99.1"),
            heading("Overall: evolution of financial resources by source of funding and component", level=4),
            paragraph(UNIT),
            part(
                "1",
                "Regular budget",
                ["A. Programme of work", "3.0", "3.0", "3.0"],
                ["Subtotal, 1", "3.0", "3.0", "3.0"],
            ),
            part(
                "2",
                "Donated",
                ["A. Programme of work", "4.0", "4.0", "4.0"],
                ["Subtotal, 2", "4.0", "4.0", "4.0"],
                ["Total (1+2)", "7.0", "7.0", "7.0"],
            ),
        )
    )
    told = {(c["table_part"], c["row_label"]): c["funding_source_code"] for c in rows["mart_cell"] if c["fact_id"]}
    assert told["1", "Subtotal, 1"] == "RB"
    assert ("2", "Subtotal, 2") not in told
    assert errors(rows) == []


# -- K2: a group above the subprogramme ------------------------------------------------------------


def test_a_heading_row_that_the_body_repeats_opens_a_group() -> None:
    def city(name: str, number: str, amount: str) -> list[Block]:
        return [
            heading(f"Conference services, {name}", level=3),
            heading("Subprogramme 2", level=3),
            heading("Planning", level=3),
            *table(
                number,
                "Subprogramme 2: evolution of financial resources",
                UNIT,
                MONEY,
                [["Posts", amount, amount, amount], ["Total", amount, amount, amount]],
                "Main category of expenditure",
            ),
        ]

    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["Conference services, Northville", "", "", ""],
                ["2. Planning", "10.0", "10.0", "10.0"],
                ["Conference services, Southport", "", "", ""],
                ["2. Planning", "12.0", "12.0", "12.0"],
                ["Subtotal, A", "22.0", "22.0", "22.0"],
                ["Total", "22.0", "22.0", "22.0"],
            ),
            city("Northville", "99.2", "10.0"),
            city("Southport", "99.3", "12.0"),
        )
    )
    assert subjects(rows, "99.2")["Total"] == "|conference_services_northville|2|RB||total|"
    assert subjects(rows, "99.3")["Total"] == "|conference_services_southport|2|RB||total|"
    by_row = {c["row_number"]: c["component_code"] for c in rows["mart_cell"] if c["table_number"] == "99.1"}
    assert (by_row[3], by_row[5]) == ("conference_services_northville", "conference_services_southport")
    assert errors(rows) == []


# -- K3: an annex in the middle --------------------------------------------------------------------


def test_an_annex_in_the_middle_ends_neither_its_entity_nor_the_section() -> None:
    rows = read(
        fascicle(
            heading("Office of Maps", "I.", 2),
            PLAN,
            heading("Annex", level=2),
            heading("Subprogrammes that are discontinued", level=2),
            RESOURCES,
            by_object("99.1", "Overall: by object", ["Posts", "9.0", "9.5", "10.0"]),
            heading("Office of Charts", "II.", 2),
            heading("Proposed post and non-post resource requirements for 2026", level=1),
            by_object("99.2", "Overall: by object", ["Posts", "1.0", "1.5", "2.0"]),
            heading("Annex I", level=2),
            heading("List of offices", level=2),
        )
    )
    assert subjects(rows, "99.1") == {"Posts": "I|||RB||object|posts"}
    assert subjects(rows, "99.2") == {"Posts": "II|||RB||object|posts"}
    assert [row["entity_code"] for row in rows["dim_entity"]] == ["I", "II"]


def test_numbers_in_the_last_annex_are_no_entities() -> None:
    rows = read(
        fascicle(
            heading("Office of Maps", "I.", 2),
            RESOURCES,
            by_object("99.1", "Overall: by object", ["Posts", "9.0", "9.5", "10.0"]),
            heading("Annex I", level=2),
            heading("Charts of units", "II.", 2),
            heading("More of them", "III.", 2),
        )
    )
    assert [row["entity_code"] for row in rows["dim_entity"]] == ["I"]


# -- K4: subtotals and subheadings in summary tables -----------------------------------------------


def test_subtotals_are_of_what_they_sum_and_letters_below_a_number_are_its_parts() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["Structure of 2025 and 2026", "", "", ""],
                ["6. Statistics", "1.0", "1.0", "1.0"],
                ["7. Regional activities", "", "", ""],
                ["(a) North", "3.0", "3.0", "3.0"],
                ["(b) West", "4.0", "4.0", "4.0"],
                ["Subtotal, subprogramme 7", "7.0", "7.0", "7.0"],
                ["8. Planning", "2.0", "2.0", "2.0"],
                ["Subtotal, A", "10.0", "10.0", "10.0"],
                ["B. Programme support", "5.0", "5.0", "5.0"],
                ["Total", "15.0", "15.0", "15.0"],
            ),
        )
    )
    assert subjects(rows) == {
        "6. Statistics": "|programme_of_work|6|RB||total|",
        "(a) North": "|programme_of_work|7.1|RB||total|",
        "(b) West": "|programme_of_work|7.2|RB||total|",
        "Subtotal, subprogramme 7": "|programme_of_work|7|RB||total|",
        "8. Planning": "|programme_of_work|8|RB||total|",
        "Subtotal, A": "|programme_of_work||RB||total|",
        "B. Programme support": "|programme_support||RB||total|",
        "Total": "|||RB||total|",
    }


def test_a_structure_that_was_given_up_is_not_the_subprogramme_of_its_number() -> None:
    rows = read(
        fascicle(
            PLAN,
            heading("Subprogramme 3", level=3),
            heading("Maps", level=3),
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["Structure of 2024", "", "", ""],
                ["3. Private roads", "3.0", "–", "–"],
                ["Structure of 2025", "", "", ""],
                ["3. Maps", "–", "2.0", "2.5"],
                ["Subtotal, A", "3.0", "2.0", "2.5"],
                ["Total", "3.0", "2.0", "2.5"],
            ),
        )
    )
    told = subjects(rows)
    assert told["3. Maps"] == "|programme_of_work|3|RB||total|"
    assert told["3. Private roads"] == "|structure_of_2024|3|RB||total|"
    assert errors(rows) == []


def test_a_subtotal_that_names_nothing_is_of_the_numbered_row_above() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["6. Statistics", "1.0", "1.0", "1.0"],
                ["7. Regional activities", "", "", ""],
                ["(a) North", "3.0", "3.0", "3.0"],
                ["(b) West", "4.0", "4.0", "4.0"],
                ["Subtotal", "7.0", "7.0", "7.0"],
                ["Subtotal, A", "8.0", "8.0", "8.0"],
                ["Total", "8.0", "8.0", "8.0"],
            ),
        )
    )
    assert subjects(rows)["Subtotal"] == "|programme_of_work|7|RB||total|"
    assert errors(rows) == []


@pytest.mark.parametrize("word", ["Subtotal, A", "Total, A", "Total (A)"])
def test_a_sum_that_names_a_letter_is_of_the_component_of_that_letter(word: str) -> None:
    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["6. Statistics", "1.0", "1.0", "1.0"],
                ["8. Planning", "2.0", "2.0", "2.0"],
                [word, "3.0", "3.0", "3.0"],
                ["B. Programme support", "5.0", "5.0", "5.0"],
                ["Total", "8.0", "8.0", "8.0"],
            ),
        )
    )
    assert subjects(rows)[word] == "|programme_of_work||RB||total|"
    assert errors(rows) == []


@pytest.mark.parametrize(("words", "unit"), [(UNIT, "thousands_usd"), ("(see also annex II)", None)])
def test_a_unit_below_a_heading_is_that_of_the_table_without_a_caption(words: str, unit: str | None) -> None:
    title = heading("Resources by object of expenditure", level=3)
    block = grid([["Object of expenditure", *MONEY], ["Posts", "9.0", "9.5", "10.0"]])
    rows = read(fascicle(RESOURCES, title, paragraph(words), block))
    assert {cell["unit"] for cell in rows["mart_cell"]} == {unit}


@pytest.mark.parametrize(("figures", "is_doubted"), [(["1.0", "1.0"], True), (["1.0", "1.0", "1.0"], False)])
def test_a_label_that_ends_in_a_figure_is_doubted_where_its_row_lacks_one(figures: list[str], is_doubted: bool) -> None:
    others = (["Posts", "9.0", "9.5", "10.0"], ["Consultants", "1.0", "2.0", "3.0"])
    rows = read(fascicle(RESOURCES, by_object("99.1", "Overall: by object", ["Travel 12.0", *figures], *others)))
    assert ("table_shape" in doubts(rows)) is is_doubted


@pytest.mark.parametrize(("printed", "count"), [("1.2.3", 1), ("1.2", 0), ("–", 0)])
def test_values_that_cannot_be_read_are_counted(printed: str, count: int) -> None:
    rows = read(fascicle(RESOURCES, by_object("99.1", "Overall: by object", ["Posts", "9.0", printed, "10.0"])))
    assert rows["mart_document"][0]["unreadable_cell_count"] == count


def test_a_row_without_a_label_is_summed_with_the_others_though_it_prints_one_figure() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Financial resources",
                UNIT,
                ["2025 approved", "2026 estimate"],
                [["Posts", "1.0", "2.0"], ["", "", "3.0"], ["Total", "1.0", "5.0"]],
                "Object of expenditure",
            ),
        )
    )
    assert [row["total_row_number"] for row in rows["mart_row"]] == [3, 3, None]
    assert errors(rows) == []


def test_money_and_posts_of_one_table_have_their_own_units() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Evolution of financial and post resources",
                UNIT,
                MONEY,
                [
                    ["Financial resources", "", "", ""],
                    ["Posts", "10.0", "11.0", "12.0"],
                    ["Total", "10.0", "11.0", "12.0"],
                    ["Post resources", "", "", ""],
                    ["Professional and higher", "3", "3", "4"],
                    ["Total", "3", "3", "4"],
                ],
                "Category",
            ),
        )
    )
    assert {(c["table_part"], c["unit"]) for c in rows["mart_cell"]} == {
        ("financial", "thousands_usd"),
        ("posts", "posts"),
    }


def test_a_category_above_its_grades_states_nothing_and_one_without_grades_its_posts() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Post resources",
                POSTS,
                ["2025 approved", "2026 proposed"],
                [
                    ["Professional and higher", "–", "–"],
                    ["P-5", "1", "1"],
                    ["P-4", "2", "3"],
                    ["Subtotal", "3", "4"],
                    ["General Service and related", "5", "5"],
                    ["Total", "8", "9"],
                ],
                "Category and grade",
            ),
        )
    )
    told = subjects(rows)
    assert told["Professional and higher"] == "-"
    assert told["Subtotal"] == "|||RB||category|professional_and_higher"
    assert told["General Service and related"] == "|||RB||category|general_service_and_related"


@pytest.mark.parametrize(("cells", "kind"), [(["many", "2", "few", "none yet"], "statistics"), (["many"] * 4, "other")])
def test_one_figure_in_five_cells_makes_statistics(cells: list[str], kind: str) -> None:
    named = [[f"Name {number}", cell] for number, cell in enumerate(cells)]
    rows = read(fascicle(RESOURCES, table("99.1", "Places", "", ["Place"], named, "Name")))
    assert [one["kind"] for one in rows["mart_table"]] == [kind]


# -- K5, K8: heads ---------------------------------------------------------------------------------


def staff(number: str, heads: list[str], *rows: list[str]) -> list[Block]:
    return table(number, "Human resources", POSTS, heads, list(rows), "")


def test_an_unknown_head_beside_a_total_is_an_amount_of_its_own() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            staff(
                "99.1",
                ["Border monitors", "International staff", "National staff", "Total"],
                ["Approved 2025", "1", "50", "31", "82"],
                ["Proposed 2026", "2", "50", "31", "83"],
            ),
        )
    )
    items = {(c["column_label"], c["item_code"]) for c in rows["mart_cell"]}
    assert ("Total", None) in items
    assert ("Border monitors", "border_monitors") in items
    assert errors(rows) == []


def test_a_head_one_slip_away_from_a_known_one_is_that() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            staff(
                "99.1",
                ["Military observer/ advisers", "International staff", "National staff", "Total"],
                ["Approved 2025", "1", "50", "31", "82"],
            ),
        )
    )
    assert {c["item_code"] for c in rows["mart_cell"] if c["column_number"] == 1} == {"military_observers"}


def test_two_subtotals_of_one_group_are_two_facts() -> None:
    block = grid(
        [
            ["", "<4>International staff", "National staff", "Total"],
            ["", "USG", "Subtotal", "FS", "Subtotal", "LL", "Total"],
            ["Approved 2025", "1", "1", "4", "5", "3", "8"],
        ],
        header_rows=2,
    )
    rows = read(fascicle(RESOURCES, Block("caption", "Table 99.1"), heading("Human resources", level=4), block))
    facts = [c["fact_id"] for c in rows["mart_cell"] if c["fact_id"]]
    assert len(facts) == len(set(facts))


def test_the_stub_is_what_is_left_of_the_first_figure() -> None:
    block = grid(
        [
            ["<2>Component/subprogramme", *MONEY],
            ["A.", "Programme of work", "", "", ""],
            ["1.", "Maps", "3.0", "3.0", "3.0"],
            ["2.", "Charts", "4.0", "4.0", "4.0"],
            ["", "Subtotal, A", "7.0", "7.0", "7.0"],
            ["", "Total", "7.0", "7.0", "7.0"],
        ]
    )
    title = heading("Overall: by component", level=4)
    rows = read(fascicle(RESOURCES, Block("caption", "Table 99.1"), title, paragraph(UNIT), block))
    assert subjects(rows)["1. Maps"] == "|programme_of_work|1|RB||total|"
    assert subjects(rows)["2. Charts"] == "|programme_of_work|2|RB||total|"


# -- K6: siblings without the usual parts; partial totals -------------------------------------------


def test_the_next_number_closes_the_last_entity_whatever_its_style() -> None:
    def mission(number: str, name: str, table_number: str, amount: str) -> list[Block]:
        return [
            heading(name, number, 2, "big"),
            heading("Proposed programme plan for 2026", "A.", 1),
            *by_object(table_number, "Financial resources", ["Posts", amount, amount, amount]),
        ]

    rows = read(
        fascicle(
            heading("Missions", "I.", 2),
            mission("1.", "Mission to the Moon", "1", "9.0"),
            mission("2.", "Mission to Mars", "2", "8.0"),
            paragraph("Figures of the mission are below.", "7."),
            paragraph("Mission to Venus: liquidation", "3."),
            paragraph("It was closed.", "8."),
            by_object("3", "Financial resources", ["Posts", "2.0", "–", "–"]),
        )
    )
    assert subjects(rows, "2") == {"Posts": "I.2|||RB||object|posts"}
    assert subjects(rows, "3") == {"Posts": "I.3|||RB||object|posts"}


def test_a_total_that_another_total_takes_in_is_a_subtotal() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Financial resources",
                UNIT,
                MONEY,
                [
                    ["Moon", "100.1", "100.0", "100.0"],
                    ["Mars", "280.0", "200.0", "200.0"],
                    ["Total, continuing", "380.1", "300.0", "300.0"],
                    ["Discontinued", "", "", ""],
                    ["Venus", "22.2", "–", "–"],
                    ["Total", "402.3", "300.0", "300.0"],
                ],
                "Mission",
            ),
        )
    )
    roles = {c["row_label"]: c["row_role"] for c in rows["mart_cell"]}
    assert (roles["Total, continuing"], roles["Total"]) == ("subtotal", "total")
    assert subjects(rows)["Total, continuing"] == "-"
    assert errors(rows) == []


# -- K7: an empty stub head ------------------------------------------------------------------------


def test_rows_show_the_kind_of_a_table_without_a_stub_head() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["A. Programme of work", "", "", ""],
                ["1. Maps", "3.0", "3.0", "3.0"],
                ["2. Charts", "4.0", "4.0", "4.0"],
                ["Subtotal, A", "7.0", "7.0", "7.0"],
                ["B. Programme support", "1.0", "1.0", "1.0"],
                ["Total", "8.0", "8.0", "8.0"],
                stub="",
            ),
        )
    )
    assert rows["mart_table"][0]["kind"] == "financial_by_component"
    assert subjects(rows)["2. Charts"] == "|programme_of_work|2|RB||total|"


def test_one_row_with_a_known_name_makes_a_table_of_components() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            components(
                "99.1",
                ["Programme of work", "3.0", "3.0", "3.0"],
                ["Subtotal, 1", "3.0", "3.0", "3.0"],
                stub="",
            ),
        )
    )
    assert rows["mart_table"][0]["kind"] == "financial_by_component"
    assert subjects(rows)["Programme of work"] == "|programme_of_work||RB||total|"


def test_objects_below_an_empty_head_are_no_components() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Overall",
                UNIT,
                MONEY,
                [["1. Posts", "3.0", "3.0", "3.0"], ["2. Consultants", "4.0", "4.0", "4.0"]],
                "",
            ),
        )
    )
    assert rows["mart_table"][0]["kind"] != "financial_by_component"


# -- K10: a misprinted head ------------------------------------------------------------------------


@pytest.mark.parametrize("has_formulas", [True, False])
def test_two_columns_never_say_the_same(has_formulas: bool) -> None:
    heads = ["2025 appropriation", "2024 expenditure", "2025 appropriation", "2026 estimate", "Change"]
    formulas = ["", "(1)", "(2)", "(3)", "(4)", "(5)=(4)-(3)"]
    rows = [["Mission", *heads], *([formulas] if has_formulas else []), ["Moon", "8.0", "7.0", "9.0", "10.0", "1.0"]]
    block = grid(rows, header_rows=len(rows) - 1)
    read_rows = read(
        fascicle(
            RESOURCES,
            Block("caption", "Table 99.1"),
            heading("Financial resources", level=4),
            paragraph(UNIT),
            block,
        )
    )
    told = {c["value"]: c["measure"] for c in read_rows["mart_cell"]}
    assert told[Decimal("8.0")] is None
    assert told[Decimal("9.0")] == ("appropriation" if has_formulas else None)
    assert len([f for f in read_rows["mart_finding"] if f["check_name"] == "heads_tell_columns_apart"]) == 1
    assert errors(read_rows) == []


def test_figures_show_which_of_two_equal_heads_the_change_leads_to() -> None:
    heads = ["2025 appropriation", "Change", "2026 estimate (before recosting)", "Recosting", "2026 estimate"]
    rows = read(
        fascicle(
            RESOURCES,
            table(
                "99.1",
                "Overall: by object of expenditure",
                UNIT,
                heads,
                [
                    ["Posts", "9.0", "1.0", "10.0", "0.5", "10.5"],
                    ["Consultants", "3.0", "(1.0)", "2.0", "0.1", "2.1"],
                    ["Total", "12.0", "–", "12.0", "0.6", "12.6"],
                ],
                "Object of expenditure",
            ),
        )
    )
    told = {c["column_number"]: c["measure"] for c in rows["mart_cell"] if c["row_label"] == "Posts"}
    assert told == {1: "appropriation", 2: "total_change", 3: "estimate", 4: None, 5: None}
    assert errors(rows) == []


# -- K11: part amounts in prose --------------------------------------------------------------------


def test_amounts_under_posts_and_non_post_are_parts() -> None:
    heads = ["2025 approved", "Other changes", "2026 estimate"]
    rows = read(
        fascicle(
            RESOURCES,
            heading("Overview", level=2),
            table(
                "99.1",
                "Overall: evolution of financial and post resources",
                UNIT,
                heads,
                [
                    ["Posts", "10.0", "108.8", "118.8"],
                    ["Non-post", "20.0", "5.0", "25.0"],
                    ["Total", "30.0", "113.8", "143.8"],
                ],
                "Main category of expenditure",
            ),
            heading("Other changes", level=4),
            paragraph(
                "As shown in table 99.1, changes reflect an increase of $108,800 under posts, for one analyst, and an "
                "increase of $5,000 under non-post resources.",
                "99.1",
            ),
        )
    )
    told = {s["printed_text"]: s["fact_id"] for s in rows["mart_stated_amount"] if s["fact_id"]}
    assert told == {
        "$108,800": "2026|99||||RB||object|posts|other_change|2026|USD",
        "$5,000": "2026|99||||RB||object|non_post|other_change|2026|USD",
    }
    assert rows["mart_finding"] == [f for f in rows["mart_finding"] if f["class"] not in {"restated", "material"}]


# -- K12: boxes ------------------------------------------------------------------------------------


def boxes(*texts: str) -> dict[tuple[str, str | None], tuple[str, int]]:
    document = fascicle(RESOURCES, heading("Annex", level=2), *(Block("org_unit", text) for text in texts))
    return {
        (row["unit_label"], row["grade"]): (row["funding_source_code"], int(row["post_count"]))
        for row in read(document)["mart_org_unit_post"]
    }


def test_a_box_of_two_units_is_two_units() -> None:
    told = boxes("Office of Maps\nRB:\n1 D-1, 2 P-4\nTotal: 3\nChart Service\nRB:\n1 P-5\nTotal: 1")
    assert told["Office of Maps", None] == ("RB", 3)
    assert told["Chart Service", None] == ("RB", 1)


def test_printed_totals_show_which_source_pays_the_posts_of_a_short_line() -> None:
    told = boxes("Office of Maps\nRB:\tXB:\n1 D-1\t2 P-4\n3 P-3\n4 P-2\n4\t6\nTotal: 10")
    assert told["Office of Maps", "P-3"] == ("RB", 3)
    assert told["Office of Maps", "P-2"] == ("XB", 4)


def test_an_organization_chart_set_as_a_table_gives_its_boxes() -> None:
    block = grid(
        [
            ["<2>Office of Maps (programme support)", "", "<2>Chart Division (subprogramme 1)"],
            ["RB:", "XB:", "", "RB:", ""],
            ["1 P-5", "1 P-3", "", "1 D-1", ""],
            ["2 P-4", "", "", "3 P-4", ""],
            ["3", "1", "", "2 P-3", ""],
            ["<2>Total 4", "", "<2>Total 6"],
        ],
        header_rows=0,
    )
    rows = read(fascicle(RESOURCES, heading("Annex", level=2), heading("Organizational structure", level=2), block))
    totals = {
        (r["unit_label"], r["funding_source_code"]): r["post_count"]
        for r in rows["mart_org_unit_post"]
        if r["is_total"]
    }
    assert totals["Office of Maps (programme support)", "ALL"] == 4
    assert totals["Chart Division (subprogramme 1)", "RB"] == 6
    assert rows["mart_finding"] == []


# -- K13 -------------------------------------------------------------------------------------------


def test_a_figure_set_as_a_table_has_no_number_of_a_table() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            Block("caption", "Figure 99.I"),
            heading("Distribution of resources for 2026", level=4),
            grid([["Posts", "Money"], ["12 posts", "$5.0"]]),
            chart("Distribution of posts", ("D-1", "5"), ("P-4", "7")),
        )
    )
    assert [t["table_number"] for t in rows["mart_table"]] == [None]
    assert {c["figure_number"] for c in rows["mart_chart_value"]} == {"99.I"}


def test_a_series_of_another_year_states_no_proposal() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            Block("caption", "Figure 99.I"),
            heading("Distribution of posts", level=4),
            chart("2025", ("D-1", "5"), ("P-4", "7")),
            chart("2026", ("D-1", "6"), ("P-4", "7")),
        )
    )
    told = {(c["series"], c["label"]): (c["fiscal_year"], c["fact_id"] is not None) for c in rows["mart_chart_value"]}
    assert told["2025", "D-1"] == (2025, False)
    assert told["2026", "D-1"] == (2026, True)


# -- binding by value ------------------------------------------------------------------------------


@pytest.mark.parametrize("second", [[], ["5.1", "5.2", "5.3"]], ids=["one table", "another with other figures"])
def test_an_abbreviation_is_bound_to_the_entity_with_its_figures(second: list[str]) -> None:
    def mission(number: str, name: str, table_number: str, *tables: list[str]) -> list[Block]:
        return [
            heading(name, number, 2, "big"),
            heading("Proposed programme plan for 2026", "A.", 1),
            *(
                block
                for nth, amounts in enumerate(tables)
                for block in by_object(
                    f"{table_number}{nth}", "Financial resources", ["Posts", *amounts], ["Total", *amounts]
                )
            ),
        ]

    moon = [["9.1", "9.2", "9.3"], second] if second else [["9.1", "9.2", "9.3"]]
    rows = read(
        fascicle(
            heading("Overview", "I.", 2),
            table(
                "1",
                "Financial resources",
                UNIT,
                MONEY,
                [["MOMO", "9.1", "9.2", "9.3"], ["MOMA", "8.1", "8.2", "8.3"], ["Total", "17.2", "17.4", "17.6"]],
                "Mission",
            ),
            heading("Missions", "II.", 2),
            mission("1.", "Mission to the Moon", "2", *moon),
            mission("2.", "Mission to Mars", "3", ["8.1", "8.2", "8.3"]),
        )
    )
    assert (subjects(rows, "1")["MOMO"] == "II.1|||RB||total|") is not bool(second)
    assert subjects(rows, "1")["MOMA"] == "II.2|||RB||total|"


# -- nothing good is refused -----------------------------------------------------------------------


def test_what_is_no_number_is_a_finding_with_the_value_that_is_implied() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            by_object(
                "99.1",
                "Overall: by object",
                ["Posts", "9.0", "9.5", "2.679.6"],
                ["Consultants", "1.0", "1.0", "20.4"],
                ["Total", "10.0", "10.5", "2 700.0"],
            ),
        )
    )
    (finding,) = [f for f in rows["mart_finding"] if f["class"] == "unreadable"]
    assert (finding["printed_text"], finding["implied_value"]) == ("2.679.6", Decimal("2679.6"))
    (cell,) = [c for c in rows["mart_cell"] if c["printed_text"] == "2.679.6"]
    assert cell["value"] is None
    assert errors(rows) == []


def test_a_total_that_sums_no_row_is_a_doubt_and_states_nothing() -> None:
    rows = read(
        fascicle(
            RESOURCES,
            by_object(
                "99.1", "Overall: by object", ["Total", "9.0", "9.5", "9.6"], ["Consultants", "1.0", "1.0", "1.0"]
            ),
        )
    )
    assert [d["kind"] for d in rows["mart_doubt"]] == ["table_shape"]
    assert all(c["fact_id"] is None for c in rows["mart_cell"] if c["row_label"] == "Total")
    assert errors(rows) == []


def test_a_summary_may_name_an_entity_with_other_small_words() -> None:
    envoys = ["Office of the Special Envoy for Yemen", "Office of the Personal Envoy for the Sudan"]
    rows = read(
        fascicle(
            *(
                part
                for number, name in enumerate(envoys, start=1)
                for part in (
                    heading(name, f"{number}.", 1),
                    heading("Proposed programme plan for 2026", "A.", 2),
                    heading("Proposed post and non-post resource requirements for 2026", "B.", 2),
                )
            ),
            table(
                "99.1",
                "Resources by mission",
                UNIT,
                MONEY,
                [
                    ["Office of the Special Envoy on Yemen", "1.0", "1.0", "1.0"],
                    ["Office of the Personal Envoy on Sudan", "2.0", "2.0", "2.0"],
                    ["Total", "3.0", "3.0", "3.0"],
                ],
                "Mission",
            ),
        )
    )
    codes = {cell["row_label"]: cell["entity_code"] for cell in rows["mart_cell"]}
    assert codes["Office of the Special Envoy on Yemen"] == "1"
    assert codes["Office of the Personal Envoy on Sudan"] == "2"


def test_what_is_part_of_a_component_is_none_of_its_own() -> None:
    lines = [
        ["A. Executive direction and management", "5.0", "5.0", "5.0"],
        ["of which: temporary assistance", "1.0", "1.0", "1.0"],
        ["1. Office of the Director", "2.0", "2.0", "2.0"],
        ["Total", "5.0", "5.0", "5.0"],
    ]
    rows = read(fascicle(RESOURCES, table("99.1", "Resources by component", UNIT, MONEY, lines, "Component")))
    components = {cell["row_label"]: cell["component_code"] for cell in rows["mart_cell"]}
    assert components["1. Office of the Director"] == components["A. Executive direction and management"]
    assert subjects(rows)["of which: temporary assistance"] == "-"


@pytest.mark.parametrize(("label", "grade"), [("D.1", "D-1"), ("P 5", "P-5"), ("P4", "P-4"), ("D-2", "D-2")])
def test_a_grade_among_categories_is_a_grade(label: str, grade: str) -> None:
    lines = [["Professional and higher", "2", "2"], [label, "1", "1"], ["Total", "3", "3"]]
    heads = ["2025 approved", "2026 estimate"]
    rows = read(fascicle(RESOURCES, table("99.1", "Post resources", POSTS, heads, lines, "Category")))
    assert subjects(rows)[label].endswith(f"grade|{grade}")


def test_letters_below_a_number_are_its_parts_in_capitals_too() -> None:
    lines = [
        ["B. PROGRAMME OF WORK", "", "", ""],
        ["7. REGIONAL ACTIVITIES", "", "", ""],
        ["(A) NORTH", "3.0", "3.0", "3.0"],
        ["(B) WEST", "4.0", "4.0", "4.0"],
        ["SUBTOTAL, SUBPROGRAMME 7", "7.0", "7.0", "7.0"],
        ["TOTAL", "7.0", "7.0", "7.0"],
    ]
    found = subjects(read(fascicle(RESOURCES, components("99.1", *lines))))
    assert found["(A) NORTH"].split("|")[1:3] == ["programme_of_work", "7.1"]
    assert found["SUBTOTAL, SUBPROGRAMME 7"].split("|")[1:3] == ["programme_of_work", "7"]


def test_thousands_of_posts_may_be_parted_by_a_stop() -> None:
    heads, lines = (
        ["2025 approved", "2026 proposed"],
        [["Professional and higher", "1.138", "0.125"], ["Total", "1.138", "0.125"]],
    )
    rows = read(fascicle(RESOURCES, table("99.1", "Post resources", POSTS, heads, lines, "Category")))
    cells = {
        (cell["row_label"], cell["printed_text"]): (cell["value"], cell["precision_digits"])
        for cell in rows["mart_cell"]
    }
    assert cells["Total", "1.138"] == (Decimal(1138), 0)
    assert cells["Total", "0.125"] == (Decimal("0.125"), 3)


def test_a_year_below_the_head_of_all_sources_is_no_change() -> None:
    heads = ["<3>Regular budget", "<3>Extrabudgetary", "<3>Total"]
    below, figures = ["2025", "2026", "Variance"] * 3, ["1.0", "1.0", "–", "2.0", "2.0", "–", "3.0", "3.0", "–"]
    block = grid([["", *heads], ["Component", *below], ["Trade", *figures]], header_rows=2)
    columns = layout_of(block.grid, vocabulary_of("en")).columns
    assert [column.measure for column in columns if column.funding == "ALL"] == [None, None, "total_change"]


def test_the_letter_of_a_footnote_is_no_part_of_a_name() -> None:
    names = {"internationalcivilservicecommission": "I", "jointinspectionunit": "II"}
    vocabulary = vocabulary_of("en")
    assert entity_of("Joint Inspection Board", names, vocabulary) is None
    labels = ["International Civil Service Commissiona", "Joint Inspection Unit", "Joint Inspection Units"]
    outline = [OutlineRow(number, label, True, 0, words=label) for number, label in enumerate(labels, start=1)]
    found = subjects_of("financial_by_object", outline, Scope(), False, names, None, vocabulary)
    assert [subject.scope.entity for subject in found] == ["I", "II", ""]
    assert outline_label("USGa", vocabulary) == "USG"
    assert outline_label("Consultantsa", vocabulary) == "Consultants"

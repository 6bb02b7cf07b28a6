"""Every view says what it holds, and its rows are what it says: one per grain, parts that add up to their whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.home import Home
from warehouse.marts import views
from warehouse.query import run_query

_MONEY = ("edition_year", "section_code", "entity_code", "scope", "component_code", "subprogramme_code")
GRAINS = {
    "v_appropriation": ("claim_id",),
    "v_cost_by_mission": ("cell_id",),
    "v_posts_by_mission": ("cell_id",),
    "v_staffing_change_by_mission": ("post_change_id",),
    "v_draft_adopted": ("draft_symbol", "symbol"),
    "v_budget_by_component": (*_MONEY, "funding_source_code", "currency"),
    "v_budget_by_entity": ("edition_year", "section_code", "entity_code", "funding_source_code", "currency"),
    "v_budget_by_object": (*_MONEY, "funding_source_code", "currency", "breakdown", "object_code"),
    "v_budget_part": ("part_code",),
    "v_budget_by_part": ("edition_year", "part_code", "funding_source_code", "measure", "fiscal_year"),
    "v_budget_by_section": ("edition_year", "section_code", "funding_source_code", "measure", "fiscal_year"),
    "v_budget_by_subprogramme": (
        "edition_year",
        "section_code",
        "entity_code",
        "subprogramme_code",
        "funding_source_code",
        "currency",
    ),
    "v_claim_place": ("claim_id",),
    "v_counted_document": ("symbol",),
    "v_deliverable_delivery": ("line_id", "fiscal_year"),
    "v_deliverable_vintage": ("cell_id",),
    "v_fact_agreement": ("fact_id",),
    "v_finding_by_section": ("edition_year", "section_code", "class", "severity", "check_name"),
    "v_finding_source": ("finding_id",),
    "v_mandate_resource": ("mandate_id",),
    "v_object_by_section": ("edition_year", "section_code", "funding_source_code", "object_code"),
    "v_life_of_figure": (
        *("budget", "code", "funding_source_code", "fiscal_year", "step", "edition_year"),
        *("document_id", "measure", "place", "row_label", "claim_id"),
    ),
    "v_post_by_category": (*_MONEY, "funding_source_code", "breakdown", "category_code", "grade_code"),
    "v_post_by_grade": ("edition_year", "section_code", "entity_code", "funding_source_code", "grade_code"),
    "v_post_by_section": ("edition_year", "section_code", "funding_source_code"),
    "v_result": (
        "document_id",
        "entity_code",
        "subprogramme_code",
        "result_label",
        "table_number",
        "fiscal_year",
    ),
    "v_search_text": ("kind", "document_id", "symbol", "place", "heading", "text"),
    "v_section": ("edition_year", "section_code"),
    "v_section_finding": ("finding_id",),
    "v_section_grade": ("edition_year", "section_code", "funding_source_code", "grade_code"),
    "v_section_overview": ("edition_year", "section_code", "funding_source_code"),
    "v_section_post": ("edition_year", "section_code", "funding_source_code"),
    "v_section_quality": ("document_id", "verdict"),
    "v_section_year": ("edition_year", "section_code", "funding_source_code", "fiscal_year", "stage"),
    "v_section_share": ("edition_year", "section_code", "funding_source_code"),
    "v_vintage": (*_MONEY[1:], "funding_source_code", "fiscal_year", "edition_year", "measure"),
}


@pytest.fixture(scope="module")
def database(published: Path) -> Path:
    return Home(published).current / "fascicle.duckdb"


def test_every_view_has_its_grain_here():
    assert GRAINS.keys() == {view.name for view in views()}


@pytest.mark.parametrize("name", sorted(GRAINS))
def test_a_view_has_one_row_per_grain(database, name):
    keys = ", ".join(GRAINS[name])
    twice = run_query(database, f"SELECT {keys}, count(*) FROM {name} GROUP BY ALL HAVING count(*) > 1")
    assert twice.rows == ()


def test_every_table_view_and_column_has_its_comment(database):
    silent = run_query(
        database,
        """
        SELECT table_name, NULL FROM duckdb_tables() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        """,
    )
    assert silent.rows == ()


def test_the_columns_described_are_those_of_the_view(database):
    for view in views():
        answer = run_query(database, f"SELECT * FROM {view.name} LIMIT 0")
        assert answer.columns == tuple(name for name, _ in view.columns)


def test_the_objects_add_up_to_the_section(database):
    answer = run_query(
        database,
        """
        SELECT sum(proposed_estimate) = (
            SELECT proposed_estimate FROM v_budget_by_component WHERE scope = 'section' AND funding_source_code = 'RB'
        )
        FROM v_budget_by_object WHERE scope = 'section' AND funding_source_code = 'RB' AND breakdown = 'object'
        """,
    )
    assert answer.rows == ((True,),)


def test_the_grades_add_up_to_the_section(database):
    answer = run_query(
        database,
        """
        SELECT sum(grade.proposed_posts) = any_value(section.proposed_posts)
        FROM v_post_by_grade AS grade JOIN v_post_by_section AS section
            USING (edition_year, section_code, funding_source_code)
        """,
    )
    assert answer.rows == ((True,),)


def test_a_figure_leads_to_its_claims(database):
    answer = run_query(
        database,
        """
        SELECT count(*) = any_value(section.claim_count), bool_and(place.line_first IS NOT NULL)
        FROM v_budget_by_section AS section JOIN v_claim_place AS place USING (fact_id)
        WHERE section.measure = 'estimate' AND section.funding_source_code = 'RB' AND section.fiscal_year = 2023
            AND place.value IS NOT NULL
        """,
    )
    assert answer.rows == ((True, True),)

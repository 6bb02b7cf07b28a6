"""Each rule between tables with the statements that break it, and nothing but it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from expectations.gx.rules import RULE_BY_NAME, rules_of
from tests.shared import BUNDLED, judged
from tests.warehouse.made import prepare_rows
from warehouse.tables import TABLE_BY_NAME, TABLES

TWO_MORE = """
    INSERT INTO mart_document
    SELECT mart_document.* REPLACE (document_id || copy AS document_id, symbol || copy AS symbol, 0 AS line_count, 0 AS unclaimed_line_count,
        0 AS unclaimed_table_line_count, 0 AS unreadable_cell_count)
    FROM mart_document, (VALUES ('+1'), ('+2')) AS copies(copy)
"""
"""Two documents more, of which nothing else is known."""


# Statements on a warehouse of the bundled edition, by table and rule; one cell has its copies beside it.
MUTATIONS: dict[tuple[str, str], str] = {
    ("mart_document", "expect_every_line_to_be_kept"): "DELETE FROM mart_source_line WHERE role = 'heading'",
    ("mart_source_line", "expect_no_line_inside_a_table_to_be_unclaimed"): (
        "UPDATE mart_source_line SET role = 'unclaimed_table' WHERE line_number = 1;"
        "UPDATE mart_document SET unclaimed_line_count = 1, unclaimed_table_line_count = 1"
    ),
    ("mart_table", "expect_tables_to_count_their_cells"): (
        "UPDATE mart_table SET cell_count = cell_count - 1 WHERE table_number = '10.16'"
    ),
    ("mart_cell", "expect_printed_text_to_stand_on_its_lines"): (
        "UPDATE mart_cell SET line_first = 1, line_last = 1 WHERE table_number = '10.22'"
    ),
    ("mart_cell", "expect_printed_digits_to_be_the_value"): (
        "UPDATE mart_cell SET value = 48 WHERE table_number = '10.22' AND printed_text = '84'"
    ),
    ("mart_cell", "expect_cells_to_stand_in_their_row"): (
        "UPDATE mart_cell SET row_label = 'another' WHERE table_number = '10.22'"
    ),
    ("mart_cell", "expect_facts_to_say_what_their_cell_says"): (
        "UPDATE mart_cell SET fiscal_year = 2020 WHERE table_number = '10.16' AND measure = 'expenditure'"
    ),
    ("mart_row", "expect_outlines_to_point_at_rows"): (
        "UPDATE mart_row SET parent_row_number = 99 WHERE parent_row_number IS NOT NULL"
    ),
    ("mart_chart_value", "expect_printed_text_to_stand_on_its_lines"): (
        "UPDATE mart_chart_value SET line_first = 1, line_last = 1 WHERE printed_text = '303.8'"
    ),
    ("mart_chart_value", "expect_printed_digits_to_be_the_value"): (
        "UPDATE mart_chart_value SET printed_text = '03.8' WHERE printed_text = '303.8';"
        "UPDATE mart_claim SET printed_text = '03.8' WHERE printed_text = '303.8' AND source = 'chart'"
    ),
    ("mart_org_unit_post", "expect_printed_text_to_stand_on_its_lines"): (
        "UPDATE mart_org_unit_post SET printed_text = 'ASG 1' WHERE grade = 'USG'"
    ),
    ("mart_stated_amount", "expect_printed_text_to_stand_on_its_lines"): (
        "UPDATE mart_stated_amount SET line_last = line_first - 1 WHERE line_last = line_first"
    ),
    ("mart_claim", "expect_claims_to_have_a_place"): (
        "UPDATE mart_claim SET source = 'cell' WHERE claim_id = (SELECT min(claim_id) FROM mart_claim WHERE source = 'detail')"
    ),
    ("mart_claim", "expect_claims_to_say_what_is_printed"): (
        "UPDATE mart_claim SET printed_text = 'another' WHERE source = 'prose'"
    ),
    ("mart_financial_resource", "expect_amounts_to_be_their_claims"): (
        "UPDATE mart_financial_resource SET amount_usd = amount_usd * 1000 WHERE scope = 'subprogramme'"
    ),
    ("mart_financial_resource", "expect_claims_of_facts_to_be_counted"): (
        "UPDATE mart_financial_resource SET claim_count = claim_count + 1"
    ),
    ("mart_financial_resource", "expect_quality_to_follow_the_relations"): (
        "UPDATE mart_financial_resource SET quality = 'exact' WHERE quality = 'violated'"
    ),
    ("mart_financial_resource", "expect_doubtful_facts_to_rest_on_a_doubt"): (
        "UPDATE mart_financial_resource SET quality = 'doubtful' WHERE quality = 'exact' AND scope = 'subprogramme'"
    ),
    ("mart_financial_resource", "expect_every_section_to_have_its_total"): (
        "DELETE FROM mart_section_total WHERE funding_source_code = 'XB'"
    ),
    ("mart_section_total", "expect_section_totals_to_be_counted_once"): (
        "UPDATE mart_section_total SET amount_usd = 2 * amount_usd WHERE funding_source_code = 'XB'"
    ),
    ("mart_post", "expect_posts_to_be_their_claims"): "UPDATE mart_post SET post_count = post_count + 1",
    ("mart_post", "expect_claims_of_facts_to_be_counted"): "UPDATE mart_post SET claim_count = 0",
    ("mart_post", "expect_quality_to_follow_the_relations"): (
        "UPDATE mart_post SET quality = 'violated' WHERE grade_code = 'USG'"
    ),
    ("mart_post", "expect_doubtful_facts_to_rest_on_a_doubt"): (
        "UPDATE mart_post SET quality = 'doubtful' WHERE grade_code = 'USG'"
    ),
    ("mart_deliverable", "expect_quantities_to_be_their_cells"): (
        "UPDATE mart_deliverable SET quantity = NULL WHERE item_number = 1"
    ),
    ("mart_check", "expect_checks_to_add_up"): (
        "UPDATE mart_check SET exact = exact - 1 WHERE check_name = 'printed_values_are_readable'"
    ),
    ("mart_check", "expect_checks_to_count_their_relations"): (
        "DELETE FROM mart_relation_member WHERE relation_id IN "
        "(SELECT relation_id FROM mart_relation WHERE check_name = 'unit_total_equals_its_grades' LIMIT 1);"
        "DELETE FROM mart_relation WHERE relation_id NOT IN (SELECT relation_id FROM mart_relation_member)"
    ),
    ("mart_check", "expect_checks_to_look_where_their_subject_is"): (
        f"{TWO_MORE}; UPDATE mart_check SET evaluated = 0, exact = 0 WHERE check_name = 'item_numbers_run_without_gaps'"
    ),
    ("mart_relation", "expect_verdicts_to_follow"): ("UPDATE mart_relation SET bound = 0 WHERE verdict = 'rounding'"),
    ("mart_relation", "expect_residuals_to_be_those_of_the_members"): (
        "UPDATE mart_relation_member SET coefficient = 2 * coefficient WHERE role = 'base'"
    ),
    ("mart_relation", "expect_relations_to_count_their_members"): (
        "UPDATE mart_relation SET member_count = member_count + 1"
    ),
    ("mart_relation", "expect_violated_relations_to_have_a_finding"): "DELETE FROM mart_finding WHERE class = 'sign'",
    ("mart_relation_member", "expect_members_to_be_printed"): (
        "UPDATE mart_relation_member SET claim_id = 'nowhere' WHERE relation_id = "
        "(SELECT min(relation_id) FROM mart_relation WHERE verdict = 'unassessable') AND claim_id IS NOT NULL"
    ),
    ("mart_finding", "expect_findings_to_quote_their_claim"): (
        "UPDATE mart_finding SET printed_text = '9.0' WHERE class = 'sign'"
    ),
    ("mart_finding", "expect_findings_to_have_a_place"): (
        "UPDATE mart_finding SET table_number = NULL, paragraph_number = NULL, page_number = NULL, line_first = NULL, "
        "row_label = NULL, printed_text = NULL WHERE class = 'citation'"
    ),
    ("mart_finding", "expect_differences_to_be_printed_less_implied"): (
        "UPDATE mart_finding SET difference = -difference WHERE class = 'sign'"
    ),
}

REFERENCES = [
    (table.name, field.name)
    for table in TABLES
    for field in table.fields
    if field.references and any(row.get(field.name) for row in judged(BUNDLED).get(table.name, []))
]


def test_one_or_two_documents_may_give_a_check_nothing_to_trust(connection: duckdb.DuckDBPyConnection) -> None:
    table, rule = "mart_check", "expect_checks_to_look_where_their_subject_is"
    connection.execute(MUTATIONS[table, rule].removeprefix(TWO_MORE).lstrip("; "))
    assert broken_anywhere(connection) == set()


@pytest.mark.parametrize(
    ("idle", "is_found"),
    [({"item_numbers_run_without_gaps"}, True), ({"table_numbers_run_without_gaps"}, False), (set(), False)],
    ids=["idle", "another is idle", "none is idle"],
)
def test_the_subject_of_a_check_is_looked_for_where_it_evaluated_nothing(
    connection: duckdb.DuckDBPyConnection, idle: set[str], is_found: bool
) -> None:
    table, rule = "mart_check", "expect_checks_to_look_where_their_subject_is"
    connection.execute(MUTATIONS[table, rule])
    asked = {one.expectation_type: one for one in rules_of(TABLE_BY_NAME[table], idle=idle)}[rule]
    found = connection.execute(str(asked.unexpected_rows_query).format(batch=table)).fetchall()
    assert [place for place, _ in found] == (sorted(idle) if is_found else [])


@pytest.fixture(scope="module")
def file() -> Iterator[duckdb.DuckDBPyConnection]:
    """The bundled edition without keys and closed lists, which would refuse what the rules are to find."""
    with duckdb.connect() as connection:
        for name, table in prepare_rows(judged(BUNDLED)).items():
            connection.register("incoming", table)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM incoming")
        yield connection


@pytest.fixture
def connection(file: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    file.execute("BEGIN")
    yield file
    file.execute("ROLLBACK")


def broken(connection: duckdb.DuckDBPyConnection, table: str) -> set[str]:
    """Every rule of a table that some row breaks."""
    return {
        rule.expectation_type
        for rule in rules_of(TABLE_BY_NAME[table])
        if connection.execute(str(rule.unexpected_rows_query).format(batch=table)).fetchone()
    }


def broken_anywhere(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """(table, rule) of every rule that some row breaks."""
    return {(table.name, rule) for table in TABLES for rule in broken(connection, table.name)}


def test_nothing_is_broken_in_the_bundled_edition(connection: duckdb.DuckDBPyConnection) -> None:
    assert broken_anywhere(connection) == set()


@pytest.mark.parametrize(("table", "rule"), sorted(MUTATIONS))
def test_a_mutation_breaks_its_rule_and_no_other(connection: duckdb.DuckDBPyConnection, table: str, rule: str) -> None:
    connection.execute(MUTATIONS[table, rule])
    assert broken_anywhere(connection) == {(table, rule)}


@pytest.mark.parametrize(("table", "column"), REFERENCES)
def test_a_reference_to_nowhere_is_found(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> None:
    connection.execute(f"UPDATE {table} SET {column} = 'nowhere' WHERE {column} IS NOT NULL")
    assert "expect_references_to_exist" in broken(connection, table)


def test_every_rule_has_its_mutation_and_every_declared_rule_its_class() -> None:
    assert {rule for _, rule in MUTATIONS} == set(RULE_BY_NAME)
    assert {(table.name, rule) for table in TABLES for rule in table.rules} == set(MUTATIONS)


def test_every_rule_says_a_sentence_of_its_own() -> None:
    sentences = [rule.sentence() for rule in RULE_BY_NAME.values()]
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)


def test_blanks_of_any_kind_are_blanks(connection: duckdb.DuckDBPyConnection) -> None:
    """Word keeps the digits of a number together by blanks that do not break."""
    connection.execute("UPDATE mart_stated_amount SET printed_text = replace(printed_text, ' ', chr(160))")
    connection.execute("UPDATE mart_source_line SET text = replace(text, ' ', chr(8239))")
    assert broken(connection, "mart_stated_amount") == set()


ARABIC = """
    INSERT INTO mart_document BY NAME SELECT * REPLACE ('another' AS document_id, 'ar' AS language) FROM mart_document;
    UPDATE mart_cell SET document_id = 'another', printed_text = '{printed}'
    WHERE table_number = '10.22' AND printed_text = '84';
    INSERT INTO mart_source_line BY NAME SELECT DISTINCT document_id, line_first AS line_number, '{line}' AS text, 'table' AS role
    FROM mart_cell WHERE document_id = 'another'
"""


@pytest.mark.parametrize(
    ("printed", "line", "is_found"),
    [
        ("51\u00a0906.4", "المجموع 906.4 51 561.6 58", True),
        ("(2\u00a0500\u00a0000\u00a0700)", "المجموع (700 000 500 2)", True),
        ("51\u00a0906.4", "المجموع 906.4 52", False),
        ("51\u00a0906.4", "المجموع 906 51.4", False),
    ],
)
def test_groups_of_digits_on_arabic_lines_are_in_typing_order(
    connection: duckdb.DuckDBPyConnection, printed: str, line: str, is_found: bool
) -> None:
    connection.execute(ARABIC.format(printed=printed, line=line))
    found = "expect_printed_text_to_stand_on_its_lines" not in broken(connection, "mart_cell")
    assert found is is_found

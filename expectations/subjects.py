"""What each check judges: the table its verdicts are shown with, and when it must have evaluated something.

A check that evaluated nothing has not passed; whether that is a defect depends on whether there was anything
to look at. ``query`` is SQL on the warehouse that yields rows where there was, told by other means than the
check's own; it is empty where only the check itself can tell.
"""

from __future__ import annotations

from dataclasses import dataclass

_CHANGE = "measure = 'total_change'"
_PART_OF_CHANGE = "measure IN ('technical_adjustment', 'new_expanded_mandate', 'other_change')"
_BASE = "measure IN ('appropriation', 'approved')"
_END = "measure IN ('estimate', 'proposed')"
_PERCENTAGE = "measure = 'percent_change'"


@dataclass(frozen=True, slots=True)
class Subject:
    """The table a check judges, and the query that yields rows where there is something to judge."""

    table: str
    query: str = ""


def _row_with(*conditions: str) -> str:
    """Printed rows in which each condition holds for some value."""
    having = " AND ".join(f"bool_or({condition} AND value IS NOT NULL)" for condition in conditions)
    return (
        "SELECT 1 FROM mart_cell WHERE superseded_by IS NULL AND funding_source_code IS NOT NULL "
        f"GROUP BY table_id, row_number, funding_source_code HAVING {having}"
    )


def _total_with_member(condition: str) -> str:
    """A value and, in its column, that of the total it is summed in."""
    return (
        "SELECT 1 FROM mart_cell AS part JOIN mart_cell AS total ON total.table_id = part.table_id "
        "AND total.row_number = part.total_row_number AND total.column_number = part.column_number "
        "AND total.funding_source_code IS NOT DISTINCT FROM part.funding_source_code "
        "JOIN mart_table AS held ON held.table_id = part.table_id "
        "WHERE part.superseded_by IS NULL AND total.superseded_by IS NULL "
        "AND coalesce(part.unit, '') NOT IN ('percent', 'text') "
        f"AND coalesce(part.measure, '') <> 'percent_change' AND {condition}"
    )


def _running(table: str, number: str, pattern: str = "[0-9]+$", condition: str = "true") -> str:
    """Two numbers that differ in their last part alone, so that one should follow the other."""
    prefix = f"regexp_replace({number}, '{pattern}', '')"
    return (
        f"SELECT 1 FROM {table} WHERE {prefix} <> {number} AND {condition} "
        f"GROUP BY document_id, {prefix} HAVING count(DISTINCT {number}) > 1"
    )


_PLOTTED = """
    SELECT 1 FROM (
        SELECT list_concat(part[1:7], ['total', ''], part[10:12]) AS whole, count(*) AS drawn,
            count(DISTINCT part[9]) AS grades
        FROM (SELECT *, string_split(fact_id, '|') AS part FROM mart_chart_value WHERE value IS NOT NULL)
        WHERE part[8] = 'grade' GROUP BY document_id, figure_number, whole
    )
    WHERE grades > 1 AND grades = drawn
        AND array_to_string(whole, '|') IN (SELECT fact_id FROM mart_claim WHERE value IS NOT NULL)
"""
_BOXES = """
    SELECT 1 FROM mart_org_unit_post
    GROUP BY document_id, chart_label, unit_label, funding_source_code, component_code, subprogramme_code
    HAVING count(*) FILTER (is_total) = 1 AND count(*) FILTER (NOT is_total) > 0
"""
_ITEMS = """
    SELECT 1 FROM mart_deliverable WHERE item_number IS NOT NULL AND table_number IS NOT NULL
    GROUP BY document_id, table_number HAVING count(DISTINCT item_number) > 1
"""
_DATED_COLUMNS = """
    SELECT 1 FROM (
        SELECT DISTINCT table_id, column_number, measure, fiscal_year FROM mart_cell
        WHERE superseded_by IS NULL AND fiscal_year IS NOT NULL AND measure IS NOT NULL
    )
    GROUP BY table_id HAVING count(*) > 1 AND count(DISTINCT column_number) = count(*)
        AND count(DISTINCT (measure, fiscal_year)) = count(*)
"""
_ALL_SOURCES = """
    SELECT 1 FROM mart_cell
    WHERE fact_id IS NOT NULL AND value IS NOT NULL AND superseded_by IS NULL AND measure <> 'percent_change'
    GROUP BY document_id, entity_code, component_code, subprogramme_code, budget_basis, item_kind, item_code,
        measure, fiscal_year, unit
    HAVING bool_or(funding_source_code = 'ALL') AND bool_or(funding_source_code = 'RB')
"""
_RESTATED = """
    SELECT 1 FROM mart_claim WHERE source IN ('cell', 'detail', 'chart') AND value IS NOT NULL
    GROUP BY document_id, fact_id HAVING count(*) > 1
"""
_QUOTED = """
    SELECT 1 FROM mart_stated_amount AS stated JOIN mart_cell AS cell USING (document_id, fact_id)
    WHERE stated.value IS NOT NULL AND cell.value IS NOT NULL AND cell.superseded_by IS NULL
"""
_CITED = """
    SELECT 1 FROM mart_citation WHERE contains(symbol, '/RES/')
        AND document_id IN (SELECT document_id FROM mart_mandate)
"""
_TOTAL_ROWS = """
    SELECT 1 FROM mart_cell JOIN mart_table USING (table_id)
    WHERE row_role IN ('subtotal', 'total') AND kind <> 'deliverables' AND superseded_by IS NULL
    GROUP BY table_id, row_number HAVING NOT coalesce(bool_or(mart_cell.funding_source_code = 'ALL'), false)
"""
# Rows whose figures state no known fact are in doubt: they are not asked for their members.
_KNOWN_TOTAL_ROWS = f"{_TOTAL_ROWS.rstrip()} AND count(mart_cell.fact_id) > 0"

SUBJECTS: dict[str, Subject] = {
    "base_plus_changes_equals_estimate_within_rounding": Subject("mart_cell", _row_with(_BASE, _CHANGE, _END)),
    "parts_of_change_add_up_within_rounding": Subject("mart_cell", _row_with(_CHANGE, _PART_OF_CHANGE)),
    "percentage_is_change_over_base_within_rounding": Subject("mart_cell", _row_with(_BASE, _CHANGE, _PERCENTAGE)),
    # Formulas that heads tell already are left to the checks above: only the check itself can tell.
    "printed_formulas_hold_within_rounding": Subject("mart_cell"),
    # Words do not tell which figures are changes: the check itself finds them.
    "changes_lead_to_the_next_state_within_rounding": Subject("mart_cell"),
    "total_equals_members_within_rounding": Subject("mart_cell", _total_with_member("held.kind <> 'deliverables'")),
    "total_column_equals_its_columns": Subject(
        "mart_cell", "SELECT 1 FROM mart_cell WHERE total_column_number IS NOT NULL AND superseded_by IS NULL"
    ),
    "deliverable_items_add_up_to_subcategory": Subject(
        "mart_deliverable", _total_with_member("held.kind = 'deliverables'")
    ),
    "same_fact_same_value_within_rounding": Subject("mart_claim", _RESTATED),
    "components_add_up_to_section": Subject("mart_claim"),
    "funding_sources_add_up_to_all_sources": Subject("mart_claim", _ALL_SOURCES),
    "prose_states_the_table_value": Subject("mart_stated_amount", _QUOTED),
    "stated_parts_add_up_to_stated_total": Subject(
        "mart_stated_amount", "SELECT 1 FROM mart_stated_amount WHERE part_of IS NOT NULL"
    ),
    "plotted_values_add_up_to_total_within_rounding": Subject("mart_chart_value", _PLOTTED),
    "unit_total_equals_its_grades": Subject("mart_org_unit_post", _BOXES),
    # Charts that leave units out are no witnesses of the tables: only the checks themselves can tell.
    "units_add_up_to_posts_of_component": Subject("mart_org_unit_post"),
    "grades_over_units_add_up_to_posts_by_grade": Subject("mart_org_unit_post"),
    "paragraph_numbers_run_without_gaps": Subject(
        "mart_paragraph", _running("mart_paragraph", "paragraph_number", condition="kind IN ('numbered', 'operative')")
    ),
    "table_numbers_run_without_gaps": Subject("mart_table", _running("mart_table", "table_number")),
    "figure_numbers_run_without_gaps": Subject(
        "mart_chart_value",
        _running("mart_chart_value", "figure_number", "([0-9]+|[IVXLC]+|[一二三四五六七八九十]+)$"),
    ),
    "item_numbers_run_without_gaps": Subject("mart_deliverable", _ITEMS),
    "years_of_columns_run_forward": Subject("mart_table", _DATED_COLUMNS),
    "heads_tell_columns_apart": Subject(
        "mart_table",
        "SELECT 1 FROM mart_cell WHERE superseded_by IS NULL GROUP BY table_id "
        "HAVING bool_or(measure IS NOT NULL) "
        "AND bool_or(length(regexp_replace(coalesce(column_label, ''), '[^0-9]', '', 'g')) >= 4)",
    ),
    "scale_of_assessments_makes_up_the_whole": Subject(
        "mart_table", "SELECT 1 FROM mart_table WHERE kind = 'scale_of_assessments'"
    ),
    "headings_of_resolutions_are_whole": Subject(
        "mart_resolution", "SELECT 1 FROM mart_resolution WHERE text_status = 'text'"
    ),
    "announced_tables_are_present": Subject("mart_paragraph"),
    "printed_tables_are_announced": Subject("mart_table"),
    "links_lead_to_the_symbol_they_stand_on": Subject(
        "mart_link", "SELECT 1 FROM mart_link WHERE printed_symbol <> '' AND target_symbol <> ''"
    ),
    "mandates_are_listed_once": Subject("mart_mandate", "SELECT 1 FROM mart_mandate WHERE NOT is_pending"),
    "cited_resolutions_are_in_a_mandate_list": Subject("mart_citation", _CITED),
    "mandates_have_numbers": Subject("mart_mandate", "SELECT 1 FROM mart_mandate"),
    "lines_inside_tables_are_claimed": Subject("mart_source_line", "SELECT 1 FROM mart_document"),
    "printed_values_are_readable": Subject(
        "mart_cell", "SELECT 1 FROM mart_cell WHERE superseded_by IS NULL AND coalesce(unit, '') <> 'text'"
    ),
    "total_rows_have_members": Subject("mart_row", _KNOWN_TOTAL_ROWS),
    "totals_leave_out_no_row": Subject("mart_row", _total_with_member("held.kind <> 'deliverables'")),
    # Which documents have figures in common, only the comparison itself can tell.
    "formats_agree": Subject("mart_claim"),
    "languages_agree": Subject("mart_claim"),
    "corrigendum_agrees_with_its_original": Subject("mart_claim"),
    "editions_agree": Subject("mart_claim"),
    "reference_agrees": Subject("mart_reference_value"),
    "appropriations_are_restated": Subject("mart_claim"),
    "section_totals_agree": Subject("mart_claim"),
    "proposals_are_restated": Subject("mart_claim"),
}

_ELSEWHERE = Subject("mart_check")


def subject_of(check_name: str) -> Subject:
    """The subject of a check; of one without an entry here, the table of checks itself."""
    return SUBJECTS.get(check_name, _ELSEWHERE)

-- One row per result and year: what was planned beside what happened, in words, each document once.
-- columns
-- document_id: The document it was printed in.
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget.
-- entity_code: Entity within a section of several.
-- subprogramme_code: Number of the subprogramme.
-- result_label: Heading of the result.
-- table_number: Table it is printed in; NULL for a figure.
-- fiscal_year: Year.
-- actual: What happened; several rows of a year joined by '; '.
-- planned: What is planned.
-- page_number: Page.
-- line_first: First line or block.
SELECT
    result.document_id,
    document.edition_year,
    document.section_code,
    result.entity_code,
    result.subprogramme_code,
    result.result_label,
    result.table_number,
    result.fiscal_year,
    string_agg(result.text, '; ' ORDER BY result.row_number, result.performance_measure_id)
        FILTER (result.measure = 'actual') AS actual,
    string_agg(result.text, '; ' ORDER BY result.row_number, result.performance_measure_id)
        FILTER (result.measure = 'planned') AS planned,
    min(result.page_number) AS page_number,
    min(result.line_first) AS line_first
FROM mart_performance_measure AS result
JOIN v_counted_document USING (document_id)
JOIN mart_document AS document USING (document_id)
GROUP BY result.document_id, document.edition_year, document.section_code, result.entity_code,
    result.subprogramme_code, result.result_label, result.table_number, result.fiscal_year

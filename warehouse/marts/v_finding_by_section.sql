-- One row per edition, section, class, severity and check: how many findings, each once whatever the formats it is printed in.
-- columns
-- edition_year: Edition; NULL for documents of none, such as resolutions.
-- section_code: Section; NULL for documents of none.
-- title: Title of the section.
-- class: Kind of defect: material, sign, missing, restated, structure or citation.
-- severity: error, warning or info.
-- check_name: Check that found it.
-- finding_count: Findings.
-- acknowledged_count: Those in the register of known discrepancies.
-- largest_difference: Largest printed less implied, its sign left out, in the printed unit.
WITH once AS (
    SELECT
        document.edition_year,
        document.section_code,
        finding.*,
        row_number() OVER (
            PARTITION BY document.symbol, finding.class, finding.check_name, finding.table_number, finding.table_part,
                finding.paragraph_number, finding.row_label, finding.measure, finding.fiscal_year, finding.printed_text,
                finding.implied_value, CASE WHEN finding.implied_value IS NULL THEN finding.message END
            ORDER BY list_position(['docx', 'pdf', 'txt'], document.format) NULLS LAST, finding.finding_id
        ) AS place
    FROM mart_finding AS finding
    JOIN mart_document AS document USING (document_id)
)
SELECT
    once.edition_year,
    once.section_code,
    min(section.title) AS title,
    once.class,
    once.severity,
    once.check_name,
    count(*)::INTEGER AS finding_count,
    (count(*) FILTER (once.acknowledged))::INTEGER AS acknowledged_count,
    max(abs(once.difference)) AS largest_difference
FROM once
LEFT JOIN dim_section AS section USING (edition_year, section_code)
WHERE once.place = 1
GROUP BY once.edition_year, once.section_code, once.class, once.severity, once.check_name

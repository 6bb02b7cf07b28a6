-- One row per document and verdict: how many relations among its figures hold.
-- columns
-- document_id: The document.
-- symbol: Its symbol.
-- edition: Budget year of its edition as text; 'Resolutions' for resolutions and decisions.
-- part: Part of the programme budget.
-- section_code: Section of the programme budget; NULL for documents of no section.
-- section: Code and title; for documents of no section, their symbol.
-- language: Language of the document.
-- format: Its format.
-- verdict: exact, rounding, violated or unassessable.
-- relation_count: Relations with that verdict.
SELECT
    document_id,
    document.symbol,
    coalesce(document.edition_year::VARCHAR, 'Resolutions') AS edition,
    coalesce(section.part, 'No section') AS part,
    document.section_code,
    coalesce(section.label, document.symbol) AS section,
    document.language,
    document.format,
    relation.verdict,
    count(*) AS relation_count
FROM mart_relation AS relation
JOIN mart_document AS document USING (document_id)
LEFT JOIN v_section AS section ON section.edition_year = document.edition_year
    AND section.section_code = document.section_code
GROUP BY ALL

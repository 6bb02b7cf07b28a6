-- One row per finding, with the section and edition of its document.
-- columns
-- finding_id: The finding, for fascicle explain.
-- edition: Budget year of the document's edition as text; 'Resolutions' for resolutions and decisions.
-- part: Part of the programme budget.
-- section_code: Section of the programme budget; NULL for documents of no section.
-- section_order: Number with two digits, and letter: sorts as the edition does.
-- section: Code and title; for documents of no section, their symbol.
-- document_id: The document it was found in.
-- symbol: Its symbol.
-- kind: Kind of document: fascicle, addendum, resolution, ...
-- language: Language of the document.
-- format: Its format.
-- class: Kind of defect: material, sign, missing, restated, structure, citation.
-- severity: error, warning or info.
-- check_name: Check that failed.
-- table_number: Table.
-- paragraph_number: Paragraph, for an amount in prose.
-- row_label: Row.
-- measure: What was measured.
-- fiscal_year: Year.
-- printed_text: What is printed; NULL when nothing is.
-- implied_value: Value that the rest implies.
-- difference: Printed less implied, in the printed unit.
-- explained_relations: Relations that this one error explains.
-- is_unique: True when no other smallest explanation exists.
-- acknowledged: True when it is in the register of known discrepancies.
-- page_number: Page.
-- message: What a budget officer reads.
SELECT
    finding.finding_id,
    coalesce(document.edition_year::VARCHAR, 'Resolutions') AS edition,
    coalesce(section.part, 'No section') AS part,
    document.section_code,
    section.section_order,
    coalesce(section.label, document.symbol) AS section,
    finding.document_id,
    document.symbol,
    document.kind,
    document.language,
    document.format,
    finding.class,
    finding.severity,
    finding.check_name,
    finding.table_number,
    finding.paragraph_number,
    finding.row_label,
    finding.measure,
    finding.fiscal_year,
    finding.printed_text,
    finding.implied_value,
    finding.difference,
    finding.explained_relations,
    finding.is_unique,
    finding.acknowledged,
    finding.page_number,
    finding.message
FROM mart_finding AS finding
JOIN mart_document AS document USING (document_id)
LEFT JOIN v_section AS section ON section.edition_year = document.edition_year
    AND section.section_code = document.section_code

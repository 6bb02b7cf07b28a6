-- One row per deliverable line and year: what was planned beside what was delivered, each document once.
-- columns
-- document_id: The document it was printed in.
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget.
-- entity_code: Entity within a section of several.
-- subprogramme_code: Number of the subprogramme.
-- table_number: Table it is listed in.
-- category: Category as printed.
-- subcategory: Subcategory as printed.
-- item_number: Number of the item; NULL for a subcategory's line.
-- label: Line as printed.
-- unit: What is counted.
-- is_subtotal: True for a subcategory's line, which sums its items.
-- fiscal_year: Year.
-- line_id: The printed line, for lines of the same words.
-- planned: Quantity planned.
-- actual: Quantity delivered; NULL for years to come.
-- shortfall: Planned less delivered.
SELECT
    document_id,
    edition_year,
    section_code,
    entity_code,
    subprogramme_code,
    table_number,
    category,
    subcategory,
    item_number,
    label,
    unit,
    is_subtotal,
    fiscal_year,
    regexp_replace(cell_id, 'c\d+$', '') AS line_id,
    max(quantity) FILTER (measure = 'planned') AS planned,
    max(quantity) FILTER (measure = 'actual') AS actual,
    max(quantity) FILTER (measure = 'planned') - max(quantity) FILTER (measure = 'actual') AS shortfall
FROM mart_deliverable
JOIN v_counted_document USING (document_id)
WHERE quantity IS NOT NULL
GROUP BY document_id, edition_year, section_code, entity_code, subprogramme_code, table_number, category,
    subcategory, item_number, label, unit, is_subtotal, fiscal_year, regexp_replace(cell_id, 'c\d+$', '')

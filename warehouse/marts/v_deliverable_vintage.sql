-- One row per deliverable line, fiscal year, edition and measure: what the quantity of a year was in each edition, planned, planned again and delivered.
-- A line is followed from edition to edition by its words; each document is counted once.
-- columns
-- section_code: Section.
-- entity_code: Entity within a section of several.
-- subprogramme_code: Number of the subprogramme.
-- category_code: A, B, C or D.
-- subcategory: Subcategory as printed.
-- label: Line as printed.
-- is_subtotal: True for a subcategory's line, which sums its items.
-- fiscal_year: Year the quantity is for.
-- edition_year: Edition that prints it.
-- measure: planned or actual.
-- quantity: Quantity there.
-- former_quantity: Quantity of an earlier edition, where it is printed beside it in brackets.
-- previous_edition_year: Edition before that states the line for the year; NULL for the first.
-- previous_measure: planned or actual there.
-- previous_quantity: Quantity there.
-- difference: Quantity less the one before.
-- occurrence: Which of the lines of the same words it is in its table, from 1.
-- cell_id: The printed cell.
WITH line AS (
    SELECT
        deliverable.*,
        (row_number() OVER (
            PARTITION BY edition_year, section_code, entity_code, subprogramme_code, category_code, lower(subcategory),
                lower(label), is_subtotal, fiscal_year, measure
            ORDER BY line_first, regexp_extract(cell_id, 'r(\d+)c\d+$', 1)::INTEGER, cell_id
        ))::INTEGER AS occurrence
    FROM mart_deliverable AS deliverable
    JOIN v_counted_document USING (document_id)
    WHERE quantity IS NOT NULL
)
SELECT
    section_code,
    entity_code,
    subprogramme_code,
    category_code,
    subcategory,
    label,
    is_subtotal,
    fiscal_year,
    edition_year,
    measure,
    quantity,
    former_quantity,
    lag(edition_year) OVER line_before AS previous_edition_year,
    lag(measure) OVER line_before AS previous_measure,
    lag(quantity) OVER line_before AS previous_quantity,
    quantity - lag(quantity) OVER line_before AS difference,
    occurrence,
    cell_id
FROM line
WINDOW line_before AS (
    PARTITION BY section_code, entity_code, subprogramme_code, category_code, lower(subcategory), lower(label),
        is_subtotal, fiscal_year, occurrence
    ORDER BY edition_year, measure = 'actual'
)

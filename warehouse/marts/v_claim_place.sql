-- One row per claim, about a known fact or not: where it is printed, down to the file's hash, page and line.
-- columns
-- claim_id: The claim.
-- fact_id: The fact it is about; NULL where none is known.
-- source: cell, prose, chart, org_chart, detail or reference.
-- value: Value in the fact's unit, or as printed where no fact is known.
-- half_width: Half a unit of the last printed digit; NULL where no fact is known.
-- printed_text: Characters as printed.
-- document_id: The document.
-- symbol: Its symbol.
-- language: Its language.
-- source_sha256: SHA-256 of the bytes that were read.
-- place: Table, figure or paragraph it is printed in, as numbered in print.
-- row_label: Label beside it.
-- column_label: Label above it.
-- page_number: Page.
-- line_first: First line.
-- line_last: Last line.
-- row_number: Row of the printed table, from 1; NULL outside tables.
-- column_number: Column of values, from 1; NULL outside tables.
-- table_ordinal: Number of the table in a Word file; NULL elsewhere.
-- cell_row: Row in that table's grid, from 1.
-- cell_column: Column in that table's grid, from 1.
-- box_text: Box on the page of a PDF; NULL elsewhere.
WITH claim AS (
    SELECT claim_id, document_id, source, fact_id, value, half_width, printed_text FROM mart_claim
    UNION ALL BY NAME
    SELECT cell_id AS claim_id, document_id, 'cell' AS source, value, printed_text FROM mart_cell
    WHERE cell_id NOT IN (SELECT claim_id FROM mart_claim)
    UNION ALL BY NAME
    SELECT stated_amount_id AS claim_id, document_id, 'prose' AS source, value, printed_text FROM mart_stated_amount
    WHERE stated_amount_id NOT IN (SELECT claim_id FROM mart_claim)
    UNION ALL BY NAME
    SELECT chart_value_id AS claim_id, document_id, 'chart' AS source, value, printed_text FROM mart_chart_value
    WHERE chart_value_id NOT IN (SELECT claim_id FROM mart_claim)
    UNION ALL BY NAME
    SELECT org_unit_post_id AS claim_id, document_id, 'org_chart' AS source, post_count AS value, printed_text
    FROM mart_org_unit_post WHERE org_unit_post_id NOT IN (SELECT claim_id FROM mart_claim)
)
SELECT
    claim.claim_id,
    claim.fact_id,
    claim.source,
    claim.value,
    claim.half_width,
    claim.printed_text,
    claim.document_id,
    document.symbol,
    document.language,
    document.source_sha256,
    coalesce(cell.table_number, stated.paragraph_number, chart.figure_number, unit.chart_label) AS place,
    coalesce(cell.row_label, chart.label, unit.unit_label, reference.label) AS row_label,
    coalesce(cell.column_label, chart.series, unit.grade) AS column_label,
    coalesce(cell.page_number, stated.page_number, chart.page_number, unit.page_number) AS page_number,
    coalesce(cell.line_first, stated.line_first, chart.line_first, unit.line_first) AS line_first,
    coalesce(cell.line_last, stated.line_last, chart.line_last, unit.line_last) AS line_last,
    cell.row_number,
    cell.column_number,
    cell.table_ordinal,
    cell.cell_row,
    cell.cell_column,
    cell.box_text
FROM claim
JOIN mart_document AS document USING (document_id)
-- A detail is part of a cell: its identifier is the cell's, with its own running number behind a stroke.
LEFT JOIN mart_cell AS cell ON cell.cell_id
    = CASE claim.source WHEN 'detail' THEN regexp_replace(claim.claim_id, '/[^/]*$', '') ELSE claim.claim_id END
LEFT JOIN mart_stated_amount AS stated ON stated.stated_amount_id = claim.claim_id
LEFT JOIN mart_chart_value AS chart ON chart.chart_value_id = claim.claim_id
LEFT JOIN mart_org_unit_post AS unit ON unit.org_unit_post_id = claim.claim_id
LEFT JOIN mart_reference_value AS reference ON reference.reference_value_id = claim.claim_id

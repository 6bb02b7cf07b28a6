-- One row per claim: where it is printed, down to the file's hash, page and line.
-- columns
-- claim_id: The claim.
-- fact_id: The fact it is about.
-- source: cell, prose, chart, org_chart, detail or reference.
-- value: Value in the fact's unit.
-- half_width: Half a unit of the last printed digit.
-- printed_text: Characters as printed.
-- document_id: The document.
-- symbol: Its symbol.
-- language: Its language.
-- source_sha256: SHA-256 of the bytes that were read.
-- place: Table, figure or paragraph it stands in, as numbered in print.
-- row_label: Label beside it.
-- column_label: Label above it.
-- page_number: Page.
-- line_first: First line.
-- line_last: Last line.
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
    coalesce(cell.row_label, chart.label, unit.unit_label) AS row_label,
    coalesce(cell.column_label, chart.series, unit.grade) AS column_label,
    coalesce(cell.page_number, stated.page_number, chart.page_number, unit.page_number) AS page_number,
    coalesce(cell.line_first, stated.line_first, chart.line_first, unit.line_first) AS line_first,
    coalesce(cell.line_last, stated.line_last, chart.line_last, unit.line_last) AS line_last
FROM mart_claim AS claim
JOIN mart_document AS document USING (document_id)
LEFT JOIN mart_cell AS cell ON cell.cell_id = claim.claim_id
LEFT JOIN mart_stated_amount AS stated ON stated.stated_amount_id = claim.claim_id
LEFT JOIN mart_chart_value AS chart ON chart.chart_value_id = claim.claim_id
LEFT JOIN mart_org_unit_post AS unit ON unit.org_unit_post_id = claim.claim_id

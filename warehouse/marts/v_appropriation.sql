-- One row per amount that a resolution appropriates for a section: of a table of sections, or in words of a paragraph.
-- Amounts in words are added to what else the section has for the year; those of a table are the section's own.
-- columns
-- document_id: Resolution it was read from.
-- symbol: Symbol of the resolution.
-- adopted_on: Date of its adoption.
-- fiscal_year: Budget year.
-- section_code: Section of the programme budget; IS1 for income section 1; NULL where several share it.
-- is_additional: True for an amount in words, added to what the section has.
-- amount_usd: Amount in United States dollars.
-- printed_text: Characters as printed.
-- paragraph_number: Paragraph that states it; NULL for a table.
-- row_label: Row of the table that states it; NULL for words.
-- restated_usd: What the next edition prints as appropriated for the section; NULL for amounts in words.
-- restated_in: Document that prints that.
-- page_number: Page.
-- line_first: First line or block.
-- claim_id: The claim, for fascicle explain.
WITH stated AS (
    SELECT
        document_id, fiscal_year, section_code, true AS is_additional,
        CASE WHEN direction = 'decrease' THEN -value ELSE value END AS amount_usd, printed_text,
        paragraph_number, NULL AS row_label, page_number, line_first, stated_amount_id AS claim_id
    FROM mart_stated_amount
    WHERE measure = 'appropriation' AND unit = 'usd' AND fact_id IS NOT NULL
    UNION ALL
    SELECT
        cell.document_id, cell.fiscal_year, cell.section_code, false,
        cell.value * CASE cell.unit WHEN 'thousands_usd' THEN 1000 ELSE 1 END, cell.printed_text,
        NULL, cell.row_label, cell.page_number, cell.line_first, cell.cell_id
    FROM mart_cell AS cell JOIN mart_table AS held USING (table_id)
    WHERE held.kind = 'adopted_appropriation' AND cell.fact_id IS NOT NULL
),
restated AS (
    SELECT edition_year, section_code, fiscal_year, max(amount_usd) AS restated_usd, min(document_id) AS restated_in
    FROM mart_financial_resource
    WHERE measure IN ('appropriation', 'approved') AND funding_source_code = 'RB' AND scope = 'section'
        AND breakdown = 'total'
    GROUP BY ALL
)
SELECT
    stated.document_id,
    decided.symbol,
    decided.adopted_on,
    stated.fiscal_year,
    stated.section_code,
    stated.is_additional,
    stated.amount_usd,
    stated.printed_text,
    stated.paragraph_number,
    stated.row_label,
    restated.restated_usd,
    restated.restated_in,
    stated.page_number,
    stated.line_first,
    stated.claim_id
FROM stated
JOIN mart_document AS document ON document.document_id = stated.document_id
    AND document.kind IN ('resolution', 'decision')
LEFT JOIN mart_resolution AS decided ON decided.symbol = document.symbol
LEFT JOIN restated ON NOT stated.is_additional AND restated.section_code = stated.section_code
    AND restated.fiscal_year = stated.fiscal_year AND restated.edition_year = stated.fiscal_year + 1

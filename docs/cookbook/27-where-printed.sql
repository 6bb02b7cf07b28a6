-- Where is the proposal for section 10 printed?
-- Every claim of the figure: document, table or paragraph, row, line and cell.
-- documents: A/80/6 (Sect. 10), A/80/6 (Sect. 36)
SELECT symbol, source, place, row_label, printed_text, row_number, column_number, line_first, cell_row, cell_column
FROM v_budget_by_section AS figure
JOIN v_claim_place AS place USING (fact_id)
WHERE figure.edition_year = 2026 AND figure.section_code = '10' AND figure.funding_source_code = 'RB'
    AND figure.measure = 'estimate' AND figure.fiscal_year = 2026
ORDER BY symbol, line_first, column_number

-- What became of the budget of section 10, year by year?
-- Proposed, revised, added by resolutions, restated by the next edition, spent, and as a third party read it.
-- documents: A/80/6 (Sect. 10), A/80/400, A/RES/79/258, PPB 2026 expenditure in 2024 (USD), PPB 2027 expenditure in 2025 (USD)
SELECT fiscal_year, step, amount_usd, difference_usd, symbol, place, row_label
FROM v_life_of_figure
WHERE budget = 'programme' AND code = '10' AND funding_source_code = 'RB'
ORDER BY fiscal_year, step_number, edition_year, symbol

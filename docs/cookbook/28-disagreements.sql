-- Which totals of sections are stated in places that cannot all be true?
-- Figures whose claims or relations are violated, with the number of claims.
-- documents: corpus
SELECT section_code, funding_source_code, fiscal_year, measure, amount_usd, claim_count
FROM v_budget_by_section
WHERE edition_year = 2026 AND quality = 'violated'
ORDER BY section_code, funding_source_code, fiscal_year, measure

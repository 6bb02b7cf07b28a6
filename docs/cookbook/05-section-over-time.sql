-- What was spent, approved and proposed for section 10?
-- One row per measure, with how many printed claims state it and how they agree.
-- documents: A/80/6 (Sect. 10)
SELECT fiscal_year, measure, amount_usd, claim_count, quality
FROM v_budget_by_section
WHERE edition_year = 2026 AND section_code = '10' AND funding_source_code = 'RB' AND step <> 'change'
ORDER BY fiscal_year

-- Do the sections add up to the regular budget as a whole?
-- The total is printed by the fascicle on staff assessment; each section counts once.
-- documents: A/80/6 (Sect. 36)
SELECT section.fiscal_year, section.measure, sum(section.amount_usd) AS sections,
    any_value(whole.amount_usd) AS printed, count(*) AS section_count
FROM v_budget_by_section AS section
JOIN mart_financial_resource AS whole USING (edition_year, fiscal_year, measure, funding_source_code)
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND whole.scope = 'budget' AND whole.breakdown = 'total'
GROUP BY ALL
ORDER BY section.fiscal_year

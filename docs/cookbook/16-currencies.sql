-- Which figures are in Swiss francs?
-- They are kept as printed and never added to dollars: amount_usd is NULL for them.
-- documents: A/80/6 (Sect. 13)
SELECT section_code, funding_source_code, currency, current_estimate, proposed_estimate
FROM v_budget_by_component
WHERE edition_year = 2026 AND section_code = '13' AND scope = 'section'
ORDER BY currency, funding_source_code

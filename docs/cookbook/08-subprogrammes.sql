-- What do the subprogrammes of section 10 cost, from the regular budget?
-- Only the programme of work: executive direction and support are components of their own.
-- documents: A/80/6 (Sect. 10)
SELECT subprogramme_code, label, expenditure, current_estimate, proposed_estimate, share_percent
FROM v_budget_by_subprogramme
WHERE edition_year = 2026 AND section_code = '10' AND funding_source_code = 'RB'
ORDER BY subprogramme_code

-- Which ten subprogrammes of all sections take most of the regular budget?
-- Of the sections whose fascicle is in the release.
-- documents: corpus
SELECT section_code, entity_code, subprogramme_code, label, proposed_estimate
FROM v_budget_by_subprogramme
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND currency = 'USD'
ORDER BY proposed_estimate DESC
LIMIT 10

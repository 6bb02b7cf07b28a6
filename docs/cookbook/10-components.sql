-- How is section 10 divided into components?
-- Components of one scope add up to the section.
-- documents: A/80/6 (Sect. 10)
SELECT component_code, label, current_estimate, proposed_estimate
FROM v_budget_by_component
WHERE edition_year = 2026 AND section_code = '10' AND scope = 'component' AND funding_source_code = 'RB'
ORDER BY proposed_estimate DESC

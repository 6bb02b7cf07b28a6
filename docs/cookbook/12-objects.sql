-- On what objects of expenditure does section 10 spend?
-- Posts are an object among the others here, so that objects add up to the section.
-- documents: A/80/6 (Sect. 10)
SELECT object_code, expenditure, current_estimate, proposed_estimate
FROM v_budget_by_object
WHERE edition_year = 2026 AND section_code = '10' AND scope = 'section' AND funding_source_code = 'RB'
    AND breakdown = 'object'
ORDER BY proposed_estimate DESC

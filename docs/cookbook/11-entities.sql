-- What do the entities of section 8 propose?
-- Entities that hold no others; basis says when a total was summed.
-- documents: A/80/6 (Sect. 8)
SELECT entity_code, entity_label, expenditure, current_estimate, proposed_estimate, share_percent, basis
FROM v_budget_by_entity
WHERE edition_year = 2026 AND section_code = '8' AND funding_source_code = 'RB'
ORDER BY entity_code

-- Which sections plan most travel of staff?
-- The section's own table where it prints one, else the sum over its entities.
-- documents: corpus
SELECT section_code, title, current_usd, proposed_usd, proposed_usd - current_usd AS change, basis
FROM v_object_by_section
WHERE edition_year = 2026 AND object_code = 'travel_of_staff' AND funding_source_code = 'RB'
ORDER BY proposed_usd DESC
LIMIT 10

-- How much do consultants, experts and contractual services take of each section's regular budget?
-- Of the sections that print objects of expenditure.
-- documents: corpus
SELECT section_code,
    sum(proposed_usd) FILTER (object_code IN ('consultants', 'experts', 'contractual_services')) AS bought_in,
    sum(proposed_usd) AS proposed, round(100 * bought_in / proposed, 1) AS percent
FROM v_object_by_section
WHERE edition_year = 2026 AND funding_source_code = 'RB'
GROUP BY section_code
HAVING bought_in > 0
ORDER BY percent DESC
LIMIT 8

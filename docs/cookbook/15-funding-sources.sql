-- Which sections live on extrabudgetary resources rather than on the regular budget?
-- Shares of the three sources in what is estimated for 2026.
-- documents: corpus
SELECT section_code, title,
    sum(proposed_usd) FILTER (funding_source_code = 'RB') AS regular,
    sum(proposed_usd) FILTER (funding_source_code = 'OA') AS other_assessed,
    sum(proposed_usd) FILTER (funding_source_code = 'XB') AS extrabudgetary,
    round(100 * extrabudgetary / sum(proposed_usd), 1) AS extrabudgetary_percent
FROM v_section_overview
WHERE edition_year = 2026 AND proposed_usd IS NOT NULL
GROUP BY section_code, title
HAVING extrabudgetary IS NOT NULL
ORDER BY extrabudgetary_percent DESC
LIMIT 8

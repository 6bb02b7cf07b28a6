-- What was proposed for 2026, and what is proposed instead?
-- Sections whose revised total is printed as one figure; the proposal is the fascicle's where it is in the release.
-- documents: A/80/400, A/80/6 (Sect. 10), A/80/6 (Sect. 36)
SELECT section_code,
    max(amount_usd) FILTER (measure = 'estimate') AS proposed_usd,
    max(amount_usd) FILTER (measure = 'revised') AS revised_usd,
    revised_usd - proposed_usd AS change_usd,
    round(100 * change_usd / proposed_usd, 1) AS change_percent
FROM mart_section_total
WHERE edition_year = 2026 AND fiscal_year = 2026 AND funding_source_code = 'RB'
GROUP BY section_code
HAVING revised_usd IS NOT NULL AND proposed_usd > 0
ORDER BY change_usd
LIMIT 10

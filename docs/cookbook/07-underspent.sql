-- Where did expenditure in 2024 fall furthest short of what was approved for 2025?
-- Two years, so a hint only: the edition prints no approved amount for 2024.
-- documents: corpus
SELECT section_code, title, expenditure_usd, current_usd, round(100 * expenditure_usd / current_usd, 1) AS percent
FROM v_section_overview
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND expenditure_usd IS NOT NULL AND current_usd > 0
ORDER BY expenditure_usd / current_usd, section_code
LIMIT 8

-- Which sections grow or shrink most, and how much of the change in the whole budget is theirs?
-- growth_percent is of the section itself, contribution_percent of the whole budget.
-- documents: A/80/6 (Sect. 36)
SELECT section_code, title, current_usd, proposed_usd, change_usd, growth_percent, contribution_percent
FROM v_section_share
WHERE edition_year = 2026 AND funding_source_code = 'RB'
ORDER BY abs(change_usd) DESC
LIMIT 8

-- How many posts and personnel has each mission, by category, approved and proposed?
-- Rows of parts of a period, such as a drawdown, are named; a category with neither is left out.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, coalesce(category_code, 'all') AS category, row_label, fiscal_year, measure, post_count
FROM v_posts_by_mission
WHERE edition_year = 2026 AND measure IN ('approved', 'proposed') AND fiscal_year IN (2025, 2026) AND post_count <> 0
ORDER BY mission_code, category_code NULLS LAST, fiscal_year, period_end, cell_id

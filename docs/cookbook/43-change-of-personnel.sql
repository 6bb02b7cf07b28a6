-- In which categories do missions change most from one budget to the next?
-- Net changes as printed: all categories together are left out.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, category_code AS category, post_count AS net_change
FROM v_posts_by_mission
WHERE edition_year = 2026 AND measure = 'variance' AND category_code IS NOT NULL AND post_count <> 0
ORDER BY abs(post_count) DESC, mission_code, category_code
LIMIT 15

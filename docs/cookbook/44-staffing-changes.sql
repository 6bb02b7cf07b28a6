-- What staffing changes do missions propose?
-- What moves within a mission counts once where it leaves and once where it arrives, and adds up to zero.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, coalesce(action, 'not said') AS action, count(*) AS changes,
    sum(post_count) FILTER (post_count > 0) AS added, sum(post_count) FILTER (post_count < 0) AS taken_away,
    sum(post_count) AS net
FROM v_staffing_change_by_mission
WHERE edition_year = 2026
GROUP BY ALL
ORDER BY mission_code, action

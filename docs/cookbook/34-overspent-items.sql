-- Where did a mission spend more than was apportioned for an item?
-- Items by what they exceed the apportionment by.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, row_label,
    max(amount_usd) FILTER (measure = 'apportionment') AS apportioned_usd,
    max(amount_usd) FILTER (measure = 'expenditure') AS spent_usd,
    spent_usd - apportioned_usd AS exceeded_usd
FROM v_cost_by_mission
WHERE level = 'item' AND fiscal_year = 2024 AND part_label IS NULL
GROUP BY mission_code, row_label
HAVING spent_usd > apportioned_usd
ORDER BY exceeded_usd DESC
LIMIT 10

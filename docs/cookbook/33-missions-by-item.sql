-- Which items of expenditure do all missions together spend most on?
-- Items of the classes of cost, added up over the missions that print them.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT row_label, count(DISTINCT mission_code) AS missions, sum(amount_usd) AS spent_usd
FROM v_cost_by_mission
WHERE level = 'item' AND measure = 'expenditure' AND fiscal_year = 2024 AND part_label IS NULL
GROUP BY row_label
ORDER BY spent_usd DESC, row_label
LIMIT 10

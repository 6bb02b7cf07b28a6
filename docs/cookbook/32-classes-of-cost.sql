-- How is what missions spent in 2024/25 divided into military and police, civilian personnel and operations?
-- Subtotals of the classes of cost; period of 1 July to 30 June.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, cost_class, amount_usd,
    round(100 * amount_usd / sum(amount_usd) OVER (PARTITION BY mission_code), 1) AS percent
FROM v_cost_by_mission
WHERE level = 'class' AND measure = 'expenditure' AND fiscal_year = 2024 AND part_label IS NULL
ORDER BY mission_code, cost_class

-- What does each mission cost in the period that is over, the current one and the next?
-- Gross requirements in United States dollars; NULL where its report does not print the period.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code,
    max(amount_usd) FILTER (measure = 'apportionment' AND fiscal_year = 2024) AS apportioned_2024,
    max(amount_usd) FILTER (measure = 'expenditure' AND fiscal_year = 2024) AS spent_2024,
    max(amount_usd) FILTER (measure = 'apportionment' AND fiscal_year = 2025) AS apportioned_2025,
    max(amount_usd) FILTER (measure = 'cost_estimate' AND fiscal_year = 2026) AS proposed_2026
FROM v_cost_by_mission
WHERE row_code = 'gross' AND part_label IS NULL
GROUP BY mission_code
ORDER BY spent_2024 DESC

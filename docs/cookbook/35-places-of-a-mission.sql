-- How are the requirements of a service divided between its places?
-- Columns of places beside their total; NULL is the whole.
-- documents: A/80/605
SELECT fiscal_year, measure, part_label, amount_usd
FROM v_cost_by_mission
WHERE mission_code = 'UNLB' AND row_code = 'gross' AND amount_usd IS NOT NULL
    AND measure IN ('apportionment', 'expenditure', 'cost_estimate')
ORDER BY fiscal_year, measure, part_label NULLS LAST

-- What became of the budget of a mission?
-- Gross requirements; apportionments are what its report restates.
-- documents: A/80/621
SELECT fiscal_year, step, measure, amount_usd, difference_usd, symbol, place
FROM v_life_of_figure
WHERE budget = 'peacekeeping' AND code = 'UNMISS'
ORDER BY fiscal_year, step_number

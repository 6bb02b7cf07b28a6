-- What does a mission measure itself by, and what did it reach?
-- Values as printed; several may be of one period.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT result.mission_code, result.result_number, value.fiscal_year, value.printed_text
FROM mart_result_value AS value
JOIN mart_result AS result USING (result_id)
WHERE result.kind = 'indicator' AND result.edition_year = 2026 AND result.mission_code = 'UNISFA'
ORDER BY result.result_id, value.value_number
LIMIT 30

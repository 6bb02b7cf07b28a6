-- What did subprogramme 1 of section 10 achieve, and what does it plan?
-- How many years of each result are in words, actual and planned.
-- documents: A/80/6 (Sect. 10), A/81/6 (Sect. 10)
SELECT edition_year, table_number, count(actual) AS actual_years, count(planned) AS planned_years,
    min(fiscal_year) AS first_year, max(fiscal_year) AS last_year
FROM v_result
WHERE section_code = '10' AND subprogramme_code = '1' AND edition_year IN (2026, 2027)
GROUP BY edition_year, table_number
ORDER BY edition_year, table_number

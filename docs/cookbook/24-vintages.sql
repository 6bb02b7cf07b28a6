-- What was a year's budget of section 10 called in each edition?
-- 2023 to 2027 as far as the release has them.
-- documents: A/80/6 (Sect. 10), A/81/6 (Sect. 10), A/77/6 (Sect. 10)
SELECT fiscal_year, edition_year, measure, amount_usd, previous_measure, difference_usd
FROM v_vintage
WHERE section_code = '10' AND scope = 'section' AND funding_source_code = 'RB'
ORDER BY fiscal_year, edition_year

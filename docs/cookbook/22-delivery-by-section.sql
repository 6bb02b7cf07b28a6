-- How much of what each section planned for 2025 was delivered?
-- Lines, not quantities: units differ from line to line.
-- documents: corpus
SELECT section_code, count(*) AS lines, count(*) FILTER (shortfall > 0) AS short,
    count(*) FILTER (shortfall < 0) AS over, count(*) FILTER (shortfall = 0) AS as_planned
FROM v_deliverable_delivery
WHERE edition_year = 2027 AND fiscal_year = 2025 AND NOT is_subtotal AND planned IS NOT NULL AND actual IS NOT NULL
GROUP BY section_code
ORDER BY section_code

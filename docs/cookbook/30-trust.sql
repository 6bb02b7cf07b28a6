-- How many figures of money rest on one claim, on several, and how do they hold?
-- Totals of sections, entities and subprogrammes in dollars.
-- documents: corpus
SELECT CASE WHEN claim_count > 1 THEN 'several' ELSE 'one' END AS claims, quality, count(*) AS figures
FROM mart_financial_resource
WHERE breakdown = 'total' AND currency = 'USD'
GROUP BY ALL
ORDER BY claims, figures DESC

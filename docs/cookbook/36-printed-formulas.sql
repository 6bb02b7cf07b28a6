-- Which formulas do tables print under their heads, and how often do the figures hold?
-- A column headed (3)=(1)-(2) must be the difference of two others, as far as they are printed.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT document.symbol, document.format, count(*) AS relations,
    count(*) FILTER (relation.verdict = 'exact') AS exact, count(*) FILTER (relation.verdict = 'rounding') AS rounding,
    count(*) FILTER (relation.verdict = 'violated') AS violated
FROM mart_relation AS relation JOIN mart_document AS document USING (document_id)
WHERE relation.check_name = 'printed_formulas_hold_within_rounding'
GROUP BY ALL
ORDER BY ALL

-- One row per fact that more than one claim states: how far the claims agree.
-- columns
-- fact_id: The fact: its dimensions joined by |.
-- claim_count: Claims that state it.
-- document_count: Documents they are printed in.
-- lowest: Lowest printed value.
-- highest: Highest printed value.
-- spread: Highest less lowest.
-- is_compatible: True when one value fits all the printed precisions.
SELECT
    fact_id,
    count(*) AS claim_count,
    count(DISTINCT document_id) AS document_count,
    min(value) AS lowest,
    max(value) AS highest,
    max(value) - min(value) AS spread,
    max(value - half_width) <= min(value + half_width) AS is_compatible
FROM mart_claim
WHERE value IS NOT NULL
GROUP BY fact_id
HAVING count(*) > 1

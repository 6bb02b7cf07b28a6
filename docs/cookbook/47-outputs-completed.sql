-- How many outputs of a mission were not completed, by its groups of outputs?
-- A performance report prints yes, no or a number beside each; a line of another output has none.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT mission_code, group_label, count(*) AS outputs, count(*) FILTER (completed_text ILIKE 'no%') AS not_completed,
    count(*) FILTER (completed_text ILIKE 'yes%') AS completed, count(*) FILTER (regexp_matches(completed_text, '^\d')) AS counted
FROM mart_result
WHERE kind = 'output' AND edition_year = 2026 AND completed_text IS NOT NULL
GROUP BY ALL
ORDER BY mission_code, group_label

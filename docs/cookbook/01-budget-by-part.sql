-- What is proposed for 2026 by part of the regular budget, against what was approved for 2025?
-- Sections whose part is printed in no document are grouped; section_count shows whether amounts can be compared.
-- documents: corpus
SELECT part_code, section_codes,
    max(amount_usd) FILTER (measure = 'approved') AS approved_2025,
    max(amount_usd) FILTER (measure = 'estimate') AS proposed_2026,
    proposed_2026 - approved_2025 AS change
FROM v_budget_by_part
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND measure IN ('approved', 'estimate')
GROUP BY part_code, section_codes
ORDER BY proposed_2026 DESC

-- In which fascicles were most figures found wrong?
-- Findings of severity error, each once whatever the formats.
-- documents: corpus
SELECT edition_year, section_code, sum(finding_count) AS findings
FROM v_finding_by_section
WHERE severity = 'error'
GROUP BY edition_year, section_code
ORDER BY findings DESC, edition_year, section_code
LIMIT 8

-- Which ten sections take most of the proposed regular budget?
-- Shares are of all sections with a proposal, and add up to 100 per cent.
-- documents: A/80/6 (Sect. 36)
SELECT section_code, title, proposed_usd, share_percent
FROM v_section_share
WHERE edition_year = 2026 AND funding_source_code = 'RB'
ORDER BY proposed_usd DESC
LIMIT 10

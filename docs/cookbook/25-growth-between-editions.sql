-- How have posts and money of section 10 grown from the edition of 2023 to that of 2026?
-- Both proposals, side by side.
-- documents: A/80/6 (Sect. 10), A/77/6 (Sect. 10)
SELECT money.edition_year, money.proposed_usd, post.proposed_posts
FROM v_section_overview AS money
JOIN v_post_by_section AS post USING (edition_year, section_code, funding_source_code)
WHERE section_code = '10' AND funding_source_code = 'RB'
ORDER BY money.edition_year

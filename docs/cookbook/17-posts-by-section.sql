-- Which sections ask for most new posts from the regular budget?
-- Posts of each section once, whether it prints a total or its entities do.
-- documents: corpus
SELECT section_code, title, current_posts, proposed_posts, change
FROM v_post_by_section
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND change <> 0
ORDER BY change DESC, section_code

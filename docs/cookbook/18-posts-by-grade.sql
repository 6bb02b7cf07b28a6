-- What are the posts of section 10 by grade?
-- From the highest grade down.
-- documents: A/80/6 (Sect. 10)
SELECT grade_code, category_code, current_posts, change, proposed_posts
FROM v_post_by_grade
WHERE edition_year = 2026 AND section_code = '10' AND funding_source_code = 'RB'
ORDER BY grade_rank

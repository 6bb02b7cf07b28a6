-- How many posts of each grade does the regular budget propose over the sections read?
-- Posts of missions, in addenda, are left out.
-- documents: corpus
SELECT grade_code, sum(current_posts) AS current_posts, sum(proposed_posts) AS proposed_posts,
    sum(proposed_posts) - sum(current_posts) AS change, count(DISTINCT section_code) AS sections
FROM v_post_by_grade
WHERE edition_year = 2026 AND funding_source_code = 'RB' AND coalesce(entity_code, '') NOT LIKE 'Add%'
GROUP BY grade_code, grade_rank
ORDER BY grade_rank NULLS LAST, grade_code

-- Which grades of a section lose posts in the revised estimates?
-- Of a section that is one entity: its grades are facts of the section.
-- documents: A/80/400
SELECT grade_code,
    max(post_count) FILTER (measure = 'proposed') AS proposed_posts,
    max(post_count) FILTER (measure = 'revised') AS revised_posts,
    revised_posts - proposed_posts AS change
FROM mart_post
WHERE edition_year = 2026 AND fiscal_year = 2026 AND section_code = '28' AND scope = 'section' AND breakdown = 'grade'
    AND funding_source_code = 'RB'
GROUP BY grade_code
HAVING change <> 0
ORDER BY change, grade_code

-- What does a post cost on average, by section?
-- What is proposed for posts over the posts proposed.
-- documents: corpus
SELECT post.section_code, post.title, post.proposed_posts, money.proposed_usd AS for_posts,
    round(money.proposed_usd / post.proposed_posts) AS average_usd
FROM v_post_by_section AS post
JOIN v_object_by_section AS money USING (edition_year, section_code, funding_source_code)
WHERE post.edition_year = 2026 AND post.funding_source_code = 'RB' AND money.object_code = 'posts'
    AND post.proposed_posts > 0
ORDER BY average_usd DESC
LIMIT 8

-- One row per edition, section, funding source and grade: posts of the sections that print their grades for the section as a whole.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part: Part of the programme budget.
-- section_code: Section of the programme budget.
-- section_order: Number with two digits, and letter: sorts as the edition does.
-- section: Code and title.
-- funding_source_code: RB, OA or XB.
-- funding_source: The same in words.
-- grade_code: Grade.
-- grade_order: Order from the highest; 99 for grades without one.
-- category: Category that the grade belongs to, in words.
-- current_posts: Posts of the year before the edition.
-- proposed_posts: Posts proposed for the year of the edition.
-- change: Proposed less current, computed from the two.
-- quality: Worst verdict on the figures.
-- document_id: Document they were printed in.
SELECT
    post.edition_year,
    part,
    post.section_code,
    section_order,
    section.label AS section,
    post.funding_source_code,
    coalesce(source.label_en, post.funding_source_code) AS funding_source,
    post.grade_code,
    coalesce(grade.rank, 99) AS grade_order,
    CASE grade.category_code
        WHEN 'professional_and_higher' THEN 'Professional and higher'
        WHEN 'general_service_and_related' THEN 'General Service and related'
        ELSE 'Other' END AS category,
    post.current_posts,
    post.proposed_posts,
    post.proposed_posts - post.current_posts AS change,
    post.quality,
    post.document_id
FROM v_post_by_category AS post
JOIN v_section AS section USING (edition_year, section_code)
LEFT JOIN dim_grade AS grade USING (grade_code)
LEFT JOIN dim_funding_source AS source USING (funding_source_code)
WHERE post.scope = 'section' AND post.grade_code IS NOT NULL AND post.funding_source_code <> 'ALL'

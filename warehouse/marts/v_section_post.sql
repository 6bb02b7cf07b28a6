-- One row per edition, section and funding source: its posts, all categories together, each section once.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part: Part of the programme budget.
-- section_code: Section of the programme budget.
-- section_order: Number with two digits, and letter: sorts as the edition does.
-- section: Code and title.
-- funding_source_code: RB, OA or XB.
-- funding_source: The same in words.
-- current_posts: Posts of the year before the edition.
-- proposed_posts: Posts proposed for the year of the edition.
-- change: Proposed less current, computed from the two.
-- quality: Worst verdict on the figures.
-- document_id: Document they were printed in.
WITH total AS (
    SELECT * FROM v_post_by_category
    WHERE scope = 'section' AND category_code IS NULL AND grade_code IS NULL AND funding_source_code <> 'ALL'
)
SELECT
    edition_year,
    part,
    section_code,
    section_order,
    section.label AS section,
    funding_source_code,
    coalesce(source.label_en, funding_source_code) AS funding_source,
    current_posts,
    proposed_posts,
    proposed_posts - current_posts AS change,
    quality,
    document_id
FROM total
JOIN v_section AS section USING (edition_year, section_code)
LEFT JOIN dim_funding_source AS source USING (funding_source_code)
-- A section that is parted into lettered ones is their sum.
WHERE NOT EXISTS (
    SELECT 1 FROM total AS lettered
    WHERE lettered.edition_year = total.edition_year
        AND regexp_full_match(lettered.section_code, total.section_code || '[A-Z]')
)

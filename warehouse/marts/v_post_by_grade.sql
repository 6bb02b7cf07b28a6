-- One row per edition, section, entity, source of funding and grade: posts of the year before, change and proposal, each post once.
-- A section's own table where it prints one, else those of its entities; addenda, such as those of missions, have their own entity.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget.
-- section_code: Section.
-- title: Title of the section.
-- entity_code: Entity within a section of several; NULL where the section prints the table.
-- entity_label: Its name.
-- funding_source_code: RB, OA or XB.
-- category_code: Category that the grade belongs to.
-- grade_code: Grade.
-- grade_rank: Order from the highest; NULL where not known.
-- current_posts: Posts of the year before the edition.
-- change: Change in posts, as printed.
-- proposed_posts: Posts proposed for the year of the edition.
-- claim_count: Printed claims that state the proposed posts.
-- quality: Worst verdict among the figures of the row; doubtful where one may be about something else.
-- proposed_fact_id: The fact of the proposed posts, to join v_claim_place on.
WITH graded AS (
    SELECT * FROM mart_post
    WHERE breakdown = 'grade' AND scope IN ('section', 'entity') AND measure <> 'percent_change'
        AND section_code IS NOT NULL
),
once AS (
    SELECT g.* FROM graded AS g
    WHERE NOT EXISTS (
        SELECT 1 FROM graded AS whole
        WHERE whole.scope = 'section' AND g.scope = 'entity'
            AND (whole.edition_year, whole.section_code, whole.funding_source_code)
                = (g.edition_year, g.section_code, g.funding_source_code)
    ) AND NOT EXISTS (
        SELECT 1 FROM graded AS below
        WHERE (below.edition_year, below.section_code, below.funding_source_code)
                = (g.edition_year, g.section_code, g.funding_source_code)
            AND starts_with(below.entity_code, g.entity_code || '.')
    )
)
SELECT
    once.edition_year,
    min(section.part_code) AS part_code,
    once.section_code,
    min(section.title) AS title,
    once.entity_code,
    min(once.entity_label) AS entity_label,
    once.funding_source_code,
    min(grade.category_code) AS category_code,
    once.grade_code,
    min(grade.rank) AS grade_rank,
    max(once.post_count) FILTER (
        once.measure IN ('approved', 'estimate') AND once.fiscal_year = once.edition_year - 1
    ) AS current_posts,
    max(once.post_count) FILTER (once.measure = 'total_change') AS change,
    max(once.post_count) FILTER (
        once.measure IN ('proposed', 'estimate') AND once.fiscal_year = once.edition_year
    ) AS proposed_posts,
    max(once.claim_count) FILTER (
        once.measure IN ('proposed', 'estimate') AND once.fiscal_year = once.edition_year
    ) AS claim_count,
    arg_max(once.quality, list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], once.quality)) AS quality,
    max(once.fact_id) FILTER (
        once.measure IN ('proposed', 'estimate') AND once.fiscal_year = once.edition_year
    ) AS proposed_fact_id
FROM once
LEFT JOIN dim_section AS section USING (edition_year, section_code)
LEFT JOIN dim_grade AS grade USING (grade_code)
GROUP BY once.edition_year, once.section_code, once.entity_code, once.funding_source_code, once.grade_code

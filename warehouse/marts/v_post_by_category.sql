-- One row per edition, section, entity, component or subprogramme, funding source and post category or grade: its posts side by side.
-- Sum over one scope and one breakdown only.
-- columns
-- document_id: The document it was printed in; of several, the first.
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget.
-- entity_code: Entity within a section of several.
-- scope: section, entity, component or subprogramme.
-- component_code: Component; NULL for the whole.
-- subprogramme_code: Number of the subprogramme.
-- funding_source_code: RB, OA, XB, or ALL when the print adds them up.
-- breakdown: total, category, part_of_category or grade.
-- category_code: Post category; NULL for all together.
-- grade_code: Grade; NULL for a category or all together.
-- label: Category or grade as printed.
-- current_posts: Posts of the year before the edition.
-- change: Change in posts, as printed.
-- proposed_posts: Posts proposed for the year of the edition.
-- quality: Worst verdict among the figures of the row; doubtful where one may be about something else.
SELECT
    min(document_id) AS document_id,
    edition_year,
    section_code,
    entity_code,
    scope,
    component_code,
    subprogramme_code,
    funding_source_code,
    breakdown,
    category_code,
    grade_code,
    min(category_label) AS label,
    max(post_count) FILTER (
        measure IN ('approved', 'estimate') AND fiscal_year = edition_year - 1
    ) AS current_posts,
    max(post_count) FILTER (measure = 'total_change') AS change,
    max(post_count) FILTER (measure IN ('proposed', 'estimate') AND fiscal_year = edition_year) AS proposed_posts,
    arg_max(quality, list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], quality)) AS quality
FROM mart_post
GROUP BY edition_year, section_code, entity_code, scope, component_code, subprogramme_code, funding_source_code,
    breakdown, category_code, grade_code

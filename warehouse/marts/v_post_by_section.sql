-- One row per edition, section and source of funding: posts of the year before and proposed, each section once.
-- The total printed for the section, else the sum over its entities outside addenda, where every one of them prints it.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget.
-- section_code: Section; a section in lettered parts by them.
-- title: Title of the section.
-- funding_source_code: RB, OA or XB.
-- current_posts: Posts of the year before the edition.
-- change: Proposed less those, computed from the two.
-- proposed_posts: Posts proposed for the year of the edition.
-- basis: printed, or summed over the section's entities.
-- quality: Worst verdict among the figures of the row; doubtful where one may be about something else.
WITH whole AS (
    SELECT
        post.*,
        CASE WHEN post.measure IN ('approved', 'estimate') AND post.fiscal_year = post.edition_year - 1 THEN 'current'
            WHEN post.measure IN ('proposed', 'estimate') AND post.fiscal_year = post.edition_year THEN 'proposed'
        END AS step
    FROM mart_post AS post
    JOIN mart_document AS document USING (document_id)
    WHERE post.breakdown = 'total' AND post.scope IN ('section', 'entity') AND post.section_code IS NOT NULL
        AND post.funding_source_code IN ('RB', 'OA', 'XB') AND document.kind <> 'addendum'
),
lettered AS (
    SELECT DISTINCT edition_year, regexp_extract(section_code, '^[0-9]+') AS section_code FROM whole
    WHERE regexp_full_match(section_code, '[0-9]+[A-Z]')
),
leaves AS (
    SELECT w.edition_year, w.section_code, w.funding_source_code, w.step, sum(w.post_count) AS posts,
        count(DISTINCT split_part(w.entity_code, '.', 1)) AS entities,
        max(list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], w.quality)) AS worst
    FROM whole AS w
    WHERE w.scope = 'entity' AND w.step IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM whole AS o
        WHERE (o.edition_year, o.section_code, o.funding_source_code, o.step)
                = (w.edition_year, w.section_code, w.funding_source_code, w.step)
            AND starts_with(o.entity_code, w.entity_code || '.')
    ) AND EXISTS (
        SELECT 1 FROM dim_entity AS e
        WHERE (e.edition_year, e.section_code, e.entity_code) = (w.edition_year, w.section_code, w.entity_code)
    )
    GROUP BY ALL
),
counted AS (
    SELECT edition_year, section_code, funding_source_code, step, max(post_count) AS posts, 'printed' AS basis,
        max(list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], quality)) AS worst
    FROM whole WHERE scope = 'section' AND step IS NOT NULL
    GROUP BY ALL
    UNION ALL
    SELECT edition_year, section_code, funding_source_code, step, posts, 'summed', worst
    FROM leaves JOIN dim_section AS section USING (edition_year, section_code)
    WHERE leaves.entities = section.entity_count AND NOT EXISTS (
        SELECT 1 FROM whole AS p
        WHERE p.scope = 'section' AND (p.edition_year, p.section_code, p.funding_source_code, p.step)
            = (leaves.edition_year, leaves.section_code, leaves.funding_source_code, leaves.step)
    )
)
SELECT
    counted.edition_year,
    min(section.part_code) AS part_code,
    counted.section_code,
    min(section.title) AS title,
    counted.funding_source_code,
    max(counted.posts) FILTER (counted.step = 'current') AS current_posts,
    max(counted.posts) FILTER (counted.step = 'proposed') - max(counted.posts) FILTER (counted.step = 'current')
        AS change,
    max(counted.posts) FILTER (counted.step = 'proposed') AS proposed_posts,
    min(counted.basis) AS basis,
    list_extract(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], max(counted.worst)) AS quality
FROM counted
ANTI JOIN lettered USING (edition_year, section_code)
LEFT JOIN dim_section AS section USING (edition_year, section_code)
GROUP BY counted.edition_year, counted.section_code, counted.funding_source_code

-- One row per edition, section, source of funding and object of expenditure, posts among them: each section once, in dollars.
-- The section's own table where it prints one, else the sum over its entities outside addenda.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section.
-- title: Title of the section.
-- funding_source_code: RB, OA or XB.
-- object_code: Object of expenditure; posts for those paid as posts.
-- expenditure_usd: Spent two years before the edition.
-- current_usd: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- proposed_usd: Proposed for the year of the edition.
-- basis: printed, or summed over the section's entities.
WITH stated AS (
    SELECT object.* FROM v_budget_by_object AS object
    JOIN mart_document AS document ON document.document_id = object.document_id AND document.kind <> 'addendum'
    WHERE object.scope IN ('section', 'entity') AND object.breakdown = 'object' AND object.currency = 'USD'
        AND object.funding_source_code IN ('RB', 'OA', 'XB')
),
once AS (
    SELECT s.* FROM stated AS s
    WHERE s.scope = 'section' OR NOT EXISTS (
        SELECT 1 FROM stated AS o
        WHERE o.scope = 'section' AND (o.edition_year, o.section_code, o.funding_source_code)
            = (s.edition_year, s.section_code, s.funding_source_code)
    ) AND NOT EXISTS (
        SELECT 1 FROM stated AS o
        WHERE (o.edition_year, o.section_code, o.funding_source_code)
                = (s.edition_year, s.section_code, s.funding_source_code)
            AND starts_with(o.entity_code, s.entity_code || '.')
    )
)
SELECT
    once.edition_year,
    once.section_code,
    min(section.title) AS title,
    once.funding_source_code,
    once.object_code,
    sum(once.expenditure)::DECIMAL(20, 4) AS expenditure_usd,
    sum(once.current_estimate)::DECIMAL(20, 4) AS current_usd,
    sum(once.proposed_estimate)::DECIMAL(20, 4) AS proposed_usd,
    CASE min(once.scope) WHEN 'section' THEN 'printed' ELSE 'summed' END AS basis
FROM once
LEFT JOIN dim_section AS section USING (edition_year, section_code)
GROUP BY once.edition_year, once.section_code, once.funding_source_code, once.object_code

-- One row per edition, section, entity, component or subprogramme, funding source and object of expenditure, posts among them: its money side by side.
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
-- breakdown: object, or group for the groups of objects that tables of missions print.
-- object_code: Object of expenditure; posts for those paid as posts.
-- object_label: Object as printed.
-- currency: USD or CHF, in single units.
-- expenditure: Spent two years before the edition.
-- current_estimate: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- total_change: All changes together, as printed.
-- percent_change: Changes in per cent, as printed.
-- proposed_estimate: Proposed for the year of the edition.
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
    CASE breakdown WHEN 'category' THEN 'object' ELSE breakdown END AS breakdown,
    coalesce(object_code, category_code) AS object_code,
    min(object_label) AS object_label,
    coalesce(currency, nullif(regexp_extract(fact_id, '[|]percent_([A-Z]+)$', 1), ''), 'USD') AS currency,
    max(amount * unit_scale) FILTER (measure = 'expenditure' AND fiscal_year = edition_year - 2) AS expenditure,
    max(amount * unit_scale) FILTER (
        measure IN ('appropriation', 'approved', 'estimate') AND fiscal_year = edition_year - 1
    ) AS current_estimate,
    max(amount * unit_scale) FILTER (measure = 'total_change') AS total_change,
    max(amount) FILTER (measure = 'percent_change') AS percent_change,
    max(amount * unit_scale) FILTER (measure = 'estimate' AND fiscal_year = edition_year) AS proposed_estimate,
    arg_max(quality, list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], quality)) AS quality
FROM mart_financial_resource
WHERE (breakdown IN ('object', 'group') OR category_code = 'posts') AND section_code IS NOT NULL
GROUP BY edition_year, section_code, entity_code, scope, component_code, subprogramme_code, funding_source_code,
    coalesce(object_code, category_code), CASE breakdown WHEN 'category' THEN 'object' ELSE breakdown END,
    coalesce(currency, nullif(regexp_extract(fact_id, '[|]percent_([A-Z]+)$', 1), ''), 'USD')

-- One row per edition, section, entity, source of funding and currency: its money side by side, for entities that hold no others.
-- Sum over entities of one section: none contains another; addenda, whose figures are part of an entity of the section, are left out.
-- columns
-- document_id: The document it was printed in.
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section.
-- entity_code: Entity.
-- entity_label: Its name.
-- funding_source_code: RB, OA or XB.
-- currency: USD or CHF, in single units.
-- expenditure: Spent two years before the edition.
-- current_estimate: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- total_change: All changes together, as printed.
-- proposed_estimate: Proposed for the year of the edition.
-- share_percent: Proposed, in per cent of that of all entities of the section, to two decimals.
-- basis: printed, or summed over the lines of a summary.
-- quality: Worst verdict among the figures of the row; doubtful where one may be about something else.
WITH printed AS (
    SELECT fact.*, entity.label
    FROM mart_financial_resource AS fact
    JOIN dim_entity AS entity USING (edition_year, section_code, entity_code)
    JOIN mart_document AS document ON document.document_id = fact.document_id AND document.kind <> 'addendum'
    WHERE fact.scope = 'entity' AND fact.breakdown = 'total' AND fact.currency IS NOT NULL
        AND fact.funding_source_code IN ('RB', 'OA', 'XB')
),
-- an entity that prints no total of its own in a summary is the sum of its lines there
summed AS (
    SELECT
        min(fact.document_id) AS document_id, fact.edition_year, fact.section_code, fact.entity_code,
        fact.funding_source_code, fact.measure, fact.fiscal_year, fact.currency, fact.unit_scale,
        sum(fact.amount) AS amount, min(entity.label) AS label,
        list_extract(
            ['exact', 'rounding', 'unassessable', 'violated', 'doubtful'],
            max(list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], fact.quality))
        ) AS quality
    FROM mart_financial_resource AS fact
    JOIN dim_entity AS entity USING (edition_year, section_code, entity_code)
    WHERE fact.scope = 'entity' AND fact.breakdown = 'line' AND fact.currency IS NOT NULL
        AND fact.funding_source_code IN ('RB', 'OA', 'XB')
        AND (fact.edition_year, fact.section_code, fact.entity_code, fact.funding_source_code) NOT IN (
            SELECT (edition_year, section_code, entity_code, funding_source_code) FROM printed
        )
    GROUP BY fact.edition_year, fact.section_code, fact.entity_code, fact.funding_source_code, fact.measure,
        fact.fiscal_year, fact.currency, fact.unit_scale
),
whole AS (
    SELECT document_id, edition_year, section_code, entity_code, funding_source_code, measure, fiscal_year, currency,
        unit_scale, amount, label, quality, 'printed' AS basis
    FROM printed
    UNION ALL BY NAME
    SELECT *, 'summed' AS basis FROM summed
),
leaves AS (
    SELECT
        min(w.document_id) AS document_id, w.edition_year, w.section_code, w.entity_code,
        min(w.label) AS entity_label, w.funding_source_code, w.currency,
        max(w.amount * w.unit_scale) FILTER (w.measure = 'expenditure' AND w.fiscal_year = w.edition_year - 2)
            AS expenditure,
        max(w.amount * w.unit_scale) FILTER (
            w.measure IN ('appropriation', 'approved', 'estimate') AND w.fiscal_year = w.edition_year - 1
        ) AS current_estimate,
        max(w.amount * w.unit_scale) FILTER (w.measure = 'total_change' AND w.fiscal_year = w.edition_year)
            AS total_change,
        max(w.amount * w.unit_scale) FILTER (w.measure = 'estimate' AND w.fiscal_year = w.edition_year)
            AS proposed_estimate,
        arg_max(w.quality, list_position(['exact', 'rounding', 'unassessable', 'violated', 'doubtful'], w.quality)) AS quality,
        min(w.basis) AS basis
    FROM whole AS w
    WHERE NOT EXISTS (
        SELECT 1 FROM whole AS o
        WHERE (o.edition_year, o.section_code, o.funding_source_code)
                = (w.edition_year, w.section_code, w.funding_source_code)
            AND starts_with(o.entity_code, w.entity_code || '.')
    )
    GROUP BY w.edition_year, w.section_code, w.entity_code, w.funding_source_code, w.currency
)
SELECT
    document_id,
    edition_year,
    section_code,
    entity_code,
    entity_label,
    funding_source_code,
    currency,
    expenditure,
    current_estimate,
    total_change,
    proposed_estimate,
    round(
        100 * proposed_estimate / nullif(
            sum(proposed_estimate) OVER (PARTITION BY edition_year, section_code, funding_source_code, currency), 0
        ),
        2
    ) AS share_percent,
    basis,
    quality
FROM leaves

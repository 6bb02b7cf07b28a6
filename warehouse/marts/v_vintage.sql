-- One row per section, entity, component, subprogramme, source of funding, fiscal year, edition and measure: what a year's figure was called in each edition.
-- A year is first proposed (estimate), then approved or appropriated in the next edition, then spent in the one after.
-- Sum over one scope only.
-- columns
-- section_code: Section.
-- entity_code: Entity within a section of several; NULL for the whole.
-- component_code: Component; NULL for the whole.
-- subprogramme_code: Number of the subprogramme; NULL for the whole.
-- scope: section, entity, component or subprogramme.
-- funding_source_code: RB, OA or XB.
-- fiscal_year: Year the figure is for.
-- edition_year: Edition that prints it.
-- measure: What it is called there: estimate, approved, appropriation or expenditure.
-- amount_usd: Amount in United States dollars.
-- previous_edition_year: Edition before that states a figure for the same year; NULL for the first.
-- previous_measure: What it was called there.
-- previous_usd: Amount there.
-- difference_usd: Amount less the one of the edition before.
-- document_id: Document that prints it.
-- fact_id: The fact, to join v_claim_place on.
WITH stated AS (
    SELECT
        section_code, entity_code, component_code, subprogramme_code, scope, funding_source_code, fiscal_year,
        edition_year, measure, amount_usd, document_id, fact_id,
        list_position(['estimate', 'approved', 'appropriation', 'expenditure'], measure) AS place
    FROM mart_financial_resource
    WHERE breakdown = 'total' AND amount_usd IS NOT NULL AND section_code IS NOT NULL
        AND funding_source_code IN ('RB', 'OA', 'XB')
        AND measure IN ('estimate', 'approved', 'appropriation', 'expenditure')
)
SELECT
    section_code,
    entity_code,
    component_code,
    subprogramme_code,
    scope,
    funding_source_code,
    fiscal_year,
    edition_year,
    measure,
    amount_usd,
    lag(edition_year) OVER figure_before AS previous_edition_year,
    lag(measure) OVER figure_before AS previous_measure,
    lag(amount_usd) OVER figure_before AS previous_usd,
    amount_usd - lag(amount_usd) OVER figure_before AS difference_usd,
    document_id,
    fact_id
FROM stated
WINDOW figure_before AS (
    PARTITION BY section_code, entity_code, component_code, subprogramme_code, funding_source_code, fiscal_year
    ORDER BY edition_year, place
)

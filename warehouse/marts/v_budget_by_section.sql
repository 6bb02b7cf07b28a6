-- One row per edition, section, source of funding, measure and fiscal year: each section once, with part and title.
-- Sum over sections for one edition, source, measure and year; section_count of v_budget_by_part shows whether all are there.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget, in Roman figures; NULL where nothing read says.
-- section_code: Section.
-- title: Title of the section.
-- funding_source_code: RB, OA or XB.
-- measure: expenditure, approved, appropriation, estimate, revised, or a change.
-- fiscal_year: Year the amount is for; changes carry the edition's.
-- amount_usd: Amount in United States dollars.
-- step: spent, current, change, proposed or revised: which state of the edition the figure is of.
-- basis: printed, or summed over the section's entities.
-- claim_count: Printed claims that state it.
-- quality: Worst verdict among its claims and relations.
-- document_id: Document the amount was taken from.
-- cell_id: The claim the amount was taken from; NULL for a sum.
-- fact_id: The fact, to join v_claim_place on; NULL for a sum.
SELECT
    total.edition_year,
    section.part_code,
    total.section_code,
    section.title,
    total.funding_source_code,
    total.measure,
    total.fiscal_year,
    total.amount_usd,
    CASE
        WHEN total.measure IN ('expenditure', 'actual') THEN 'spent'
        WHEN total.measure IN ('technical_adjustment', 'new_expanded_mandate', 'other_change', 'total_change')
            THEN 'change'
        WHEN total.measure = 'revised' THEN 'revised'
        WHEN total.fiscal_year = total.edition_year THEN 'proposed'
        ELSE 'current'
    END AS step,
    total.basis,
    total.claim_count,
    total.quality,
    total.document_id,
    total.cell_id,
    fact.fact_id
FROM mart_section_total AS total
LEFT JOIN dim_section AS section USING (edition_year, section_code)
LEFT JOIN mart_cell AS fact ON fact.cell_id = total.cell_id

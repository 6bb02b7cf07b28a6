-- One row per edition, section, funding source and budget year: what was spent, appropriated or proposed; changes are left out.
-- Each section once within an edition; one year is printed in several editions, so pick an edition before adding up.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part: Part of the programme budget.
-- section_code: Section of the programme budget.
-- section_order: Number with two digits, and letter: sorts as the edition does.
-- section: Code and title.
-- funding_source_code: RB, OA or XB.
-- funding_source: The same in words.
-- fiscal_year: Budget year the money belongs to.
-- stage: Spent, current (appropriated or estimated for the year before the edition) or proposed.
-- amount_usd: Amount in United States dollars.
-- has_all_years: True where the edition prints all three years of the section, so that years can be compared.
-- is_newest: True where no later edition prints the section's money of that year.
-- quality: Worst verdict on the figure: exact, rounding, violated, unassessable; doubtful where it may be about something else.
-- claim_count: Statements of the figure in print.
-- document_id: Document it was printed in.
-- cell_id: Cell it was printed in, for fascicle explain.
SELECT
    edition_year,
    part,
    section_code,
    section_order,
    label AS section,
    funding_source_code,
    coalesce(source.label_en, funding_source_code) AS funding_source,
    fiscal_year,
    CASE edition_year - fiscal_year WHEN 0 THEN 'Proposed' WHEN 1 THEN 'Current' ELSE 'Spent' END AS stage,
    amount_usd,
    count(*) OVER (PARTITION BY edition_year, section_code, funding_source_code) >= 3 AS has_all_years,
    edition_year = max(edition_year) OVER (PARTITION BY section_code, funding_source_code, fiscal_year) AS is_newest,
    quality,
    claim_count,
    document_id,
    cell_id
FROM mart_section_total
JOIN v_section USING (edition_year, section_code)
LEFT JOIN dim_funding_source AS source USING (funding_source_code)
WHERE measure IN ('expenditure', 'appropriation', 'approved', 'estimate')

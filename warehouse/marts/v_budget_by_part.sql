-- One row per edition, part of the budget, source of funding, measure and fiscal year: its sections added up.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget, in Roman figures; NULL where nothing read says.
-- funding_source_code: RB, OA or XB.
-- measure: expenditure, approved, appropriation, estimate, or a change.
-- fiscal_year: Year the amount is for.
-- amount_usd: Amount in United States dollars, over the sections that state it.
-- section_count: Sections that state it: compare it before comparing amounts.
-- known_section_count: Sections of the part that the release knows of in the edition.
-- section_codes: The sections added up, in order.
SELECT
    total.edition_year,
    section.part_code,
    total.funding_source_code,
    total.measure,
    total.fiscal_year,
    sum(total.amount_usd)::DECIMAL(20, 4) AS amount_usd,
    count(*)::INTEGER AS section_count,
    any_value(known.sections)::INTEGER AS known_section_count,
    string_agg(total.section_code, ', ' ORDER BY try_cast(regexp_extract(total.section_code, '^\d+') AS INTEGER), total.section_code) AS section_codes
FROM mart_section_total AS total
LEFT JOIN dim_section AS section USING (edition_year, section_code)
LEFT JOIN (
    SELECT edition_year, part_code, count(DISTINCT section_code) AS sections
    FROM mart_section_total LEFT JOIN dim_section USING (edition_year, section_code)
    GROUP BY ALL
) AS known ON known.edition_year = total.edition_year AND known.part_code IS NOT DISTINCT FROM section.part_code
GROUP BY total.edition_year, section.part_code, total.funding_source_code, total.measure, total.fiscal_year

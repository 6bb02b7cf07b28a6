-- One row per edition, section and funding source: spent, current and proposed money, each section once.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget.
-- title: Title of the section.
-- funding_source_code: RB, OA or XB.
-- expenditure_usd: Spent two years before the edition.
-- current_usd: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- proposed_usd: Proposed for the year of the edition.
-- change_usd: Proposed less current, computed from the two.
-- change_percent: The same in per cent of the current, to two decimals.
SELECT
    edition_year,
    section_code,
    min(title) AS title,
    funding_source_code,
    max(amount_usd) FILTER (measure = 'expenditure' AND fiscal_year = edition_year - 2) AS expenditure_usd,
    max(amount_usd) FILTER (
        measure IN ('appropriation', 'approved', 'estimate') AND fiscal_year = edition_year - 1
    ) AS current_usd,
    max(amount_usd) FILTER (measure = 'estimate' AND fiscal_year = edition_year) AS proposed_usd,
    proposed_usd - current_usd AS change_usd,
    round(100 * (proposed_usd - current_usd) / nullif(current_usd, 0), 2) AS change_percent
FROM mart_section_total
LEFT JOIN dim_section USING (edition_year, section_code)
GROUP BY edition_year, section_code, funding_source_code

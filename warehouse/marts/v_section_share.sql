-- One row per edition, section and source of funding: what is proposed, its share of all sections, and its growth.
-- Shares are of the sections that the release states a proposal for: compared_sections says how many.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget.
-- section_code: Section.
-- title: Title of the section.
-- funding_source_code: RB, OA or XB.
-- proposed_usd: Proposed for the year of the edition.
-- share_percent: In per cent of what is proposed for all sections compared, to two decimals.
-- current_usd: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- change_usd: Proposed less current, computed from the two.
-- growth_percent: The same in per cent of the current, to two decimals.
-- contribution_percent: The same in per cent of the current of all sections compared, to two decimals.
-- compared_sections: Sections with a proposal in the edition and source.
SELECT
    overview.edition_year,
    section.part_code,
    overview.section_code,
    overview.title,
    overview.funding_source_code,
    overview.proposed_usd,
    round(100 * overview.proposed_usd / nullif(sum(overview.proposed_usd) OVER whole, 0), 2) AS share_percent,
    overview.current_usd,
    overview.change_usd,
    overview.change_percent AS growth_percent,
    round(100 * overview.change_usd / nullif(sum(overview.current_usd) OVER whole, 0), 2) AS contribution_percent,
    (count(*) OVER whole)::INTEGER AS compared_sections
FROM v_section_overview AS overview
LEFT JOIN dim_section AS section USING (edition_year, section_code)
WHERE overview.proposed_usd IS NOT NULL
WINDOW whole AS (PARTITION BY overview.edition_year, overview.funding_source_code)

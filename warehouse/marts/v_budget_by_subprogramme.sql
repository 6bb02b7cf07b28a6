-- One row per edition, section, entity, subprogramme of the programme of work, source of funding and currency: its money side by side.
-- Sum over subprogrammes of a section or entity: together they are its programme of work.
-- columns
-- document_id: The document it was printed in.
-- edition_year: Budget year that the fascicle proposes.
-- part_code: Part of the programme budget.
-- section_code: Section.
-- section_title: Its title.
-- entity_code: Entity within a section of several.
-- subprogramme_code: Number of the subprogramme.
-- label: Its name, as printed.
-- funding_source_code: RB, OA or XB.
-- currency: USD or CHF, in single units.
-- expenditure: Spent two years before the edition.
-- current_estimate: Appropriated, or estimated where nothing is appropriated, for the year before the edition.
-- total_change: All changes together, as printed.
-- percent_change: Changes in per cent, as printed.
-- proposed_estimate: Proposed for the year of the edition.
-- share_percent: Proposed, in per cent of the programme of work of the section or entity, to two decimals.
-- quality: Worst verdict among the figures of the row; doubtful where one may be about something else.
SELECT
    component.document_id,
    component.edition_year,
    section.part_code,
    component.section_code,
    section.title AS section_title,
    component.entity_code,
    component.subprogramme_code,
    component.label,
    component.funding_source_code,
    component.currency,
    component.expenditure,
    component.current_estimate,
    component.total_change,
    component.percent_change,
    component.proposed_estimate,
    round(
        100 * component.proposed_estimate / nullif(
            sum(component.proposed_estimate) OVER (
                PARTITION BY component.edition_year, component.section_code, component.entity_code,
                    component.funding_source_code, component.currency
            ),
            0
        ),
        2
    ) AS share_percent,
    component.quality
FROM v_budget_by_component AS component
LEFT JOIN dim_section AS section USING (edition_year, section_code)
WHERE component.scope = 'subprogramme' AND component.component_code = 'programme_of_work'
    AND NOT contains(component.subprogramme_code, '.') AND component.funding_source_code IN ('RB', 'OA', 'XB')

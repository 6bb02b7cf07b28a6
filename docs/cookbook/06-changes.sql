-- How does the proposal for section 10 come about from the appropriation?
-- Base and changes come to the proposal.
-- documents: A/80/6 (Sect. 10)
SELECT current_estimate, technical_adjustment, new_expanded_mandate, other_change, total_change, proposed_estimate,
    current_estimate + technical_adjustment + new_expanded_mandate + other_change = proposed_estimate AS adds_up
FROM v_budget_by_component
WHERE edition_year = 2026 AND section_code = '10' AND scope = 'section' AND funding_source_code = 'RB'

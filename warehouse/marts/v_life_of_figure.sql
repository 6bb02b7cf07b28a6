-- One row per statement of what a section or mission costs in a year: proposed, revised, appropriated, restated by the next edition, spent, and read by a third party.
-- Order by year and step_number. Amounts that a resolution adds in words are rows of their own. Sections are whole sections, missions are gross requirements.
-- columns
-- budget: programme, or peacekeeping.
-- code: Section, or mission.
-- name: Title of the section, or name of the mission; NULL where no document read says.
-- funding_source_code: RB, OA or XB; peacekeeping is OA.
-- fiscal_year: Year the amount is for; 2024 for 2024/25.
-- period_start: First day of a period that is no calendar year.
-- step_number: Order of the step, from 1.
-- step: proposed, revised, appropriated, added, restated, spent or reference.
-- measure: What the document calls it.
-- amount_usd: Amount in United States dollars.
-- previous_usd: Amount of the step before, printed in a document; NULL for the first, for what is added and for a reference.
-- difference_usd: Amount less that.
-- is_reference: True for what a third party read, trusted less than print.
-- edition_year: Edition of the document.
-- document_id: Document that states it.
-- symbol: Its symbol; for a reference, the document that the third party read it from.
-- place: Number of the table or paragraph.
-- row_label: Row that states it.
-- page_number: Page.
-- line_first: First line or block.
-- claim_id: The claim, for fascicle explain; NULL for a sum over entities.
-- disagreement_count: Findings that this statement or one held against it differs.
WITH section_step AS (
    SELECT
        'programme' AS budget, section_code AS code, funding_source_code, fiscal_year, NULL::DATE AS period_start,
        CASE
            WHEN measure = 'revised' THEN 'revised'
            WHEN measure = 'expenditure' THEN 'spent'
            WHEN fiscal_year = edition_year THEN 'proposed'
            ELSE 'restated'
        END AS step,
        measure, amount_usd, edition_year, document_id, cell_id AS claim_id, NULL AS read_in, NULL AS read_row,
        NULL::INTEGER AS read_page
    FROM mart_section_total
    WHERE measure IN ('estimate', 'appropriation', 'approved', 'revised', 'expenditure')
),
adopted AS (
    SELECT
        'programme' AS budget, section_code AS code, 'RB' AS funding_source_code, fiscal_year,
        CASE WHEN is_additional THEN 'added' ELSE 'appropriated' END AS step, 'appropriation' AS measure, amount_usd,
        fiscal_year AS edition_year, document_id, claim_id
    FROM v_appropriation
    WHERE section_code IS NOT NULL
),
mission_step AS (
    SELECT DISTINCT ON (mission_code, fiscal_year, period_start, step, document_id)
        'peacekeeping' AS budget, mission_code AS code, 'OA' AS funding_source_code, fiscal_year, period_start,
        CASE measure WHEN 'cost_estimate' THEN 'proposed' WHEN 'expenditure' THEN 'spent' ELSE 'restated' END AS step,
        measure, amount_usd, edition_year, document_id, cell_id AS claim_id
    FROM v_cost_by_mission
    WHERE row_code = 'gross' AND part_label IS NULL AND measure IN ('cost_estimate', 'apportionment', 'expenditure')
    ORDER BY cell_id
),
reference_step AS (
    SELECT
        'programme' AS budget, section_code AS code, funding_source_code, fiscal_year, 'reference' AS step, measure,
        value * 1000 AS amount_usd, edition_year, document_id, reference_value_id AS claim_id,
        source_symbol AS read_in, source_row_label AS read_row, source_page_number AS read_page
    FROM mart_reference_value
    WHERE tier = 'section' AND section_code IS NOT NULL AND funding_source_code IN ('RB', 'OA', 'XB')
),
stated AS (
    SELECT * FROM section_step
    UNION ALL BY NAME
    SELECT * FROM adopted
    UNION ALL BY NAME
    SELECT * FROM mission_step
    UNION ALL BY NAME
    SELECT * FROM reference_step
),
title AS (
    SELECT 'programme' AS budget, section_code AS code, arg_max(title, edition_year) AS name
    FROM dim_section GROUP BY section_code
    UNION ALL
    SELECT 'peacekeeping', mission_code, arg_max(name, edition_year) FROM dim_mission GROUP BY mission_code
),
differing AS (
    SELECT claim_id, count(DISTINCT finding_id) AS finding_count
    FROM (
        SELECT claim_id, finding_id FROM mart_finding WHERE witness_claim_id IS NOT NULL
        UNION ALL
        SELECT witness_claim_id, finding_id FROM mart_finding WHERE witness_claim_id IS NOT NULL
    )
    GROUP BY claim_id
),
numbered AS (
    SELECT
        *,
        list_position(
            ['proposed', 'revised', 'appropriated', 'added', 'restated', 'spent', 'reference'], step
        )::INTEGER AS step_number,
        CASE WHEN step NOT IN ('added', 'reference') THEN amount_usd END AS in_line
    FROM stated
),
ordered AS (
    SELECT
        *,
        CASE
            WHEN in_line IS NOT NULL THEN lag(in_line IGNORE NULLS) OVER (
                PARTITION BY budget, code, funding_source_code, fiscal_year, period_start
                ORDER BY step_number, edition_year, document_id
            )
        END AS previous_usd
    FROM numbered
)
SELECT
    ordered.budget,
    ordered.code,
    title.name,
    ordered.funding_source_code,
    ordered.fiscal_year,
    ordered.period_start,
    ordered.step_number,
    ordered.step,
    ordered.measure,
    ordered.amount_usd,
    ordered.previous_usd,
    ordered.amount_usd - ordered.previous_usd AS difference_usd,
    ordered.step = 'reference' AS is_reference,
    ordered.edition_year,
    ordered.document_id,
    coalesce(ordered.read_in, document.symbol) AS symbol,
    coalesce(cell.table_number, said.paragraph_number) AS place,
    coalesce(ordered.read_row, cell.row_label) AS row_label,
    coalesce(ordered.read_page, cell.page_number, said.page_number) AS page_number,
    coalesce(cell.line_first, said.line_first) AS line_first,
    ordered.claim_id,
    coalesce(differing.finding_count, 0)::INTEGER AS disagreement_count
FROM ordered
JOIN mart_document AS document ON document.document_id = ordered.document_id
LEFT JOIN title ON title.budget = ordered.budget AND title.code = ordered.code
LEFT JOIN mart_cell AS cell ON cell.cell_id = ordered.claim_id
LEFT JOIN mart_stated_amount AS said ON said.stated_amount_id = ordered.claim_id
LEFT JOIN differing ON differing.claim_id = ordered.claim_id

-- One row per amount or percentage of the requirements of a mission, each once: of the longest table that prints it, of the best text of its document.
-- Word before PDF. Sum items, or subtotals of classes, or gross requirements: never two of them.
-- columns
-- mission_code: Abbreviation of the mission, or a code made of its name.
-- mission: Name as the title prints it.
-- fiscal_year: Year the period begins in: 2024 for 2024/25.
-- period_start: First day of the period.
-- period_end: Last day of the period.
-- cost_class: Code of the class of cost; NULL below the classes.
-- cost_class_label: The class as printed.
-- row_label: Item as printed.
-- level: item, class, or total for rows below the classes.
-- row_code: gross, staff_assessment, net, voluntary_contributions, total; else NULL.
-- part_label: Place or group that the amount is for; NULL for the whole mission.
-- measure: apportionment, expenditure, cost_estimate, variance, percent_change; NULL where the head says none.
-- amount_usd: Amount in United States dollars; NULL for a percentage.
-- percent: Percentage; NULL for an amount.
-- edition_year: Year that the session budgets for.
-- document_id: The document.
-- symbol: Its symbol.
-- table_number: Table; NULL where it has no number.
-- page_number: Page.
-- cell_id: The printed cell, for fascicle explain.
WITH best AS (
    SELECT symbol, arg_min(document_id, list_position(['docx', 'pdf', 'txt'], format)) AS document_id
    FROM mart_document WHERE kind = 'peacekeeping_budget' GROUP BY symbol
),
held AS (
    SELECT table_id, row_count FROM mart_table WHERE document_id IN (SELECT document_id FROM best)
)
SELECT
    resource.mission_code,
    mission.name AS mission,
    resource.fiscal_year,
    resource.period_start,
    resource.period_end,
    resource.cost_class,
    resource.cost_class_label,
    resource.row_label,
    CASE
        WHEN resource.cost_class IS NULL THEN 'total'
        WHEN resource.row_role = 'subtotal' THEN 'class'
        ELSE 'item'
    END AS level,
    resource.row_code,
    resource.part_label,
    resource.measure,
    resource.amount_usd,
    CASE WHEN resource.unit = 'percent' THEN resource.printed_value END AS percent,
    resource.edition_year,
    resource.document_id,
    best.symbol,
    cell.table_number,
    cell.page_number,
    resource.cell_id
FROM mart_peacekeeping_resource AS resource
JOIN best USING (document_id)
JOIN mart_cell AS cell ON cell.cell_id = resource.cell_id
JOIN held USING (table_id)
LEFT JOIN dim_mission AS mission USING (document_id)
WHERE resource.topic = 'requirements'
-- a summary may print what the table of all items prints: the longest table says it
QUALIFY row_number() OVER (
    PARTITION BY resource.document_id, resource.cost_class, resource.row_label, resource.row_role, resource.measure,
        resource.fiscal_year, resource.period_start, resource.period_end, resource.part_label, resource.unit
    ORDER BY held.row_count DESC, resource.cell_id
) = 1

-- One row per count of posts and personnel of a whole mission by category, state and period, each once: of the table that has most categories, of the best text of its document.
-- Word before PDF. Rows of one period may be of parts of it: row_label and the days distinguish them. Sum over one state and period only.
-- columns
-- mission_code: Abbreviation of the mission, or a code made of its name.
-- mission: Name as the title prints it.
-- category_code: Category of personnel; NULL for all together.
-- category_label: Category as printed; NULL for all together.
-- fiscal_year: Year the period begins in: 2024 for 2024/25.
-- period_start: First day of the period.
-- period_end: Last day of the period.
-- measure: approved, actual, proposed, estimate, revised, or variance for a net change.
-- row_label: Label of the row or category as printed.
-- post_count: Posts or persons.
-- edition_year: Year that the session budgets for.
-- document_id: The document.
-- symbol: Its symbol.
-- page_number: Page.
-- cell_id: The printed cell, for fascicle explain.
WITH best AS (
    SELECT symbol, arg_min(document_id, list_position(['docx', 'pdf', 'txt'], format)) AS document_id
    FROM mart_document WHERE kind = 'peacekeeping_budget' GROUP BY symbol
),
whole AS (
    SELECT post.*, best.symbol, cell.table_id, cell.page_number, cell.row_number, cell.column_number
    FROM mart_peacekeeping_post AS post
    JOIN best USING (document_id)
    JOIN mart_cell AS cell USING (cell_id)
    WHERE post.unit_label IS NULL AND post.grade_label IS NULL AND post.grade_code IS NULL
),
chosen AS (
    SELECT document_id, arg_max(table_id, (categories, -order_number)) AS table_id
    FROM (
        SELECT document_id, table_id, count(DISTINCT category_code) AS categories
        FROM whole GROUP BY document_id, table_id
    )
    JOIN (SELECT table_id, order_number FROM mart_table) USING (table_id)
    GROUP BY document_id
)
SELECT
    whole.mission_code,
    mission.name AS mission,
    whole.category_code,
    whole.category_label,
    whole.fiscal_year,
    whole.period_start,
    whole.period_end,
    whole.measure,
    whole.row_label,
    whole.post_count,
    whole.edition_year,
    whole.document_id,
    whole.symbol,
    whole.page_number,
    whole.cell_id
FROM whole
JOIN chosen USING (document_id, table_id)
LEFT JOIN dim_mission AS mission USING (document_id)

-- One row per proposed staffing change of a mission, of the best text of its document: Word before PDF.
-- What moves from one office to another has a row in each: such changes add up to zero.
-- columns
-- mission_code: Abbreviation of the mission, or a code made of its name.
-- mission: Name as the title prints it.
-- unit_label: Office as printed.
-- personnel_kind: posts, temporary_positions or positions; NULL where the table does not say.
-- staff_group: Type of staff as printed, such as International.
-- grade_code: Grade in its standard form.
-- post_count: Posts added, or taken away where negative.
-- title: Functional title as printed.
-- action: What is proposed, as printed, such as Abolishment.
-- from_to: Office that a post moves from or to, as printed.
-- edition_year: Year that the session budgets for.
-- document_id: The document.
-- symbol: Its symbol.
-- page_number: Page.
-- post_change_id: The row of mart_post_change.
WITH best AS (
    SELECT symbol, arg_min(document_id, list_position(['docx', 'pdf', 'txt'], format)) AS document_id
    FROM mart_document WHERE kind = 'peacekeeping_budget' GROUP BY symbol
)
SELECT
    mission.mission_code,
    mission.name AS mission,
    change.unit_label,
    change.personnel_kind,
    change.staff_group,
    change.grade_code,
    change.post_count,
    change.description AS title,
    change.reason AS action,
    change.from_to,
    change.edition_year,
    change.document_id,
    best.symbol,
    change.page_number,
    change.post_change_id
FROM mart_post_change AS change
JOIN best USING (document_id)
JOIN dim_mission AS mission USING (document_id)

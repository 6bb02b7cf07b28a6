-- Where is the vacancy rate that a mission budgets for far from the one it had?
-- Actual rates as at a day and as an average are rows of their own; the days of a rate stand in its head.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT proposed.mission_code, proposed.cost_class_label AS personnel, proposed.row_label,
    proposed.printed_value AS proposed_percent, actual.column_label AS actual_of, actual.printed_value AS actual_percent
FROM mart_peacekeeping_resource AS proposed
JOIN mart_peacekeeping_resource AS actual USING (document_id, cost_class_label, row_label)
JOIN mart_cell AS cell ON cell.cell_id = proposed.cell_id
JOIN mart_cell AS other ON other.cell_id = actual.cell_id AND other.table_id = cell.table_id
    AND other.row_number = cell.row_number
WHERE proposed.topic = 'vacancy_rates' AND proposed.measure = 'proposed' AND proposed.edition_year = 2026
    AND actual.measure = 'actual' AND abs(proposed.printed_value - actual.printed_value) >= 20
ORDER BY abs(proposed.printed_value - actual.printed_value) DESC, actual.cell_id

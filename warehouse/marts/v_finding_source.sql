-- One row per finding: what is wrong, with the printed lines themselves.
-- columns
-- finding_id: The finding.
-- severity: error, warning or info.
-- class: Kind of defect.
-- message: What a budget officer reads.
-- symbol: Symbol of the document.
-- language: Its language.
-- table_number: Table.
-- paragraph_number: Paragraph, for an amount in prose.
-- row_label: Row.
-- measure: What was measured.
-- fiscal_year: Year.
-- printed_text: What is printed; NULL when nothing is.
-- implied_value: Value that the rest implies.
-- difference: Printed less implied.
-- acknowledged: True when it is in the register of known discrepancies.
-- page_number: Page.
-- line_first: First line.
-- line_last: Last line.
-- source_lines: The lines as printed.
SELECT
    finding.finding_id,
    finding.severity,
    finding.class,
    finding.message,
    document.symbol,
    document.language,
    finding.table_number,
    finding.paragraph_number,
    finding.row_label,
    finding.measure,
    finding.fiscal_year,
    finding.printed_text,
    finding.implied_value,
    finding.difference,
    finding.acknowledged,
    finding.page_number,
    finding.line_first,
    finding.line_last,
    (
        SELECT string_agg(line.text, chr(10) ORDER BY line.line_number)
        FROM mart_source_line AS line
        WHERE line.document_id = finding.document_id
            AND line.line_number BETWEEN finding.line_first AND coalesce(finding.line_last, finding.line_first)
    ) AS source_lines
FROM mart_finding AS finding
JOIN mart_document AS document USING (document_id)

-- One row per edition and section that the edition names, in a document of its own or in another's table.
-- columns
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget, such as 10 or 29A; IS1 for income section 1.
-- section_order: Number with two digits, and letter: sorts as the edition does.
-- part_code: Part of the programme budget, as printed; where it isn't, that of the sections before and after, when they agree.
-- part: The same in words, for axes of charts. Where nothing read says, from v_budget_part, marked '(by list)'; else 'Part not printed'.
-- part_source: Where the part is from: printed, neighbours (the sections before and after agree), list (v_budget_part); NULL where it isn't known.
-- title: Title as printed; where the section has no document, as a table of sections names it.
-- label: Code and title.
WITH named AS (
    SELECT edition_year, section_code FROM dim_section
    UNION
    SELECT edition_year, section_code FROM mart_section_total
    UNION
    SELECT edition_year, section_code FROM mart_document WHERE edition_year IS NOT NULL AND section_code IS NOT NULL
),
listed AS (
    SELECT total.edition_year, total.section_code, min(trim(substr(cell.row_label, length(total.section_code) + 2))) AS title
    FROM mart_section_total AS total JOIN mart_cell AS cell USING (cell_id)
    WHERE starts_with(cell.row_label, total.section_code || '.')
    GROUP BY ALL
),
numbered AS (
    SELECT
        edition_year, section_code, try_cast(regexp_extract(section_code, '^\d+') AS INTEGER) AS section_number,
        coalesce(section.part_code, max(section.part_code) OVER (PARTITION BY edition_year, section_number)) AS known,
        coalesce(section.title, listed.title) AS title
    FROM named
    LEFT JOIN dim_section AS section USING (edition_year, section_code)
    LEFT JOIN listed USING (edition_year, section_code)
),
-- Lettered sections are those of one number; parts are runs of sections in their order.
placed AS (
    SELECT
        *,
        last_value(known IGNORE NULLS) OVER (
            PARTITION BY edition_year ORDER BY section_number, section_code ROWS UNBOUNDED PRECEDING
        ) AS before,
        first_value(known IGNORE NULLS) OVER (
            PARTITION BY edition_year ORDER BY section_number, section_code
            ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
        ) AS after
    FROM numbered
)
SELECT
    edition_year,
    section_code,
    CASE WHEN section_number IS NULL THEN section_code
        ELSE lpad(section_number::VARCHAR, 2, '0') || regexp_extract(section_code, '^\d+(.*)$', 1) END AS section_order,
    coalesce(known, CASE WHEN before = after AND section_number IS NOT NULL THEN before END) AS part_code,
    coalesce('Part ' || part_code, 'Part ' || listed_part || ' (by list)', 'Part not printed') AS part,
    CASE WHEN known IS NOT NULL THEN 'printed' WHEN part_code IS NOT NULL THEN 'neighbours'
        WHEN listed_part IS NOT NULL THEN 'list' END AS part_source,
    placed.title,
    section_code || coalesce('. ' || placed.title, '') AS label
FROM placed
LEFT JOIN (SELECT part_code AS listed_part, first_section, last_section FROM v_budget_part) AS list
    ON section_number BETWEEN first_section AND last_section

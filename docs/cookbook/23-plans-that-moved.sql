-- Which plans of section 10 for 2026 are not what the edition before said?
-- A line is followed by its words from edition to edition.
-- documents: A/80/6 (Sect. 10), A/81/6 (Sect. 10)
SELECT subprogramme_code, label, previous_quantity AS planned_then, quantity AS planned_now, difference
FROM v_deliverable_vintage
WHERE section_code = '10' AND fiscal_year = 2026 AND measure = 'planned' AND previous_edition_year = 2026
    AND edition_year = 2027 AND difference <> 0
ORDER BY subprogramme_code, label

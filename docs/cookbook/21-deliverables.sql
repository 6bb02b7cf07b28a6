-- Which deliverables of section 10 fell furthest short in 2024?
-- Items only: a subcategory's line sums its items.
-- documents: A/80/6 (Sect. 10)
SELECT subprogramme_code, item_number, subcategory, planned, actual, shortfall
FROM v_deliverable_delivery
WHERE edition_year = 2026 AND section_code = '10' AND fiscal_year = 2024 AND NOT is_subtotal AND shortfall > 0
ORDER BY shortfall DESC, subprogramme_code, item_number
LIMIT 10

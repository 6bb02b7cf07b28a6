-- Which tables of money print no unit, and what was it taken for?
-- The evidence is the same amount elsewhere; a unit that nothing tells is empty, and such amounts have no dollars.
-- documents: A/80/590, A/80/596, A/80/605, A/80/614, A/80/621, A/80/634
SELECT document.symbol, doubt.table_number, doubt.taken_for, doubt.evidence, doubt.claim_count AS amounts
FROM mart_doubt AS doubt
JOIN mart_document AS document USING (document_id)
WHERE doubt.kind = 'unit' AND document.kind = 'peacekeeping_budget'
ORDER BY document.symbol, doubt.table_number

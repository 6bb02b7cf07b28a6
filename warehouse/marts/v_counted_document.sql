-- One row per symbol: the document to count where one is here in several formats or languages.
-- Facts are counted once by themselves; rows of deliverables, results, mandates and findings are one per document.
-- columns
-- document_id: The document: of several, Word before PDF before extracted text, English before other languages.
-- symbol: Its symbol.
-- twin_count: Documents of the symbol in the release.
SELECT document_id, symbol, (count(*) OVER same)::INTEGER AS twin_count
FROM mart_document
WINDOW same AS (PARTITION BY symbol)
QUALIFY row_number() OVER (
    PARTITION BY symbol
    ORDER BY list_position(['docx', 'pdf', 'txt'], format) NULLS LAST, language <> 'en', language, document_id
) = 1

-- One row per draft and resolution that resulted from it: named in the resolution's source bracket, or of its title.
-- A resolution on the report of a committee names the report, so title and session decide; several drafts of one title
-- may then be listed with one resolution.
-- columns
-- draft_symbol: Symbol of the draft.
-- draft_title: Title of the draft.
-- symbol: The resolution or decision.
-- title: Its title.
-- adopted_on: Date of its adoption.
-- basis: source, where its bracket names the draft, an earlier or later revision of it included, or title.
-- draft_document_id: Document the draft was read from.
-- document_id: Document the resolution was read from; NULL where only its facts are known.
WITH named AS (
    SELECT DISTINCT document_id, regexp_replace(symbol, '/(Rev|Add|Corr)[.].*$', '') AS base
    FROM mart_citation WHERE paragraph_number IS NULL
),
paired AS (
    SELECT
        draft.symbol AS draft_symbol, draft.title AS draft_title, draft.document_id AS draft_document_id,
        decided.symbol, decided.title, decided.adopted_on, decided.document_id,
        CASE WHEN regexp_replace(draft.symbol, '/(Rev|Add|Corr)[.].*$', '') IN (
            SELECT base FROM named WHERE named.document_id = decided.document_id
            UNION ALL SELECT regexp_replace(decided.draft_symbol, '/(Rev|Add|Corr)[.].*$', '')
        ) THEN 'source'
        WHEN draft.session_number = decided.session_number
            AND lower(regexp_replace(draft.title, '[^[:alnum:]]+', '', 'g'))
                = lower(regexp_replace(decided.title, '[^[:alnum:]]+', '', 'g')) THEN 'title'
        END AS basis
    FROM mart_resolution AS draft
    JOIN mart_resolution AS decided ON draft.text_status = 'draft' AND decided.text_status <> 'draft'
)
SELECT draft_symbol, draft_title, symbol, title, adopted_on, basis, draft_document_id, document_id
FROM paired
WHERE basis IS NOT NULL

-- One row per text that fascicle search looks through: a paragraph, or the symbol, title and agenda item of a resolution.
-- Chinese text is stored without the blanks that wrapped lines leave in it.
-- columns
-- kind: paragraph or resolution.
-- document_id: Document it is printed in; NULL for a resolution whose text is not here.
-- symbol: Symbol of the document or resolution.
-- language: Language of the text.
-- is_first_format: True in one format of a document that was read in several, so that each text is found once.
-- place: Number of the paragraph; NULL for a resolution.
-- heading: Headings above the paragraph, or the title of the resolution.
-- text: The words.
-- page_number: Page.
-- line_first: First line or block.
WITH document AS (
    SELECT document_id, symbol, language, format,
        row_number() OVER (
            PARTITION BY symbol, language ORDER BY list_position(['docx', 'txt', 'pdf'], format), document_id
        ) = 1 AS is_first_format
    FROM mart_document
)
SELECT
    'paragraph' AS kind,
    paragraph.document_id,
    document.symbol,
    document.language,
    document.is_first_format,
    paragraph.paragraph_number AS place,
    CASE document.language
        WHEN 'zh' THEN regexp_replace(
            regexp_replace(paragraph.heading_path, '(\p{Han})\s+', '\1', 'g'), '\s+(\p{Han})', '\1', 'g'
        )
        ELSE paragraph.heading_path
    END AS heading,
    CASE document.language
        WHEN 'zh' THEN regexp_replace(
            regexp_replace(paragraph.text, '(\p{Han}|[，。；：、（）《》])\s+', '\1', 'g'),
            '\s+(\p{Han}|[，。；：、（）《》])', '\1', 'g'
        )
        ELSE paragraph.text
    END AS text,
    paragraph.page_number,
    paragraph.line_first
FROM mart_paragraph AS paragraph
JOIN document USING (document_id)
UNION ALL
SELECT
    'resolution',
    resolution.document_id,
    resolution.symbol,
    coalesce(document.language, 'en'),
    true,
    NULL,
    resolution.title,
    concat_ws('. ', resolution.symbol, resolution.title, resolution.agenda_title, resolution.source_document),
    NULL,
    NULL
FROM mart_resolution AS resolution
LEFT JOIN document USING (document_id)

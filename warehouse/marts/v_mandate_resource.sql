-- One row per mandate and what invokes it (subprogramme, entity or whole section) in a document: the text it rests on, its money, posts, deliverables and results.
-- Money and posts are those of the subprogramme, entity or section: they are repeated for each of its mandates, so take them once, never add them over mandates.
-- columns
-- mandate_id: The mandate.
-- document_id: Document whose list it is in.
-- edition_year: Budget year that the fascicle proposes.
-- section_code: Section of the programme budget.
-- entity_code: Entity within a section of several.
-- subprogramme_code: Subprogramme; NULL for the whole programme.
-- subprogramme_label: Subprogramme as printed.
-- symbol: Symbol of the mandate; the matched one for a placeholder that was matched.
-- printed_symbol: Symbol as the list gives it, placeholders included.
-- is_pending: True for a placeholder.
-- list_title: Title as the list prints it.
-- resolution_title: Title of the text, where it is known.
-- organ: Organ that adopted it.
-- adopted_on: Date of adoption.
-- age_years: Years from adoption to the edition.
-- text_status: text where the text was read, metadata where its facts are known, NULL where neither.
-- rb_expenditure_usd: Regular budget, spent two years before the edition.
-- rb_approved_usd: Regular budget, approved or appropriated for the year before the edition.
-- rb_estimate_usd: Regular budget, proposed for the year of the edition.
-- xb_expenditure_usd: Extrabudgetary, spent two years before the edition.
-- xb_estimate_usd: Extrabudgetary, estimated for the year of the edition.
-- rb_posts: Posts proposed under the regular budget.
-- xb_posts: Extrabudgetary posts proposed or estimated.
-- planned_deliverables: Deliverables planned for the year of the edition, added up over categories.
-- result_count: Results whose performance measures are printed.
WITH money AS (
    SELECT
        edition_year, section_code, coalesce(entity_code, '') AS entity_code,
        coalesce(subprogramme_code, '') AS subprogramme_code, any_value(subprogramme_label) AS subprogramme_label,
        max(amount_usd) FILTER (funding_source_code = 'RB' AND measure = 'expenditure' AND fiscal_year = edition_year - 2)
            AS rb_expenditure_usd,
        max(amount_usd) FILTER (
            funding_source_code = 'RB' AND measure IN ('appropriation', 'approved', 'estimate')
            AND fiscal_year = edition_year - 1
        ) AS rb_approved_usd,
        max(amount_usd) FILTER (funding_source_code = 'RB' AND measure = 'estimate' AND fiscal_year = edition_year)
            AS rb_estimate_usd,
        max(amount_usd) FILTER (funding_source_code = 'XB' AND measure = 'expenditure' AND fiscal_year = edition_year - 2)
            AS xb_expenditure_usd,
        max(amount_usd) FILTER (funding_source_code = 'XB' AND measure = 'estimate' AND fiscal_year = edition_year)
            AS xb_estimate_usd
    FROM mart_financial_resource
    WHERE object_code IS NULL AND category_code IS NULL AND scope IN ('section', 'entity', 'subprogramme')
    GROUP BY ALL
),
post AS (
    SELECT
        edition_year, section_code, coalesce(entity_code, '') AS entity_code,
        coalesce(subprogramme_code, '') AS subprogramme_code,
        max(post_count) FILTER (
            funding_source_code = 'RB' AND measure IN ('proposed', 'estimate') AND fiscal_year = edition_year
        ) AS rb_posts,
        max(post_count) FILTER (
            funding_source_code = 'XB' AND measure IN ('proposed', 'estimate') AND fiscal_year = edition_year
        ) AS xb_posts
    FROM mart_post
    WHERE category_code IS NULL AND grade_code IS NULL AND scope IN ('section', 'entity', 'subprogramme')
    GROUP BY ALL
),
deliverable AS (
    SELECT
        document_id, coalesce(entity_code, '') AS entity_code, coalesce(subprogramme_code, '') AS subprogramme_code,
        sum(quantity) FILTER (NOT is_subtotal AND measure = 'planned' AND fiscal_year = edition_year)
            AS planned_deliverables
    FROM mart_deliverable
    GROUP BY ALL
),
performance AS (
    SELECT
        document_id, coalesce(entity_code, '') AS entity_code, coalesce(subprogramme_code, '') AS subprogramme_code,
        count(DISTINCT coalesce(table_number, figure_number, result_label)) AS result_count
    FROM mart_performance_measure
    GROUP BY ALL
),
mandate AS (
    SELECT
        listed.*, coalesce(matched.candidate_symbol, listed.symbol) AS known_symbol,
        regexp_replace(coalesce(matched.candidate_symbol, listed.symbol), ' [A-Z]$', '') AS whole_symbol
    FROM mart_mandate AS listed
    LEFT JOIN mart_pending_match AS matched ON matched.mandate_id = listed.mandate_id AND matched.is_match
)
SELECT
    mandate.mandate_id,
    mandate.document_id,
    mandate.edition_year,
    mandate.section_code,
    mandate.entity_code,
    mandate.subprogramme_code,
    money.subprogramme_label,
    mandate.known_symbol AS symbol,
    mandate.symbol AS printed_symbol,
    mandate.is_pending,
    mandate.title AS list_title,
    coalesce(own.title, whole.title) AS resolution_title,
    coalesce(own.organ, whole.organ) AS organ,
    own.adopted_on,
    mandate.edition_year - coalesce(year(own.adopted_on), load.adopted_year) AS age_years,
    own.text_status,
    money.rb_expenditure_usd,
    money.rb_approved_usd,
    money.rb_estimate_usd,
    money.xb_expenditure_usd,
    money.xb_estimate_usd,
    post.rb_posts,
    post.xb_posts,
    deliverable.planned_deliverables,
    performance.result_count
FROM mandate
LEFT JOIN mart_resolution AS own ON own.symbol = mandate.known_symbol
LEFT JOIN mart_resolution AS whole ON whole.symbol = mandate.whole_symbol
LEFT JOIN mart_mandate_load AS load ON load.symbol = mandate.known_symbol
LEFT JOIN money ON money.edition_year = mandate.edition_year AND money.section_code = mandate.section_code
    AND money.entity_code = coalesce(mandate.entity_code, '')
    AND money.subprogramme_code = coalesce(mandate.subprogramme_code, '')
LEFT JOIN post ON post.edition_year = mandate.edition_year AND post.section_code = mandate.section_code
    AND post.entity_code = coalesce(mandate.entity_code, '')
    AND post.subprogramme_code = coalesce(mandate.subprogramme_code, '')
LEFT JOIN deliverable ON deliverable.document_id = mandate.document_id
    AND deliverable.entity_code = coalesce(mandate.entity_code, '')
    AND deliverable.subprogramme_code = coalesce(mandate.subprogramme_code, '')
LEFT JOIN performance ON performance.document_id = mandate.document_id
    AND performance.entity_code = coalesce(mandate.entity_code, '')
    AND performance.subprogramme_code = coalesce(mandate.subprogramme_code, '')

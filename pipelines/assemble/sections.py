"""Sections of a release: those of its documents, and those that only tables over the whole budget name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.tables import TABLE_BY_NAME

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

# A part holds the same sections from edition to edition: where an edition does not say, the nearest that does.
_SECTIONS = r"""
WITH worded AS (
    SELECT
        d.edition_year, c.section_code, min(regexp_replace(c.row_label, '^\d+[A-Z]?\.?\s+', '')) AS title
    FROM mart_cell AS c
    JOIN mart_document AS d USING (document_id)
    WHERE c.item_kind IS NOT NULL AND c.section_code IS NOT NULL AND c.section_code IS DISTINCT FROM d.section_code
        AND d.edition_year IS NOT NULL AND regexp_matches(c.row_label, '^\d+[A-Z]?\.?\s+\S')
    GROUP BY ALL
),
-- a section printed in parts is named by the heading over them
headings AS (
    SELECT
        d.edition_year,
        regexp_extract(r.row_label, '^(\d+[A-Z]?)\.?\s+\S', 1) AS section_code,
        min(regexp_replace(r.row_label, '^\d+[A-Z]?\.?\s+', '')) AS title
    FROM mart_row AS r
    JOIN mart_table AS t USING (table_id)
    JOIN mart_document AS d ON d.document_id = t.document_id
    WHERE t.kind = 'net_and_gross_by_section' AND r.row_role = 'heading' AND d.edition_year IS NOT NULL
    GROUP BY ALL
),
named AS (
    SELECT edition_year, section_code, coalesce(worded.title, headings.title) AS title
    FROM worded FULL JOIN headings USING (edition_year, section_code)
    WHERE section_code <> ''
),
own AS (
    SELECT edition_year, section_code, first(title ORDER BY kind <> 'fascicle', document_id) AS title
    FROM mart_document WHERE title IS NOT NULL AND section_code IS NOT NULL AND edition_year IS NOT NULL
    GROUP BY ALL
),
known AS (
    SELECT edition_year, section_code FROM sections
    UNION SELECT edition_year, section_code FROM named
    UNION SELECT edition_year, section_code FROM totals
),
-- Texts that appropriate print a part's Roman number over the numbers of its sections.
headed AS (
    SELECT DISTINCT
        p.document_id,
        regexp_extract(p.heading_path, '(?:^|> )\S+ ([IVXLC]+) > ', 1) AS part_code,
        regexp_extract(p.heading_path, ' > \S+ (\d+[A-Z]?)(?: |$)', 1) AS section_code
    FROM mart_paragraph AS p
    JOIN mart_document AS d USING (document_id)
    WHERE d.kind IN ('resolution', 'decision') AND p.heading_path IS NOT NULL
),
parts AS (
    SELECT edition_year, regexp_extract(section_code, '^[A-Z]*[0-9]+') AS stem, min(part_code) AS part_code
    FROM sections WHERE part_code IS NOT NULL
    GROUP BY ALL
),
adopted AS (
    SELECT stem, first(part_code ORDER BY times DESC, part_code) AS part_code
    FROM (
        SELECT regexp_extract(section_code, '^[0-9]+') AS stem, part_code, count(*) AS times
        FROM headed WHERE part_code <> '' AND section_code <> ''
        GROUP BY ALL
    )
    GROUP BY stem
),
told AS (
    SELECT
        known.edition_year,
        known.section_code,
        regexp_extract(known.section_code, '^[0-9]+')::INTEGER AS number,
        coalesce((
            SELECT arg_min(p.part_code, abs(p.edition_year - known.edition_year) * 10000 + p.edition_year)
            FROM parts AS p WHERE p.stem = regexp_extract(known.section_code, '^[A-Z]*[0-9]+')
        ), adopted.part_code) AS part_code
    FROM known
    LEFT JOIN adopted ON adopted.stem = regexp_extract(known.section_code, '^[A-Z]*[0-9]+')
    WHERE regexp_matches(known.section_code, '^[0-9]')
),
-- Parts run in the order of sections: one between two of a part is of that part.
placed AS (
    SELECT
        edition_year,
        section_code,
        coalesce(part_code, CASE WHEN before = after THEN before END) AS part_code
    FROM (
        SELECT
            *,
            last_value(part_code IGNORE NULLS) OVER (
                PARTITION BY edition_year ORDER BY number, section_code
                ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
            ) AS before,
            first_value(part_code IGNORE NULLS) OVER (
                PARTITION BY edition_year ORDER BY number, section_code
                ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING
            ) AS after
        FROM told
    )
),
counted AS (
    SELECT edition_year, section_code, count(*)::INTEGER AS entity_count
    FROM entities WHERE NOT contains(entity_code, '.') AND NOT starts_with(entity_code, 'Add')
    GROUP BY ALL
)
SELECT
    known.edition_year,
    known.section_code,
    placed.part_code,
    coalesce(own.title, named.title) AS title,
    coalesce(counted.entity_count, 1) AS entity_count
FROM known
LEFT JOIN own USING (edition_year, section_code)
LEFT JOIN named USING (edition_year, section_code)
LEFT JOIN counted USING (edition_year, section_code)
LEFT JOIN placed USING (edition_year, section_code)
ORDER BY ALL
"""


def sections_within(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """dim_section with every section that a figure of the release is about, its title and how many entities it has.

    The connection has to know the loaded tables of documents and figures, and the relations ``sections``,
    ``entities`` and ``totals``: dim_section and dim_entity of all documents, and mart_section_total.
    """
    from warehouse.load import arrow_schema

    found = connection.sql(_SECTIONS).to_arrow_table()
    schema = arrow_schema(TABLE_BY_NAME["dim_section"])
    return found.select(schema.names).cast(schema)

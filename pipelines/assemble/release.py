"""Facts of a whole release, each once, however many documents state it; totals of sections, and the sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.build import typed
from warehouse.tables import TABLE_BY_NAME
from warehouse.tables.common import FORMATS

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

FACTS = ("mart_financial_resource", "mart_post")

_ONE_PER_FACT = """
WITH ranked AS (
    SELECT
        f.*,
        row_number() OVER (
            PARTITION BY f.fact_id
            ORDER BY
                f.quality IS NOT DISTINCT FROM 'doubtful',
                d.section_code IS DISTINCT FROM f.section_code,
                list_position(['fascicle', 'income', 'addendum', 'corrigendum'], d.kind) NULLS LAST,
                list_position({formats}, d.format) NULLS LAST,
                d.language,
                f.document_id
        ) AS place,
        c.stated AS claims,
        -- what one document may have misread is no doubt where another says it for sure
        max(list_position(['exact', 'unassessable', 'rounding', 'violated'], f.quality)) OVER (PARTITION BY f.fact_id)
            AS worst
    FROM {facts} AS f
    JOIN documents AS d USING (document_id)
    LEFT JOIN stated AS c USING (fact_id)
)
SELECT
    {columns}
FROM (
    SELECT * REPLACE (
        coalesce(claims, 0)::INTEGER AS claim_count,
        coalesce(list_extract(['exact', 'unassessable', 'rounding', 'violated'], worst), quality) AS quality
    )
    FROM ranked
    WHERE place = 1
)
ORDER BY fact_id
"""

_SECTION_TOTALS = """
WITH lettered AS (
    -- sections in lettered parts (29A, 29B): the parts count, not the whole
    SELECT DISTINCT edition_year, regexp_extract(section_code, '^[0-9]+') AS section_code
    FROM {facts}
    WHERE regexp_full_match(section_code, '[0-9]+[A-Z]')
),
whole AS (
    SELECT * FROM {facts} ANTI JOIN lettered USING (edition_year, section_code)
    WHERE document_id NOT IN (SELECT document_id FROM documents WHERE kind = 'income')
        AND object_code IS NULL AND category_code IS NULL AND object_label IS NULL
        AND component_code IS NULL AND subprogramme_code IS NULL
        AND amount_usd IS NOT NULL AND section_code IS NOT NULL AND fiscal_year IS NOT NULL
        AND measure <> 'percent_change' AND funding_source_code IN ('RB', 'OA', 'XB')
        AND coalesce(budget_basis, 'own') IN ('own', 'share')
        -- what may be about something else is no total of the section: it is a doubt
        AND quality IS DISTINCT FROM 'doubtful'
        AND (edition_year, section_code, document_id) NOT IN (
            SELECT (edition_year, section_code, document_id) FROM documents
            WHERE section_code IS NOT NULL AND edition_year IS NOT NULL
                AND document_id IN (SELECT document_id FROM doubts WHERE kind = 'section_total')
        )
    -- the share of what several organizations pay is the section's, unless it prints a total of its own
    QUALIFY rank() OVER (
        PARTITION BY edition_year, section_code, entity_code, funding_source_code, measure, fiscal_year
        ORDER BY coalesce(budget_basis, 'own') <> 'own'
    ) = 1
),
printed AS (
    SELECT
        edition_year, section_code, funding_source_code, measure, fiscal_year, amount_usd, claim_count, quality,
        document_id, cell_id, 'printed' AS basis
    FROM whole
    WHERE entity_code IS NULL
),
-- entities that hold no others, outside addenda, whose figures are part of an entity of the section
leaves AS (
    SELECT w.*
    FROM whole AS w
    WHERE w.entity_code IS NOT NULL
        AND w.document_id NOT IN (SELECT document_id FROM documents WHERE kind = 'addendum')
        AND NOT EXISTS (
            SELECT 1 FROM whole AS o
            WHERE (o.edition_year, o.section_code, o.funding_source_code, o.measure, o.fiscal_year)
                = (w.edition_year, w.section_code, w.funding_source_code, w.measure, w.fiscal_year)
                AND starts_with(o.entity_code, w.entity_code || '.')
        )
),
expected AS (
    SELECT edition_year, section_code, count(*) AS entities FROM entities
    WHERE NOT contains(entity_code, '.') GROUP BY edition_year, section_code
    UNION ALL
    -- a section whose fascicle is not here, printed in parts by a table over the whole budget
    SELECT edition_year, section_code, count(DISTINCT split_part(entity_code, '.', 1)) FROM whole
    WHERE entity_code IS NOT NULL AND (edition_year, section_code) NOT IN (SELECT (edition_year, section_code) FROM entities)
    GROUP BY edition_year, section_code
),
summed AS (
    SELECT
        l.edition_year, l.section_code, l.funding_source_code, l.measure, l.fiscal_year,
        sum(l.amount_usd)::DECIMAL(20, 4) AS amount_usd,
        sum(l.claim_count)::INTEGER AS claim_count,
        list_extract(
            ['exact', 'unassessable', 'rounding', 'violated', 'doubtful'],
            max(list_position(['exact', 'unassessable', 'rounding', 'violated', 'doubtful'], l.quality))
        ) AS quality,
        min(l.document_id) AS document_id,
        NULL::VARCHAR AS cell_id,
        'summed' AS basis
    FROM leaves AS l
    JOIN expected AS e USING (edition_year, section_code)
    GROUP BY l.edition_year, l.section_code, l.funding_source_code, l.measure, l.fiscal_year
    HAVING count(DISTINCT split_part(l.entity_code, '.', 1)) = max(e.entities)
)
SELECT * FROM printed
UNION ALL
SELECT s.* FROM summed AS s
WHERE NOT EXISTS (
    SELECT 1 FROM printed AS p
    WHERE (p.edition_year, p.section_code, p.funding_source_code, p.measure, p.fiscal_year)
        = (s.edition_year, s.section_code, s.funding_source_code, s.measure, s.fiscal_year)
)
ORDER BY ALL
"""


STATED = "SELECT fact_id, count(value) AS stated FROM {rows} WHERE source <> 'reference' GROUP BY fact_id"
"""How many claims state each fact; an outside reading states none."""


ONCE = "once_{}"
"""What the temporary table is called that has each fact of a table once."""


def one_per_fact(name: str, rows: str = "{rows}") -> str:
    """A query for one row per fact of a table of ``FACTS``, in their order; ``rows`` is the relation that has those of all
    documents, by default the one that ``warehouse.build.stream`` fills in.

    A fact that several documents state keeps the amount of the section's own fascicle, and counts the claims of
    all. The connection has to know the relations ``documents`` and ``stated`` (claims by fact).
    """
    columns = ", ".join(TABLE_BY_NAME[name].column_names)
    return _ONE_PER_FACT.format(facts=rows, columns=columns, formats=list(FORMATS))


def section_totals_within(
    connection: duckdb.DuckDBPyConnection, facts: str = ONCE.format("mart_financial_resource")
) -> pa.Table:
    """mart_section_total: the total printed, else the sum over a section's entities, where each of them prints one.

    What rests on a doubt is left out. The connection has to know the relations ``documents``, ``entities`` and
    ``doubts``, and ``facts``: a table that has each amount once.
    """
    found = connection.sql(_SECTION_TOTALS.format(facts=facts)).to_arrow_table()
    return typed(TABLE_BY_NAME["mart_section_total"], found)


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

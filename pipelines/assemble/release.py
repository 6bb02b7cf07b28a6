"""Facts of a whole release: each once, however many documents state it, and the totals of sections."""

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
"""What ``facts_within`` calls a table of facts."""


def facts_within(connection: duckdb.DuckDBPyConnection) -> None:
    """Make a temporary table ``once_<table>`` with one row per fact, in their order, for each of ``FACTS``.

    A fact that several documents state keeps the amount of the section's own fascicle, and counts the claims of
    all. The connection has to know the relations ``documents``, ``stated`` (claims by fact) and, for each
    of ``FACTS``, ``printed_<table>`` with the rows of all documents.
    """
    for name in FACTS:
        columns = ", ".join(TABLE_BY_NAME[name].column_names)
        query = _ONE_PER_FACT.format(facts=f"printed_{name}", columns=columns, formats=list(FORMATS))
        connection.execute(f"CREATE TEMP TABLE {ONCE.format(name)} AS {query}")


def section_totals_within(
    connection: duckdb.DuckDBPyConnection, facts: str = ONCE.format("mart_financial_resource")
) -> pa.Table:
    """mart_section_total: the total printed, else the sum over a section's entities, where each of them prints one.

    What rests on a doubt is left out. The connection has to know the relations ``documents``, ``entities`` and
    ``doubts``, and ``facts``: the amounts that ``facts_within`` made, or the table they are in.
    """
    found = connection.sql(_SECTION_TOTALS.format(facts=facts)).to_arrow_table()
    return typed(TABLE_BY_NAME["mart_section_total"], found)

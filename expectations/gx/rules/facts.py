"""Rules about claims and facts: every number leads back to its print, and nothing is counted twice."""

from __future__ import annotations

from typing import ClassVar

from expectations.gx.rules.base import Rule
from expectations.judging.comparisons import WITNESS_CHECKS

# Every claim with its value in the fact's unit, and what else is printed: what states no known fact is no claim, and
# claims count money in thousands, cells and prose as it is printed. No row is looked up here: several tables of keys held for one
# query are more than DuckDB gives to disk in time.
CLAIMED = """(
    SELECT claim_id, value FROM mart_claim
    UNION ALL BY NAME
    SELECT cell_id AS claim_id, CASE WHEN unit IN ('usd', 'chf') THEN value / 1000 ELSE value END AS value
    FROM mart_cell WHERE fact_id IS NULL
    UNION ALL BY NAME
    SELECT chart_value_id AS claim_id, value FROM mart_chart_value WHERE fact_id IS NULL
    UNION ALL BY NAME
    SELECT org_unit_post_id AS claim_id, post_count AS value FROM mart_org_unit_post WHERE fact_id IS NULL
    UNION ALL BY NAME
    SELECT stated_amount_id AS claim_id, CASE WHEN direction = 'decrease' THEN -value ELSE value END
        / CASE WHEN unit IN ('usd', 'chf') THEN 1000 ELSE 1 END AS value
    FROM mart_stated_amount WHERE fact_id IS NULL
)"""


class ExpectClaimsToHaveAPlace(Rule):
    """Every claim is printed somewhere: in a cell, a paragraph, a chart, a box, as a detail of a cell, or in a reference."""

    # A detail's identifier is its cell's, with its own running number behind a stroke.
    query: ClassVar[str] = """
        SELECT claim_id AS place FROM judged
        WHERE CASE source
            WHEN 'cell' THEN claim_id NOT IN (SELECT cell_id FROM mart_cell)
            WHEN 'prose' THEN claim_id NOT IN (SELECT stated_amount_id FROM mart_stated_amount)
            WHEN 'chart' THEN claim_id NOT IN (SELECT chart_value_id FROM mart_chart_value)
            WHEN 'org_chart' THEN claim_id NOT IN (SELECT org_unit_post_id FROM mart_org_unit_post)
            WHEN 'detail' THEN regexp_replace(claim_id, '/[^/]*$', '') NOT IN (SELECT cell_id FROM mart_cell)
            WHEN 'reference' THEN claim_id NOT IN (SELECT reference_value_id FROM mart_reference_value)
            ELSE false
        END
    """


class ExpectClaimsToSayWhatIsPrinted(Rule):
    """A claim has the characters and the value of its place, amounts in prose being stated in single units."""

    query: ClassVar[str] = """
        SELECT judged.claim_id AS place
        FROM judged JOIN (
            SELECT cell_id AS claim_id, printed_text,
                value / CASE WHEN unit IN ('usd', 'chf') THEN 1000 ELSE 1 END AS value
            FROM mart_cell
            UNION ALL BY NAME
            SELECT chart_value_id AS claim_id, printed_text, value FROM mart_chart_value
            UNION ALL BY NAME
            SELECT stated_amount_id AS claim_id, printed_text,
                CASE WHEN direction = 'decrease' THEN -value ELSE value END
                    / CASE WHEN unit IN ('usd', 'chf') THEN 1000 ELSE 1 END AS value
            FROM mart_stated_amount
        ) AS printed USING (claim_id)
        WHERE judged.printed_text IS DISTINCT FROM printed.printed_text
            OR abs(judged.value - printed.value) > 0.0001
            OR (judged.value IS NULL) <> (printed.value IS NULL)
    """


class ExpectFactsToSayWhatTheirCellSays(Rule):
    """The dimensions joined in a fact's identifier are those of the cell that states it."""

    query: ClassVar[str] = """
        SELECT cell_id AS place
        FROM (SELECT *, string_split(fact_id, '|') AS part FROM judged WHERE fact_id IS NOT NULL)
        WHERE len(part) <> 12
            OR part[3:11] <> list_transform(
                [entity_code, component_code, subprogramme_code, funding_source_code,
                 nullif(budget_basis, 'own'), item_kind, item_code, measure,
                 CAST(fiscal_year AS VARCHAR)],
                lambda word: replace(coalesce(word, ''), '|', '/')
            )
    """


class ExpectAmountsToBeTheirClaims(Rule):
    """An amount is the value of the cell it was taken from, and its dollars are that amount times its scale."""

    query: ClassVar[str] = """
        SELECT @key AS place
        FROM judged LEFT JOIN mart_cell AS cell USING (cell_id)
        WHERE judged.amount IS DISTINCT FROM cell.value OR judged.fact_id IS DISTINCT FROM cell.fact_id
            OR judged.amount_usd <> judged.amount * judged.unit_scale
            OR (judged.amount_usd IS NULL) <> (coalesce(judged.currency, '') <> 'USD')
    """


class ExpectPostsToBeTheirClaims(Rule):
    """A count of posts is the value of the cell it was taken from."""

    query: ClassVar[str] = """
        SELECT @key AS place
        FROM judged LEFT JOIN mart_cell AS cell USING (cell_id)
        WHERE judged.post_count IS DISTINCT FROM cell.value OR judged.fact_id IS DISTINCT FROM cell.fact_id
    """


class ExpectQuantitiesToBeTheirCells(Rule):
    """The quantity of a deliverable is the value of the cell it was read from."""

    query: ClassVar[str] = """
        SELECT @key AS place
        FROM judged LEFT JOIN mart_cell AS cell USING (cell_id)
        WHERE judged.quantity IS DISTINCT FROM cell.value
    """


class ExpectClaimsOfFactsToBeCounted(Rule):
    """The claim count of a fact is the number of claims that state it in all documents, without outside datasets."""

    query: ClassVar[str] = """
        SELECT @key AS place
        FROM judged LEFT JOIN (
            SELECT fact_id, count(value) AS stated FROM mart_claim WHERE source <> 'reference' GROUP BY fact_id
        ) AS claim USING (fact_id)
        WHERE judged.claim_count <> coalesce(claim.stated, 0)
    """


# Cells that rest on a reading in doubt: those of a doubted table, or of the row, column or cell that a doubt names.
_DOUBTED = """
    SELECT cell.cell_id, cell.fact_id
    FROM mart_doubt AS doubt
    JOIN mart_cell AS cell USING (table_id)
    LEFT JOIN mart_cell AS named ON named.cell_id = doubt.cell_id
    WHERE doubt.kind NOT IN ('section_total', 'completeness', 'unit') AND (
        named.cell_id IS NULL OR cell.cell_id = named.cell_id
        OR (doubt.kind = 'collision' AND doubt.row_label IS NOT NULL AND cell.row_number = named.row_number)
        OR (doubt.kind = 'collision' AND doubt.row_label IS NULL AND cell.column_number = named.column_number)
    )
"""

_BETWEEN_DOCUMENTS = ", ".join(f"'{name}'" for name, _ in WITNESS_CHECKS)


class ExpectQualityToFollowTheRelations(Rule):
    """A figure not in doubt is called violated when a relation of its claims within its document is, and only then."""

    query: ClassVar[str] = f"""
        SELECT @key AS place
        FROM judged LEFT JOIN (
            SELECT DISTINCT claim.fact_id, true AS is_violated
            FROM mart_claim AS claim
            JOIN mart_relation_member AS member USING (claim_id)
            JOIN mart_relation AS relation USING (relation_id)
            WHERE relation.verdict = 'violated' AND relation.document_id = claim.document_id
                AND relation.check_name NOT IN ({_BETWEEN_DOCUMENTS})
        ) AS known USING (fact_id)
        WHERE judged.quality <> 'doubtful'
            AND judged.fact_id NOT IN (SELECT fact_id FROM ({_DOUBTED}) WHERE fact_id IS NOT NULL)
            AND (judged.quality = 'violated') <> coalesce(known.is_violated, false)
    """


class ExpectDoubtfulFactsToRestOnADoubt(Rule):
    """A figure is called doubtful when a cell that states it is in doubt, and every figure taken from one is."""

    query: ClassVar[str] = f"""
        SELECT @key AS place
        FROM judged
        WHERE (quality = 'doubtful' AND fact_id NOT IN (SELECT fact_id FROM ({_DOUBTED}) WHERE fact_id IS NOT NULL))
            OR (quality <> 'doubtful' AND cell_id IN (SELECT cell_id FROM ({_DOUBTED})))
    """


# Totals over all objects and components, one row per language or format of a section.
_WHOLE = """
    SELECT edition_year, section_code, funding_source_code, measure, fiscal_year, document_id, scope, amount_usd
    FROM mart_financial_resource
    WHERE object_code IS NULL AND category_code IS NULL AND scope IN ('section', 'entity') AND amount_usd IS NOT NULL
        AND measure <> 'percent_change' AND quality <> 'doubtful' AND coalesce(budget_basis, 'own') IN ('own', 'share')
        AND document_id NOT IN (SELECT document_id FROM mart_doubt WHERE kind = 'section_total')
    QUALIFY rank() OVER (
        PARTITION BY edition_year, section_code, entity_code, funding_source_code, measure, fiscal_year, document_id
        ORDER BY coalesce(budget_basis, 'own') <> 'own'
    ) = 1
"""


class ExpectSectionTotalsToBeCountedOnce(Rule):
    """A section's total is the amount it prints for the whole, or else the sum of its entities: neither both nor twice."""

    is_of_the_whole: ClassVar[bool] = True
    query: ClassVar[str] = f"""
        SELECT @key AS place
        FROM judged JOIN (
            SELECT edition_year, section_code, funding_source_code, measure, fiscal_year, document_id,
                max(amount_usd) FILTER (scope = 'section') AS printed,
                min(amount_usd) FILTER (scope = 'section') AS printed_least,
                sum(amount_usd) FILTER (scope = 'entity') AS summed
            FROM ({_WHOLE}) GROUP BY ALL
        ) AS whole USING (edition_year, section_code, funding_source_code, measure, fiscal_year, document_id)
        WHERE judged.amount_usd NOT BETWEEN coalesce(printed_least, summed) AND coalesce(printed, summed)
    """


class ExpectEverySectionToHaveItsTotal(Rule):
    """Every section that prints a total has it among the section totals once, a section in lettered parts by them."""

    is_of_the_whole: ClassVar[bool] = True
    query: ClassVar[str] = f"""
        SELECT DISTINCT concat_ws(' ', edition_year, section_code, funding_source_code, measure, fiscal_year) AS place
        FROM (
            SELECT whole.* FROM ({_WHOLE}) AS whole
            JOIN judged USING (edition_year, section_code, funding_source_code, measure, fiscal_year, document_id, scope)
            WHERE whole.scope = 'section' AND whole.funding_source_code IN ('RB', 'OA', 'XB')
                AND whole.document_id NOT IN (SELECT document_id FROM mart_document WHERE kind = 'income')
                AND whole.section_code NOT IN (
                    SELECT regexp_extract(section_code, '^[0-9]+') FROM mart_section_total
                    WHERE regexp_full_match(section_code, '[0-9]+[A-Z]')
                )
        )
        ANTI JOIN mart_section_total USING (edition_year, section_code, funding_source_code, measure, fiscal_year)
    """

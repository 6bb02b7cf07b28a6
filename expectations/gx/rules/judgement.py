"""Rules about our judgement: verdicts that follow, findings that name, checks that looked."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from expectations.gx.rules.base import Rule
from expectations.gx.rules.facts import CLAIMED
from expectations.subjects import SUBJECTS
from warehouse.schema.declare import Table


class ExpectViolatedRelationsToHaveAFinding(Rule):
    """Every violated relation has a finding that blames one of its members."""

    query: ClassVar[str] = """
        SELECT judged.relation_id AS place FROM judged
        WHERE verdict = 'violated' AND relation_id NOT IN (
            SELECT member.relation_id FROM mart_relation_member AS member JOIN (
                SELECT claim_id FROM mart_finding
                UNION SELECT cell_id FROM mart_finding
                UNION SELECT unnest(string_split_regex(alternatives, '; | [+] ')) FROM mart_finding
            ) AS blamed USING (claim_id)
        )
    """


class ExpectVerdictsToFollow(Rule):
    """A verdict follows from residual and bound: nil is exact, within the bound is rounding, beyond it violated."""

    # Residual and bound of a percentage are rounded to the four decimals stored.
    query: ClassVar[str] = """
        SELECT relation_id AS place FROM judged
        WHERE NOT CASE verdict
            WHEN 'exact' THEN coalesce(residual = 0, false)
            WHEN 'rounding' THEN coalesce(abs(residual) <= bound + 0.0001, false)
            WHEN 'violated' THEN coalesce(abs(residual) >= bound, false)
            ELSE residual IS NULL AND bound IS NULL
        END
    """


class ExpectResidualsToBeThoseOfTheMembers(Rule):
    """The residual of a relation is the sum of its members, computed again from the printed values."""

    # What members come to is priced first and summed then: looking up and summing at once take more than DuckDB gives
    # to disk in time.
    query: ClassVar[str] = f"""
        SELECT judged.relation_id AS place
        FROM judged LEFT JOIN (
            WITH priced AS MATERIALIZED (
                SELECT relation_id, coefficient * value AS part, role = 'percent' AS is_percentage
                FROM mart_relation_member LEFT JOIN {CLAIMED} AS claimed USING (claim_id)
            )
            SELECT relation_id, sum(part) AS come_to, count(*) AS members, count(part) AS printed,
                bool_or(is_percentage) AS is_percentage
            FROM priced GROUP BY relation_id
        ) AS member USING (relation_id)
        WHERE judged.residual IS NOT NULL AND (
            member.members IS NULL OR member.printed < member.members
            OR (NOT is_percentage AND abs(come_to - judged.residual) > 0.001)
        )
    """


class ExpectRelationsToCountTheirMembers(Rule):
    """A relation counts its printed members, and joins two at least."""

    query: ClassVar[str] = """
        SELECT judged.relation_id AS place
        FROM judged LEFT JOIN (
            SELECT relation_id, count(*) AS members, count(claim_id) AS printed
            FROM mart_relation_member GROUP BY relation_id
        ) AS member USING (relation_id)
        WHERE coalesce(member.members, 0) < 2 OR judged.member_count <> coalesce(member.printed, 0)
    """


class ExpectMembersToBePrinted(Rule):
    """Every member of a relation is a claim printed somewhere, or one marked absent."""

    query: ClassVar[str] = f"""
        SELECT @key AS place FROM judged
        WHERE claim_id IS NOT NULL AND claim_id NOT IN (SELECT claim_id FROM {CLAIMED})
    """


class ExpectFindingsToQuoteTheirClaim(Rule):
    """A finding about a cell has the characters and the value printed there."""

    query: ClassVar[str] = """
        SELECT judged.finding_id AS place
        FROM judged JOIN mart_cell AS cell ON cell.cell_id = judged.claim_id
        WHERE judged.printed_text IS DISTINCT FROM cell.printed_text
            OR judged.printed_value IS DISTINCT FROM cell.value
            OR judged.table_number IS DISTINCT FROM cell.table_number
    """


class ExpectFindingsToHaveAPlace(Rule):
    """Every finding says where to look: a table, a paragraph, a page or a line, or the claim itself."""

    query: ClassVar[str] = """
        SELECT finding_id AS place FROM judged
        WHERE claim_id IS NULL AND table_number IS NULL AND paragraph_number IS NULL AND page_number IS NULL
            AND line_first IS NULL AND row_label IS NULL AND printed_text IS NULL
    """


class ExpectDifferencesToBePrintedLessImplied(Rule):
    """The difference of a finding is the printed value less the implied one, and the implied one is within its range."""

    query: ClassVar[str] = """
        SELECT finding_id AS place FROM judged
        WHERE abs(difference - (printed_value - implied_value)) > 0.0001 OR implied_low > implied_high
    """


class ExpectChecksToAddUp(Rule):
    """What a check evaluated is the sum of its verdicts."""

    query: ClassVar[str] = """
        SELECT check_name AS place FROM judged WHERE evaluated <> exact + rounding + violated + unassessable
    """


class ExpectChecksToCountTheirRelations(Rule):
    """A check that judges relations counts those that are kept, verdict by verdict."""

    query: ClassVar[str] = """
        SELECT check_name AS place
        FROM judged JOIN (
            SELECT check_name, count(*) AS evaluated, count(*) FILTER (verdict = 'exact') AS exact,
                count(*) FILTER (verdict = 'rounding') AS rounding, count(*) FILTER (verdict = 'violated') AS violated
            FROM mart_relation GROUP BY check_name
        ) AS kept USING (check_name)
        WHERE (judged.evaluated, judged.exact, judged.rounding, judged.violated)
            <> (kept.evaluated, kept.exact, kept.rounding, kept.violated)
    """


class ExpectChecksToLookWhereTheirSubjectIs(Rule):
    """Every check of the catalogue was evaluated at least once where a release of three documents or more holds its subject.

    In one or two, a check may have reason to trust nothing that is printed; the formats of one document are one, and
    outside datasets are none.
    """

    @classmethod
    def on(cls, table: Table, rows: str | None = None, idle: Collection[str] = SUBJECTS.keys()) -> Rule:
        """The rule as an expectation of mart_check. ``idle`` are the checks that may have evaluated nothing: each of the
        others holds without looking through all tables for its subject."""
        subjects = [
            f"SELECT '{name}' AS check_name WHERE EXISTS ({subject.query})"
            for name, subject in SUBJECTS.items()
            if subject.query and name in idle
        ]
        none = "SELECT NULL::VARCHAR AS check_name WHERE false"
        query = (
            f"SELECT check_name AS place FROM ({' UNION ALL '.join(subjects) or none}) AS subject "
            "LEFT JOIN judged USING (check_name) WHERE coalesce(judged.evaluated, 0) = 0 "
            "AND (SELECT count(DISTINCT symbol) FROM mart_document WHERE kind <> 'reference') > 2"
        )
        return cls.asking(table, query, rows)

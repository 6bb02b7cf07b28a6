"""Judgement: checks, relations and their members, findings."""

from warehouse.schema.declare import MONEY, Field, Table
from warehouse.tables.common import (
    DOCUMENT_ID,
    FINDING_CLASSES,
    FISCAL_YEAR,
    LINE_FIRST,
    MEASURE,
    PAGE_NUMBER,
    SEVERITIES,
    VERDICTS,
)

_COUNT = {
    name: Field(name, "INTEGER", f"Relations or rows with the verdict {name}.", required=True) for name in VERDICTS
}

CHECK = Table(
    name="mart_check",
    grain="one row per check evaluated in the run",
    key=("check_name",),
    room="judgement",
    may_be_empty=False,
    rules=(
        "expect_checks_to_add_up",
        "expect_checks_to_count_their_relations",
        "expect_checks_to_look_where_their_subject_is",
    ),
    fields=(
        Field("check_name", "VARCHAR", "The claim in words.", required=True),
        Field("description", "VARCHAR", "One sentence."),
        Field("about", "VARCHAR", "print for defects of the document, reading for defects of ours.", required=True),
        Field(
            "evaluated", "INTEGER", "How often it was evaluated; a check evaluated never has not passed.", required=True
        ),
        *_COUNT.values(),
    ),
)

RELATION = Table(
    name="mart_relation",
    grain="one row per relation evaluated",
    key=("relation_id",),
    room="judgement",
    rules=(
        "expect_verdicts_to_follow",
        "expect_residuals_to_be_those_of_the_members",
        "expect_relations_to_count_their_members",
        "expect_violated_relations_to_have_a_finding",
    ),
    fields=(
        Field("relation_id", "VARCHAR", "Place and check.", required=True),
        DOCUMENT_ID,
        Field("check_name", "VARCHAR", "Check it belongs to.", required=True, references="mart_check.check_name"),
        Field("table_number", "VARCHAR", "Table, where it is in one."),
        Field("equation", "VARCHAR", "The relation with the printed figures put in."),
        Field("residual", MONEY, "Left side less right side, of the printed values.", unit="printed unit"),
        Field("bound", MONEY, "Largest residual that rounding alone can explain.", unit="printed unit"),
        Field("member_count", "INTEGER", "Printed members.", required=True),
        Field("verdict", "VARCHAR", "exact, rounding, violated or unassessable.", required=True, allowed=VERDICTS),
    ),
)

RELATION_MEMBER = Table(
    name="mart_relation_member",
    grain="one row per relation and member",
    key=("relation_id", "member_number"),
    room="judgement",
    rules=("expect_members_to_be_printed",),
    fields=(
        Field("relation_id", "VARCHAR", "Relation.", required=True, references="mart_relation.relation_id"),
        Field("member_number", "INTEGER", "Order, from 1.", required=True),
        Field("claim_id", "VARCHAR", "Cell, stated amount, plotted value or box; NULL when absent."),
        Field("coefficient", MONEY, "Factor in the equation.", required=True),
        Field("role", "VARCHAR", "total, member, base, change, percent or restated."),
    ),
)

FINDING = Table(
    name="mart_finding",
    grain="one row per claim found wrong, or absent",
    key=("finding_id",),
    # Identifiers are hashes: in their order, rows would lead to figures all over the release.
    sort=("document_id", "finding_id"),
    room="judgement",
    rules=(
        "expect_findings_to_quote_their_claim",
        "expect_findings_to_have_a_place",
        "expect_differences_to_be_printed_less_implied",
    ),
    fields=(
        Field("finding_id", "VARCHAR", "Stable from run to run.", required=True),
        DOCUMENT_ID,
        Field("class", "VARCHAR", "Kind of defect.", required=True, allowed=FINDING_CLASSES),
        Field("severity", "VARCHAR", "error, warning or info.", required=True, allowed=SEVERITIES),
        Field("check_name", "VARCHAR", "Check that found it.", references="mart_check.check_name"),
        Field("slip", "VARCHAR", "Likely slip: sign, nil, digits_swapped, digit_dropped, ...; NULL where none fits."),
        Field("cell_id", "VARCHAR", "Cell found wrong; NULL when it is not a cell.", references="mart_cell.cell_id"),
        Field("claim_id", "VARCHAR", "Claim found wrong, whatever makes it."),
        Field("paragraph_number", "VARCHAR", "Paragraph, for an amount in prose."),
        Field("table_number", "VARCHAR", "Table."),
        Field("table_part", "VARCHAR", "Part of the table."),
        Field("row_label", "VARCHAR", "Row."),
        MEASURE,
        FISCAL_YEAR,
        Field("printed_text", "VARCHAR", "What is printed; NULL when nothing is."),
        Field("printed_value", MONEY, "Printed value.", unit="printed unit"),
        Field("implied_value", MONEY, "Value that the rest implies.", unit="printed unit"),
        Field("implied_low", MONEY, "Lowest value that the rest allows.", unit="printed unit"),
        Field("implied_high", MONEY, "Highest value that the rest allows.", unit="printed unit"),
        Field("difference", MONEY, "Printed less implied.", unit="printed unit"),
        Field("explained_relations", "INTEGER", "Violated relations that it explains.", required=True),
        Field("is_unique", "BOOLEAN", "True when no other smallest explanation exists.", required=True),
        Field("alternatives", "VARCHAR", "Other claims that would explain it as well, joined by '; '."),
        Field("witness_document_id", "VARCHAR", "Document it differs from, for a difference between witnesses."),
        Field("witness_claim_id", "VARCHAR", "Claim it differs from, for a difference between witnesses."),
        Field("witness_text", "VARCHAR", "What that claim prints."),
        Field("message", "VARCHAR", "What a budget officer reads.", required=True),
        Field("pattern_id", "VARCHAR", "Findings that come from one slip of the print share it."),
        Field("pattern_message", "VARCHAR", "One sentence for the whole pattern."),
        Field("acknowledged", "BOOLEAN", "True when it is in the register of known discrepancies.", required=True),
        Field("page_number", "INTEGER", "Page."),
        Field("line_first", "INTEGER", "First line."),
        Field("line_last", "INTEGER", "Last line."),
    ),
)

DOUBT = Table(
    name="mart_doubt",
    grain="one row per doubt about our reading",
    key=("doubt_id",),
    sort=("document_id", "doubt_id"),
    room="judgement",
    fields=(
        Field("doubt_id", "VARCHAR", "Stable from run to run.", required=True),
        DOCUMENT_ID,
        Field(
            "kind",
            "VARCHAR",
            "collision, scope, table_shape, head, binding, rates, section_total, number_order, language, unit or completeness.",
            required=True,
        ),
        Field("table_id", "VARCHAR", "Table it is about."),
        Field("table_number", "VARCHAR", "Number of that table."),
        Field("cell_id", "VARCHAR", "Cell it is about, where it is about one."),
        Field("row_label", "VARCHAR", "Row, where it is about one."),
        Field("paragraph_number", "VARCHAR", "Paragraph, for an amount in prose."),
        PAGE_NUMBER,
        LINE_FIRST,
        Field("other_document_id", "VARCHAR", "Document it was held against, where that is another."),
        Field("other_table_id", "VARCHAR", "Table it was held against."),
        Field("other_table_number", "VARCHAR", "Number of that table."),
        Field("taken_for", "VARCHAR", "What the figures were taken for."),
        Field("may_be", "VARCHAR", "What else they may be about."),
        Field("words_that_differ", "VARCHAR", "Words of one caption or heading that the other lacks."),
        Field("evidence", "VARCHAR", "What speaks against the reading, in figures."),
        Field("claim_count", "INTEGER", "Printed figures that rest on the reading.", required=True),
        Field("message", "VARCHAR", "The doubt in words.", required=True),
    ),
)

JUDGEMENT_TABLES = (DOUBT, CHECK, RELATION, RELATION_MEMBER, FINDING)

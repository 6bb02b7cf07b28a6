"""Facts: what the claims are about, each once, whatever the number of places it is printed in."""

from warehouse.schema.declare import MONEY, Field, Table
from warehouse.tables.common import (
    BUDGET_BASIS,
    COMPONENT_CODE,
    DOCUMENT_ID,
    EDITION_YEAR,
    ENTITY_CODE,
    FISCAL_YEAR,
    FUNDING_SOURCE_CODE,
    LINE_FIRST,
    LINE_LAST,
    MEASURE,
    PAGE_NUMBER,
    PERIOD_END,
    PERIOD_START,
    QUALITIES,
    SECTION_CODE,
    SUBPROGRAMME_CODE,
    TABLE_ORDINAL,
)

_QUALITY = Field(
    "quality",
    "VARCHAR",
    "Worst verdict among its claims and relations; doubtful where we are not sure what it is about.",
    allowed=QUALITIES,
)
_CLAIMS = Field("claim_count", "INTEGER", "Printed claims that state it.", required=True)
_SCOPE = Field(
    "scope",
    "VARCHAR",
    "budget, section, entity, component or subprogramme: how far down the row reaches; sum over one scope only.",
    required=True,
)
_MONEY_BREAKDOWN = Field(
    "breakdown",
    "VARCHAR",
    "total; category (posts, non_post); object of expenditure, without posts; group (of objects, of missions); gross "
    "(gross amount and staff assessment beside the net total); organ; line (of a summary); sum over one only.",
    required=True,
)
_POST_BREAKDOWN = Field(
    "breakdown",
    "VARCHAR",
    "total; category; part_of_category (of volunteers); grade: sum over one breakdown only.",
    required=True,
)
_LABELS = (
    Field("component_label", "VARCHAR", "Component as printed."),
    Field("subprogramme_label", "VARCHAR", "Subprogramme as printed."),
)

CLAIM = Table(
    name="mart_claim",
    grain="one row per statement of a value about a known fact",
    key=("claim_id",),
    room="fact",
    rules=("expect_claims_to_have_a_place", "expect_claims_to_say_what_is_printed"),
    fields=(
        Field(
            "claim_id",
            "VARCHAR",
            "Identifier of the cell, stated amount, plotted value or box that makes it.",
            required=True,
        ),
        DOCUMENT_ID,
        Field("source", "VARCHAR", "cell, prose, chart, org_chart, detail or reference.", required=True),
        Field("fact_id", "VARCHAR", "The fact: its dimensions joined by |.", required=True),
        Field("value", MONEY, "Value in the fact's unit; NULL when unreadable.", unit="unit of the fact"),
        Field(
            "half_width", MONEY, "Half a unit of the last printed digit, in the fact's unit.", unit="unit of the fact"
        ),
        Field("printed_text", "VARCHAR", "Characters as printed."),
        Field("is_nil", "BOOLEAN", "True when a dash was printed.", required=True),
    ),
)

FINANCIAL_RESOURCE = Table(
    name="mart_financial_resource",
    grain="one row per section, entity, component or subprogramme, funding source, object or category, measure and year",
    key=("fact_id",),
    room="fact",
    rules=(
        "expect_amounts_to_be_their_claims",
        "expect_claims_of_facts_to_be_counted",
        "expect_quality_to_follow_the_relations",
        "expect_doubtful_facts_to_rest_on_a_doubt",
        "expect_every_section_to_have_its_total",
    ),
    fields=(
        Field("fact_id", "VARCHAR", "The fact: its dimensions joined by |.", required=True),
        DOCUMENT_ID,
        EDITION_YEAR,
        SECTION_CODE,
        ENTITY_CODE,
        COMPONENT_CODE,
        SUBPROGRAMME_CODE,
        FUNDING_SOURCE_CODE,
        BUDGET_BASIS,
        Field(
            "object_code",
            "VARCHAR",
            "Object of expenditure; NULL for all objects together.",
            references="dim_object.object_code",
        ),
        Field("category_code", "VARCHAR", "posts or non_post; NULL for both together."),
        Field("object_label", "VARCHAR", "Object or category as printed."),
        *_LABELS,
        Field("entity_label", "VARCHAR", "Entity as printed."),
        MEASURE,
        FISCAL_YEAR,
        _SCOPE,
        _MONEY_BREAKDOWN,
        Field("amount", MONEY, "Amount as printed, in the unit of unit_scale.", unit="currency x unit_scale"),
        Field("currency", "VARCHAR", "USD or CHF; NULL for a percentage."),
        Field("unit_scale", "INTEGER", "What one unit of amount is worth: 1000 for thousands."),
        Field(
            "amount_usd",
            MONEY,
            "Amount in United States dollars; NULL for other currencies and percentages.",
            unit="USD",
        ),
        _CLAIMS,
        _QUALITY,
        Field("cell_id", "VARCHAR", "The claim the amount was taken from.", references="mart_cell.cell_id"),
    ),
)

SECTION_TOTAL = Table(
    name="mart_section_total",
    grain="one row per edition, section, funding source, measure and fiscal year",
    key=("edition_year", "section_code", "funding_source_code", "measure", "fiscal_year"),
    room="fact",
    rules=("expect_section_totals_to_be_counted_once",),
    fields=(
        Field("edition_year", "INTEGER", "Budget year that the fascicle proposes.", required=True),
        Field("section_code", "VARCHAR", "Section.", required=True),
        Field("funding_source_code", "VARCHAR", "RB, OA or XB.", required=True, allowed=("RB", "OA", "XB")),
        Field("measure", "VARCHAR", "Measure.", required=True),
        Field("fiscal_year", "INTEGER", "Year.", required=True),
        Field("amount_usd", MONEY, "Amount in United States dollars; each section once.", unit="USD"),
        _CLAIMS,
        _QUALITY,
        Field("document_id", "VARCHAR", "Document the amount was taken from.", references="mart_document.document_id"),
        Field(
            "cell_id",
            "VARCHAR",
            "The claim the amount was taken from; NULL for a sum over entities.",
            references="mart_cell.cell_id",
        ),
        Field(
            "basis",
            "VARCHAR",
            "printed, or summed over the section's entities where no total of the section is printed.",
            required=True,
            allowed=("printed", "summed"),
        ),
    ),
)

POST = Table(
    name="mart_post",
    grain="one row per section, entity, component or subprogramme, funding source, category or grade, measure and year",
    key=("fact_id",),
    room="fact",
    rules=(
        "expect_posts_to_be_their_claims",
        "expect_claims_of_facts_to_be_counted",
        "expect_quality_to_follow_the_relations",
        "expect_doubtful_facts_to_rest_on_a_doubt",
    ),
    fields=(
        Field("fact_id", "VARCHAR", "The fact: its dimensions joined by |.", required=True),
        DOCUMENT_ID,
        EDITION_YEAR,
        SECTION_CODE,
        ENTITY_CODE,
        COMPONENT_CODE,
        SUBPROGRAMME_CODE,
        FUNDING_SOURCE_CODE,
        BUDGET_BASIS,
        Field("category_code", "VARCHAR", "Post category; NULL for all together."),
        Field(
            "grade_code",
            "VARCHAR",
            "Grade; NULL for a category or all together.",
            references="dim_grade.grade_code",
        ),
        Field("category_label", "VARCHAR", "Category or grade as printed."),
        *_LABELS,
        Field("entity_label", "VARCHAR", "Entity as printed."),
        MEASURE,
        FISCAL_YEAR,
        _SCOPE,
        _POST_BREAKDOWN,
        Field("post_count", MONEY, "Posts; per cent where measure is percent_change.", unit="posts"),
        _CLAIMS,
        _QUALITY,
        Field("cell_id", "VARCHAR", "The claim the count was taken from.", references="mart_cell.cell_id"),
    ),
)

POST_CHANGE = Table(
    name="mart_post_change",
    grain="one row per change of posts of one grade, as annexes list them",
    key=("post_change_id",),
    room="fact",
    fields=(
        Field("post_change_id", "VARCHAR", "Table and running number.", required=True),
        DOCUMENT_ID,
        EDITION_YEAR,
        SECTION_CODE,
        ENTITY_CODE,
        SUBPROGRAMME_CODE,
        Field("unit_label", "VARCHAR", "Component, subprogramme or office, as printed."),
        Field("grade", "VARCHAR", "Grade as printed."),
        Field("grade_code", "VARCHAR", "Grade in its standard form."),
        Field("post_count", MONEY, "Posts added, or taken away where negative.", unit="posts"),
        Field(
            "personnel_kind",
            "VARCHAR",
            "posts, temporary_positions or positions, where reports on missions distinguish them.",
        ),
        Field("staff_group", "VARCHAR", "Type of staff as printed, such as International."),
        Field("from_to", "VARCHAR", "Office that a post moves from or to, as printed."),
        Field("description", "VARCHAR", "What changes, as printed; given to each row it spans."),
        Field("reason", "VARCHAR", "Why, as printed; given to each row it spans."),
        Field("printed_text", "VARCHAR", "Number as printed."),
        TABLE_ORDINAL,
        PAGE_NUMBER,
    ),
)

DELIVERABLE = Table(
    name="mart_deliverable",
    grain="one row per deliverable line, year and planned or actual",
    key=("deliverable_id",),
    room="fact",
    rules=("expect_quantities_to_be_their_cells",),
    fields=(
        Field(
            "deliverable_id",
            "VARCHAR",
            "The cell it was read from, or the row for words without figures.",
            required=True,
        ),
        DOCUMENT_ID,
        EDITION_YEAR,
        SECTION_CODE,
        ENTITY_CODE,
        SUBPROGRAMME_CODE,
        Field("table_number", "VARCHAR", "Table it is listed in."),
        Field("category", "VARCHAR", "Category as printed, such as A. ..."),
        Field("category_code", "VARCHAR", "A, B, C or D."),
        Field("subcategory", "VARCHAR", "Subcategory as printed, unit taken off."),
        Field("item_number", "INTEGER", "Number of the item; NULL for a subcategory's line."),
        Field("item_letter", "VARCHAR", "Letter of a line below a numbered item, whose number it shares; else NULL."),
        Field("label", "VARCHAR", "Line as printed."),
        Field("quantity", MONEY, "Quantity; NULL for a line described in words.", unit="unit"),
        Field("former_quantity", MONEY, "Quantity of an earlier edition, printed beside it in brackets.", unit="unit"),
        Field("unit", "VARCHAR", "Unit of the subcategory, as printed in parentheses."),
        FISCAL_YEAR,
        MEASURE,
        Field("description", "VARCHAR", "Words of a line that has no quantity."),
        Field("is_subtotal", "BOOLEAN", "True for a subcategory's line, which sums its items.", required=True),
        _QUALITY,
        Field("cell_id", "VARCHAR", "The printed cell.", references="mart_cell.cell_id"),
        PAGE_NUMBER,
        LINE_FIRST,
        LINE_LAST,
    ),
)

PEACEKEEPING_RESOURCE = Table(
    name="mart_peacekeeping_resource",
    grain="one row per amount or percentage that a peacekeeping report prints in a table of money",
    key=("cell_id",),
    room="fact",
    fields=(
        Field("cell_id", "VARCHAR", "The printed cell.", required=True, references="mart_cell.cell_id"),
        DOCUMENT_ID,
        EDITION_YEAR,
        Field("mission_code", "VARCHAR", "Mission or service, as in dim_mission.", required=True),
        Field(
            "topic",
            "VARCHAR",
            "requirements, variances, unencumbered_balance, prior_obligations, non_budgeted_contributions, "
            "efficiency_gains, revenue_and_adjustments or vacancy_rates.",
            required=True,
        ),
        Field("cost_class", "VARCHAR", "Code of the heading above the row, such as civilian_personnel."),
        Field("cost_class_label", "VARCHAR", "That heading as printed."),
        Field("row_label", "VARCHAR", "Item as printed."),
        Field(
            "column_label",
            "VARCHAR",
            "Head of the column as printed.",
        ),
        Field("part_label", "VARCHAR", "Place or group the column is of, as its head has it; NULL for the whole."),
        Field("row_role", "VARCHAR", "heading, item, subtotal or total.", required=True),
        Field("row_code", "VARCHAR", "gross, staff_assessment, net, voluntary_contributions, total; else NULL."),
        MEASURE,
        FISCAL_YEAR,
        PERIOD_START,
        PERIOD_END,
        Field("printed_value", MONEY, "Value in the printed unit.", unit="as given by unit"),
        Field("unit", "VARCHAR", "thousands_usd, usd, millions_usd or percent.", required=True),
        Field("amount_usd", MONEY, "Amount in dollars; NULL for a percentage.", unit="US dollars"),
    ),
)

PEACEKEEPING_POST = Table(
    name="mart_peacekeeping_post",
    grain="one row per count of posts or personnel that a peacekeeping report prints by category or grade",
    key=("cell_id",),
    room="fact",
    fields=(
        Field("cell_id", "VARCHAR", "The printed cell.", required=True, references="mart_cell.cell_id"),
        DOCUMENT_ID,
        EDITION_YEAR,
        Field("mission_code", "VARCHAR", "Mission or service, as in dim_mission.", required=True),
        Field("unit_label", "VARCHAR", "Component or office as printed; NULL for the whole mission."),
        Field(
            "personnel_kind", "VARCHAR", "posts, temporary_positions or posts_and_temporary_positions, where printed."
        ),
        Field("category_code", "VARCHAR", "Category of personnel; NULL for all together."),
        Field("category_label", "VARCHAR", "Head of the column, or heading above the row, as printed; NULL for all."),
        Field("grade_code", "VARCHAR", "Grade; NULL for several or all together."),
        Field("grade_label", "VARCHAR", "Grade or grades as printed, such as P-5–P-4; NULL for all together."),
        Field("row_label", "VARCHAR", "Label of the row, such as Approved posts 2025/26."),
        MEASURE,
        FISCAL_YEAR,
        PERIOD_START,
        PERIOD_END,
        Field("post_count", MONEY, "Posts or persons; changes have measure variance.", unit="posts"),
    ),
)

RESULT = Table(
    name="mart_result",
    grain="one row per expected accomplishment, indicator, output or external factor of a mission; an output completed "
    "in several lines has one per line",
    key=("result_id",),
    room="fact",
    fields=(
        Field("result_id", "VARCHAR", "Document and running number.", required=True),
        DOCUMENT_ID,
        EDITION_YEAR,
        Field("mission_code", "VARCHAR", "Mission or service, as in dim_mission.", required=True),
        Field("component_label", "VARCHAR", "Heading above the framework, such as Component 1: operations."),
        Field(
            "kind",
            "VARCHAR",
            "What it is.",
            required=True,
            allowed=("expected_accomplishment", "indicator", "output", "external_factors"),
        ),
        Field("result_number", "VARCHAR", "Number as printed, such as 1.1 or 1.1.1; NULL where none."),
        Field("parent_number", "VARCHAR", "Number of the accomplishment it is under."),
        Field("group_label", "VARCHAR", "Heading above an output within the table."),
        Field("text", "VARCHAR", "Text as printed, number taken off.", required=True),
        Field("actual_text", "VARCHAR", "Actual indicator printed beside a planned one."),
        Field("completed_text", "VARCHAR", "What was completed of an output: a number, yes or no."),
        Field("remarks", "VARCHAR", "Remarks on an output."),
        PAGE_NUMBER,
        LINE_FIRST,
        TABLE_ORDINAL,
    ),
)

RESULT_VALUE = Table(
    name="mart_result_value",
    grain="one row per indicator and period that it prints a value for",
    key=("result_id", "value_number"),
    room="fact",
    fields=(
        Field("result_id", "VARCHAR", "The indicator.", required=True, references="mart_result.result_id"),
        Field("value_number", "INTEGER", "Its place among the values of the indicator, from 1.", required=True),
        DOCUMENT_ID,
        Field("fiscal_year", "INTEGER", "First year of the period, 2024 for 2024/25.", required=True),
        Field("printed_text", "VARCHAR", "Value as printed, such as 90 per cent.", required=True),
        Field("value", MONEY, "First figure of it; NULL where it has none.", unit="as printed"),
    ),
)

FACT_TABLES = (
    PEACEKEEPING_POST,
    RESULT,
    RESULT_VALUE,
    PEACEKEEPING_RESOURCE,
    CLAIM,
    FINANCIAL_RESOURCE,
    SECTION_TOTAL,
    POST,
    POST_CHANGE,
    DELIVERABLE,
)

"""The dashboard of peacekeeping: requirements, personnel and results by mission and year."""

from __future__ import annotations

from warehouse.bi.charts import SHORT_USD, USD, Chart, Dashboard, Dataset, Filter, Metric, bar_chart, bars, listing

_GROSS = "row_code = 'gross' AND part_label IS NULL"
_CLASSES = "level = 'class' AND part_label IS NULL"

_PERIOD = {
    "period": (
        "CASE WHEN period_start IS NULL OR month(period_start) = 1 THEN CAST(fiscal_year AS VARCHAR)"
        " ELSE CAST(fiscal_year AS VARCHAR) || '/' || right(CAST(fiscal_year + 1 AS VARCHAR), 2) END",
        "Budget period as text, for axes.",
    )
}


def _of_measure(name: str, column: str, measure: str, label: str, number: str, advice: str) -> Metric:
    return Metric(name, f"SUM({column}) FILTER (measure = '{measure}')", label, advice, number)


_ONE_LEVEL = "Pick one year and level."
_ONE_STATE = "Pick one period, and all categories or single ones."

DATASETS = {
    "v_cost_by_mission": Dataset(
        (
            _of_measure("apportioned", "amount_usd", "apportionment", "Apportioned", USD, _ONE_LEVEL),
            _of_measure("spent", "amount_usd", "expenditure", "Spent", USD, _ONE_LEVEL),
            _of_measure("proposed", "amount_usd", "cost_estimate", "Proposed", USD, _ONE_LEVEL),
        ),
        _PERIOD,
    ),
    "v_posts_by_mission": Dataset(
        (
            _of_measure("approved", "post_count", "approved", "Approved", ",d", _ONE_STATE),
            _of_measure("actual", "post_count", "actual", "Actual", ",d", _ONE_STATE),
            _of_measure("proposed", "post_count", "proposed", "Proposed", ",d", _ONE_STATE),
            _of_measure("net_change", "post_count", "variance", "Net change", "+,d", _ONE_STATE),
        ),
        _PERIOD,
    ),
    "v_staffing_change_by_mission": Dataset(
        (
            Metric("added", "SUM(post_count) FILTER (post_count > 0)", "Added", "Posts added, moved ones too."),
            Metric(
                "taken", "SUM(post_count) FILTER (post_count < 0)", "Taken away", "Posts taken away, moved ones too."
            ),
            Metric("net", "SUM(post_count)", "Net change", "Posts added less those taken away.", "+,d"),
        ),
        {},
    ),
    "mart_peacekeeping_resource": Dataset(
        (
            # the same rate may be printed in Word and in PDF
            Metric("lowest_rate", "MIN(printed_value)", "Lowest", "Lowest rate of those chosen.", ",.1f"),
            Metric("highest_rate", "MAX(printed_value)", "Highest", "Highest rate of those chosen.", ",.1f"),
        ),
        _PERIOD,
    ),
    "mart_result": Dataset(
        (
            Metric(
                "accomplishments",
                "COUNT(DISTINCT component_label || result_number) FILTER (kind = 'expected_accomplishment')",
                "Expected accomplishments",
                "Accomplishments by number and component.",
            ),
            Metric(
                "indicators",
                "COUNT(DISTINCT component_label || result_number) FILTER (kind = 'indicator')",
                "Indicators",
                "Indicators of achievement by number and component.",
            ),
            Metric("outputs", "COUNT(DISTINCT text) FILTER (kind = 'output')", "Outputs", "Outputs by their words."),
        ),
        {},
    ),
}
"""Metrics and computed columns, by table or view."""

_STATES = ("apportioned", "spent", "proposed")

PEACEKEEPING = Dashboard(
    slug="peacekeeping",
    title="Peacekeeping by mission and year",
    note=(
        "Gross requirements of each mission, as its report prints them: apportioned and spent in the period that is "
        "over, apportioned in the current one, proposed for the next; below, personnel and results. Only missions whose "
        "report is in the release."
    ),
    filters=(
        Filter("Edition", "v_cost_by_mission", "edition_year", newest=True),
        Filter("Mission", "v_cost_by_mission", "mission_code"),
        Filter("Period", "v_cost_by_mission", "period"),
    ),
    rows=(
        (
            bar_chart(
                "Missions by period",
                "v_cost_by_mission",
                bars("period", _STATES, **SHORT_USD),
                doc="Gross requirements of all missions chosen.",
                where=_GROSS,
                width=5,
                height=50,
            ),
            bar_chart(
                "Each mission",
                "v_cost_by_mission",
                bars("mission_code", _STATES, ["period"], **SHORT_USD),
                doc="Gross requirements by mission and period.",
                where=_GROSS,
                width=7,
                height=50,
            ),
        ),
        (
            Chart(
                "Classes of cost",
                "v_cost_by_mission",
                "table",
                listing(["mission_code", "period", "cost_class_label"], _STATES, row_limit=1000),
                doc="Subtotals of military and police, civilian personnel and operational costs.",
                where=_CLASSES,
                width=6,
                height=90,
            ),
            Chart(
                "Items",
                "v_cost_by_mission",
                "table",
                listing(["row_label", "period"], _STATES, row_limit=1000),
                doc="Items of the missions chosen, added up.",
                where="level = 'item' AND part_label IS NULL",
                width=6,
                height=90,
            ),
        ),
        (
            Chart(
                "Posts and personnel",
                "v_posts_by_mission",
                "table",
                listing(
                    ["mission_code", "category_code", "period", "row_label"],
                    ["approved", "actual", "proposed", "net_change"],
                    row_limit=1000,
                ),
                doc="Posts and personnel by category; a row without category is of all together.",
                where="post_count <> 0",
                width=6,
                height=90,
            ),
            Chart(
                "Staffing changes",
                "v_staffing_change_by_mission",
                "table",
                listing(["mission_code", "unit_label", "action"], ["added", "taken", "net"], row_limit=1000),
                doc="What missions propose for posts and positions, by office; what moves is in two offices.",
                width=6,
                height=90,
                unfiltered=("Period",),
            ),
        ),
        (
            Chart(
                "Vacancy rates",
                "mart_peacekeeping_resource",
                "table",
                listing(
                    ["mission_code", "cost_class_label", "row_label", "column_label"],
                    ["lowest_rate", "highest_rate"],
                    row_limit=1000,
                ),
                doc="Vacancy rates by group and category of personnel, actual and budgeted for.",
                where="topic = 'vacancy_rates'",
                width=7,
                height=90,
            ),
            Chart(
                "Results",
                "mart_result",
                "table",
                listing(
                    ["mission_code", "component_label"], ["accomplishments", "indicators", "outputs"], row_limit=500
                ),
                doc="Expected accomplishments, indicators and outputs of each component.",
                width=5,
                height=90,
                unfiltered=("Period",),
            ),
        ),
    ),
)

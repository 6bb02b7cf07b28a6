"""The dashboard of peacekeeping: requirements by mission and year."""

from __future__ import annotations

from warehouse.bi.declare import LIST, Chart, Dashboard, Dataset, Filter, Metric

_USD = "$,.0f"
_SHORT = {"y_axis_format": "SMART_NUMBER", "currency_format": {"symbol": "USD", "symbolPosition": "prefix"}}
_BARS = {
    "orientation": "vertical",
    "show_legend": True,
    "legendOrientation": "top",
    "rich_tooltip": True,
    "row_limit": 1000,
    "truncate_metric": True,
    "x_axis_sort_asc": True,
    "xAxisLabelRotation": 0,
    "xAxisLabelInterval": "0",
    "only_total": True,
    **_SHORT,
}
_GROSS = "row_code = 'gross' AND part_label IS NULL"
_CLASSES = "level = 'class' AND part_label IS NULL"

DATASET = Dataset(
    (
        Metric(
            "apportioned",
            "SUM(amount_usd) FILTER (measure = 'apportionment')",
            "Apportioned",
            "Pick one year and level.",
            _USD,
        ),
        Metric("spent", "SUM(amount_usd) FILTER (measure = 'expenditure')", "Spent", "Pick one year and level.", _USD),
        Metric(
            "proposed",
            "SUM(amount_usd) FILTER (measure = 'cost_estimate')",
            "Proposed",
            "Pick one year and level.",
            _USD,
        ),
    ),
    {
        "period": (
            "CASE WHEN period_start IS NULL OR month(period_start) = 1 THEN CAST(fiscal_year AS VARCHAR)"
            " ELSE CAST(fiscal_year AS VARCHAR) || '/' || right(CAST(fiscal_year + 1 AS VARCHAR), 2) END",
            "Budget period as text, for axes.",
        )
    },
)

_LIST = {**LIST, "metrics": ["apportioned", "spent", "proposed"], "row_limit": 1000}
"""A table of what was apportioned, spent and proposed, that can be searched."""

PEACEKEEPING = Dashboard(
    slug="peacekeeping",
    title="Peacekeeping by mission and year",
    note=(
        "Gross requirements of each mission, as its report prints them: apportioned and spent in the period that is "
        "over, apportioned in the current one, proposed for the next. Only missions whose report is in the release."
    ),
    filters=(
        Filter("Edition", "v_cost_by_mission", "edition_year", newest=True),
        Filter("Mission", "v_cost_by_mission", "mission_code"),
        Filter("Period", "v_cost_by_mission", "period"),
    ),
    rows=(
        (
            Chart(
                "Missions by period",
                "v_cost_by_mission",
                "echarts_timeseries_bar",
                {
                    "x_axis": "period",
                    "x_axis_sort": "period",
                    "metrics": ["apportioned", "spent", "proposed"],
                    "groupby": [],
                    **_BARS,
                },
                doc="Gross requirements of all missions chosen.",
                where=_GROSS,
                width=5,
                height=50,
            ),
            Chart(
                "Each mission",
                "v_cost_by_mission",
                "echarts_timeseries_bar",
                {
                    "x_axis": "mission_code",
                    "x_axis_sort": "mission_code",
                    "metrics": ["apportioned", "spent", "proposed"],
                    "groupby": ["period"],
                    **_BARS,
                },
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
                {**_LIST, "groupby": ["mission_code", "period", "cost_class_label"]},
                doc="Subtotals of military and police, civilian personnel and operational costs.",
                where=_CLASSES,
                width=6,
                height=90,
            ),
            Chart(
                "Items",
                "v_cost_by_mission",
                "table",
                {**_LIST, "groupby": ["row_label", "period"]},
                doc="Items of the missions chosen, added up.",
                where="level = 'item' AND part_label IS NULL",
                width=6,
                height=90,
            ),
        ),
    ),
)
